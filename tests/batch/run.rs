//! The tasks of a job: rows in, results out, whatever happens in between.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use s3_replication::batch::completion_report::{TaskErrorCode, TaskResult, TaskStatus};
use s3_replication::batch::generator::ManifestGenerator;
use s3_replication::batch::job::{self, Job};
use s3_replication::batch::manifest;
use s3_replication::batch::request::{JobManifestGeneratorFilterDraft, JobParser};
use s3_replication::batch::run::{self, JobRun, RowRefused};
use s3_replication::dialect::job::{JobDialect, ReplicatedVersion, TaskSuccess};
use s3_replication::model::{Event, ReplicationStatus, TimeControl, VersionId};
use s3_replication::replication::{
    FailureReason, Ledger, NotificationName, Outcome, SavedLedger, TaskId,
};
use s3_replication::{Engine, ObjectVersion, StorageClass};
use serde_json::json;

use crate::support::damage::unnoticed;
use crate::support::{configuration, job_json, job_name, rule_v2, second};

/// A job with its ledger, as a service has them.
#[derive(Clone)]
struct Site {
    job: Job,
    run: JobRun,
    ledger: Ledger,
    results: Vec<TaskResult>,
    tasks: usize,
}

const TWO: [&str; 2] = ["backup", "other"];

fn engine(rules: &str) -> Engine {
    Engine::new(&configuration(rules))
}

/// Everything to two buckets.
fn two() -> Engine {
    engine(&(rule_v2("one", 1, "", TWO[0], "") + &rule_v2("two", 2, "", TWO[1], "")))
}

impl Site {
    fn new(engine: Engine, objects: u64, dialect: JobDialect) -> Self {
        let read = JobParser::new().parse_json(&job_json(&json!({})));
        let specification = read.into_specification().unwrap();
        let mut job =
            Job::create_with_dialect(job_name("job-1"), specification, second(0), dialect);
        job.handle(job::Event::PreparationBegan, second(0)).unwrap();
        job.handle(job::Event::Prepared { objects, generated_manifest: None }, second(0)).unwrap();
        job.handle(job::Event::Started, second(0)).unwrap();
        let (run, ledger) = (JobRun::new(&job), Ledger::new("source".parse().unwrap(), engine));
        Self { job, run, ledger, results: Vec::new(), tasks: 0 }
    }

    fn take(&mut self, step: run::Step) -> Vec<TaskId> {
        self.results.extend(step.results);
        self.tasks += step.tasks.len();
        step.tasks.iter().map(|task| task.id).collect()
    }

    fn begin(&mut self, key: &str, change: impl FnOnce(&mut ObjectVersion<'_>)) -> Vec<TaskId> {
        let id: VersionId = "v1".parse().unwrap();
        let mut version = ObjectVersion::new(key);
        version.version_id = Some(&id);
        change(&mut version);
        let (job, ledger) = (&mut self.job, &mut self.ledger);
        let step = self.run.begin_row(job, &row(key), &version, ledger, second(1)).unwrap();
        self.take(step)
    }

    fn settle(&mut self, task: TaskId, outcome: Outcome) -> Vec<TaskId> {
        let (job, ledger) = (&mut self.job, &mut self.ledger);
        let step = self.run.settle(job, ledger, task, outcome, second(2)).unwrap();
        self.take(step)
    }

    fn counts(&self) -> (u64, u64) {
        let progress = self.job.progress(second(3));
        (progress.number_of_tasks_succeeded, progress.number_of_tasks_failed)
    }

    fn last_code(&self) -> Option<&str> {
        self.results.last().unwrap().error_code().map(TaskErrorCode::as_str)
    }

    fn status(&self, key: &str) -> Option<ReplicationStatus> {
        self.ledger.status(key, &"v1".parse().unwrap())
    }

    /// Stores everything and takes it up again.
    fn restart(&mut self) {
        let engine = self.ledger.engine().clone();
        let ledger = serde_json::to_string(&self.ledger.save()).unwrap();
        self.ledger = serde_json::from_str::<SavedLedger>(&ledger).unwrap().resume(engine);
        let job = serde_json::to_string(&self.job).unwrap();
        self.job = serde_json::from_str(&job).unwrap();
        let run = serde_json::to_string(&self.run).unwrap();
        let run: JobRun = serde_json::from_str(&run).unwrap();
        assert_eq!(run, self.run);
        self.run = run;
    }
}

fn row(key: &str) -> manifest::Row {
    let mut row = manifest::Row::new("source".parse().unwrap(), key.into());
    row.version_id = Some("v1".parse().unwrap());
    row
}

/// REP-978: a row is one task of the job, and ends when every destination is settled.
#[test]
fn a_row_waits_for_every_destination() {
    let mut site = Site::new(two(), 2, JobDialect::AWS);
    let tasks = site.begin("a", |_| {});
    assert_eq!(tasks.len(), 2);
    assert_eq!(site.run.open_tasks(&site.ledger).collect::<Vec<_>>(), tasks);
    site.settle(tasks[1], Outcome::Replicated);
    assert_eq!((site.results.len(), site.run.rows_open()), (0, 1));
    site.settle(tasks[0], Outcome::Replicated);
    assert_eq!(site.results[0].status(), TaskStatus::Succeeded);
    assert_eq!(site.counts(), (1, 0));

    // Of two reasons, the one of the first bucket by ARN; not the one that came first.
    let tasks = site.begin("b", |_| {});
    site.settle(tasks[1], Outcome::Failed(FailureReason::DST_BUCKET_UNVERSIONED));
    site.settle(tasks[0], Outcome::Failed(FailureReason::DST_BUCKET_NOT_FOUND));
    assert_eq!(site.last_code(), Some("DstBucketNotFound"));
    assert_eq!(site.counts(), (1, 1));
    assert_eq!(site.job.status(), job::Status::Complete);
}

/// REP-978: one destination that can't be reached fails the row.
#[test]
fn one_failure_is_enough() {
    let mut site = Site::new(two(), 2, JobDialect::AWS);
    let tasks = site.begin("a", |_| {});
    site.settle(tasks[0], Outcome::Replicated);
    site.settle(tasks[1], Outcome::Failed(FailureReason::DST_KMS_KEY_NOT_FOUND));
    assert_eq!(site.last_code(), Some("DstKmsKeyNotFound"));
    assert_eq!(site.status("a"), Some(ReplicationStatus::Failed));
}

/// REP-979: the other reading: initiating is enough.
#[test]
fn initiation_may_be_success() {
    let dialect = JobDialect::AWS.with_task_success(TaskSuccess::Initiated);
    let mut site = Site::new(two(), 1, dialect);
    let tasks = site.begin("a", |_| {});
    assert_eq!((tasks.len(), site.counts()), (2, (1, 0)));
    assert_eq!((site.job.status(), site.run.rows_open()), (job::Status::Complete, 0));
    // What replication comes to shows in the status of the version, and nowhere else.
    site.settle(tasks[0], Outcome::Failed(FailureReason::DST_BUCKET_NOT_FOUND));
    assert_eq!((site.results.len(), site.counts()), (1, (1, 0)));
}

/// REP-980: a version that is everywhere is delivered again, or refused as not pending; one that
/// lacks a destination is not.
#[test]
fn what_is_everywhere_succeeds_or_is_not_pending() {
    let not_pending = JobDialect::AWS.with_replicated_version(ReplicatedVersion::NotPending);
    for (dialect, code) in
        [(JobDialect::AWS, None), (not_pending, Some("SrcReplicationNotPending"))]
    {
        let mut site = Site::new(engine(&rule_v2("one", 1, "", "backup", "")), 3, dialect);
        for task in site.begin("a", |_| {}) {
            site.settle(task, Outcome::Replicated);
        }
        for task in site.begin("a", |_| {}) {
            site.settle(task, Outcome::Replicated);
        }
        assert_eq!(site.last_code(), code);
        assert_eq!(site.status("a"), Some(ReplicationStatus::Completed));

        site.ledger.set_engine(two());
        for task in site.begin("a", |_| {}) {
            site.settle(task, Outcome::Replicated);
        }
        assert_eq!(site.last_code(), None);
    }
}

/// REP-969, REP-985: what no rule takes fails and leaves no status behind.
#[test]
fn the_ineligible_fail_and_leave_no_trace() {
    let mut site = Site::new(
        engine(&rule_v2("one", 1, "<Prefix>Tax/</Prefix>", "backup", "")),
        2,
        JobDialect::AWS,
    );
    assert!(site.begin("cat", |_| {}).is_empty());
    let archive = |version: &mut ObjectVersion<'_>| version.storage_class = StorageClass::GLACIER;
    assert!(site.begin("Tax/1", archive).is_empty());
    for (result, key) in site.results.iter().zip(["cat", "Tax/1"]) {
        assert_eq!(result.error_code().unwrap().as_str(), "SrcObjectNotEligible");
        assert_eq!((result.http_status(), result.key()), (Some(500), key));
    }
    assert_eq!((site.status("cat"), site.status("Tax/1")), (None, None));
}

/// REP-981, REP-982: every reason that S3 lists can be that of a task, whether the source or a
/// destination gives it.
#[test]
fn every_reason_can_be_reported() {
    let known = FailureReason::KNOWN;
    let mut site = Site::new(two(), 2 * known.len() as u64, JobDialect::AWS);
    for (number, reason) in known.iter().enumerate() {
        let step = site.run.fail_row(&mut site.job, row("gone").failed(reason.clone()), second(1));
        assert!(site.take(step.unwrap()).is_empty());
        assert_eq!(site.last_code(), Some(reason.clone().current().as_str()));
        let tasks = site.begin(&format!("key-{number}"), |_| {});
        site.settle(tasks[0], Outcome::Failed(reason.clone()));
        site.settle(tasks[1], Outcome::Replicated);
        assert_eq!(site.last_code(), Some(reason.clone().current().as_str()));
    }
    assert_eq!(site.counts(), (0, 2 * known.len() as u64));
    assert_eq!(site.job.status(), job::Status::Complete);
}

/// REP-984: what fails for the time being is tried again, and counted once.
#[test]
fn passing_faults_are_no_results() {
    let mut site = Site::new(two(), 1, JobDialect::AWS);
    let tasks = site.begin("a", |_| {});
    for _ in 0..3 {
        site.settle(tasks[0], Outcome::Transient);
        assert_eq!(site.status("a"), Some(ReplicationStatus::Pending));
        assert!(site.results.is_empty());
    }
    site.settle(tasks[1], Outcome::Replicated);
    assert_eq!(site.run.open_tasks(&site.ledger).collect::<Vec<_>>(), tasks[..1]);
    site.settle(tasks[0], Outcome::Replicated);
    assert_eq!((site.counts(), site.results.len()), ((1, 0), 1));
}

/// REP-985: existing versions, those that failed, those of a bucket that is new, and replicas;
/// afterwards they show what came of it, and replicas stay replicas.
#[test]
fn batch_sees_what_live_replication_does_not() {
    use ReplicationStatus::{Completed, Failed, Replica};
    let cases = [
        (None, Completed),
        (Some(Failed), Completed),
        (Some(Completed), Completed),
        (Some(Replica), Replica),
    ];
    for (before, after) in cases {
        let mut site = Site::new(two(), 1, JobDialect::AWS);
        let tasks = site.begin("a", |version| version.replication_status = before);
        assert_eq!(tasks.len(), 2, "{before:?}");
        assert_eq!(site.status("a"), Some(ReplicationStatus::Pending));
        for task in tasks {
            site.settle(task, Outcome::Replicated);
        }
        assert_eq!((site.status("a"), site.counts()), (Some(after), (1, 0)));
    }
}

/// REP-968: a version that is listed twice is two tasks; what is under way is not asked for again.
#[test]
fn repeats_share_what_is_under_way() {
    let mut site = Site::new(two(), 3, JobDialect::AWS);
    let tasks = site.begin("a", |_| {});
    assert!(site.begin("a", |_| {}).is_empty());
    assert_eq!(site.run.rows_open(), 2);
    site.settle(tasks[0], Outcome::Failed(FailureReason::DST_BUCKET_NOT_FOUND));
    site.settle(tasks[1], Outcome::Replicated);
    assert_eq!(site.counts(), (0, 2));
    // Later it is another attempt.
    for task in site.begin("a", |_| {}) {
        site.settle(task, Outcome::Replicated);
    }
    assert_eq!(site.counts(), (1, 2));
}

/// A version that live replication is about to bring is waited for, whoever settles it.
#[test]
fn live_tasks_are_waited_for() {
    let mut site = Site::new(two(), 1, JobDialect::AWS);
    let id: VersionId = "v1".parse().unwrap();
    let mut version = ObjectVersion::new("a");
    version.version_id = Some(&id);
    let live = site.ledger.observe(&version, Event::ObjectCreatedPut, second(0)).unwrap().tasks;
    assert!(site.begin("a", |_| {}).is_empty());
    for task in &live {
        let _ = site.ledger.complete(task.id, Outcome::Replicated, second(2)).unwrap();
    }
    assert!(site.results.is_empty());
    let step = site.run.look(&mut site.job, &site.ledger, second(2));
    site.take(step);
    assert_eq!(site.counts(), (1, 0));
}

/// REP-981: a version that is deleted while its task runs is gone.
#[test]
fn versions_can_vanish_under_way() {
    let mut site = Site::new(two(), 1, JobDialect::AWS);
    site.begin("a", |_| {});
    let id: VersionId = "v1".parse().unwrap();
    let mut version = ObjectVersion::new("a");
    version.version_id = Some(&id);
    let _ = site.ledger.observe(&version, Event::ObjectRemovedDelete, second(2)).unwrap();
    let step = site.run.look(&mut site.job, &site.ledger, second(2));
    site.take(step);
    assert_eq!(site.last_code(), Some("SrcVersionNotFound"));
}

/// REP-802, REP-803: neither Time Control nor the pending figures cover a job; failures count.
#[test]
fn time_control_and_pending_metrics_do_not_apply() {
    let end = "<ReplicationTime><Status>Enabled</Status><Time><Minutes>15</Minutes></Time>\
               </ReplicationTime><Metrics><Status>Enabled</Status><EventThreshold><Minutes>15\
               </Minutes></EventThreshold></Metrics></Destination>";
    let rule = rule_v2("one", 1, "", "backup", "").replace("</Destination>", end);
    let mut site = Site::new(engine(&rule), 1, JobDialect::AWS);
    assert!(
        site.ledger.engine().rules()[0]
            .destination
            .time_control
            .is_some_and(TimeControl::is_enabled)
    );
    let tasks = site.begin("a", |version| version.size = 9);
    assert_eq!(site.ledger.next_deadline(), None);
    let pending = |site: &Site| {
        let (_, _, meter) = site.ledger.meters().next().unwrap();
        (meter.bytes_pending(), meter.operations_pending(), meter.operations_failed())
    };
    assert_eq!(pending(&site), (0, 0, 0));
    let (job, ledger) = (&mut site.job, &mut site.ledger);
    let reason = Outcome::Failed(FailureReason::DST_BUCKET_UNVERSIONED);
    let step = site.run.settle(job, ledger, tasks[0], reason, second(9999)).unwrap();
    let sent: Vec<_> = step.notifications.iter().map(|sent| sent.name).collect();
    assert_eq!(sent, [NotificationName::OperationFailedReplication]);
    assert_eq!(pending(&site), (0, 0, 1));
}

/// REP-986: a job that is cancelled begins nothing; what is under way ends and is counted, or is
/// given up.
#[test]
fn a_cancelled_job_ends_what_it_began() {
    let mut site = Site::new(two(), 9, JobDialect::AWS);
    let first = site.begin("a", |_| {});
    let second_row = site.begin("b", |_| {});
    site.job.update_status(job::RequestedStatus::Cancelled, None, second(2)).unwrap();
    assert!(!site.run.takes_rows(&site.job));
    let id = "v1".parse().unwrap();
    let mut version = ObjectVersion::new("c");
    version.version_id = Some(&id);
    let refused =
        site.run.begin_row(&mut site.job, &row("c"), &version, &mut site.ledger, second(2));
    assert_eq!(refused.unwrap_err(), RowRefused::NotActive { status: job::Status::Cancelling });
    assert_eq!(site.status("c"), None);
    for task in first {
        site.settle(task, Outcome::Replicated);
    }
    assert_eq!(site.counts(), (1, 0));
    site.settle(second_row[0], Outcome::Transient);
    assert!(!site.run.is_settled(&site.job));
    assert_eq!(site.run.give_up(&site.job), 1);
    assert!(site.run.is_settled(&site.job));
    site.job.handle(job::Event::Settled, second(3)).unwrap();
    assert_eq!((site.job.status(), site.counts()), (job::Status::Cancelled, (1, 0)));
    assert_eq!(site.status("b"), Some(ReplicationStatus::Pending));
}

/// REP-986: while a job is paused results wait, and none is lost.
#[test]
fn a_pause_keeps_results() {
    let mut site = Site::new(two(), 2, JobDialect::AWS);
    let tasks = site.begin("a", |_| {});
    site.job.handle(job::Event::Preempted, second(2)).unwrap();
    assert_eq!(site.run.give_up(&site.job), 0);
    site.job.handle(job::Event::Settled, second(2)).unwrap();
    for task in tasks {
        site.settle(task, Outcome::Replicated);
    }
    assert_eq!((site.job.status(), site.counts()), (job::Status::Paused, (0, 0)));
    site.restart();
    site.job.handle(job::Event::Started, second(3)).unwrap();
    let step = site.run.look(&mut site.job, &site.ledger, second(3));
    site.take(step);
    assert_eq!(site.counts(), (1, 0));
}

/// REP-932: a thousand rows of which more than half failed fail the job; what is under way still
/// counts.
#[test]
fn too_many_failures_stop_the_job() {
    let mut site = Site::new(two(), 5000, JobDialect::AWS);
    let open = site.begin("open", |_| {});
    for number in 0..1000 {
        let outcome = if number % 2 == 0 || number == 1 {
            Outcome::Failed(FailureReason::DST_BUCKET_NOT_FOUND)
        } else {
            Outcome::Replicated
        };
        for task in site.begin(&number.to_string(), |_| {}) {
            site.settle(task, outcome.clone());
        }
    }
    assert_eq!((site.job.status(), site.counts()), (job::Status::Failing, (499, 501)));
    for task in open {
        site.settle(task, Outcome::Replicated);
    }
    assert_eq!((site.counts(), site.run.rows_begun()), ((500, 501), 1001));
}

/// What is misused is refused, and changes nothing.
#[test]
fn misuse_is_refused() {
    let mut site = Site::new(two(), 1, JobDialect::AWS);
    let id = "v1".parse().unwrap();
    let mut version = ObjectVersion::new("a");
    let before = (site.run.clone(), site.job.clone());
    let refuse = |site: &mut Site, row: &manifest::Row, version: &ObjectVersion<'_>| {
        site.run.begin_row(&mut site.job, row, version, &mut site.ledger, second(1)).unwrap_err()
    };
    assert_eq!(refuse(&mut site, &row("a"), &version), RowRefused::NoVersionId);
    version.version_id = Some(&id);
    assert_eq!(refuse(&mut site, &row("b"), &version), RowRefused::OtherVersion);
    let mut foreign = row("a");
    foreign.bucket = "elsewhere".parse().unwrap();
    assert!(matches!(refuse(&mut site, &foreign, &version), RowRefused::OtherLedger(_)));
    assert_eq!((site.run.clone(), site.job.clone()), before);
    assert!(site.ledger.versions().next().is_none());
    site.begin("a", |_| {});
    assert_eq!(refuse(&mut site, &row("a"), &version), RowRefused::NoneLeft { total: 1 });

    let stored = serde_json::to_value(&site.run).unwrap();
    for (pointer, value, message) in [
        ("/RowsBegun", json!(0), "row 0 is in progress, but only 0 rows were begun"),
        ("/OpenRows/0/Row/Destinations", json!([]), "row 0 is in progress without a destination"),
        ("/OpenRows/0/Row/Surprise", json!(1), "unknown field"),
        (
            "/OpenRows/0/Row/Destinations",
            json!([{"Bucket": "arn:aws:s3:::east", "State": "Replicated"}]),
            "waits for no destination",
        ),
        (
            "/OpenRows/0/Row/Destinations",
            json!(vec![json!({"Bucket": "arn:aws:s3:::east", "State": "Waiting"}); 2]),
            "its destinations are not sorted",
        ),
        ("/RowsBegun", json!(u64::MAX), "more than a job can have"),
        ("/RowsBegun", json!(Job::OBJECT_LIMIT + 1), "more than a job can have"),
        ("/RowsBegun", json!(Job::OBJECT_LIMIT), "checksum"),
    ] {
        let mut wrong = stored.clone();
        match wrong.pointer_mut(pointer) {
            Some(place) => *place = value,
            None => wrong["OpenRows"][0]["Row"]["Surprise"] = value,
        }
        let error = serde_json::from_value::<JobRun>(wrong).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
    let mut twice = stored.clone();
    let row = twice["OpenRows"][0].clone();
    twice["OpenRows"].as_array_mut().unwrap().push(row);
    assert!(serde_json::from_value::<JobRun>(twice).unwrap_err().to_string().contains("twice"));
    // Each member is removed, doubled, swapped and made extreme.
    assert_eq!(unnoticed::<JobRun>(&stored), Vec::<String>::new());
}

#[derive(Clone, Debug)]
enum Step {
    /// The next row: a key out of few, which may be one that is gone.
    Begin(usize),
    Settle(Index, bool),
    /// Somebody else settles.
    SettleLive(Index),
    Look,
    Pause,
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..8usize).prop_map(Step::Begin),
        6 => (any::<Index>(), prop::bool::weighted(0.2)).prop_map(|(at, passing)| Step::Settle(at, passing)),
        1 => any::<Index>().prop_map(Step::SettleLive),
        1 => Just(Step::Look),
        1 => Just(Step::Pause),
        2 => Just(Step::Restart),
    ]
}

/// The keys of the machine: `gone` is not in the bucket, `x` has no rule.
const KEYS: [&str; 8] = ["a/1", "a/2", "b/1", "b/2", "a/b", "x/1", "a/cold", "gone"];

fn cold(key: &str) -> StorageClass {
    if key == "a/cold" { StorageClass::GLACIER } else { StorageClass::STANDARD }
}

/// What a destination does with a key, always the same.
fn fate(fates: &[u8], key: &str, bucket: &str) -> Outcome {
    let at = KEYS.iter().position(|other| *other == key).unwrap();
    let at = 2 * at + usize::from(bucket == TWO[1]);
    match fates[at] {
        0 => Outcome::Failed(FailureReason::DST_BUCKET_NOT_FOUND),
        1 => Outcome::Failed(FailureReason::DST_BUCKET_UNVERSIONED),
        _ => Outcome::Replicated,
    }
}

fn machine_engine() -> Engine {
    let a = rule_v2("a", 1, "<Prefix>a/</Prefix>", TWO[0], "");
    let b = rule_v2("b", 2, "<Prefix>b/</Prefix>", TWO[1], "");
    engine(&(a + &b + &rule_v2("ab", 3, "<Prefix>a/</Prefix>", TWO[1], "")))
}

impl Site {
    fn play(&mut self, step: &Step, fates: &[u8]) {
        let live = |site: &Self, at: &Index| {
            let open: Vec<_> = site.ledger.open_tasks().cloned().collect();
            (!open.is_empty()).then(|| open[at.index(open.len())].clone())
        };
        match step {
            Step::Begin(key) if self.run.takes_rows(&self.job) => {
                let key = KEYS[*key];
                if key == "gone" {
                    let result = row(key).failed(FailureReason::SRC_VERSION_NOT_FOUND);
                    let step = self.run.fail_row(&mut self.job, result, second(1)).unwrap();
                    self.take(step);
                } else {
                    self.begin(key, |version| version.storage_class = cold(key));
                }
            }
            Step::Settle(at, passing) => {
                let Some(task) = live(self, at) else { return };
                let outcome = match passing {
                    true => Outcome::Transient,
                    false => fate(fates, &task.key.to_string(), task.bucket.name().as_str()),
                };
                self.settle(task.id, outcome);
            }
            Step::SettleLive(at) => {
                let Some(task) = live(self, at) else { return };
                let outcome = fate(fates, &task.key.to_string(), task.bucket.name().as_str());
                let _ = self.ledger.complete(task.id, outcome, second(2)).unwrap();
            }
            Step::Look => self.look(),
            Step::Pause if self.job.status() == job::Status::Active => {
                self.job.handle(job::Event::Preempted, second(2)).unwrap();
                self.job.handle(job::Event::Settled, second(2)).unwrap();
            }
            Step::Pause if self.job.status() == job::Status::Paused => {
                self.job.handle(job::Event::Started, second(3)).unwrap();
                self.look();
            }
            Step::Restart => self.restart(),
            Step::Begin(_) | Step::Pause => {}
        }
    }

    fn look(&mut self) {
        let step = self.run.look(&mut self.job, &self.ledger, second(2));
        self.take(step);
    }

    /// Lets everything end.
    fn end(&mut self, fates: &[u8]) {
        if self.job.status() == job::Status::Paused {
            self.play(&Step::Pause, fates);
        }
        for task in self.ledger.open_tasks().cloned().collect::<Vec<_>>() {
            let outcome = fate(fates, &task.key.to_string(), task.bucket.name().as_str());
            self.settle(task.id, outcome);
        }
        self.look();
    }
}

/// How the task of a key ends.
fn expected(fates: &[u8], key: &str) -> Option<String> {
    let buckets: &[&str] = match key {
        "gone" => return Some("SrcVersionNotFound".to_owned()),
        "a/cold" | "x/1" => return Some("SrcObjectNotEligible".to_owned()),
        key if key.starts_with("a/") => &TWO,
        _ => &TWO[1..],
    };
    buckets.iter().find_map(|bucket| match fate(fates, key, bucket) {
        Outcome::Failed(reason) => Some(reason.to_string()),
        _ => None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// REP-978, REP-935: every row ends in exactly one result, the right one; the job counts them
    /// all; nothing is replicated that a generator would not list; and stopping anywhere, storing
    /// everything and going on is the same as never stopping.
    #[test]
    fn every_row_ends_once_however_often_the_job_is_interrupted(
        steps in vec(step(), 1..80),
        fates in vec(0..6u8, 16),
    ) {
        let rows = steps.len() as u64 + 1;
        let mut site = Site::new(machine_engine(), rows, JobDialect::AWS);
        let mut whole = site.clone();
        let mut begun = Vec::new();
        for step in &steps {
            if let Step::Begin(key) = step && site.run.takes_rows(&site.job) {
                begun.push(KEYS[*key]);
            }
            let before = site.counts();
            site.play(step, &fates);
            if !matches!(step, Step::Restart) {
                whole.play(step, &fates);
            }
            let (succeeded, failed) = site.counts();
            prop_assert!(before.0 <= succeeded && before.1 <= failed);
            let open = site.run.rows_open() as u64;
            prop_assert_eq!(succeeded + failed + open, site.run.rows_begun());
        }
        for site in [&mut site, &mut whole] {
            site.end(&fates);
        }
        prop_assert_eq!(&site.results, &whole.results);
        prop_assert_eq!(&site.job, &whole.job);
        prop_assert_eq!(&site.run, &whole.run);
        prop_assert_eq!(site.ledger.save(), whole.ledger.save());

        prop_assert_eq!(site.run.rows_open(), 0);
        prop_assert_eq!(begun.len() as u64, site.run.rows_begun());
        let mut ended: BTreeMap<&str, usize> = BTreeMap::new();
        for result in &site.results {
            *ended.entry(result.key()).or_default() += 1;
            let code = result.error_code().map(TaskErrorCode::as_str);
            let wanted = expected(&fates, result.key());
            prop_assert_eq!(code, wanted.as_deref());
        }
        let mut wanted: BTreeMap<&str, usize> = BTreeMap::new();
        for key in &begun {
            *wanted.entry(key).or_default() += 1;
        }
        prop_assert_eq!(ended, wanted);
        let failed = site.results.iter().filter(|result| result.status() == TaskStatus::Failed);
        prop_assert_eq!(site.counts().1, failed.count() as u64);

        let mut draft = JobManifestGeneratorFilterDraft::default();
        draft.eligible_for_replication = Some(true);
        let filter = draft.validate(&JobDialect::AWS).unwrap();
        let generator = ManifestGenerator::new("source".parse().unwrap(), filter, machine_engine());
        for (key, _, _) in site.ledger.versions() {
            let class = cold(&key.to_string());
            let version = ObjectVersion::new(key.as_bytes()).with_storage_class(class);
            prop_assert_eq!(generator.judge(&version), Ok(()));
        }
    }
}
