//! The third part of the demo: a job of Batch Replication for what live replication left behind.

use std::fmt::Write as _;
use std::ops::ControlFlow;

use s3_replication::batch::completion_report::TaskErrorCode;
use s3_replication::batch::job::{self, Job};
use s3_replication::batch::request::JobParser;
use s3_replication::model::{BucketSettings, Partition, Timestamp, Versioning};
use s3_replication::storage::{MemoryStore, NewObject};
use s3_replication::{Dialect, ReplicationConfiguration};

use super::live::{BACKUP, PARTNER, SOURCE, Trouble, id, name};

const LISTS: &str = "example-lists";

const SPECIFICATION: &str = r#"{
    "AccountId": "111122223333", "ClientRequestToken": "demo", "Priority": 10,
    "ConfirmationRequired": true, "RoleArn": "arn:aws:iam::111122223333:role/batch",
    "Operation": {"S3ReplicateObject": {}},
    "Report": {"Enabled": true, "Bucket": "arn:aws:s3:::example-lists",
        "Format": "Report_CSV_20180820", "ReportScope": "AllTasks"},
    "ManifestGenerator": {"S3JobManifestGenerator": {
        "SourceBucket": "arn:aws:s3:::example-source", "EnableManifestOutput": true,
        "ManifestOutputLocation": {"Bucket": "arn:aws:s3:::example-lists",
            "ManifestFormat": "S3InventoryReport_CSV_20211130"},
        "Filter": {"EligibleForReplication": true}}}}"#;

/// Tells of a job from its list to its report.
pub(super) fn told(
    store: &MemoryStore,
    configuration: &ReplicationConfiguration,
) -> Result<String, Trouble> {
    let mut text = String::from(
        "\nBatch Replication for what live replication left behind: the same buckets, an hour \
         later.\n\n",
    );
    store.create_bucket(&name(LISTS)?, BucketSettings::new())?;
    store.bucket(&name(LISTS)?).put_versioning(Versioning::Enabled)?;

    let source = name(SOURCE)?;
    store.bucket(&source).delete_replication()?;
    let old = NewObject::new("photos/1998.jpg", "some bytes");
    store.bucket(&source).put_object(old, &id("v5")?, at(0)?)?;
    store.bucket(&source).put_replication(configuration, &Dialect::AWS)?;
    writeln!(text, "  10:00  writes photos/1998.jpg v5 while there is no configuration")?;
    store.bucket(&name(BACKUP)?).delete_version("Tax/2026.pdf", &id("v2")?, at(1)?)?;
    writeln!(text, "  10:01  {BACKUP}: Tax/2026.pdf v2 is deleted by its id")?;

    let specification = JobParser::new().parse_json(SPECIFICATION).into_specification()?;
    let job = job::Name::new("example-job".parse()?, Partition::AWS, "eu-central-1".parse()?);
    let mut job = Job::create(job, specification, at(2)?);
    writeln!(text, "  10:02  a job is created that lists what is eligible: {}", job.status())?;

    let (mut work, made) = store.prepare_job(&mut job, at(3)?)?;
    let count = job.progress(at(3)?).total_number_of_tasks;
    writeln!(text, "  10:03  its list is made and kept: {}, {count} versions", way(&made))?;
    let made = job.update_status(job::RequestedStatus::Ready, None, at(4)?)?;
    writeln!(text, "  10:04  somebody confirms it: {}", way(&made))?;

    let mut results = String::new();
    let drive = store.run_job(&mut job, &mut work, at(5)?, |result, job| {
        let version = result.version_id().map_or("", |id| id.as_str());
        let code = result.error_code().map_or("", TaskErrorCode::as_str);
        let line = format!("{} {} {version} {code}", result.status(), result.key());
        let _ = writeln!(results, "         {} {}", job.status(), line.trim_end());
        ControlFlow::Continue(())
    })?;
    let (succeeded, failed) = (drive.succeeded, drive.failed);
    let way = way(&drive.transitions);
    writeln!(text, "  10:05  it runs: {way}; {succeeded} succeeded, {failed} failed")?;
    text.push_str(&results);
    show(store, &mut text)?;
    Ok(text)
}

/// Shows what the job came to, and what it wrote.
fn show(store: &MemoryStore, text: &mut String) -> Result<(), Trouble> {
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
    writeln!(text, "         {LISTS} has the list and the completion report:")?;
    for object in store.bucket(&name(LISTS)?).all_versions()? {
        writeln!(text, "           {}", object.key)?;
    }
    Ok(())
}

fn at(minute: u32) -> Result<Timestamp, Trouble> {
    Ok(format!("2026-11-22T10:{minute:02}:00Z").parse()?)
}

fn way(transitions: &[job::Transition]) -> String {
    let way: Vec<&str> = transitions.iter().map(|made| made.row.to.as_str()).collect();
    way.join(", ")
}
