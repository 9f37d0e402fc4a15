//! Requests that read one bucket and change nothing.

use super::{Body, MemoryBucket};
use crate::diagnostic::ServiceError;
use crate::model::{
    BucketSettings, ReplicationConfiguration, ReplicationStatus, Tag, VersionId, Versioning,
};
use crate::replication::ObjectKey;
use crate::storage::StoredVersion;

impl MemoryBucket<'_> {
    /// Returns the replication configuration, as it was put.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`; `ReplicationConfigurationNotFoundError` if the bucket has none (REP-260).
    ///
    /// # Examples
    ///
    /// The answer to `GetBucketReplication`:
    ///
    /// ```
    /// use s3_replication::diagnostic::ServiceError;
    /// use s3_replication::model::{BucketName, BucketSettings};
    /// use s3_replication::storage::MemoryStore;
    ///
    /// fn get_replication(store: &MemoryStore, bucket: &BucketName) -> (u16, String) {
    ///     match store.bucket(bucket).replication() {
    ///         Ok(configuration) => (200, configuration.to_xml()),
    ///         Err(error) => (error.http_status(), error.to_xml(bucket.as_str(), "4442587FB7D0A2F9")),
    ///     }
    /// }
    ///
    /// let (store, photos) = (MemoryStore::new(), "photos".parse()?);
    /// store.create_bucket(&photos, BucketSettings::new())?;
    /// assert_eq!(get_replication(&store, &photos).0, 404);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn replication(&self) -> Result<ReplicationConfiguration, ServiceError> {
        self.with(|bucket| {
            let configuration = bucket.configuration.as_ref().filter(|_| bucket.replicates);
            let configuration = configuration.map(|(configuration, _)| configuration.clone());
            configuration.ok_or_else(ServiceError::replication_configuration_not_found)
        })
    }

    /// Returns the versioning state of the bucket.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub fn versioning(&self) -> Result<Versioning, ServiceError> {
        self.with(|bucket| Ok(bucket.versioning))
    }

    /// Returns the settings of the bucket that matter for replication.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub fn settings(&self) -> Result<BucketSettings, ServiceError> {
        self.with(|bucket| Ok(bucket.settings()))
    }

    /// Returns the replication status that S3 shows for a version; `None` if it was never
    /// replicated.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`.
    pub fn status(
        &self,
        key: impl Into<ObjectKey>,
        id: &VersionId,
    ) -> Result<Option<ReplicationStatus>, ServiceError> {
        self.with(|bucket| bucket.status(&key.into(), id))
    }

    /// Returns a version with its body.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`.
    pub fn version(
        &self,
        key: impl Into<ObjectKey>,
        id: &VersionId,
    ) -> Result<StoredVersion<Body>, ServiceError> {
        self.with(|bucket| Ok(bucket.get_mut(&key.into(), id)?.version.clone()))
    }

    /// Returns the tags of a version, which a delete marker does not have.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`; `MethodNotAllowed` for a delete marker.
    pub fn tags(
        &self,
        key: impl Into<ObjectKey>,
        id: &VersionId,
    ) -> Result<Vec<Tag>, ServiceError> {
        self.with(|bucket| {
            let version = &bucket.get_mut(&key.into(), id)?.version;
            if version.body.is_none() {
                return Err(ServiceError::method_not_allowed());
            }
            Ok(version.metadata.tags.clone())
        })
    }

    /// Returns the ID of the latest version of an object, which may be a delete marker.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub fn latest(&self, key: impl Into<ObjectKey>) -> Result<Option<VersionId>, ServiceError> {
        self.with(|bucket| Ok(bucket.latest(&key.into()).cloned()))
    }

    /// Lists one page of versions in the order of
    /// [`Source::versions`](crate::storage::Source::versions). An injected fault has no effect.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub fn list(
        &self,
        after: Option<(&ObjectKey, &VersionId)>,
        limit: usize,
    ) -> Result<Vec<StoredVersion<()>>, ServiceError> {
        self.with(|bucket| Ok(bucket.page(after, limit)))
    }

    /// Returns all versions of the bucket with their bodies, by key, the latest version first.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub fn all_versions(&self) -> Result<Vec<StoredVersion<Body>>, ServiceError> {
        self.with(|bucket| Ok(bucket.all()))
    }
}
