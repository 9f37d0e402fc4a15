//! The source and destination sides of replication, and the tasks that run between them.
//!
//! Each task goes through the steps that S3 is known to go through, in this order: what fails
//! before the version is read (no configuration, no lock), what is late (a slow bucket), what a job
//! must not bring back, what the policies permit, and then the copy by the same driver that serves
//! every store.
//!
//! A lock is never held while the driver runs, since the driver calls the store. So the state may
//! change between two steps, as in S3.
//!
//! ```text
//! configuration deleted                    SrcBucketReplicationConfigMissing
//! only the source has Object Lock          DstBucketObjectLockConfigMissing
//! a slow bucket, before its time           transient: the task stays open
//! a job, and the replica was deleted       DstObjectHardDeleted
//! a policy does not permit it              the reason of the permission, or open without one
//! else                                     what the driver and the destination answer
//! ```
//!
//! `bucket.rs` has the checks of a destination. Requests of users are in `requests.rs`, and jobs in
//! `job.rs`, which calls `attempt` as well.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::bucket::Bucket;
use super::requests::known_buckets;
use super::{Body, MemoryBucket, MemoryStore, no_such_bucket};
use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::engine::Action;
use crate::model::{
    BucketArn, BucketName, EncryptionStatus, Owner, Timestamp, VersionId, Versioning,
};
use crate::permissions::{Operation, OperationKind, Refusal, Setup, Verdict};
use crate::replication::{
    FailureReason, Ledger, LedgerUpdate, Notification, ObjectKey, Outcome, Task, TaskId,
};
use crate::storage::run::{run_task, run_tasks};
use crate::storage::{Destination, Fault, MetadataChange, RunSummary, Source, StoredVersion};

/// The result of a single task that [`MemoryBucket::run_task`] has run.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct TaskRun {
    /// The task.
    pub task: Arc<Task>,
    /// The outcome of the task.
    pub outcome: Outcome,
    /// The change in the ledger: event notifications, and tasks that waited for this one.
    pub update: LedgerUpdate,
}

impl MemoryStore {
    /// Runs the pending tasks of all buckets once. Other threads may use the store meanwhile.
    pub fn replicate(&self, at: Timestamp) -> RunSummary {
        let mut all = RunSummary::default();
        for name in &self.buckets() {
            // Bucket by bucket: the tasks that a task creates in its destination are run if that
            // bucket comes later in the order, and by the next call otherwise.
            // The ledger is lent to the driver for moments, since a task changes other buckets.
            let with_ledger = |work: &mut dyn FnMut(&mut Ledger)| {
                self.with_ledger(name, work);
            };
            let each = |_: &_, _: &_| ControlFlow::Continue(());
            all.append(run_tasks(with_ledger, |task| self.attempt(name, task, at), at, each));
        }
        all
    }

    /// Performs a task of a bucket.
    ///
    /// The ledger is not changed here: the caller settles the task with the outcome.
    pub(super) fn attempt(&self, source: &BucketName, task: &Task, at: Timestamp) -> Outcome {
        if let Some(reason) = self.refusal(source, task) {
            return Outcome::Failed(reason);
        }
        match self.ready_at(source, task) {
            Some(ready) if ready > at => Outcome::Transient,
            _ if task.batch && self.has_hard_deleted(task) => {
                Outcome::Failed(FailureReason::DST_OBJECT_HARD_DELETED)
            }
            _ => match self.verdict(source, task) {
                Verdict::Permitted => {
                    run_task(task, &self.bucket(source), &AtTime { store: self, at })
                }
                Verdict::WithoutTags => {
                    run_task(task, &WithoutTags(self.bucket(source)), &AtTime { store: self, at })
                }
                // A refusal without a published reason leaves the task open, and so does an
                // undecided condition.
                Verdict::NotPermitted(Refusal { failure_reason: Some(reason), .. }) => {
                    Outcome::Failed(FailureReason::from(reason))
                }
                _ => Outcome::Transient,
            },
        }
    }

    /// Judges a task by the policies of its source bucket, if it has any. Without policies in the
    /// source bucket every task is permitted: a test that is not about permissions need not write
    /// any.
    fn verdict(&self, source: &BucketName, task: &Task) -> Verdict {
        let mut buckets = self.lock();
        let Some(bucket) = buckets.get_mut(source) else { return Verdict::Permitted };
        let (Some(policies), Some((configuration, dialect))) =
            (bucket.policies.clone(), bucket.configuration.clone())
        else {
            return Verdict::Permitted;
        };
        let version = bucket.get_mut(&task.key, &task.version_id).ok();
        let version = version.map(|held| held.version.clone().without_bytes());
        // Everything is copied under one lock, so that the judgement is about one moment.
        let known = known_buckets(&buckets, &configuration);
        drop(buckets);
        // Deletes of versions have no permission of their own in AWS, so they count as delete
        // markers.
        let kind = match (task.action, task.event.aspect()) {
            (Action::ReplicateDeleteMarker | Action::ReplicateVersionDelete, _) => {
                OperationKind::DeleteMarker
            }
            (Action::ReplicateMetadata, Some(aspect)) => OperationKind::Metadata(aspect),
            _ => OperationKind::Object,
        };
        // A policy is text; a key that is not gets replacement characters, which match wildcards.
        let key = String::from_utf8_lossy(task.key.as_bytes());
        let operation = Operation::new(kind, &key, &task.bucket);
        let operation = match &version {
            Some(version) => operation
                .with_encryption(
                    // An object that was written here has an encryption; one that was imported may
                    // have none.
                    version.encryption.unwrap_or(EncryptionStatus::SseS3),
                    version.kms_key_id.as_ref(),
                )
                .with_tags(!version.metadata.tags.is_empty())
                .with_owner_override(task.owner == Owner::Destination),
            None if task.action == Action::ReplicateVersionDelete => operation,
            // A version that is gone fails when the task reads it.
            None => return Verdict::Permitted,
        };
        Setup::new(&configuration, source.clone(), &dialect, &known).judge(&policies, &operation)
    }

    /// Returns the reason if S3 fails a task before it reads the version: the replication
    /// configuration was deleted (REP-618), or only the source bucket has Object Lock (REP-619).
    ///
    /// `None` if a bucket is missing: the driver finds that out, with its own reason.
    fn refusal(&self, source: &BucketName, task: &Task) -> Option<FailureReason> {
        let buckets = self.lock();
        let source = buckets.get(source)?;
        if !source.replicates {
            return Some(FailureReason::SRC_BUCKET_REPLICATION_CONFIG_MISSING);
        }
        let destination = buckets.get(task.bucket.name())?;
        // An injected fault hides the settings of a bucket, and decides the outcome itself.
        if source.fault.is_some() || destination.fault.is_some() {
            return None;
        }
        let lacks_lock = source.has_object_lock() && !destination.has_object_lock();
        lacks_lock.then_some(FailureReason::DST_BUCKET_OBJECT_LOCK_CONFIG_MISSING)
    }

    /// Returns true if the replica that a task would write was permanently deleted (REP-983).
    ///
    /// False while the bucket has a fault, which hides its history.
    fn has_hard_deleted(&self, task: &Task) -> bool {
        let buckets = self.lock();
        let bucket = buckets.get(task.bucket.name());
        bucket.is_some_and(|bucket| {
            bucket.fault.is_none() && bucket.has_hard_deleted(&task.key, &task.version_id)
        })
    }

    /// Returns the time before which slow buckets do not perform a task; `None` if both are fast.
    /// With two slow buckets the slower one counts.
    fn ready_at(&self, source: &BucketName, task: &Task) -> Option<Timestamp> {
        let buckets = self.lock();
        let both = [source, task.bucket.name()].into_iter().filter_map(|name| buckets.get(name));
        both.filter_map(|bucket| bucket.ready_at(task)).max()
    }

    /// Returns true if any bucket has the fault [`Slow`](crate::storage::InjectedFault::Slow).
    #[cfg(feature = "simulation")]
    pub(crate) fn has_slow_buckets(&self) -> bool {
        let is_slow = |bucket: &Bucket| matches!(bucket.fault, Some(super::InjectedFault::Slow(_)));
        self.lock().values().any(is_slow)
    }

    /// Calls a closure with a destination bucket, which must exist, work and be versioned. The
    /// fault comes before the check of versioning: a bucket that does not answer shows no settings.
    ///
    /// It has the lock of the store until `work` ends.
    fn with_destination(
        &self,
        bucket: &BucketArn,
        work: impl FnOnce(&mut Bucket) -> Result<(), Fault<ServiceError>>,
    ) -> Result<(), Fault<ServiceError>> {
        let mut buckets = self.lock();
        let bucket = buckets.get_mut(bucket.name()).ok_or_else(|| {
            Fault::Permanent(FailureReason::DST_BUCKET_NOT_FOUND, no_such_bucket())
        })?;
        bucket.check_fault()?;
        if bucket.versioning != Versioning::Enabled {
            let text = "Destination bucket must have versioning enabled.";
            let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, text);
            return Err(Fault::Permanent(FailureReason::DST_BUCKET_UNVERSIONED, error));
        }
        work(bucket)
    }
}

impl MemoryBucket<'_> {
    /// Runs one pending task of the bucket. Returns `None` if there is no such task, or if it has
    /// ended already.
    ///
    /// `None` also for a bucket without a ledger. A task that waited for this one is in the update,
    /// and is not run.
    #[expect(clippy::must_use_candidate, reason = "the change in the store is the effect")]
    pub fn run_task(&self, task: TaskId, at: Timestamp) -> Option<TaskRun> {
        // A copy, so that the lock is free while the task runs.
        let task = self.read_ledger(|ledger| ledger.open_task(task).cloned()).flatten()?;
        let outcome = self.store.attempt(self.name, &task, at);
        let update = self
            .store
            .with_ledger(self.name, |ledger| ledger.complete(task.id, outcome.clone(), at))?;
        // The ledger does not know the task if the bucket was deleted and created again meanwhile.
        Some(TaskRun { task, outcome, update: update.unwrap_or_default() })
    }

    /// Advances the time of the ledger of the bucket, see [`Ledger::advance`].
    ///
    /// Empty for a bucket without a ledger.
    #[expect(clippy::must_use_candidate, reason = "the change in the ledger is the effect")]
    pub fn advance(&self, at: Timestamp) -> Vec<Notification> {
        self.store.with_ledger(self.name, |ledger| ledger.advance(at)).unwrap_or_default()
    }

    /// Calls a closure with the ledger of the bucket; `None` if the bucket never had a replication
    /// configuration.
    ///
    /// The closure runs while the store is locked. A call of the store in the closure blocks
    /// forever.
    pub fn read_ledger<T>(&self, read: impl FnOnce(&Ledger) -> T) -> Option<T> {
        self.store.lock().get(self.name)?.ledger.as_ref().map(read)
    }

    /// Returns the time before which slow buckets do not perform a task; `None` if both buckets are
    /// fast or the task is not pending.
    #[cfg(feature = "simulation")]
    pub(crate) fn task_ready_at(&self, task: TaskId) -> Option<Timestamp> {
        let task = self.read_ledger(|ledger| ledger.open_task(task).cloned()).flatten()?;
        self.store.ready_at(self.name, &task)
    }

    /// Calls a closure with the source bucket, which must exist and work.
    ///
    /// The fault comes after the existence of the bucket and before its versions, as for a
    /// destination.
    fn with_source<T>(
        &self,
        work: impl FnOnce(&mut Bucket) -> Result<T, Fault<ServiceError>>,
    ) -> Result<T, Fault<ServiceError>> {
        let mut buckets = self.store.lock();
        let bucket = buckets.get_mut(self.name).ok_or_else(|| {
            Fault::Permanent(FailureReason::SRC_BUCKET_NOT_FOUND, no_such_bucket())
        })?;
        bucket.check_fault()?;
        work(bucket)
    }
}

impl Source for MemoryBucket<'_> {
    type Body = Body;
    type Error = ServiceError;

    fn read(
        &self,
        key: &ObjectKey,
        version_id: &VersionId,
    ) -> Result<StoredVersion<Body>, Fault<ServiceError>> {
        self.with_source(|bucket| match bucket.get_mut(key, version_id) {
            Ok(held) => Ok(held.version.clone()),
            Err(error) => Err(Fault::Permanent(FailureReason::SRC_VERSION_NOT_FOUND, error)),
        })
    }

    fn versions(
        &self,
        after: Option<(&ObjectKey, &VersionId)>,
        limit: usize,
    ) -> Result<Vec<StoredVersion<()>>, Fault<ServiceError>> {
        self.with_source(|bucket| Ok(bucket.page(after, limit)))
    }
}

/// A source whose tags the role may not read. S3 then replicates the object without its tags,
/// instead of failing the task.
///
/// A listing has its tags, since no task lists.
struct WithoutTags<'s>(MemoryBucket<'s>);

impl Source for WithoutTags<'_> {
    type Body = Body;
    type Error = ServiceError;

    fn read(
        &self,
        key: &ObjectKey,
        version_id: &VersionId,
    ) -> Result<StoredVersion<Body>, Fault<ServiceError>> {
        let mut version = self.0.read(key, version_id)?;
        version.metadata.tags.clear();
        Ok(version)
    }

    fn versions(
        &self,
        after: Option<(&ObjectKey, &VersionId)>,
        limit: usize,
    ) -> Result<Vec<StoredVersion<()>>, Fault<ServiceError>> {
        self.0.versions(after, limit)
    }
}

/// The store at a time, from which the retention after the release of an event hold counts. The
/// trait [`Destination`] has no parameter for the time, because a real store has a clock. A
/// simulation has its own, which this brings in.
struct AtTime<'s> {
    store: &'s MemoryStore,
    at: Timestamp,
}

impl Destination<Body> for AtTime<'_> {
    type Error = ServiceError;

    fn put_replica(
        &self,
        bucket: &BucketArn,
        replica: StoredVersion<Body>,
    ) -> Result<(), Fault<ServiceError>> {
        self.store.with_destination(bucket, |bucket| bucket.insert_replica(replica, self.at))
    }

    fn put_metadata(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        change: &MetadataChange,
    ) -> Result<(), Fault<ServiceError>> {
        self.store.with_destination(bucket, |bucket| {
            bucket.update_metadata(key, version_id, change, self.at)
        })
    }

    // The time of this value counts for the lock, and not that of the task.
    fn delete_replica(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        _: Timestamp,
    ) -> Result<(), Fault<ServiceError>> {
        self.store
            .with_destination(bucket, |bucket| bucket.delete_replica(key, version_id, self.at))
    }
}

/// The store has no clock: what arrives this way arrives at the time of its last change.
impl Destination<Body> for MemoryStore {
    type Error = ServiceError;

    fn put_replica(
        &self,
        bucket: &BucketArn,
        replica: StoredVersion<Body>,
    ) -> Result<(), Fault<ServiceError>> {
        AtTime { store: self, at: replica.metadata.changed().at }.put_replica(bucket, replica)
    }

    fn put_metadata(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        change: &MetadataChange,
    ) -> Result<(), Fault<ServiceError>> {
        let at_time = AtTime { store: self, at: change.stamp.at };
        at_time.put_metadata(bucket, key, version_id, change)
    }

    fn delete_replica(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        at: Timestamp,
    ) -> Result<(), Fault<ServiceError>> {
        AtTime { store: self, at }.delete_replica(bucket, key, version_id, at)
    }
}
