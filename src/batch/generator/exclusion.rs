//! The reasons why a generated manifest leaves out a version.
//!
//! S3 gives none: a version is missing in the manifest, without a trace. The reasons are those of
//! this crate, each with the clause that it follows from.
//!
//! A version has one reason, the first that applies: for a row of an inventory the bucket, the
//! version ID, each member of the filter, and eligibility. A certain reason comes before an unknown
//! one. A dry run counts versions by these reasons, and the command line prints them.

use std::fmt;

use crate::batch::facts::Fact;
use crate::batch::generator::FilterMember;
use crate::clause::{self, Clause};
use crate::engine::Reason;

/// The reason why a generated manifest leaves out a version.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Exclusion {
    /// The row is for a bucket other than the source bucket.
    OtherBucket,
    /// The version has no id, although every version of a versioned bucket has one.
    NoVersionId,
    /// The version does not satisfy a member of the filter.
    Filter(FilterMember),
    /// `EligibleForReplication`: no rule replicates the version. Of several reasons, the deepest.
    NotEligible(Option<Reason>),
    /// The version is a delete marker, and the dialect lists none.
    DeleteMarker,
    /// `EligibleForReplication` is `false`, which selects ineligible versions in this dialect, and the
    /// version is eligible.
    Eligible,
    /// A member depends on an unknown fact.
    Unknown {
        /// The member.
        member: FilterMember,
        /// The unknown fact; `None` for the KMS key and the S3 Bucket Key.
        fact: Option<Fact>,
    },
}

impl Exclusion {
    /// Returns the stable name of the reason, such as `not-eligible`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherBucket => "other-bucket",
            Self::NoVersionId => "version-id-missing",
            Self::Filter(_) => "filter",
            Self::NotEligible(_) => "not-eligible",
            Self::DeleteMarker => "delete-marker",
            Self::Eligible => "eligible",
            Self::Unknown { .. } => "unknown",
        }
    }

    /// Returns true if S3, which knows all facts, may list the version.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown { .. })
    }

    /// Returns the clause that the reason rests on.
    #[must_use]
    pub const fn clause(&self) -> &'static Clause {
        match self {
            Self::OtherBucket => &clause::GENERATION,
            Self::NoVersionId => &clause::MANIFEST_VERSIONS_REQUIRED,
            Self::Filter(_) => &clause::FILTER_COMBINES,
            Self::NotEligible(Some(Reason::KmsNotSelected)) => &clause::GENERATION_KMS,
            Self::NotEligible(Some(Reason::DeleteMarkersDisabled)) | Self::DeleteMarker => {
                &clause::GENERATION_MARKERS
            }
            Self::NotEligible(_) => &clause::GENERATION_ELIGIBLE,
            Self::Eligible => &clause::GENERATION_NOT_ELIGIBLE,
            Self::Unknown { .. } => &clause::GENERATION_UNKNOWN,
        }
    }
}

impl fmt::Display for Exclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherBucket => f.write_str("a version of another bucket"),
            Self::NoVersionId => f.write_str("no version ID"),
            Self::Filter(member) => write!(f, "does not satisfy `{member}`"),
            Self::NotEligible(Some(reason)) => write!(f, "not eligible: {reason}"),
            Self::NotEligible(None) => f.write_str("not eligible"),
            Self::DeleteMarker => f.write_str("a delete marker"),
            Self::Eligible => f.write_str("eligible, but the filter selects ineligible versions"),
            Self::Unknown { member, fact: Some(fact) } => {
                write!(f, "`{member}` depends on `{fact}`, which is unknown")
            }
            Self::Unknown { member, fact: None } => {
                write!(
                    f,
                    "`{member}` depends on the KMS key or the S3 Bucket Key, which are unknown"
                )
            }
        }
    }
}

impl std::error::Error for Exclusion {}
