//! The second part of the demo: live replication with the same rules on a store in memory.

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

/// Any error; the demo should have none.
pub(super) type Error = Box<dyn std::error::Error>;

/// A store, the story so far, and the time of the next event.
struct Scene {
    store: MemoryStore,
    text: String,
    minute: u32,
}

/// Replicates a few objects, and returns the store and the story.
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
        self.put("photos/team.jpg", "v1", vec![Tag::new("share", "partner")?])?;
        self.put("Tax/2026.pdf", "v2", Vec::new())?;
        self.break_backup("is unavailable", Some(InjectedFault::Outage))?;
        self.replicate()?;
        self.show(&[("photos/team.jpg", "v1"), ("Tax/2026.pdf", "v2")])?;
        self.break_backup("is available again", None)?;
        self.replicate()?;
        self.show(&[("photos/team.jpg", "v1"), ("Tax/2026.pdf", "v2")])?;

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

    /// Adds an event to the story, a minute after the one before.
    fn say(&mut self, what: &str) -> Result<(), Error> {
        writeln!(self.text, "  09:{:02}  {what}", self.minute)?;
        self.minute += 1;
        Ok(())
    }

    /// Writes an object into the source bucket.
    fn put(&mut self, key: &str, version: &str, tags: Vec<Tag>) -> Result<(), Error> {
        let mut object = NewObject::new(key, "some bytes");
        object.tags = tags;
        self.store.bucket(&name(SOURCE)?).put_object(object, &id(version)?, self.now()?)?;
        self.say(&format!("put {key} {version}"))
    }

    /// Lets the backup bucket fail, or work again.
    fn break_backup(&mut self, what: &str, fault: Option<InjectedFault>) -> Result<(), Error> {
        self.store.bucket(&name(BACKUP)?).inject_fault(fault)?;
        self.say(&format!("{BACKUP} {what}"))
    }

    /// Runs live replication until nothing more can be done, and lists the event notifications.
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
    fn show(&mut self, versions: &[(&str, &str)]) -> Result<(), Error> {
        for (key, version) in versions {
            write!(self.text, "         {key} {version}:")?;
            for bucket in [SOURCE, BACKUP, PARTNER] {
                let (bucket, version) = (name(bucket)?, id(version)?);
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
