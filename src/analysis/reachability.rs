//! The rules of one configuration: which ever win, and which always.

use crate::analysis::Witness;
use crate::analysis::case::Case;
use crate::analysis::contest::{Contender, Effects, Field, contenders};
use crate::analysis::filters::{Unmatchable, unmatchable};
use crate::analysis::space::{Position, Space};
use crate::dialect::Dialect;
use crate::model::{ReplicationConfiguration, ReplicationRule};

/// The objects that a rule wins: none, some or all of those it matches.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Reachability<'a> {
    /// It is switched off.
    Disabled,
    /// No object matches its filter.
    Unmatchable(Unmatchable),
    /// Other rules win every object it matches, so the configuration decides the same without it.
    Never {
        /// The rule that wins the witness. Another one may win other objects.
        by: &'a ReplicationRule,
        /// Whether that rule does just what this one would, in every case.
        same_effect: bool,
        /// The least object that it matches, written.
        loses: Witness,
    },
    /// It wins some of the objects it matches, and loses others.
    Partly {
        /// An object it wins, for which it is selected.
        wins: Witness,
        /// A rule that comes before it.
        by: &'a ReplicationRule,
        /// An object for which it competes and that rule wins.
        loses: Witness,
    },
    /// It wins every object for which it competes.
    Always {
        /// One of them, for which it is selected.
        wins: Witness,
    },
}

impl Reachability<'_> {
    /// Returns true when the rule is enabled and no object exists on which it is selected.
    #[must_use]
    pub const fn is_dead(&self) -> bool {
        matches!(self, Self::Unmatchable(_) | Self::Never { .. })
    }
}

/// Returns each rule, in document order, with its reachability.
///
/// # Examples
///
/// ```
/// use s3_replication::analysis::{Reachability, reachability};
/// use s3_replication::{Dialect, ReplicationConfiguration};
///
/// let rule = |id: &str, priority: u32, prefix: &str| {
///     format!(
///         r#"{{"ID": "{id}", "Status": "Enabled", "Priority": {priority},
///             "Filter": {{"Prefix": "{prefix}"}},
///             "DeleteMarkerReplication": {{"Status": "Disabled"}},
///             "Destination": {{"Bucket": "arn:aws:s3:::backup"}}}}"#
///     )
/// };
/// let rules = [rule("all", 2, ""), rule("logs", 1, "logs/")].join(",");
/// let configuration = ReplicationConfiguration::from_json(&format!(
///     r#"{{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{rules}]}}"#
/// ))?;
///
/// let rules = reachability(&configuration, &Dialect::AWS);
/// let Reachability::Never { by, loses, .. } = &rules[1].1 else { panic!() };
/// assert_eq!((by.name().to_string().as_str(), loses.key()), ("all", "logs/"));
/// assert!(!rules[0].1.is_dead());
/// # Ok::<(), s3_replication::Report>(())
/// ```
#[must_use]
pub fn reachability<'a>(
    configuration: &'a ReplicationConfiguration,
    dialect: &Dialect,
) -> Vec<(&'a ReplicationRule, Reachability<'a>)> {
    let space = Space::new(contenders(configuration).map(|rule| &rule.filter));
    let all = Contender::all(configuration, dialect, &space, &mut Effects::default());
    let mut reached: Vec<Option<Reachability<'a>>> =
        configuration.rules().iter().map(|_| None).collect();
    for rivals in all.chunk_by(|a, b| a.bucket() == b.bucket()) {
        let fields = Case::ALL.map(|case| (case, Field::new(rivals, case)));
        for (rank, one) in rivals.iter().enumerate() {
            let before = rivals.get(..rank).unwrap_or_default();
            if let Some(place) = reached.get_mut(one.rule.position) {
                *place = reachability_of(one, before, &fields, &space);
            }
        }
    }
    let rules = configuration.rules().iter().zip(reached);
    let reached = rules.filter_map(|(rule, reach)| {
        let unreachable = || unmatchable(&rule.filter).map(Reachability::Unmatchable);
        let disabled = (!rule.is_enabled()).then_some(Reachability::Disabled);
        Some((rule, disabled.or_else(unreachable).or(reach)?))
    });
    reached.collect()
}

/// Returns the reachability of one contender, given those that come before it.
fn reachability_of<'a>(
    one: &Contender<'a>,
    before: &[Contender<'a>],
    fields: &[(Case, Field<'_, 'a>); Case::COUNT],
    space: &Space<'_>,
) -> Option<Reachability<'a>> {
    let own = &one.position;
    // If it wins anything in a case, then the least object that it matches.
    let winner = |field: &Field<'_, 'a>| field.winner(own.place, &own.tags).map(|won| won.rule);
    let wins = fields.iter().find(|(case, field)| {
        let wins = winner(field).is_some_and(|rule| rule.position == one.rule.position);
        wins && one.selected().has(*case)
    });
    let wins = wins.map(|(case, _)| Witness::least([&one.rule.filter], space.outside(), *case));
    let mut losing = before.iter().filter_map(|other| {
        let case = other.competes.and(one.competes).iter().next()?;
        let Position { place, tags, .. } = space.both(own, &other.position)?;
        let (_, field) = fields.iter().find(|(other, _)| *other == case)?;
        let filters = [&one.rule.filter, &other.rule.filter];
        let witness = Witness::least(filters, space.outside(), case);
        Some((field.winner(place, &tags)?.rule, witness))
    });
    match (wins, losing.next()) {
        (Some(wins), None) => Some(Reachability::Always { wins }),
        (Some(wins), Some((by, loses))) => Some(Reachability::Partly { wins, by, loses }),
        (None, _) => never(one, fields, space),
    }
}

/// Describes a rule that wins nothing: what is written and matches it, others win.
fn never<'a>(
    one: &Contender<'a>,
    fields: &[(Case, Field<'_, 'a>); Case::COUNT],
    space: &Space<'_>,
) -> Option<Reachability<'a>> {
    let own = &one.position;
    let (case, field) = fields.first()?;
    let winner = field.winner(own.place, &own.tags)?;
    Some(Reachability::Never {
        by: winner.rule,
        same_effect: Contender::differing(Some(one), Some(winner)).is_empty(),
        loses: Witness::least([&one.rule.filter], space.outside(), *case),
    })
}
