//! An asynchronous store whose answers take a few polls.

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use s3_replication::model::{BucketArn, Timestamp, VersionId};
use s3_replication::replication::ObjectKey;
use s3_replication::storage::{
    AsyncDestination, AsyncSource, Destination, Fault, MetadataChange, Source, StoredVersion,
};

/// A synchronous store whose answers take a few polls, fewer or more by turn.
pub(crate) struct Waiting<S> {
    pub(crate) store: S,
    turn: AtomicUsize,
}

impl<S> Waiting<S> {
    pub(crate) const fn new(store: S) -> Self {
        Self { store, turn: AtomicUsize::new(0) }
    }

    /// Waits as often as it is this one's turn to.
    pub(crate) async fn wait(&self) {
        let mut left = (self.turn.fetch_add(5, Ordering::Relaxed) + 5) % 7;
        poll_fn(|context| {
            if left == 0 {
                return Poll::Ready(());
            }
            left -= 1;
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}

impl<S: Source<Body: Send, Error: Send> + Sync> AsyncSource for Waiting<S> {
    type Body = S::Body;
    type Error = S::Error;

    async fn read(
        &self,
        key: &ObjectKey,
        version_id: &VersionId,
    ) -> Result<StoredVersion<S::Body>, Fault<S::Error>> {
        let read = self.store.read(key, version_id);
        self.wait().await;
        read
    }

    async fn versions(
        &self,
        after: Option<(&ObjectKey, &VersionId)>,
        limit: usize,
    ) -> Result<Vec<StoredVersion<()>>, Fault<S::Error>> {
        self.wait().await;
        self.store.versions(after, limit)
    }
}

impl<Body: Send, D: Destination<Body, Error: Send> + Sync> AsyncDestination<Body> for Waiting<D> {
    type Error = D::Error;

    async fn put_replica(
        &self,
        bucket: &BucketArn,
        replica: StoredVersion<Body>,
    ) -> Result<(), Fault<D::Error>> {
        self.wait().await;
        self.store.put_replica(bucket, replica)
    }

    async fn put_metadata(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        change: &MetadataChange,
    ) -> Result<(), Fault<D::Error>> {
        self.wait().await;
        self.store.put_metadata(bucket, key, version_id, change)
    }

    async fn delete_replica(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        at: Timestamp,
    ) -> Result<(), Fault<D::Error>> {
        self.wait().await;
        self.store.delete_replica(bucket, key, version_id, at)
    }
}
