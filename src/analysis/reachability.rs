//! The reachability of the rules of one configuration.

use crate::analysis::Witness;
use crate::analysis::case::Case;
use crate::analysis::competition::{Competitor, OutcomeClasses, Ranking};
use crate::dialect::Dialect;
use crate::keyspace::{KeySpace, competing_rules};
use crate::model::{ReplicationConfiguration, ReplicationRule, Unmatchable};

/// The share of a rule in the objects that it matches: it wins none, some or all of them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Reachability<'a> {
    /// The rule is disabled.
    Disabled,
    /// No object matches the filter of the rule.
    Unmatchable(Unmatchable),
    /// Other rules win every object that the rule matches: the configuration decides the same
    /// without it.
    Never {
        /// The rule that wins the witness. Other rules may win other objects.
        by: &'a ReplicationRule,
        /// True if the other rule has the effect that this one would have, in every case.
        same_effect: bool,
        /// The least object that the rule matches.
        loses: Witness,
    },
    /// The rule wins some objects and loses others.
    Partly {
        /// An object that the rule wins and replicates.
        wins: Witness,
        /// A rule that outranks this one.
        by: &'a ReplicationRule,
        /// An object that both rules compete for and the other one wins.
        loses: Witness,
    },
    /// The rule wins every object that it competes for.
    Always {
        /// An object that the rule wins and replicates.
        wins: Witness,
    },
}

impl Reachability<'_> {
    /// Returns true when the rule is enabled but never replicates any object.
    #[must_use]
    pub const fn is_dead(&self) -> bool {
        matches!(self, Self::Unmatchable(_) | Self::Never { .. })
    }
}

/// Returns the rules of a configuration, in document order, with their reachability.
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
    let space = KeySpace::new(competing_rules(configuration).map(|rule| &rule.filter));
    let all = Competitor::all(configuration, dialect, &space, &mut OutcomeClasses::default());
    let mut by_position: Vec<Option<Reachability<'a>>> =
        configuration.rules().iter().map(|_| None).collect();
    for competitors in Competitor::by_bucket(&all) {
        let rankings = Case::ALL.map(|case| (case, Ranking::new(competitors, case)));
        for (rank, one) in competitors.iter().enumerate() {
            let (above, _) = competitors.split_at(rank);
            if let Some(entry) = by_position.get_mut(one.rule.position) {
                *entry = reachability_of(one, above, &rankings, &space);
            }
        }
    }
    let rules = configuration.rules().iter().zip(by_position);
    let reachability = rules.filter_map(|(rule, reachability)| {
        // INVARIANT: an enabled rule that some object matches is a competitor, so it has an entry.
        let reachability = match rule.filter.unmatchable() {
            _ if !rule.is_enabled() => Reachability::Disabled,
            Some(reason) => Reachability::Unmatchable(reason),
            None => reachability?,
        };
        Some((rule, reachability))
    });
    reachability.collect()
}

/// Returns the reachability of a competitor, given those that rank above it.
fn reachability_of<'a>(
    one: &Competitor<'a>,
    above: &[Competitor<'a>],
    rankings: &[(Case, Ranking<'_, 'a>); Case::COUNT],
    space: &KeySpace<'_>,
) -> Option<Reachability<'a>> {
    let own = &one.selection;
    // A rule that wins any object in a case wins the least object that it matches: more tags and
    // longer keys only bring in other rules.
    let wins = rankings.iter().find(|(case, ranking)| {
        let winner = ranking.winner(own.place(), &own.tags);
        one.replicates().has(*case) && winner.is_some_and(|winner| winner.is(one))
    });
    let wins = wins.map(|(case, _)| Witness::at(space, own.place(), &own.tags, *case));
    let mut lost = above.iter().filter_map(|other| {
        let case = other.competes.and(one.competes).iter().next()?;
        let both = space.intersection(own, &other.selection)?;
        let (_, ranking) = rankings.iter().find(|(other, _)| *other == case)?;
        let winner = ranking.winner(both.place(), &both.tags)?;
        Some((winner.rule, Witness::at(space, both.place(), &both.tags, case)))
    });
    match (wins, lost.next()) {
        (Some(wins), None) => Some(Reachability::Always { wins }),
        (Some(wins), Some((by, loses))) => Some(Reachability::Partly { wins, by, loses }),
        (None, _) => never(one, rankings, space),
    }
}

/// Returns the reachability of a competitor that wins no object.
fn never<'a>(
    one: &Competitor<'a>,
    rankings: &[(Case, Ranking<'_, 'a>); Case::COUNT],
    space: &KeySpace<'_>,
) -> Option<Reachability<'a>> {
    let own = &one.selection;
    let (case, ranking) = rankings.first()?;
    let winner = ranking.winner(own.place(), &own.tags)?;
    Some(Reachability::Never {
        by: winner.rule,
        same_effect: Competitor::differing(Some(one), Some(winner)).is_empty(),
        loses: Witness::at(space, own.place(), &own.tags, *case),
    })
}
