//! Assertions: the versions that one is about, and what it requires of them.
//!
//! A draft has the members as they are written, and `validate` makes an assertion of it, or an
//! error. The keys are compiled then, once, because every check of a configuration asks for them.

mod validate;

pub use self::validate::InvalidAssertion;

use std::num::NonZeroU32;

use crate::model::{EncryptionStatus, ObjectVersion, StorageClass, Tag};
use crate::policy::automaton::Budget;
use crate::policy::glob::KeyGlob;
use crate::policy::keys::KeySet;
use crate::policy::target::Target;

closed_vocabulary! {
    /// The events that an assertion is about.
    #[non_exhaustive]
    pub enum About("`objects`, `delete-markers` or `replica-modifications`") {
        /// A version is written, or listed in the manifest of a batch job.
        Objects = "objects",
        /// A delete by a user creates a delete marker.
        DeleteMarkers = "delete-markers",
        /// The metadata of a replica changes: tags, lock settings or ACL.
        ReplicaModifications = "replica-modifications",
    }
}

/// The requirement of an assertion on the versions that it is about.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Requirement {
    /// Every version reaches a number of destination buckets in a way that satisfies the target.
    MustReach {
        /// The properties of the replications that count.
        target: Target,
        /// The least number of buckets.
        at_least: NonZeroU32,
    },
    /// Every replication of a version satisfies the target.
    MayOnlyReach(Target),
    /// No replication of a version satisfies the target.
    MustNotReach(Target),
    /// Delete markers go wherever an object with their key goes in a way that satisfies the target.
    DeleteMarkersMustFollow(Target),
}

impl Requirement {
    /// Returns the name of the member in a policy.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::MustReach { .. } => "MustReach",
            Self::MayOnlyReach(_) => "MayOnlyReach",
            Self::MustNotReach(_) => "MustNotReach",
            Self::DeleteMarkersMustFollow(_) => "DeleteMarkersMustFollow",
        }
    }

    /// Returns the target of the requirement.
    #[must_use]
    pub const fn target(&self) -> &Target {
        match self {
            Self::MustReach { target, .. }
            | Self::MayOnlyReach(target)
            | Self::MustNotReach(target)
            | Self::DeleteMarkersMustFollow(target) => target,
        }
    }
}

/// An assertion that is not yet validated.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AssertionDraft {
    /// The name of the assertion.
    pub id: String,
    /// The purpose of the assertion.
    pub description: Option<String>,
    /// Globs for the keys that the assertion is about: one of them must match. Empty means every key.
    pub keys: Vec<KeyGlob>,
    /// Globs for keys that the assertion is not about.
    pub except_keys: Vec<KeyGlob>,
    /// Keys that the assertion must be about. They guard against globs that do not match what their
    /// author had in mind, and make no other difference.
    pub examples: Vec<String>,
    /// The tags that objects must have, among others.
    pub tags: Vec<Tag>,
    /// The encryptions of the objects. Empty means any encryption.
    pub encryption_statuses: Vec<EncryptionStatus>,
    /// The storage classes of the objects. Empty means all classes that S3 replicates.
    pub storage_classes: Vec<StorageClass>,
    /// The events. Empty means the events that the requirement is usually about.
    pub about: Vec<About>,
    /// The requirement.
    pub requirement: Requirement,
}

/// A validated assertion: there are versions that satisfy it or violate it.
#[derive(Clone, Debug)]
pub struct Assertion {
    // INVARIANT: passed every check of `AssertionDraft::validate`, and `about` is not empty.
    /// The members, with tags sorted by key.
    draft: AssertionDraft,
    /// The keys that `Keys` and `ExceptKeys` select, as an automaton.
    keys: KeySet,
}

impl Assertion {
    /// Returns the name of the assertion.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.draft.id
    }

    /// Returns the purpose of the assertion, if it is given.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.draft.description.as_deref()
    }

    /// Returns the requirement.
    #[must_use]
    pub const fn requirement(&self) -> &Requirement {
        &self.draft.requirement
    }

    /// Returns the events that the assertion is about, given or by default.
    #[must_use]
    pub fn about(&self) -> &[About] {
        &self.draft.about
    }

    /// Returns true when the assertion is about objects with a key. The time it takes is proportional
    /// to the length of the globs and of the key.
    #[must_use]
    pub fn has_key(&self, key: &str) -> bool {
        self.has_key_within(key, &mut Budget::unlimited()) == Some(true)
    }

    /// Returns true when the assertion is about a key; `None` when the budget is used up. A key
    /// that S3 does not allow is no key of any assertion.
    fn has_key_within(&self, key: &str, budget: &mut Budget) -> Option<bool> {
        // In bytes. The globs would match longer texts, too.
        let can_be = (1..=ObjectVersion::KEY_LIMIT).contains(&key.len());
        if can_be { self.keys.contains(key, budget) } else { Some(false) }
    }

    /// Returns the keys that the assertion is about.
    pub(super) const fn keys(&self) -> &KeySet {
        &self.keys
    }

    /// Returns the members.
    pub(super) const fn draft(&self) -> &AssertionDraft {
        &self.draft
    }
}

impl AssertionDraft {
    /// Creates a draft about every key.
    #[must_use]
    pub fn new(id: impl Into<String>, requirement: Requirement) -> Self {
        Self {
            // A condition that is empty holds for every version.
            id: id.into(),
            description: None,
            keys: Vec::new(),
            except_keys: Vec::new(),
            examples: Vec::new(),
            tags: Vec::new(),
            encryption_statuses: Vec::new(),
            storage_classes: Vec::new(),
            about: Vec::new(),
            requirement,
        }
    }
}
