//! Versions that were there before.

use super::{Body, MemoryStore};
use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::model::{BucketName, ReplicationStatus};
use crate::storage::StoredVersion;

impl MemoryStore {
    /// Puts a version as it was found elsewhere, such as in an inventory, with the status that it
    /// has there. Nothing happened to it, so nothing is replicated; a job may come upon it.
    ///
    /// The version keeps its id, whatever the versioning of the bucket, and takes the place of one
    /// with the same key and id.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`; `InvalidRequest` for a status that only a replication configuration gives,
    /// in a bucket that never had one: put the configuration first.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::{BucketName, ReplicationStatus, Timestamp};
    /// use s3_replication::storage::{MemoryStore, Metadata, NewBucket, StoredVersion};
    ///
    /// let (photos, at): (BucketName, Timestamp) = ("photos".parse()?, "2026-11-22T09:00:00Z".parse()?);
    /// let store = MemoryStore::new();
    /// store.create_bucket(&photos, NewBucket::default())?;
    ///
    /// let metadata = Metadata::new(at, photos.clone());
    /// let found = StoredVersion::new("cat.jpg".into(), "v1".parse()?, ([].into(), 4096), metadata);
    /// store.import_version(&photos, found, Some(ReplicationStatus::Replica))?;
    /// let status = store.status(&photos, "cat.jpg", &"v1".parse()?)?;
    /// assert_eq!(status, Some(ReplicationStatus::Replica));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn import_version(
        &self,
        name: &BucketName,
        version: StoredVersion<Body>,
        status: Option<ReplicationStatus>,
    ) -> Result<(), ServiceError> {
        self.within(name, |bucket| {
            let needs_ledger = status.is_some_and(|status| status != ReplicationStatus::Replica);
            if needs_ledger && bucket.ledger.is_none() {
                let text = "The bucket never had a replication configuration, so no version in it \
                            was ever replicated.";
                return Err(ServiceError::new(ServiceErrorCode::INVALID_REQUEST, text));
            }
            bucket.import_version(version, status);
            Ok(())
        })
    }
}
