//! What a rule takes from others.

use crate::analysis::Witness;
use crate::analysis::case::Case;
use crate::analysis::contest::{Contender, Effects, Field, contenders};
use crate::analysis::space::{Position, Space};
use crate::dialect::Dialect;
use crate::model::{ReplicationConfiguration, ReplicationRule};

/// A rule that loses objects to another one, which it would win without that.
#[derive(Clone, Debug)]
pub struct Outranked<'a> {
    by: &'a ReplicationRule,
    rule: &'a ReplicationRule,
    witness: Witness,
}

impl<'a> Outranked<'a> {
    /// Returns the rule.
    #[must_use]
    pub const fn rule(&self) -> &'a ReplicationRule {
        self.rule
    }

    /// Returns the rule that comes before it.
    #[must_use]
    pub const fn by(&self) -> &'a ReplicationRule {
        self.by
    }

    /// Returns true when it publishes metrics, which do not count what it loses (REP-801).
    #[must_use]
    pub fn has_metrics(&self) -> bool {
        self.rule.has_metrics()
    }

    /// Returns an object that it loses.
    #[must_use]
    pub const fn witness(&self) -> &Witness {
        &self.witness
    }
}

/// Returns the rules that lose objects to the one at a position, in the order in which they win.
pub(super) fn outranked<'a>(
    position: usize,
    configuration: &'a ReplicationConfiguration,
    dialect: &Dialect,
) -> Vec<Outranked<'a>> {
    let space = Space::new(contenders(configuration).map(|rule| &rule.filter));
    let mut all = Contender::all(configuration, dialect, &space, &mut Effects::default());
    let Some(at) = all.iter().position(|one| one.rule.position == position) else {
        return Vec::new();
    };
    let by = all.remove(at);
    let is_rival = |one: &Contender<'_>| one.bucket() == by.bucket();
    let first = all.iter().position(is_rival).unwrap_or(at);
    let rivals = all.get(first..).unwrap_or_default();
    let rivals = rivals.get(..rivals.partition_point(is_rival)).unwrap_or_default();
    // Who wins without it.
    let fields = Case::ALL.map(|case| (case, Field::new(rivals, case)));
    let behind = rivals.get(at.saturating_sub(first)..).unwrap_or_default();
    let outranked = behind.iter().filter_map(|one| {
        // If it wins anything that the other one matches, then it wins the least of that.
        let Position { place, tags, .. } = space.both(&one.position, &by.position)?;
        let cases = one.competes.and(by.competes);
        let wins = |field: &Field<'_, 'a>| {
            field.winner(place, &tags).is_some_and(|won| won.rule.position == one.rule.position)
        };
        let (case, _) = fields.iter().find(|(case, field)| cases.has(*case) && wins(field))?;
        let filters = [&one.rule.filter, &by.rule.filter];
        let witness = Witness::least(filters, space.outside(), *case);
        Some(Outranked { by: by.rule, rule: one.rule, witness })
    });
    outranked.collect()
}
