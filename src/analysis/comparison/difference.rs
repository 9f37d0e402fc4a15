//! One difference, and the object that proves it.
//!
//! `pairs` finds two rules and the cases in which they differ. Here they become differences, one
//! for each kind of objects and pair of outcomes, and each is explained: under which conditions, by
//! which object.
//!
//! ```text
//! pair: `logs` to STANDARD_IA, `logs` to GLACIER, in the cases Object and ObjectUnderKms
//! differences: one for objects, one for objects-under-kms, each with a witness on request
//! ```
//!
//! There can be as many differences as pairs of rules, so a difference keeps numbers and
//! references, and shares the key space and the outcomes.

use std::sync::Arc;

use crate::analysis::case::{Case, Cases};
use crate::analysis::comparison::pairs::{FoundPair, Object};
use crate::analysis::competition::Competitor;
use crate::analysis::outcome::{OutcomeClass, OutcomeClasses};
use crate::analysis::{DifferenceCondition, ObjectKind, Witness};
use crate::keyspace::KeySpace;
use crate::model::{BucketArn, EncryptionStatus, ReplicationRule, StorageClass};

/// A difference between two configurations, for one destination bucket, the two rules that win it,
/// and one kind of objects.
///
/// All objects of a difference are treated alike: by one rule of each configuration, with the same
/// outcome, up to what a replica takes over from its source.
#[derive(Clone, Debug)]
pub struct Difference<'a> {
    /// Needed to make conditions and the witness.
    shared: Arc<Shared<'a>>,
    /// The destination bucket.
    bucket: &'a BucketArn,
    /// The rule of the old configuration that wins; `None` when none does.
    pub(super) old: Option<&'a ReplicationRule>,
    /// The rule of the new configuration that wins; `None` when none does. One of the two is
    /// present.
    pub(super) new: Option<&'a ReplicationRule>,
    // INVARIANT: not empty, and all of one kind.
    /// The cases with these outcomes.
    cases: Cases,
    /// The outcome of the old rule and that of the new one.
    pub(super) outcomes: [OutcomeClass; 2],
    /// The place and the tags of the witness; `None` for the least object that both rules match,
    /// which the rules give again.
    object: Option<Box<Object>>,
}

/// The parts of a comparison that all differences refer to.
#[derive(Debug)]
pub(super) struct Shared<'a> {
    /// The meaning of the places and tags of objects.
    pub(super) space: KeySpace<'a>,
    /// The meaning of the outcomes.
    pub(super) classes: OutcomeClasses,
}

impl<'a> Difference<'a> {
    /// Returns the destination bucket.
    #[must_use]
    pub const fn bucket(&self) -> &'a BucketArn {
        self.bucket
    }

    /// Returns the rule of the old configuration that wins the bucket; `None` when no rule competes
    /// for it. The winner need not replicate: it may leave delete markers behind.
    #[must_use]
    pub const fn old_rule(&self) -> Option<&'a ReplicationRule> {
        self.old
    }

    /// Returns the rule of the new configuration that wins the bucket; `None` when no rule competes
    /// for it.
    #[must_use]
    pub const fn new_rule(&self) -> Option<&'a ReplicationRule> {
        self.new
    }

    /// Returns the kind of objects about which the configurations differ.
    #[must_use]
    pub fn object_kind(&self) -> ObjectKind {
        self.first_case().object_kind()
    }

    /// Returns the conditions on the objects of the kind: the configurations differ where one of
    /// them holds. Empty if they differ for all objects of the kind.
    #[must_use]
    pub fn conditions(&self) -> Vec<DifferenceCondition> {
        let [old, new] = self.outcomes;
        let mut conditions = self.shared.classes.conditions(self.first_case(), old, new);
        // Replicas have two cases. If only one of them differs, its encryption is part of the
        // condition.
        if self.object_kind() == ObjectKind::ReplicaModifications && self.cases.len() == 1 {
            let kms = EncryptionStatus::SseKms;
            conditions.push(match self.first_case() {
                Case::ReplicaModification => DifferenceCondition::EncryptionStatusOtherThan(kms),
                _ => DifferenceCondition::EncryptionStatus(kms),
            });
        }
        conditions
    }

    /// Returns an object that the two configurations replicate to the bucket differently.
    ///
    /// The object is of the first case and, where that matters, in a storage class for which the two
    /// differ. The engine decides differently about it under the two configurations.
    #[must_use]
    pub fn witness(&self) -> Witness {
        let (case, space) = (self.first_case(), &self.shared.space);
        let witness = if let Some(object) = &self.object {
            Witness::at(space, object.place, &object.tags, case)
        } else {
            let rules = [self.old, self.new].into_iter().flatten();
            let outside = space.prefixes().outside();
            Witness::least(rules.map(|rule| &rule.filter), outside, case)
        };
        // The default class of a witness is `STANDARD`, and for that class alone the two agree. So
        // the witness is given another class, for which they differ.
        let standard_is_kept = DifferenceCondition::StorageClassOtherThan(StorageClass::STANDARD);
        if self.conditions() == [standard_is_kept] {
            witness.in_storage_class(StorageClass::STANDARD_IA)
        } else {
            witness
        }
    }

    /// Returns the most common case of the difference; there always is one.
    ///
    /// The default is never used, because a difference is made from a case.
    fn first_case(&self) -> Case {
        self.cases.iter().next().unwrap_or(Case::Object)
    }

    /// Adds a difference for each kind of objects that a pair of rules treats differently.
    ///
    /// The new differences go to the end of the list, in the order of the cases.
    pub(super) fn add_all(
        pair: FoundPair<'_, 'a>,
        shared: &Arc<Shared<'a>>,
        differences: &mut Vec<Self>,
    ) {
        let first = differences.len();
        let (old, new) = (pair.pair.old, pair.pair.new);
        let Some(bucket) = old.or(new).map(Competitor::bucket_arn) else { return };
        let rule = |competitor: &Competitor<'a>| competitor.rule;
        let outcome = |one: Option<&Competitor<'a>>, case| {
            one.map_or(OutcomeClass::NOTHING, |one| one.outcome(case))
        };
        for (case, object) in pair.into_objects() {
            let outcomes = [outcome(old, case), outcome(new, case)];
            let kind = case.object_kind();
            // Cases of one kind with the same outcomes are one difference for a reader, with a
            // condition.
            // Differences of other pairs are before `first`, and never alike: their rules are
            // others.
            let mut of_pair = differences.iter_mut().skip(first);
            let alike = |one: &&mut Self| one.object_kind() == kind && one.outcomes == outcomes;
            match of_pair.find(alike) {
                Some(alike) => alike.cases.add(case),
                None => differences.push(Self {
                    shared: shared.clone(),
                    bucket,
                    old: old.map(rule),
                    new: new.map(rule),
                    cases: case.into(),
                    outcomes,
                    object,
                }),
            }
        }
    }
}
