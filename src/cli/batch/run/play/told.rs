use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use s3_replication::batch::{JobDescriptor, JobStatus};
use s3_replication::model::{BucketName, Timestamp};
use s3_replication::source::Visible;
use serde::Serialize;

use super::Played;
use super::stage::Stage;
use crate::cli::batch::codes::{self, CodeForm};
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
    report: Option<String>,
    not_known: Vec<&'static str>,
}

#[derive(Serialize)]
struct DestinationForm {
    bucket: String,
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
    if job.status() == JobStatus::Suspended {
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
        let _ = writeln!(out, "{:>9}  {}, {bytes}", grouped(one.versions), one.bucket);
    }
    if let Some(path) = report {
        let _ = writeln!(out, "\nthe completion report is `{}`", Visible(&path.to_string_lossy()));
    }
    let not_known = versions.not_known();
    if !not_known.is_empty() {
        let (facts, taken) = (not_known.join("`, `"), "S3's values stand for them");
        let _ = writeln!(out, "\nnote: the inventory does not say `{facts}`; {taken}");
    }
    out
}

/// Returns the statuses that the job had.
fn statuses(played: &Played) -> Vec<&'static str> {
    let made = played.transitions.iter().map(|made| made.row.to.as_str());
    [JobStatus::New.as_str()].into_iter().chain(made).collect()
}

/// Counts what is in the destinations, which were empty.
fn destinations(played: &Played, stage: &Stage<'_>) -> Vec<DestinationForm> {
    if played.summary.succeeded() + played.summary.failed() == 0 {
        return Vec::new();
    }
    let buckets = stage.store.read_ledger(stage.source, |ledger| {
        let rules = ledger.engine().rules().iter();
        rules.map(|rule| rule.destination.bucket.name().clone()).collect::<BTreeSet<BucketName>>()
    });
    let forms = buckets.into_iter().flatten().map(|name| {
        let (versions, bytes) = stage.contents(&name);
        DestinationForm { bucket: name.to_string(), versions, bytes }
    });
    forms.collect()
}
