//! A store as plain as can be, with one flaw or none.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::TimeDelta;
use s3_replication::model::{BucketArn, BucketName, ObjectLock, Owner, Timestamp, VersionId};
use s3_replication::replication::{FailureReason, ObjectKey};
use s3_replication::storage::conformance::Candidate;
use s3_replication::storage::{Destination, Fault, Metadata, Source, StoredVersion};

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
    EmptyBucketIsMissing,
    EncryptionIsForgotten,
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
    ListingForgetsTags,
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
    RewriteBringsNothing,
    RewriteIsAnother,
    RewriteUndoes,
    TagsAreDropped,
    TieByArrival,
    TimeOfArrival,
    UserMetadataIsDropped,
}

/// A store as plain as can be, with a flaw.
pub(crate) struct Shelf {
    flaw: Flaw,
    /// The versions of each bucket, as they arrived.
    held: RefCell<BTreeMap<BucketName, Vec<StoredVersion<Vec<u8>>>>>,
    arrived: Cell<i64>,
}

fn moment(seconds: i64) -> Timestamp {
    let begin: Timestamp = "2030-01-01T00:00:00Z".parse().unwrap();
    (begin.to_utc() + TimeDelta::seconds(seconds)).into()
}

impl Shelf {
    pub(crate) fn new(buckets: [&BucketName; 2], flaw: Flaw) -> Self {
        let held = RefCell::new(buckets.map(|name| (name.clone(), Vec::new())).into());
        Self { flaw, held, arrived: Cell::new(0) }
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
        self.arrived.set(self.arrived.get() + 1);
        replica.key = self.key(&replica.key);
        let new_id = || format!("new-{}", self.arrived.get()).parse().unwrap();
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
            (Flaw::TimeOfArrival, _) => replica.last_modified = moment(self.arrived.get()),
            (Flaw::UserMetadataIsDropped, _) => replica.user_metadata.clear(),
            _ => {}
        }
    }

    /// Returns a replica as it is written over what is there.
    fn rewritten(
        &self,
        mut replica: StoredVersion<Vec<u8>>,
        there: &StoredVersion<Vec<u8>>,
    ) -> StoredVersion<Vec<u8>> {
        match self.flaw {
            Flaw::NullKeepsTags if there.version_id.is_null() => {
                replica.metadata = there.metadata.clone();
                replica
            }
            Flaw::RewriteBringsNothing => there.clone(),
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
            _ => replica.in_place_of(there),
        }
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
        let mut held = self.held.borrow_mut();
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
            if self.flaw != Flaw::RewriteIsAnother || there.version_id.is_null() {
                all.remove(at);
            }
            replica = self.rewritten(replica, &there);
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
        metadata: &Metadata,
    ) -> Result<(), Fault<String>> {
        let mut held = self.held.borrow_mut();
        let all = held.get_mut(bucket.name());
        let all = all.ok_or_else(|| self.fault(FailureReason::DST_BUCKET_NOT_FOUND))?;
        let key = self.key(key);
        let one = all.iter_mut().find(|one| one.key == key && one.version_id == *version_id);
        let one = one.ok_or_else(|| self.fault(FailureReason::DST_VERSION_NOT_FOUND))?;
        let is_tie = metadata.changed == one.metadata.changed;
        match self.flaw {
            Flaw::MetadataIsLost => return Ok(()),
            Flaw::MetadataSetsTime => one.last_modified = metadata.changed,
            // What is there is made so old that anything is newer.
            Flaw::OlderMetadataWins => {
                one.metadata.changed = "1999-01-01T00:00:00Z".parse().unwrap();
            }
            Flaw::TieByArrival if is_tie => {
                one.metadata.changed = "1999-01-01T00:00:00Z".parse().unwrap();
            }
            _ => {}
        }
        let is_newer = one.update_metadata(metadata);
        match self.flaw {
            Flaw::AclFlows if is_newer => one.metadata.acl.clone_from(&metadata.acl),
            Flaw::RetentionIsDropped if is_newer => one.metadata.lock = metadata.lock,
            _ => {}
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
        let held = self.0.held.borrow();
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
        let held = self.0.held.borrow();
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
            let body = one.body.is_some().then_some(());
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
        let mut held = self.held.borrow_mut();
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
        to: Metadata,
    ) -> Result<(), String> {
        let mut held = self.held.borrow_mut();
        let all = held.get_mut(bucket).unwrap().iter_mut();
        let one = all.into_iter().find(|one| one.key == *key && one.version_id == *id);
        one.ok_or("it is not there")?.metadata = to;
        Ok(())
    }

    fn body(&self, bytes: &[u8]) -> Vec<u8> {
        bytes.to_vec()
    }

    fn bytes(&self, body: Vec<u8>) -> Vec<u8> {
        body
    }
}
