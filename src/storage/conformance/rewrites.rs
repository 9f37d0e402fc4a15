//! Replicas that are written again.

use super::fixture::{Fixture, Mismatch, at, expect_equal, tagged};
use super::metadata::replicated;
use super::{Candidate, Row};
use crate::clause;
use crate::model::{EncryptionStatus, LegalHold, Owner, StorageClass};
use crate::storage::{MetadataChange, MetadataValue, Stamp};

pub(super) fn cases<C: Candidate>() -> Vec<Row<C>> {
    vec![
        ("replica-written-twice-is-one", &clause::REPLICA_REPEATED, twice_is_once),
        ("replica-written-twice-keeps-newer-metadata", &clause::REPLICA_REPEATED, keeps_newer),
        ("replica-written-twice-brings-newer-metadata", &clause::REPLICA_REPEATED, brings_newer),
        ("version-that-is-there-stays", &clause::TASK_REPLICATED, stays),
    ]
}

/// Replicates a version, lets a client of the destination change it, and replicates the version again
/// with tags and a legal hold of this time.
fn again<C: Candidate>(
    fixture: &Fixture<'_, C>,
    change: Option<MetadataValue>,
    seconds: i64,
) -> Result<(), Mismatch> {
    replicated(fixture)?;
    if let Some(value) = change {
        let bucket = &fixture.buckets.destination;
        let stamp = Stamp { at: at(20), bucket: bucket.clone() };
        let (key, id) = ("cat.jpg".into(), "v1".parse()?);
        fixture.store.change_metadata(bucket, &key, &id, MetadataChange { value, stamp })?;
    }
    let mut version = fixture.object("cat.jpg", "v1", 10, b"meow")?;
    let tags = MetadataValue::Tags(tagged("again")?);
    let hold = MetadataValue::LegalHold(Some(LegalHold::On));
    for value in [tags, hold] {
        version.metadata.change(value, at(seconds), &fixture.buckets.source);
    }
    fixture.replicate(version)
}

fn twice_is_once<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    for _ in 0..2 {
        replicated(fixture)?;
        fixture.replicate(fixture.marker("cat.jpg", "m1", 20)?)?;
    }
    expect_equal("the number of versions", &fixture.names()?.len(), &2)?;
    let seen = fixture.oldest("cat.jpg")?;
    expect_equal("the creation time", &seen.last_modified, &at(10))?;
    expect_equal("the bytes", &fixture.bytes(seen).as_deref(), &Some(b"meow".as_slice()))
}

fn keeps_newer<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let newer = tagged("newer")?;
    again(fixture, Some(MetadataValue::Tags(newer.clone())), 15)?;
    let seen = fixture.oldest("cat.jpg")?.metadata;
    expect_equal("the tags", &seen.tags, &newer)?;
    expect_equal("the legal hold", &seen.lock.legal_hold, &Some(LegalHold::On))
}

fn brings_newer<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    again(fixture, None, 30)?;
    let seen = fixture.oldest("cat.jpg")?.metadata;
    expect_equal("the tags", &seen.tags, &tagged("again")?)?;
    expect_equal("the legal hold", &seen.lock.legal_hold, &Some(LegalHold::On))?;
    expect_equal("the ACL", &seen.acl.as_str(), &"public-read")
}

fn stays<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let written = fixture.object("cat.jpg", "v1", 10, b"meow")?;
    fixture.replicate(written)?;
    let before = fixture.oldest("cat.jpg")?;
    // As the task of a job would write it under a rule that has changed since.
    let mut other = fixture.object("cat.jpg", "v1", 10, b"meow")?;
    other.storage_class = StorageClass::GLACIER;
    other.encryption = Some(EncryptionStatus::SseKms);
    other.owner = Owner::Destination;
    fixture.replicate(other)?;
    let after = fixture.oldest("cat.jpg")?;
    expect_equal("the storage class", &after.storage_class, &before.storage_class)?;
    expect_equal("the encryption", &after.encryption, &before.encryption)?;
    expect_equal("the owner", &after.owner, &before.owner)
}
