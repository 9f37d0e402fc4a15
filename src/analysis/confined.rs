//! Objects of which only rules of one kind write replicas.

use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};

use crate::analysis::Witness;
use crate::analysis::case::Case;
use crate::analysis::contest::{Contender, Effects, Field, contenders};
use crate::analysis::space::{Position, Space};
use crate::dialect::Dialect;
use crate::model::{ReplicationConfiguration, ReplicationRule, RuleFilter};

/// How often rules are looked at beyond the least objects. To let a rule win in every bucket can need
/// every combination of tags, and there is no short way to the right one.
const LOOKS: usize = 4_000_000;

/// Returns the rules of a kind that replicate an object of which no rule of another kind writes a
/// replica, by their positions, each with such an object.
pub(crate) fn confined(
    configuration: &ReplicationConfiguration,
    dialect: &Dialect,
    is_of_kind: impl Fn(&ReplicationRule) -> bool,
) -> BTreeMap<usize, Witness> {
    let space = Space::new(contenders(configuration).map(|rule| &rule.filter));
    let all = Contender::all(configuration, dialect, &space, &mut Effects::default());
    let mut found = BTreeMap::new();
    for case in [Case::Object, Case::ObjectUnderKms] {
        let buckets = all.chunk_by(|a, b| a.bucket() == b.bucket());
        let fields = buckets.map(|rivals| Field::new(rivals, case)).collect();
        let left = Cell::new(LOOKS / all.len().max(1));
        let search = Search { space: &space, fields, case, is_of_kind: &is_of_kind, left };
        for one in all.iter().filter(|one| is_of_kind(one.rule) && one.selected().has(case)) {
            if !found.contains_key(&one.rule.position)
                && let Some(witness) = search.witness(one)
            {
                found.insert(one.rule.position, witness);
            }
        }
    }
    found
}

struct Search<'s, 'a, K> {
    space: &'s Space<'a>,
    /// One for each bucket.
    fields: Vec<Field<'s, 'a>>,
    case: Case,
    is_of_kind: K,
    /// How many objects may still be looked at.
    left: Cell<usize>,
}

/// A rule that may win instead, and the least object that it matches too.
type WayOut<'s, 'a> = (&'s Contender<'a>, Position);

impl<'s, 'a, K: Fn(&ReplicationRule) -> bool> Search<'s, 'a, K> {
    fn witness(&self, one: &'s Contender<'a>) -> Option<Witness> {
        let mut filters = self.settle(one, &one.position, &mut HashSet::new())?;
        filters.push(&one.rule.filter);
        Some(Witness::least(filters, self.space.outside(), self.case))
    }

    /// Returns which filters more an object has to match, so that `one` wins it and nothing else is
    /// done by rules of another kind. Where one of those wins, an object that matches no less is
    /// theirs too, unless a rule before them matches it: so one of these rules has to.
    fn settle(
        &self,
        one: &Contender<'a>,
        object: &Position,
        seen: &mut HashSet<Position>,
    ) -> Option<Vec<&'a RuleFilter>> {
        let mut fewest: Option<Vec<WayOut<'s, 'a>>> = None;
        for field in &self.fields {
            let Some(winner) = field.winner(object.place, &object.tags) else { continue };
            let is_one = winner.rule.position == one.rule.position;
            if winner.bucket() == one.bucket() && !is_one {
                return None;
            }
            if is_one || self.is_harmless(winner) {
                continue;
            }
            let ways_out = self.ways_out(field, winner, object);
            if ways_out.is_empty() {
                return None;
            }
            if fewest.as_ref().is_none_or(|fewest| ways_out.len() < fewest.len()) {
                fewest = Some(ways_out);
            }
        }
        let Some(ways_out) = fewest else { return Some(Vec::new()) };
        ways_out.into_iter().find_map(|(next, object)| {
            self.left.set(self.left.get().checked_sub(1)?);
            if !seen.insert(object.clone()) {
                return None;
            }
            let mut filters = self.settle(one, &object, seen)?;
            filters.push(&next.rule.filter);
            Some(filters)
        })
    }

    /// Returns the rules before a winner that may win instead.
    fn ways_out(
        &self,
        field: &Field<'s, 'a>,
        winner: &Contender<'a>,
        object: &Position,
    ) -> Vec<WayOut<'s, 'a>> {
        let before = field.contenders().map(|(_, other)| other);
        let before = before.take_while(|other| other.rule.position != winner.rule.position);
        let harmless = before.filter(|other| self.is_harmless(other));
        let ways_out =
            harmless.filter_map(|other| Some((other, self.space.both(object, &other.position)?)));
        ways_out.collect()
    }

    fn is_harmless(&self, one: &Contender<'a>) -> bool {
        !one.selected().has(self.case) || (self.is_of_kind)(one.rule)
    }
}
