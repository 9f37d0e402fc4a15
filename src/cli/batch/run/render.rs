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
//!
//! A run of the same job:
//!
//! ```text
//! job on `photos`, run in memory: New, Preparing, Ready, Active, Completing, Complete
//! 1 task: 1 succeeded, 0 failed
//!
//! replicas
//!         1  backup, 10 bytes
//!
//! the completion report is `out/manifest.json`
//! ```
//!
//! ```json
//! {"dry_run": false, "job_file": "job.json", "source_bucket": "photos",
//!  "job": {"JobId": "batch-run", "Status": "Complete", …},
//!  "statuses": ["New", "Preparing", "Ready", "Active", "Completing", "Complete"],
//!  "tasks": 1, "succeeded": 1, "failed": 0, "open": 0,
//!  "codes": [], "failed_with_other_codes": 0,
//!  "destinations": [{"bucket": "arn:aws:s3:::backup", "versions": 1, "bytes": 10}],
//!  "unknown": 0, "depends_on_tags": 0, "depends_on_columns": 0,
//!  "report": "out/manifest.json", "not_known": [], "not_applied": []}
//! ```
//!
//! Several jobs are in the order in which they run. As text each has a heading with its document and
//! its priority, and as JSON they are the members of `{"jobs": […]}`. Failed tasks are described by
//! `batch/report`, as in the command `batch report`. The functions return texts, and the callers
//! write them.

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
///
/// The members that both documents have mean the same, and a test compares their values.
#[derive(Serialize)]
struct ForecastDocument<'f> {
    /// True here, and false in the result of a run, so that a program can see which one it reads.
    dry_run: bool,
    /// The name of the document; `the plan` without one.
    job_file: &'f str,
    priority: job::Priority,
    source_bucket: &'f str,
    /// Only a note: a dry run counts what comes after the confirmation.
    confirmation_needed: bool,
    /// The failure of the job as a whole; `null` if there is none.
    job_fails: Option<&'f job::Failure>,
    /// True if so many tasks fail that S3 would end the job before all of them ran.
    job_is_stopped: bool,
    /// All versions that were read, in the manifest or not.
    versions: Option<CountForm>,
    /// The versions in the manifest, each as often as it is listed.
    listed: CountForm,
    /// Only for a generated manifest: a manifest that a job brings leaves nothing out.
    left_out: Vec<LeftOutForm>,
    /// The part of `left_out` that S3 may list, depending on unknown facts.
    unknown: u64,
    tasks: u64,
    /// The tasks that can succeed. Missing permissions may still make them fail.
    succeeded: u64,
    failed: u64,
    /// The causes of `failed`, the most frequent first.
    failing: Vec<FailingForm>,
    /// The replicas that would be written, by bucket, action and storage class.
    destinations: Vec<DestinationForm<'f>>,
    /// Every rule of the engine, also one that wins no version.
    rules: Vec<RuleForm>,
    /// The tasks whose result may be another one, by what decides it.
    depends_on_tags: u64,
    depends_on_columns: u64,
    /// The tasks of rows whose version may be one that could not be read. They count neither as
    /// succeeded nor as failed.
    depends_on_unread: u64,
    /// The facts that no version has, by the names of columns, and `Tags`.
    not_known: Vec<&'static str>,
    /// The features that rules enable and that do not cover a job.
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
///
/// `code` and `clause` are stable names; `reason` is for people.
#[derive(Serialize)]
struct LeftOutForm {
    reason: String,
    code: &'static str,
    clause: &'static str,
    /// Its members stand beside the others, as `versions` and `bytes`.
    #[serde(flatten)]
    count: CountForm,
}

/// The tasks that fail with one code.
///
/// One code may have several entries, one for each reason of the engine.
#[derive(Serialize)]
struct FailingForm {
    code: String,
    /// The reason of the engine, only where the code is `SrcObjectNotEligible`.
    reason: Option<&'static str>,
    tasks: u64,
    remedy: Option<&'static str>,
}

/// The versions that would go to a bucket by one action and in one storage class.
#[derive(Serialize)]
struct DestinationForm<'f> {
    bucket: &'f str,
    action: &'static str,
    /// `null` for delete markers, and for classes that this version does not know.
    storage_class: Option<&'f str>,
    #[serde(flatten)]
    count: CountForm,
}

/// The versions that a rule would win.
///
/// The name is the ID of the rule, or its number if it has none, such as `#1`.
#[derive(Serialize)]
struct RuleForm {
    rule: String,
    #[serde(flatten)]
    count: CountForm,
}

/// The results of several jobs, in the order in which they run.
///
/// A program can see by the member `jobs` that there are several.
#[derive(Serialize)]
struct SeveralJobs<T> {
    jobs: Vec<T>,
}

/// Returns one document as a line of JSON, or several as the members of one. With one job, a
/// program need not know that there could be several.
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
///
/// The heading has the name of the document and the priority, which is why the jobs are in this
/// order.
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
///
/// The jobs are in the order of the slice, which is that in which they run.
pub(super) fn forecasts_json(setup: &Setup<'_>, forecasts: &[(&Planned, &Forecast)]) -> String {
    one_or_several(
        forecasts
            .iter()
            .map(|(planned, forecast)| forecast_document(setup, planned, forecast))
            .collect(),
    )
}

/// Returns the forecasts as text.
///
/// The text has the styles of the standard output, for which `Output::text` is the right way.
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
///
/// The stable codes and the clauses are only here, not in the text.
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
///
/// The example is in the documentation of the file. A job that failed before its versions were read
/// has no line about versions, and one without replicas neither destinations nor rules.
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
            // A generator has gone through the versions, so the two numbers add up to all of them.
            JobSource::Generator(_) => {
                let (listed, left_out) = (grouped(listed), grouped(versions.versions - listed));
                writeln!(out, "\n{all}: {listed} in the manifest, {left_out} left out")
            }
            // Rows and versions are different things here: rows may name what does not exist.
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
        // The reason of the engine is nearer to the cause than the meaning of the code.
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
///
/// A failure of the job comes first, and confirmation last.
fn forecast_notes(setup: &Setup<'_>, planned: &Planned, forecast: &Forecast) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(failure) = forecast.failure() {
        let (code, reason) = (failure.failure_code(), failure.failure_reason());
        notes.push(format!("the job fails: {code}: {reason}"));
    }
    // The counts are those of all tasks, because nothing shows which of them run before the stop.
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
///
/// Disabled rules do not count. The names are those of the documentation of S3.
fn not_applied(setup: &Setup<'_>) -> Vec<&'static str> {
    let rules = || setup.configuration.rules().iter().filter(|rule| rule.is_enabled());
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

/// Returns the note on those features, as a list with `or` before the last; `None` without any.
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
///
/// By tags, by columns, and by versions that cannot be read. A kind without tasks has no note.
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
///
/// See the example in the documentation of the file.
#[derive(Serialize)]
struct RunDocument<'r> {
    dry_run: bool,
    job_file: &'r str,
    source_bucket: &'r str,
    job: JobDescriptor,
    /// All statuses of the job, the first one included.
    statuses: Vec<&'static str>,
    tasks: u64,
    succeeded: u64,
    failed: u64,
    /// The tasks that wait for a bucket, and have neither succeeded nor failed.
    open: usize,
    codes: Vec<CodeForm>,
    failed_with_other_codes: u64,
    destinations: Vec<ReplicasForm<'r>>,
    unknown: u64,
    depends_on_tags: u64,
    depends_on_columns: u64,
    /// The path of `manifest.json`; `null` without a report.
    report: Option<String>,
    not_known: Vec<&'static str>,
    not_applied: Vec<&'static str>,
}

/// The replicas in a destination bucket after the run.
///
/// The counts are of all replicas in the bucket, also those of the jobs before.
#[derive(Serialize)]
struct ReplicasForm<'r> {
    bucket: &'r BucketArn,
    versions: u64,
    bytes: u64,
}

/// Returns the result of a job as a document. `tasks` is the number in the job itself, so it is 0
/// where the manifest could not be prepared.
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

/// Returns the result as text: the statuses of the job, its tasks, the replicas, and notes. A job
/// that waits for confirmation has no results yet, so their number is not shown.
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
///
/// A run has no tasks of unread versions: it does not start if something cannot be read.
fn run_notes(setup: &Setup<'_>, run: &Run) -> Vec<String> {
    let mut notes = Vec::new();
    if run.undecided.versions > 0 {
        let versions = counted_all(run.undecided.versions, "version");
        notes.push(format!("{versions} may or may not be in the manifest, by unknown facts"));
        // `execute` leaves a job here whose manifest may be empty or not.
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

/// Returns the statuses that the job went through: `New`, and those to which transitions led.
fn statuses(run: &Run) -> Vec<&'static str> {
    let later = run.transitions.iter().map(|transition| transition.row.to.as_str());
    [job::Status::New.as_str()].into_iter().chain(later).collect()
}

/// Adds the notes, after an empty line.
///
/// Writes nothing without notes, so that a clean answer ends with its numbers.
fn notes(out: &mut String, notes: Vec<String>) {
    if !notes.is_empty() {
        out.push('\n');
    }
    for note in notes {
        let _ = writeln!(out, "note: {note}");
    }
}

/// Adds a line with a count in a column of its own.
///
/// The count is right-aligned in nine characters; a longer one moves the text.
fn line(out: &mut String, count: u64, what: &str) {
    let _ = writeln!(out, "{:>9}  {what}", grouped(count));
}
