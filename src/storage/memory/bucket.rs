//! One bucket: its versions, its settings, and the ledger of what it replicates.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{Body, NewBucket};
use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::engine::Engine;
use crate::model::{
    BucketFacts, BucketName, DeleteMarkerOrigin, EncryptionStatus, Event, LegalHold,
    ObjectLockStatus, ReplicationStatus, Retention, Timestamp, VersionId, Versioning,
};
use crate::replication::{FailureReason, Ledger, Notification, ObjectKey};
use crate::storage::{Fault, Metadata, StoredVersion};

#[derive(Debug)]
pub(super) struct Bucket {
    name: BucketName,
    settings: NewBucket,
    pub(super) versioning: Versioning,
    /// Each key with its versions, the latest first.
    keys: BTreeMap<ObjectKey, Vec<Held>>,
    pub(super) ledger: Option<Ledger>,
    pub(super) replicates: bool,
    pub(super) fault: Option<Fault<()>>,
}

/// A version, and whether replication made it.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) version: StoredVersion<Body>,
    replica: bool,
}

impl Bucket {
    pub(super) const fn new(name: BucketName, settings: NewBucket) -> Self {
        Self {
            name,
            settings,
            versioning: Versioning::Unversioned,
            keys: BTreeMap::new(),
            ledger: None,
            replicates: false,
            fault: None,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    pub(super) fn facts(&self) -> BucketFacts {
        let settings = &self.settings;
        let lock = if settings.object_lock {
            ObjectLockStatus::Enabled
        } else {
            ObjectLockStatus::Disabled
        };
        BucketFacts {
            versioning: Some(self.versioning),
            region: settings.region.clone(),
            account: settings.account,
            object_lock: Some(lock),
            default_encryption: settings.default_encryption,
            lifecycle: None,
        }
    }

    pub(super) fn put_versioning(&mut self, versioning: Versioning) -> Result<(), ServiceError> {
        if versioning != Versioning::Enabled && self.replicates {
            let text = "A replication configuration is present on this bucket, so you cannot \
                        change the versioning state. To change the versioning state, first delete \
                        the replication configuration.";
            return Err(ServiceError::new(ServiceErrorCode::INVALID_BUCKET_STATE, text));
        }
        if versioning == Versioning::Unversioned && self.versioning != Versioning::Unversioned {
            let text = "The Versioning element must be specified";
            return Err(ServiceError::new(ServiceErrorCode::ILLEGAL_VERSIONING, text));
        }
        self.versioning = versioning;
        Ok(())
    }

    /// Replicates by this engine from now on.
    pub(super) fn put_replication(&mut self, engine: Engine) {
        self.replicates = true;
        if let Some(ledger) = &mut self.ledger {
            return ledger.set_engine(engine);
        }
        let mut ledger = Ledger::new(self.name.clone(), engine);
        for held in self.keys.values().flatten().filter(|held| held.replica) {
            ledger.admit_replica(held.version.key.as_bytes(), &held.version.version_id);
        }
        self.ledger = Some(ledger);
    }

    /// Returns the id that a new version gets: the one given, or `null` without versioning.
    pub(super) fn id_for(&self, id: &VersionId) -> VersionId {
        if self.versioning == Versioning::Enabled { id.clone() } else { VersionId::null() }
    }

    /// Writes a version in place of the one with its id, and before all that are not younger.
    pub(super) fn insert(&mut self, mut version: StoredVersion<Body>, replica: bool) {
        let default = self.settings.default_encryption.unwrap_or(EncryptionStatus::SseS3);
        if version.body.is_some() {
            version.encryption.get_or_insert(default);
            let days = self.settings.default_retention;
            if let (None, Some((mode, days))) = (version.metadata.lock.retention, days) {
                let end = version.last_modified.to_utc() + TimeDelta::days(days.into());
                version.metadata.lock.retention =
                    Some(Retention { mode, retain_until: end.into() });
            }
        }
        let versions = self.keys.entry(version.key.clone()).or_default();
        versions.retain(|held| held.version.version_id != version.version_id);
        let at =
            versions.partition_point(|held| held.version.last_modified > version.last_modified);
        versions.insert(at, Held { version, replica });
    }

    /// Writes what replication brings.
    pub(super) fn insert_replica(
        &mut self,
        replica: StoredVersion<Body>,
    ) -> Result<(), Fault<ServiceError>> {
        let is_locked = replica.metadata.lock != crate::model::ObjectLock::default();
        if is_locked && !self.settings.object_lock {
            let text = "Bucket is missing Object Lock Configuration";
            let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, text);
            let reason = FailureReason::DST_BUCKET_OBJECT_LOCK_CONFIG_MISSING;
            return Err(Fault::Final(reason, error));
        }
        if let Some(ledger) = &mut self.ledger {
            ledger.admit_replica(replica.key.as_bytes(), &replica.version_id);
        }
        self.insert(replica, true);
        Ok(())
    }

    /// Makes a delete marker.
    pub(super) fn mark(
        &mut self,
        key: &ObjectKey,
        id: &VersionId,
        origin: DeleteMarkerOrigin,
        event: Event,
        at: Timestamp,
    ) -> VersionId {
        if self.versioning == Versioning::Unversioned {
            self.keys.remove(key);
            return VersionId::null();
        }
        let id = self.id_for(id);
        let metadata = Metadata::new(at, self.name.clone());
        self.insert(StoredVersion::delete_marker(key.clone(), id.clone(), origin, metadata), false);
        self.observe_version(key, &id, event, at);
        id
    }

    /// Removes a version for good.
    pub(super) fn remove(
        &mut self,
        key: &ObjectKey,
        id: &VersionId,
        event: Event,
        at: Timestamp,
    ) -> Result<Vec<Notification>, ServiceError> {
        let lock = self.get_mut(key, id)?.version.metadata.lock;
        let is_retained = lock.retention.is_some_and(|retention| retention.retain_until > at);
        if is_retained || lock.legal_hold == Some(LegalHold::On) {
            let text = "Access Denied because object protected by object lock.";
            return Err(ServiceError::new(ServiceErrorCode::ACCESS_DENIED, text));
        }
        let notifications = self.observe_version(key, id, event, at);
        if let Some(versions) = self.keys.get_mut(key) {
            versions.retain(|held| held.version.version_id != *id);
            if versions.is_empty() {
                self.keys.remove(key);
            }
        }
        Ok(notifications)
    }

    /// Tells the ledger what happened to a version.
    pub(super) fn observe_version(
        &mut self,
        key: &ObjectKey,
        id: &VersionId,
        event: Event,
        at: Timestamp,
    ) -> Vec<Notification> {
        let held =
            self.keys.get(key).and_then(|held| held.iter().find(|h| h.version.version_id == *id));
        let (Some(held), Some(ledger)) = (held, &mut self.ledger) else { return Vec::new() };
        if !self.replicates {
            return Vec::new();
        }
        let observed = ledger.observe(&held.version.as_object_version(), event, at);
        observed.map(|observed| observed.notifications).unwrap_or_default()
    }

    pub(super) fn latest(&self, key: &ObjectKey) -> Option<&Held> {
        self.keys.get(key)?.first()
    }

    pub(super) fn get_mut(
        &mut self,
        key: &ObjectKey,
        id: &VersionId,
    ) -> Result<&mut Held, ServiceError> {
        let mut versions = self.keys.get_mut(key).into_iter().flatten();
        versions.find(|held| held.version.version_id == *id).ok_or_else(|| {
            ServiceError::new(
                ServiceErrorCode::NO_SUCH_VERSION,
                "The specified version does not exist.",
            )
        })
    }

    pub(super) fn holds_lifecycle(&self, key: &ObjectKey, id: &VersionId) -> bool {
        self.ledger.as_ref().is_some_and(|ledger| ledger.holds_lifecycle(key.as_bytes(), id))
    }

    pub(super) fn status(
        &mut self,
        key: &ObjectKey,
        id: &VersionId,
    ) -> Result<Option<ReplicationStatus>, ServiceError> {
        let replica = self.get_mut(key, id)?.replica.then_some(ReplicationStatus::Replica);
        let kept = self.ledger.as_ref().and_then(|ledger| ledger.status(key.as_bytes(), id));
        Ok(kept.or(replica))
    }

    pub(super) fn versions(&self) -> impl Iterator<Item = &StoredVersion<Body>> {
        self.keys.values().flatten().map(|held| &held.version)
    }

    pub(super) fn check_fault(&self) -> Result<(), Fault<ServiceError>> {
        let error =
            |text: &str| ServiceError::new(ServiceErrorCode::INTERNAL_ERROR, text.to_owned());
        match &self.fault {
            None => Ok(()),
            Some(Fault::Passing(())) => Err(Fault::Passing(error("the bucket is out of reach"))),
            Some(Fault::Final(reason, ())) => {
                Err(Fault::Final(reason.clone(), error("the bucket refuses")))
            }
        }
    }
}
