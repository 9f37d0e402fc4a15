//! The filter of a generator: which versions it selects, and why not others.
//!
//! ```text
//! member                      version                    result
//! CreatedAfter 2026-01-01     created 2026-01-01         fails: bounds are exclusive
//! ObjectReplicationStatuses   status PENDING             fails: no list selects it
//! MatchAnyStorageClass []     any                        passes: an empty list restricts nothing
//! MatchAnyStorageClass [..]   delete marker              fails: it has no class
//! MatchAnyObjectEncryption    SSE-KMS with an unknown    unknown, if the filter names a key
//!                             key
//! ```
//!
//! Filters come validated from `request/validate/manifest_generator.rs`. `generator.rs` asks
//! `passes` member by member, since facts of an inventory may be unknown, and adds eligibility,
//! which takes the rules. `judge` is for a version whose facts are known.

use serde::{Deserialize, Serialize};

use crate::batch::facts::Fact;
use crate::model::{
    BucketKeyStatus, EncryptionStatus, KmsKeyArn, ObjectVersion, ReplicationStatus, StorageClass,
    Timestamp,
};

closed_vocabulary! {
    /// A member of the filter of a generator.
    #[non_exhaustive]
    pub enum FilterMember("a member of a filter such as `CreatedAfter`") {
        /// Eligibility, which the replication configuration decides.
        EligibleForReplication = "EligibleForReplication",
        /// The lower bound of the creation time.
        CreatedAfter = "CreatedAfter",
        /// The upper bound of the creation time.
        CreatedBefore = "CreatedBefore",
        /// The replication status.
        ObjectReplicationStatuses = "ObjectReplicationStatuses",
        /// The key.
        KeyNameConstraint = "KeyNameConstraint",
        /// The lower bound of the size.
        ObjectSizeGreaterThanBytes = "ObjectSizeGreaterThanBytes",
        /// The upper bound of the size.
        ObjectSizeLessThanBytes = "ObjectSizeLessThanBytes",
        /// The storage class.
        MatchAnyStorageClass = "MatchAnyStorageClass",
        /// The encryption.
        MatchAnyObjectEncryption = "MatchAnyObjectEncryption",
    }
}

closed_vocabulary! {
    /// A replication status that a generator can select (REP-916). There is none for `PENDING`.
    #[non_exhaustive]
    pub enum StatusFilter("`COMPLETED`, `FAILED`, `REPLICA` or `NONE`") {
        /// The version was replicated.
        Completed = "COMPLETED",
        /// Replication failed.
        Failed = "FAILED",
        /// The version is a replica.
        Replica = "REPLICA",
        /// Replication was never tried.
        None = "NONE",
    }
}

/// The filter of a generator (REP-914): it lists the object versions that satisfy all its members.
///
/// `EligibleForReplication` depends on the replication configuration of the source bucket, so the
/// filter contains it but does not evaluate it.
///
/// # Examples
///
/// ```
/// use s3_replication::ObjectVersion;
/// use s3_replication::batch::generator::{FilterMember, StatusFilter};
/// use s3_replication::batch::request::JobManifestGeneratorFilterDraft;
/// use s3_replication::dialect::job::JobDialect;
///
/// let mut draft = JobManifestGeneratorFilterDraft::default();
/// draft.object_size_greater_than_bytes = Some(100);
/// draft.object_replication_statuses = Some(vec![StatusFilter::None, StatusFilter::Failed]);
/// let filter = draft.validate(&JobDialect::AWS)?;
///
/// let mut version = ObjectVersion::new("Tax/doc1.pdf");
/// version.size = 101;
/// assert_eq!(filter.judge(&version), Ok(()));
/// version.size = 100;
/// let rejection = filter.judge(&version).unwrap_err();
/// assert_eq!(rejection.member(), FilterMember::ObjectSizeGreaterThanBytes);
/// # Ok::<(), s3_replication::Report>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Filter {
    pub(in crate::batch) eligible_for_replication: Option<bool>,
    pub(in crate::batch) created_after: Option<Timestamp>,
    pub(in crate::batch) created_before: Option<Timestamp>,
    pub(in crate::batch) object_replication_statuses: Option<Vec<StatusFilter>>,
    pub(in crate::batch) key_name_constraint: Option<KeyNameConstraint>,
    pub(in crate::batch) object_size_greater_than_bytes: Option<i64>,
    pub(in crate::batch) object_size_less_than_bytes: Option<i64>,
    pub(in crate::batch) match_any_storage_class: Option<Vec<StorageClass>>,
    pub(in crate::batch) match_any_object_encryption: Option<EncryptionFilter>,
}

/// Conditions on the key: it must satisfy each list, which means any string of the list (REP-917).
#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct KeyNameConstraint {
    /// Prefixes of the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_any_prefix: Option<Vec<String>>,
    /// Suffixes of the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_any_suffix: Option<Vec<String>>,
    /// Substrings of the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_any_substring: Option<Vec<String>>,
}

/// A condition on the encryption (REP-918). A member that is `None` does not matter.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum EncryptionFilter {
    /// SSE-S3.
    SseS3,
    /// SSE-KMS.
    SseKms {
        /// The key.
        kms_key_arn: Option<KmsKeyArn>,
        /// The use of an S3 Bucket Key.
        bucket_key_enabled: Option<bool>,
    },
    /// DSSE-KMS.
    DsseKms {
        /// The key.
        kms_key_arn: Option<KmsKeyArn>,
    },
    /// SSE-C.
    SseC,
    /// No encryption.
    NotSse,
}

/// The reason why a filter does not select a version.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FilterRejection {
    /// The version does not satisfy the member.
    #[error("the version does not satisfy `{0}`")]
    Fails(FilterMember),
    /// The fact that the member asks about is unknown.
    #[error("the fact that `{0}` asks about is unknown")]
    Unknown(FilterMember),
}

impl FilterMember {
    /// Returns the fact that the member asks about; `None` where the key alone decides, and for
    /// `EligibleForReplication`, whose facts depend on the rules.
    ///
    /// A member has at most one fact. `MatchAnyObjectEncryption` stands for the encryption alone,
    /// since `Fact` has neither the KMS key nor the S3 Bucket Key.
    pub(super) const fn fact(self) -> Option<Fact> {
        match self {
            Self::EligibleForReplication | Self::KeyNameConstraint => None,
            Self::CreatedAfter | Self::CreatedBefore => Some(Fact::LastModifiedDate),
            Self::ObjectReplicationStatuses => Some(Fact::ReplicationStatus),
            Self::ObjectSizeGreaterThanBytes | Self::ObjectSizeLessThanBytes => Some(Fact::Size),
            Self::MatchAnyStorageClass => Some(Fact::StorageClass),
            Self::MatchAnyObjectEncryption => Some(Fact::EncryptionStatus),
        }
    }
}

impl FilterRejection {
    /// Returns the member.
    #[must_use]
    pub const fn member(self) -> FilterMember {
        match self {
            Self::Fails(member) | Self::Unknown(member) => member,
        }
    }
}

impl Filter {
    /// The filter that lists every version.
    ///
    /// It is also the filter of a generator that has none.
    pub const ALL: Self = Self {
        eligible_for_replication: None,
        created_after: None,
        created_before: None,
        object_replication_statuses: None,
        key_name_constraint: None,
        object_size_greater_than_bytes: None,
        object_size_less_than_bytes: None,
        match_any_storage_class: None,
        match_any_object_encryption: None,
    };

    /// Returns the selected replication statuses; `None` for all.
    #[must_use]
    pub fn replication_statuses(&self) -> Option<&[StatusFilter]> {
        self.object_replication_statuses.as_deref()
    }

    /// Returns true if no delete marker satisfies a member, because delete markers have neither a
    /// storage class nor an encryption (REP-918, REP-919).
    ///
    /// An empty list of classes rules out nothing.
    pub(super) fn rules_out_delete_markers(&self, member: FilterMember) -> bool {
        match member {
            FilterMember::MatchAnyStorageClass => {
                self.match_any_storage_class.as_ref().is_some_and(|classes| !classes.is_empty())
            }
            FilterMember::MatchAnyObjectEncryption => self.match_any_object_encryption.is_some(),
            _ => false,
        }
    }

    /// Iterates over the upper bounds that leave no value above their lower bound. Bounds are
    /// exclusive, and sizes are whole numbers.
    ///
    /// At most one for time and one for size. A bound alone crosses nothing.
    pub fn crossed_bounds(&self) -> impl Iterator<Item = FilterMember> + use<> {
        let times = self.created_after.zip(self.created_before);
        let sizes = self.object_size_greater_than_bytes.zip(self.object_size_less_than_bytes);
        let crossed = [
            (times.is_some_and(|(after, before)| after >= before), FilterMember::CreatedBefore),
            (
                sizes.is_some_and(|(above, below)| above.saturating_add(1) >= below),
                FilterMember::ObjectSizeLessThanBytes,
            ),
        ];
        crossed.into_iter().filter_map(|(is_crossed, member)| is_crossed.then_some(member))
    }

    /// Returns `EligibleForReplication`, which the filter does not evaluate.
    #[must_use]
    pub const fn eligible_for_replication(&self) -> Option<bool> {
        self.eligible_for_replication
    }

    /// Iterates over the members of this filter.
    pub fn members(&self) -> impl Iterator<Item = FilterMember> {
        FilterMember::ALL.iter().copied().filter(|member| self.has(*member))
    }

    /// Returns true if the filter has a member.
    ///
    /// A list that is empty counts as a member, although it restricts nothing.
    #[must_use]
    pub const fn has(&self, member: FilterMember) -> bool {
        match member {
            FilterMember::EligibleForReplication => self.eligible_for_replication.is_some(),
            FilterMember::CreatedAfter => self.created_after.is_some(),
            FilterMember::CreatedBefore => self.created_before.is_some(),
            FilterMember::ObjectReplicationStatuses => self.object_replication_statuses.is_some(),
            FilterMember::KeyNameConstraint => self.key_name_constraint.is_some(),
            FilterMember::ObjectSizeGreaterThanBytes => {
                self.object_size_greater_than_bytes.is_some()
            }
            FilterMember::ObjectSizeLessThanBytes => self.object_size_less_than_bytes.is_some(),
            FilterMember::MatchAnyStorageClass => self.match_any_storage_class.is_some(),
            FilterMember::MatchAnyObjectEncryption => self.match_any_object_encryption.is_some(),
        }
    }

    /// Evaluates every member but `EligibleForReplication`.
    ///
    /// # Errors
    ///
    /// The first member in the order of [`FilterMember`] that the version does not satisfy; if there
    /// is none, the first that asks about an unknown fact.
    pub fn judge(&self, version: &ObjectVersion<'_>) -> Result<(), FilterRejection> {
        let answers = || self.members().map(|member| (member, self.passes(member, version)));
        // What fails is certain, whatever is unknown beside it.
        if let Some((member, _)) = answers().find(|(_, passes)| *passes == Some(false)) {
            return Err(FilterRejection::Fails(member));
        }
        match answers().find(|(_, passes)| passes.is_none()) {
            Some((member, _)) => Err(FilterRejection::Unknown(member)),
            None => Ok(()),
        }
    }

    /// Evaluates one member: true if the version satisfies it or the filter does not have it, `None` if
    /// the fact that it asks about is unknown.
    #[must_use]
    pub fn passes(&self, member: FilterMember, version: &ObjectVersion<'_>) -> Option<bool> {
        if !self.has(member) {
            return Some(true);
        }
        // A delete marker has a default class and encryption as a value, which must not be
        // compared.
        if version.delete_marker.is_some() && self.rules_out_delete_markers(member) {
            return Some(false);
        }
        let created = version.last_modified;
        // Wide enough for a size of 64 bits without sign, and for a negative bound.
        let size = i128::from(version.size);
        Some(match member {
            FilterMember::EligibleForReplication => true,
            // Any time is later than no bound: `None` is less than every `Some`.
            FilterMember::CreatedAfter => Some(created?) > self.created_after,
            FilterMember::CreatedBefore => {
                let created = created?;
                self.created_before.is_none_or(|bound| created < bound)
            }
            FilterMember::ObjectReplicationStatuses => {
                is_any(self.object_replication_statuses.as_ref(), |wanted| {
                    wanted.selects(version.replication_status)
                })
            }
            FilterMember::KeyNameConstraint => {
                self.key_name_constraint.as_ref().is_none_or(|names| names.fits(version.key))
            }
            FilterMember::ObjectSizeGreaterThanBytes => {
                self.object_size_greater_than_bytes.is_none_or(|bound| size > i128::from(bound))
            }
            FilterMember::ObjectSizeLessThanBytes => {
                self.object_size_less_than_bytes.is_none_or(|bound| size < i128::from(bound))
            }
            FilterMember::MatchAnyStorageClass => {
                is_any(self.match_any_storage_class.as_ref(), |class| {
                    *class == version.storage_class
                })
            }
            FilterMember::MatchAnyObjectEncryption => match &self.match_any_object_encryption {
                Some(filter) => filter.fits(version)?,
                None => true,
            },
        })
    }
}

/// Returns true if an item of the list satisfies the condition, or the list is missing or empty.
fn is_any<T>(list: Option<&Vec<T>>, wanted: impl Fn(&T) -> bool) -> bool {
    list.is_none_or(|list| list.is_empty() || list.iter().any(wanted))
}

impl StatusFilter {
    /// Returns true if a version with this status is selected. None selects `PENDING`.
    #[must_use]
    pub const fn selects(self, status: Option<ReplicationStatus>) -> bool {
        matches!(
            (self, status),
            (Self::Completed, Some(ReplicationStatus::Completed))
                | (Self::Failed, Some(ReplicationStatus::Failed))
                | (Self::Replica, Some(ReplicationStatus::Replica))
                | (Self::None, None)
        )
    }
}

impl KeyNameConstraint {
    /// Returns true if the key satisfies each list. Strings are compared literally, as bytes.
    #[must_use]
    pub fn fits(&self, key: &[u8]) -> bool {
        is_any(self.match_any_prefix.as_ref(), |prefix| key.starts_with(prefix.as_bytes()))
            && is_any(self.match_any_suffix.as_ref(), |suffix| key.ends_with(suffix.as_bytes()))
            && is_any(self.match_any_substring.as_ref(), |part| contains(key, part.as_bytes()))
    }
}

/// Returns true if a key contains some bytes. Every key contains the empty text.
fn contains(key: &[u8], part: &[u8]) -> bool {
    part.is_empty() || key.windows(part.len()).any(|window| window == part)
}

impl EncryptionFilter {
    /// Returns the encryption.
    #[must_use]
    pub const fn encryption(&self) -> EncryptionStatus {
        match self {
            Self::SseS3 => EncryptionStatus::SseS3,
            Self::SseKms { .. } => EncryptionStatus::SseKms,
            Self::DsseKms { .. } => EncryptionStatus::DsseKms,
            Self::SseC => EncryptionStatus::SseC,
            Self::NotSse => EncryptionStatus::NotSse,
        }
    }

    /// Compares the encryption of a version; `None` if a fact that matters is unknown.
    ///
    /// Another encryption decides at once, and so does one of two members that does not fit,
    /// although the other one is unknown.
    fn fits(&self, version: &ObjectVersion<'_>) -> Option<bool> {
        if version.encryption != self.encryption() {
            return Some(false);
        }
        let (key, bucket_key) = match self {
            Self::SseKms { kms_key_arn, bucket_key_enabled } => (kms_key_arn, *bucket_key_enabled),
            Self::DsseKms { kms_key_arn } => (kms_key_arn, None),
            Self::SseS3 | Self::SseC | Self::NotSse => return Some(true),
        };
        let has_key = key.as_ref().map_or(Some(true), |key| Some(version.kms_key? == key));
        let has_bucket_key = bucket_key.map_or(Some(true), |wanted| {
            Some((version.bucket_key? == BucketKeyStatus::Enabled) == wanted)
        });
        match (has_key, has_bucket_key) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }
}
