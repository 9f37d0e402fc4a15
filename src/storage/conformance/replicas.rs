//! Properties of replicas: those of the source version, and those that the rule sets.

use std::collections::BTreeMap;
use std::fmt::Debug;

use super::fixture::{Fixture, Mismatch, at, expect_equal, tagged};
use super::{Candidate, Row};
use crate::clause;
use crate::model::{
    BucketKeyStatus, DeleteMarkerOrigin, EncryptionStatus, KmsKeyArn, LegalHold, ObjectLock, Owner,
    Retention, RetentionMode, StorageClass, VersionId,
};
use crate::storage::{MetadataValue, StoredVersion};

pub(super) fn cases<C: Candidate>() -> Vec<Row<C>> {
    vec![
        ("replica-keeps-key", &clause::REPLICA_IDENTITY, keeps_key),
        ("replica-keeps-version-id", &clause::REPLICA_IDENTITY, keeps_version_id),
        ("version-ids-of-any-shape", &clause::REPLICA_IDENTITY, ids_of_any_shape),
        ("replica-keeps-creation-time", &clause::REPLICA_IDENTITY, keeps_creation_time),
        ("replica-keeps-bytes", &clause::REPLICA_CONTENT, keeps_bytes),
        ("replica-keeps-user-metadata", &clause::REPLICA_CONTENT, keeps_user_metadata),
        ("replica-keeps-tags", &clause::REPLICA_CONTENT, keeps_tags),
        ("replica-keeps-acl", &clause::REPLICA_OWNER, keeps_acl),
        ("replica-keeps-lock", &clause::REPLICA_LOCK, keeps_lock),
        ("replica-has-planned-storage-class", &clause::REPLICA_STORAGE_CLASS_RULE, has_class),
        ("replica-has-planned-encryption", &clause::REPLICA_ENCRYPTION_SAME, has_encryption),
        ("replica-keeps-bucket-key", &clause::REPLICA_BUCKET_KEY, keeps_bucket_key),
        ("replica-has-planned-owner", &clause::REPLICA_OWNER, has_owner),
        ("delete-marker-arrives", &clause::REPLICA_IDENTITY, marker_arrives),
        ("delete-marker-deletes-nothing", &clause::V2_DELETE_MARKERS, marker_deletes_nothing),
        ("null-version-keeps-its-id", &clause::NULL_REPLICAS, null_keeps_its_id),
        ("null-version-replaces-null-version", &clause::NULL_REPLICAS, null_replaces_null),
    ]
}

/// Replicates a version after `set`, and checks that the replica has the same value of `get`.
fn expect_kept<C: Candidate, T: Debug + PartialEq>(
    fixture: &Fixture<'_, C>,
    what: &str,
    set: impl Fn(&mut StoredVersion<C::Body>),
    get: impl Fn(&StoredVersion<C::Body>) -> T,
) -> Result<(), Mismatch> {
    let mut version = fixture.object("photos/Cat.jpg", "v1", 0, b"meow")?;
    set(&mut version);
    let expected = get(&version);
    fixture.replicate(version)?;
    expect_equal(what, &get(&fixture.only()?), &expected)
}

fn keeps_key<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    expect_kept(fixture, "the key", |_| {}, |version| version.key.clone())
}

fn keeps_version_id<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    expect_kept(fixture, "the version ID", |_| {}, |version| version.version_id.clone())
}

/// IDs are opaque: they are case-sensitive, may have any bytes, and different keys may have the same
/// IDs.
fn ids_of_any_shape<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let [longest, other] = ["a", "b"].map(|end| "v".repeat(VersionId::LIMIT - 1) + end);
    let ids = ["null", "NULL", "v1", "V1", "v1.", "v1~", "-v_1", "v1%2F", &longest, &other];
    let written = |key: &str, id: &str| format!("{key} {id}").into_bytes();
    for (id, seconds) in ids.into_iter().zip(0..) {
        for key in ["cat.jpg", "dog.jpg"] {
            fixture.replicate(fixture.object(key, id, seconds, &written(key, id))?)?;
        }
    }
    for id in ids {
        for key in ["cat.jpg", "dog.jpg"] {
            let seen = fixture.bytes(fixture.read(key, id)?);
            expect_equal(&format!("the bytes of {key} {id}"), &seen, &Some(written(key, id)))?;
        }
    }
    expect_equal("the number of versions", &fixture.names()?.len(), &(2 * ids.len()))
}

fn keeps_creation_time<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    expect_kept(fixture, "the creation time", |_| {}, |version| version.last_modified)
}

fn keeps_bytes<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let binary: Vec<u8> = (0..=u8::MAX).collect();
    let large = binary.repeat(4_096); // 1 MiB
    let bodies: [(&str, &[u8]); 4] =
        [("no", b""), ("four", b"meow"), ("all", &binary), ("a million", &large)];
    for (what, bytes) in bodies {
        fixture.replicate(fixture.object(what, "v1", 0, bytes)?)?;
    }
    for (what, bytes) in bodies {
        let replica = fixture.oldest(what)?;
        expect_equal("the size", &replica.size, &(bytes.len() as u64))?;
        let seen = fixture.bytes(replica);
        if seen.as_deref() != Some(bytes) {
            let length = seen.map_or_else(|| "no body".to_owned(), |seen| seen.len().to_string());
            let text = format!("the bytes differ: {length} instead of {}", bytes.len());
            return Err(text.into());
        }
    }
    Ok(())
}

fn keeps_user_metadata<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let pairs = [("Content-Type", "image/jpeg"), ("x-amz-meta-name", "Mia"), ("x-amz-meta-no", "")];
    let pairs: BTreeMap<_, _> = pairs.map(|(name, value)| (name.into(), value.into())).into();
    let set = |version: &mut StoredVersion<C::Body>| version.user_metadata.clone_from(&pairs);
    expect_kept(fixture, "the user metadata", set, |version| version.user_metadata.clone())
}

fn keeps_tags<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let tags = tagged("tax & co, äöü")?;
    let set = |version: &mut StoredVersion<C::Body>| version.metadata.tags.clone_from(&tags);
    expect_kept(fixture, "the tags", set, |version| version.metadata.tags.clone())
}

fn keeps_acl<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let set =
        |version: &mut StoredVersion<C::Body>| "public-read".clone_into(&mut version.metadata.acl);
    expect_kept(fixture, "the ACL", set, |version| version.metadata.acl.clone())
}

fn keeps_lock<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let retention = Retention { mode: RetentionMode::Governance, retain_until: at(86_400) };
    let lock = ObjectLock { retention: Some(retention), legal_hold: Some(LegalHold::On) };
    expect_kept(
        fixture,
        "the Object Lock settings",
        |version| version.metadata.lock = lock,
        |version| version.metadata.lock,
    )
}

fn has_class<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let set =
        |version: &mut StoredVersion<C::Body>| version.storage_class = StorageClass::STANDARD_IA;
    expect_kept(fixture, "the storage class", set, |version| version.storage_class.clone())
}

fn has_encryption<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let key: KmsKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/1".parse()?;
    let set = |version: &mut StoredVersion<C::Body>| {
        version.encryption = Some(EncryptionStatus::SseKms);
        version.kms_key_id = Some(key.clone());
    };
    let of = |version: &StoredVersion<C::Body>| (version.encryption, version.kms_key_id.clone());
    expect_kept(fixture, "the encryption", set, of)
}

fn keeps_bucket_key<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let key: KmsKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/1".parse()?;
    let set = |version: &mut StoredVersion<C::Body>| {
        version.encryption = Some(EncryptionStatus::SseKms);
        version.kms_key_id = Some(key.clone());
        version.bucket_key = Some(BucketKeyStatus::Enabled);
    };
    expect_kept(fixture, "the S3 Bucket Key", set, |version| version.bucket_key)
}

fn has_owner<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    expect_kept(
        fixture,
        "the owner",
        |version| version.owner = Owner::Destination,
        |version| version.owner,
    )
}

fn marker_arrives<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    fixture.replicate(fixture.marker("cat.jpg", "m1", 5)?)?;
    let seen = fixture.only()?;
    expect_equal(
        "the origin of the delete marker",
        &seen.delete_marker,
        &Some(DeleteMarkerOrigin::User),
    )?;
    expect_equal("the version ID", &seen.version_id.as_str(), &"m1")?;
    expect_equal("the creation time", &seen.last_modified, &at(5))?;
    expect_equal("whether there is a body", &seen.body.is_some(), &false)
}

fn marker_deletes_nothing<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    fixture.replicate(fixture.object("cat.jpg", "v1", 0, b"meow")?)?;
    fixture.replicate(fixture.marker("cat.jpg", "m1", 5)?)?;
    expect_equal("the number of versions", &fixture.names()?.len(), &2)?;
    let seen = fixture.bytes(fixture.oldest("cat.jpg")?);
    expect_equal("the bytes below the delete marker", &seen.as_deref(), &Some(b"meow".as_slice()))
}

fn null_keeps_its_id<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    fixture.replicate(fixture.object("cat.jpg", "null", 0, b"meow")?)?;
    expect_equal("the version ID", &fixture.only()?.version_id.as_str(), &"null")
}

fn null_replaces_null<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    fixture.replicate(fixture.object("cat.jpg", "v1", 0, b"meow")?)?;
    fixture.replicate(fixture.object("cat.jpg", "null", 1, b"purr")?)?;
    let changed = MetadataValue::Tags(tagged("of the first")?);
    fixture.update("cat.jpg", "null", &fixture.change(changed, 9))?;
    fixture.replicate(fixture.object("cat.jpg", "null", 5, b"hiss")?)?;
    fixture.expect_ids(&["null", "v1"])?;
    let seen = fixture.read("cat.jpg", "null")?;
    expect_equal("the creation time", &seen.last_modified, &at(5))?;
    expect_equal("the tags after the null version was replaced", &seen.metadata.tags, &Vec::new())?;
    expect_equal("the bytes", &fixture.bytes(seen).as_deref(), &Some(b"hiss".as_slice()))
}
