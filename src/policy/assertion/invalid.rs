//! Assertions that make no sense.

use std::num::NonZeroU32;

use crate::model::{ObjectVersion, StorageClass};

/// The error returned for an assertion that makes no sense.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidAssertion {
    /// It has no name.
    #[error("`Id` is empty")]
    NoId,
    /// It is about no key, so it would always hold.
    #[error("no key of 1 to 1024 bytes matches `Keys` and none of `ExceptKeys`")]
    NoKeys,
    /// Which keys it is about can't be found out in any reasonable time.
    #[error("`Keys` and `ExceptKeys` are too entangled to be decided; write fewer `*` and `?`")]
    KeysTooComplex,
    /// It is not about a key that was meant.
    #[error("`{key}` is an example, and the assertion is not about it")]
    ExampleDiffers {
        /// The key.
        key: String,
    },
    /// No object has two tags with one key.
    #[error("the tag key `{key}` is there twice, and no object has it twice")]
    TagKeyTwice {
        /// The key of the tag.
        key: String,
    },
    /// No object has so many tags (REP-305).
    #[error("{tags} tags are asked for, and an object has at most {}", ObjectVersion::TAG_LIMIT)]
    TooManyTags {
        /// How many there are.
        tags: usize,
    },
    /// Such versions are never replicated (REP-506).
    #[error("versions in `{class}` are archived, and replicated under no configuration")]
    Archived {
        /// The class.
        class: StorageClass,
    },
    /// It allows everything.
    #[error("`MayOnlyReach` names nothing, so it would allow everything")]
    AnythingAllowed,
    /// It asks storage class, encryption or key of what has none.
    #[error("storage class, encryption and key are of `objects` only")]
    NoWholeObjects,
    /// It is about delete markers with tags, which there are not (REP-512).
    #[error("delete markers have no tags; leave `Tags` or `delete-markers` out")]
    MarkersHaveNoTags,
    /// It is about delete markers that are encrypted.
    #[error("delete markers are not encrypted; leave `EncryptionStatuses` or `delete-markers` out")]
    MarkersHaveNoEncryption,
    /// It is about delete markers in a storage class.
    #[error(
        "delete markers are in no storage class; leave `StorageClasses` or `delete-markers` out"
    )]
    MarkersHaveNoClass,
    /// It asks about Time Control of delete markers, which it does not cover (REP-608).
    #[error("Replication Time Control does not cover delete markers")]
    MarkersAreNotTimed,
    /// It asks about Time Control of objects that are not encrypted. New ones are, so batch jobs
    /// alone replicate others, and it does not cover those (REP-608).
    #[error(
        "Replication Time Control does not cover batch jobs, and nothing else replicates objects \
         that are `NOT-SSE`"
    )]
    OldObjectsAreNotTimed,
    /// It wants more buckets reached than it names.
    #[error(
        "`AtLeast` is {at_least}, and `Buckets` names {named}; name more buckets, or make an \
         assertion for each"
    )]
    TooFewBuckets {
        /// How many different buckets it names.
        named: usize,
        /// How many are to be reached.
        at_least: NonZeroU32,
    },
    /// What it is about is in its name.
    #[error("`DeleteMarkersMustFollow` is about objects and the delete markers of their keys")]
    AboutFollowing,
}

impl InvalidAssertion {
    /// Returns the member of the assertion that is to be changed.
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
