//! One assertion: which versions it is about, and what it says of them.

mod checks;
mod invalid;

pub use self::invalid::InvalidAssertion;

use std::num::NonZeroU32;

use crate::model::{EncryptionStatus, ObjectVersion, StorageClass, Tag};
use crate::policy::budget::Budget;
use crate::policy::glob::{KeyGlob, Separator};
use crate::policy::keys::KeySet;
use crate::policy::target::Target;

closed_vocabulary! {
    /// What can happen that an assertion is about.
    #[non_exhaustive]
    pub enum About("`objects`, `delete-markers` or `replica-modifications`") {
        /// A version is written, or on the list of a batch job.
        Objects = "objects",
        /// A user's delete makes a delete marker.
        DeleteMarkers = "delete-markers",
        /// The metadata of a replica changes: tags, lock or ACL.
        ReplicaModifications = "replica-modifications",
    }
}

/// What an assertion says of the versions that it is about.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Requirement {
    /// Each goes to so many destination buckets, in a replication like this.
    MustReach {
        /// What the replications are like that count.
        target: Target,
        /// How many there are at least.
        at_least: NonZeroU32,
    },
    /// Wherever one goes, the replication is like this.
    MayOnlyReach(Target),
    /// None goes anywhere in a replication like this.
    MustNotReach(Target),
    /// Wherever an object goes in a replication like this, delete markers of its key go too.
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

    /// Returns what replications are measured by.
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

/// An assertion before anybody checked that it makes sense.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AssertionDraft {
    /// What it is called.
    pub id: String,
    /// What it is for.
    pub description: Option<String>,
    /// The keys it is about match one of these; none stands for every key.
    pub keys: Vec<KeyGlob>,
    /// The keys it is about match none of these.
    pub except_keys: Vec<KeyGlob>,
    /// Keys that it is to be about. They change no answer: they say when `keys` is not what
    /// somebody meant.
    pub examples: Vec<String>,
    /// The objects have at least these tags.
    pub tags: Vec<Tag>,
    /// The objects are encrypted in one of these ways; none stands for all that can be.
    pub encryption_statuses: Vec<EncryptionStatus>,
    /// The objects are in one of these classes; none stands for all that S3 replicates.
    pub storage_classes: Vec<StorageClass>,
    /// What happens; nothing stands for what the requirement is usually about.
    pub about: Vec<About>,
    /// What is asserted.
    pub requirement: Requirement,
}

/// An assertion that some version can hold or break.
#[derive(Clone, Debug)]
pub struct Assertion {
    // INVARIANT: passed every check of `AssertionDraft::validate`, and `about` is not empty.
    draft: AssertionDraft,
    keys: KeySet,
}

impl Assertion {
    /// Returns what it is called.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.draft.id
    }

    /// Returns what it is for, where that is said.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.draft.description.as_deref()
    }

    /// Returns what is asserted.
    #[must_use]
    pub const fn requirement(&self) -> &Requirement {
        &self.draft.requirement
    }

    /// Returns what it is about, said or understood.
    #[must_use]
    pub fn about(&self) -> &[About] {
        &self.draft.about
    }

    /// Returns true when it is about objects with this key. That takes as long as the globs and the
    /// key are.
    #[must_use]
    pub fn has_key(&self, key: &str) -> bool {
        self.has_key_within(key, &mut Budget::endless()) == Some(true)
    }

    fn has_key_within(&self, key: &str, budget: &mut Budget) -> Option<bool> {
        let can_be = (1..=ObjectVersion::KEY_LIMIT).contains(&key.len());
        if can_be { self.keys.has(key, budget) } else { Some(false) }
    }

    pub(super) const fn keys(&self) -> &KeySet {
        &self.keys
    }

    pub(super) const fn draft(&self) -> &AssertionDraft {
        &self.draft
    }
}

impl AssertionDraft {
    /// Creates an assertion about every key.
    #[must_use]
    pub fn new(id: impl Into<String>, requirement: Requirement) -> Self {
        Self {
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

    /// Checks that there are versions that it is about, and that it asks for something they have.
    ///
    /// # Errors
    ///
    /// Returns the first thing that makes no sense.
    pub fn validate(mut self, separator: Separator) -> Result<Assertion, InvalidAssertion> {
        use InvalidAssertion as Invalid;
        if self.id.is_empty() {
            return Err(Invalid::NoId);
        }
        self.check_objects()?;
        self.check_about()?;
        self.check_count()?;
        if self.about.is_empty() {
            self.about = self.usual();
        }
        let every = [KeyGlob::every()];
        let taken = if self.keys.is_empty() { &every } else { self.keys.as_slice() };
        let keys = KeySet::new(taken, &self.except_keys, separator);
        let mut budget = Budget::for_an_assertion();
        if keys.shortest(&keys.start(), "", &[], &mut budget).is_none() {
            let is_known = !budget.is_used_up();
            return Err(if is_known { Invalid::NoKeys } else { Invalid::KeysTooComplex });
        }
        let assertion = Assertion { draft: self, keys };
        for key in &assertion.draft.examples {
            match assertion.has_key_within(key, &mut budget) {
                Some(true) => {}
                Some(false) => return Err(Invalid::ExampleDiffers { key: key.clone() }),
                None => return Err(Invalid::KeysTooComplex),
            }
        }
        Ok(assertion)
    }
}
