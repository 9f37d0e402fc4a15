//! Complete replications: a ledger creates tasks and a driver runs them.

use std::ops::ControlFlow;

use super::fixture::{Fixture, Mismatch, arn_of, at, expect_equal, tagged};
use super::{Candidate, Row};
use crate::clause;
use crate::dialect::Dialect;
use crate::engine::Engine;
use crate::model::{
    BucketName, ConfigurationDraft, Event, LegalHold, MetadataAspect, Owner, OwnerOverride,
    Priority, ReplicationStatus, RuleDraft, RuleStatus, SourceSelectionDraft, VersionId,
};
use crate::replication::{FailureReason, Ledger, ObjectKey, Outcome};
use crate::storage::{
    Metadata, MetadataChange, MetadataValue, RunSummary, Source, Stamp, StoredVersion, replicate,
};

pub(super) fn cases<C: Candidate>() -> Vec<Row<C>> {
    vec![
        ("replication-completes", &clause::STATUS_OF_DESTINATIONS, completes),
        ("replication-run-twice-changes-nothing", &clause::REPLICA_REPEATED, run_twice),
        ("metadata-follows", &clause::METADATA_CHANGES, metadata_follows),
        ("acl-stays-behind-under-owner-override", &clause::ACL_AND_OWNER_OVERRIDE, override_holds),
        ("version-that-is-gone-fails", &clause::FAILURE_REASONS, gone_version),
        ("two-way-metadata-converges", &clause::CONCURRENT_METADATA, two_way),
        ("two-way-aspects-both-survive", &clause::ASPECTS_ARE_SEPARATE, both_survive),
    ]
}

/// Creates the ledger of a bucket that replicates everything to another bucket.
fn ledger(from: &BucketName, to: &BucketName, owner: Owner) -> Result<Ledger, Mismatch> {
    let sync = Some(RuleStatus::Enabled);
    let mut rule = RuleDraft::new(arn_of(to))
        .with_priority(Priority::new(1)?)
        .with_delete_marker_replication(RuleStatus::Enabled);
    rule.source_selection_criteria =
        Some(SourceSelectionDraft { replica_modifications: sync, ..Default::default() });
    if let (Owner::Destination, Some(destination)) = (owner, &mut rule.destination) {
        destination.account = Some("210987654321".parse()?);
        destination.access_control_translation = Some(OwnerOverride::Destination);
    }
    let draft = ConfigurationDraft::new("arn:aws:iam::123456789012:role/replication".parse()?);
    let configuration = draft.with_rule(rule).validate(&Dialect::AWS)?;
    Ok(Ledger::new(from.clone(), Engine::new(&configuration)))
}

/// Runs the open tasks of a ledger.
fn run<C: Candidate>(fixture: &Fixture<'_, C>, ledger: &mut Ledger, seconds: i64) -> RunSummary {
    let source = ledger.source().clone();
    let source = fixture.store.bucket(&source);
    let each = |_: &_, _: &Outcome| ControlFlow::Continue(());
    replicate(ledger, &source, fixture.store.destination(), at(seconds), each)
}

/// Observes an event about a version in the bucket of a ledger.
fn observe<C: Candidate>(
    fixture: &Fixture<'_, C>,
    ledger: &mut Ledger,
    key: &ObjectKey,
    id: &VersionId,
    event: Event,
    seconds: i64,
) -> Result<(), Mismatch> {
    let source = ledger.source().clone();
    let version = fixture.store.bucket(&source).read(key, id)?;
    // The driver finds the tasks in the ledger.
    ledger.observe(&version.as_object_version(), event, at(seconds))?;
    Ok(())
}

/// Writes two versions and a delete marker of one key and a version of another key, as a client does,
/// and observes the events.
fn written<C: Candidate>(fixture: &Fixture<'_, C>, ledger: &mut Ledger) -> Result<(), Mismatch> {
    let marker = Event::ObjectRemovedDeleteMarkerCreated;
    let versions = [
        (fixture.object("cat.jpg", "v1", 0, b"meow")?, Event::ObjectCreatedPut),
        (fixture.object("cat.jpg", "v2", 1, b"purr")?, Event::ObjectCreatedPut),
        (fixture.marker("cat.jpg", "m1", 2)?, marker),
        (fixture.object("dog.jpg", "v3", 3, b"woof")?, Event::ObjectCreatedCopy),
    ];
    for (seconds, (mut version, event)) in (0..).zip(versions) {
        if version.body.is_some() {
            version.metadata.tags = tagged("first")?;
            "public-read".clone_into(&mut version.metadata.acl);
        }
        let (key, id) = (version.key.clone(), version.version_id.clone());
        fixture.put(version)?;
        observe(fixture, ledger, &key, &id, event, seconds)?;
    }
    Ok(())
}

/// Checks that both buckets have the same versions in the same order, with the same bytes.
fn same_on_both_sides<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let [source, destination] = [&fixture.buckets.source, &fixture.buckets.destination];
    let (originals, replicas) = (fixture.list(source, 100)?, fixture.list(destination, 100)?);
    let names = |all: &[StoredVersion<()>]| -> Vec<_> {
        all.iter()
            .map(|version| (version.key.clone(), version.version_id.clone(), version.last_modified))
            .collect()
    };
    expect_equal("the replicas", &names(&replicas), &names(&originals))?;
    for StoredVersion { key, version_id, .. } in originals {
        let original = fixture.store.bucket(source).read(&key, &version_id)?;
        let replica = fixture.store.bucket(destination).read(&key, &version_id)?;
        expect_equal("the bytes of a replica", &fixture.bytes(replica), &fixture.bytes(original))?;
    }
    Ok(())
}

fn completes<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let mut ledger = ledger(&fixture.buckets.source, &fixture.buckets.destination, Owner::Source)?;
    written(fixture, &mut ledger)?;
    let summary = run(fixture, &mut ledger, 10);
    expect_equal(
        "the numbers of replicated, failed and open tasks",
        &(summary.replicated, summary.failed, summary.open),
        &(4, 0, 0),
    )?;
    for (key, id, status) in ledger.versions() {
        let what = format!("the status of {key} {id}");
        expect_equal(&what, &status, &Some(ReplicationStatus::Completed))?;
    }
    same_on_both_sides(fixture)?;
    expect_equal(
        "the number of tasks in a second run",
        &run(fixture, &mut ledger, 11).replicated,
        &0,
    )?;
    same_on_both_sides(fixture)
}

fn run_twice<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let mut first = ledger(&fixture.buckets.source, &fixture.buckets.destination, Owner::Source)?;
    written(fixture, &mut first)?;
    // As if the process ended after the tasks were performed and before the ledger was saved.
    let mut second = first.clone();
    for ledger in [&mut first, &mut second] {
        expect_equal("the number of replicated tasks", &run(fixture, ledger, 10).replicated, &4)?;
        same_on_both_sides(fixture)?;
    }
    Ok(())
}

/// Changes an aspect of the first version in the bucket of a ledger, as a client does, and observes the
/// event.
fn change<C: Candidate>(
    fixture: &Fixture<'_, C>,
    ledger: &mut Ledger,
    value: MetadataValue,
    seconds: i64,
) -> Result<(), Mismatch> {
    let (key, id, bucket) = ("cat.jpg".into(), "v1".parse()?, ledger.source().clone());
    let event = value.event();
    let stamp = Stamp { at: at(seconds), bucket: bucket.clone() };
    fixture.store.change_metadata(&bucket, &key, &id, MetadataChange { value, stamp })?;
    observe(fixture, ledger, &key, &id, event, seconds)
}

fn retag<C: Candidate>(
    fixture: &Fixture<'_, C>,
    ledger: &mut Ledger,
    tag: &str,
    seconds: i64,
) -> Result<(), Mismatch> {
    change(fixture, ledger, MetadataValue::Tags(tagged(tag)?), seconds)
}

fn metadata_follows<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let mut ledger = ledger(&fixture.buckets.source, &fixture.buckets.destination, Owner::Source)?;
    written(fixture, &mut ledger)?;
    run(fixture, &mut ledger, 10);
    retag(fixture, &mut ledger, "second", 20)?;
    expect_equal("the number of replicated tasks", &run(fixture, &mut ledger, 30).replicated, &1)?;
    let seen = fixture.read("cat.jpg", "v1")?.metadata;
    expect_equal("the tags of the replica", &seen.tags, &tagged("second")?)?;
    expect_equal("the ACL of the replica", &seen.acl.as_str(), &"public-read")?;
    expect_equal("the time of the change", &seen.stamp(MetadataAspect::Tags).at, &at(20))
}

fn override_holds<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let owner = Owner::Destination;
    let mut ledger = ledger(&fixture.buckets.source, &fixture.buckets.destination, owner)?;
    written(fixture, &mut ledger)?;
    run(fixture, &mut ledger, 10);
    let seen = fixture.read("cat.jpg", "v1")?;
    expect_equal("the owner of the replica", &seen.owner, &owner)?;
    expect_equal(
        "whether the replica has the ACL of the source version",
        &(seen.metadata.acl == "public-read"),
        &false,
    )?;
    retag(fixture, &mut ledger, "second", 20)?;
    run(fixture, &mut ledger, 30);
    let after = fixture.read("cat.jpg", "v1")?.metadata;
    expect_equal("the tags of the replica", &after.tags, &tagged("second")?)?;
    expect_equal(
        "the ACL of the replica after a change of its tags",
        &after.acl,
        &seen.metadata.acl,
    )
}

fn gone_version<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let mut ledger = ledger(&fixture.buckets.source, &fixture.buckets.destination, Owner::Source)?;
    fixture.put(fixture.object("cat.jpg", "v1", 0, b"meow")?)?;
    let gone = fixture.object("cat.jpg", "v2", 1, b"purr")?;
    let observed = ledger.observe(&gone.as_object_version(), Event::ObjectCreatedPut, at(1))?;
    expect_equal("the number of tasks", &observed.tasks.len(), &1)?;
    run(fixture, &mut ledger, 10);
    let progress = ledger.destinations(&gone.key, &gone.version_id);
    let reasons: Vec<_> =
        progress.iter().map(|destination| destination.failure().cloned()).collect();
    expect_equal("the failure reasons", &reasons, &vec![Some(FailureReason::SRC_VERSION_NOT_FOUND)])
}

/// Creates the ledgers of a two-way replication, and replicates the versions of the source.
fn two_ways<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<[Ledger; 2], Mismatch> {
    let [source, destination] = [&fixture.buckets.source, &fixture.buckets.destination];
    let mut forth = ledger(source, destination, Owner::Source)?;
    let mut back = ledger(destination, source, Owner::Source)?;
    written(fixture, &mut forth)?;
    run(fixture, &mut forth, 10);
    back.record_replica("cat.jpg", &"v1".parse()?);
    Ok([forth, back])
}

/// Before either change arrives, the source changes the tags and the destination sets a legal hold.
fn both_survive<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let [mut forth, mut back] = two_ways(fixture)?;
    let hold = MetadataValue::LegalHold(Some(LegalHold::On));
    retag(fixture, &mut forth, "forth", 20)?;
    change(fixture, &mut back, hold, 21)?;
    for ledger in [&mut forth, &mut back] {
        let run = run(fixture, ledger, 50);
        expect_equal("the number of replicated tasks", &run.replicated, &1)?;
    }
    for bucket in [&fixture.buckets.source, &fixture.buckets.destination] {
        let version = fixture.store.bucket(bucket).read(&"cat.jpg".into(), &"v1".parse()?)?;
        let Metadata { tags, lock, .. } = version.metadata;
        expect_equal(&format!("the tags in {bucket}"), &tags, &tagged("forth")?)?;
        let what = format!("the legal hold in {bucket}");
        expect_equal(&what, &lock.legal_hold, &Some(LegalHold::On))?;
    }
    Ok(())
}

fn two_way<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let [source, destination] = [&fixture.buckets.source, &fixture.buckets.destination];
    let [mut forth, mut back] = two_ways(fixture)?;
    // Both sides change the tags: the source first, the destination first, both at the same time.
    for (first, second, expected) in [(21, 20, "forth"), (30, 31, "back"), (40, 40, "forth")] {
        retag(fixture, &mut forth, "forth", first)?;
        retag(fixture, &mut back, "back", second)?;
        for ledger in [&mut forth, &mut back] {
            expect_equal(
                "the number of replicated tasks",
                &run(fixture, ledger, 50).replicated,
                &1,
            )?;
        }
        for bucket in [source, destination] {
            let version = fixture.store.bucket(bucket).read(&"cat.jpg".into(), &"v1".parse()?)?;
            let what = format!("the tags in {bucket}");
            expect_equal(&what, &version.metadata.tags, &tagged(expected)?)?;
        }
    }
    Ok(())
}
