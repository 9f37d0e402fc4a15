use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::engine::{Action, Replica, ReplicaEncryption, Replication};
use crate::model::{
    BucketArn, BucketKeyStatus, EncryptionStatus, Event, EventKind, KmsKeyArn, Owner, StorageClass,
    Timestamp, VersionId,
};
use crate::replication::{FailureReason, ObjectKey, VersionRef, first_late_moment};

/// The number of a task, unique within a ledger.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Deserialize, Serialize)]
#[serde(transparent)]
pub struct TaskId(pub(super) u64);

impl TaskId {
    /// The number of the first task of a ledger.
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

/// One thing to do in one destination bucket. The store does it and tells the ledger how it ended.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Task {
    /// The number.
    pub id: TaskId,
    /// The key of the source version.
    pub key: ObjectKey,
    /// The id of the source version, which the replica keeps.
    pub version_id: VersionId,
    /// What to do. For metadata: bring it up to date with the source as it is when the task runs;
    /// not the ACL, though, if the owner of the destination bucket owns the replica.
    pub action: Action,
    /// What happened that asked for it; of several changes of metadata that waited, the last.
    pub event: Event,
    /// The ARN of the destination bucket.
    pub bucket: BucketArn,
    /// The name of the rule that asked for it.
    pub rule: Arc<str>,
    /// What the replica will be; only for objects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replica: Option<ReplicaPlan>,
    /// Who owns the replica; the ACL of the source goes with it only if its owner does.
    pub owner: Owner,
    /// The bytes to move; 0 for anything but objects.
    pub size: u64,
    /// The bytes of the source version.
    pub version_size: u64,
    /// When the event happened that asked for it.
    pub since: Timestamp,
    /// Whether Batch Replication asked for it.
    pub batch: bool,
    /// Whether the rule has metrics.
    pub metrics: bool,
    /// Whether S3 Replication Time Control covers it.
    pub time_control: bool,
}

/// What a replica will be, as [`Replica`] says, in a form that can be stored. Its owner stands in
/// the [`Task`]; its lock is that of the source when the task runs.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ReplicaPlan {
    /// The storage class.
    pub storage_class: StorageClass,
    /// The encryption; `None` is the default of the destination bucket.
    pub encryption: Option<EncryptionStatus>,
    /// The KMS key, if there is one.
    pub kms_key_id: Option<KmsKeyArn>,
    /// Whether it uses an S3 Bucket Key, where that is known.
    pub bucket_key: Option<BucketKeyStatus>,
}

impl From<Replica<'_>> for ReplicaPlan {
    fn from(replica: Replica<'_>) -> Self {
        let encryption: ReplicaEncryption<'_> = replica.encryption;
        Self {
            storage_class: replica.storage_class.clone(),
            encryption: encryption.status(),
            kms_key_id: encryption.key().cloned(),
            bucket_key: replica.bucket_key,
        }
    }
}

/// What a task is about, before it has a number.
pub(super) struct Order<'o> {
    pub(super) name: VersionRef<'o>,
    pub(super) size: u64,
    pub(super) since: Timestamp,
    pub(super) event: Event,
}

impl Task {
    pub(super) fn new(
        id: TaskId,
        rule: Arc<str>,
        order: &Order<'_>,
        replication: &Replication<'_>,
    ) -> Self {
        let is_object = replication.action() == Action::ReplicateObject;
        Self {
            id,
            key: order.name.key.clone(),
            version_id: order.name.id.clone(),
            event: order.event,
            action: replication.action(),
            bucket: replication.bucket().clone(),
            rule,
            replica: is_object.then(|| replication.replica().into()),
            owner: replication.replica().owner,
            size: if is_object { order.size } else { 0 },
            version_size: order.size,
            since: order.since,
            batch: order.event.kind() == EventKind::BatchReplication,
            metrics: replication.has_metrics(),
            time_control: replication.is_time_controlled(),
        }
    }

    /// Returns the first moment at which it misses the threshold of S3 Replication Time Control, if
    /// it is covered.
    #[must_use]
    pub fn deadline(&self) -> Option<Timestamp> {
        self.time_control.then(|| first_late_moment(self.since))
    }

    /// Returns the same task under another number.
    pub(super) fn numbered(&self, id: TaskId) -> Self {
        Self { id, ..self.clone() }
    }
}

/// How a task ended.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[expect(clippy::exhaustive_enums, reason = "a task is done, comes again, or never will be")]
pub enum Outcome {
    /// It is done.
    Replicated,
    /// A bucket or Region is out of reach for now. The task stays pending; hand it out again.
    Transient,
    /// It failed for good; only Batch Replication or a new version can mend it.
    Failed(FailureReason),
}
