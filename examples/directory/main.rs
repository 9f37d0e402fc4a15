//! Replicates between two buckets on disk. `cargo run --example directory [DIRECTORY]`
//!
//! The store is in `store.rs`. The program can be killed at any moment. Started again with the same
//! directory it goes on where it was: nothing is lost, and nothing is there twice. Without an argument
//! it works in a temporary directory and removes it at the end.
//!
//! Three rules make it safe:
//!
//! 1. A file is written beside its place, synchronised and then renamed, the saved ledger too.
//! 2. A new version is written before the ledger observes it. If the program ends in between, the next
//!    start observes the version: it looks at all versions, and a ledger ignores what it knows.
//! 3. A change of metadata is observed and the ledger saved before the change is made. If the program
//!    ends in between, the task replicates metadata that did not change, which does no harm.
//!
//! A task may run twice, because the ledger is saved after it has run. Replicas are the same then.

#![expect(clippy::print_stdout, reason = "an example prints its results")]
#![expect(clippy::disallowed_methods, reason = "an example has a clock and a file system")]

pub(crate) mod store;

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
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

pub(crate) const CONFIGURATION: &str = r#"{
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

pub(crate) fn run(directory: &Path) -> Result<()> {
    let store = Directory::new(directory).with_step(crash_here);
    let (photos, backup): (BucketName, BucketName) = ("photos".parse()?, "backup".parse()?);
    for bucket in [&photos, &backup] {
        store.create_bucket(bucket)?;
    }
    store.remove_incomplete()?;
    let engine = Engine::new(&ReplicationConfiguration::from_json(CONFIGURATION)?);
    let mut service = Service::start(store, directory.join("ledger.json"), photos, engine)?;

    // A client writes versions, and writes those again of which it got no answer.
    service.upload("cat.jpg", "v1", b"meow")?;
    service.upload("cat.jpg", "v2", b"purr")?;
    service.upload("a/../dog & friends.jpg", "v3", b"woof")?;
    service.delete("cat.jpg", "m1")?;
    service.replicate()?;
    // A later change of the tags is replicated as well.
    service.tag("cat.jpg", "v1", vec![Tag::new("mood", "sleepy")?])?;
    service.replicate()?;

    let store = &service.store;
    for version in store.bucket(&backup).versions(None, 100)? {
        let StoredVersion { key, version_id, size, .. } = &version;
        let kind = if version.delete_marker.is_some() { "delete marker" } else { "object" };
        let tags: Vec<String> = version.metadata.tags.iter().map(Tag::to_string).collect();
        println!("backup has {key} {version_id}: {kind}, {size} bytes, tags {tags:?}");
    }
    Ok(())
}

/// One source bucket with its ledger, which is saved after each change.
struct Service {
    store: Directory,
    ledger: Ledger,
    file: PathBuf,
}

impl Service {
    /// Starts with what is on the disk.
    fn start(store: Directory, file: PathBuf, source: BucketName, engine: Engine) -> Result<Self> {
        let ledger = if file.exists() {
            let saved: SavedLedger = serde_json::from_slice(&fs::read(&file)?)?;
            saved.resume(engine)
        } else {
            Ledger::new(source, engine)
        };
        println!("open tasks at the start: {}", ledger.open_tasks().count());
        let mut service = Self { store, ledger, file };
        // The ledger may have missed the last versions before a crash. It knows all others.
        let source = service.ledger.source().clone();
        let mut after = None;
        loop {
            let place = after.as_ref().map(|(key, id)| (key, id));
            let page = service.store.bucket(&source).versions(place, 100)?;
            let Some(last) = page.last() else { break };
            after = Some((last.key.clone(), last.version_id.clone()));
            for version in &page {
                let event = match version.delete_marker {
                    Some(_) => Event::ObjectRemovedDeleteMarkerCreated,
                    None => Event::ObjectCreatedPut,
                };
                service.ledger.observe(
                    &version.as_object_version(),
                    event,
                    version.last_modified,
                )?;
            }
        }
        service.save()?;
        Ok(service)
    }

    fn save(&self) -> Result<()> {
        Ok(self.store.write_file(&self.file, &serde_json::to_vec(&self.ledger.save())?)?)
    }

    /// Writes an object.
    fn upload(&mut self, key: &str, id: &str, bytes: &[u8]) -> Result<()> {
        let metadata = Metadata::new(now(), self.ledger.source().clone());
        let (id, size) = (id.parse()?, bytes.len().try_into()?);
        let version = StoredVersion::new(key.into(), id, bytes.to_vec(), size, metadata);
        self.put(version, Event::ObjectCreatedPut)
    }

    /// Adds a delete marker.
    fn delete(&mut self, key: &str, id: &str) -> Result<()> {
        let metadata = Metadata::new(now(), self.ledger.source().clone());
        let (id, origin) = (id.parse()?, DeleteMarkerOrigin::User);
        let version = StoredVersion::delete_marker(key.into(), id, origin, metadata);
        self.put(version, Event::ObjectRemovedDeleteMarkerCreated)
    }

    /// Writes a version, unless it is there from before a crash, and then observes it.
    fn put(&mut self, version: StoredVersion<Vec<u8>>, event: Event) -> Result<()> {
        let source = self.ledger.source().clone();
        if self.store.bucket(&source).read(&version.key, &version.version_id).is_ok() {
            return Ok(());
        }
        let observed = version.clone().with_body(version.body.as_ref().map(drop));
        self.store.put(&source, version)?;
        self.ledger.observe(&observed.as_object_version(), event, observed.last_modified)?;
        self.save()
    }

    /// Replaces the tags of a version: observes the change, saves the ledger, and then makes the change.
    fn tag(&mut self, key: &str, id: &str, tags: Vec<Tag>) -> Result<()> {
        let (key, id, source) = (key.into(), id.parse()?, self.ledger.source().clone());
        let version = self.store.bucket(&source).read(&key, &id)?;
        if version.metadata.tags == tags {
            return Ok(());
        }
        let value = MetadataValue::Tags(tags);
        self.ledger.observe(&version.as_object_version(), value.event(), now())?;
        self.save()?;
        self.store.change(&source, &key, &id, |version| {
            version.metadata.change(value, now(), &source);
            Ok(())
        })?;
        Ok(())
    }

    /// Runs the open tasks, saves the ledger and prints a summary.
    fn replicate(&mut self) -> Result<()> {
        let source = self.ledger.source().clone();
        let workers = NonZeroUsize::new(4).ok_or("no workers")?;
        let (bucket, ledger) = (self.store.bucket(&source), &mut self.ledger);
        let summary = replicate_concurrently(ledger, &bucket, &self.store, workers, now, |_, _| {
            ControlFlow::Continue(())
        });
        self.save()?;
        let RunSummary { replicated, failed, open, .. } = summary;
        println!("{replicated} replicated, {failed} failed, {open} open");
        if failed + open > 0 {
            return Err("some tasks were not replicated".into());
        }
        Ok(())
    }
}

/// Ends the program at the change on the disk whose number is in `CRASH_AT`. Only the test of this
/// example sets it.
fn crash_here() {
    static STEPS: AtomicU64 = AtomicU64::new(0);
    let step = STEPS.fetch_add(1, Ordering::Relaxed) + 1;
    if env::var("CRASH_AT").is_ok_and(|at| at.parse() == Ok(step)) {
        process::abort();
    }
}

fn now() -> Timestamp {
    DateTime::<Utc>::from(SystemTime::now()).into()
}
