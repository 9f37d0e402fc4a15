//! The effects of adding a rule to a configuration.

use std::collections::BTreeSet;

use crate::analysis::case::Case;
use crate::analysis::competition::Competitor;
use crate::analysis::outcome::OutcomeClasses;
use crate::analysis::ranking::Ranking;
use crate::analysis::{Comparison, Difference, Differences, Reachability, Witness, reachability};
use crate::dialect::{Dialect, PrefixSearch, PriorityOrder, SchemaVersions};
use crate::keyspace::{Effort, GaveUp, KeySpace, competing_rules};
use crate::model::{
    ConfigurationDraft, ConfigurationVersion, FilterDraft, Priority, ReplicationConfiguration,
    ReplicationRule, RuleDraft, RuleId,
};

/// A configuration with an added rule, not yet validated.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Appended {
    /// The configuration; the added rule is its last.
    pub draft: ConfigurationDraft,
    /// The ID chosen for the rule, if it had none.
    pub id: Option<RuleId>,
    /// The priority chosen for the rule, if it had none.
    pub priority: Option<Priority>,
}

/// The error returned when every priority that would rank a rule below the others is taken.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no free priority ranks the rule below `{below}`, which matches the same objects")]
#[non_exhaustive]
pub struct NoFreePriority {
    /// The lowest-ranking present rule that shares objects with the new one.
    pub below: String,
}

/// Appends a rule to a configuration.
///
/// A V2 rule without a priority gets the nearest free one that ranks it below every rule that shares
/// objects and the destination bucket with it, so that nothing changes for those rules. Where the
/// priority decides nothing, as in Ceph (REP-1137), it gets an unused one. A rule
/// without an ID gets an ID that no other rule has. [`Addition`] reports the effects of the rule.
///
/// # Errors
///
/// Returns the rule below which no priority is free.
///
/// # Examples
///
/// ```
/// use s3_replication::analysis::{Addition, append};
/// use s3_replication::model::RuleDraft;
/// use s3_replication::{Dialect, ReplicationConfiguration};
///
/// let old = ReplicationConfiguration::from_json(
///     r#"{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [
///         {"ID": "logs", "Status": "Enabled", "Priority": 7, "Filter": {"Prefix": "logs/"},
///          "DeleteMarkerReplication": {"Status": "Disabled"},
///          "Destination": {"Bucket": "arn:aws:s3:::backup", "StorageClass": "GLACIER_IR"}}]}"#,
/// )?;
/// let all = RuleDraft::new("arn:aws:s3:::backup".parse()?);
///
/// let appended = append(&old, all.clone(), &Dialect::AWS)?;
/// assert_eq!(appended.priority.unwrap().get(), 6);
/// let new = appended.draft.validate(&Dialect::AWS)?;
/// assert!(Addition::new(&old, &new, &Dialect::AWS).changes().is_empty());
///
/// // With the highest priority the rule takes every object from the present one.
/// let appended = append(&old, all.with_priority("8".parse()?), &Dialect::AWS)?;
/// let new = appended.draft.validate(&Dialect::AWS)?;
/// let addition = Addition::new(&old, &new, &Dialect::AWS);
/// assert_eq!(addition.changes()[0].witness().key(), "logs/");
/// assert_eq!(addition.shadowed()[0].name().to_string(), "logs");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn append(
    configuration: &ReplicationConfiguration,
    mut rule: RuleDraft,
    dialect: &Dialect,
) -> Result<Appended, NoFreePriority> {
    let mut draft = configuration.to_draft();
    let id = rule.id.is_none().then(|| free_id(configuration)).flatten();
    let has_priority = rule.version() == Some(ConfigurationVersion::V2)
        || dialect.schema_versions() == SchemaVersions::Alike;
    let priority = match rule.priority {
        None if has_priority => Some(free_priority(configuration, &rule, dialect)?),
        _ => None,
    };
    rule.id = rule.id.or_else(|| id.clone());
    rule.priority = rule.priority.or(priority);
    draft.rules.push(rule);
    Ok(Appended { draft, id, priority })
}

/// Returns an unused ID of the form `rule-5`, counting from the number of the new rule.
fn free_id(configuration: &ReplicationConfiguration) -> Option<RuleId> {
    let rules = configuration.rules();
    let taken: BTreeSet<&str> =
        rules.iter().flat_map(|rule| &rule.id).map(RuleId::as_str).collect();
    // Of one more name than there are rules, one is free.
    let numbers = rules.len() + 1..=2 * rules.len() + 1;
    let mut names = numbers.map(|number| format!("rule-{number}"));
    names.find(|name| !taken.contains(name.as_str()))?.parse().ok()
}

/// Returns the free priority nearest to those of the rules that share objects with the new one, and
/// below all of them.
///
/// ```text
/// rivals 7 and 3, taken 7, 3, 2     higher wins: 1     lower wins: 8
/// no rivals, taken 7, 3             8
/// rivals 0                          higher wins: none is free
/// ```
fn free_priority(
    configuration: &ReplicationConfiguration,
    rule: &RuleDraft,
    dialect: &Dialect,
) -> Result<Priority, NoFreePriority> {
    let rules = configuration.rules();
    let taken: BTreeSet<u32> =
        rules.iter().filter_map(|rule| rule.priority).map(Priority::get).collect();
    let is_free = |number: &u32| !taken.contains(number);
    let rivals = rules.iter().filter(|other| shares_objects(rule, other));
    let rivals = rivals.filter_map(|rival| Some((rival.priority?.get(), rival)));
    // Where one rule only is compared with a key, a priority ranks nothing.
    let order = match dialect.prefix_search() {
        PrefixSearch::Every => dialect.priority_order(),
        PrefixSearch::LastBeforeKey => PriorityOrder::DocumentOrder,
    };
    let lowest = match order {
        PriorityOrder::HigherWins => rivals.min_by_key(|(priority, _)| *priority),
        PriorityOrder::LowerWins => rivals.max_by_key(|(priority, _)| *priority),
        // A rule at the end of the document is below all others, whatever its priority.
        PriorityOrder::DocumentOrder => None,
    };
    let limit = Priority::MAX.get();
    let number = match (lowest, order) {
        // Without rivals any free priority works. One above all others leaves the lower ones free.
        (None, _) | (_, PriorityOrder::DocumentOrder) => {
            let above = taken.last().map_or(1, |last| last + 1).min(limit);
            std::iter::once(above).chain(0..=limit).find(is_free)
        }
        (Some((lowest, _)), PriorityOrder::HigherWins) => (0..lowest).rev().find(is_free),
        (Some((lowest, _)), PriorityOrder::LowerWins) => (lowest + 1..=limit).find(is_free),
    };
    let priority = number.and_then(|number| Priority::new(number).ok());
    priority.ok_or_else(|| NoFreePriority {
        // INVARIANT: without rivals a priority is free, for there are more of them than rules.
        below: lowest.map(|(_, rival)| rival.name().to_string()).unwrap_or_default(),
    })
}

/// Returns true when both rules match some object and have the same destination bucket. Disabled
/// rules count: they may be enabled later.
fn shares_objects(rule: &RuleDraft, other: &ReplicationRule) -> bool {
    let bucket = rule.destination.as_ref().and_then(|destination| destination.bucket.as_ref());
    let filter = rule.filter.clone().map(FilterDraft::meaning);
    bucket == Some(&other.destination.bucket)
        && filter.is_some_and(|filter| filter.overlaps(&other.filter))
}

/// The effects of a rule that was appended to a configuration.
#[derive(Clone, Debug)]
pub struct Addition<'a> {
    differences: Differences<'a>,
    reachability: Option<Reachability<'a>>,
    outranked: Vec<Outranked<'a>>,
    shadowed: Vec<&'a ReplicationRule>,
    is_decided: bool,
}

impl<'a> Addition<'a> {
    /// Compares a configuration with one that has an additional last rule.
    #[must_use]
    pub fn new(
        old: &'a ReplicationConfiguration,
        new: &'a ReplicationConfiguration,
        dialect: &Dialect,
    ) -> Self {
        // Three searches answer three questions. Differences show changed effects. Reachability
        // shows rules that lose everything. `outranked_by` shows rules that lose objects although
        // the effect is the same, which the first search cannot see.
        let comparison = Comparison::new(old, new).with_dialects(dialect.clone(), dialect.clone());
        let before = reachability(old, dialect);
        let after = reachability(new, dialect);
        let shadowed = before.iter().zip(&after).filter_map(|((_, before), (rule, after))| {
            (!before.is_dead() && after.is_dead()).then_some(*rule)
        });
        let shadowed = shadowed.collect();
        let is_undecided =
            |(_, one): &(_, Reachability<'_>)| matches!(one, Reachability::Undecided);
        let some_undecided = before.iter().chain(&after).any(is_undecided);
        let differences = comparison.differences();
        let mut outranked = Vec::new();
        let ended = outranked_by(old.rules().len(), new, dialect, &mut outranked);
        Self {
            is_decided: !some_undecided && differences.is_complete() && ended.is_ok(),
            differences,
            shadowed,
            reachability: after.into_iter().nth(before.len()).map(|(_, last)| last),
            outranked,
        }
    }

    /// Returns true when all effects are found. Only rules that exclude keys or tags can take more
    /// work than the search may cost; then some effects may be missing.
    #[must_use]
    pub const fn is_decided(&self) -> bool {
        self.is_decided
    }

    /// Returns the differences for objects that a present rule wins.
    #[must_use]
    pub fn changes(&self) -> Vec<&Difference<'a>> {
        self.differences.iter().filter(|one| one.old_rule().is_some()).collect()
    }

    /// Returns the differences for objects that no present rule wins.
    #[must_use]
    pub fn additions(&self) -> Vec<&Difference<'a>> {
        self.differences.iter().filter(|one| one.old_rule().is_none()).collect()
    }

    /// Returns the reachability of the new rule; `None` when there is no new rule.
    #[must_use]
    pub const fn reachability(&self) -> Option<&Reachability<'a>> {
        self.reachability.as_ref()
    }

    /// Returns the existing rules that lose objects to the new one, even where the effect stays the
    /// same. Metrics, for instance, then count these objects for the new rule.
    #[must_use]
    pub fn outranked(&self) -> &[Outranked<'a>] {
        &self.outranked
    }

    /// Returns the rules that won some object before and win none now.
    #[must_use]
    pub fn shadowed(&self) -> &[&'a ReplicationRule] {
        &self.shadowed
    }

    /// Returns true when it is proved that nothing changes for any present rule, and the new rule wins
    /// some object or is disabled.
    ///
    /// A present rule without metrics may lose objects if the effect stays the same. A rule with
    /// metrics may not: its metrics would miss them (REP-801).
    #[must_use]
    pub fn is_safe(&self) -> bool {
        let is_dead = self.reachability.as_ref().is_none_or(Reachability::is_dead);
        self.is_decided
            && !is_dead
            && self.shadowed.is_empty()
            && self.changes().is_empty()
            && !self.outranked.iter().any(Outranked::has_metrics)
    }
}

/// A rule that would win some objects if another rule did not outrank it.
#[derive(Clone, Debug)]
pub struct Outranked<'a> {
    rule: &'a ReplicationRule,
    by: &'a ReplicationRule,
    witness: Witness,
}

impl<'a> Outranked<'a> {
    /// Returns the rule that loses the objects.
    #[must_use]
    pub const fn rule(&self) -> &'a ReplicationRule {
        self.rule
    }

    /// Returns the rule that wins them.
    #[must_use]
    pub const fn by(&self) -> &'a ReplicationRule {
        self.by
    }

    /// Returns true when the losing rule publishes metrics, which do not count objects that another
    /// rule wins (REP-801).
    #[must_use]
    pub fn has_metrics(&self) -> bool {
        self.rule.has_metrics()
    }

    /// Returns an object that the rule loses.
    #[must_use]
    pub const fn witness(&self) -> &Witness {
        &self.witness
    }
}

/// Adds the rules that lose objects to the one at a position, from the highest rank.
fn outranked_by<'a>(
    position: usize,
    configuration: &'a ReplicationConfiguration,
    dialect: &Dialect,
    outranked: &mut Vec<Outranked<'a>>,
) -> Result<(), GaveUp> {
    let space = KeySpace::new(competing_rules(configuration).map(|rule| &rule.filter));
    let mut all = Competitor::all(configuration, dialect, &space, &mut OutcomeClasses::default());
    let is_by = |one: &Competitor<'_>| one.rule.position == position && one.is_for_bucket();
    let Some(index) = all.iter().position(is_by) else { return Ok(()) };
    // All of its sets of tags.
    let count = all.iter().filter(|one| is_by(one)).count();
    let new: Vec<Competitor<'_>> = all.drain(index..index + count).collect();
    let Some(by) = new.first() else { return Ok(()) };
    let is_rival = |one: &Competitor<'_>| one.bucket() == by.bucket();
    let above = all.iter().take(index).filter(|one| is_rival(one)).count();
    let rivals = Competitor::by_bucket(&all).find(|rivals| rivals.iter().all(is_rival));
    let rivals = rivals.unwrap_or_default();
    // Rankings without the rule show who would win in its absence.
    let rankings = Case::ALL.map(|case| (case, Ranking::new(rivals, case)));
    let mut effort = Effort::new();
    // Rules above the new one lose nothing to it.
    for one in rivals.iter().skip(above) {
        // A rule with several sets of tags is reported once.
        if outranked.iter().any(|found| found.rule.position == one.rule.position) {
            continue;
        }
        let cases = one.competes.and(by.competes);
        // Both rules match the objects of the intersection. The lower one loses one of them to the
        // new rule if it would win it without the new rule: it must escape all others there.
        let both = new.iter().filter_map(|by| space.intersection(&one.selection, &by.selection));
        let both: Vec<_> = both.collect();
        'cases: for (case, ranking) in rankings.iter().filter(|(case, _)| cases.has(*case)) {
            let Some(rank) = ranking.rank_of(one) else { continue };
            for both in &both {
                let won = ranking.escape(both, rank, space.tags(), &mut effort)?;
                if let Some((place, tags)) = won {
                    let witness = Witness::at(&space, place, &tags, *case);
                    outranked.push(Outranked { rule: one.rule, by: by.rule, witness });
                    break 'cases;
                }
            }
        }
    }
    Ok(())
}
