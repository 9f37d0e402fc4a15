//! Replicates between two buckets on disk. `cargo run --example directory [DIRECTORY]`
//!
//! The store is in `store.rs`. The program saves the ledger before it replicates, so a restart after a
//! crash continues with the open tasks. It shows this by dropping the ledger between the uploads and
//! their replication. Without an argument it works in a temporary directory and removes it at the
//! end.

#![expect(clippy::print_stdout, reason = "an example prints its results")]
#![expect(clippy::disallowed_methods, reason = "an example has a clock and a file system")]

mod store;

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{env, fs, process};

use chrono::{DateTime, Utc};
use s3_replication::model::{BucketName, DeleteMarkerOrigin, Event, Tag, Timestamp};
use s3_replication::replication::{Ledger, SavedLedger};
use s3_replication::storage::{
    Metadata, MetadataValue, RunSummary, Source, StoredVersion, replicate_concurrently,
};
use s3_replication::{Engine, ReplicationConfiguration};

use self::store::Directory;

const CONFIGURATION: &str = r#"{
  "Role": "arn:aws:iam::123456789012:role/replication",
  "Rules": [{
    "ID": "everything", "Priority": 1, "Status": "Enabled", "Filter": {},
    "DeleteMarkerReplication": {"Status": "Enabled"},
    "Destination": {"Bucket": "arn:aws:s3:::backup"}
  }]
}"#;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    if let Some(directory) = env::args_os().nth(1) {
        return run(&PathBuf::from(directory));
    }
    let directory = env::temp_dir().join(format!("s3-replication-{}", process::id()));
    let result = run(&directory);
    fs::remove_dir_all(&directory)?;
    result
}

fn run(directory: &Path) -> Result<()> {
    let store = Directory::new(directory);
    let (photos, backup): (BucketName, BucketName) = ("photos".parse()?, "backup".parse()?);
    for bucket in [&photos, &backup] {
        store.create_bucket(bucket)?;
    }
    let engine = Engine::new(&ReplicationConfiguration::from_json(CONFIGURATION)?);
    let ledger_file = directory.join("ledger.json");

    // A client writes versions. The ledger derives the tasks and is saved before they run.
    let mut ledger = Ledger::new(photos.clone(), engine.clone());
    upload(&store, &mut ledger, "cat.jpg", "v1", b"meow")?;
    upload(&store, &mut ledger, "cat.jpg", "v2", b"purr")?;
    upload(&store, &mut ledger, "a/../dog & friends.jpg", "v3", b"woof")?;
    delete(&store, &mut ledger, "cat.jpg", "m1")?;
    println!("open tasks before the restart: {}", ledger.open_tasks().count());
    fs::write(&ledger_file, serde_json::to_vec(&ledger.save())?)?;
    drop(ledger);

    // After a restart, the ledger resumes with the current configuration.
    let saved: SavedLedger = serde_json::from_slice(&fs::read(&ledger_file)?)?;
    let mut ledger = saved.resume(engine);
    if ledger.open_tasks().count() == 0 {
        return Err("the saved ledger has no open tasks".into());
    }
    replicate(&store, &mut ledger)?;

    // A later change of the tags is replicated as well.
    let (key, id) = ("cat.jpg".into(), "v1".parse()?);
    let tags = vec![Tag::new("mood", "sleepy")?];
    store.change(&photos, &key, &id, |version| {
        version.metadata.change(MetadataValue::Tags(tags), now(), &photos);
        Ok(())
    })?;
    let changed = store.bucket(&photos).read(&key, &id)?;
    let update = ledger.observe(&changed.as_object_version(), Event::ObjectTaggingPut, now())?;
    println!("tasks for the new tags: {}", update.tasks.len());
    replicate(&store, &mut ledger)?;
    fs::write(&ledger_file, serde_json::to_vec(&ledger.save())?)?;

    for version in store.bucket(&backup).versions(None, 100)? {
        let StoredVersion { key, version_id, size, .. } = &version;
        let kind = if version.delete_marker.is_some() { "delete marker" } else { "object" };
        let tags: Vec<String> = version.metadata.tags.iter().map(Tag::to_string).collect();
        println!("backup has {key} {version_id}: {kind}, {size} bytes, tags {tags:?}");
    }
    Ok(())
}

/// Writes an object and observes the event.
fn upload(store: &Directory, ledger: &mut Ledger, key: &str, id: &str, bytes: &[u8]) -> Result<()> {
    let metadata = Metadata::new(now(), ledger.source().clone());
    let size = bytes.len().try_into()?;
    let version = StoredVersion::new(key.into(), id.parse()?, bytes.to_vec(), size, metadata);
    put(store, ledger, version, Event::ObjectCreatedPut)
}

/// Adds a delete marker and observes the event.
fn delete(store: &Directory, ledger: &mut Ledger, key: &str, id: &str) -> Result<()> {
    let metadata = Metadata::new(now(), ledger.source().clone());
    let origin = DeleteMarkerOrigin::User;
    let version = StoredVersion::delete_marker(key.into(), id.parse()?, origin, metadata);
    put(store, ledger, version, Event::ObjectRemovedDeleteMarkerCreated)
}

fn put(
    store: &Directory,
    ledger: &mut Ledger,
    version: StoredVersion<Vec<u8>>,
    event: Event,
) -> Result<()> {
    // The driver finds the tasks in the ledger.
    ledger.observe(&version.as_object_version(), event, version.last_modified)?;
    store.put(ledger.source(), version)?;
    Ok(())
}

/// Runs the open tasks and prints a summary.
fn replicate(store: &Directory, ledger: &mut Ledger) -> Result<()> {
    let source = ledger.source().clone();
    let workers = NonZeroUsize::new(4).ok_or("no workers")?;
    let bucket = store.bucket(&source);
    let summary = replicate_concurrently(ledger, &bucket, store, workers, now, |_, _| {
        ControlFlow::Continue(())
    });
    let RunSummary { replicated, failed, open, .. } = summary;
    println!("{replicated} replicated, {failed} failed, {open} open");
    if failed + open > 0 {
        return Err("some tasks were not replicated".into());
    }
    Ok(())
}

fn now() -> Timestamp {
    DateTime::<Utc>::from(SystemTime::now()).into()
}
