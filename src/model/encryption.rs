use crate::model::{KmsKeyArn, RuleStatus};

closed_vocabulary! {
    /// How an object version is encrypted at rest, in the words of S3 Inventory.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::EncryptionStatus;
    ///
    /// let status: EncryptionStatus = "DSSE-KMS".parse()?;
    /// assert!(status.is_kms());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[non_exhaustive]
    pub enum EncryptionStatus("`NOT-SSE`, `SSE-S3`, `SSE-KMS`, `DSSE-KMS` or `SSE-C`") {
        /// Not encrypted; possible for versions written before 2023 only.
        NotSse = "NOT-SSE",
        /// With keys that S3 manages; what S3 does when nothing is said.
        SseS3 = "SSE-S3",
        /// With a KMS key.
        SseKms = "SSE-KMS",
        /// Twice, with a KMS key.
        DsseKms = "DSSE-KMS",
        /// With a key that the customer provides with every request.
        SseC = "SSE-C",
    }
}

impl EncryptionStatus {
    /// What the default encryption of a bucket can be. No bucket has a customer's key, and none
    /// leaves new versions unencrypted since 2023 (REP-604).
    pub const OF_BUCKETS: &'static [Self] = &[Self::SseS3, Self::SseKms, Self::DsseKms];

    /// Returns true for SSE-KMS and DSSE-KMS, which a rule must opt in to (REP-504).
    #[must_use]
    pub const fn is_kms(self) -> bool {
        matches!(self, Self::SseKms | Self::DsseKms)
    }
}

closed_vocabulary! {
    /// Whether a version under KMS uses an S3 Bucket Key, in the words of S3 Inventory.
    #[expect(clippy::exhaustive_enums, reason = "a switch has two positions")]
    pub enum BucketKeyStatus("`ENABLED` or `DISABLED`") {
        /// With a bucket key.
        Enabled = "ENABLED",
        /// Without.
        Disabled = "DISABLED",
    }
}

/// What a rule says about versions under KMS.
///
/// S3 spells it in two elements far apart, `SseKmsEncryptedObjects` and `ReplicaKmsKeyID`, that
/// must stand together even when the first is disabled (REP-216, REP-217).
///
/// # Examples
///
/// ```
/// use s3_replication::model::{KmsReplication, RuleStatus};
///
/// let key = "arn:aws:kms:eu-west-1:012345678901:alias/replicas".parse()?;
/// let opt_in = KmsReplication { status: RuleStatus::Enabled, replica_key: key };
/// assert!(opt_in.status.is_enabled());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "the two elements that S3 has")]
pub struct KmsReplication {
    /// Whether versions under KMS are selected.
    pub status: RuleStatus,
    /// The key that encrypts their replicas.
    pub replica_key: KmsKeyArn,
}
