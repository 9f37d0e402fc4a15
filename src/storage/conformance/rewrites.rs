//! Replicas that are written again.
//!
//! A driver that crashes between a write and the note of it repeats the write. A job for existing
//! objects writes versions that may have arrived by a rule. Neither may undo what happened to the
//! replica since.
//!
//! ```text
//! replica                          written again with        result
//! tags changed here at 20          tags of 15, hold of 15    tags of 20, hold of 15
//! tags of 10                       tags and hold of 30       tags and hold of 30
//! class STANDARD                   class GLACIER             STANDARD: the version is there
//! ```

use super::difference::{Mismatch, expect_bytes, expect_equal};
use super::fixture::{Fixture, at, tagged};
use super::metadata::replicated;
use super::{Row, Store};
use crate::clause;
use crate::model::{EncryptionStatus, LegalHold, Owner, StorageClass};
use crate::storage::{MetadataChange, MetadataValue, Stamp};

pub(super) fn cases<S: Store>() -> Vec<Row<S>> {
    vec![
        case!("replica-written-twice-is-one", &clause::REPLICA_REPEATED, twice_is_once),
        case!("replica-written-twice-keeps-newer-metadata", &clause::REPLICA_REPEATED, keeps_newer),
        case!(
            "replica-written-twice-brings-newer-metadata",
            &clause::REPLICA_REPEATED,
            brings_newer
        ),
        case!("version-that-is-there-stays", &clause::TASK_REPLICATED, stays),
    ]
}

/// Replicates a version, lets a client of the destination change it, and replicates the version again
/// with tags and a legal hold of this time.
///
/// The bytes are the same both times. Without a change, only the two writes are made.
async fn again<S: Store>(
    fixture: &Fixture<'_, S>,
    change: Option<MetadataValue>,
    seconds: i64,
) -> Result<(), Mismatch> {
    replicated(fixture).await?;
    if let Some(value) = change {
        let bucket = &fixture.buckets.destination;
        let stamp = Stamp { at: at(20), bucket: bucket.clone() };
        let (key, id) = ("cat.jpg".into(), "v1".parse()?);
        fixture.store.change_metadata(bucket, &key, &id, MetadataChange { value, stamp }).await?;
    }
    let mut version = fixture.object("cat.jpg", "v1", 10, b"meow")?;
    let tags = MetadataValue::Tags(tagged("again")?);
    let hold = MetadataValue::LegalHold(Some(LegalHold::On));
    // With the stamp of the source, which is older or newer than that of the change.
    for value in [tags, hold] {
        version.metadata.change(value, at(seconds), &fixture.buckets.source);
    }
    fixture.replicate(version).await
}

/// The same version and the same delete marker, twice each: two entries, not four.
async fn twice_is_once<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    for _ in 0..2 {
        replicated(fixture).await?;
        fixture.replicate(fixture.marker("cat.jpg", "m1", 20)?).await?;
    }
    fixture.expect_ids(&["m1", "v1"]).await?;
    let seen = fixture.oldest("cat.jpg").await?;
    expect_equal("the creation time", &seen.last_modified, &at(10))?;
    expect_bytes("the bytes", fixture.bytes(seen).await, b"meow")
}

/// The tags of the replica are newer than those of the second write and stay. The legal hold was
/// never changed in the destination, and arrives.
async fn keeps_newer<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let newer = tagged("newer")?;
    again(fixture, Some(MetadataValue::Tags(newer.clone())), 15).await?;
    let seen = fixture.oldest("cat.jpg").await?.metadata;
    expect_equal("the tags", &seen.tags, &newer)?;
    expect_equal("the legal hold", &seen.lock.legal_hold, &Some(LegalHold::On))
}

/// The second write has newer tags and a hold, which apply. It has no ACL, and so that stays.
async fn brings_newer<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    again(fixture, None, 30).await?;
    let seen = fixture.oldest("cat.jpg").await?.metadata;
    expect_equal("the tags", &seen.tags, &tagged("again")?)?;
    expect_equal("the legal hold", &seen.lock.legal_hold, &Some(LegalHold::On))?;
    expect_equal("the ACL", &seen.acl.as_str(), &"public-read")
}

/// The version is there already, so that the task succeeds without a transfer
/// ([`TASK_REPLICATED`](clause::TASK_REPLICATED)): class, encryption and owner stay, whatever the rule
/// asks for now.
async fn stays<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let written = fixture.object("cat.jpg", "v1", 10, b"meow")?;
    fixture.replicate(written).await?;
    let before = fixture.oldest("cat.jpg").await?;
    // As the task of a job would write it under a rule that has changed since.
    let mut other = fixture.object("cat.jpg", "v1", 10, b"meow")?;
    other.storage_class = StorageClass::GLACIER;
    other.encryption = Some(EncryptionStatus::SseKms);
    other.owner = Owner::Destination;
    fixture.replicate(other).await?;
    let after = fixture.oldest("cat.jpg").await?;
    expect_equal("the storage class", &after.storage_class, &before.storage_class)?;
    expect_equal("the encryption", &after.encryption, &before.encryption)?;
    expect_equal("the owner", &after.owner, &before.owner)
}
