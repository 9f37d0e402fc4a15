use crate::batch::facts::Fact;
use crate::model::{
    BucketKeyStatus, EncryptionStatus, KmsKeyArn, ObjectVersion, ReplicationStatus, StorageClass,
    Timestamp,
};

closed_vocabulary! {
    /// A member of a generator's filter.
    #[non_exhaustive]
    pub enum FilterMember("a member of a filter such as `CreatedAfter`") {
        /// Answered by the replication configuration, not by the filter.
        EligibleForReplication = "EligibleForReplication",
        /// Creation time, lower bound.
        CreatedAfter = "CreatedAfter",
        /// Creation time, upper bound.
        CreatedBefore = "CreatedBefore",
        /// Replication status.
        ObjectReplicationStatuses = "ObjectReplicationStatuses",
        /// Key.
        KeyNameConstraint = "KeyNameConstraint",
        /// Size, lower bound.
        ObjectSizeGreaterThanBytes = "ObjectSizeGreaterThanBytes",
        /// Size, upper bound.
        ObjectSizeLessThanBytes = "ObjectSizeLessThanBytes",
        /// Storage class.
        MatchAnyStorageClass = "MatchAnyStorageClass",
        /// Encryption.
        MatchAnyObjectEncryption = "MatchAnyObjectEncryption",
    }
}

closed_vocabulary! {
    /// A replication status that a generator can select (REP-916). `PENDING` is none of them.
    #[non_exhaustive]
    pub enum StatusFilter("`COMPLETED`, `FAILED`, `REPLICA` or `NONE`") {
        /// Replicated before.
        Completed = "COMPLETED",
        /// Tried, and failed.
        Failed = "FAILED",
        /// A replica.
        Replica = "REPLICA",
        /// Never tried.
        None = "NONE",
    }
}

/// Which object versions a generator lists (REP-914): those that pass every member that is there.
///
/// `EligibleForReplication` is answered by the replication configuration of the source bucket, so
/// it is kept here and not judged.
///
/// # Examples
///
/// ```
/// use s3_replication::ObjectVersion;
/// use s3_replication::batch::generator::FilterMember;
/// use s3_replication::batch::request::JobManifestGeneratorFilterDraft;
/// use s3_replication::dialect::job::JobDialect;
///
/// let mut draft = JobManifestGeneratorFilterDraft::default();
/// draft.object_size_greater_than_bytes = Some(100);
/// draft.object_replication_statuses = Some(vec!["NONE".to_owned(), "FAILED".to_owned()]);
/// let filter = draft.validate(&JobDialect::AWS)?;
///
/// let mut version = ObjectVersion::new("Tax/doc1.pdf");
/// version.size = 101;
/// assert_eq!(filter.judge(&version, None), Ok(()));
/// version.size = 100;
/// let rejection = filter.judge(&version, None).unwrap_err();
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

/// What a key must look like: each list that is there must have a string that fits (REP-917).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct KeyNameConstraint {
    /// What the key begins with.
    pub match_any_prefix: Option<Vec<String>>,
    /// What the key ends with.
    pub match_any_suffix: Option<Vec<String>>,
    /// What is somewhere in the key.
    pub match_any_substring: Option<Vec<String>>,
}

/// How a version must be encrypted (REP-918). What is `None` does not count.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum EncryptionFilter {
    /// With keys that S3 manages.
    SseS3,
    /// With a KMS key.
    SseKms {
        /// The key.
        kms_key_arn: Option<KmsKeyArn>,
        /// Whether an S3 Bucket Key is used.
        bucket_key_enabled: Option<bool>,
    },
    /// Twice, with a KMS key.
    DsseKms {
        /// The key.
        kms_key_arn: Option<KmsKeyArn>,
    },
    /// With a key of the customer.
    SseC,
    /// Not encrypted.
    NotSse,
}

/// Why a filter does not list a version.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FilterRejection {
    /// The version does not pass the member.
    #[error("the version does not pass `{0}`")]
    Fails(FilterMember),
    /// What the member asks about is not known of the version.
    #[error("what `{0}` asks about is not known of the version")]
    Unknown(FilterMember),
}

impl FilterMember {
    /// Returns the fact that the member asks about; `None` where the key alone decides, and for
    /// `EligibleForReplication`, whose facts depend on the rules.
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

    /// Returns the replication statuses asked for; `None` when any will do.
    #[must_use]
    pub fn replication_statuses(&self) -> Option<&[StatusFilter]> {
        self.object_replication_statuses.as_deref()
    }

    /// Iterates over the upper bounds below which nothing is left. Bounds are excluded, and sizes are
    /// whole numbers.
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

    /// Returns `EligibleForReplication`, which this filter does not judge.
    #[must_use]
    pub const fn eligible_for_replication(&self) -> Option<bool> {
        self.eligible_for_replication
    }

    /// Iterates over the members that are there.
    pub fn members(&self) -> impl Iterator<Item = FilterMember> {
        FilterMember::ALL.iter().copied().filter(|member| self.has(*member))
    }

    /// Returns true when a member is there.
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

    /// Says whether a version passes every member but `EligibleForReplication`. The key that
    /// encrypts the version is known to its bucket only, so it is an argument.
    ///
    /// # Errors
    ///
    /// Returns the first member, in the order of [`FilterMember`], that the version does not pass;
    /// if there is none, the first that asks about something that is not known of it.
    pub fn judge(
        &self,
        version: &ObjectVersion<'_>,
        kms_key: Option<&KmsKeyArn>,
    ) -> Result<(), FilterRejection> {
        let answers =
            || self.members().map(|member| (member, self.passes(member, version, kms_key)));
        if let Some((member, _)) = answers().find(|(_, passes)| *passes == Some(false)) {
            return Err(FilterRejection::Fails(member));
        }
        match answers().find(|(_, passes)| passes.is_none()) {
            Some((member, _)) => Err(FilterRejection::Unknown(member)),
            None => Ok(()),
        }
    }

    /// Returns whether a version passes one member; true when the member is not there, `None` when
    /// what it asks about is not known.
    #[must_use]
    pub fn passes(
        &self,
        member: FilterMember,
        version: &ObjectVersion<'_>,
        kms_key: Option<&KmsKeyArn>,
    ) -> Option<bool> {
        if !self.has(member) {
            return Some(true);
        }
        let created = version.last_modified;
        let size = i128::from(version.size);
        Some(match member {
            FilterMember::EligibleForReplication => true,
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
                Some(filter) => filter.fits(version, kms_key)?,
                None => true,
            },
        })
    }
}

/// Returns true when an item of the list is wanted, or there is none to choose from.
fn is_any<T>(list: Option<&Vec<T>>, wanted: impl Fn(&T) -> bool) -> bool {
    list.is_none_or(|list| list.is_empty() || list.iter().any(wanted))
}

impl StatusFilter {
    /// Returns true when a version with this status is selected. `PENDING` is selected by none.
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
    /// Returns true when the key passes each list. Strings are compared as bytes, and literally.
    #[must_use]
    pub fn fits(&self, key: &[u8]) -> bool {
        is_any(self.match_any_prefix.as_ref(), |prefix| key.starts_with(prefix.as_bytes()))
            && is_any(self.match_any_suffix.as_ref(), |suffix| key.ends_with(suffix.as_bytes()))
            && is_any(self.match_any_substring.as_ref(), |part| contains(key, part.as_bytes()))
    }
}

fn contains(key: &[u8], part: &[u8]) -> bool {
    part.is_empty() || key.windows(part.len()).any(|window| window == part)
}

impl EncryptionFilter {
    /// Returns the encryption asked for.
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

    /// Returns whether a version is encrypted like this; `None` when what counts is not known.
    fn fits(&self, version: &ObjectVersion<'_>, kms_key: Option<&KmsKeyArn>) -> Option<bool> {
        if version.encryption != self.encryption() {
            return Some(false);
        }
        let (key, bucket_key) = match self {
            Self::SseKms { kms_key_arn, bucket_key_enabled } => (kms_key_arn, *bucket_key_enabled),
            Self::DsseKms { kms_key_arn } => (kms_key_arn, None),
            Self::SseS3 | Self::SseC | Self::NotSse => return Some(true),
        };
        let has_key = key.as_ref().map_or(Some(true), |key| Some(kms_key? == key));
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
