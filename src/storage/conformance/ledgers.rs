//! All of it at once: a ledger decides, and the driver does.

use std::ops::ControlFlow;

use super::bench::{Bench, Unmet, arn_of, at, same, tagged};
use super::{Candidate, Row};
use crate::clause;
use crate::dialect::Dialect;
use crate::engine::Engine;
use crate::model::{
    BucketName, ConfigurationDraft, Event, Owner, OwnerOverride, Priority, ReplicationStatus,
    RuleDraft, RuleStatus, SourceSelectionDraft, VersionId,
};
use crate::replication::{FailureReason, Ledger, ObjectKey, Outcome};
use crate::storage::{Metadata, RunSummary, Source, StoredVersion, replicate};

pub(super) fn cases<C: Candidate>() -> Vec<Row<C>> {
    vec![
        ("replication-completes", &clause::STATUS_OF_DESTINATIONS, completes),
        ("replication-run-twice-changes-nothing", &clause::REPLICA_REPEATED, run_twice),
        ("metadata-follows", &clause::METADATA_CHANGES, metadata_follows),
        ("acl-stays-behind-under-owner-override", &clause::ACL_AND_OWNER_OVERRIDE, override_holds),
        ("version-that-is-gone-fails", &clause::FAILURE_REASONS, gone_version),
        ("two-way-metadata-converges", &clause::CONCURRENT_METADATA, two_way),
    ]
}

/// Opens the ledger of a bucket that replicates all it has to another.
fn ledger(from: &BucketName, to: &BucketName, owner: Owner) -> Result<Ledger, Unmet> {
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

/// Runs what is open in a ledger, from one bucket.
fn run<C: Candidate>(bench: &Bench<'_, C>, ledger: &mut Ledger, seconds: i64) -> RunSummary {
    let source = ledger.source().clone();
    let source = bench.store.bucket(&source);
    let each = |_: &_, _: &Outcome| ControlFlow::Continue(());
    replicate(ledger, &source, bench.store.destination(), at(seconds), each)
}

/// Tells a ledger what happened to a version of its bucket.
fn observe<C: Candidate>(
    bench: &Bench<'_, C>,
    ledger: &mut Ledger,
    (key, id): (&ObjectKey, &VersionId),
    event: Event,
    seconds: i64,
) -> Result<(), Unmet> {
    let source = ledger.source().clone();
    let version = bench.store.bucket(&source).read(key, id)?;
    let observed = ledger.observe(&version.as_object_version(), event, at(seconds))?;
    drop(observed); // the driver asks the ledger for its tasks
    Ok(())
}

/// Writes two versions of one key, a delete marker and another key as a client does, and tells the
/// ledger.
fn written<C: Candidate>(bench: &Bench<'_, C>, ledger: &mut Ledger) -> Result<(), Unmet> {
    let marker = Event::ObjectRemovedDeleteMarkerCreated;
    let versions = [
        (bench.object("cat.jpg", "v1", 0, b"meow")?, Event::ObjectCreatedPut),
        (bench.object("cat.jpg", "v2", 1, b"purr")?, Event::ObjectCreatedPut),
        (bench.marker("cat.jpg", "m1", 2)?, marker),
        (bench.object("dog.jpg", "v3", 3, b"woof")?, Event::ObjectCreatedCopy),
    ];
    for (seconds, (mut version, event)) in (0..).zip(versions) {
        if version.body.is_some() {
            version.metadata.tags = tagged("first")?;
            "public-read".clone_into(&mut version.metadata.acl);
        }
        let (key, id) = (version.key.clone(), version.version_id.clone());
        bench.put(version)?;
        observe(bench, ledger, (&key, &id), event, seconds)?;
    }
    Ok(())
}

/// Checks that every version of the source is in the destination, in the same order, with the same
/// bytes.
fn same_on_both_sides<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    let [source, destination] = [&bench.buckets.source, &bench.buckets.destination];
    let (there, here) = (bench.list(source, 100)?, bench.list(destination, 100)?);
    let names = |all: &[StoredVersion<()>]| -> Vec<_> {
        all.iter().map(|one| (one.key.clone(), one.version_id.clone(), one.last_modified)).collect()
    };
    same("the replicas", &names(&here), &names(&there))?;
    for StoredVersion { key, version_id, .. } in there {
        let original = bench.store.bucket(source).read(&key, &version_id)?;
        let replica = bench.store.bucket(destination).read(&key, &version_id)?;
        same("the bytes of a replica", &bench.bytes(replica), &bench.bytes(original))?;
    }
    Ok(())
}

fn completes<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    let mut ledger = ledger(&bench.buckets.source, &bench.buckets.destination, Owner::Source)?;
    written(bench, &mut ledger)?;
    let summary = run(bench, &mut ledger, 10);
    same("done, failed, left", &(summary.replicated, summary.failed, summary.open), &(4, 0, 0))?;
    for (key, id, status) in ledger.versions() {
        let what = format!("the status of {key} {id}");
        same(&what, &status, &Some(ReplicationStatus::Completed))?;
    }
    same_on_both_sides(bench)?;
    same("what a second run did", &run(bench, &mut ledger, 11).replicated, &0)?;
    same_on_both_sides(bench)
}

fn run_twice<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    let mut first = ledger(&bench.buckets.source, &bench.buckets.destination, Owner::Source)?;
    written(bench, &mut first)?;
    // The process ends after the tasks were done and before the ledger was saved.
    let mut second = first.clone();
    for ledger in [&mut first, &mut second] {
        same("what was done", &run(bench, ledger, 10).replicated, &4)?;
        same_on_both_sides(bench)?;
    }
    Ok(())
}

/// Changes the tags of the first version in the bucket of a ledger, as a client does.
fn retag<C: Candidate>(
    bench: &Bench<'_, C>,
    ledger: &mut Ledger,
    tag: &str,
    seconds: i64,
) -> Result<(), Unmet> {
    let (key, id, bucket) = ("cat.jpg".into(), "v1".parse()?, ledger.source().clone());
    let before = bench.store.bucket(&bucket).read(&key, &id)?.metadata;
    let mut to = Metadata::new(at(seconds), bucket.clone());
    (to.tags, to.acl, to.lock) = (tagged(tag)?, before.acl, before.lock);
    bench.store.change_metadata(&bucket, &key, &id, to)?;
    observe(bench, ledger, (&key, &id), Event::ObjectTaggingPut, seconds)
}

fn metadata_follows<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    let mut ledger = ledger(&bench.buckets.source, &bench.buckets.destination, Owner::Source)?;
    written(bench, &mut ledger)?;
    run(bench, &mut ledger, 10);
    retag(bench, &mut ledger, "second", 20)?;
    same("what was done", &run(bench, &mut ledger, 30).replicated, &1)?;
    let seen = bench.read("cat.jpg", "v1")?.metadata;
    same("the tags of the replica", &seen.tags, &tagged("second")?)?;
    same("the ACL of the replica", &seen.acl.as_str(), &"public-read")?;
    same("when they changed", &seen.changed, &at(20))
}

fn override_holds<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    let owner = Owner::Destination;
    let mut ledger = ledger(&bench.buckets.source, &bench.buckets.destination, owner)?;
    written(bench, &mut ledger)?;
    run(bench, &mut ledger, 10);
    let seen = bench.read("cat.jpg", "v1")?;
    same("the owner of the replica", &seen.owner, &owner)?;
    same("whether it has the ACL of the source", &(seen.metadata.acl == "public-read"), &false)?;
    retag(bench, &mut ledger, "second", 20)?;
    run(bench, &mut ledger, 30);
    let after = bench.read("cat.jpg", "v1")?.metadata;
    same("the tags of the replica", &after.tags, &tagged("second")?)?;
    same("its ACL, after its tags changed", &after.acl, &seen.metadata.acl)
}

fn gone_version<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    let mut ledger = ledger(&bench.buckets.source, &bench.buckets.destination, Owner::Source)?;
    bench.put(bench.object("cat.jpg", "v1", 0, b"meow")?)?;
    let gone = bench.object("cat.jpg", "v2", 1, b"purr")?;
    let observed = ledger.observe(&gone.as_object_version(), Event::ObjectCreatedPut, at(1))?;
    same("the tasks", &observed.tasks.len(), &1)?;
    run(bench, &mut ledger, 10);
    let progress = ledger.destinations(&gone.key, &gone.version_id);
    let reasons: Vec<_> = progress.iter().map(|one| one.failure().cloned()).collect();
    same("why it failed", &reasons, &vec![Some(FailureReason::SRC_VERSION_NOT_FOUND)])
}

fn two_way<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    let [source, destination] = [&bench.buckets.source, &bench.buckets.destination];
    let mut there = ledger(source, destination, Owner::Source)?;
    let mut back = ledger(destination, source, Owner::Source)?;
    written(bench, &mut there)?;
    run(bench, &mut there, 10);
    back.record_replica("cat.jpg", &"v1".parse()?);
    // Both sides change, and the earlier change arrives last; then both at one moment.
    for (first, second, promised) in [(21, 20, "there"), (30, 31, "back"), (40, 40, "there")] {
        retag(bench, &mut there, "there", first)?;
        retag(bench, &mut back, "back", second)?;
        for ledger in [&mut there, &mut back] {
            same("what was done", &run(bench, ledger, 50).replicated, &1)?;
        }
        for bucket in [source, destination] {
            let version = bench.store.bucket(bucket).read(&"cat.jpg".into(), &"v1".parse()?)?;
            let what = format!("the tags in {bucket}");
            same(&what, &version.metadata.tags, &tagged(promised)?)?;
        }
    }
    Ok(())
}
