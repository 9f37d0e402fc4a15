//! One bucket: its settings, its versions, and its ledger.
//!
//! Everything here happens under the lock of the store, which its callers hold: `requests.rs` for
//! users, `endpoints.rs` for replication, `lifecycle.rs` and `job.rs`. No method calls the store
//! again.
//!
//! ```text
//! a user writes        write ─▶ defaults ─▶ event to the ledger ─▶ insert
//! a replica arrives    insert_replica ─▶ checks ─▶ merge, or defaults and insert
//! a version is deleted remove, or delete_replica ─▶ event to the ledger ─▶ delete
//! a status             of the ledger, else `REPLICA` for a replica
//! ```
//!
//! A version and what the ledger knows of it have to change together, so every path that inserts or
//! deletes one also calls the ledger, or forgets the version there. The versions of a key are in
//! `versions.rs`.

use std::sync::Arc;

use chrono::TimeDelta;
use hashbrown::HashMap;

use super::versions::{Held, Versions};
use super::{Body, InjectedFault};
use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::Dialect;
use crate::engine::Engine;
use crate::model::{
    BucketKeyStatus, BucketName, BucketSettings, DefaultRetention, DeleteMarkerOrigin,
    EncryptionStatus, Event, EventHold, EventHoldStatus, KmsKeyArn, ObjectLock, ObjectLockStatus,
    ObjectOwnership, ReplicationConfiguration, ReplicationStatus, Retention, Timestamp, VersionId,
    Versioning,
};
use crate::permissions::GivenDocuments;
use crate::replication::{FailureReason, Ledger, Notification, ObjectKey, Task, VersionRef};
use crate::storage::{
    Fault, Metadata, MetadataChange, MetadataValue, StoredVersion, WeakerRetention,
};

/// A bucket of the memory store.
///
/// It has the settings that decide what may be written, the versions by key, and, once it
/// replicates, a ledger of what has to be done.
#[derive(Debug)]
pub(super) struct Bucket {
    name: BucketName,
    /// INVARIANT: `versioning` is `None`; `object_lock`, `object_ownership` and
    /// `blocked_encryption_types` are given.
    settings: BucketSettings,
    /// The versioning, apart from the settings, since it changes by rules of its own.
    pub(super) versioning: Versioning,
    // A key without versions has no entry.
    keys: HashMap<ObjectKey, Versions>,
    /// The keys in order. Computed by the first listing, and discarded when the set of keys changes.
    sorted: Option<Vec<ObjectKey>>,
    /// The ledger; `None` if the bucket never had a replication configuration. It stays when the
    /// configuration is deleted, because versions keep their statuses.
    pub(super) ledger: Option<Ledger>,
    /// True if the bucket has a replication configuration.
    pub(super) replicates: bool,
    /// The last replication configuration, which the policies are judged by.
    pub(super) configuration: Option<(ReplicationConfiguration, Dialect)>,
    /// The policies of its role, and of the buckets and keys that it uses; `None` permits
    /// everything.
    pub(super) policies: Option<Arc<GivenDocuments>>,
    /// The fault that was injected; `None` for a bucket that works.
    pub(super) fault: Option<InjectedFault>,
    /// The replicas that users deleted permanently. Batch Replication does not write them again
    /// (REP-983).
    hard_deleted: HashMap<ObjectKey, Vec<VersionId>>,
}

impl Bucket {
    /// Creates a bucket. Versioning that is not given is enabled for a bucket with Object Lock, and
    /// was never enabled for another. ACLs and SSE-C are disabled unless the settings allow them
    /// (REP-629, REP-631).
    ///
    /// # Errors
    ///
    /// A given versioning that contradicts Object Lock. The versioning is put with the checks of
    /// [`put_versioning`](Self::put_versioning), so that no bucket begins in a state that no request
    /// could bring it into.
    pub(super) fn new(
        name: BucketName,
        mut settings: BucketSettings,
    ) -> Result<Self, ServiceError> {
        let lock = settings.object_lock.get_or_insert(ObjectLockStatus::Disabled);
        let default = match lock {
            ObjectLockStatus::Enabled => Versioning::Enabled,
            ObjectLockStatus::Disabled => Versioning::Unversioned,
        };
        // Taken out of the settings, so that it is stored in one place only.
        let versioning = settings.versioning.take().unwrap_or(default);
        settings.object_ownership.get_or_insert(ObjectOwnership::BucketOwnerEnforced);
        settings.blocked_encryption_types.get_or_insert_with(|| vec![EncryptionStatus::SseC]);
        let mut bucket = Self {
            name,
            settings,
            // The bucket begins with the default, so that the given versioning is put like a later
            // change.
            versioning: default,
            keys: HashMap::default(),
            sorted: None,
            ledger: None,
            replicates: false,
            configuration: None,
            policies: None,
            fault: None,
            hard_deleted: HashMap::default(),
        };
        bucket.put_versioning(versioning)?;
        Ok(bucket)
    }

    /// Returns true if a user deleted this replica permanently.
    ///
    /// A replica that replication or a lifecycle rule deleted is not among them.
    pub(super) fn has_hard_deleted(&self, key: &ObjectKey, id: &VersionId) -> bool {
        self.hard_deleted.get(key).is_some_and(|ids| ids.contains(id))
    }

    /// Returns true if the bucket has a default retention.
    pub(super) const fn retains_by_default(&self) -> bool {
        self.settings.default_retention.is_some()
    }

    /// Returns true if the bucket has no versions. Delete markers are versions.
    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Returns the settings. Versioning and Object Lock are always given.
    pub(super) fn settings(&self) -> BucketSettings {
        self.settings.clone().with_versioning(self.versioning)
    }

    /// Changes the versioning.
    ///
    /// # Errors
    ///
    /// Replication and Object Lock need versioning, so neither allows it to be suspended. A bucket
    /// that had versioning once cannot go back to never having had it.
    pub(super) fn put_versioning(&mut self, versioning: Versioning) -> Result<(), ServiceError> {
        // Each refusal has a text that names the way out, or the setting that is in the way.
        if versioning != Versioning::Enabled && self.replicates {
            let text = "A replication configuration is present on this bucket, so you cannot \
                        change the versioning state. To change the versioning state, first delete \
                        the replication configuration.";
            return Err(ServiceError::new(ServiceErrorCode::INVALID_BUCKET_STATE, text));
        }
        if versioning != Versioning::Enabled && self.settings.has_object_lock() {
            let text = "An Object Lock configuration is present on this bucket, so the versioning \
                        state cannot be changed.";
            return Err(ServiceError::new(ServiceErrorCode::INVALID_BUCKET_STATE, text));
        }
        if versioning == Versioning::Unversioned && self.versioning != Versioning::Unversioned {
            let text = "The Versioning element must be specified";
            return Err(ServiceError::new(ServiceErrorCode::ILLEGAL_VERSIONING, text));
        }
        self.versioning = versioning;
        Ok(())
    }

    /// Changes the default encryption.
    ///
    /// `None` removes it, and the setting of S3 Bucket Keys with it. Versions keep what they have.
    pub(super) fn put_default_encryption(
        &mut self,
        encryption: Option<EncryptionStatus>,
        kms_key_id: Option<KmsKeyArn>,
        bucket_key_enabled: bool,
    ) {
        self.settings.default_kms_key_id = kms_key_id;
        self.settings.bucket_key_enabled = encryption.map(|_| bucket_key_enabled);
        self.settings.default_encryption = encryption;
    }

    /// Enables Object Lock and changes the default retention.
    ///
    /// It is never disabled again. `None` removes the default retention.
    ///
    /// # Errors
    ///
    /// Object Lock needs versioning.
    pub(super) fn put_object_lock(
        &mut self,
        retention: Option<DefaultRetention>,
    ) -> Result<(), ServiceError> {
        if self.versioning != Versioning::Enabled {
            let text = "Versioning must be 'Enabled' on the bucket to apply a Object Lock \
                        configuration";
            return Err(ServiceError::new(ServiceErrorCode::INVALID_BUCKET_STATE, text));
        }
        self.settings.object_lock = Some(ObjectLockStatus::Enabled);
        self.settings.default_retention = retention;
        Ok(())
    }

    /// Puts a replication configuration on the bucket.
    ///
    /// The ledger stays if there was one before: only its rules change, and its tasks and statuses
    /// are kept.
    pub(super) fn put_replication(&mut self, engine: Engine) {
        self.replicates = true;
        if let Some(ledger) = &mut self.ledger {
            return ledger.set_engine(engine);
        }
        // A new ledger must know the replicas that arrived before the bucket replicated: live
        // replication does not take replicas any further.
        let mut ledger = Ledger::new(self.name.clone(), engine);
        for held in self.keys.values().flat_map(Versions::iter).filter(|held| held.replica) {
            ledger.record_replica(&held.version.key, &held.version.version_id);
        }
        self.ledger = Some(ledger);
    }

    /// Returns the ID of a new version: the given ID, or `null` unless versioning is enabled.
    ///
    /// Without versioning, and while it is suspended, every write is the null version.
    pub(super) fn id_for(&self, id: &VersionId) -> VersionId {
        if self.versioning == Versioning::Enabled { id.clone() } else { VersionId::null() }
    }

    /// Writes a version for a user or a lifecycle rule, and observes the event.
    pub(super) fn write(&mut self, mut version: StoredVersion<Body>, event: Event, at: Timestamp) {
        self.apply_defaults(&mut version);
        // The event comes first, because the insertion takes ownership of the version.
        self.observe(&version, event, at);
        self.insert(version, false);
    }

    /// Imports an existing version with its replication status.
    ///
    /// Without a ledger, `REPLICA` is the only status that is kept: the others are about tasks that
    /// nothing here performs.
    ///
    /// No event is observed, so nothing is replicated because of it.
    pub(super) fn import_version(
        &mut self,
        version: StoredVersion<Body>,
        status: Option<ReplicationStatus>,
    ) {
        if let Some(ledger) = &mut self.ledger {
            let name = VersionRef::new(&version.key, &version.version_id);
            ledger.forget(name, version.last_modified);
            if let Some(status) = status {
                ledger.import_status(&version.key, &version.version_id, status);
            }
        }
        self.insert(version, status == Some(ReplicationStatus::Replica));
    }

    /// Applies the default encryption, the default retention and the default event hold of the bucket to
    /// a new version.
    fn apply_defaults(&self, version: &mut StoredVersion<Body>) {
        // A delete marker has no bytes to encrypt and nothing to retain.
        if version.body.is_none() {
            return;
        }
        let settings = &self.settings;
        let default = settings.default_encryption.unwrap_or(EncryptionStatus::SseS3);
        if version.encryption.is_none() {
            version.encryption = Some(default);
            // Key and Bucket Key belong to the default encryption, and do not apply to a version
            // whose encryption is given.
            if default.is_kms() {
                version.kms_key_id.clone_from(&settings.default_kms_key_id);
                let enabled = settings.bucket_key_enabled == Some(true);
                version.bucket_key =
                    version.bucket_key.or(enabled.then_some(BucketKeyStatus::Enabled));
            }
        }
        // The encryption is applied in every bucket, retention only where Object Lock is enabled.
        if !settings.has_object_lock() {
            return;
        }
        // A copy of what the request has, so that a default event hold and a default retention may
        // both apply.
        let lock = version.metadata.lock;
        if let (None, None, Some(duration)) =
            (lock.event_hold, lock.retention, settings.default_event_hold)
        {
            let (status, duration) = (EventHoldStatus::On, Some(duration));
            version.metadata.lock.event_hold = Some(EventHold { status, duration });
        }
        if let (None, Some(DefaultRetention { mode, days })) =
            (lock.retention, settings.default_retention)
        {
            let retain_until = version.last_modified.later_by(TimeDelta::days(days.into()));
            version.metadata.lock.retention = Some(Retention { mode, retain_until });
        }
    }

    /// Refuses an encryption that the bucket blocks (REP-629).
    ///
    /// `None` is never refused: the default of the bucket applies to it.
    pub(super) fn check_encryption(
        &self,
        encryption: Option<EncryptionStatus>,
    ) -> Result<(), ServiceError> {
        if encryption.is_some_and(|encryption| self.settings.blocks(encryption)) {
            return Err(ServiceError::new(ServiceErrorCode::ACCESS_DENIED, "Access Denied"));
        }
        Ok(())
    }

    /// Returns true when the bucket owner owns all objects, and ACLs are disabled (REP-621, REP-631).
    pub(super) fn has_no_acls(&self) -> bool {
        self.settings.has_acls_disabled()
    }

    /// Inserts a version after all versions that are not newer. It replaces a version with the same
    /// ID.
    fn insert(&mut self, version: StoredVersion<Body>, replica: bool) {
        let held = Held { version, replica, restored_until: None };
        if let Some(versions) = self.keys.get_mut(&held.version.key) {
            return versions.insert(held);
        }
        self.sorted = None;
        let key = held.version.key.clone();
        self.keys.entry(key).or_default().insert(held);
    }

    /// Deletes a version.
    ///
    /// Nothing happens for an unknown key or ID. It does not call the ledger; callers do.
    fn delete(&mut self, key: &ObjectKey, id: &VersionId) {
        let Some(versions) = self.keys.get_mut(key) else { return };
        versions.remove(id);
        if versions.is_empty() {
            self.keys.remove(key);
            self.sorted = None;
        }
    }

    /// Refuses retention and holds in a bucket without Object Lock.
    ///
    /// A request without any of them is accepted everywhere.
    pub(super) fn check_lock(&self, lock: &ObjectLock) -> Result<(), ServiceError> {
        if self.settings.has_object_lock() || *lock == ObjectLock::default() {
            return Ok(());
        }
        let text = "Bucket is missing Object Lock Configuration";
        Err(ServiceError::new(ServiceErrorCode::INVALID_REQUEST, text))
    }

    /// Refuses a change of Object Lock settings in a bucket without Object Lock, retention that ends
    /// in the past, and retention that is weaker than before. No request may bypass governance mode.
    ///
    /// An unchanged lock is accepted everywhere, also one that has ended. Where Object Lock is
    /// enabled, a legal hold and an event hold may always be changed.
    pub(super) fn check_lock_change(
        &self,
        before: &ObjectLock,
        after: &ObjectLock,
        at: Timestamp,
    ) -> Result<(), ServiceError> {
        if before == after {
            return Ok(());
        }
        self.check_lock(after)?;
        if after.retention != before.retention
            && after.retention.is_some_and(|retention| retention.retain_until <= at)
        {
            let text = "The retain until date must be in the future!";
            return Err(ServiceError::new(ServiceErrorCode::INVALID_ARGUMENT, text));
        }
        // Retention that has ended protects nothing, and may be replaced by any other.
        let Some(current) = before.retention.filter(|current| current.retain_until > at) else {
            return Ok(());
        };
        if after.retention.is_none_or(|retention| retention.is_weaker_than(&current)) {
            return Err(ServiceError::object_locked());
        }
        Ok(())
    }

    /// Returns true if Object Lock is enabled.
    pub(super) fn has_object_lock(&self) -> bool {
        self.settings.has_object_lock()
    }

    /// Writes a replica.
    ///
    /// The order of the steps matters. Checks that refuse the replica as a whole come before the
    /// version at the destination is looked at, and that version is protected before its tasks are
    /// forgotten.
    ///
    /// # Errors
    ///
    /// Every fault here is permanent: another attempt would meet the same settings.
    pub(super) fn insert_replica(
        &mut self,
        mut replica: StoredVersion<Body>,
        now: Timestamp,
    ) -> Result<(), Fault<ServiceError>> {
        // The settings of the destination come first, since they decide about every replica alike.
        self.check_lock(&replica.metadata.lock).map_err(no_object_lock)?;
        self.check_encryption(replica.encryption).map_err(|error| {
            Fault::Permanent(FailureReason::DST_PUT_OBJECT_NOT_PERMITTED, error)
        })?;
        // With ACLs disabled the bucket owner owns every object, whatever the rule asks for.
        if self.has_no_acls() {
            replica.give_to_bucket_owner();
        }
        // The key is the one with the same ID in the Region of this bucket. Without a known Region,
        // that of the source is kept.
        if let (true, Some(region)) = (replica.uses_related_key, &self.settings.region) {
            replica = replica.in_region(region).ok_or_else(no_related_key)?;
        }
        let (key, id, at) =
            (replica.key.clone(), replica.version_id.clone(), replica.last_modified);
        if let Ok(held) = self.get_mut(&key, &id) {
            if replica.is_same_version(&held.version) {
                // The version is already there. It may even be the original, whose replica comes back.
                let merged = replica.in_place_of(&held.version, now).map_err(weaker_retention)?;
                held.version = merged;
                return Ok(());
            }
            // A new null version replaces the previous one, unless Object Lock protects that one.
            if held.version.metadata.lock.protects(at) {
                let reason = FailureReason::DST_PUT_OBJECT_NOT_PERMITTED;
                return Err(Fault::Permanent(reason, ServiceError::object_locked()));
            }
            if let Some(ledger) = &mut self.ledger {
                // The tasks of the previous one end with it.
                ledger.forget(VersionRef::new(&key, &id), at);
            }
        }
        self.apply_defaults(&mut replica);
        if let Some(ledger) = &mut self.ledger {
            // The replica is replicated again, if the rules here select replicas.
            if self.replicates {
                let name = VersionRef::new(&key, &id);
                ledger.observe_replica_named(name, &replica.as_object_version(), now);
            } else {
                ledger.record_replica(&key, &id);
            }
        }
        self.insert(replica, true);
        Ok(())
    }

    /// Permanently deletes a version for replication. A version that is not there is not an error.
    ///
    /// # Errors
    ///
    /// A version that Object Lock protects. This is permanent.
    pub(super) fn delete_replica(
        &mut self,
        key: &ObjectKey,
        id: &VersionId,
        now: Timestamp,
    ) -> Result<(), Fault<ServiceError>> {
        // A task may run twice, so a version that is gone is a success.
        let Ok(held) = self.get_mut(key, id) else { return Ok(()) };
        if held.version.metadata.lock.protects(now) {
            let reason = FailureReason::DST_DEL_OBJ_NOT_PERMITTED;
            return Err(Fault::Permanent(reason, ServiceError::object_locked()));
        }
        // In a store that replicates replicas, this delete is replicated to the next bucket.
        if self.ledger.as_ref().is_some_and(Ledger::sends_replicas_on) {
            self.observe_version(key, id, Event::ObjectRemovedDelete, now);
        } else if let Some(ledger) = &mut self.ledger {
            ledger.forget(VersionRef::new(key, id), now);
        }
        self.delete(key, id);
        Ok(())
    }

    /// Updates the metadata of a version for replication.
    ///
    /// # Errors
    ///
    /// A bucket without Object Lock, a version that is not there, and retention that is weaker than
    /// that of the version. All are permanent.
    pub(super) fn update_metadata(
        &mut self,
        key: &ObjectKey,
        id: &VersionId,
        change: &MetadataChange,
        now: Timestamp,
    ) -> Result<(), Fault<ServiceError>> {
        // Only the part that the change sets is checked, so tags arrive in a bucket without Object
        // Lock.
        let lock = match change.value {
            MetadataValue::Retention(retention) => ObjectLock { retention, ..ObjectLock::NONE },
            MetadataValue::LegalHold(legal_hold) => ObjectLock { legal_hold, ..ObjectLock::NONE },
            MetadataValue::EventHold(event_hold) => ObjectLock { event_hold, ..ObjectLock::NONE },
            _ => ObjectLock::NONE,
        };
        self.check_lock(&lock).map_err(no_object_lock)?;
        let held = self
            .get_mut(key, id)
            .map_err(|error| Fault::Permanent(FailureReason::DST_VERSION_NOT_FOUND, error))?;
        held.version.update_metadata(change, now).map_err(weaker_retention)?;
        Ok(())
    }

    /// Adds a delete marker, or deletes the null version if versioning was never enabled. Returns the
    /// version ID.
    ///
    /// The origin is kept in the marker, and the event goes to the ledger.
    pub(super) fn add_delete_marker(
        &mut self,
        key: &ObjectKey,
        id: &VersionId,
        origin: DeleteMarkerOrigin,
        event: Event,
        at: Timestamp,
    ) -> VersionId {
        if self.versioning == Versioning::Unversioned {
            self.delete(key, &VersionId::null());
            return VersionId::null();
        }
        let id = self.id_for(id);
        let metadata = Metadata::new(at, self.name.clone());
        let marker = StoredVersion::delete_marker(key.clone(), id.clone(), origin, metadata);
        self.write(marker, event, at);
        id
    }

    /// Permanently deletes a version, and returns the event notifications that S3 would send.
    ///
    /// The errors are those of S3: an unknown version, or one that Object Lock protects at this
    /// time.
    pub(super) fn remove(
        &mut self,
        key: &ObjectKey,
        id: &VersionId,
        event: Event,
        at: Timestamp,
    ) -> Result<Vec<Notification>, ServiceError> {
        let held = self.get_mut(key, id)?;
        let (lock, replica) = (held.version.metadata.lock, held.replica);
        if lock.protects(at) {
            return Err(ServiceError::object_locked());
        }
        // Only deletes by users count. Batch Replication may write a replica again that a lifecycle
        // rule removed.
        if replica && event == Event::ObjectRemovedDelete {
            self.hard_deleted.entry(key.clone()).or_default().push(id.clone());
        }
        let notifications = self.observe_version(key, id, event, at);
        self.delete(key, id);
        Ok(notifications)
    }

    /// Observes an event about an existing version.
    ///
    /// Without a ledger, and for an unknown version, there is nothing to observe. A bucket whose
    /// configuration was deleted only forgets versions that are deleted.
    pub(super) fn observe_version(
        &mut self,
        key: &ObjectKey,
        id: &VersionId,
        event: Event,
        at: Timestamp,
    ) -> Vec<Notification> {
        let name = VersionRef::new(key, id);
        let held = self.keys.get(key).and_then(|versions| versions.get(id));
        let (Some(held), Some(ledger)) = (held, &mut self.ledger) else {
            return Vec::new();
        };
        if !self.replicates {
            return if event.deletes_version() { ledger.forget(name, at) } else { Vec::new() };
        }
        ledger.observe_named(name, &held.version.as_object_version(), event, at).notifications
    }

    /// Observes the creation of a version that is not inserted yet.
    ///
    /// A bucket whose configuration was deleted observes nothing. A null version that is written
    /// again still ends what the ledger knew of the previous one.
    fn observe(&mut self, version: &StoredVersion<Body>, event: Event, at: Timestamp) {
        let Some(ledger) = &mut self.ledger else { return };
        let name = VersionRef::new(&version.key, &version.version_id);
        if self.replicates {
            ledger.observe_named(name, &version.as_object_version(), event, at);
        } else {
            ledger.forget(name, at);
        }
    }

    /// Returns the ID of the latest version of a key, which may be a delete marker.
    pub(super) fn latest(&self, key: &ObjectKey) -> Option<&VersionId> {
        self.keys.get(key)?.latest().map(|held| &held.version.version_id)
    }

    /// Returns a version.
    ///
    /// # Errors
    ///
    /// `NoSuchVersion`, also for a key without versions.
    pub(super) fn get_mut(
        &mut self,
        key: &ObjectKey,
        id: &VersionId,
    ) -> Result<&mut Held, ServiceError> {
        self.keys.get_mut(key).and_then(|versions| versions.get_mut(id)).ok_or_else(|| {
            ServiceError::new(
                ServiceErrorCode::NO_SUCH_VERSION,
                "The specified version does not exist.",
            )
        })
    }

    /// Returns true if lifecycle rules must wait with a version, because it is still to be
    /// replicated (REP-707).
    pub(super) fn holds_off_lifecycle(&self, key: &ObjectKey, id: &VersionId) -> bool {
        self.ledger.as_ref().is_some_and(|ledger| ledger.holds_off_lifecycle(key, id))
    }

    /// Returns the replication status of a version. A bucket without a ledger has replicas too, and
    /// they show `REPLICA`.
    pub(super) fn status(
        &mut self,
        key: &ObjectKey,
        id: &VersionId,
    ) -> Result<Option<ReplicationStatus>, ServiceError> {
        let replica = self.get_mut(key, id)?.replica.then_some(ReplicationStatus::Replica);
        let status = self.ledger.as_ref().and_then(|ledger| ledger.status(key, id));
        Ok(status.or(replica))
    }

    /// Iterates over the versions after the given one, or over all, by key, the latest version first.
    ///
    /// After a version that does not exist any more, all versions of its key follow, so that none
    /// is skipped.
    fn versions_after(
        &mut self,
        after: Option<(&ObjectKey, &VersionId)>,
    ) -> impl Iterator<Item = &StoredVersion<Body>> {
        let sorted: &[ObjectKey] = self.sorted.get_or_insert_with(|| {
            let mut keys: Vec<_> = self.keys.keys().cloned().collect();
            keys.sort_unstable();
            keys
        });
        // A page may end within the versions of a key. The next page begins with the rest of these
        // versions, and continues with the following keys.
        let rest = after.map_or(0, |(key, _)| sorted.partition_point(|other| other <= key));
        let first = after.and_then(|(key, id)| Some(self.keys.get(key)?.iter_after(Some(id))));
        let rest = sorted.iter().skip(rest).filter_map(|key| self.keys.get(key));
        let versions = first.into_iter().flatten().chain(rest.flat_map(Versions::iter));
        versions.map(|held| &held.version)
    }

    /// Returns all versions, by key, the latest version first.
    pub(super) fn all(&mut self) -> Vec<StoredVersion<Body>> {
        self.versions_after(None).cloned().collect()
    }

    /// Returns one page of versions. After the last version it is empty.
    pub(super) fn page(
        &mut self,
        after: Option<(&ObjectKey, &VersionId)>,
        limit: usize,
    ) -> Vec<StoredVersion<()>> {
        let versions = self.versions_after(after).take(limit);
        versions.map(|version| version.clone().without_bytes()).collect()
    }

    /// Returns the error of an injected fault.
    ///
    /// An outage passes, and so its fault is transient; a refusal is permanent, with the reason
    /// that was injected.
    pub(super) fn check_fault(&self) -> Result<(), Fault<ServiceError>> {
        let error =
            |text: &str| ServiceError::new(ServiceErrorCode::INTERNAL_ERROR, text.to_owned());
        match &self.fault {
            // A slow bucket refuses nothing; its tasks wait for `ready_at`.
            None | Some(InjectedFault::Slow(_)) => Ok(()),
            Some(InjectedFault::Outage) => {
                Err(Fault::Transient(error("the bucket is unavailable")))
            }
            Some(InjectedFault::Refusal(reason)) => {
                Err(Fault::Permanent(reason.clone(), error("the bucket refuses the request")))
            }
        }
    }

    /// Returns the time before which the bucket does not perform a task; `None` if it is not slow.
    ///
    /// The time counts from the beginning of the task, so a task that waited elsewhere does not
    /// wait twice.
    pub(super) fn ready_at(&self, task: &Task) -> Option<Timestamp> {
        let Some(InjectedFault::Slow(seconds)) = self.fault else { return None };
        Some(task.since.later_by(TimeDelta::seconds(seconds.into())))
    }
}

/// Turns a missing Object Lock configuration into the fault of a task (REP-619).
fn no_object_lock(error: ServiceError) -> Fault<ServiceError> {
    Fault::Permanent(FailureReason::DST_BUCKET_OBJECT_LOCK_CONFIG_MISSING, error)
}

/// Returns the fault of a task whose version has no multi-Region key (REP-627).
fn no_related_key() -> Fault<ServiceError> {
    let message = "The key of the source object is not a multi-Region key.";
    let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, message);
    Fault::Permanent(FailureReason::DST_KMS_KEY_NOT_FOUND, error)
}

/// Turns a weaker retention into the fault of a task (REP-625).
fn weaker_retention(_: WeakerRetention) -> Fault<ServiceError> {
    let reason = FailureReason::DST_PUT_RETENTION_NOT_PERMITTED;
    Fault::Permanent(reason, ServiceError::object_locked())
}
