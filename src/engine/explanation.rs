//! The verdict on each rule, for people and for reports.
//!
//! An explanation visits every rule, where a decision visits only those that can win. Tests hold
//! the law that binds the two: the rules with [`Verdict::Selected`] are those of the decision.

use std::fmt;

use crate::clause::{self, Clause};
use crate::dialect::{Dialect, ElementReading, PrefixSearch};
use crate::engine::{Decision, NearMiss, Reason};
use crate::model::{ObjectVersion, ReplicationRule};

/// The reasons behind a [`Decision`]: a [`Verdict`] for each rule.
///
/// Its text has one line for each rule in document order:
///
/// ```text
/// all: outranked by `tax`
/// tax: selected
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation<'a> {
    /// The store, which need not take every element that a help proposes.
    dialect: &'a Dialect,
    verdicts: Vec<(&'a ReplicationRule, Verdict<'a>)>,
    decision: Decision<'a>,
    version: &'a ObjectVersion<'a>,
    /// False when no rule whatever could replicate the version.
    is_possible: bool,
}

/// The result of evaluating one rule.
///
/// A rule either wins its destination bucket and replicates, loses it to another rule, or does not
/// replicate the version at all.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Verdict<'a> {
    /// The rule won its bucket, and its settings apply.
    Selected,
    /// The rule matched, but another rule for the same bucket takes precedence.
    Outranked {
        /// The rule that takes precedence.
        by: &'a ReplicationRule,
    },
    /// The rule does not replicate the version.
    Rejected(Reason),
}

impl<'a> Explanation<'a> {
    /// The verdicts are in document order, one for each rule, and agree with the decision.
    pub(super) const fn new(
        dialect: &'a Dialect,
        verdicts: Vec<(&'a ReplicationRule, Verdict<'a>)>,
        decision: Decision<'a>,
        version: &'a ObjectVersion<'a>,
        is_possible: bool,
    ) -> Self {
        Self { dialect, verdicts, decision, version, is_possible }
    }

    /// Returns the decision.
    ///
    /// This is what [`Engine::decide`](crate::Engine::decide) returns for the same version and
    /// event.
    pub const fn decision(&self) -> &Decision<'a> {
        &self.decision
    }

    /// Iterates over the rules in document order, each with its verdict.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::engine::Verdict;
    /// use s3_replication::model::Event;
    /// use s3_replication::{Engine, ObjectVersion};
    ///
    /// /// Counts the rules that match a version but lose their bucket to another rule.
    /// fn outranked(engine: &Engine, version: &ObjectVersion<'_>) -> usize {
    ///     let explanation = engine.explain(version, Event::ObjectCreatedPut);
    ///     let mut verdicts = explanation.verdicts().map(|(_, verdict)| verdict);
    ///     verdicts.filter(|verdict| matches!(verdict, Verdict::Outranked { .. })).count()
    /// }
    /// ```
    #[must_use]
    pub fn verdicts(
        &self,
    ) -> impl ExactSizeIterator<Item = (&'a ReplicationRule, Verdict<'a>)> + Clone {
        self.verdicts.iter().copied()
    }

    /// Returns the verdict on a rule; `None` when the rule belongs to another configuration.
    #[must_use]
    pub fn verdict(&self, rule: &ReplicationRule) -> Option<Verdict<'a>> {
        Some(self.entry(rule)?.1)
    }

    /// Returns the small difference between the filter of a rule and the version, if that is why
    /// the rule rejects the version, or the prefix or tag by which the rule excludes it.
    ///
    /// A rule that takes the version may nearly exclude it; that difference is returned, too.
    #[must_use]
    pub fn near_miss(&self, rule: &ReplicationRule) -> Option<NearMiss<'a>> {
        match self.entry(rule)? {
            (rule, Verdict::Rejected(Reason::PrefixDiffers)) => {
                NearMiss::of_key(rule, self.version)
            }
            (rule, Verdict::Rejected(Reason::TagsDiffer)) => NearMiss::of_tags(rule, self.version),
            (rule, Verdict::Rejected(Reason::KeyExcluded | Reason::TagsExcluded)) => {
                NearMiss::of_exclusion(rule, self.version)
            }
            (rule, Verdict::Selected | Verdict::Outranked { .. }) => {
                NearMiss::of_key_not_excluded(rule, self.version)
            }
            _ => None,
        }
    }

    /// Returns a change that would make a rule replicate the version, if there is one.
    ///
    /// The result is `None` if the change would have no effect: no rule can replicate the version, a
    /// disabled rule does not match it either, another rule already replicates it to the bucket, or the
    /// store does not take the element that selects such versions.
    #[must_use]
    pub fn help(&self, rule: &ReplicationRule) -> Option<String> {
        let (rule, Verdict::Rejected(reason)) = self.entry(rule)? else { return None };
        let honours = |reading| reading == ElementReading::Honoured;
        // A change of a rule helps only if nothing else rejects the version.
        let is_other_bar = match reason {
            // A correction of the filter would only reveal the next reason: no rule can replicate
            // the version.
            _ if reason.is_of_filter() && !self.is_possible => true,
            Reason::RuleDisabled => {
                rule.is_for_other_zones()
                    || !rule.filter.matches(self.version)
                    || self.is_left_to_another_rule(rule)
            }
            Reason::KmsNotSelected if !honours(self.dialect.kms_elements()) => true,
            Reason::ReplicaModificationsDisabled
                if !honours(self.dialect.replica_modifications_element()) =>
            {
                true
            }
            // Another rule already replicates the version to this bucket. Enabling this rule would
            // make it a rival, and add no replica.
            Reason::KmsNotSelected | Reason::ReplicaModificationsDisabled => {
                self.decision.to(&rule.destination.bucket).is_some()
            }
            _ => false,
        };
        if is_other_bar {
            return None;
        }
        self.near_miss(rule)
            .map(|miss| miss.help())
            .or_else(|| reason.help_in(rule).map(str::to_owned))
    }

    /// Returns true when the store would compare the key with another rule even if this one were
    /// enabled (REP-1137).
    fn is_left_to_another_rule(&self, rule: &ReplicationRule) -> bool {
        let own = (rule.filter.key_prefix(), rule.position);
        self.dialect.prefix_search() == PrefixSearch::LastBeforeKey
            && self.verdicts.iter().any(|(other, _)| {
                other.is_enabled()
                    && other.destination.bucket == rule.destination.bucket
                    && other.filter.key_prefix().as_str().as_bytes() <= self.version.key
                    && (other.filter.key_prefix(), other.position) > own
            })
    }

    /// Returns a rule of this configuration with its verdict. The position alone does not identify
    /// a rule, because the caller may pass one of another configuration.
    fn entry(&self, rule: &ReplicationRule) -> Option<(&'a ReplicationRule, Verdict<'a>)> {
        self.verdicts.get(rule.position).copied().filter(|(own, _)| *own == rule)
    }
}

impl Verdict<'_> {
    /// Returns `selected`, `outranked` or `rejected`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Selected => "selected",
            Self::Outranked { .. } => "outranked",
            Self::Rejected(_) => "rejected",
        }
    }

    /// Returns the clause of `SEMANTICS.md` behind the verdict.
    #[must_use]
    pub const fn clause(&self) -> &'static Clause {
        match self {
            Self::Selected => &clause::WINNER_TAKES_ALL,
            Self::Outranked { .. } => &clause::CONFLICT_DOMAIN,
            Self::Rejected(reason) => reason.clause(),
        }
    }
}

/// One line for each rule.
impl fmt::Display for Explanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (rule, verdict) in self.verdicts() {
            writeln!(f, "{}: {verdict}", rule.name())?;
        }
        Ok(())
    }
}

impl fmt::Display for Verdict<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Selected => f.write_str("selected"),
            Self::Outranked { by } => write!(f, "outranked by `{}`", by.name()),
            Self::Rejected(reason) => write!(f, "rejected: {}", reason.sentence()),
        }
    }
}
