//! Changes of metadata after a version was replicated, and replicas that are written again.

use super::fixture::{Fixture, Mismatch, at, expect_equal, tagged};
use super::{Candidate, Row};
use crate::clause;
use crate::model::{LegalHold, ObjectLock, Owner, Retention, RetentionMode};
use crate::storage::Metadata;

pub(super) fn cases<C: Candidate>() -> Vec<Row<C>> {
    vec![
        ("metadata-is-updated", &clause::METADATA_CHANGES, is_updated),
        ("metadata-can-be-removed", &clause::METADATA_CHANGES, is_removed),
        ("metadata-update-changes-nothing-else", &clause::METADATA_CHANGES, changes_nothing_else),
        ("older-metadata-changes-nothing", &clause::CONCURRENT_METADATA, older_loses),
        ("simultaneous-metadata-is-ordered-by-bucket", &clause::CONCURRENT_METADATA, tie),
        ("retention-stays-without-new-retention", &clause::REPLICA_LOCK, retention_stays),
        ("acl-stays-under-owner-override", &clause::OWNER_OVERRIDE_LASTS, acl_stays),
        ("replica-written-twice-is-one", &clause::REPLICA_REPEATED, twice_is_once),
        ("replica-written-twice-keeps-newer-metadata", &clause::REPLICA_REPEATED, keeps_newer),
        ("replica-written-twice-brings-newer-metadata", &clause::REPLICA_REPEATED, brings_newer),
        ("replica-written-twice-keeps-retention", &clause::REPLICA_LOCK, twice_keeps_retention),
    ]
}

/// Returns retention for 30 days.
fn retention() -> Retention {
    Retention { mode: RetentionMode::Governance, retain_until: at(30 * 86_400) }
}

/// Replicates a version with the creation time 10.
fn replicated<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let mut version = fixture.object("cat.jpg", "v1", 10, b"meow")?;
    version.metadata.tags = tagged("first")?;
    "public-read".clone_into(&mut version.metadata.acl);
    version.user_metadata.insert("Content-Type".into(), "image/jpeg".into());
    fixture.replicate(version)
}

/// Returns metadata of this time with every field set.
fn full<C: Candidate>(fixture: &Fixture<'_, C>, seconds: i64) -> Result<Metadata, Mismatch> {
    let mut metadata = fixture.changed(seconds);
    metadata.tags = tagged("second")?;
    "private".clone_into(&mut metadata.acl);
    metadata.lock = ObjectLock { retention: Some(retention()), legal_hold: Some(LegalHold::On) };
    Ok(metadata)
}

fn expect_metadata<C: Candidate>(
    fixture: &Fixture<'_, C>,
    expected: &Metadata,
) -> Result<(), Mismatch> {
    expect_equal("the metadata", &fixture.oldest("cat.jpg")?.metadata, expected)
}

fn is_updated<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    replicated(fixture)?;
    let metadata = full(fixture, 20)?;
    fixture.update("cat.jpg", "v1", &metadata)?;
    expect_metadata(fixture, &metadata)?;
    fixture.update("cat.jpg", "v1", &metadata)?;
    expect_metadata(fixture, &metadata)
}

fn is_removed<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    replicated(fixture)?;
    fixture.update("cat.jpg", "v1", &full(fixture, 20)?)?;
    let mut less = fixture.changed(30);
    less.lock = ObjectLock { retention: Some(retention()), legal_hold: Some(LegalHold::Off) };
    fixture.update("cat.jpg", "v1", &less)?;
    // An update without an ACL keeps the existing one.
    "private".clone_into(&mut less.acl);
    expect_metadata(fixture, &less)
}

fn changes_nothing_else<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    replicated(fixture)?;
    fixture.replicate(fixture.object("cat.jpg", "v2", 15, b"purr")?)?;
    let (before, other) = (fixture.read("cat.jpg", "v1")?, fixture.read("cat.jpg", "v2")?);
    fixture.update("cat.jpg", "v1", &full(fixture, 20)?)?;
    fixture.expect_ids(&["v2", "v1"])?;
    let after = fixture.read("cat.jpg", "v1")?;
    expect_equal("the creation time", &after.last_modified, &before.last_modified)?;
    expect_equal("the user metadata", &after.user_metadata, &before.user_metadata)?;
    expect_equal("the bytes", &fixture.bytes(after), &fixture.bytes(before))?;
    let metadata = fixture.read("cat.jpg", "v2")?.metadata;
    expect_equal("the metadata of another version", &metadata, &other.metadata)
}

fn older_loses<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    replicated(fixture)?;
    let newer = full(fixture, 20)?;
    fixture.update("cat.jpg", "v1", &newer)?;
    let mut older = full(fixture, 15)?;
    older.tags = tagged("older")?;
    fixture.update("cat.jpg", "v1", &older)?;
    expect_metadata(fixture, &newer)
}

fn tie<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let mut from_source = fixture.changed(20);
    from_source.tags = tagged("from the bucket whose name sorts last")?;
    let mut from_destination = Metadata::new(at(20), fixture.buckets.destination.clone());
    from_destination.tags = tagged("from the other bucket")?;
    for (key, order) in
        [("a", [&from_source, &from_destination]), ("b", [&from_destination, &from_source])]
    {
        fixture.replicate(fixture.object(key, "v1", 0, b"meow")?)?;
        for metadata in order {
            fixture.update(key, "v1", metadata)?;
        }
        expect_equal("the metadata", &fixture.oldest(key)?.metadata, &from_source)?;
    }
    Ok(())
}

fn retention_stays<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    replicated(fixture)?;
    fixture.update("cat.jpg", "v1", &full(fixture, 20)?)?;
    fixture.update("cat.jpg", "v1", &fixture.changed(30))?;
    let lock = fixture.oldest("cat.jpg")?.metadata.lock;
    expect_equal("the retention", &lock.retention, &Some(retention()))
}

fn acl_stays<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let mut version = fixture.object("cat.jpg", "v1", 0, b"meow")?;
    version.owner = Owner::Destination;
    "bucket-owner-full-control".clone_into(&mut version.metadata.acl);
    fixture.replicate(version)?;
    let metadata = full(fixture, 20)?;
    fixture.update("cat.jpg", "v1", &metadata)?;
    let seen = fixture.oldest("cat.jpg")?.metadata;
    expect_equal("the tags", &seen.tags, &metadata.tags)?;
    expect_equal("the ACL", &seen.acl.as_str(), &"bucket-owner-full-control")
}

/// Replicates a version, calls `between`, and replicates the version again with metadata of this time.
fn again<C: Candidate>(
    fixture: &Fixture<'_, C>,
    between: impl FnOnce() -> Result<(), Mismatch>,
    seconds: i64,
) -> Result<(), Mismatch> {
    replicated(fixture)?;
    between()?;
    let mut version = fixture.object("cat.jpg", "v1", 10, b"meow")?;
    version.metadata = fixture.changed(seconds);
    version.metadata.tags = tagged("again")?;
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
    let mut newer = full(fixture, 20)?;
    newer.changed_in = fixture.buckets.destination.clone();
    let change = || {
        let (key, id) = ("cat.jpg".into(), "v1".parse()?);
        Ok(fixture.store.change_metadata(&fixture.buckets.destination, &key, &id, newer.clone())?)
    };
    again(fixture, change, 15)?;
    expect_metadata(fixture, &newer)
}

fn brings_newer<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    again(fixture, || Ok(()), 30)?;
    let mut expected = fixture.changed(30);
    expected.tags = tagged("again")?;
    expect_metadata(fixture, &expected)
}

fn twice_keeps_retention<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let lock = || fixture.update("cat.jpg", "v1", &full(fixture, 20)?);
    again(fixture, lock, 30)?;
    let lock = fixture.oldest("cat.jpg")?.metadata.lock;
    expect_equal("the retention", &lock.retention, &Some(retention()))
}
