//! Properties of replicas: those of the source version, and those that the rule sets.
//!
//! Each case writes one replica by `put_replica` and reads it back. The values are unusual on
//! purpose: a store that rebuilds a version from what its own client would have written loses the
//! creation time, the version ID, the tags with `&` or the empty user metadata, and none of these
//! losses shows with `Content-Type: text/plain` and two plain tags.
//!
//! The names of the cases begin with `replica-keeps` for what comes from the source, and with
//! `replica-has-planned` for what the rule decides. Both arrive in one version, so a store has to
//! keep everything that it is given.

use std::collections::BTreeMap;

use serde::Serialize;

use super::difference::{Mismatch, expect_bytes, expect_equal, shown};
use super::fixture::{Fixture, at, tagged};
use super::metadata::held;
use super::{Row, Store};
use crate::clause;
use crate::model::{
    BucketKeyStatus, DeleteMarkerOrigin, EncryptionStatus, KmsKeyArn, LegalHold, ObjectLock, Owner,
    Retention, RetentionMode, StorageClass, VersionId,
};
use crate::storage::{MetadataValue, StoredVersion};

pub(super) fn cases<S: Store>() -> Vec<Row<S>> {
    vec![
        // Identity first, then content, then what the rule sets, then delete markers and null
        // versions.
        case!("replica-keeps-key", &clause::REPLICA_IDENTITY, keeps_key),
        case!("replica-keeps-version-id", &clause::REPLICA_IDENTITY, keeps_version_id),
        case!("version-ids-of-any-shape", &clause::REPLICA_IDENTITY, ids_of_any_shape),
        case!("replica-keeps-creation-time", &clause::REPLICA_IDENTITY, keeps_creation_time),
        case!("replica-keeps-bytes", &clause::REPLICA_CONTENT, keeps_bytes),
        case!("replica-keeps-user-metadata", &clause::REPLICA_CONTENT, keeps_user_metadata),
        case!("replica-keeps-tags", &clause::REPLICA_CONTENT, keeps_tags),
        case!("replica-keeps-acl", &clause::REPLICA_OWNER, keeps_acl),
        case!("replica-keeps-lock", &clause::REPLICA_LOCK, keeps_lock),
        case!("replica-has-planned-storage-class", &clause::REPLICA_STORAGE_CLASS_RULE, has_class),
        case!("replica-has-planned-encryption", &clause::REPLICA_ENCRYPTION_SAME, has_encryption),
        case!("replica-keeps-bucket-key", &clause::REPLICA_BUCKET_KEY, keeps_bucket_key),
        case!("replica-has-planned-owner", &clause::REPLICA_OWNER, has_owner),
        case!("delete-marker-arrives", &clause::REPLICA_IDENTITY, marker_arrives),
        case!("delete-marker-deletes-nothing", &clause::V2_DELETE_MARKERS, marker_deletes_nothing),
        case!("null-version-keeps-its-id", &clause::NULL_REPLICAS, null_keeps_its_id),
        case!("null-version-replaces-null-version", &clause::NULL_REPLICAS, null_replaces_null),
    ]
}

/// Replicates a version after `set`, and checks that the replica has the same value of `get`.
///
/// The version is found without its key and ID, so that a store which changes those fails the cases
/// about them, and not this one.
async fn expect_kept<S: Store, T: PartialEq + Serialize>(
    fixture: &Fixture<'_, S>,
    what: &str,
    set: impl Fn(&mut StoredVersion<S::Body>),
    get: impl Fn(&StoredVersion<S::Body>) -> T,
) -> Result<(), Mismatch> {
    let mut version = fixture.object("photos/Cat.jpg", "v1", 0, b"meow")?;
    set(&mut version);
    let expected = get(&version);
    fixture.replicate(version).await?;
    expect_equal(what, &get(&fixture.only().await?), &expected)
}

/// The key has a capital and a slash: a file system that ignores case or a store that splits
/// folders may change it.
async fn keeps_key<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    expect_kept(fixture, "the key", |_| {}, |version| version.key.clone()).await
}

/// S3 keeps the version ID, which is how a later delete or metadata change finds its replica. A
/// store that gives each write a new ID cannot be a destination.
async fn keeps_version_id<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    expect_kept(fixture, "the version ID", |_| {}, |version| version.version_id.clone()).await
}

/// IDs are opaque: they are case-sensitive, may have any bytes, and different keys may have the same
/// IDs.
async fn ids_of_any_shape<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    // Two IDs of the greatest length that differ in the last character only: a store that cuts or
    // hashes IDs for its file names confuses them.
    let [longest, other] = ["a", "b"].map(|end| "v".repeat(VersionId::LIMIT - 1) + end);
    // Pairs that differ in case, in a sign at the end, or in an escape.
    let ids = ["null", "NULL", "v1", "V1", "v1.", "v1~", "-v_1", "v1%2F", &longest, &other];
    let written = |key: &str, id: &str| format!("{key} {id}").into_bytes();
    for (id, seconds) in ids.into_iter().zip(0..) {
        for key in ["cat.jpg", "dog.jpg"] {
            fixture.replicate(fixture.object(key, id, seconds, &written(key, id))?).await?;
        }
    }
    for id in ids {
        for key in ["cat.jpg", "dog.jpg"] {
            let seen = fixture.bytes(fixture.read(key, id).await?).await;
            let what = format!("the bytes of {} {}", shown(key), shown(id));
            expect_bytes(&what, seen, &written(key, id))?;
        }
    }
    expect_equal("the number of versions", &fixture.names().await?.len(), &(2 * ids.len()))
}

/// A replica has the creation time of its original, not the time at which it arrived. The order of
/// versions, and with it the latest version, depends on this time.
async fn keeps_creation_time<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    expect_kept(fixture, "the creation time", |_| {}, |version| version.last_modified).await
}

/// No bytes, few bytes, every value of a byte, and more than a buffer holds. An empty object still
/// has a body, and so differs from a delete marker.
async fn keeps_bytes<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let binary: Vec<u8> = (0..=u8::MAX).collect();
    let large = binary.repeat(4_096); // 1 MiB
    let bodies: [(&str, &[u8]); 4] =
        [("no", b""), ("four", b"meow"), ("all", &binary), ("a million", &large)];
    for (what, bytes) in bodies {
        fixture.replicate(fixture.object(what, "v1", 0, bytes)?).await?;
    }
    for (what, bytes) in bodies {
        let replica = fixture.oldest(what).await?;
        expect_equal("the size", &replica.size, &(bytes.len() as u64))?;
        expect_bytes("the bytes", fixture.bytes(replica).await, bytes)?;
    }
    Ok(())
}

/// System metadata such as `Content-Type` and metadata of the user, among it an empty value, which
/// is not the same as a missing one.
async fn keeps_user_metadata<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let pairs = [("Content-Type", "image/jpeg"), ("x-amz-meta-name", "Mia"), ("x-amz-meta-no", "")];
    let pairs: BTreeMap<_, _> = pairs.map(|(name, value)| (name.into(), value.into())).into();
    let set = |version: &mut StoredVersion<S::Body>| version.user_metadata.clone_from(&pairs);
    expect_kept(fixture, "the user metadata", set, |version| version.user_metadata.clone()).await
}

/// A tag whose value needs escapes in the header `x-amz-tagging`: `tax%20%26%20co…`.
async fn keeps_tags<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let tags = tagged("tax & co, äöü")?;
    let set = |version: &mut StoredVersion<S::Body>| version.metadata.tags.clone_from(&tags);
    expect_kept(fixture, "the tags", set, |version| version.metadata.tags.clone()).await
}

/// A canned ACL by its name, as the contract of a store has it.
async fn keeps_acl<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let set =
        |version: &mut StoredVersion<S::Body>| "public-read".clone_into(&mut version.metadata.acl);
    expect_kept(fixture, "the ACL", set, |version| version.metadata.acl.clone()).await
}

/// All three parts at once, because each arrives by a header of its own.
async fn keeps_lock<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let retention = Retention { mode: RetentionMode::Governance, retain_until: at(86_400) };
    let lock = ObjectLock {
        retention: Some(retention),
        legal_hold: Some(LegalHold::On),
        event_hold: Some(held(7)),
    };
    expect_kept(
        fixture,
        "the Object Lock settings",
        |version| version.metadata.lock = lock,
        |version| version.metadata.lock,
    )
    .await
}

/// The class is what the plan of the task holds, which a rule may have set. The store must not
/// replace it by the default class of the bucket.
async fn has_class<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let set =
        |version: &mut StoredVersion<S::Body>| version.storage_class = StorageClass::STANDARD_IA;
    expect_kept(fixture, "the storage class", set, |version| version.storage_class.clone()).await
}

/// The key belongs to the destination, as the rule names it. The store must not use the default
/// encryption of the bucket instead.
async fn has_encryption<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let key: KmsKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/1".parse()?;
    let set = |version: &mut StoredVersion<S::Body>| {
        version.encryption = Some(EncryptionStatus::SseKms);
        version.kms_key_id = Some(key.clone());
    };
    // Both are compared: SSE-KMS with another key is another encryption.
    let of = |version: &StoredVersion<S::Body>| (version.encryption, version.kms_key_id.clone());
    expect_kept(fixture, "the encryption", set, of).await
}

/// An S3 Bucket Key is a setting of the version, and the default of the bucket must not replace it.
async fn keeps_bucket_key<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let key: KmsKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/1".parse()?;
    let set = |version: &mut StoredVersion<S::Body>| {
        version.encryption = Some(EncryptionStatus::SseKms);
        version.kms_key_id = Some(key.clone());
        version.bucket_key = Some(BucketKeyStatus::Enabled);
    };
    expect_kept(fixture, "the S3 Bucket Key", set, |version| version.bucket_key).await
}

/// The owner decides whether later changes of the ACL apply, so that the store must keep it.
async fn has_owner<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    expect_kept(
        fixture,
        "the owner",
        |version| version.owner = Owner::Destination,
        |version| version.owner,
    )
    .await
}

/// A delete marker is a version without body, with an ID and a creation time of its own.
async fn marker_arrives<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    fixture.replicate(fixture.marker("cat.jpg", "m1", 5)?).await?;
    let seen = fixture.only().await?;
    expect_equal(
        "the origin of the delete marker",
        &seen.delete_marker,
        &Some(DeleteMarkerOrigin::User),
    )?;
    expect_equal("the version ID", &seen.version_id.as_str(), &"m1")?;
    expect_equal("the creation time", &seen.last_modified, &at(5))?;
    if seen.body.is_some() {
        return Err("the delete marker has a body".into());
    }
    Ok(())
}

/// A store that implements markers by a delete would lose the bytes below.
async fn marker_deletes_nothing<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    fixture.replicate(fixture.object("cat.jpg", "v1", 0, b"meow")?).await?;
    fixture.replicate(fixture.marker("cat.jpg", "m1", 5)?).await?;
    expect_equal("the number of versions", &fixture.names().await?.len(), &2)?;
    let seen = fixture.bytes(fixture.oldest("cat.jpg").await?).await;
    expect_bytes("the bytes below the delete marker", seen, b"meow")
}

/// `null` is the ID of versions from before versioning, and of those written while it was
/// suspended.
async fn null_keeps_its_id<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    fixture.replicate(fixture.object("cat.jpg", "null", 0, b"meow")?).await?;
    expect_equal("the version ID", &fixture.only().await?.version_id.as_str(), &"null")
}

/// A key has at most one null version, and the new one replaces it as a whole: bytes, creation
/// time, and the metadata, even where the old one was changed later. The other versions stay.
async fn null_replaces_null<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    fixture.replicate(fixture.object("cat.jpg", "v1", 0, b"meow")?).await?;
    fixture.replicate(fixture.object("cat.jpg", "null", 1, b"purr")?).await?;
    // The tags of the old null version change after the creation of the new one, so that a store
    // which compares times only would keep them.
    let changed = MetadataValue::Tags(tagged("of the first")?);
    fixture.update("cat.jpg", "null", &fixture.change(changed, 9)).await?;
    fixture.replicate(fixture.object("cat.jpg", "null", 5, b"hiss")?).await?;
    fixture.expect_ids(&["null", "v1"]).await?;
    let seen = fixture.read("cat.jpg", "null").await?;
    expect_equal("the creation time", &seen.last_modified, &at(5))?;
    expect_equal("the tags after the null version was replaced", &seen.metadata.tags, &Vec::new())?;
    expect_bytes("the bytes", fixture.bytes(seen).await, b"hiss")
}
