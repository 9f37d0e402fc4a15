//! Changes that S3 makes itself: lifecycle rules, tiering, and restores that complete.

use super::MemoryBucket;
use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::model::{AccessTier, DeleteMarkerOrigin, Event, StorageClass, Timestamp, VersionId};
use crate::replication::{Notification, ObjectKey};

impl MemoryBucket<'_> {
    /// Transitions a version to another storage class, as a lifecycle rule does. Returns false if
    /// replication holds off the transition (REP-707).
    ///
    /// A version in `INTELLIGENT_TIERING` starts in the Frequent Access tier. A transition is not
    /// replicated: it is an event only for the ledger of this bucket.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`; `MethodNotAllowed` for a delete marker;
    /// `InvalidObjectState` for a transition out of an archive class.
    pub fn transition(
        &self,
        key: impl Into<ObjectKey>,
        id: &VersionId,
        class: StorageClass,
        at: Timestamp,
    ) -> Result<bool, ServiceError> {
        self.with(|bucket| {
            let key = key.into();
            let version = &bucket.get_mut(&key, id)?.version;
            if version.body.is_none() {
                return Err(ServiceError::without_text(ServiceErrorCode::METHOD_NOT_ALLOWED));
            }
            if version.storage_class.is_archived() && !class.is_archived() {
                return Err(ServiceError::without_text(ServiceErrorCode::INVALID_OBJECT_STATE));
            }
            if bucket.holds_off_lifecycle(&key, id) {
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

    /// Expires the latest version of an object, as a lifecycle rule does: adds a delete marker.
    ///
    /// Returns the version ID of the delete marker; `None` if replication holds off the expiration
    /// (REP-707).
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`; `NoSuchKey` if there is no object, or if its latest version is a delete marker.
    pub fn expire(
        &self,
        key: impl Into<ObjectKey>,
        id: &VersionId,
        at: Timestamp,
    ) -> Result<Option<VersionId>, ServiceError> {
        let event = Event::LifecycleExpirationDeleteMarkerCreated;
        self.with(|bucket| {
            let key = key.into();
            let latest = bucket.latest(&key).cloned().ok_or_else(ServiceError::no_such_key)?;
            if bucket.get_mut(&key, &latest)?.version.body.is_none() {
                return Err(ServiceError::no_such_key());
            }
            let is_held_off = bucket.holds_off_lifecycle(&key, &latest);
            let origin = DeleteMarkerOrigin::Lifecycle;
            Ok((!is_held_off).then(|| bucket.add_delete_marker(&key, id, origin, event, at)))
        })
    }

    /// Permanently deletes a version or a delete marker, as a lifecycle rule does.
    ///
    /// Returns the event notifications that S3 would send; `None` if replication holds off the
    /// deletion (REP-707).
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`; `AccessDenied` if a legal hold or retention protects the version.
    pub fn expire_version(
        &self,
        key: impl Into<ObjectKey>,
        id: &VersionId,
        at: Timestamp,
    ) -> Result<Option<Vec<Notification>>, ServiceError> {
        self.with(|bucket| {
            let key = key.into();
            bucket.get_mut(&key, id)?;
            if bucket.holds_off_lifecycle(&key, id) {
                return Ok(None);
            }
            bucket.remove(&key, id, Event::LifecycleExpirationDelete, at).map(Some)
        })
    }

    /// Moves a version to another access tier, as S3 Intelligent-Tiering does.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`; `InvalidObjectState` in another storage class.
    pub fn move_to_tier(
        &self,
        key: impl Into<ObjectKey>,
        id: &VersionId,
        tier: AccessTier,
        at: Timestamp,
    ) -> Result<(), ServiceError> {
        self.with(|bucket| {
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

    /// Completes the restore of an archived version.
    ///
    /// A version in an archive tier of `INTELLIGENT_TIERING` moves back to Frequent Access
    /// (REP-506). A version in an archive class stays archived and gets a readable copy until the
    /// given time (REP-507).
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`; `InvalidObjectState` if the version is not archived.
    pub fn restore(
        &self,
        key: impl Into<ObjectKey>,
        id: &VersionId,
        until: Timestamp,
        at: Timestamp,
    ) -> Result<(), ServiceError> {
        self.with(|bucket| {
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

    /// Returns the time until which a restored copy of an archived version is readable.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`.
    pub fn restored_until(
        &self,
        key: impl Into<ObjectKey>,
        id: &VersionId,
    ) -> Result<Option<Timestamp>, ServiceError> {
        self.with(|bucket| Ok(bucket.get_mut(&key.into(), id)?.restored_until))
    }
}
