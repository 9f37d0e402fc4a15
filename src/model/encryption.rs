use crate::model::{KmsKeyArn, RuleStatus};

closed_vocabulary! {
    /// The encryption of an object version at rest, in the words of S3 Inventory.
    ///
    /// The words of the header `x-amz-server-side-encryption` are read too: `AES256`, `aws:kms` and
    /// `aws:kms:dsse`.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::EncryptionStatus;
    ///
    /// let status: EncryptionStatus = "DSSE-KMS".parse()?;
    /// assert!(status.is_kms());
    /// assert_eq!("aws:kms:dsse".parse(), Ok(status));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[non_exhaustive]
    pub enum EncryptionStatus("`NOT-SSE`, `SSE-S3`, `SSE-KMS`, `DSSE-KMS` or `SSE-C`") {
        /// Not encrypted; possible only for versions written before 2023.
        NotSse = "NOT-SSE",
        /// Server-side encryption with keys that S3 manages; the default of S3.
        SseS3 = "SSE-S3" | "AES256",
        /// Server-side encryption with a KMS key.
        SseKms = "SSE-KMS" | "aws:kms",
        /// Dual-layer server-side encryption with a KMS key.
        DsseKms = "DSSE-KMS" | "aws:kms:dsse",
        /// Server-side encryption with a key that the customer provides in every request.
        SseC = "SSE-C",
        /// The encryption of Amazon FSx, for data behind an access point of a file system.
        Fsx = "aws:fsx",
        /// The encryption of AWS Backup.
        Backup = "aws:backup",
    }
}

impl EncryptionStatus {
    /// The possible default encryptions of a bucket (REP-604).
    ///
    /// S3 has encrypted every new version since 2023, and a bucket cannot have a customer-provided
    /// key.
    pub const OF_BUCKETS: &'static [Self] = &[Self::SseS3, Self::SseKms, Self::DsseKms];

    /// Returns true for the encryptions of other services, whose data is not in a bucket that
    /// replicates (REP-522).
    #[must_use]
    pub const fn is_of_other_service(self) -> bool {
        matches!(self, Self::Fsx | Self::Backup)
    }

    /// Returns true for SSE-KMS and DSSE-KMS, which a rule must opt in to (REP-504).
    #[must_use]
    pub const fn is_kms(self) -> bool {
        matches!(self, Self::SseKms | Self::DsseKms)
    }
}

closed_vocabulary! {
    /// The use of an S3 Bucket Key by a version encrypted with a KMS key, in the words of S3
    /// Inventory.
    #[expect(clippy::exhaustive_enums, reason = "a switch has two positions")]
    pub enum BucketKeyStatus("`ENABLED` or `DISABLED`") {
        /// The version uses a bucket key.
        Enabled = "ENABLED",
        /// The version does not use a bucket key.
        Disabled = "DISABLED",
    }
}

/// The settings of a rule for versions encrypted with SSE-KMS or DSSE-KMS.
///
/// In a document these are `SseKmsEncryptedObjects`, and `ReplicaKmsKeyID` or
/// `UseSourceMultiRegionKey`. S3 requires the first with one of the others, or none of them, even when
/// the first is disabled (REP-216, REP-217, REP-258).
///
/// # Examples
///
/// ```
/// use s3_replication::model::{KmsReplication, RuleStatus};
///
/// let key = "arn:aws:kms:eu-west-1:012345678901:alias/replicas".parse()?;
/// let opt_in = KmsReplication {
///     status: RuleStatus::Enabled,
///     replica_key: Some(key),
///     use_source_multi_region_key: None,
/// };
/// assert!(!opt_in.uses_source_multi_region_key());
/// assert!(opt_in.status.is_enabled());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "the three elements that S3 has")]
pub struct KmsReplication {
    /// The status: only an enabled rule selects versions encrypted with a KMS key.
    pub status: RuleStatus,
    /// The key that encrypts the replicas, if it is given.
    pub replica_key: Option<KmsKeyArn>,
    /// The status of `UseSourceMultiRegionKey`; `None` means disabled.
    pub use_source_multi_region_key: Option<RuleStatus>,
}

impl KmsReplication {
    /// Returns true when the multi-Region key that is related to the key of the source, in the Region
    /// of the destination, encrypts the replicas. It takes precedence over
    /// [`replica_key`](Self::replica_key) (REP-627, REP-628).
    #[must_use]
    pub fn uses_source_multi_region_key(&self) -> bool {
        self.use_source_multi_region_key.is_some_and(RuleStatus::is_enabled)
    }
}
