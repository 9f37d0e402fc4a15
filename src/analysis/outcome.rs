//! The outcomes of replications: everything by which two configurations are compared.
//!
//! ```text
//! rule to backup, STANDARD_IA       Outcome { storage_class: Some(STANDARD_IA), … }     class 1
//! rule to backup, no class          Outcome { storage_class: None, … }                  class 2
//! the same once more                                                                    class 2
//! ```
//!
//! An outcome is without the version: a rule that keeps the class of its source has one outcome for
//! versions of all classes. Two such outcomes differ under a condition, which
//! [`DifferenceCondition`] states.

use std::collections::HashMap;

use crate::analysis::case::Case;
use crate::engine::{Action, Replication};
use crate::model::{EncryptionStatus, KmsKeyArn, Owner, StorageClass};

/// The class of an outcome: two outcomes are equal if and only if their classes are.
///
/// Comparisons look at every pair of rules, so outcomes are compared as numbers.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct OutcomeClass(usize);

impl OutcomeClass {
    /// Nothing is replicated.
    pub(super) const NOTHING: Self = Self(0);
}

/// The outcomes seen so far, with their classes from 1.
#[derive(Debug, Default)]
pub(super) struct OutcomeClasses {
    classes: HashMap<Outcome, usize>,
    outcomes: Vec<Outcome>,
}

impl OutcomeClasses {
    /// Returns the class of a replication; a new one if no equal outcome was seen.
    pub(super) fn class_of(&mut self, replication: &Replication<'_>) -> OutcomeClass {
        let outcome = Outcome::of(replication);
        let known = self.classes.get(&outcome).copied();
        let class = known.unwrap_or_else(|| {
            self.outcomes.push(outcome.clone());
            self.classes.insert(outcome, self.outcomes.len());
            self.outcomes.len()
        });
        OutcomeClass(class)
    }

    /// Returns an outcome of a class; `None` for [`OutcomeClass::NOTHING`].
    fn get(&self, class: OutcomeClass) -> Option<&Outcome> {
        self.outcomes.get(class.0.checked_sub(1)?)
    }

    /// Returns the conditions under which two outcomes differ: one of them holds for each version of
    /// the case that fares differently. Empty if every version does.
    pub(super) fn conditions(
        &self,
        case: Case,
        old: OutcomeClass,
        new: OutcomeClass,
    ) -> Vec<DifferenceCondition> {
        // Where one side replicates nothing, the outcomes differ for every version.
        let both = self.get(old).zip(self.get(new));
        both.and_then(|(old, new)| old.conditions(new, case)).unwrap_or_default()
    }
}

/// A condition on a version, under which two replications of it differ.
///
/// It serialises as an object with one member.
///
/// # Examples
///
/// ```
/// use s3_replication::StorageClass;
/// use s3_replication::analysis::DifferenceCondition;
///
/// let condition = DifferenceCondition::StorageClassOtherThan(StorageClass::STANDARD);
/// assert_eq!(condition.to_string(), "in another storage class than STANDARD");
/// ```
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub enum DifferenceCondition {
    /// The storage class of the version is another one: one rule names this class, the other keeps
    /// the class of the version.
    StorageClassOtherThan(StorageClass),
    /// The version has this encryption: a rule names a KMS key, which no other version gets.
    EncryptionStatus(EncryptionStatus),
    /// The version does not have this encryption, and no other one with a KMS key.
    EncryptionStatusOtherThan(EncryptionStatus),
    /// The replication is live: S3 Replication Time Control does not cover batch jobs.
    Live,
}

impl std::fmt::Display for DifferenceCondition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::StorageClassOtherThan(class) => {
                write!(f, "in another storage class than {class}")
            }
            Self::EncryptionStatus(status) => write!(f, "encrypted with {status}"),
            Self::EncryptionStatusOtherThan(status) => write!(f, "not encrypted with {status}"),
            Self::Live => f.write_str("in live replication, not in batch jobs"),
        }
    }
}

/// The outcome of a replication, for versions in any storage class.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct Outcome {
    action: Action,
    /// `None` for a delete marker or a change of metadata: only whole versions have a replica.
    replica: Option<ReplicaOutcome>,
    owner: Owner,
    time_control: bool,
    metrics: bool,
}

/// The properties of a replica that a rule decides. What the replica takes over from its source is
/// the same under every rule, so it is absent here.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct ReplicaOutcome {
    /// `None` when the replica keeps the class of the version.
    storage_class: Option<StorageClass>,
    /// `None` when the destination bucket decides.
    encryption: Option<EncryptionStatus>,
    key: Option<KmsKeyArn>,
    /// True if the key is that which is related to the key of the version.
    uses_related_key: bool,
}

impl Outcome {
    /// Describes a replication without the version that it is about.
    fn of(replication: &Replication<'_>) -> Self {
        let replica = replication.replica();
        let is_whole = replication.action() == Action::ReplicateObject;
        Self {
            action: replication.action(),
            replica: is_whole.then(|| ReplicaOutcome {
                storage_class: replication.rule().destination.storage_class.clone(),
                encryption: replica.encryption.status(),
                key: replica.encryption.key().cloned(),
                uses_related_key: replica.encryption.uses_related_key(),
            }),
            owner: replica.owner,
            time_control: replication.is_time_controlled(),
            metrics: replication.has_metrics(),
        }
    }

    /// Returns `None` if the outcomes differ for every version of the case.
    fn conditions(&self, other: &Self, case: Case) -> Option<Vec<DifferenceCondition>> {
        let is_same = self.action == other.action
            && self.owner == other.owner
            && self.metrics == other.metrics
            && self.replica.is_some() == other.replica.is_some();
        if !is_same {
            return None;
        }
        let mut conditions = Vec::new();
        if let (Some(own), Some(other)) = (&self.replica, &other.replica) {
            match (&own.storage_class, &other.storage_class) {
                // One rule names the class, the other one keeps that of the version: they agree on
                // versions in this class.
                (Some(class), None) | (None, Some(class)) if !class.is_archived() => {
                    conditions.push(DifferenceCondition::StorageClassOtherThan(class.clone()));
                }
                // No replicated version is in an archive class, so none keeps it.
                (own, other) if own != other => return None,
                _ => {}
            }
            if (own.encryption, &own.key) != (other.encryption, &other.key) {
                // Versions that are encrypted with SSE-C, or not at all, get no key of a rule.
                if case != Case::Object {
                    return None;
                }
                conditions.push(DifferenceCondition::EncryptionStatus(EncryptionStatus::SseS3));
            }
        }
        if self.time_control != other.time_control {
            // Changes of metadata are always live.
            if self.action != Action::ReplicateObject {
                return None;
            }
            conditions.push(DifferenceCondition::Live);
        }
        Some(conditions)
    }
}
