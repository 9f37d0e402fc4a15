//! The kit for stores: the store in memory and one that is as plain as can be keep every promise, and
//! each planted flaw is found by the cases that are about it, and by no others.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::{env, fs, io, process};

use s3_replication::clause::Clause;
use s3_replication::diagnostic::ServiceError;
use s3_replication::model::{BucketName, BucketSettings, ObjectLockStatus, VersionId, Versioning};
use s3_replication::replication::ObjectKey;
use s3_replication::storage::conformance::{self, Candidate, Case};
use s3_replication::storage::{
    Destination, MemoryBucket, MemoryStore, Metadata, MetadataChange, NewObject, StoredVersion,
};

use crate::storage::crashes::example::store::{self as directory, Directory};
use crate::support::shelf::{Flaw, Shelf};

type Body = Arc<[u8]>;

/// The store in memory.
struct Memory(MemoryStore);

impl Candidate for Memory {
    type Body = Body;
    type Error = ServiceError;
    type Bucket<'c> = MemoryBucket<'c>;

    fn bucket<'c>(&'c self, name: &'c BucketName) -> MemoryBucket<'c> {
        self.0.bucket(name)
    }

    fn destination(&self) -> &impl Destination<Body, Error = ServiceError> {
        &self.0
    }

    fn put(&self, bucket: &BucketName, version: StoredVersion<Body>) -> Result<(), ServiceError> {
        let (id, at) = (&version.version_id, version.last_modified);
        let Some(body) = version.body else {
            return self.0.bucket(bucket).delete_object(&version.key, id, at).map(drop);
        };
        let mut object = NewObject::new(&version.key, body);
        let Metadata { tags, acl, lock, .. } = version.metadata;
        (object.tags, object.acl, object.lock) = (tags, acl, lock);
        self.0.bucket(bucket).put_object(object, id, at).map(drop)
    }

    fn change_metadata(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &VersionId,
        change: MetadataChange,
    ) -> Result<(), ServiceError> {
        self.0.bucket(bucket).change_metadata(key, id, change.value, change.stamp.at)
    }

    fn body(&self, bytes: &[u8]) -> Body {
        bytes.into()
    }

    fn bytes(&self, body: Body) -> Vec<u8> {
        body.to_vec()
    }
}

/// REP-602: what the kit asks for is what the store in memory does.
#[test]
fn the_store_in_memory_is_conformant() {
    let report = conformance::check(|buckets| {
        let store = MemoryStore::new();
        for bucket in buckets {
            // The kit writes ACLs.
            let mut settings = BucketSettings::new().of_older_bucket();
            settings.object_lock = Some(ObjectLockStatus::Enabled);
            store.create_bucket(bucket, settings).unwrap();
            store.bucket(bucket).put_versioning(Versioning::Enabled).unwrap();
        }
        Memory(store)
    });
    assert!(report.is_conformant(), "{report}");
    let names: BTreeSet<&str> = report.iter().map(Case::name).collect();
    assert_eq!(names.len(), report.iter().count(), "a case is named twice");
    assert!(report.iter().all(|case| Clause::ALL.contains(&case.clause())));
}

/// The store of the example `directory`, in a directory that goes with it.
struct OnDisk {
    root: PathBuf,
    store: Directory,
}

impl Drop for OnDisk {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.root).unwrap();
    }
}

impl Candidate for OnDisk {
    type Body = Vec<u8>;
    type Error = io::Error;
    type Bucket<'c> = directory::Bucket<'c>;

    fn bucket<'c>(&'c self, name: &'c BucketName) -> directory::Bucket<'c> {
        self.store.bucket(name)
    }

    fn destination(&self) -> &impl Destination<Vec<u8>, Error = io::Error> {
        &self.store
    }

    fn put(&self, bucket: &BucketName, version: StoredVersion<Vec<u8>>) -> io::Result<()> {
        self.store.put(bucket, version).map_err(io::Error::other)
    }

    fn change_metadata(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &VersionId,
        change: MetadataChange,
    ) -> io::Result<()> {
        let MetadataChange { value, stamp } = change;
        let change = |version: &mut StoredVersion<Vec<u8>>| {
            version.metadata.change(value, stamp.at, &stamp.bucket);
            Ok(())
        };
        let exists = self.store.change(bucket, key, id, change).map_err(io::Error::other)?;
        if exists { Ok(()) } else { Err(io::Error::other("no such version")) }
    }

    fn body(&self, bytes: &[u8]) -> Vec<u8> {
        bytes.to_vec()
    }

    fn bytes(&self, body: Vec<u8>) -> Vec<u8> {
        body
    }
}

/// The example is worth copying.
#[test]
fn the_store_on_disk_is_conformant() {
    let mut stores = 0..;
    let report = conformance::check(|buckets| {
        let name = format!("s3-replication-{}-{}", process::id(), stores.next().unwrap());
        let root = env::temp_dir().join(name);
        let store = Directory::new(&root);
        for bucket in buckets {
            store.create_bucket(bucket).unwrap();
        }
        OnDisk { root, store }
    });
    assert!(report.is_conformant(), "{report}");
}

/// Each flaw with the cases that must notice it.
const NOTICED: &[(Flaw, &str)] = &[
    (
        Flaw::AclFlows,
        "older-metadata-changes-nothing acl-stays-without-new-acl \
         acl-stays-under-owner-override",
    ),
    (
        Flaw::AclIsDropped,
        "replica-keeps-acl acl-stays-without-new-acl acl-stays-under-owner-override \
         replica-written-twice-brings-newer-metadata metadata-follows",
    ),
    (Flaw::BodyIsTruncated, "replica-keeps-bytes"),
    (Flaw::BucketKeyIsDropped, "replica-keeps-bucket-key"),
    (Flaw::BucketsAreOne, "buckets-are-separate"),
    (Flaw::ClassIsStandard, "replica-has-planned-storage-class"),
    (Flaw::DeleteFailsTwice, "permanent-delete-can-be-repeated"),
    (Flaw::DeleteIgnoresLock, "permanent-delete-respects-object-lock"),
    (
        Flaw::DeleteIsForgotten,
        "permanent-delete-takes-one-version permanent-delete-can-be-repeated",
    ),
    (Flaw::DeleteTakesTheKey, "permanent-delete-takes-one-version"),
    (Flaw::EmptyBucketIsMissing, "empty-bucket-lists-nothing"),
    (Flaw::EncryptionIsForgotten, "replica-has-planned-encryption"),
    (
        Flaw::FaultsPass,
        "permanent-delete-needs-a-bucket permanent-delete-respects-object-lock \
         retention-is-not-lowered replica-written-twice-does-not-lower-retention \
         missing-version-is-not-read missing-version-has-no-metadata \
         missing-source-bucket-is-refused missing-destination-bucket-is-refused \
         version-that-is-gone-fails",
    ),
    (Flaw::IdIsLowered, "version-ids-of-any-shape"),
    (
        Flaw::IdIsNew,
        "replica-keeps-version-id version-ids-of-any-shape delete-marker-arrives \
         null-version-keeps-its-id null-version-replaces-null-version \
         permanent-delete-takes-one-version permanent-delete-can-be-repeated \
         permanent-delete-respects-object-lock metadata-is-updated tags-can-be-removed metadata-update-changes-nothing-else \
         older-metadata-changes-nothing simultaneous-metadata-is-ordered-by-bucket \
         aspect-that-changes-leaves-the-others aspects-have-their-own-stamps \
         acl-stays-without-new-acl acl-stays-under-owner-override \
         retention-stays-without-new-retention retention-can-be-raised \
         retention-is-not-lowered stronger-retention-that-comes-late-applies \
         retention-that-ended-can-be-replaced \
         event-hold-stays-without-new-hold released-event-hold-begins-retention \
         released-event-hold-keeps-longer-retention replica-written-twice-keeps-retention \
         replica-written-twice-does-not-lower-retention replica-written-twice-is-one \
         replica-written-twice-keeps-newer-metadata \
         replica-written-twice-brings-newer-metadata version-that-is-there-stays \
         latest-is-listed-first late-version-is-not-latest late-delete-marker-is-not-latest \
         pages-are-complete page-after-a-missing-version page-after-a-missing-key \
         keys-that-are-prefixes-of-others keys-with-slashes-anywhere keys-with-dots \
         keys-with-escapes keys-with-marks keys-with-case keys-beyond-ascii \
         keys-with-control-characters keys-of-maximum-length replication-completes \
         replication-run-twice-changes-nothing metadata-follows \
         acl-stays-behind-under-owner-override two-way-metadata-converges \
         two-way-aspects-both-survive",
    ),
    (
        Flaw::KeyIsAFile,
        "pages-are-complete keys-that-are-prefixes-of-others keys-with-slashes-anywhere \
         keys-with-dots",
    ),
    (Flaw::KeyIsCut, "keys-of-maximum-length"),
    (Flaw::KeyIsDecoded, "keys-with-escapes"),
    (
        Flaw::KeyIsLowered,
        "replica-keeps-key keys-are-listed-by-byte keys-with-escapes keys-with-case",
    ),
    (Flaw::KeyIsNormalised, "keys-with-slashes-anywhere keys-with-dots keys-of-maximum-length"),
    (Flaw::KeyIsTrimmed, "keys-with-marks keys-with-control-characters"),
    (Flaw::KeyLosesControls, "keys-with-control-characters"),
    (Flaw::ListingForgetsTags, "listing-has-everything-but-bytes"),
    (Flaw::ListingLosesBodies, "listing-has-everything-but-bytes"),
    (Flaw::ListsByUtf16, "keys-are-listed-by-byte keys-beyond-ascii"),
    (
        Flaw::ListsInOrderOfArrival,
        "late-version-is-not-latest late-delete-marker-is-not-latest pages-are-complete \
         page-after-a-missing-version page-after-a-missing-key",
    ),
    (
        Flaw::LockIsDropped,
        "replica-keeps-lock permanent-delete-respects-object-lock retention-is-not-lowered \
         replica-written-twice-does-not-lower-retention \
         replica-written-twice-keeps-newer-metadata \
         replica-written-twice-brings-newer-metadata",
    ),
    (
        Flaw::MarkerDeletes,
        "delete-marker-deletes-nothing replica-written-twice-is-one latest-is-listed-first \
         late-delete-marker-is-not-latest replication-completes \
         replication-run-twice-changes-nothing metadata-follows \
         acl-stays-behind-under-owner-override two-way-metadata-converges \
         two-way-aspects-both-survive",
    ),
    (
        Flaw::MarkerIsAnObject,
        "delete-marker-arrives replication-completes replication-run-twice-changes-nothing",
    ),
    (
        Flaw::MetadataIsLost,
        "metadata-is-updated tags-can-be-removed older-metadata-changes-nothing \
         simultaneous-metadata-is-ordered-by-bucket aspect-that-changes-leaves-the-others \
         aspects-have-their-own-stamps acl-stays-under-owner-override \
         retention-stays-without-new-retention retention-can-be-raised \
         retention-is-not-lowered stronger-retention-that-comes-late-applies \
         retention-that-ended-can-be-replaced \
         event-hold-stays-without-new-hold released-event-hold-begins-retention \
         released-event-hold-keeps-longer-retention replica-written-twice-keeps-retention \
         replica-written-twice-does-not-lower-retention metadata-follows \
         acl-stays-behind-under-owner-override two-way-metadata-converges \
         two-way-aspects-both-survive",
    ),
    (
        Flaw::MetadataSetsTime,
        "metadata-update-changes-nothing-else replica-written-twice-keeps-retention \
         replica-written-twice-does-not-lower-retention",
    ),
    (
        Flaw::NullGetsAnId,
        "version-ids-of-any-shape null-version-keeps-its-id null-version-replaces-null-version",
    ),
    (Flaw::NullKeepsTags, "null-version-replaces-null-version"),
    (
        Flaw::OlderMetadataWins,
        "older-metadata-changes-nothing simultaneous-metadata-is-ordered-by-bucket \
         stronger-retention-that-comes-late-applies two-way-metadata-converges",
    ),
    (
        Flaw::OwnerIsTheSource,
        "replica-has-planned-owner acl-stays-under-owner-override \
         acl-stays-behind-under-owner-override",
    ),
    (Flaw::PageAfterGoneIsEmpty, "page-after-a-missing-version page-after-a-missing-key"),
    (Flaw::PageDecodes, "pages-after-any-key"),
    (Flaw::PageIsTooLong, "pages-are-complete pages-after-any-key"),
    (Flaw::PageSkips, "pages-are-complete pages-after-any-key"),
    (
        Flaw::ReasonIsOther,
        "permanent-delete-needs-a-bucket permanent-delete-respects-object-lock \
         retention-is-not-lowered replica-written-twice-does-not-lower-retention \
         missing-version-is-not-read missing-version-has-no-metadata \
         missing-source-bucket-is-refused missing-destination-bucket-is-refused \
         version-that-is-gone-fails",
    ),
    (Flaw::RetentionIsDropped, "retention-stays-without-new-retention"),
    (
        Flaw::RewriteBringsNothing,
        "null-version-replaces-null-version replica-written-twice-does-not-lower-retention \
         replica-written-twice-keeps-newer-metadata \
         replica-written-twice-brings-newer-metadata",
    ),
    (
        Flaw::RewriteIsAnother,
        "null-version-replaces-null-version replica-written-twice-keeps-retention \
         replica-written-twice-does-not-lower-retention replica-written-twice-is-one \
         replica-written-twice-keeps-newer-metadata \
         replica-written-twice-brings-newer-metadata version-that-is-there-stays \
         replication-run-twice-changes-nothing",
    ),
    (
        Flaw::RewriteIsListedTwice,
        "null-version-replaces-null-version replica-written-twice-keeps-retention \
         replica-written-twice-does-not-lower-retention replica-written-twice-is-one \
         replica-written-twice-keeps-newer-metadata \
         replica-written-twice-brings-newer-metadata version-that-is-there-stays \
         replication-run-twice-changes-nothing",
    ),
    (
        Flaw::RewriteUndoes,
        "replica-written-twice-does-not-lower-retention \
         replica-written-twice-keeps-newer-metadata \
         replica-written-twice-brings-newer-metadata version-that-is-there-stays",
    ),
    (Flaw::TagsAreDropped, "replica-keeps-tags replica-written-twice-brings-newer-metadata"),
    (Flaw::TieByArrival, "simultaneous-metadata-is-ordered-by-bucket"),
    (
        Flaw::TimeOfArrival,
        "replica-keeps-creation-time delete-marker-arrives null-version-replaces-null-version \
         replica-written-twice-keeps-retention replica-written-twice-does-not-lower-retention \
         replica-written-twice-is-one replica-written-twice-keeps-newer-metadata \
         replica-written-twice-brings-newer-metadata version-that-is-there-stays \
         late-version-is-not-latest late-delete-marker-is-not-latest pages-are-complete \
         page-after-a-missing-version page-after-a-missing-key replication-completes \
         replication-run-twice-changes-nothing",
    ),
    (Flaw::UserMetadataIsDropped, "replica-keeps-user-metadata"),
    (
        Flaw::EndedRetentionStays,
        "stronger-retention-that-comes-late-applies retention-that-ended-can-be-replaced",
    ),
    (Flaw::LateRetentionIsIgnored, "stronger-retention-that-comes-late-applies"),
    (Flaw::RetentionIsLowered, "retention-is-not-lowered"),
    (Flaw::RewriteChangesClass, "version-that-is-there-stays"),
    (Flaw::RewriteChangesOwner, "version-that-is-there-stays"),
    (Flaw::EventHoldIsDropped, "event-hold-stays-without-new-hold"),
    (Flaw::ReleaseBeginsNothing, "released-event-hold-begins-retention"),
    (Flaw::ReleaseShortens, "released-event-hold-keeps-longer-retention"),
    (Flaw::RewriteLowersRetention, "replica-written-twice-does-not-lower-retention"),
    (
        Flaw::StampIsShared,
        "metadata-is-updated older-metadata-changes-nothing \
         aspect-that-changes-leaves-the-others aspects-have-their-own-stamps \
         stronger-retention-that-comes-late-applies two-way-aspects-both-survive",
    ),
    (
        Flaw::UpdateClearsHold,
        "metadata-is-updated older-metadata-changes-nothing \
         aspect-that-changes-leaves-the-others aspects-have-their-own-stamps \
         two-way-aspects-both-survive",
    ),
    (Flaw::WeakerRetentionPasses, "retention-is-not-lowered"),
];

/// REP-516, REP-607, REP-609, REP-610, REP-611, REP-612, REP-613, REP-614, REP-615, REP-616, REP-617,
/// REP-625, REP-626, REP-705, REP-980: each flaw is noticed by just the cases that are about it, and every case notices one.
#[test]
fn flaws_are_noticed() {
    let report = conformance::check(|buckets| Shelf::new(buckets, Flaw::None));
    assert!(report.is_conformant(), "{report}");
    let mut idle: BTreeSet<&str> = report.iter().map(Case::name).collect();
    let mut wrong = Vec::new();
    for (flaw, names) in NOTICED {
        let report = conformance::check(|buckets| Shelf::new(buckets, *flaw));
        let seen: Vec<&str> = report.failures().map(Case::name).collect();
        if seen != names.split_whitespace().collect::<Vec<_>>() {
            wrong.push(format!("{flaw:?}: {}", seen.join(" ")));
        }
        idle.retain(|name| !seen.contains(name));
    }
    assert!(wrong.is_empty(), "other cases notice these flaws: {wrong:#?}");
    assert!(idle.is_empty(), "cases that no flaw fails: {idle:?}");
}

/// The failure of a case names what differs, and the cause if it can be known.
#[test]
fn failures_name_what_differs() {
    let failure = |flaw: Flaw, name: &str| {
        let report = conformance::check(|buckets| Shelf::new(buckets, flaw));
        let case = report.iter().find(|case| case.name() == name).unwrap();
        case.failure().unwrap().to_owned()
    };
    assert_eq!(
        failure(Flaw::ListingForgetsTags, "listing-has-everything-but-bytes"),
        r#"expected [{"Key":"team","Value":"tax"}] as `Metadata.Tags` of the listed version `v1`, found []"#
    );
    assert_eq!(
        failure(Flaw::ListingLosesBodies, "listing-has-everything-but-bytes"),
        "the body of the listed version `v1` is `None`: a listing has `Some(())` for an object and `None` \
         for a delete marker"
    );
    assert_eq!(
        failure(Flaw::RewriteIsListedTwice, "replica-written-twice-is-one"),
        "`m1` of \"cat.jpg\" is listed twice"
    );
    assert_eq!(
        failure(Flaw::BodyIsTruncated, "replica-keeps-bytes"),
        "expected 1048576 bytes as the bytes, found 100000 bytes; they differ from byte 100000 on"
    );
    let failure = failure(Flaw::ListsInOrderOfArrival, "pages-are-complete");
    assert!(failure.contains(" as item 1 of the listing in pages of 1, found "), "{failure}");
}

#[cfg(feature = "async")]
mod asynchronous {
    use futures_executor::block_on;
    use s3_replication::storage::AsyncDestination;
    use s3_replication::storage::conformance::AsyncCandidate;

    use super::*;
    use crate::support::shelf::Board;
    use crate::support::waiting::Waiting;

    /// A shelf whose answers take a few polls.
    struct Later(Waiting<Shelf>);

    impl AsyncCandidate for Later {
        type Body = Vec<u8>;
        type Error = String;
        type Bucket<'c> = Waiting<Board<'c>>;

        fn bucket<'c>(&'c self, name: &'c BucketName) -> Waiting<Board<'c>> {
            Waiting::new(self.0.store.bucket(name))
        }

        fn destination(&self) -> &impl AsyncDestination<Vec<u8>, Error = String> {
            &self.0
        }

        async fn put(
            &self,
            bucket: &BucketName,
            version: StoredVersion<Vec<u8>>,
        ) -> Result<(), String> {
            self.0.wait().await;
            self.0.store.put(bucket, version)
        }

        async fn change_metadata(
            &self,
            bucket: &BucketName,
            key: &ObjectKey,
            id: &VersionId,
            change: MetadataChange,
        ) -> Result<(), String> {
            self.0.wait().await;
            self.0.store.change_metadata(bucket, key, id, change)
        }

        fn body(&self, bytes: &[u8]) -> Vec<u8> {
            self.0.store.body(bytes)
        }

        async fn bytes(&self, body: Vec<u8>) -> Vec<u8> {
            self.0.wait().await;
            self.0.store.bytes(body)
        }
    }

    /// An asynchronous store passes and fails the same cases as a synchronous one, with the same
    /// messages.
    #[test]
    fn asynchronous_stores_are_checked_alike() {
        let flaws = NOTICED.iter().map(|(flaw, _)| *flaw).step_by(3);
        for flaw in flaws.chain([Flaw::None, Flaw::Panics]) {
            let expected = conformance::check(|buckets| Shelf::new(buckets, flaw));
            let seen = block_on(conformance::check_async(async |buckets| {
                Later(Waiting::new(Shelf::new(buckets, flaw)))
            }));
            assert_eq!(seen, expected, "{flaw:?}");
            assert_eq!(seen.is_conformant(), flaw == Flaw::None);
        }
    }
}

/// A store that panics fails the cases in which it panics; the other cases run nevertheless.
#[test]
fn a_panic_fails_the_case() {
    let report = conformance::check(|buckets| Shelf::new(buckets, Flaw::Panics));
    let case = |name: &str| report.iter().find(|case| case.name() == name).unwrap();
    assert_eq!(case("replica-keeps-key").failure(), Some("the store panicked: the shelf breaks"));
    assert!(case("empty-bucket-lists-nothing").passed());
    assert!(case("missing-version-is-not-read").passed());
    assert!(!report.is_conformant());

    // A store that can't be made fails all of them.
    let report = conformance::check(|_| -> Shelf { panic!("no wood") });
    assert!(report.iter().all(|case| case.failure() == Some("the store panicked: no wood")));
}

/// The report shows the clause and the result of every case.
#[test]
fn the_report_is_a_table() {
    let report = conformance::check(|buckets| Shelf::new(buckets, Flaw::IdIsNew)).to_string();
    let line = |name: &str| report.lines().find(|line| line.contains(name)).unwrap();
    assert_eq!(line("  replica-keeps-key"), "passed  REP-609  replica-keeps-key");
    let seen = "expected \"v1\" as the version ID, found \"new-1\"";
    assert_eq!(
        line("  replica-keeps-version-id"),
        format!("FAILED  REP-609  replica-keeps-version-id: {seen}")
    );
    assert_eq!(report.lines().last(), Some("23 of 75 cases passed"));
}
