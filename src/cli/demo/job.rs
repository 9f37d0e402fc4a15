//! The last part of the demo: a Batch Replication job for versions that live replication missed.
//!
//! The job runs on the buckets as `live` leaves them, an hour later:
//!
//! ```text
//! 10:00  put photos/1998.jpg v5, while the bucket has no configuration
//! 10:02  create a job for all eligible versions: New
//! 10:03  generate the manifest: Preparing, Suspended, 5 versions
//! 10:04  confirm the job: Ready
//! 10:05  run the job: Active, Completing, Complete; 4 succeeded, 1 failed
//!        Active failed Tax/2026.pdf v2 DstObjectHardDeleted
//!        …
//! ```
//!
//! Three kinds of versions show what a job is for: one that live replication failed to replicate,
//! one from before the configuration, and one whose replica is gone, which a job cannot replicate
//! again.

use std::fmt::Write as _;
use std::ops::ControlFlow;

use s3_replication::batch::completion_report::TaskErrorCode;
use s3_replication::batch::job::{self, Job};
use s3_replication::batch::request::{JobParser, JobSpecification};
use s3_replication::model::{BucketSettings, Partition, Timestamp, Versioning};
use s3_replication::storage::{MemoryStore, NewObject};
use s3_replication::{Dialect, ReplicationConfiguration};

use super::live::{BACKUP, Error, PARTNER, SOURCE, id, name};

/// The bucket for the manifest and the completion report. No rule replicates to or from it.
const REPORTS: &str = "example-reports";

/// The job, as `create-job --cli-input-json` takes it.
///
/// It asks for confirmation, so that the tour shows the status `Suspended`, and for a report of all
/// tasks, so that its objects are listed at the end.
const SPECIFICATION: &str = r#"{
    "AccountId": "111122223333", "ClientRequestToken": "demo", "Priority": 10,
    "ConfirmationRequired": true, "RoleArn": "arn:aws:iam::111122223333:role/batch",
    "Operation": {"S3ReplicateObject": {}},
    "Report": {"Enabled": true, "Bucket": "arn:aws:s3:::example-reports",
        "Format": "Report_CSV_20180820", "ReportScope": "AllTasks"},
    "ManifestGenerator": {"S3JobManifestGenerator": {
        "SourceBucket": "arn:aws:s3:::example-source", "EnableManifestOutput": true,
        "ManifestOutputLocation": {"Bucket": "arn:aws:s3:::example-reports",
            "ManifestFormat": "S3InventoryReport_CSV_20211130"},
        "Filter": {"EligibleForReplication": true}}}}"#;

/// Returns the specification of the job. The part about roles asks for it, too: its role needs what
/// the job does.
pub(super) fn specification() -> Result<JobSpecification, Error> {
    Ok(JobParser::new().parse_json(SPECIFICATION).into_specification()?)
}

/// Runs a job from its manifest to its completion report, and returns the story.
///
/// `store` has the buckets of `live`, and gets one more. Each step has a time of its own, so that
/// no clock is read.
pub(super) fn run(
    store: &MemoryStore,
    configuration: &ReplicationConfiguration,
) -> Result<String, Error> {
    let mut text = String::from(
        "\nBatch Replication for versions that live replication missed: the same buckets, an hour \
         later\n\n",
    );
    store.create_bucket(&name(REPORTS)?, BucketSettings::new())?;
    store.bucket(&name(REPORTS)?).put_versioning(Versioning::Enabled)?;

    // A version that is written while there is no configuration gets no replication status, as
    // versions from before the configuration have none.
    let source = name(SOURCE)?;
    store.bucket(&source).delete_replication()?;
    let old = NewObject::new("photos/1998.jpg", "some bytes");
    store.bucket(&source).put_object(old, &id("v5")?, at(0)?)?;
    store.bucket(&source).put_replication(configuration, &Dialect::AWS)?;
    writeln!(text, "  10:00  put photos/1998.jpg v5, while the bucket has no configuration")?;
    // The replica is deleted for good. The task for its source fails, because S3 does not write a
    // version again that was deleted there by its ID.
    store.bucket(&name(BACKUP)?).delete_version("Tax/2026.pdf", &id("v2")?, at(1)?)?;
    writeln!(text, "  10:01  {BACKUP}: Tax/2026.pdf v2 is deleted by its version ID")?;

    let specification = specification()?;
    let job = job::Name::new("example-job".parse()?, Partition::AWS, "eu-central-1".parse()?);
    let mut job = Job::create(job, specification, at(2)?);
    writeln!(text, "  10:02  create a job for all eligible versions: {}", job.status())?;

    // The statuses come from the transitions and are not written here: a job passes several at one
    // step.
    let (mut work, transitions) = store.prepare_job(&mut job, at(3)?)?;
    let count = job.progress(at(3)?).total_number_of_tasks;
    writeln!(text, "  10:03  generate the manifest: {}, {count} versions", statuses(&transitions))?;
    let transitions = job.update_status(job::RequestedStatus::Ready, None, at(4)?)?;
    writeln!(text, "  10:04  confirm the job: {}", statuses(&transitions))?;

    // The results arrive before the line about the run is complete, and are added behind it.
    let mut results = String::new();
    let drive = store.run_job(&mut job, &mut work, at(5)?, |result, job| {
        let version = result.version_id().map_or("", |id| id.as_str());
        let code = result.error_code().map_or("", TaskErrorCode::as_str);
        let line = format!("{} {} {version} {code}", result.status(), result.key());
        let _ = writeln!(results, "         {} {}", job.status(), line.trim_end());
        ControlFlow::Continue(())
    })?;
    let (succeeded, failed) = (drive.succeeded, drive.failed);
    let statuses = statuses(&drive.transitions);
    writeln!(text, "  10:05  run the job: {statuses}; {succeeded} succeeded, {failed} failed")?;
    text.push_str(&results);
    show(store, &mut text)?;
    Ok(text)
}

/// Appends the statuses after the job, and the objects that the job wrote.
///
/// Only buckets that have the version are in its line, so a bucket without a replica is missing
/// there.
fn show(store: &MemoryStore, text: &mut String) -> Result<(), Error> {
    let versions = [("photos/1998.jpg", "v5"), ("Tax/2027.pdf", "v3"), ("Tax/2026.pdf", "v2")];
    for (key, version) in versions {
        write!(text, "         {key} {version}:")?;
        for bucket in [SOURCE, BACKUP, PARTNER] {
            if let Ok(status) = store.bucket(&name(bucket)?).status(key, &id(version)?) {
                let status = status.map_or("no status", |status| status.as_str());
                write!(text, "  {bucket} {status}")?;
            }
        }
        text.push('\n');
    }
    writeln!(text, "         {REPORTS} contains the manifest and the completion report:")?;
    for object in store.bucket(&name(REPORTS)?).all_versions()? {
        writeln!(text, "           {}", object.key)?;
    }
    Ok(())
}

/// Returns a moment of the story, an hour after that of `live`.
fn at(minute: u32) -> Result<Timestamp, Error> {
    Ok(format!("2026-11-22T10:{minute:02}:00Z").parse()?)
}

/// Lists the statuses that a job reached, in their order: `Preparing, Suspended`.
fn statuses(transitions: &[job::Transition]) -> String {
    let statuses: Vec<&str> =
        transitions.iter().map(|transition| transition.row.to.as_str()).collect();
    statuses.join(", ")
}
