//! A store as plain as can be, with one flaw or none.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use s3_replication::model::{BucketArn, BucketName, ObjectLock, Owner, Timestamp, VersionId};
use s3_replication::replication::{FailureReason, ObjectKey};
use s3_replication::storage::conformance::Candidate;
use s3_replication::storage::{
    Destination, Fault, MetadataChange, MetadataValue, Source, StoredVersion, WeakerRetention,
};

/// A defect of a store.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Flaw {
    None,
    AclFlows,
    AclIsDropped,
    BodyIsTruncated,
    BucketKeyIsDropped,
    BucketsAreOne,
    ClassIsStandard,
    DeleteFailsTwice,
    DeleteIgnoresLock,
    DeleteIsForgotten,
    DeleteTakesTheKey,
    EmptyBucketIsMissing,
    EncryptionIsForgotten,
    EndedRetentionStays,
    FaultsPass,
    IdIsLowered,
    IdIsNew,
    KeyIsAFile,
    KeyIsCut,
    KeyIsDecoded,
    KeyIsLowered,
    KeyIsNormalised,
    KeyIsTrimmed,
    KeyLosesControls,
    LateRetentionIsIgnored,
    ListingForgetsTags,
    ListingLosesBodies,
    ListsByUtf16,
    ListsInOrderOfArrival,
    LockIsDropped,
    MarkerDeletes,
    MarkerIsAnObject,
    MetadataIsLost,
    MetadataSetsTime,
    NullGetsAnId,
    NullKeepsTags,
    OlderMetadataWins,
    OwnerIsTheSource,
    PageAfterGoneIsEmpty,
    PageDecodes,
    PageIsTooLong,
    PageSkips,
    Panics,
    ReasonIsOther,
    RetentionIsDropped,
    RetentionIsLowered,
    RewriteBringsNothing,
    RewriteChangesClass,
    RewriteChangesOwner,
    RewriteIsAnother,
    RewriteIsListedTwice,
    RewriteLowersRetention,
    EventHoldIsDropped,
    ReleaseBeginsNothing,
    ReleaseShortens,
    RewriteUndoes,
    StampIsShared,
    TagsAreDropped,
    TieByArrival,
    TimeOfArrival,
    UpdateClearsHold,
    UserMetadataIsDropped,
    WeakerRetentionPasses,
}

type Held = BTreeMap<BucketName, Vec<StoredVersion<Vec<u8>>>>;

/// A store as plain as can be, with a flaw.
pub(crate) struct Shelf {
    flaw: Flaw,
    /// The versions of each bucket, as they arrived.
    held: Mutex<Held>,
    arrived: AtomicI64,
}

fn moment(seconds: i64) -> Timestamp {
    let begin: Timestamp = "2030-01-01T00:00:00Z".parse().unwrap();
    (begin.to_utc() + TimeDelta::seconds(seconds)).into()
}

impl Shelf {
    pub(crate) fn new(buckets: [&BucketName; 2], flaw: Flaw) -> Self {
        let held = Mutex::new(buckets.map(|name| (name.clone(), Vec::new())).into());
        Self { flaw, held, arrived: AtomicI64::new(0) }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn arrived(&self) -> i64 {
        self.arrived.load(Ordering::Relaxed)
    }

    fn fault(&self, reason: FailureReason) -> Fault<String> {
        match self.flaw {
            Flaw::FaultsPass => Fault::Transient("not now".to_owned()),
            Flaw::ReasonIsOther => {
                Fault::Permanent(FailureReason::DST_PUT_OBJECT_NOT_PERMITTED, "no".to_owned())
            }
            _ => Fault::Permanent(reason, "it is not there".to_owned()),
        }
    }

    fn weaker(&self) -> Fault<String> {
        self.fault(FailureReason::DST_PUT_RETENTION_NOT_PERMITTED)
    }

    /// Returns the key that the store uses for a key.
    fn key(&self, key: &ObjectKey) -> ObjectKey {
        let text = std::str::from_utf8(key.as_bytes()).unwrap();
        let text = match self.flaw {
            Flaw::KeyIsCut => text.chars().take(255).collect(),
            Flaw::KeyIsTrimmed => text.trim().to_owned(),
            Flaw::KeyLosesControls => text.replace(char::is_control, ""),
            Flaw::KeyIsDecoded => text.replace('+', " ").replace("%2F", "/"),
            Flaw::KeyIsLowered => text.to_lowercase(),
            Flaw::KeyIsNormalised => {
                let parts = text.split('/').filter(|part| !["", ".", ".."].contains(part));
                parts.collect::<Vec<_>>().join("/")
            }
            _ => text.to_owned(),
        };
        text.as_str().into()
    }

    fn spoil(&self, replica: &mut StoredVersion<Vec<u8>>) {
        self.arrived.fetch_add(1, Ordering::Relaxed);
        replica.key = self.key(&replica.key);
        let new_id = || format!("new-{}", self.arrived()).parse().unwrap();
        match (self.flaw, &mut replica.body) {
            (Flaw::AclIsDropped, _) => replica.metadata.acl.clear(),
            (Flaw::BodyIsTruncated, Some(body)) => body.truncate(100_000),
            (Flaw::BucketKeyIsDropped, _) => replica.bucket_key = None,
            (Flaw::ClassIsStandard, _) => replica.storage_class = "STANDARD".into(),
            (Flaw::EncryptionIsForgotten, _) => replica.encryption = None,
            (Flaw::IdIsLowered, _) => {
                replica.version_id = replica.version_id.as_str().to_lowercase().parse().unwrap();
            }
            (Flaw::IdIsNew, _) => replica.version_id = new_id(),
            (Flaw::LockIsDropped, _) => replica.metadata.lock = ObjectLock::default(),
            (Flaw::MarkerIsAnObject, body @ None) => {
                (*body, replica.delete_marker) = (Some(Vec::new()), None);
            }
            (Flaw::NullGetsAnId, _) if replica.version_id.is_null() => {
                replica.version_id = new_id();
            }
            (Flaw::OwnerIsTheSource, _) => replica.owner = Owner::Source,
            (Flaw::TagsAreDropped, _) => replica.metadata.tags.clear(),
            (Flaw::TimeOfArrival, _) => replica.last_modified = moment(self.arrived()),
            (Flaw::UserMetadataIsDropped, _) => replica.user_metadata.clear(),
            _ => {}
        }
    }

    /// Returns a replica as it is written over what is there.
    fn rewritten(
        &self,
        mut replica: StoredVersion<Vec<u8>>,
        mut there: StoredVersion<Vec<u8>>,
    ) -> Result<StoredVersion<Vec<u8>>, WeakerRetention> {
        let now = moment(self.arrived.load(Ordering::Relaxed));
        Ok(match self.flaw {
            Flaw::NullKeepsTags if there.version_id.is_null() => {
                replica.metadata = there.metadata.clone();
                replica
            }
            Flaw::RewriteBringsNothing => there,
            Flaw::RewriteUndoes => {
                let retention = there.metadata.lock.retention;
                let lock = &mut replica.metadata.lock;
                lock.retention = lock.retention.or(retention);
                replica
            }
            Flaw::RewriteIsAnother => {
                replica.version_id = format!("{}-again", replica.version_id).parse().unwrap();
                replica
            }
            Flaw::RewriteLowersRetention => {
                let retention = replica.metadata.lock.retention.or(there.metadata.lock.retention);
                there.metadata.lock.retention = None;
                let mut written = replica.in_place_of(&there, now)?;
                written.metadata.lock.retention = retention;
                written
            }
            Flaw::RewriteChangesOwner | Flaw::RewriteChangesClass => {
                let (owner, class) = (replica.owner, replica.storage_class.clone());
                let mut written = replica.in_place_of(&there, now)?;
                match self.flaw {
                    Flaw::RewriteChangesOwner => written.owner = owner,
                    _ => written.storage_class = class,
                }
                written
            }
            _ => replica.in_place_of(&there, now)?,
        })
    }
}

impl Destination<Vec<u8>> for Shelf {
    type Error = String;

    fn put_replica(
        &self,
        bucket: &BucketArn,
        mut replica: StoredVersion<Vec<u8>>,
    ) -> Result<(), Fault<String>> {
        assert!(self.flaw != Flaw::Panics, "the shelf breaks");
        let mut held = self.held();
        let all = held.get_mut(bucket.name());
        let all = all.ok_or_else(|| self.fault(FailureReason::DST_BUCKET_NOT_FOUND))?;
        self.spoil(&mut replica);
        let name = |one: &StoredVersion<_>| (one.key.clone(), one.version_id.clone());
        if self.flaw == Flaw::MarkerDeletes && replica.body.is_none() {
            all.retain(|one| one.key != replica.key);
        }
        if self.flaw == Flaw::KeyIsAFile {
            let key = replica.key.to_string();
            all.retain(|one| !key.starts_with(&format!("{}/", one.key)));
        }
        if let Some(at) = all.iter().position(|one| name(one) == name(&replica)) {
            let there = all[at].clone();
            let is_null = there.version_id.is_null();
            replica = self.rewritten(replica, there).map_err(|_| self.weaker())?;
            let stays = match self.flaw {
                Flaw::RewriteIsAnother => !is_null,
                flaw => flaw == Flaw::RewriteIsListedTwice,
            };
            if !stays {
                all.remove(at);
            }
        }
        all.push(replica.clone());
        if self.flaw == Flaw::BucketsAreOne {
            let mut others = held.iter_mut().filter(|(name, _)| *name != bucket.name());
            let (_, other) = others.next().unwrap();
            if !other.iter().any(|one| name(one) == name(&replica)) {
                other.push(replica);
            }
        }
        Ok(())
    }

    fn put_metadata(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        change: &MetadataChange,
    ) -> Result<(), Fault<String>> {
        let mut held = self.held();
        let all = held.get_mut(bucket.name());
        let all = all.ok_or_else(|| self.fault(FailureReason::DST_BUCKET_NOT_FOUND))?;
        let key = self.key(key);
        let one = all.iter_mut().find(|one| one.key == key && one.version_id == *version_id);
        let one = one.ok_or_else(|| self.fault(FailureReason::DST_VERSION_NOT_FOUND))?;
        let aspect = change.value.aspect();
        let its_stamp = one.metadata.stamp(aspect).clone();
        match (self.flaw, &change.value) {
            (Flaw::MetadataIsLost, _) => return Ok(()),
            (Flaw::MetadataSetsTime, _) => one.last_modified = change.stamp.at,
            (Flaw::OlderMetadataWins, _) if change.stamp < its_stamp => {
                let MetadataChange { value, stamp } = change.clone();
                one.metadata.change(value, stamp.at, &stamp.bucket);
                return Ok(());
            }
            (Flaw::TieByArrival, _) if change.stamp.at == its_stamp.at => {
                let MetadataChange { value, stamp } = change.clone();
                one.metadata.change(value, stamp.at, &stamp.bucket);
                return Ok(());
            }
            (Flaw::StampIsShared, _) if change.stamp <= *one.metadata.changed() => return Ok(()),
            (Flaw::UpdateClearsHold, value) if !matches!(value, MetadataValue::LegalHold(_)) => {
                one.metadata.lock.legal_hold = None;
            }
            (Flaw::RetentionIsLowered, MetadataValue::Retention(Some(_)))
                if change.stamp > its_stamp =>
            {
                one.metadata.lock.retention = None;
            }
            (Flaw::LateRetentionIsIgnored, MetadataValue::Retention(_))
                if change.stamp < its_stamp =>
            {
                return Ok(());
            }
            (Flaw::EndedRetentionStays, MetadataValue::Retention(Some(new))) => {
                let current = one.metadata.lock.retention;
                if current.is_some_and(|current| new.is_weaker_than(&current)) {
                    return Err(self.weaker());
                }
            }
            _ => {}
        }
        let before = one.metadata.lock;
        let updated = one.update_metadata(change, change.stamp.at);
        match (self.flaw, &change.value) {
            (Flaw::AclFlows, MetadataValue::Acl(acl)) => one.metadata.acl.clone_from(acl),
            (Flaw::EventHoldIsDropped, MetadataValue::EventHold(None)) => {
                one.metadata.lock.event_hold = None;
            }
            (Flaw::ReleaseBeginsNothing, MetadataValue::EventHold(_)) => {
                one.metadata.lock.retention = before.retention;
            }
            (Flaw::ReleaseShortens, MetadataValue::EventHold(Some(released)))
                if updated == Ok(true) =>
            {
                one.metadata.lock = ObjectLock { retention: None, ..before };
                one.metadata.lock.set_event_hold(*released, change.stamp.at);
            }
            (Flaw::RetentionIsDropped, MetadataValue::Retention(None)) => {
                one.metadata.lock.retention = None;
            }
            _ => {}
        }
        match updated {
            Err(_) if self.flaw != Flaw::WeakerRetentionPasses => Err(self.weaker()),
            _ => Ok(()),
        }
    }

    fn delete_replica(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        at: Timestamp,
    ) -> Result<(), Fault<String>> {
        let mut held = self.held();
        let all = held.get_mut(bucket.name());
        let all = all.ok_or_else(|| self.fault(FailureReason::DST_BUCKET_NOT_FOUND))?;
        let key = self.key(key);
        let is_meant = |one: &StoredVersion<_>| {
            one.key == key
                && (one.version_id == *version_id || self.flaw == Flaw::DeleteTakesTheKey)
        };
        let Some(there) = all.iter().find(|one| is_meant(one)) else {
            let fails = self.flaw == Flaw::DeleteFailsTwice;
            let error = self.fault(FailureReason::DST_VERSION_NOT_FOUND);
            return if fails { Err(error) } else { Ok(()) };
        };
        if there.metadata.lock.protects(at) && self.flaw != Flaw::DeleteIgnoresLock {
            return Err(self.fault(FailureReason::DST_DEL_OBJ_NOT_PERMITTED));
        }
        if self.flaw != Flaw::DeleteIsForgotten {
            all.retain(|one| !is_meant(one));
        }
        Ok(())
    }
}

/// One bucket of a shelf.
pub(crate) struct Board<'c>(&'c Shelf, &'c BucketName);

impl Source for Board<'_> {
    type Body = Vec<u8>;
    type Error = String;

    fn read(
        &self,
        key: &ObjectKey,
        version_id: &VersionId,
    ) -> Result<StoredVersion<Vec<u8>>, Fault<String>> {
        let held = self.0.held();
        let all = held.get(self.1);
        let all = all.ok_or_else(|| self.0.fault(FailureReason::SRC_BUCKET_NOT_FOUND))?;
        let key = self.0.key(key);
        let one = all.iter().find(|one| one.key == key && one.version_id == *version_id);
        one.cloned().ok_or_else(|| self.0.fault(FailureReason::SRC_VERSION_NOT_FOUND))
    }

    fn versions(
        &self,
        after: Option<(&ObjectKey, &VersionId)>,
        mut limit: usize,
    ) -> Result<Vec<StoredVersion<()>>, Fault<String>> {
        let held = self.0.held();
        let all = held.get(self.1);
        let mut all: Vec<_> =
            all.ok_or_else(|| self.0.fault(FailureReason::SRC_BUCKET_NOT_FOUND))?.iter().collect();
        match self.0.flaw {
            Flaw::ListsByUtf16 => all.sort_by_cached_key(|one| {
                let units = one.key.to_string().encode_utf16().collect::<Vec<_>>();
                (units, Reverse(one.last_modified))
            }),
            Flaw::ListsInOrderOfArrival => {
                all.reverse();
                all.sort_by(|a, b| a.key.cmp(&b.key));
            }
            _ => all.sort_by_key(|one| (one.key.clone(), Reverse(one.last_modified))),
        }
        if self.0.flaw == Flaw::EmptyBucketIsMissing && all.is_empty() {
            return Err(self.0.fault(FailureReason::SRC_BUCKET_NOT_FOUND));
        }
        let mut from = 0;
        if let Some((key, id)) = after {
            let decoded = ObjectKey::from(&key.to_string().replace("%20", " "));
            let key = if self.0.flaw == Flaw::PageDecodes { &decoded } else { key };
            let known = all.iter().position(|one| (&one.key, &one.version_id) == (key, id));
            let next = || all.iter().position(|one| one.key >= *key).unwrap_or(all.len());
            from = match (known, self.0.flaw) {
                (Some(at), Flaw::PageSkips) => at + 2,
                (Some(at), _) => at + 1,
                (None, Flaw::PageAfterGoneIsEmpty) => all.len(),
                (None, _) => next(),
            };
        }
        if self.0.flaw == Flaw::PageIsTooLong {
            limit += 1;
        }
        let page = all.into_iter().skip(from).take(limit).cloned().map(|mut one| {
            if self.0.flaw == Flaw::ListingForgetsTags {
                one.metadata.tags.clear();
            }
            let has_body = one.body.is_some() && self.0.flaw != Flaw::ListingLosesBodies;
            let body = has_body.then_some(());
            one.with_body(body)
        });
        Ok(page.collect())
    }
}

impl Candidate for Shelf {
    type Body = Vec<u8>;
    type Error = String;
    type Bucket<'c> = Board<'c>;

    fn bucket<'c>(&'c self, name: &'c BucketName) -> Board<'c> {
        Board(self, name)
    }

    fn destination(&self) -> &impl Destination<Vec<u8>, Error = String> {
        self
    }

    fn put(&self, bucket: &BucketName, mut version: StoredVersion<Vec<u8>>) -> Result<(), String> {
        version.key = self.key(&version.key);
        let mut held = self.held();
        let all = held.get_mut(bucket).unwrap();
        all.retain(|one| (&one.key, &one.version_id) != (&version.key, &version.version_id));
        all.push(version);
        Ok(())
    }

    fn change_metadata(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &VersionId,
        change: MetadataChange,
    ) -> Result<(), String> {
        let mut held = self.held();
        let all = held.get_mut(bucket).unwrap().iter_mut();
        let one = all.into_iter().find(|one| one.key == *key && one.version_id == *id);
        let metadata = &mut one.ok_or("it is not there")?.metadata;
        metadata.change(change.value, change.stamp.at, &change.stamp.bucket);
        Ok(())
    }

    fn body(&self, bytes: &[u8]) -> Vec<u8> {
        bytes.to_vec()
    }

    fn bytes(&self, body: Vec<u8>) -> Vec<u8> {
        body
    }
}
