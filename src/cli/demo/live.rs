//! The part of the demo about live replication, with the same rules on a store in memory.
//!
//! ```text
//! 09:02  example-backup is unavailable
//! 09:03  replicate: 1 done, 0 failed, 2 pending
//!        photos/team.jpg v1:  example-source PENDING STANDARD  example-partner REPLICA STANDARD
//!        Tax/2026.pdf v2:  example-source PENDING STANDARD
//! 09:04  example-backup is available again
//! 09:05  replicate: 2 done, 0 failed, 0 pending
//! ```
//!
//! The store and its rules are those of `storage` in the library. This file only scripts events and
//! prints what the store returns. The buckets stay in the memory of the process, and `job` goes on
//! with them.

use std::fmt::Write as _;

use s3_replication::model::{BucketName, BucketSettings, Tag, Timestamp, VersionId, Versioning};
use s3_replication::replication::FailureReason;
use s3_replication::storage::{InjectedFault, MemoryStore, MetadataValue, NewObject};
use s3_replication::{Dialect, ReplicationConfiguration};

/// The source bucket.
pub(super) const SOURCE: &str = "example-source";
/// The destination bucket of most rules.
pub(super) const BACKUP: &str = "example-backup";
/// The destination bucket in another account.
pub(super) const PARTNER: &str = "example-partner";

/// Any error; the demo should have none. The parts call parsers and stores with many types of
/// errors, and none of them is handled.
pub(super) type Error = Box<dyn std::error::Error>;

/// A store, the story so far, and the time of the next event.
///
/// Each event takes a minute, so that the story has an order that can be seen. No clock is read,
/// and two runs print the same.
struct Scene {
    store: MemoryStore,
    text: String,
    minute: u32,
}

/// Replicates a few objects, and returns the store and the story.
///
/// All three buckets are versioned, as S3 demands. The configuration is put before the first
/// object, so that it concerns all of them.
pub(super) fn run(
    configuration: &ReplicationConfiguration,
) -> Result<(MemoryStore, String), Error> {
    let store = MemoryStore::new();
    for bucket in [SOURCE, BACKUP, PARTNER] {
        store.create_bucket(&bucket.parse()?, BucketSettings::new())?;
        store.bucket(&bucket.parse()?).put_versioning(Versioning::Enabled)?;
    }
    store.bucket(&SOURCE.parse()?).put_replication(configuration, &Dialect::AWS)?;
    let mut scene = Scene { store, text: String::new(), minute: 0 };
    scene.text.push_str(
        "\nLive replication with the same rules: three versioned buckets in memory, and the \
         configuration on `example-source`\n\n",
    );
    scene.play()?;
    Ok((scene.store, scene.text))
}

impl Scene {
    /// Plays the events in order: an outage that is retried, a refusal that is not, a change of
    /// metadata, and a delete marker.
    fn play(&mut self) -> Result<(), Error> {
        // An outage: the task for the other bucket succeeds, and those for this one wait and are
        // retried.
        self.put("photos/team.jpg", "v1", vec![Tag::new("share", "partner")?])?;
        self.put("Tax/2026.pdf", "v2", Vec::new())?;
        self.break_backup("is unavailable", Some(InjectedFault::Outage))?;
        self.replicate()?;
        self.show(&[("photos/team.jpg", "v1"), ("Tax/2026.pdf", "v2")])?;
        self.break_backup("is available again", None)?;
        self.replicate()?;
        self.show(&[("photos/team.jpg", "v1"), ("Tax/2026.pdf", "v2")])?;

        // A refusal is final. The status stays `FAILED` although the cause is gone.
        let refusal = InjectedFault::Refusal(FailureReason::DST_PUT_OBJECT_NOT_PERMITTED);
        self.break_backup("denies replication", Some(refusal))?;
        self.put("Tax/2027.pdf", "v3", Vec::new())?;
        self.replicate()?;
        self.break_backup("allows replication again", None)?;
        self.replicate()?;
        self.show(&[("Tax/2027.pdf", "v3")])?;
        self.text.push_str(
            "         Live replication does not retry a failed version; Batch Replication does.\n",
        );

        // A change of metadata and a delete marker are replicated like versions.
        let (source, id) = (name(SOURCE)?, id("v1")?);
        self.store.bucket(&source).change_metadata(
            "photos/team.jpg",
            &id,
            MetadataValue::Tags(Vec::new()),
            self.now()?,
        )?;
        self.say("remove the tags of photos/team.jpg v1")?;
        self.store.bucket(&source).delete_object(
            "photos/team.jpg",
            &self::id("v4")?,
            self.now()?,
        )?;
        self.say("delete photos/team.jpg: delete marker v4")?;
        self.replicate()?;
        self.show(&[("photos/team.jpg", "v1"), ("photos/team.jpg", "v4")])
    }

    /// Returns the time of the next event.
    fn now(&self) -> Result<Timestamp, Error> {
        Ok(format!("2026-11-22T09:{:02}:00Z", self.minute).parse()?)
    }

    /// Adds an event to the story, at the current minute, and moves the time on.
    fn say(&mut self, what: &str) -> Result<(), Error> {
        writeln!(self.text, "  09:{:02}  {what}", self.minute)?;
        self.minute += 1;
        Ok(())
    }

    /// Writes an object into the source bucket. Its bytes do not matter.
    fn put(&mut self, key: &str, version: &str, tags: Vec<Tag>) -> Result<(), Error> {
        let mut object = NewObject::new(key, "some bytes");
        object.tags = tags;
        self.store.bucket(&name(SOURCE)?).put_object(object, &id(version)?, self.now()?)?;
        self.say(&format!("put {key} {version}"))
    }

    /// Lets the backup bucket fail, or work again if there is no fault. `what` is the event in
    /// words.
    fn break_backup(&mut self, what: &str, fault: Option<InjectedFault>) -> Result<(), Error> {
        self.store.bucket(&name(BACKUP)?).inject_fault(fault)?;
        self.say(&format!("{BACKUP} {what}"))
    }

    /// Runs the tasks that are pending, and lists the event notifications.
    ///
    /// Tasks that are still pending afterwards wait for a bucket that is not available.
    fn replicate(&mut self) -> Result<(), Error> {
        let drive = self.store.replicate(self.now()?);
        let (done, failed, left) = (drive.replicated, drive.failed, drive.open);
        self.say(&format!("replicate: {done} done, {failed} failed, {left} pending"))?;
        for sent in drive.notifications {
            let reason = sent.failure_reason.map(|reason| format!(", {reason}"));
            let (key, reason) = (sent.key, reason.unwrap_or_default());
            writeln!(self.text, "         event {}: {key}{reason}", sent.name)?;
        }
        Ok(())
    }

    /// Appends the status of versions in each bucket that has them.
    ///
    /// A delete marker has no bytes and no storage class. A bucket without the version is left out:
    /// its replica does not exist yet, or the version does not go there.
    fn show(&mut self, versions: &[(&str, &str)]) -> Result<(), Error> {
        for (key, version) in versions {
            write!(self.text, "         {key} {version}:")?;
            for bucket in [SOURCE, BACKUP, PARTNER] {
                let (bucket, version) = (name(bucket)?, id(version)?);
                // This bucket does not have the version.
                let Ok(held) = self.store.bucket(&bucket).version(key, &version) else { continue };
                let status = self.store.bucket(&bucket).status(key, &version)?;
                let status = status.map_or("no status", |status| status.as_str());
                write!(self.text, "  {bucket} {status}")?;
                if held.body.is_some() {
                    write!(self.text, " {}", held.storage_class)?;
                }
            }
            self.text.push('\n');
        }
        Ok(())
    }
}

/// Reads the name of a bucket.
pub(super) fn name(text: &str) -> Result<BucketName, Error> {
    Ok(text.parse()?)
}

/// Reads a version ID.
pub(super) fn id(text: &str) -> Result<VersionId, Error> {
    Ok(text.parse()?)
}
