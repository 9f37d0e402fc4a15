//! Replicates between two buckets on disk. `cargo run --example directory [DIRECTORY]`
//!
//! The store is in `store.rs`. The ledger is saved beside it before anything is copied, so that
//! whoever comes back after a crash does what is left: here the process is taken to end between an
//! upload and its replication. Without a directory it works in a temporary one, and cleans up.

#![expect(clippy::print_stdout, reason = "an example shows something")]
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
use s3_replication::storage::{Metadata, Source, StoredVersion, replicate_concurrently};
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
    let done = run(&directory);
    fs::remove_dir_all(&directory)?;
    done
}

fn run(directory: &Path) -> Result<()> {
    let store = Directory::new(directory);
    let (photos, backup): (BucketName, BucketName) = ("photos".parse()?, "backup".parse()?);
    for bucket in [&photos, &backup] {
        store.create_bucket(bucket)?;
    }
    let engine = Engine::new(&ReplicationConfiguration::from_json(CONFIGURATION)?);
    let saved = directory.join("ledger.json");

    // A client writes; the ledger says what that asks for, and is saved.
    let mut ledger = Ledger::new(photos.clone(), engine.clone());
    upload(&store, &mut ledger, ("cat.jpg", "v1"), b"meow")?;
    upload(&store, &mut ledger, ("cat.jpg", "v2"), b"purr")?;
    upload(&store, &mut ledger, ("a/../dog & friends.jpg", "v3"), b"woof")?;
    delete(&store, &mut ledger, ("cat.jpg", "m1"))?;
    println!("open before the restart: {}", ledger.open_tasks().count());
    fs::write(&saved, serde_json::to_vec(&ledger.save())?)?;
    drop(ledger);

    // After a restart: the same ledger, the configuration that counts now.
    let kept: SavedLedger = serde_json::from_slice(&fs::read(&saved)?)?;
    let mut ledger = kept.resume(engine);
    if ledger.open_tasks().count() == 0 {
        return Err("the ledger forgot its tasks".into());
    }
    replicate(&store, &mut ledger)?;

    // Metadata that changes later follows.
    let (key, id) = ("cat.jpg".into(), "v1".parse()?);
    let tags = vec![Tag::new("mood", "sleepy")?];
    store.change(&photos, (&key, &id), |version| {
        version.metadata.tags = tags;
        version.metadata.stamp(now(), &photos);
    })?;
    let changed = store.bucket(&photos).read(&key, &id)?;
    let asked = ledger.observe(&changed.as_object_version(), Event::ObjectTaggingPut, now())?;
    println!("asked for by new tags: {}", asked.tasks.len());
    replicate(&store, &mut ledger)?;
    fs::write(&saved, serde_json::to_vec(&ledger.save())?)?;

    for version in store.bucket(&backup).versions(None, 100)? {
        let StoredVersion { key, version_id, size, .. } = &version;
        let what = if version.delete_marker.is_some() { "delete marker" } else { "object" };
        let tags: Vec<String> = version.metadata.tags.iter().map(Tag::to_string).collect();
        println!("backup has {key} {version_id}: {what}, {size} bytes, tags {tags:?}");
    }
    Ok(())
}

/// Writes an object, and tells the ledger.
fn upload(
    store: &Directory,
    ledger: &mut Ledger,
    (key, id): (&str, &str),
    bytes: &[u8],
) -> Result<()> {
    let metadata = Metadata::new(now(), ledger.source().clone());
    let body = (bytes.to_vec(), bytes.len().try_into()?);
    let version = StoredVersion::new(key.into(), id.parse()?, body, metadata);
    observe(store, ledger, &version, Event::ObjectCreatedPut)
}

/// Makes a delete marker, and tells the ledger.
fn delete(store: &Directory, ledger: &mut Ledger, (key, id): (&str, &str)) -> Result<()> {
    let metadata = Metadata::new(now(), ledger.source().clone());
    let origin = DeleteMarkerOrigin::User;
    let version = StoredVersion::delete_marker(key.into(), id.parse()?, origin, metadata);
    observe(store, ledger, &version, Event::ObjectRemovedDeleteMarkerCreated)
}

fn observe(
    store: &Directory,
    ledger: &mut Ledger,
    version: &StoredVersion<Vec<u8>>,
    event: Event,
) -> Result<()> {
    store.put(ledger.source(), version.clone())?;
    // The driver asks the ledger for its tasks.
    let _tasks = ledger.observe(&version.as_object_version(), event, version.last_modified)?;
    Ok(())
}

/// Does what is open, and says how it went.
fn replicate(store: &Directory, ledger: &mut Ledger) -> Result<()> {
    let source = ledger.source().clone();
    let workers = NonZeroUsize::new(4).ok_or("no workers")?;
    let bucket = store.bucket(&source);
    let summary = replicate_concurrently(ledger, &bucket, store, workers, now, |_, _| {
        ControlFlow::Continue(())
    });
    println!("replicated {}, failed {}, left {}", summary.replicated, summary.failed, summary.left);
    if summary.failed + summary.left > 0 {
        return Err("not everything could be replicated".into());
    }
    Ok(())
}

fn now() -> Timestamp {
    DateTime::<Utc>::from(SystemTime::now()).into()
}
