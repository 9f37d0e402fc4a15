//! Tasks: what a store has to do for one version in one destination bucket.
//!
//! A task is made of a decision and the request that led to it, and is complete: a store performs
//! it without the configuration. It can be saved while it is open. When it is read again, its
//! fields must agree with each other (`Task::is_sound`), because a store acts on it.
//!
//! ```text
//! {"Id": 1, "Key": "cat.jpg", "VersionId": "v1", "Action": "replicate-object",
//!  "Bucket": "arn:aws:s3:::backup", "Replica": {"StorageClass": "STANDARD", …}, "Size": 1024, …}
//! ```

use std::fmt;
use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::engine::{Action, Replica, ReplicaEncryption, Replication};
use crate::model::{
    BucketArn, BucketKeyStatus, EncryptionStatus, Event, EventKind, KmsKeyArn, Owner, StorageClass,
    Timestamp, VersionId, required,
};
use crate::replication::{FailureReason, ObjectKey, VersionRef, first_late_moment};

/// The number of a task, unique within its ledger. Later tasks have higher numbers.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Deserialize, Serialize)]
#[serde(transparent)]
pub struct TaskId(pub(super) u64);

impl TaskId {
    /// The number of the first task of every ledger.
    pub const FIRST: Self = Self(1);

    /// Returns the number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A replication task: one action in one destination bucket.
///
/// The store performs the task, for instance with [`replicate`](crate::storage::replicate), and its
/// outcome goes to [`Ledger::complete`](crate::replication::Ledger::complete).
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, remote = "Self")]
#[non_exhaustive]
pub struct Task {
    /// The number of the task.
    pub id: TaskId,
    /// The key of the source version.
    pub key: ObjectKey,
    /// The ID of the source version, which the replica keeps.
    pub version_id: VersionId,
    /// The action. [`ReplicateMetadata`](Action::ReplicateMetadata) copies the current value of the
    /// [aspect](Event::aspect) that the event changed, and no other aspect (REP-626).
    pub action: Action,
    /// The event that caused the task. If several changes of one aspect waited for an earlier task, it
    /// is the last of them.
    pub event: Event,
    /// The ARN of the destination bucket.
    pub bucket: BucketArn,
    /// The name of the rule.
    pub rule: Arc<str>,
    /// The properties of the replica; `None` unless the action replicates an object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replica: Option<ReplicaPlan>,
    /// The owner of the replica. The ACL of the source version is replicated only for
    /// [`Owner::Source`].
    pub owner: Owner,
    /// The number of bytes to transfer; 0 unless the action replicates an object.
    pub size: u64,
    /// The size of the source version in bytes.
    pub version_size: u64,
    /// The time of the event. Metrics and the threshold of S3 RTC count from this time.
    pub since: Timestamp,
    /// True for a task of S3 Batch Replication.
    pub batch: bool,
    /// True if replication metrics are enabled for the rule.
    pub metrics: bool,
    /// True if S3 Replication Time Control covers the task.
    pub time_control: bool,
}

/// The properties of a replica, as in [`Replica`], in a form that can be saved.
///
/// The owner is in the [`Task`]. The Object Lock settings are those of the source version when the
/// task runs.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct ReplicaPlan {
    /// The storage class.
    pub storage_class: StorageClass,
    /// The encryption; `None` is the default encryption of the destination bucket.
    #[serde(deserialize_with = "required")]
    pub encryption: Option<EncryptionStatus>,
    /// The KMS key of SSE-KMS or DSSE-KMS, if the rule gives it.
    #[serde(deserialize_with = "required")]
    pub kms_key_id: Option<KmsKeyArn>,
    /// True if the KMS key is the multi-Region key that is related to the key of the source version,
    /// in the Region of the destination bucket (REP-627).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub uses_related_key: bool,
    /// The use of an S3 Bucket Key, if it is known.
    #[serde(deserialize_with = "required")]
    pub bucket_key: Option<BucketKeyStatus>,
}

impl ReplicaPlan {
    /// Returns true if there is a KMS key exactly for the types of encryption that have one.
    fn is_sound(&self) -> bool {
        let is_kms = self.encryption.is_some_and(EncryptionStatus::is_kms);
        is_kms == (self.kms_key_id.is_some() || self.uses_related_key)
    }
}

impl<'de> Deserialize<'de> for Task {
    /// Reads a task that was saved. Refuses one that no ledger can have.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The derived method of the same name reads the fields.
        let task = Self::deserialize(deserializer)?;
        if task.is_sound() {
            return Ok(task);
        }
        Err(D::Error::custom(format_args!("the fields of task {} contradict each other", task.id)))
    }
}

impl Serialize for Task {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl From<Replica<'_>> for ReplicaPlan {
    fn from(replica: Replica<'_>) -> Self {
        let encryption: ReplicaEncryption<'_> = replica.encryption;
        Self {
            storage_class: replica.storage_class.clone(),
            encryption: encryption.status(),
            kms_key_id: encryption.key().cloned(),
            uses_related_key: encryption.uses_related_key(),
            bucket_key: replica.bucket_key,
        }
    }
}

/// The part of an event that all its tasks share.
pub(super) struct TaskRequest<'r> {
    /// The source version.
    pub(super) name: VersionRef<'r>,
    /// Its size in bytes.
    pub(super) size: u64,
    /// The time of the event.
    pub(super) since: Timestamp,
    /// The event itself. For Batch Replication it is that of the job.
    pub(super) event: Event,
}

impl Task {
    pub(super) fn new(
        id: TaskId,
        rule: Arc<str>,
        request: &TaskRequest<'_>,
        replication: &Replication<'_>,
        owner: Owner,
    ) -> Self {
        let is_object = replication.action() == Action::ReplicateObject;
        Self {
            id,
            key: request.name.key.clone(),
            version_id: request.name.id.clone(),
            event: request.event,
            action: replication.action(),
            bucket: replication.bucket().clone(),
            rule,
            replica: is_object.then(|| replication.replica().into()),
            owner,
            // Only an object transfers its bytes. Metrics count these.
            size: if is_object { request.size } else { 0 },
            version_size: request.size,
            since: request.since,
            batch: request.event.kind() == EventKind::BatchReplication,
            metrics: replication.has_metrics(),
            time_control: replication.is_time_controlled(),
        }
    }

    /// Returns the earliest time at which the task misses the threshold of S3 Replication Time
    /// Control; `None` if S3 RTC does not cover the task.
    #[must_use]
    pub fn deadline(&self) -> Option<Timestamp> {
        self.time_control.then(|| first_late_moment(self.since))
    }

    /// Far below the maximum, so that later task numbers and counts never overflow.
    pub(super) const MAX: u64 = 1 << 62;

    /// Returns true if the fields agree with each other, which those of a saved task may not.
    fn is_sound(&self) -> bool {
        let is_object = self.action == Action::ReplicateObject;
        let is_batch = self.event.kind() == EventKind::BatchReplication;
        (self.action == Action::ReplicateMetadata) == self.event.aspect().is_some()
            && (self.action == Action::ReplicateVersionDelete)
                == (self.event.kind() == EventKind::VersionDelete)
            && self.replica.is_some() == is_object
            && self.size == if is_object { self.version_size } else { 0 }
            && self.batch == is_batch
            && (1..=Self::MAX).contains(&self.id.0)
            // S3 Replication Time Control has metrics, and does not cover Batch Replication.
            && (!self.time_control || self.metrics && !self.batch)
            && self.replica.as_ref().is_none_or(ReplicaPlan::is_sound)
    }

    /// Returns a copy of the task with another number.
    ///
    /// A task that waited gets its number when it begins, so that numbers follow the order of
    /// begins.
    pub(super) fn numbered(&self, id: TaskId) -> Self {
        Self { id, ..self.clone() }
    }
}

/// The outcome of an attempt to perform a task.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an attempt succeeds, or a retry may help, or it cannot"
)]
pub enum Outcome {
    /// The task succeeded.
    Replicated,
    /// A bucket or Region is temporarily unavailable. The task stays pending and has to run again.
    Transient,
    /// The task failed permanently. Only S3 Batch Replication or a new version can replace it.
    Failed(FailureReason),
}
