//! Metadata that changes after a version was replicated, and replicas that are written again.

use super::bench::{Bench, Unmet, at, same, tagged};
use super::{Candidate, Row};
use crate::clause;
use crate::model::{LegalHold, ObjectLock, Owner, Retention, RetentionMode};
use crate::storage::Metadata;

pub(super) fn cases<C: Candidate>() -> Vec<Row<C>> {
    vec![
        ("metadata-is-brought-up-to-date", &clause::METADATA_CHANGES, is_brought),
        ("metadata-can-be-taken-away", &clause::METADATA_CHANGES, is_taken_away),
        ("metadata-leaves-the-rest", &clause::METADATA_CHANGES, leaves_the_rest),
        ("older-metadata-changes-nothing", &clause::CONCURRENT_METADATA, older_loses),
        ("metadata-of-one-moment-by-bucket", &clause::CONCURRENT_METADATA, tie),
        ("retention-stays-when-none-comes", &clause::REPLICA_LOCK, retention_stays),
        ("acl-stays-under-owner-override", &clause::OWNER_OVERRIDE_LASTS, acl_stays),
        ("replica-written-twice-is-one", &clause::REPLICA_REPEATED, twice_is_once),
        ("replica-written-twice-keeps-newer-metadata", &clause::REPLICA_REPEATED, keeps_newer),
        ("replica-written-twice-brings-newer-metadata", &clause::REPLICA_REPEATED, brings_newer),
        ("replica-written-twice-keeps-retention", &clause::REPLICA_LOCK, twice_keeps_retention),
    ]
}

/// Retention for thirty days.
fn retention() -> Retention {
    Retention { mode: RetentionMode::Governance, retain_until: at(30 * 86_400) }
}

/// Replicates a version that was created at second 10.
fn replicated<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    let mut version = bench.object("cat.jpg", "v1", 10, b"meow")?;
    version.metadata.tags = tagged("first")?;
    "public-read".clone_into(&mut version.metadata.acl);
    version.user_metadata.insert("Content-Type".into(), "image/jpeg".into());
    bench.replicate(version)
}

/// Returns metadata of this second that has everything.
fn full<C: Candidate>(bench: &Bench<'_, C>, seconds: i64) -> Result<Metadata, Unmet> {
    let mut metadata = bench.changed(seconds);
    metadata.tags = tagged("second")?;
    "private".clone_into(&mut metadata.acl);
    metadata.lock = ObjectLock { retention: Some(retention()), legal_hold: Some(LegalHold::On) };
    Ok(metadata)
}

fn seen_is<C: Candidate>(bench: &Bench<'_, C>, promised: &Metadata) -> Result<(), Unmet> {
    same("the metadata", &bench.oldest("cat.jpg")?.metadata, promised)
}

fn is_brought<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    replicated(bench)?;
    let metadata = full(bench, 20)?;
    bench.update("cat.jpg", "v1", &metadata)?;
    seen_is(bench, &metadata)?;
    bench.update("cat.jpg", "v1", &metadata)?;
    seen_is(bench, &metadata)
}

fn is_taken_away<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    replicated(bench)?;
    bench.update("cat.jpg", "v1", &full(bench, 20)?)?;
    let mut less = bench.changed(30);
    less.lock = ObjectLock { retention: Some(retention()), legal_hold: Some(LegalHold::Off) };
    bench.update("cat.jpg", "v1", &less)?;
    // An update without an ACL leaves the one that is there.
    "private".clone_into(&mut less.acl);
    seen_is(bench, &less)
}

fn leaves_the_rest<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    replicated(bench)?;
    bench.replicate(bench.object("cat.jpg", "v2", 15, b"purr")?)?;
    let (before, other) = (bench.read("cat.jpg", "v1")?, bench.read("cat.jpg", "v2")?);
    bench.update("cat.jpg", "v1", &full(bench, 20)?)?;
    bench.ids_are(&["v2", "v1"])?;
    let after = bench.read("cat.jpg", "v1")?;
    same("the creation time", &after.last_modified, &before.last_modified)?;
    same("the user metadata", &after.user_metadata, &before.user_metadata)?;
    same("the bytes", &bench.bytes(after), &bench.bytes(before))?;
    let metadata = bench.read("cat.jpg", "v2")?.metadata;
    same("the metadata of another version", &metadata, &other.metadata)
}

fn older_loses<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    replicated(bench)?;
    let newer = full(bench, 20)?;
    bench.update("cat.jpg", "v1", &newer)?;
    let mut older = full(bench, 15)?;
    older.tags = tagged("older")?;
    bench.update("cat.jpg", "v1", &older)?;
    seen_is(bench, &newer)
}

fn tie<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    let mut of_source = bench.changed(20);
    of_source.tags = tagged("of the bucket whose name sorts last")?;
    let mut of_destination = Metadata::new(at(20), bench.buckets.destination.clone());
    of_destination.tags = tagged("of the other bucket")?;
    for (key, order) in [("a", [&of_source, &of_destination]), ("b", [&of_destination, &of_source])]
    {
        bench.replicate(bench.object(key, "v1", 0, b"meow")?)?;
        for metadata in order {
            bench.update(key, "v1", metadata)?;
        }
        same("the metadata", &bench.oldest(key)?.metadata, &of_source)?;
    }
    Ok(())
}

fn retention_stays<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    replicated(bench)?;
    bench.update("cat.jpg", "v1", &full(bench, 20)?)?;
    bench.update("cat.jpg", "v1", &bench.changed(30))?;
    let lock = bench.oldest("cat.jpg")?.metadata.lock;
    same("the retention", &lock.retention, &Some(retention()))
}

fn acl_stays<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    let mut version = bench.object("cat.jpg", "v1", 0, b"meow")?;
    version.owner = Owner::Destination;
    "bucket-owner-full-control".clone_into(&mut version.metadata.acl);
    bench.replicate(version)?;
    let metadata = full(bench, 20)?;
    bench.update("cat.jpg", "v1", &metadata)?;
    let seen = bench.oldest("cat.jpg")?.metadata;
    same("the tags", &seen.tags, &metadata.tags)?;
    same("the ACL", &seen.acl.as_str(), &"bucket-owner-full-control")
}

/// Replicates one version, does something, and replicates it again with metadata of this second.
fn again<C: Candidate>(
    bench: &Bench<'_, C>,
    between: impl FnOnce() -> Result<(), Unmet>,
    seconds: i64,
) -> Result<(), Unmet> {
    replicated(bench)?;
    between()?;
    let mut version = bench.object("cat.jpg", "v1", 10, b"meow")?;
    version.metadata = bench.changed(seconds);
    version.metadata.tags = tagged("again")?;
    bench.replicate(version)
}

fn twice_is_once<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    for _ in 0..2 {
        replicated(bench)?;
        bench.replicate(bench.marker("cat.jpg", "m1", 20)?)?;
    }
    same("the number of versions", &bench.names()?.len(), &2)?;
    let seen = bench.oldest("cat.jpg")?;
    same("the creation time", &seen.last_modified, &at(10))?;
    same("the bytes", &bench.bytes(seen).as_deref(), &Some(b"meow".as_slice()))
}

fn keeps_newer<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    let mut newer = full(bench, 20)?;
    newer.changed_in = bench.buckets.destination.clone();
    let change = || {
        let (key, id) = ("cat.jpg".into(), "v1".parse()?);
        Ok(bench.store.change_metadata(&bench.buckets.destination, &key, &id, newer.clone())?)
    };
    again(bench, change, 15)?;
    seen_is(bench, &newer)
}

fn brings_newer<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    again(bench, || Ok(()), 30)?;
    let mut promised = bench.changed(30);
    promised.tags = tagged("again")?;
    seen_is(bench, &promised)
}

fn twice_keeps_retention<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    let lock = || bench.update("cat.jpg", "v1", &full(bench, 20)?);
    again(bench, lock, 30)?;
    let lock = bench.oldest("cat.jpg")?.metadata.lock;
    same("the retention", &lock.retention, &Some(retention()))
}
