use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use s3_replication::batch::job;
use s3_replication::batch::response::JobDescriptor;
use s3_replication::model::{BucketArn, Timestamp};
use s3_replication::text::Visible;
use serde::Serialize;

use super::Played;
use crate::cli::batch::codes::{self, CodeForm};
use crate::cli::batch::run::stage::Stage;
use crate::cli::batch::run::versions::Versions;
use crate::cli::output::{counted_all, grouped};

/// The answer for programs.
#[derive(Serialize)]
struct Document<'p> {
    dry_run: bool,
    source_bucket: &'p str,
    job: JobDescriptor,
    statuses: Vec<&'static str>,
    tasks: u64,
    succeeded: u64,
    failed: u64,
    open: usize,
    codes: Vec<CodeForm>,
    failed_with_other_codes: u64,
    destinations: Vec<DestinationForm>,
    unknown: u64,
    depends_on_tags: u64,
    depends_on_columns: u64,
    report: Option<String>,
    not_known: Vec<&'static str>,
}

#[derive(Serialize)]
struct DestinationForm {
    bucket: BucketArn,
    versions: u64,
    bytes: u64,
}

pub(super) fn json(
    played: &Played,
    stage: &Stage<'_>,
    versions: &Versions,
    report: Option<&Path>,
    at: Timestamp,
) -> String {
    let summary = &played.summary;
    let document = Document {
        dry_run: false,
        source_bucket: stage.source.as_str(),
        job: played.job.describe(at),
        statuses: statuses(played),
        tasks: played.job.number_of_objects(),
        succeeded: summary.succeeded(),
        failed: summary.failed(),
        open: played.open,
        codes: codes::forms(summary),
        failed_with_other_codes: summary.with_other_codes(),
        destinations: destinations(played, stage),
        unknown: played.doubts.unknown,
        depends_on_tags: played.doubts.by_tags,
        depends_on_columns: played.doubts.by_columns,
        report: report.map(|path| path.display().to_string()),
        not_known: versions.not_known(),
    };
    // Writing this form to memory can't fail.
    let mut text = serde_json::to_string(&document).unwrap_or_default();
    text.push('\n');
    text
}

pub(super) fn text(
    played: &Played,
    stage: &Stage<'_>,
    versions: &Versions,
    report: Option<&Path>,
) -> String {
    let Played { job, summary, .. } = played;
    let mut out =
        format!("a job on `{}`, in memory: {}\n", stage.source, statuses(played).join(", "));
    for failure in job.failures() {
        let (code, reason) = (failure.failure_code(), failure.failure_reason());
        let _ = writeln!(out, "the job fails: {code}: {}", Visible(reason));
    }
    let tasks = counted_all(job.number_of_objects(), "task");
    let (succeeded, failed) = (grouped(summary.succeeded()), grouped(summary.failed()));
    if job.status() == job::Status::Suspended {
        let _ = writeln!(out, "{tasks}; it waits for somebody to confirm it, as `--confirm` does");
    } else {
        let _ = writeln!(out, "{tasks}: {succeeded} succeeded, {failed} failed");
    }
    codes::describe(summary, &mut out);
    let destinations = destinations(played, stage);
    if !destinations.is_empty() {
        out.push_str("\nreplicas\n");
    }
    for one in destinations {
        let bytes = counted_all(one.bytes, "byte");
        let _ = writeln!(out, "{:>9}  {}, {bytes}", grouped(one.versions), one.bucket.name());
    }
    if let Some(path) = report {
        let _ = writeln!(out, "\nthe completion report is `{}`", Visible(&path.to_string_lossy()));
    }
    let remarks = remarks(played, versions);
    if !remarks.is_empty() {
        out.push('\n');
    }
    for remark in remarks {
        let _ = writeln!(out, "note: {remark}");
    }
    out
}

/// Says what the job did not know.
fn remarks(played: &Played, versions: &Versions) -> Vec<String> {
    let mut remarks = Vec::new();
    if played.doubts.unknown > 0 {
        let number = counted_all(played.doubts.unknown, "version");
        remarks.push(format!("{number} may be on the list or not, by what is not known"));
    }
    remarks.extend(played.doubts.remarks());
    let not_known = versions.not_known();
    if !not_known.is_empty() {
        let (facts, taken) = (not_known.join("`, `"), "S3's values stand for them");
        remarks.push(format!("the inventory does not say `{facts}`; {taken}"));
    }
    remarks
}

/// Returns the statuses that the job had.
fn statuses(played: &Played) -> Vec<&'static str> {
    let made = played.transitions.iter().map(|made| made.row.to.as_str());
    [job::Status::New.as_str()].into_iter().chain(made).collect()
}

/// Counts what came to the destinations.
fn destinations(played: &Played, stage: &Stage<'_>) -> Vec<DestinationForm> {
    if played.summary.succeeded() + played.summary.failed() == 0 {
        return Vec::new();
    }
    let buckets = stage.store.read_ledger(stage.source, |ledger| {
        let rules = ledger.engine().rules().iter();
        rules.map(|rule| rule.destination.bucket.clone()).collect::<BTreeSet<BucketArn>>()
    });
    let forms = buckets.into_iter().flatten().map(|bucket| {
        let (versions, bytes) = stage.replicas(bucket.name());
        DestinationForm { bucket, versions, bytes }
    });
    forms.collect()
}
