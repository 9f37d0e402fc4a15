//! Observes events while tasks are in progress. `cargo run -p tokio-example`
//!
//! One task of the runtime, the replicator, owns the ledger. Clients send it their events, and
//! replication tasks their outcomes, as messages. So the ledger needs no lock, and an event never waits
//! for a transfer. The store here is in memory and slow; a real one would send
//! requests.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "an example reads the clock and prints its results"
)]

mod replicator;
mod slow;

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use s3_replication::model::{
    BucketName, BucketSettings, ConfigurationDraft, Event, ReplicationStatus, RuleDraft, VersionId,
    Versioning,
};
use s3_replication::replication::Ledger;
use s3_replication::storage::{InjectedFault, MemoryStore, NewObject};
use s3_replication::{Dialect, Engine, Priority};
use tokio::sync::mpsc;

use crate::replicator::Replicator;
use crate::slow::Slow;

/// The number of objects that the client writes.
const OBJECTS: usize = 200;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (photos, backup): (BucketName, BucketName) = ("photos".parse()?, "backup".parse()?);
    let store = MemoryStore::new();
    for name in [&photos, &backup] {
        let settings = BucketSettings::new().with_versioning(Versioning::Enabled);
        store.create_bucket(name, settings)?;
    }
    // The destination is unavailable at first, so the first tasks are tried again later.
    store.bucket(&backup).inject_fault(Some(InjectedFault::Outage))?;
    let store = Arc::new(Slow::new(store, photos.clone(), Duration::from_millis(5)));

    let rule = RuleDraft::new("arn:aws:s3:::backup".parse()?).with_priority(Priority::new(1)?);
    let draft = ConfigurationDraft::new("arn:aws:iam::123456789012:role/replication".parse()?);
    let configuration = draft.with_rule(rule).validate(&Dialect::AWS)?;
    let ledger = Ledger::new(photos.clone(), Engine::new(&configuration));

    let (events, received) = mpsc::channel(64);
    let replicator = Replicator::new(ledger, Arc::clone(&store), received);
    let replicator = tokio::spawn(replicator.run());

    // The client writes while the replicator copies.
    for number in 0..OBJECTS {
        let (key, id): (_, VersionId) =
            (format!("cat-{number}.jpg"), format!("v{number}").parse()?);
        let bucket = store.memory().bucket(&photos);
        bucket.put_object(NewObject::new(&*key, "meow"), &id, SystemTime::now().into())?;
        let version = bucket.version(&*key, &id)?.with_body(Some(()));
        events.send((version, Event::ObjectCreatedPut)).await?;
        if number == OBJECTS / 2 {
            store.memory().bucket(&backup).inject_fault(None)?;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    drop(events); // The replicator ends when everything is replicated.

    let report = replicator.await??;
    let statuses = report.ledger.versions();
    let completed =
        statuses.filter(|(_, _, status)| *status == Some(ReplicationStatus::Completed)).count();
    println!("{completed} of {OBJECTS} objects are replicated");
    println!("{} events were observed while tasks were in progress", report.observed_meanwhile);
    println!("{} attempts met the outage and were repeated", report.repeated);
    assert_eq!(
        (completed, store.memory().bucket(&backup).all_versions()?.len()),
        (OBJECTS, OBJECTS)
    );
    assert!(report.observed_meanwhile > 0 && report.repeated > 0);
    Ok(())
}
