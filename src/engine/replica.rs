//! The properties of the replica that a rule writes.
//!
//! They follow from the rule and the source version alone. What the destination bucket decides,
//! such as its default encryption, is named as such and not guessed.

use crate::dialect::ReplicaKeyReading;
use crate::model::{
    BucketKeyStatus, EncryptionStatus, KmsKeyArn, KmsReplication, ObjectLock, ObjectVersion, Owner,
    ReplicationRule, StorageClass,
};

/// The properties of a replica.
///
/// Its key, version ID and creation time are those of its source (REP-609).
///
/// The properties belong to the moment of writing. A later change of the rule or of the destination
/// bucket does not alter a replica that exists.
///
/// # Examples
///
/// ```
/// use s3_replication::engine::ReplicaEncryption;
/// use s3_replication::model::{EncryptionStatus, Event, Owner};
/// use s3_replication::{Engine, ObjectVersion, ReplicationConfiguration, StorageClass};
///
/// let configuration = ReplicationConfiguration::from_json(
///     r#"{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{"Status": "Enabled",
///         "Prefix": "", "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
///         "Destination": {"Bucket": "arn:aws:s3:::backup", "EncryptionConfiguration":
///           {"ReplicaKmsKeyID": "arn:aws:kms:eu-west-1:123456789012:key/1"}}}]}"#,
/// )?;
/// let engine = Engine::new(&configuration);
/// let version = ObjectVersion::new("a").with_encryption(EncryptionStatus::SseKms);
/// let decision = engine.decide(&version, Event::ObjectCreatedPut);
/// let replica = decision.replications().next().unwrap().replica();
///
/// assert_eq!(replica.storage_class, &StorageClass::STANDARD);
/// assert_eq!(replica.owner, Owner::Source);
/// assert_eq!(replica.encryption.status(), Some(EncryptionStatus::SseKms));
/// assert_eq!(replica.encryption.key().unwrap().region().as_str(), "eu-west-1");
/// # Ok::<(), s3_replication::Report>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Replica<'a> {
    /// The storage class (REP-601).
    pub storage_class: &'a StorageClass,
    /// The encryption (REP-603 to REP-605).
    pub encryption: ReplicaEncryption<'a>,
    /// The state of the S3 Bucket Key, where it is known (REP-606).
    pub bucket_key: Option<BucketKeyStatus>,
    /// The owner (REP-602).
    pub owner: Owner,
    /// The Object Lock settings (REP-607).
    pub lock: ReplicaLock<'a>,
}

/// The encryption of a replica.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ReplicaEncryption<'a> {
    /// The default encryption of the destination bucket (REP-604).
    DestinationDefault,
    /// SSE-S3.
    SseS3,
    /// SSE-KMS with this key.
    SseKms(&'a KmsKeyArn),
    /// DSSE-KMS with this key.
    DsseKms(&'a KmsKeyArn),
    /// SSE-KMS with the multi-Region key that is related to the key of the source, in the Region of
    /// the destination bucket (REP-627).
    SseKmsRelated {
        /// The key of the source, if it is known. [`KmsKeyArn::related_in`] returns the related key.
        source: Option<&'a KmsKeyArn>,
    },
    /// DSSE-KMS with that key.
    DsseKmsRelated {
        /// The key of the source, if it is known.
        source: Option<&'a KmsKeyArn>,
    },
    /// SSE-C with the customer-provided key of the source.
    SseC,
}

impl<'a> ReplicaEncryption<'a> {
    /// Returns the kind of encryption; `None` when the destination bucket decides.
    #[must_use]
    pub const fn status(self) -> Option<EncryptionStatus> {
        match self {
            Self::DestinationDefault => None,
            Self::SseS3 => Some(EncryptionStatus::SseS3),
            Self::SseKms(_) | Self::SseKmsRelated { .. } => Some(EncryptionStatus::SseKms),
            Self::DsseKms(_) | Self::DsseKmsRelated { .. } => Some(EncryptionStatus::DsseKms),
            Self::SseC => Some(EncryptionStatus::SseC),
        }
    }

    /// Returns true when the key is the multi-Region key that is related to the key of the source.
    #[must_use]
    pub const fn uses_related_key(self) -> bool {
        matches!(self, Self::SseKmsRelated { .. } | Self::DsseKmsRelated { .. })
    }

    /// Returns the key of the source to which the key of the replica is related; `None` if the
    /// replica has no such key, or the key of the source is unknown.
    #[must_use]
    pub const fn source_key(self) -> Option<&'a KmsKeyArn> {
        match self {
            Self::SseKmsRelated { source } | Self::DsseKmsRelated { source } => source,
            _ => None,
        }
    }

    /// Returns the KMS key, if there is one and the rule gives it.
    #[must_use]
    pub const fn key(self) -> Option<&'a KmsKeyArn> {
        match self {
            Self::SseKms(key) | Self::DsseKms(key) => Some(key),
            _ => None,
        }
    }
}

/// The Object Lock settings of a replica.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ReplicaLock<'a> {
    /// The settings of the source. Its retention takes precedence over the default retention of
    /// the destination bucket.
    Source(&'a ObjectLock),
    /// The default retention of the destination bucket, if it has one.
    DestinationDefault,
}

impl<'a> Replica<'a> {
    /// Returns the replica that a rule makes of a version. What the rule does not state follows the
    /// source. The defaults of the destination count only where the source has nothing to follow:
    /// no Object Lock, or no encryption.
    pub(super) fn of(
        rule: &'a ReplicationRule,
        version: &'a ObjectVersion<'_>,
        replica_key: ReplicaKeyReading,
    ) -> Self {
        let encryption = encryption(rule, version, replica_key);
        Self {
            storage_class: rule
                .destination
                .storage_class
                .as_ref()
                .unwrap_or(&version.storage_class),
            encryption,
            // The S3 Bucket Key belongs to encryption with a KMS key; without one there is nothing
            // to state. Its state follows the source (REP-606).
            bucket_key: encryption
                .status()
                .filter(|status| status.is_kms())
                .and(version.bucket_key),
            owner: rule.destination.ownership.owner(),
            lock: if version.lock == ObjectLock::default() {
                ReplicaLock::DestinationDefault
            } else {
                ReplicaLock::Source(&version.lock)
            },
        }
    }
}

/// Returns the encryption of a replica (REP-603 to REP-605, REP-627, REP-628).
///
/// SSE-KMS and DSSE-KMS stay what they are and change only the key. SSE-C keeps the key of the
/// customer, which no rule can replace.
fn encryption<'a>(
    rule: &'a ReplicationRule,
    version: &'a ObjectVersion<'_>,
    replica_key: ReplicaKeyReading,
) -> ReplicaEncryption<'a> {
    let kms = rule.kms.as_ref().filter(|kms| kms.status.is_enabled());
    if kms.is_some_and(KmsReplication::uses_source_multi_region_key) {
        let source = version.kms_key;
        match version.encryption {
            EncryptionStatus::SseKms => return ReplicaEncryption::SseKmsRelated { source },
            EncryptionStatus::DsseKms => return ReplicaEncryption::DsseKmsRelated { source },
            _ => {}
        }
    }
    match (version.encryption, kms.and_then(|kms| kms.replica_key.as_ref())) {
        (EncryptionStatus::SseKms, Some(key)) => ReplicaEncryption::SseKms(key),
        (EncryptionStatus::DsseKms, Some(key)) => ReplicaEncryption::DsseKms(key),
        (EncryptionStatus::SseC, _) => ReplicaEncryption::SseC,
        (EncryptionStatus::SseS3, Some(key)) if replica_key == ReplicaKeyReading::EveryVersion => {
            ReplicaEncryption::SseKms(key)
        }
        (EncryptionStatus::SseS3, _) => ReplicaEncryption::SseS3,
        // A rule selects versions encrypted with a KMS key only if it has a key for the replicas, and
        // no version of another service is replicated, so all but `NotSse` are unreachable for a
        // validated configuration.
        (
            EncryptionStatus::NotSse
            | EncryptionStatus::SseKms
            | EncryptionStatus::DsseKms
            | EncryptionStatus::Fsx
            | EncryptionStatus::Backup,
            _,
        ) => ReplicaEncryption::DestinationDefault,
    }
}
