//! The validation of assertions: which of them make sense.
//!
//! An assertion that always holds, or never can, is a mistake of its author: it would look like a
//! check and be none. So it is refused, with the member that has to change.
//!
//! ```text
//! Keys: ["a/**"], ExceptKeys: ["**"]              about no key, always holds        NoKeys
//! MustReach: {Buckets: [a], AtLeast: 2}           never holds                       TooFewBuckets
//! MayOnlyReach: {}                                always holds                      AnythingAllowed
//! Tags and About: [delete-markers]                about nothing that exists         MarkersHaveNoTags
//! Keys: ["logs/*"], Examples: ["log/a"]           not what its author had in mind   ExampleDiffers
//! ```
//!
//! What S3 or the store does is no question here: the checks know which versions exist, and not
//! which of them a configuration replicates.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use super::{About, Assertion, AssertionDraft, Requirement};
use crate::model::{EncryptionStatus, ObjectVersion, StorageClass, Tag};
use crate::policy::automaton::Budget;
use crate::policy::glob::{KeyGlob, Separator};
use crate::policy::keys::KeySet;

/// The error returned for an assertion that makes no sense.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidAssertion {
    /// The assertion has no name.
    #[error("`Id` is empty")]
    NoId,
    /// The assertion is about no key, so it would always hold.
    #[error("no key of 1 to 1024 bytes matches `Keys` and none of `ExceptKeys`")]
    NoKeys,
    /// The globs are too complex to find the keys that the assertion is about.
    #[error("`Keys` and `ExceptKeys` are too complex to decide; write fewer `*` and `?`")]
    KeysTooComplex,
    /// The assertion is not about one of its examples.
    #[error("the assertion is not about its example `{key}`")]
    ExampleDiffers {
        /// The key.
        key: String,
    },
    /// Two tags have the same key. No object has such tags.
    #[error("the tag key `{key}` is given twice, but an object has each tag key once")]
    TagKeyTwice {
        /// The key of the tag.
        key: String,
    },
    /// The assertion requires more tags than an object can have (REP-305).
    #[error("{tags} tags are required, but an object has at most {}", ObjectVersion::TAG_LIMIT)]
    TooManyTags {
        /// The number of tags.
        tags: usize,
    },
    /// The assertion is about archived versions, which are never replicated (REP-506).
    #[error("versions in `{class}` are archived, and no configuration replicates them")]
    Archived {
        /// The storage class.
        class: StorageClass,
    },
    /// The assertion allows everything.
    #[error("`MayOnlyReach` is empty, so it would allow everything")]
    AnythingAllowed,
    /// The target names a storage class, encryption or key, but the assertion is not about objects.
    #[error("storage class, encryption and key apply to `objects` only")]
    NoWholeObjects,
    /// The assertion is about delete markers with tags, which do not exist (REP-512).
    #[error("delete markers have no tags; remove `Tags` or `delete-markers`")]
    MarkersHaveNoTags,
    /// The assertion is about encrypted delete markers, which do not exist.
    #[error("delete markers are not encrypted; remove `EncryptionStatuses` or `delete-markers`")]
    MarkersHaveNoEncryption,
    /// The assertion is about delete markers in a storage class, which do not exist.
    #[error("delete markers have no storage class; remove `StorageClasses` or `delete-markers`")]
    MarkersHaveNoClass,
    /// The assertion requires S3 Replication Time Control for delete markers, which it does not cover
    /// (REP-608).
    #[error("S3 Replication Time Control does not cover delete markers")]
    MarkersAreNotTimed,
    /// The assertion requires S3 Replication Time Control for unencrypted objects. S3 encrypts all
    /// new objects, so only batch jobs replicate these, and it does not cover batch jobs (REP-608).
    #[error(
        "S3 Replication Time Control does not cover batch jobs, and only batch jobs replicate \
         objects that are `NOT-SSE`"
    )]
    OldObjectsAreNotTimed,
    /// The assertion requires more buckets than the target names.
    #[error(
        "`AtLeast` is {at_least}, but `Buckets` names only {named}; name more buckets, or write one \
         assertion for each"
    )]
    TooFewBuckets {
        /// The number of different buckets that are named.
        named: usize,
        /// The number of buckets that are required.
        at_least: NonZeroU32,
    },
    /// `About` is given, but the requirement itself defines what the assertion is about.
    #[error(
        "`DeleteMarkersMustFollow` is always about objects and the delete markers of their keys"
    )]
    AboutFollowing,
}

impl InvalidAssertion {
    /// Returns the member of the assertion that has to change.
    #[must_use]
    pub const fn member(&self) -> &'static str {
        match self {
            Self::NoId => "Id",
            Self::NoKeys | Self::KeysTooComplex => "Keys",
            Self::ExampleDiffers { .. } => "Examples",
            Self::TagKeyTwice { .. } | Self::TooManyTags { .. } | Self::MarkersHaveNoTags => "Tags",
            Self::Archived { .. } | Self::MarkersHaveNoClass => "StorageClasses",
            Self::MarkersHaveNoEncryption | Self::OldObjectsAreNotTimed => "EncryptionStatuses",
            Self::TooFewBuckets { .. } => "MustReach",
            Self::AnythingAllowed => "MayOnlyReach",
            Self::NoWholeObjects | Self::MarkersAreNotTimed | Self::AboutFollowing => "About",
        }
    }
}

impl AssertionDraft {
    /// Validates the draft: some version must be able to satisfy it, and some to violate it.
    ///
    /// # Errors
    ///
    /// Returns the first reason why the assertion makes no sense.
    pub fn validate(self, separator: Separator) -> Result<Assertion, InvalidAssertion> {
        self.validate_within(separator, &mut Budget::for_an_assertion())
    }

    /// Validates the draft with a limit on the work.
    pub(in crate::policy) fn validate_within(
        mut self,
        separator: Separator,
        budget: &mut Budget,
    ) -> Result<Assertion, InvalidAssertion> {
        if self.id.is_empty() {
            return Err(InvalidAssertion::NoId);
        }
        // The cheap checks come first. Those of the globs take from the budget.
        self.check_objects()?;
        self.check_about()?;
        self.check_count()?;
        if self.about.is_empty() {
            // From here on `about` is not empty, which `Assertion` promises.
            self.about = self.default_about();
        }
        // Without globs the assertion is about every key, but for the exceptions.
        let every = [KeyGlob::every()];
        let included = if self.keys.is_empty() { &every } else { self.keys.as_slice() };
        let keys = KeySet::new(included, &self.except_keys, separator);
        // An assertion about no key would always hold, which is never what its author meant.
        if keys.shortest(&keys.start(), "", &[], budget).is_none() {
            // No key was found, because there is none, or because the search was given up.
            let is_decided = !budget.is_used_up();
            return Err(if is_decided {
                InvalidAssertion::NoKeys
            } else {
                InvalidAssertion::KeysTooComplex
            });
        }
        let assertion = Assertion { draft: self, keys };
        // After the keys are known to exist: an example of an assertion about no key would be the
        // lesser mistake.
        for key in &assertion.draft.examples {
            match assertion.has_key_within(key, budget) {
                Some(true) => {}
                Some(false) => return Err(InvalidAssertion::ExampleDiffers { key: key.clone() }),
                None => return Err(InvalidAssertion::KeysTooComplex),
            }
        }
        Ok(assertion)
    }

    /// Checks the conditions on objects, and sorts the tags, as sets of tags are.
    fn check_objects(&mut self) -> Result<(), InvalidAssertion> {
        // By key, then value: two tags with one key become neighbours.
        self.tags.sort_unstable();
        let has_same_key = |pair: &[Tag]| matches!(pair, [a, b] if a.key() == b.key());
        if let Some([tag, _]) = self.tags.windows(2).find(|pair| has_same_key(pair)) {
            return Err(InvalidAssertion::TagKeyTwice { key: tag.key().to_owned() });
        }
        if self.tags.len() > ObjectVersion::TAG_LIMIT {
            return Err(InvalidAssertion::TooManyTags { tags: self.tags.len() });
        }
        match self.storage_classes.iter().find(|class| class.is_archived()) {
            Some(class) => Err(InvalidAssertion::Archived { class: class.clone() }),
            None => Ok(()),
        }
    }

    /// Checks that the target applies to the events.
    ///
    /// It sees `about` as it is given, which may be empty for the default.
    fn check_about(&self) -> Result<(), InvalidAssertion> {
        use InvalidAssertion as Invalid;
        let target = self.requirement.target();
        // Events that have no whole object: delete markers and changes of metadata.
        let has_others = self.about.iter().any(|about| *about != About::Objects);
        let lacks_objects = has_others && !self.about.contains(&About::Objects);
        let lacks_whole_objects = match &self.requirement {
            Requirement::MayOnlyReach(target) if target.is_anything() => {
                return Err(Invalid::AnythingAllowed);
            }
            Requirement::DeleteMarkersMustFollow(_) if !self.about.is_empty() => {
                return Err(Invalid::AboutFollowing);
            }
            // Every event must be able to satisfy the target, or the assertion could never hold.
            Requirement::MustReach { .. } => has_others,
            // One event that the target applies to is enough for the assertion to make a
            // difference.
            _ => lacks_objects,
        };
        if lacks_whole_objects && target.is_about_whole_objects() {
            return Err(Invalid::NoWholeObjects);
        }
        // Only where they are named: the default leaves them out of such assertions.
        if self.about.contains(&About::DeleteMarkers) {
            if !self.tags.is_empty() {
                return Err(Invalid::MarkersHaveNoTags);
            }
            if !self.encryption_statuses.is_empty() {
                return Err(Invalid::MarkersHaveNoEncryption);
            }
            if !self.storage_classes.is_empty() {
                return Err(Invalid::MarkersHaveNoClass);
            }
        }
        if target.replication_time_control.is_some() { self.check_timed() } else { Ok(()) }
    }

    /// Refuses a target with or without S3 Replication Time Control where it makes no difference.
    ///
    /// Delete markers are never timed, nor are old objects, which only batch jobs replicate.
    /// `MustReach` would be violated by each of them, and the other requirements would hold for
    /// all.
    fn check_timed(&self) -> Result<(), InvalidAssertion> {
        // The default counts here, too. `validate` sets it only after these checks.
        let about = if self.about.is_empty() { self.default_about() } else { self.about.clone() };
        let must_reach = matches!(self.requirement, Requirement::MustReach { .. });
        let statuses = &self.encryption_statuses;
        let is_old = |status: &EncryptionStatus| *status == EncryptionStatus::NotSse;
        // Without statuses, new objects are among the versions, and those can be timed.
        let some_old = statuses.iter().any(is_old);
        let objects_are_untimed = some_old && (must_reach || statuses.iter().all(is_old));
        let is_untimed = |about: &About| match about {
            About::Objects => objects_are_untimed,
            About::DeleteMarkers => true,
            About::ReplicaModifications => false,
        };
        // `MustReach` has to hold for every event; the other requirements can be violated by any.
        let is_refused =
            if must_reach { about.iter().any(is_untimed) } else { about.iter().all(is_untimed) };
        match about.iter().find(|about| is_untimed(about)) {
            Some(About::DeleteMarkers) if is_refused => Err(InvalidAssertion::MarkersAreNotTimed),
            Some(_) if is_refused => Err(InvalidAssertion::OldObjectsAreNotTimed),
            _ => Ok(()),
        }
    }

    /// Checks that the target names enough buckets.
    fn check_count(&self) -> Result<(), InvalidAssertion> {
        let Requirement::MustReach { target, at_least } = &self.requirement else { return Ok(()) };
        // A bucket that is named twice counts once. Without buckets any number can be reached.
        let named: BTreeSet<_> = target.buckets.iter().collect();
        let is_enough = u32::try_from(named.len()).is_ok_and(|count| count >= at_least.get());
        if named.is_empty() || is_enough {
            return Ok(());
        }
        Err(InvalidAssertion::TooFewBuckets { named: named.len(), at_least: *at_least })
    }

    /// Returns the events that the requirement is about by default. Delete markers have a key and
    /// nothing else, so an assertion with any other condition on objects is not about them.
    ///
    /// ```text
    /// MustReach, DeleteMarkersMustFollow            objects
    /// others, with conditions on keys alone         objects, delete markers, replica modifications
    /// others, with tags, encryptions or classes     objects, replica modifications
    /// ```
    fn default_about(&self) -> Vec<About> {
        let all = About::ALL.iter().copied();
        let is_about_keys_only = self.tags.is_empty()
            && self.encryption_statuses.is_empty()
            && self.storage_classes.is_empty();
        match self.requirement {
            Requirement::MustReach { .. } | Requirement::DeleteMarkersMustFollow(_) => {
                vec![About::Objects]
            }
            _ if is_about_keys_only => all.collect(),
            _ => all.filter(|about| *about != About::DeleteMarkers).collect(),
        }
    }
}
