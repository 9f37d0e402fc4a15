use std::fmt::Write as _;

use s3_replication::StorageClass;
use s3_replication::batch::job;
use s3_replication::batch::request::JobSource;
use s3_replication::engine::Count;
use s3_replication::text::Visible;
use serde::Serialize;

use super::count::{Counts, Replicas};
use crate::cli::batch::run::case::Case;
use crate::cli::output::{counted_all, grouped};

/// The answer for programs.
#[derive(Serialize)]
struct Document<'c> {
    dry_run: bool,
    source_bucket: &'c str,
    confirmation_needed: bool,
    job_fails: Option<&'c job::Failure>,
    job_is_stopped: bool,
    versions: Option<CountForm>,
    listed: CountForm,
    left_out: Vec<LeftOutForm<'c>>,
    unknown: u64,
    tasks: u64,
    succeeded: u64,
    failed: u64,
    failing: Vec<FailingForm>,
    destinations: Vec<DestinationForm<'c>>,
    rules: Vec<RuleForm>,
    depends_on_tags: u64,
    depends_on_columns: u64,
    depends_on_unread: u64,
    not_known: Vec<&'static str>,
}

#[derive(Serialize)]
struct CountForm {
    versions: u64,
    bytes: u64,
}

impl From<Count> for CountForm {
    fn from(Count { versions, bytes }: Count) -> Self {
        Self { versions, bytes }
    }
}

#[derive(Serialize)]
struct LeftOutForm<'c> {
    reason: &'c str,
    code: &'static str,
    clause: &'static str,
    #[serde(flatten)]
    count: CountForm,
}

#[derive(Serialize)]
struct FailingForm {
    code: String,
    reason: Option<&'static str>,
    tasks: u64,
    remedy: Option<&'static str>,
}

#[derive(Serialize)]
struct DestinationForm<'c> {
    bucket: &'c str,
    action: &'static str,
    storage_class: Option<&'c str>,
    #[serde(flatten)]
    count: CountForm,
}

#[derive(Serialize)]
struct RuleForm {
    rule: String,
    #[serde(flatten)]
    count: CountForm,
}

pub(super) fn json(case: &Case<'_>, counts: &Counts) -> String {
    let left_out = counts.left_out.iter().map(|(reason, one)| LeftOutForm {
        reason,
        code: one.exclusion.code(),
        clause: one.exclusion.clause().id(),
        count: one.count.into(),
    });
    let failing = counts.failing().into_iter().map(|one| FailingForm {
        remedy: one.code.remedy(),
        code: one.code.to_string(),
        reason: one.reason,
        tasks: one.tasks,
    });
    let destinations = sorted(counts).into_iter().map(|one| DestinationForm {
        bucket: one.bucket.as_str(),
        action: one.action.as_str(),
        storage_class: one.storage_class.as_ref().map(StorageClass::as_str),
        count: one.count.into(),
    });
    let rules = counts.engine().rules().iter().zip(&counts.rules);
    let rules = rules
        .map(|(rule, count)| RuleForm { rule: rule.name().to_string(), count: (*count).into() });
    let document = Document {
        dry_run: true,
        source_bucket: case.stage.source.as_str(),
        confirmation_needed: case.specification.needs_confirmation(),
        job_fails: counts.failure.as_ref(),
        job_is_stopped: counts.is_stopped(),
        versions: counts.versions.map(CountForm::from),
        listed: counts.listed.into(),
        left_out: left_out.collect(),
        unknown: counts.doubts().unknown,
        tasks: counts.tasks(),
        succeeded: counts.succeeded(),
        failed: counts.failed(),
        failing: failing.collect(),
        destinations: destinations.collect(),
        rules: rules.collect(),
        depends_on_tags: counts.doubts().by_tags,
        depends_on_columns: counts.doubts().by_columns,
        depends_on_unread: counts.doubts().unread,
        not_known: case.versions.not_known(),
    };
    // Writing this form to memory can't fail.
    let mut text = serde_json::to_string(&document).unwrap_or_default();
    text.push('\n');
    text
}

pub(super) fn text(case: &Case<'_>, counts: &Counts) -> String {
    let bucket = case.stage.source;
    let mut out = format!("dry run: what the job does with `{bucket}`; nothing is replicated\n");
    if let Some(versions) = counts.versions {
        versions_of(case, counts, versions, &mut out);
    }
    for (reason, one) in &counts.left_out {
        line(&mut out, one.count.versions, reason);
    }
    tasks(counts, &mut out);
    replicas(counts, &mut out);
    remarks(case, counts, &mut out);
    out
}

/// Says how many versions there are, and how many are on the list.
fn versions_of(case: &Case<'_>, counts: &Counts, versions: Count, out: &mut String) {
    let all = amount(versions);
    let on = counts.listed.versions;
    let _ = match case.specification.source() {
        JobSource::Generator(_) => {
            let left = versions.versions - on;
            writeln!(out, "\n{all}: {} on the list, {} not", grouped(on), grouped(left))
        }
        JobSource::Manifest(_) => {
            writeln!(out, "\n{all}; {} on the list", counted_all(counts.tasks(), "row"))
        }
    };
}

fn tasks(counts: &Counts, out: &mut String) {
    let (of, succeeded) = (counted_all(counts.tasks(), "task"), grouped(counts.succeeded()));
    let _ = writeln!(out, "\n{of}: {succeeded} can succeed, {} fail", grouped(counts.failed()));
    for one in counts.failing() {
        let why = one.reason.or_else(|| one.code.meaning()).unwrap_or_default();
        line(out, one.tasks, &format!("{}: {why}", one.code));
    }
}

fn replicas(counts: &Counts, out: &mut String) {
    if counts.replicas.is_empty() {
        return;
    }
    out.push_str("\nby destination\n");
    for one in sorted(counts) {
        let class = one.storage_class.as_ref().map(|class| format!(" in {class}"));
        let (class, bytes) = (class.unwrap_or_default(), counted_all(one.count.bytes, "byte"));
        let what = format!("{}: {}{class}, {bytes}", one.bucket.name(), one.action);
        line(out, one.count.versions, &what);
    }
    out.push_str("\nby rule\n");
    for (rule, count) in counts.engine().rules().iter().zip(&counts.rules) {
        let (name, bytes) = (rule.name().to_string(), counted_all(count.bytes, "byte"));
        line(out, count.versions, &format!("{}, {bytes}", Visible(&name)));
    }
}

/// Says what else is to be known about the job.
fn remarks(case: &Case<'_>, counts: &Counts, out: &mut String) {
    let mut remarks = Vec::new();
    if let Some(failure) = &counts.failure {
        let (code, reason) = (failure.failure_code(), failure.failure_reason());
        remarks.push(format!("the job fails: {code}: {reason}"));
    }
    if counts.is_stopped() {
        remarks.push("more than half of the tasks fail: S3 stops the job before its end".into());
    }
    remarks.extend(counts.doubts().remarks());
    let not_known = case.versions.not_known();
    if !not_known.is_empty() {
        remarks.push(format!("the inventory does not say `{}`", not_known.join("`, `")));
    }
    if case.specification.needs_confirmation() {
        remarks.push("the job waits for somebody to confirm it before it runs".into());
    }
    if !remarks.is_empty() {
        out.push('\n');
    }
    for remark in remarks {
        let _ = writeln!(out, "note: {remark}");
    }
}

fn sorted(counts: &Counts) -> Vec<&Replicas> {
    let mut all: Vec<&Replicas> = counts.replicas.iter().collect();
    all.sort_by_cached_key(|one| {
        let class = one.storage_class.as_ref().map(ToString::to_string);
        (one.bucket.to_string(), one.action.as_str(), class)
    });
    all
}

fn amount(count: Count) -> String {
    format!("{}, {}", counted_all(count.versions, "version"), counted_all(count.bytes, "byte"))
}

fn line(out: &mut String, count: u64, what: &str) {
    let _ = writeln!(out, "{:>9}  {what}", grouped(count));
}
