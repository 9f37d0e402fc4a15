//! The forecast and the result of a job, as text and as JSON.
//!
//! Text and JSON have the same facts. Counts that depend on unknown facts are named in both,
//! because a forecast without them would look certain.
//!
//! A forecast for two versions, one of them archived:
//!
//! ```text
//! dry run of the job on `photos`: nothing is replicated
//!
//! 2 versions, 10 bytes: 1 in the manifest, 1 left out
//!         1  not eligible: archived
//!
//! 1 task: 1 can succeed, 0 fail
//!
//! by destination
//!         1  backup: replicate-object in STANDARD_IA, 10 bytes
//!
//! by rule
//!         0  all, 0 bytes
//!         1  tax, 10 bytes
//! ```
//!
//! The same in `--format json`:
//!
//! ```json
//! {"dry_run": true, "job_file": "job.json", "priority": 10, "source_bucket": "photos", "confirmation_needed": false,
//!  "job_fails": null, "job_is_stopped": false,
//!  "versions": {"versions": 2, "bytes": 10}, "listed": {"versions": 1, "bytes": 10},
//!  "left_out": [{"reason": "not eligible: archived", "code": "not-eligible",
//!                "clause": "REP-971", "versions": 1, "bytes": 0}],
//!  "unknown": 0, "tasks": 1, "succeeded": 1, "failed": 0, "failing": [],
//!  "destinations": [{"bucket": "arn:aws:s3:::backup", "action": "replicate-object",
//!                    "storage_class": "STANDARD_IA", "versions": 1, "bytes": 10}],
//!  "rules": [{"rule": "all", "versions": 0, "bytes": 0},
//!            {"rule": "tax", "versions": 1, "bytes": 10}],
//!  "depends_on_tags": 0, "depends_on_columns": 0, "depends_on_unread": 0, "not_known": [],
//!  "not_applied": []}
//! ```

use std::fmt::Write as _;

use s3_replication::StorageClass;
use s3_replication::batch::dry_run::{Forecast, Undecided};
use s3_replication::batch::job;
use s3_replication::batch::request::JobSource;
use s3_replication::batch::response::JobDescriptor;
use s3_replication::engine::{Count, Reason};
use s3_replication::model::{BucketArn, ReplicationRule, TimeControl};
use s3_replication::text::Visible;
use serde::Serialize;

use super::Setup;
use super::execute::Run;
use super::plan::Planned;
use crate::cli::batch::json_line;
use crate::cli::batch::report::{self, CodeForm};
use crate::cli::counts::{counted_all, grouped};
use crate::cli::styles::Styles;

/// The forecast. `versions` is `null` where a job fails before any are read.
#[derive(Serialize)]
struct ForecastDocument<'f> {
    dry_run: bool,
    job_file: &'f str,
    priority: job::Priority,
    source_bucket: &'f str,
    confirmation_needed: bool,
    job_fails: Option<&'f job::Failure>,
    job_is_stopped: bool,
    versions: Option<CountForm>,
    listed: CountForm,
    left_out: Vec<LeftOutForm>,
    unknown: u64,
    tasks: u64,
    succeeded: u64,
    failed: u64,
    failing: Vec<FailingForm>,
    destinations: Vec<DestinationForm<'f>>,
    rules: Vec<RuleForm>,
    depends_on_tags: u64,
    depends_on_columns: u64,
    depends_on_unread: u64,
    not_known: Vec<&'static str>,
    not_applied: Vec<&'static str>,
}

/// A number of versions and of their bytes.
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

/// The versions that a generator leaves out for one reason.
#[derive(Serialize)]
struct LeftOutForm {
    reason: String,
    code: &'static str,
    clause: &'static str,
    #[serde(flatten)]
    count: CountForm,
}

/// The tasks that fail with one code.
#[derive(Serialize)]
struct FailingForm {
    code: String,
    reason: Option<&'static str>,
    tasks: u64,
    remedy: Option<&'static str>,
}

/// The versions that would go to a bucket by one action and in one storage class.
#[derive(Serialize)]
struct DestinationForm<'f> {
    bucket: &'f str,
    action: &'static str,
    storage_class: Option<&'f str>,
    #[serde(flatten)]
    count: CountForm,
}

/// The versions that a rule would win.
#[derive(Serialize)]
struct RuleForm {
    rule: String,
    #[serde(flatten)]
    count: CountForm,
}

/// The results of several jobs, in the order in which they run.
#[derive(Serialize)]
struct SeveralJobs<T> {
    jobs: Vec<T>,
}

/// Returns one document as a line of JSON, or several as the members of one.
fn one_or_several<T: Serialize>(mut documents: Vec<T>) -> String {
    match documents.pop() {
        Some(only) if documents.is_empty() => json_line(&only),
        last => {
            documents.extend(last);
            json_line(&SeveralJobs { jobs: documents })
        }
    }
}

/// Returns the texts of several jobs, each under its name; only one has no heading.
fn sections(texts: &[(&Planned, String)]) -> String {
    if let [(_, text)] = texts {
        return text.clone();
    }
    let section = |(planned, text): &(&Planned, String)| {
        let priority = planned.specification.priority();
        format!("{}, priority {priority}\n{text}", Visible(&planned.file))
    };
    texts.iter().map(section).collect::<Vec<_>>().join("\n")
}

/// Returns the forecasts as one line of JSON.
pub(super) fn forecasts_json(setup: &Setup<'_>, forecasts: &[(&Planned, &Forecast)]) -> String {
    one_or_several(
        forecasts
            .iter()
            .map(|(planned, forecast)| forecast_document(setup, planned, forecast))
            .collect(),
    )
}

/// Returns the forecasts as text.
pub(super) fn forecasts_text(setup: &Setup<'_>, forecasts: &[(&Planned, &Forecast)]) -> String {
    let texts: Vec<_> = forecasts
        .iter()
        .map(|(planned, forecast)| (*planned, forecast_text(setup, planned, forecast)))
        .collect();
    sections(&texts)
}

/// Returns the results as one line of JSON.
pub(super) fn runs_json(setup: &Setup<'_>, runs: &[(&Planned, Run)]) -> String {
    one_or_several(runs.iter().map(|(planned, run)| run_document(setup, planned, run)).collect())
}

/// Returns the results as text.
pub(super) fn runs_text(setup: &Setup<'_>, runs: &[(&Planned, Run)]) -> String {
    let texts: Vec<_> =
        runs.iter().map(|(planned, run)| (*planned, run_text(setup, run))).collect();
    sections(&texts)
}

/// Returns the forecast of a job.
fn forecast_document<'f>(
    setup: &'f Setup<'_>,
    planned: &'f Planned,
    forecast: &'f Forecast,
) -> ForecastDocument<'f> {
    let left_out = forecast.left_out().map(|left_out| LeftOutForm {
        reason: left_out.exclusion.to_string(),
        code: left_out.exclusion.code(),
        clause: left_out.exclusion.clause().id(),
        count: left_out.count.into(),
    });
    let failing = forecast.failing().into_iter().map(|failing| FailingForm {
        remedy: failing.code.remedy(),
        code: failing.code.to_string(),
        reason: failing.reason.map(Reason::as_str),
        tasks: failing.tasks,
    });
    let destinations = forecast.destinations().into_iter().map(|destination| DestinationForm {
        bucket: destination.bucket.as_str(),
        action: destination.action.as_str(),
        storage_class: destination.storage_class.as_ref().map(StorageClass::as_str),
        count: destination.count.into(),
    });
    let rules = forecast
        .rules()
        .map(|(rule, count)| RuleForm { rule: rule.name().to_string(), count: count.into() });
    let undecided = forecast.undecided();
    ForecastDocument {
        dry_run: true,
        job_file: &planned.file,
        priority: planned.specification.priority(),
        source_bucket: setup.source.as_str(),
        confirmation_needed: planned.specification.needs_confirmation(),
        job_fails: forecast.failure(),
        job_is_stopped: forecast.is_stopped(),
        versions: forecast.versions().map(CountForm::from),
        listed: forecast.listed().into(),
        left_out: left_out.collect(),
        unknown: undecided.versions,
        tasks: forecast.tasks(),
        succeeded: forecast.succeeding(),
        failed: forecast.failed(),
        failing: failing.collect(),
        destinations: destinations.collect(),
        rules: rules.collect(),
        depends_on_tags: undecided.tasks_by_tags,
        depends_on_columns: undecided.tasks_by_columns,
        depends_on_unread: undecided.unread,
        not_known: setup.versions.unknown_facts(),
        not_applied: not_applied(setup),
    }
}

/// Returns the forecast as text: manifest, tasks, destinations, rules, and notes.
fn forecast_text(setup: &Setup<'_>, planned: &Planned, forecast: &Forecast) -> String {
    let mut out = format!("dry run of the job on `{}`: nothing is replicated\n", setup.source);
    if let Some(versions) = forecast.versions() {
        let all = format!(
            "{}, {}",
            counted_all(versions.versions, "version"),
            counted_all(versions.bytes, "byte")
        );
        let listed = forecast.listed().versions;
        let _ = match planned.specification.source() {
            JobSource::Generator(_) => {
                let (listed, left_out) = (grouped(listed), grouped(versions.versions - listed));
                writeln!(out, "\n{all}: {listed} in the manifest, {left_out} left out")
            }
            JobSource::Manifest(_) => {
                writeln!(out, "\n{all}; {} in the manifest", counted_all(forecast.tasks(), "row"))
            }
        };
    }
    for left_out in forecast.left_out() {
        line(&mut out, left_out.count.versions, &left_out.exclusion.to_string());
    }
    let tasks = counted_all(forecast.tasks(), "task");
    let (styles, succeeding) = (Styles::stdout(), grouped(forecast.succeeding()));
    let failed = styles.failed(forecast.failed(), "fail");
    let _ = writeln!(out, "\n{tasks}: {succeeding} can succeed, {failed}");
    for failing in forecast.failing() {
        let reason = failing.reason.map(Reason::as_str);
        let why = reason.or_else(|| failing.code.meaning()).unwrap_or_default();
        line(&mut out, failing.tasks, &format!("{}: {why}", failing.code));
    }
    let destinations = forecast.destinations();
    if !destinations.is_empty() {
        let _ = writeln!(out, "\n{}", styles.heading("by destination"));
        for one in &destinations {
            let class = one.storage_class.as_ref().map(|class| format!(" in {class}"));
            let (class, bytes) = (class.unwrap_or_default(), counted_all(one.count.bytes, "byte"));
            let what = format!("{}: {}{class}, {bytes}", one.bucket.name(), one.action);
            line(&mut out, one.count.versions, &what);
        }
        let _ = writeln!(out, "\n{}", styles.heading("by rule"));
        for (rule, count) in forecast.rules() {
            let (name, bytes) = (rule.name().to_string(), counted_all(count.bytes, "byte"));
            line(&mut out, count.versions, &format!("{}, {bytes}", Visible(&name)));
        }
    }
    notes(&mut out, forecast_notes(setup, planned, forecast));
    out
}

/// Returns the notes: whatever makes the forecast less certain, or the job stop.
fn forecast_notes(setup: &Setup<'_>, planned: &Planned, forecast: &Forecast) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(failure) = forecast.failure() {
        let (code, reason) = (failure.failure_code(), failure.failure_reason());
        notes.push(format!("the job fails: {code}: {reason}"));
    }
    if forecast.is_stopped() {
        notes.push("more than half of the tasks fail: S3 stops the job before its end".into());
    }
    notes.extend(undecided_notes(forecast.undecided()));
    let unknown = setup.versions.unknown_facts();
    if !unknown.is_empty() {
        notes.push(format!("the inventory does not contain `{}`", unknown.join("`, `")));
    }
    notes.extend(not_applied_note(setup));
    if planned.specification.needs_confirmation() {
        notes.push("the job waits for confirmation before it runs".into());
    }
    notes
}

/// Returns the features that rules enable and that do not cover a job (REP-802, REP-803).
fn not_applied(setup: &Setup<'_>) -> Vec<&'static str> {
    let rules = || setup.configuration.rules().iter().filter(|rule| rule.status.is_enabled());
    let features = [
        (
            rules().any(|rule| rule.destination.time_control.is_some_and(TimeControl::is_enabled)),
            "S3 RTC",
        ),
        (rules().any(ReplicationRule::has_metrics), "replication metrics (apart from failures)"),
        (
            rules().any(ReplicationRule::replicates_replica_modifications),
            "replica modification sync",
        ),
    ];
    features.into_iter().filter_map(|(is_enabled, name)| is_enabled.then_some(name)).collect()
}

/// Returns the note on those features.
fn not_applied_note(setup: &Setup<'_>) -> Option<String> {
    let features = not_applied(setup);
    let (last, others) = features.split_last()?;
    let names = match others {
        [] => (*last).to_owned(),
        others => format!("{} or {last}", others.join(", ")),
    };
    Some(format!("Batch Replication is not covered by {names}, which rules enable"))
}

/// Returns a note for each kind of tasks whose result is undecided.
fn undecided_notes(undecided: Undecided) -> impl Iterator<Item = String> {
    let depends = |tasks: u64, on: &str| {
        let tasks = (tasks > 0).then(|| counted_all(tasks, "task"));
        tasks.map(|tasks| format!("the result of {tasks} depends on {on}"))
    };
    let by_tags = depends(undecided.tasks_by_tags, "tags, which are unknown");
    let columns = "columns that the inventory does not have";
    let by_columns = depends(undecided.tasks_by_columns, columns);
    let unread = (undecided.unread > 0).then(|| {
        let tasks = counted_all(undecided.unread, "task");
        format!("{tasks} may be for versions that cannot be read")
    });
    by_tags.into_iter().chain(by_columns).chain(unread)
}

/// The result of a run. `job` is what `describe-job` would print at the end.
#[derive(Serialize)]
struct RunDocument<'r> {
    dry_run: bool,
    job_file: &'r str,
    source_bucket: &'r str,
    job: JobDescriptor,
    statuses: Vec<&'static str>,
    tasks: u64,
    succeeded: u64,
    failed: u64,
    open: usize,
    codes: Vec<CodeForm>,
    failed_with_other_codes: u64,
    destinations: Vec<ReplicasForm<'r>>,
    unknown: u64,
    depends_on_tags: u64,
    depends_on_columns: u64,
    report: Option<String>,
    not_known: Vec<&'static str>,
    not_applied: Vec<&'static str>,
}

/// The replicas in a destination bucket after the run.
#[derive(Serialize)]
struct ReplicasForm<'r> {
    bucket: &'r BucketArn,
    versions: u64,
    bytes: u64,
}

/// Returns the result of a job.
fn run_document<'r>(setup: &'r Setup<'_>, planned: &'r Planned, run: &'r Run) -> RunDocument<'r> {
    let summary = &run.summary;
    let destinations = run.replicas.iter().map(|replicas| ReplicasForm {
        bucket: &replicas.bucket,
        versions: replicas.versions,
        bytes: replicas.bytes,
    });
    RunDocument {
        dry_run: false,
        job_file: &planned.file,
        source_bucket: setup.source.as_str(),
        job: run.job.describe(setup.at),
        statuses: statuses(run),
        tasks: run.job.number_of_objects(),
        succeeded: summary.succeeded(),
        failed: summary.failed(),
        open: run.open,
        codes: report::code_forms(summary),
        failed_with_other_codes: summary.with_other_codes(),
        destinations: destinations.collect(),
        unknown: run.undecided.versions,
        depends_on_tags: run.undecided.tasks_by_tags,
        depends_on_columns: run.undecided.tasks_by_columns,
        report: run.report.as_ref().map(|path| path.display().to_string()),
        not_known: setup.versions.unknown_facts(),
        not_applied: not_applied(setup),
    }
}

/// Returns the result as text: the statuses of the job, its tasks, the replicas, and notes.
fn run_text(setup: &Setup<'_>, run: &Run) -> String {
    let Run { job, summary, .. } = run;
    let statuses = Styles::stdout().statuses(&statuses(run).join(", "));
    let mut out = format!("job on `{}`, run in memory: {statuses}\n", setup.source);
    for failure in job.failures() {
        let (code, reason) = (failure.failure_code(), failure.failure_reason());
        let _ = writeln!(out, "the job fails: {code}: {}", Visible(reason));
    }
    let tasks = counted_all(job.number_of_objects(), "task");
    let (styles, succeeded) = (Styles::stdout(), grouped(summary.succeeded()));
    let failed = styles.failed(summary.failed(), "failed");
    if job.status() == job::Status::Suspended {
        let _ = writeln!(out, "{tasks}; the job waits for confirmation, which `--confirm` gives");
    } else {
        let _ = writeln!(out, "{tasks}: {succeeded} succeeded, {failed}");
    }
    report::describe_codes(summary, &mut out);
    if !run.replicas.is_empty() {
        let _ = writeln!(out, "\n{}", styles.heading("replicas"));
    }
    for replicas in &run.replicas {
        let (bucket, bytes) = (replicas.bucket.name(), counted_all(replicas.bytes, "byte"));
        line(&mut out, replicas.versions, &format!("{bucket}, {bytes}"));
    }
    if let Some(path) = &run.report {
        let _ = writeln!(out, "\nthe completion report is `{}`", Visible(&path.to_string_lossy()));
    }
    notes(&mut out, run_notes(setup, run));
    out
}

/// Returns the notes: whatever the result depends on that is unknown.
fn run_notes(setup: &Setup<'_>, run: &Run) -> Vec<String> {
    let mut notes = Vec::new();
    if run.undecided.versions > 0 {
        let versions = counted_all(run.undecided.versions, "version");
        notes.push(format!("{versions} may or may not be in the manifest, by unknown facts"));
        if run.job.status() == job::Status::Preparing {
            notes.push("the job is not run: no version is certain to be in the manifest".into());
        }
    }
    notes.extend(undecided_notes(run.undecided));
    let unknown = setup.versions.unknown_facts();
    if !unknown.is_empty() {
        let facts = unknown.join("`, `");
        notes.push(format!("the inventory does not contain `{facts}`"));
    }
    notes.extend(not_applied_note(setup));
    notes
}

/// Returns the statuses that the job went through.
fn statuses(run: &Run) -> Vec<&'static str> {
    let later = run.transitions.iter().map(|transition| transition.row.to.as_str());
    [job::Status::New.as_str()].into_iter().chain(later).collect()
}

/// Adds the notes, after an empty line.
fn notes(out: &mut String, notes: Vec<String>) {
    if !notes.is_empty() {
        out.push('\n');
    }
    for note in notes {
        let _ = writeln!(out, "note: {note}");
    }
}

/// Adds a line with a count in a column of its own.
fn line(out: &mut String, count: u64, what: &str) {
    let _ = writeln!(out, "{:>9}  {what}", grouped(count));
}
