//! What happens to versions without a user: lifecycle rules, tiering, and restores that end.

use super::MemoryStore;
use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::model::{
    AccessTier, BucketName, DeleteMarkerOrigin, Event, StorageClass, Timestamp, VersionId,
};
use crate::replication::{Notification, ObjectKey};

impl MemoryStore {
    /// Does what a lifecycle rule would: moves a version to another class. Returns false when
    /// replication holds it off (REP-707).
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`; `MethodNotAllowed` for a delete marker, and
    /// `InvalidObjectState` for the way back from an archive.
    pub fn transition(
        &self,
        name: &BucketName,
        (key, id): (impl Into<ObjectKey>, &VersionId),
        class: StorageClass,
        at: Timestamp,
    ) -> Result<bool, ServiceError> {
        self.within(name, |bucket| {
            let key = key.into();
            let version = &bucket.get_mut(&key, id)?.version;
            if version.body.is_none() {
                return Err(ServiceError::without_text(ServiceErrorCode::METHOD_NOT_ALLOWED));
            }
            if version.storage_class.is_archived() && !class.is_archived() {
                return Err(ServiceError::without_text(ServiceErrorCode::INVALID_OBJECT_STATE));
            }
            if bucket.holds_lifecycle(&key, id) {
                return Ok(false);
            }
            let version = &mut bucket.get_mut(&key, id)?.version;
            let is_tiered = class == StorageClass::INTELLIGENT_TIERING;
            (version.storage_class, version.access_tier) =
                (class, is_tiered.then_some(AccessTier::Frequent));
            bucket.observe_version(&key, id, Event::LifecycleTransition, at);
            Ok(true)
        })
    }

    /// Does what a lifecycle rule would: makes a delete marker, and returns its id; `None` when
    /// replication holds it off (REP-707).
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`; `NoSuchKey` when there is no object, or a delete marker already.
    pub fn expire(
        &self,
        name: &BucketName,
        key: impl Into<ObjectKey>,
        id: &VersionId,
        at: Timestamp,
    ) -> Result<Option<VersionId>, ServiceError> {
        let event = Event::LifecycleExpirationDeleteMarkerCreated;
        self.within(name, |bucket| {
            let key = key.into();
            let latest = bucket.latest(&key).cloned().ok_or_else(ServiceError::no_such_key)?;
            if bucket.get_mut(&key, &latest)?.version.body.is_none() {
                return Err(ServiceError::no_such_key());
            }
            let held = bucket.holds_lifecycle(&key, &latest);
            let origin = DeleteMarkerOrigin::Lifecycle;
            Ok((!held).then(|| bucket.mark(&key, id, origin, event, at)))
        })
    }

    /// Does what a lifecycle rule would: deletes a version, or a delete marker, for good. Returns
    /// `None` when replication holds it off (REP-707), else what S3 would send.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`; `AccessDenied` for a version under legal hold or retention.
    pub fn expire_version(
        &self,
        name: &BucketName,
        (key, id): (impl Into<ObjectKey>, &VersionId),
        at: Timestamp,
    ) -> Result<Option<Vec<Notification>>, ServiceError> {
        self.within(name, |bucket| {
            let key = key.into();
            bucket.get_mut(&key, id)?;
            if bucket.holds_lifecycle(&key, id) {
                return Ok(None);
            }
            bucket.remove(&key, id, Event::LifecycleExpirationDelete, at).map(Some)
        })
    }

    /// Does what S3 Intelligent-Tiering would: moves a version to another access tier.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`; `InvalidObjectState` for another storage class.
    pub fn move_to_tier(
        &self,
        name: &BucketName,
        (key, id): (impl Into<ObjectKey>, &VersionId),
        tier: AccessTier,
        at: Timestamp,
    ) -> Result<(), ServiceError> {
        self.within(name, |bucket| {
            let key = key.into();
            let version = &mut bucket.get_mut(&key, id)?.version;
            if version.storage_class != StorageClass::INTELLIGENT_TIERING {
                return Err(ServiceError::without_text(ServiceErrorCode::INVALID_OBJECT_STATE));
            }
            version.access_tier = Some(tier);
            bucket.observe_version(&key, id, Event::IntelligentTiering, at);
            Ok(())
        })
    }

    /// Restores an archived version, all at once. One in an archive tier of
    /// `INTELLIGENT_TIERING` is back in Frequent Access; of one in another class there is a copy to
    /// read until the moment given, and the version itself stays what it is (REP-506, REP-507).
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`; `InvalidObjectState` for a version that is not archived.
    pub fn restore(
        &self,
        name: &BucketName,
        (key, id): (impl Into<ObjectKey>, &VersionId),
        until: Timestamp,
        at: Timestamp,
    ) -> Result<(), ServiceError> {
        self.within(name, |bucket| {
            let key = key.into();
            let held = bucket.get_mut(&key, id)?;
            if held.version.access_tier.is_some_and(AccessTier::is_archived) {
                held.version.access_tier = Some(AccessTier::Frequent);
            } else if held.version.storage_class.is_archived() {
                held.restored_until = Some(until);
            } else {
                return Err(ServiceError::without_text(ServiceErrorCode::INVALID_OBJECT_STATE));
            }
            bucket.observe_version(&key, id, Event::ObjectRestoreCompleted, at);
            Ok(())
        })
    }

    /// Returns until when there is a copy to read of a version in an archive class.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`.
    pub fn restored_until(
        &self,
        name: &BucketName,
        (key, id): (impl Into<ObjectKey>, &VersionId),
    ) -> Result<Option<Timestamp>, ServiceError> {
        self.within(name, |bucket| Ok(bucket.get_mut(&key.into(), id)?.restored_until))
    }
}
