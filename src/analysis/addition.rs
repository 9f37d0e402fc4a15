//! One rule more.

use std::collections::BTreeSet;

use crate::analysis::outranked::outranked;
use crate::analysis::{Comparison, Difference, Outranked, Reachability, overlap, reachability};
use crate::dialect::{Dialect, PriorityOrder};
use crate::model::{
    ConfigurationDraft, ConfigurationVersion, Priority, ReplicationConfiguration, ReplicationRule,
    RuleDraft, RuleId,
};

/// A configuration with one rule more, which nobody has proven yet.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Appended {
    /// The configuration; the rule is its last.
    pub draft: ConfigurationDraft,
    /// The ID that was chosen, where the rule had none.
    pub id: Option<RuleId>,
    /// The priority that was chosen, where the rule had none.
    pub priority: Option<Priority>,
}

/// The error returned when no priority keeps a rule from taking objects away from others.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no priority is free with which the rule comes after `{behind}`, whose objects it matches")]
#[non_exhaustive]
pub struct NoFreePriority {
    /// The present rule that comes last of those that share objects with the new one.
    pub behind: String,
}

/// Adds a rule behind all others.
///
/// A V2 rule without a priority gets one with which it comes after every rule that shares objects
/// and the destination bucket with it, so that nothing changes for those; the next one to theirs
/// that is free. A rule without an ID gets one that no other rule has. What the rule does change,
/// [`Addition`] says.
///
/// # Errors
///
/// Returns the rule behind which no priority is free.
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
/// // With the highest priority it takes everything there is from the rule before it.
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
    let is_v2 = rule.version() == Some(ConfigurationVersion::V2);
    let priority = match rule.priority {
        None if is_v2 => Some(free_priority(configuration, &rule, dialect)?),
        _ => None,
    };
    rule.id = rule.id.or_else(|| id.clone());
    rule.priority = rule.priority.or(priority);
    draft.rules.push(rule);
    Ok(Appended { draft, id, priority })
}

/// Returns `rule-` and a number, from that of the rule.
fn free_id(configuration: &ReplicationConfiguration) -> Option<RuleId> {
    let rules = configuration.rules();
    let taken: BTreeSet<&str> =
        rules.iter().flat_map(|rule| &rule.id).map(RuleId::as_str).collect();
    let numbers = rules.len() + 1..=2 * rules.len() + 1;
    let mut names = numbers.map(|number| format!("rule-{number}"));
    names.find(|name| !taken.contains(name.as_str()))?.parse().ok()
}

fn free_priority(
    configuration: &ReplicationConfiguration,
    rule: &RuleDraft,
    dialect: &Dialect,
) -> Result<Priority, NoFreePriority> {
    let rules = configuration.rules();
    let taken: BTreeSet<u32> =
        rules.iter().filter_map(|rule| rule.priority).map(Priority::get).collect();
    let free = |number: &u32| !taken.contains(number);
    let shares = |other: &&ReplicationRule| shares_objects(rule, other);
    let rivals = rules.iter().filter(shares).filter_map(|one| Some((one.priority?.get(), one)));
    let behind = match dialect.priority_order() {
        PriorityOrder::HigherWins => rivals.min_by_key(|(priority, _)| *priority),
        PriorityOrder::LowerWins => rivals.max_by_key(|(priority, _)| *priority),
    };
    let number = match (behind, dialect.priority_order()) {
        // Nobody minds, so it may as well leave room below.
        (None, _) => {
            let above = taken.last().map_or(1, |last| last + 1);
            let all = 0..=Priority::MAX.get();
            [above]
                .into_iter()
                .chain(all)
                .find(|number| *number <= Priority::MAX.get() && free(number))
        }
        (Some((lowest, _)), PriorityOrder::HigherWins) => (0..lowest).rev().find(free),
        (Some((highest, _)), PriorityOrder::LowerWins) => {
            (highest..=Priority::MAX.get()).skip(1).find(free)
        }
    };
    let priority = number.and_then(|number| Priority::new(number).ok());
    priority.ok_or_else(|| NoFreePriority {
        behind: behind.map(|(_, rule)| rule.name().to_string()).unwrap_or_default(),
    })
}

/// Returns true when both match some object and name one bucket, switched on or not: what is off
/// may be switched on later.
fn shares_objects(rule: &RuleDraft, other: &ReplicationRule) -> bool {
    let bucket = rule.destination.as_ref().and_then(|destination| destination.bucket.as_ref());
    let filter = rule.filter.clone().map(crate::model::FilterDraft::meaning);
    bucket == Some(&other.destination.bucket)
        && filter.is_some_and(|filter| overlap(&filter, &other.filter).is_some())
}

/// What a rule changes that was added behind all others.
#[derive(Clone, Debug)]
pub struct Addition<'a> {
    differences: Vec<Difference<'a>>,
    reachability: Option<Reachability<'a>>,
    outranked: Vec<Outranked<'a>>,
    shadowed: Vec<&'a ReplicationRule>,
}

impl<'a> Addition<'a> {
    /// Compares a configuration with one that has a rule more, its last.
    #[must_use]
    pub fn new(
        old: &'a ReplicationConfiguration,
        new: &'a ReplicationConfiguration,
        dialect: &Dialect,
    ) -> Self {
        let comparison = Comparison::new(old, new).with_dialects(dialect.clone(), dialect.clone());
        let mut after = reachability(new, dialect);
        let last = (after.len() > old.rules().len()).then(|| after.pop()).flatten();
        let before = reachability(old, dialect);
        let pairs = before.iter().zip(&after);
        let shadowed = pairs.filter_map(|((_, before), (rule, after))| {
            (!before.is_dead() && after.is_dead()).then_some(*rule)
        });
        let shadowed = shadowed.collect();
        let outranked = outranked(old.rules().len(), new, dialect);
        Self {
            differences: comparison.differences(),
            reachability: last.map(|(_, reachability)| reachability),
            outranked,
            shadowed,
        }
    }

    /// Returns what changes for objects that a present rule wins.
    #[must_use]
    pub fn changes(&self) -> Vec<&Difference<'a>> {
        self.differences.iter().filter(|one| one.old_rule().is_some()).collect()
    }

    /// Returns what is new for objects that no present rule wins.
    #[must_use]
    pub fn additions(&self) -> Vec<&Difference<'a>> {
        self.differences.iter().filter(|one| one.old_rule().is_none()).collect()
    }

    /// Returns the reachability of the new rule; `None` when there is no new rule.
    #[must_use]
    pub const fn reachability(&self) -> Option<&Reachability<'a>> {
        self.reachability.as_ref()
    }

    /// Returns the present rules from which the new one takes objects, though the same may come of
    /// those. What is counted by rule, such as metrics, is counted for the new rule then.
    #[must_use]
    pub fn outranked(&self) -> &[Outranked<'a>] {
        &self.outranked
    }

    /// Returns the rules that won some object before and win none now.
    #[must_use]
    pub fn shadowed(&self) -> &[&'a ReplicationRule] {
        &self.shadowed
    }

    /// Returns true when nothing changes for any present rule, and the new one does something, or
    /// is switched off on purpose. A rule without metrics may lose objects of which the same comes;
    /// that of a rule with metrics would be missing there (REP-801).
    #[must_use]
    pub fn is_safe(&self) -> bool {
        let is_dead = self.reachability.as_ref().is_none_or(Reachability::is_dead);
        !is_dead
            && self.shadowed.is_empty()
            && self.changes().is_empty()
            && !self.outranked.iter().any(Outranked::has_metrics)
    }
}
