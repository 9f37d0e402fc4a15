//! The two sides of replication, and the faults that keep them apart.

use std::ops::ControlFlow;

use super::bucket::Bucket;
use super::{Body, InjectedFault, MemoryStore, no_such_bucket};
use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::model::{BucketArn, BucketName, Timestamp, VersionId, Versioning};
use crate::replication::{FailureReason, Ledger, ObjectKey, Outcome, Task};
use crate::storage::driver::{drive, run};
use crate::storage::{Destination, Drive, Fault, Metadata, Source, StoredVersion};

impl MemoryStore {
    /// Keeps replication from and to a bucket, until it is mended with `None`.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub fn break_bucket(
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
    pub fn replicate(&self, at: Timestamp) -> Drive {
        let names: Vec<BucketName> = self.lock().keys().cloned().collect();
        let mut all = Drive::default();
        for name in &names {
            let with_ledger = |work: &mut dyn FnMut(&mut Ledger)| {
                let mut buckets = self.lock();
                buckets.get_mut(name).and_then(|bucket| bucket.ledger.as_mut()).map(work);
            };
            let each = |_: &_, _: &_| ControlFlow::Continue(());
            all.append(drive(with_ledger, |task| self.attempt(name, task, at), at, each));
        }
        all
    }

    /// Tries to do what a task of a bucket asks for.
    fn attempt(&self, source: &BucketName, task: &Task, at: Timestamp) -> Outcome {
        let buckets = self.lock();
        let is_slow = [source, task.bucket.name()].into_iter().any(|name| {
            let ready = buckets.get(name).and_then(|bucket| bucket.ready_for(task));
            ready.is_some_and(|ready| ready > at)
        });
        drop(buckets);
        if is_slow { Outcome::Transient } else { run(task, &self.bucket(source), self) }
    }

    /// Returns one bucket, to replicate from and to list.
    #[must_use]
    pub fn bucket<'s>(&'s self, name: &'s BucketName) -> MemoryBucket<'s> {
        MemoryBucket { store: self, name }
    }
}

/// One bucket of a [`MemoryStore`], to replicate from and to list.
#[derive(Clone, Copy, Debug)]
pub struct MemoryBucket<'s> {
    store: &'s MemoryStore,
    name: &'s BucketName,
}

impl Source for MemoryBucket<'_> {
    type Body = Body;
    type Error = ServiceError;

    fn read(
        &self,
        key: &ObjectKey,
        version_id: &VersionId,
    ) -> Result<StoredVersion<Body>, Fault<ServiceError>> {
        let mut buckets = self.store.lock();
        let bucket = buckets
            .get_mut(self.name)
            .ok_or_else(|| Fault::Final(FailureReason::SRC_BUCKET_NOT_FOUND, no_such_bucket()))?;
        bucket.check_fault()?;
        let held = bucket.get_mut(key, version_id);
        let held =
            held.map_err(|error| Fault::Final(FailureReason::SRC_VERSION_NOT_FOUND, error))?;
        Ok(held.version.clone())
    }

    fn versions(
        &self,
        after: Option<(&ObjectKey, &VersionId)>,
        limit: usize,
    ) -> Result<Vec<StoredVersion<()>>, Fault<ServiceError>> {
        let mut buckets = self.store.lock();
        let bucket = buckets
            .get_mut(self.name)
            .ok_or_else(|| Fault::Final(FailureReason::SRC_BUCKET_NOT_FOUND, no_such_bucket()))?;
        bucket.check_fault()?;
        Ok(bucket.page(after, limit))
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
        let missing = || Fault::Final(FailureReason::DST_BUCKET_NOT_FOUND, no_such_bucket());
        let bucket = buckets.get_mut(bucket.name()).ok_or_else(missing)?;
        bucket.check_fault()?;
        if bucket.versioning != Versioning::Enabled {
            let text = "Destination bucket must have versioning enabled.";
            let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, text);
            return Err(Fault::Final(FailureReason::DST_BUCKET_UNVERSIONED, error));
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
            let held =
                held.map_err(|error| Fault::Final(FailureReason::DST_VERSION_NOT_FOUND, error))?;
            held.version.update_metadata(metadata);
            Ok(())
        })
    }
}
