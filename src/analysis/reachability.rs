//! The reachability of the rules of one configuration.
//!
//! A rule is dead when no object exists that it wins and replicates, in any case. The search for
//! such an object is complete, so its failure is a proof, and the rule can be deleted without
//! changing a decision.

mod shadowing;

use std::collections::BTreeMap;

use self::shadowing::shadowing_rules;
use crate::analysis::Witness;
use crate::analysis::case::{Case, Cases};
use crate::analysis::competition::Competitor;
use crate::analysis::outcome::OutcomeClasses;
use crate::analysis::ranking::Ranking;
use crate::dialect::Dialect;
use crate::keyspace::{Effort, GaveUp, KeySpace, competing_rules};
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
        /// Rules that rank above this one and together match every object that it competes for, in
        /// the order of their ranks. Each of them is needed: without it, this rule would win some
        /// object if no other rule did. Mostly there is one.
        together: Vec<&'a ReplicationRule>,
        /// True if these rules have the effect that this one would have, in every case.
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
    /// The search was given up: the tags that the rules exclude are too complex.
    Undecided,
}

impl<'a> Reachability<'a> {
    /// Returns the reachability of a rule that has two sets of tags, given that of each.
    ///
    /// ```text
    /// Always  and Never       Partly: one set of tags wins, the other one loses
    /// Never   and Never       Never, by the rules that shadow both sets
    /// Undecided and anything  Undecided
    /// ```
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Undecided, _) | (_, Self::Undecided) => Self::Undecided,
            (Self::Always { wins }, Self::Always { .. }) => Self::Always { wins },
            (
                Self::Never { by, mut together, same_effect, loses },
                Self::Never { together: others, same_effect: other_same_effect, .. },
            ) => {
                together.extend(others);
                // By rank; each once.
                let mut seen: Vec<&'a ReplicationRule> = Vec::new();
                together.retain(|rule| {
                    let is_new = !seen.iter().any(|seen| seen.position == rule.position);
                    seen.push(rule);
                    is_new
                });
                let same_effect = same_effect && other_same_effect;
                Self::Never { by, together, same_effect, loses }
            }
            (partly @ Self::Partly { .. }, _) | (_, partly @ Self::Partly { .. }) => partly,
            (Self::Always { wins }, Self::Never { by, loses, .. })
            | (Self::Never { by, loses, .. }, Self::Always { wins }) => {
                Self::Partly { wins, by, loses }
            }
            (one, _) => one,
        }
    }

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
    let mut searches = all.len();
    let mut effort = Effort::new();
    for competitors in Competitor::by_bucket(&all) {
        let rankings = Case::ALL.map(|case| (case, Ranking::new(competitors, case)));
        for (index, one) in competitors.iter().enumerate() {
            if !one.is_for_bucket() {
                continue;
            }
            let (before, _) = competitors.split_at(index);
            // Other sets of tags of the same rule do not outrank it.
            let siblings = before.iter().rev().take_while(|other| other.is(one)).count();
            let (above, _) = before.split_at(index - siblings);
            // One hostile rule leaves the others their share.
            let mut share = effort.share(searches);
            searches -= 1;
            let found = reachability_of(one, above, &rankings, &space, &mut share);
            effort.take_back(&share);
            if let Some(entry) = by_position.get_mut(one.rule.position) {
                let found = found.unwrap_or(Some(Reachability::Undecided));
                *entry = match (entry.take(), found) {
                    // A rule for which any tag is enough has a competitor for each tag.
                    (Some(before), Some(found)) => Some(before.or(found)),
                    (before, found) => before.or(found),
                };
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

/// Returns the rules that win and replicate an object in a case, by position, each with such an
/// object. A rule on which the search gave up is left out.
pub(crate) fn winning_rules(
    configuration: &ReplicationConfiguration,
    dialect: &Dialect,
    case: Case,
) -> BTreeMap<usize, Witness> {
    let space = KeySpace::new(competing_rules(configuration).map(|rule| &rule.filter));
    let all = Competitor::all(configuration, dialect, &space, &mut OutcomeClasses::default());
    let mut effort = Effort::new();
    let mut winning = BTreeMap::new();
    for competitors in Competitor::by_bucket(&all) {
        let ranking = Ranking::new(competitors, case);
        for one in ranking.iter().filter(|one| one.competitor.replicates().has(case)) {
            let selection = &one.competitor.selection;
            let won = ranking.escape(selection, one.rank, space.tags(), &mut effort);
            if let Ok(Some((place, tags))) = won {
                let witness = Witness::at(&space, place, &tags, case);
                winning.insert(one.competitor.rule.position, witness);
            }
        }
    }
    winning
}

/// Returns the reachability of a competitor, given those that rank above it.
fn reachability_of<'a>(
    one: &Competitor<'a>,
    above: &[Competitor<'a>],
    rankings: &[(Case, Ranking<'_, 'a>); Case::COUNT],
    space: &KeySpace<'_>,
    effort: &mut Effort,
) -> Result<Option<Reachability<'a>>, GaveUp> {
    let own = &one.selection;
    let mut wins = None;
    for (case, ranking) in rankings.iter().filter(|(case, _)| one.replicates().has(*case)) {
        let Some(rank) = ranking.rank_of(one) else { continue };
        if let Some((place, tags)) = ranking.escape(own, rank, space.tags(), effort)? {
            // One witness is enough: the first case in which the rule wins.
            wins = Some(Witness::at(space, place, &tags, *case));
            break;
        }
    }
    let mut lost = above.iter().filter_map(|other| {
        // Two rules are rivals only where both compete; a rule for SSE-KMS versions takes nothing
        // from one that does not select them.
        let case = other.competes.and(one.competes).iter().next()?;
        let both = space.intersection(own, &other.selection)?;
        let (_, ranking) = rankings.iter().find(|(other, _)| *other == case)?;
        // The winner need not be `other`: a third rule may outrank both.
        let winner = ranking.winner(both.place(), &both.tags)?;
        Some((winner.rule, Witness::at(space, both.place(), &both.tags, case)))
    });
    match (wins, lost.next()) {
        (Some(wins), None) => Ok(Some(Reachability::Always { wins })),
        (Some(wins), Some((by, loses))) => Ok(Some(Reachability::Partly { wins, by, loses })),
        (None, _) => never(one, above, rankings, space, effort),
    }
}

/// Returns the reachability of a competitor that wins no object.
fn never<'a>(
    one: &Competitor<'a>,
    above: &[Competitor<'a>],
    rankings: &[(Case, Ranking<'_, 'a>); Case::COUNT],
    space: &KeySpace<'_>,
    effort: &mut Effort,
) -> Result<Option<Reachability<'a>>, GaveUp> {
    let own = &one.selection;
    // The first case is the most common one, so its object is the easiest to recognise.
    let Some((case, ranking)) = rankings.first() else { return Ok(None) };
    let Some(winner) = ranking.winner(own.place(), &own.tags) else { return Ok(None) };
    let together = shadowing_rules(one, winner, above, rankings, space, effort)?;
    let same_effect = together.iter().all(|other| {
        // A single rule takes every case. Of several, each answers only for the cases in which it
        // competes.
        let competes = if together.len() == 1 { Cases::ALL } else { other.competes };
        Competitor::differing(Some(one), Some(other)).and(competes).is_empty()
    });
    Ok(Some(Reachability::Never {
        by: winner.rule,
        together: together.iter().map(|other| other.rule).collect(),
        same_effect,
        loses: Witness::at(space, own.place(), &own.tags, *case),
    }))
}
