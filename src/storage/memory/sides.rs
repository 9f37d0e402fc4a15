//! The two sides of replication, and the faults that keep them apart.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::bucket::Bucket;
use super::{Body, InjectedFault, MemoryStore, no_such_bucket};
use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::model::{BucketArn, BucketName, Timestamp, VersionId, Versioning};
use crate::replication::{
    FailureReason, Ledger, LedgerUpdate, Notification, ObjectKey, Outcome, Task, TaskId,
};
use crate::storage::driver::{drive, run};
use crate::storage::{Destination, Fault, Metadata, RunSummary, Source, StoredVersion};

impl MemoryStore {
    /// Keeps replication from and to a bucket, and what jobs write from it, until it is mended with
    /// `None`.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub fn inject_fault(
        &self,
        name: &BucketName,
        fault: Option<InjectedFault>,
    ) -> Result<(), ServiceError> {
        self.within(name, |bucket| {
            bucket.fault = fault;
            Ok(())
        })
    }

    /// Runs what is pending in all buckets, each task once, and returns what came of it. Others may
    /// use the store meanwhile.
    pub fn replicate(&self, at: Timestamp) -> RunSummary {
        let mut all = RunSummary::default();
        for name in &self.buckets() {
            let with_ledger = |work: &mut dyn FnMut(&mut Ledger)| {
                self.with_ledger(name, work);
            };
            let each = |_: &_, _: &_| ControlFlow::Continue(());
            all.append(drive(with_ledger, |task| self.attempt(name, task, at), at, each));
        }
        all
    }

    /// Runs one task that is pending in a bucket, and returns how it ended and what came of that;
    /// `None` when there is no such task, or no longer.
    pub fn run_task(&self, name: &BucketName, task: TaskId, at: Timestamp) -> Option<TaskRun> {
        let task = self.read_ledger(name, |ledger| ledger.open_task(task).cloned()).flatten()?;
        let outcome = self.attempt(name, &task, at);
        let update =
            self.with_ledger(name, |ledger| ledger.complete(task.id, outcome.clone(), at))?;
        let update = update.unwrap_or_default();
        Some(TaskRun { task, outcome, update })
    }

    /// Lets time pass for the replication of a bucket, see [`Ledger::advance`].
    pub fn advance(&self, name: &BucketName, at: Timestamp) -> Vec<Notification> {
        self.with_ledger(name, |ledger| ledger.advance(at)).unwrap_or_default()
    }

    /// Looks into the ledger of a bucket; `None` when it never had a replication configuration.
    /// Whoever looks must not use the store meanwhile.
    pub fn read_ledger<T>(&self, name: &BucketName, look: impl FnOnce(&Ledger) -> T) -> Option<T> {
        self.lock().get(name)?.ledger.as_ref().map(look)
    }

    /// Tries to do what a task of a bucket asks for.
    pub(super) fn attempt(&self, source: &BucketName, task: &Task, at: Timestamp) -> Outcome {
        if let Some(reason) = self.objection(source, task) {
            return Outcome::Failed(reason);
        }
        match self.ready(source, task) {
            Some(ready) if ready > at => Outcome::Transient,
            _ if task.batch && self.has_hard_deleted(task) => {
                Outcome::Failed(FailureReason::DST_OBJECT_HARD_DELETED)
            }
            _ => run(task, &self.bucket(source), self),
        }
    }

    /// Returns what S3 has against a task that neither version nor fault tells: the configuration
    /// was taken away (REP-618), or only the source has Object Lock (REP-619).
    fn objection(&self, source: &BucketName, task: &Task) -> Option<FailureReason> {
        let buckets = self.lock();
        let source = buckets.get(source)?;
        if !source.replicates {
            return Some(FailureReason::SRC_BUCKET_REPLICATION_CONFIG_MISSING);
        }
        let destination = buckets.get(task.bucket.name())?;
        if source.fault.is_some() || destination.fault.is_some() {
            return None;
        }
        let is_unlocked = source.has_object_lock() && !destination.has_object_lock();
        is_unlocked.then_some(FailureReason::DST_BUCKET_OBJECT_LOCK_CONFIG_MISSING)
    }

    /// Returns true when what a task would bring was there and was deleted by its id (REP-983).
    fn has_hard_deleted(&self, task: &Task) -> bool {
        let buckets = self.lock();
        let bucket = buckets.get(task.bucket.name());
        bucket.is_some_and(|bucket| {
            bucket.fault.is_none() && bucket.has_hard_deleted(&task.key, &task.version_id)
        })
    }

    /// Returns the moment before which slow buckets do not do what a task asks for.
    fn ready(&self, source: &BucketName, task: &Task) -> Option<Timestamp> {
        let buckets = self.lock();
        let both = [source, task.bucket.name()].into_iter().filter_map(|name| buckets.get(name));
        both.filter_map(|bucket| bucket.ready_for(task)).max()
    }

    /// Returns the moment before which slow buckets do not do what a task asks for, if there is
    /// such a task and such a moment.
    pub(crate) fn ready_for(&self, source: &BucketName, task: TaskId) -> Option<Timestamp> {
        let task = self.read_ledger(source, |ledger| ledger.open_task(task).cloned()).flatten()?;
        self.ready(source, &task)
    }

    pub(crate) fn has_slow_buckets(&self) -> bool {
        let is_slow = |bucket: &Bucket| matches!(bucket.fault, Some(InjectedFault::Slow(_)));
        self.lock().values().any(is_slow)
    }

    /// Returns one bucket, to replicate from and to list.
    #[must_use]
    pub fn bucket<'s>(&'s self, name: &'s BucketName) -> MemoryBucket<'s> {
        MemoryBucket { store: self, name }
    }
}

/// How a task ended.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct TaskRun {
    /// The task.
    pub task: Arc<Task>,
    /// How it ended.
    pub outcome: Outcome,
    /// What S3 would send, and the tasks that waited for this one.
    pub update: LedgerUpdate,
}

/// One bucket of a [`MemoryStore`], to replicate from and to list.
#[derive(Clone, Copy, Debug)]
pub struct MemoryBucket<'s> {
    store: &'s MemoryStore,
    name: &'s BucketName,
}

impl MemoryBucket<'_> {
    /// Does something in the bucket, which must be there and in order.
    fn within<T>(
        &self,
        work: impl FnOnce(&mut Bucket) -> Result<T, Fault<ServiceError>>,
    ) -> Result<T, Fault<ServiceError>> {
        let mut buckets = self.store.lock();
        let missing = || Fault::Permanent(FailureReason::SRC_BUCKET_NOT_FOUND, no_such_bucket());
        let bucket = buckets.get_mut(self.name).ok_or_else(missing)?;
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
        self.within(|bucket| {
            let held = bucket.get_mut(key, version_id);
            let held = held
                .map_err(|error| Fault::Permanent(FailureReason::SRC_VERSION_NOT_FOUND, error))?;
            Ok(held.version.clone())
        })
    }

    fn versions(
        &self,
        after: Option<(&ObjectKey, &VersionId)>,
        limit: usize,
    ) -> Result<Vec<StoredVersion<()>>, Fault<ServiceError>> {
        self.within(|bucket| Ok(bucket.page(after, limit)))
    }
}

impl MemoryStore {
    /// Does something in a destination bucket, which must be there and versioned.
    fn within_destination(
        &self,
        bucket: &BucketArn,
        work: impl FnOnce(&mut Bucket) -> Result<(), Fault<ServiceError>>,
    ) -> Result<(), Fault<ServiceError>> {
        let mut buckets = self.lock();
        let missing = || Fault::Permanent(FailureReason::DST_BUCKET_NOT_FOUND, no_such_bucket());
        let bucket = buckets.get_mut(bucket.name()).ok_or_else(missing)?;
        bucket.check_fault()?;
        if bucket.versioning != Versioning::Enabled {
            let text = "Destination bucket must have versioning enabled.";
            let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, text);
            return Err(Fault::Permanent(FailureReason::DST_BUCKET_UNVERSIONED, error));
        }
        work(bucket)
    }
}

impl Destination<Body> for MemoryStore {
    type Error = ServiceError;

    fn put_replica(
        &self,
        bucket: &BucketArn,
        replica: StoredVersion<Body>,
    ) -> Result<(), Fault<ServiceError>> {
        self.within_destination(bucket, |bucket| bucket.insert_replica(replica))
    }

    fn put_metadata(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        metadata: &Metadata,
    ) -> Result<(), Fault<ServiceError>> {
        self.within_destination(bucket, |bucket| {
            let held = bucket.get_mut(key, version_id);
            let held = held
                .map_err(|error| Fault::Permanent(FailureReason::DST_VERSION_NOT_FOUND, error))?;
            held.version.update_metadata(metadata);
            Ok(())
        })
    }
}
