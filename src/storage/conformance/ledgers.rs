//! Complete replications: a ledger creates tasks and a driver runs them.
//!
//! The other files test one call at a time. A store can pass them and still fail here, for example
//! if what it lists differs from what it reads, or if a change in one bucket shows in the other
//! only after a while.
//!
//! ```text
//! case      puts a version as a client ─▶ observes the event in a ledger
//! driver    takes the tasks of the ledger ─▶ reads, writes, settles each of them
//! case      compares both buckets, and the numbers of the summary
//! ```
//!
//! The driver is the one of this crate, `replicate` or `replicate_async`, over the store under
//! test. So a failure here is one of the store, or of the way in which its calls fit together.

use super::difference::{Mismatch, expect_equal, expect_same_bytes, shown};
use super::fixture::{Fixture, arn_of, at, tagged};
use super::{Row, Store};
use crate::clause;
use crate::dialect::Dialect;
use crate::engine::Engine;
use crate::model::{
    BucketName, ConfigurationDraft, Event, LegalHold, MetadataAspect, Owner, OwnerOverride,
    Priority, ReplicationStatus, RuleDraft, RuleStatus, SourceSelectionDraft, VersionId,
};
use crate::replication::{FailureReason, Ledger, ObjectKey};
use crate::storage::{Metadata, MetadataChange, MetadataValue, RunSummary, Stamp, StoredVersion};

pub(super) fn cases<S: Store>() -> Vec<Row<S>> {
    vec![
        // One way first, then what may happen to it, then two ways.
        case!("replication-completes", &clause::STATUS_OF_DESTINATIONS, completes),
        case!("replication-run-twice-changes-nothing", &clause::REPLICA_REPEATED, run_twice),
        case!("metadata-follows", &clause::METADATA_CHANGES, metadata_follows),
        case!(
            "acl-stays-behind-under-owner-override",
            &clause::ACL_AND_OWNER_OVERRIDE,
            override_holds
        ),
        case!("version-that-is-gone-fails", &clause::FAILURE_REASONS, gone_version),
        case!("two-way-metadata-converges", &clause::CONCURRENT_METADATA, two_way),
        case!("two-way-aspects-both-survive", &clause::ASPECTS_ARE_SEPARATE, both_survive),
    ]
}

/// Creates the ledger of a bucket that replicates everything to another bucket. The rule has
/// priority 1, and replicates delete markers and changes of replicas, so that two such ledgers make
/// a two-way replication. With [`Owner::Destination`] the replicas belong to another account.
///
/// It begins empty. A case that needs the ledger of a run before clones it.
fn ledger(from: &BucketName, to: &BucketName, owner: Owner) -> Result<Ledger, Mismatch> {
    let sync = Some(RuleStatus::Enabled);
    let mut rule = RuleDraft::new(arn_of(to))
        .with_priority(Priority::new(1)?)
        .with_delete_marker_replication(RuleStatus::Enabled);
    rule.source_selection_criteria =
        Some(SourceSelectionDraft { replica_modifications: sync, ..Default::default() });
    // The owner override needs the account of the destination.
    if let (Owner::Destination, Some(destination)) = (owner, &mut rule.destination) {
        destination.account = Some("210987654321".parse()?);
        destination.access_control_translation = Some(OwnerOverride::Destination);
    }
    let draft = ConfigurationDraft::new("arn:aws:iam::123456789012:role/replication".parse()?);
    let configuration = draft.with_rule(rule).validate(&Dialect::AWS)?;
    Ok(Ledger::new(from.clone(), Engine::new(&configuration)))
}

/// Runs the open tasks of a ledger.
///
/// The summary counts what happened to them.
async fn run<S: Store>(fixture: &Fixture<'_, S>, ledger: &mut Ledger, seconds: i64) -> RunSummary {
    fixture.store.replicate(ledger, at(seconds)).await
}

/// Observes an event about a version in the bucket of a ledger.
///
/// The version is read from the store, as a real observer gets it, and not taken from the case.
async fn observe<S: Store>(
    fixture: &Fixture<'_, S>,
    ledger: &mut Ledger,
    key: &ObjectKey,
    id: &VersionId,
    event: Event,
    seconds: i64,
) -> Result<(), Mismatch> {
    let source = ledger.source().clone();
    let version = fixture.store.read(&source, key, id).await?;
    // The driver finds the tasks in the ledger.
    ledger.observe(&version.as_object_version(), event, at(seconds))?;
    Ok(())
}

/// Writes two versions and a delete marker of one key and a version of another key, as a client
/// does, and observes the events. The last event is a copy, since every kind of creation is
/// replicated alike. Tags and ACL are set, for the cases that change them later.
async fn written<S: Store>(fixture: &Fixture<'_, S>, ledger: &mut Ledger) -> Result<(), Mismatch> {
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
        fixture.put(version).await?;
        observe(fixture, ledger, &key, &id, event, seconds).await?;
    }
    Ok(())
}

/// Checks that both buckets have the same versions in the same order, with the same bytes.
///
/// Metadata is not compared: the cases that change it look at single aspects.
async fn same_on_both_sides<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let [source, destination] = [&fixture.buckets.source, &fixture.buckets.destination];
    let (originals, replicas) =
        (fixture.list(source, 100).await?, fixture.list(destination, 100).await?);
    let names = |all: &[StoredVersion<()>]| -> Vec<_> {
        all.iter()
            .map(|version| (version.key.clone(), version.version_id.clone(), version.last_modified))
            .collect()
    };
    expect_equal("the replicas", &names(&replicas), &names(&originals))?;
    for StoredVersion { key, version_id, .. } in originals {
        let original = fixture.store.read(source, &key, &version_id).await?;
        let replica = fixture.store.read(destination, &key, &version_id).await?;
        let what = format!("the bytes of the replica of {} {version_id}", shown(&key));
        expect_same_bytes(&what, fixture.bytes(replica).await, fixture.bytes(original).await)?;
    }
    Ok(())
}

/// Four events give four tasks. Each ends with the status `COMPLETED`, and a second run finds
/// nothing to do.
async fn completes<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let mut ledger = ledger(&fixture.buckets.source, &fixture.buckets.destination, Owner::Source)?;
    written(fixture, &mut ledger).await?;
    let summary = run(fixture, &mut ledger, 10).await;
    expect_equal(
        "the numbers of replicated, failed and open tasks",
        &(summary.replicated, summary.failed, summary.open),
        &(4, 0, 0),
    )?;
    // The source shows `COMPLETED` only when every destination has the version.
    for (key, id, status) in ledger.versions() {
        let what = format!("the status of {key} {id}");
        expect_equal(&what, &status, &Some(ReplicationStatus::Completed))?;
    }
    same_on_both_sides(fixture).await?;
    expect_equal(
        "the number of tasks in a second run",
        &run(fixture, &mut ledger, 11).await.replicated,
        &0,
    )?;
    same_on_both_sides(fixture).await
}

/// Tasks may run twice, so that each call of a store must be repeatable. The second run has to give
/// the same versions, not new ones.
async fn run_twice<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let mut first = ledger(&fixture.buckets.source, &fixture.buckets.destination, Owner::Source)?;
    written(fixture, &mut first).await?;
    // As if the process ended after the tasks were performed and before the ledger was saved.
    // Both ledgers have the same open tasks.
    let mut second = first.clone();
    for ledger in [&mut first, &mut second] {
        expect_equal(
            "the number of replicated tasks",
            &run(fixture, ledger, 10).await.replicated,
            &4,
        )?;
        same_on_both_sides(fixture).await?;
    }
    Ok(())
}

/// Changes an aspect of the first version in the bucket of a ledger, as a client does, and observes the
/// event.
async fn change<S: Store>(
    fixture: &Fixture<'_, S>,
    ledger: &mut Ledger,
    value: MetadataValue,
    seconds: i64,
) -> Result<(), Mismatch> {
    let (key, id, bucket) = ("cat.jpg".into(), "v1".parse()?, ledger.source().clone());
    let event = value.event();
    let stamp = Stamp { at: at(seconds), bucket: bucket.clone() };
    fixture.store.change_metadata(&bucket, &key, &id, MetadataChange { value, stamp }).await?;
    observe(fixture, ledger, &key, &id, event, seconds).await
}

/// Changes the tags, as [`change`] does.
async fn retag<S: Store>(
    fixture: &Fixture<'_, S>,
    ledger: &mut Ledger,
    tag: &str,
    seconds: i64,
) -> Result<(), Mismatch> {
    change(fixture, ledger, MetadataValue::Tags(tagged(tag)?), seconds).await
}

/// A change of tags after the replication is one more task. It brings the tags with the time of the
/// change, and leaves the ACL.
async fn metadata_follows<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let mut ledger = ledger(&fixture.buckets.source, &fixture.buckets.destination, Owner::Source)?;
    written(fixture, &mut ledger).await?;
    run(fixture, &mut ledger, 10).await;
    retag(fixture, &mut ledger, "second", 20).await?;
    expect_equal(
        "the number of replicated tasks",
        &run(fixture, &mut ledger, 30).await.replicated,
        &1,
    )?;
    let seen = fixture.read("cat.jpg", "v1").await?.metadata;
    expect_equal("the tags of the replica", &seen.tags, &tagged("second")?)?;
    expect_equal("the ACL of the replica", &seen.acl.as_str(), &"public-read")?;
    expect_equal("the time of the change", &seen.stamp(MetadataAspect::Tags).at, &at(20))
}

/// Under the owner override, the ACL of the source version means nothing in the account of the
/// destination. It must not arrive with the replica, nor with a later change of tags, which a store
/// might implement by copying all metadata.
async fn override_holds<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let owner = Owner::Destination;
    let mut ledger = ledger(&fixture.buckets.source, &fixture.buckets.destination, owner)?;
    written(fixture, &mut ledger).await?;
    run(fixture, &mut ledger, 10).await;
    let seen = fixture.read("cat.jpg", "v1").await?;
    expect_equal("the owner of the replica", &seen.owner, &owner)?;
    if seen.metadata.acl == "public-read" {
        return Err("the replica has the ACL of the source version".into());
    }
    retag(fixture, &mut ledger, "second", 20).await?;
    run(fixture, &mut ledger, 30).await;
    let after = fixture.read("cat.jpg", "v1").await?.metadata;
    expect_equal("the tags of the replica", &after.tags, &tagged("second")?)?;
    expect_equal(
        "the ACL of the replica after a change of its tags",
        &after.acl,
        &seen.metadata.acl,
    )
}

/// A client may delete a version between its event and its task. The task then fails for good, with
/// the reason that S3 gives.
async fn gone_version<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let mut ledger = ledger(&fixture.buckets.source, &fixture.buckets.destination, Owner::Source)?;
    fixture.put(fixture.object("cat.jpg", "v1", 0, b"meow")?).await?;
    // It is observed and never written, as if it had been deleted before the task ran.
    let gone = fixture.object("cat.jpg", "v2", 1, b"purr")?;
    let observed = ledger.observe(&gone.as_object_version(), Event::ObjectCreatedPut, at(1))?;
    expect_equal("the number of tasks", &observed.tasks.len(), &1)?;
    run(fixture, &mut ledger, 10).await;
    let progress = ledger.destinations(&gone.key, &gone.version_id);
    let reasons: Vec<_> =
        progress.iter().map(|one| one.failure().map(FailureReason::as_str)).collect();
    let expected = vec![Some(FailureReason::SRC_VERSION_NOT_FOUND.as_str())];
    expect_equal("the failure reasons", &reasons, &expected)
}

/// Creates the ledgers of a two-way replication, and replicates the versions of the source.
///
/// Each ledger is that of one bucket, with the other one as its destination.
async fn two_ways<S: Store>(fixture: &Fixture<'_, S>) -> Result<[Ledger; 2], Mismatch> {
    let [source, destination] = [&fixture.buckets.source, &fixture.buckets.destination];
    let mut forth = ledger(source, destination, Owner::Source)?;
    let mut back = ledger(destination, source, Owner::Source)?;
    written(fixture, &mut forth).await?;
    run(fixture, &mut forth, 10).await;
    // The ledger of the way back saw no event about the replica. It has to know that the version is
    // one, so that changes of it are replicated and the version itself is not.
    back.record_replica("cat.jpg", &"v1".parse()?);
    Ok([forth, back])
}

/// Before either change arrives, the source changes the tags and the destination sets a legal hold.
async fn both_survive<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let [mut forth, mut back] = two_ways(fixture).await?;
    let hold = MetadataValue::LegalHold(Some(LegalHold::On));
    retag(fixture, &mut forth, "forth", 20).await?;
    change(fixture, &mut back, hold, 21).await?;
    // Only now do the changes cross: each side made its own without the other.
    for ledger in [&mut forth, &mut back] {
        let run = run(fixture, ledger, 50).await;
        expect_equal("the number of replicated tasks", &run.replicated, &1)?;
    }
    for bucket in [&fixture.buckets.source, &fixture.buckets.destination] {
        let version = fixture.store.read(bucket, &"cat.jpg".into(), &"v1".parse()?).await?;
        let Metadata { tags, lock, .. } = version.metadata;
        expect_equal(&format!("the tags in {bucket}"), &tags, &tagged("forth")?)?;
        let what = format!("the legal hold in {bucket}");
        expect_equal(&what, &lock.legal_hold, &Some(LegalHold::On))?;
    }
    Ok(())
}

/// Whichever side changed last wins in both buckets, regardless of which change arrives first. At
/// the same time, the bucket whose name sorts last wins, which both sides can compute without
/// asking.
async fn two_way<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let [source, destination] = [&fixture.buckets.source, &fixture.buckets.destination];
    let [mut forth, mut back] = two_ways(fixture).await?;
    // Both sides change the tags: the source first, the destination first, both at the same time.
    for (first, second, expected) in [(21, 20, "forth"), (30, 31, "back"), (40, 40, "forth")] {
        retag(fixture, &mut forth, "forth", first).await?;
        retag(fixture, &mut back, "back", second).await?;
        for ledger in [&mut forth, &mut back] {
            expect_equal(
                "the number of replicated tasks",
                &run(fixture, ledger, 50).await.replicated,
                &1,
            )?;
        }
        for bucket in [source, destination] {
            let version = fixture.store.read(bucket, &"cat.jpg".into(), &"v1".parse()?).await?;
            let what = format!("the tags in {bucket}");
            expect_equal(&what, &version.metadata.tags, &tagged(expected)?)?;
        }
    }
    Ok(())
}
