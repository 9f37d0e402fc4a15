//! What users ask of objects and versions.

use super::{Body, MemoryStore, NewObject};
use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::model::{BucketName, DeleteMarkerOrigin, Event, ObjectLock, Timestamp, VersionId};
use crate::replication::{Notification, ObjectKey};
use crate::storage::{Metadata, StoredVersion};

impl MemoryStore {
    /// Writes an object. In a bucket with versioning it is a new version with the id given; in
    /// another it is the null version, in place of the one before.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`; `InvalidRequest` for a lock in a bucket without Object Lock.
    pub fn put_object(
        &self,
        name: &BucketName,
        object: NewObject,
        id: &VersionId,
        at: Timestamp,
    ) -> Result<VersionId, ServiceError> {
        self.within(name, |bucket| {
            bucket.check_lock_change(&ObjectLock::default(), &object.lock, at)?;
            let id = bucket.id_for(id);
            let event = object.event;
            bucket.write(object.into_version(id.clone(), at, name.clone()), event, at);
            Ok(id)
        })
    }

    /// Deletes an object without naming a version: makes a delete marker with the id given.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub fn delete_object(
        &self,
        name: &BucketName,
        key: impl Into<ObjectKey>,
        id: &VersionId,
        at: Timestamp,
    ) -> Result<VersionId, ServiceError> {
        let event = Event::ObjectRemovedDeleteMarkerCreated;
        self.within(name, |bucket| {
            Ok(bucket.mark(&key.into(), id, DeleteMarkerOrigin::User, event, at))
        })
    }

    /// Deletes a version, or a delete marker, for good.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`; `AccessDenied` for a version under legal hold or retention.
    pub fn delete_version(
        &self,
        name: &BucketName,
        key: impl Into<ObjectKey>,
        id: &VersionId,
        at: Timestamp,
    ) -> Result<Vec<Notification>, ServiceError> {
        self.within(name, |bucket| bucket.remove(&key.into(), id, Event::ObjectRemovedDelete, at))
    }

    /// Changes tags, ACL or lock of a version; `event` says which.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`; `MethodNotAllowed` for a delete marker; `InvalidRequest`
    /// for a lock in a bucket without Object Lock; `AccessDenied` for retention that would protect
    /// less than before; `InvalidArgument` for one that is over.
    pub fn change_metadata(
        &self,
        name: &BucketName,
        (key, id): (impl Into<ObjectKey>, &VersionId),
        event: Event,
        at: Timestamp,
        change: impl FnOnce(&mut Metadata),
    ) -> Result<(), ServiceError> {
        self.within(name, |bucket| {
            let key = key.into();
            let held = bucket.get_mut(&key, id)?;
            if held.version.body.is_none() {
                let text = "The specified method is not allowed against this resource.";
                return Err(ServiceError::new(ServiceErrorCode::METHOD_NOT_ALLOWED, text));
            }
            let mut metadata = held.version.metadata.clone();
            let (changed, lock) = (metadata.changed, metadata.lock);
            change(&mut metadata);
            metadata.changed = changed;
            metadata.stamp(at, name);
            bucket.check_lock_change(&lock, &metadata.lock, at)?;
            bucket.get_mut(&key, id)?.version.metadata = metadata;
            bucket.observe_version(&key, id, event, at);
            Ok(())
        })
    }

    /// Puts a version on the list of a Batch Replication job: what live replication did not do, or
    /// could not, is asked for again.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`.
    pub fn batch_replicate(
        &self,
        name: &BucketName,
        (key, id): (impl Into<ObjectKey>, &VersionId),
        at: Timestamp,
    ) -> Result<(), ServiceError> {
        self.within(name, |bucket| {
            let key = key.into();
            bucket.get_mut(&key, id)?;
            bucket.observe_version(&key, id, Event::BatchReplication, at);
            Ok(())
        })
    }
}

impl NewObject {
    fn into_version(self, id: VersionId, at: Timestamp, bucket: BucketName) -> StoredVersion<Body> {
        let metadata = Metadata {
            tags: self.tags,
            acl: self.acl,
            lock: self.lock,
            ..Metadata::new(at, bucket)
        };
        StoredVersion {
            user_metadata: self.user_metadata,
            storage_class: self.storage_class,
            encryption: self.encryption,
            kms_key_id: self.kms_key_id,
            bucket_key: self.bucket_key,
            ..StoredVersion::new(self.key, id, (self.body, self.size), metadata)
        }
    }
}
