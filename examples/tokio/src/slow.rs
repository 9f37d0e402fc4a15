//! A store in memory whose transfers take time.

use std::sync::Arc;
use std::time::Duration;

use s3_replication::diagnostic::ServiceError;
use s3_replication::model::{BucketArn, BucketName, Timestamp, VersionId};
use s3_replication::replication::ObjectKey;
use s3_replication::storage::{
    AsyncDestination, AsyncSource, Destination, Fault, MemoryStore, MetadataChange, Source,
    StoredVersion,
};
use tokio::time::sleep;

/// A source bucket of a store in memory, and the destination buckets.
pub(crate) struct Slow {
    store: MemoryStore,
    source: BucketName,
    latency: Duration,
}

impl Slow {
    pub(crate) const fn new(store: MemoryStore, source: BucketName, latency: Duration) -> Self {
        Self { store, source, latency }
    }

    /// Returns the store, which clients write to.
    pub(crate) const fn memory(&self) -> &MemoryStore {
        &self.store
    }
}

impl AsyncSource for Slow {
    type Body = Arc<[u8]>;
    type Error = ServiceError;

    async fn read(
        &self,
        key: &ObjectKey,
        version_id: &VersionId,
    ) -> Result<StoredVersion<Arc<[u8]>>, Fault<ServiceError>> {
        sleep(self.latency).await;
        self.store.bucket(&self.source).read(key, version_id)
    }

    async fn versions(
        &self,
        after: Option<(&ObjectKey, &VersionId)>,
        limit: usize,
    ) -> Result<Vec<StoredVersion<()>>, Fault<ServiceError>> {
        sleep(self.latency).await;
        self.store.bucket(&self.source).versions(after, limit)
    }
}

impl AsyncDestination<Arc<[u8]>> for Slow {
    type Error = ServiceError;

    async fn put_replica(
        &self,
        bucket: &BucketArn,
        replica: StoredVersion<Arc<[u8]>>,
    ) -> Result<(), Fault<ServiceError>> {
        sleep(self.latency).await;
        self.store.put_replica(bucket, replica)
    }

    async fn put_metadata(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        change: &MetadataChange,
    ) -> Result<(), Fault<ServiceError>> {
        sleep(self.latency).await;
        self.store.put_metadata(bucket, key, version_id, change)
    }

    async fn delete_replica(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        at: Timestamp,
    ) -> Result<(), Fault<ServiceError>> {
        sleep(self.latency).await;
        self.store.delete_replica(bucket, key, version_id, at)
    }
}
