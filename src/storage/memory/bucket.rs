//! One bucket: its versions, its settings, and the ledger of what it replicates.

use std::collections::VecDeque;

use chrono::TimeDelta;
use foldhash::HashMap;

use super::{Body, InjectedFault, NewBucket};
use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::engine::Engine;
use crate::model::{
    BucketFacts, BucketName, DeleteMarkerOrigin, EncryptionStatus, Event, LegalHold,
    ObjectLockStatus, ReplicationStatus, Retention, Timestamp, VersionId, Versioning,
};
use crate::replication::{FailureReason, Ledger, Notification, ObjectKey, Task};
use crate::storage::{Fault, Metadata, StoredVersion};

#[derive(Debug)]
pub(super) struct Bucket {
    name: BucketName,
    settings: NewBucket,
    pub(super) versioning: Versioning,
    versions: HashMap<(ObjectKey, VersionId), Held>,
    /// Each key with its versions, the latest last.
    keys: HashMap<ObjectKey, VecDeque<(Timestamp, VersionId)>>,
    /// The keys in order, since somebody asked for it and until there are others.
    sorted: Option<Vec<ObjectKey>>,
    pub(super) ledger: Option<Ledger>,
    pub(super) replicates: bool,
    pub(super) fault: Option<InjectedFault>,
}

/// A version, and whether replication made it.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) version: StoredVersion<Body>,
    replica: bool,
    pub(super) restored_until: Option<Timestamp>,
}

impl Bucket {
    pub(super) fn new(name: BucketName, settings: NewBucket) -> Self {
        Self {
            name,
            settings,
            versioning: Versioning::Unversioned,
            versions: HashMap::default(),
            keys: HashMap::default(),
            sorted: None,
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
        for ((key, id), _) in self.versions.iter().filter(|(_, held)| held.replica) {
            ledger.admit_replica(key, id);
        }
        self.ledger = Some(ledger);
    }

    /// Returns the id that a new version gets: the one given, or `null` without versioning.
    pub(super) fn id_for(&self, id: &VersionId) -> VersionId {
        if self.versioning == Versioning::Enabled { id.clone() } else { VersionId::null() }
    }

    /// Writes a version in place of the one with its id, and after all that are not younger.
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
        let (name, time) =
            ((version.key.clone(), version.version_id.clone()), version.last_modified);
        let before =
            self.versions.insert(name.clone(), Held { version, replica, restored_until: None });
        let (key, id) = name;
        if let Some(before) = before {
            self.forget(&key, &id, before.version.last_modified);
        }
        let order = self.keys.entry(key).or_insert_with(|| {
            self.sorted = None;
            VecDeque::with_capacity(1)
        });
        order.insert(order.partition_point(|(other, _)| *other <= time), (time, id));
    }

    /// Takes a version out of the order of its key.
    fn forget(&mut self, key: &ObjectKey, id: &VersionId, time: Timestamp) {
        let Some(order) = self.keys.get_mut(key) else { return };
        let from = order.partition_point(|(other, _)| *other < time);
        if let Some(at) = order.iter().skip(from).position(|(_, other)| other == id) {
            order.remove(from + at);
        }
        if order.is_empty() {
            self.keys.remove(key);
            self.sorted = None;
        }
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
            ledger.admit_replica(&replica.key, &replica.version_id);
        }
        let there = self.versions.get(&(replica.key.clone(), replica.version_id.clone()));
        let replica = match there {
            Some(there) => replica.in_place_of(&there.version),
            None => replica,
        };
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
            self.versions.remove(&(key.clone(), VersionId::null()));
            self.keys.remove(key);
            self.sorted = None;
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
        if let Some(held) = self.versions.remove(&(key.clone(), id.clone())) {
            self.forget(key, id, held.version.last_modified);
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
        let held = self.versions.get(&(key.clone(), id.clone()));
        let (Some(held), Some(ledger)) = (held, &mut self.ledger) else { return Vec::new() };
        if !self.replicates {
            return Vec::new();
        }
        let observed = ledger.observe(&held.version.as_object_version(), event, at);
        observed.map(|observed| observed.notifications).unwrap_or_default()
    }

    pub(super) fn latest(&self, key: &ObjectKey) -> Option<&VersionId> {
        self.keys.get(key)?.back().map(|(_, id)| id)
    }

    pub(super) fn get_mut(
        &mut self,
        key: &ObjectKey,
        id: &VersionId,
    ) -> Result<&mut Held, ServiceError> {
        self.versions.get_mut(&(key.clone(), id.clone())).ok_or_else(|| {
            ServiceError::new(
                ServiceErrorCode::NO_SUCH_VERSION,
                "The specified version does not exist.",
            )
        })
    }

    pub(super) fn holds_lifecycle(&self, key: &ObjectKey, id: &VersionId) -> bool {
        self.ledger.as_ref().is_some_and(|ledger| ledger.holds_lifecycle(key, id))
    }

    pub(super) fn status(
        &mut self,
        key: &ObjectKey,
        id: &VersionId,
    ) -> Result<Option<ReplicationStatus>, ServiceError> {
        let replica = self.get_mut(key, id)?.replica.then_some(ReplicationStatus::Replica);
        let kept = self.ledger.as_ref().and_then(|ledger| ledger.status(key, id));
        Ok(kept.or(replica))
    }

    /// Iterates over the versions from this key on, by key, the latest first.
    fn versions_from(&mut self, key: Option<&ObjectKey>) -> impl Iterator<Item = &Held> {
        let sorted: &[ObjectKey] = self.sorted.get_or_insert_with(|| {
            let mut keys: Vec<_> = self.keys.keys().cloned().collect();
            keys.sort_unstable();
            keys
        });
        let from = key.map_or(0, |key| sorted.partition_point(|other| other < key));
        let orders = sorted.iter().skip(from).filter_map(|key| self.keys.get_key_value(key));
        let names = orders
            .flat_map(|(key, order)| order.iter().rev().map(|(_, id)| (key.clone(), id.clone())));
        names.filter_map(|name| self.versions.get(&name))
    }

    /// Returns all versions, by key, the latest first.
    pub(super) fn all(&mut self) -> Vec<StoredVersion<Body>> {
        self.versions_from(None).map(|held| held.version.clone()).collect()
    }

    /// Returns one page of all versions.
    pub(super) fn page(
        &mut self,
        after: Option<(&ObjectKey, &VersionId)>,
        limit: usize,
    ) -> Vec<StoredVersion<()>> {
        let known = after.and_then(|(key, id)| {
            self.keys.get(key)?.iter().rev().position(|(_, other)| other == id)
        });
        let behind = known.map_or(0, |at| at + 1);
        let versions = self.versions_from(after.map(|(key, _)| key)).skip(behind).take(limit);
        let versions = versions.map(|held| &held.version);
        versions.map(|version| version.clone().with_body(version.body.as_ref().map(drop))).collect()
    }

    pub(super) fn check_fault(&self) -> Result<(), Fault<ServiceError>> {
        let error =
            |text: &str| ServiceError::new(ServiceErrorCode::INTERNAL_ERROR, text.to_owned());
        match &self.fault {
            None | Some(InjectedFault::Slow(_)) => Ok(()),
            Some(InjectedFault::Outage) => Err(Fault::Passing(error("the bucket is out of reach"))),
            Some(InjectedFault::Refusal(reason)) => {
                Err(Fault::Final(reason.clone(), error("the bucket refuses")))
            }
        }
    }

    /// Returns the moment before which a slow bucket does not do what a task asks for.
    pub(super) fn ready_for(&self, task: &Task) -> Option<Timestamp> {
        let Some(InjectedFault::Slow(seconds)) = self.fault else { return None };
        Some((task.since.to_utc() + TimeDelta::seconds(seconds.into())).into())
    }
}
