//! What keeps versions from their destinations, as far as the buckets are known.

use std::collections::BTreeMap;

use s3_replication::model::{BucketName, BucketSettings, ObjectLock, ObjectLockStatus, Versioning};
use s3_replication::replication::FailureReason;
use s3_replication::storage::MemoryStore;
use s3_replication::{ObjectVersion, ReplicationConfiguration};

/// The destinations of a configuration as they are when a job runs.
pub(super) struct Obstacles {
    source_has_lock: bool,
    /// `None` for a bucket that is not there.
    destinations: BTreeMap<BucketName, Option<BucketSettings>>,
}

impl Obstacles {
    pub(super) fn of(
        store: &MemoryStore,
        source: &BucketName,
        configuration: &ReplicationConfiguration,
    ) -> Self {
        let names = configuration.rules().iter().map(|rule| rule.destination.bucket.name());
        let destinations =
            names.map(|name| (name.clone(), store.bucket(name).settings().ok())).collect();
        let source_has_lock = store.bucket(source).settings().is_ok_and(|facts| has_lock(&facts));
        Self { source_has_lock, destinations }
    }

    /// Returns with what a version fails that goes to a bucket, if it does; of several reasons the
    /// one that the store meets first.
    pub(super) fn reason(
        &self,
        bucket: &BucketName,
        version: &ObjectVersion<'_>,
    ) -> Option<FailureReason> {
        let Some(facts) = self.destinations.get(bucket)? else {
            return Some(FailureReason::DST_BUCKET_NOT_FOUND);
        };
        if self.source_has_lock && !has_lock(facts) {
            return Some(FailureReason::DST_BUCKET_OBJECT_LOCK_CONFIG_MISSING);
        }
        if facts.versioning != Some(Versioning::Enabled) {
            return Some(FailureReason::DST_BUCKET_UNVERSIONED);
        }
        let is_locked = version.lock != ObjectLock::default();
        (is_locked && !has_lock(facts))
            .then_some(FailureReason::DST_BUCKET_OBJECT_LOCK_CONFIG_MISSING)
    }
}

fn has_lock(facts: &BucketSettings) -> bool {
    facts.object_lock == Some(ObjectLockStatus::Enabled)
}
