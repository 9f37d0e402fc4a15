//! Runs a job of S3 Batch Replication over a store.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::batch::completion_report::{TaskErrorCode, TaskResult, TaskStatus};
use crate::batch::job::{self, Job};
use crate::batch::manifest::{self, Consequence, RowError};
use crate::batch::run::{self, JobRun};
use crate::model::{BucketName, Timestamp};
use crate::replication::{FailureReason, Ledger, Notification, Outcome, Task};
use crate::storage::run::attempt;
use crate::storage::{Destination, Fault, Source, StoredVersion};

/// The most rows that may be in progress before a run returns [`JobStop::Waiting`].
const OPEN_LIMIT: usize = 10_000;

/// A job together with its progress and the ledger of its source bucket.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "the arguments of `run_job`")]
pub struct JobContext<'j> {
    /// The job, which must be active for rows to begin.
    pub job: &'j mut Job,
    /// The progress of the job.
    pub run: &'j mut JobRun,
    /// The ledger of the source bucket. Rows of other buckets fail.
    pub ledger: &'j mut Ledger,
}

/// The result of one run of a job.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct JobRunSummary {
    /// The number of tasks of the job that succeeded.
    pub succeeded: u64,
    /// The number of tasks of the job that failed.
    pub failed: u64,
    /// The number of rows still in progress, because their tasks met a transient fault.
    pub open: usize,
    /// The number of rows that the run gave up, because the job is being cancelled or is failing.
    pub given_up: usize,
    /// The event notifications that S3 would send.
    pub notifications: Vec<Notification>,
    /// The changes of the status of the job.
    pub transitions: Vec<job::Transition>,
    /// The reason why the run ended.
    pub stop: JobStop,
}

/// The reason why a run of a job ended.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum JobStop {
    /// No row is left to begin and none is in progress. Write the completion report and pass
    /// [`Settled`](crate::batch::job::Event::Settled) to the job, if it accepts that event.
    Done,
    /// The caller stopped the run with [`ControlFlow::Break`].
    Stopped,
    /// A bucket is temporarily unavailable, or too many rows wait for one. Run the job again later.
    Waiting,
    /// The manifest has fewer rows than when the job was prepared.
    ManifestEnded,
    /// A row of the manifest is unreadable or fails the job, which it did not when the job was
    /// prepared.
    Manifest(RowError),
}

/// Runs the tasks of an active job: begins the rows of the manifest one by one, replicates their
/// versions, and completes them.
///
/// `rows` are all rows of the manifest from its beginning; rows that an earlier run has begun are
/// skipped. The function calls `each` with every result, for instance to pass it to a
/// [`completion_report::Writer`](crate::batch::completion_report::Writer). Returning [`ControlFlow::Break`] from `each` stops
/// the run. Tasks that meet a transient fault are tried again at the end of this run and in the
/// next one. A row without a version ID fails with `InvalidRequest`, because a [`Source`] reads
/// versions by ID.
///
/// # Examples
///
/// ```
/// use std::io;
/// use std::ops::ControlFlow;
///
/// use s3_replication::batch::{completion_report, job, manifest};
/// use s3_replication::storage::{Destination, JobContext, JobStop, Source, run_job};
/// # use s3_replication::batch::completion_report::{PartName, TaskStatus};
/// # use s3_replication::model::Timestamp;
///
/// fn work<S: Source, W: io::Write>(
///     JobContext { job, run, ledger }: JobContext<'_>,
///     source: &S,
///     destination: &impl Destination<S::Body, Error = S::Error>,
///     file: impl io::BufRead,
///     mut report: completion_report::Writer<W, impl FnMut(TaskStatus) -> io::Result<(PartName, W)>>,
///     now: Timestamp,
/// ) -> Result<(), Box<dyn std::error::Error>> {
///     let rows = manifest::Reader::new(file, &manifest::Fields::default());
///     let context = JobContext { job: &mut *job, run: &mut *run, ledger };
///     let mut written = Ok(());
///     let summary = run_job(context, source, destination, rows, now, |result, _| {
///         written = report.write(result);
///         if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
///     });
///     written?;
///     if summary.stop == JobStop::Done && run.is_settled(job) {
///         let event = match report.finish(now) {
///             Ok(_document) => job::Event::Settled,
///             Err(_) => job::Event::ReportFailed(job::Failure::report_not_written()),
///         };
///         job.handle(event, now)?;
///     }
///     Ok(())
/// }
/// ```
pub fn run_job<S: Source, D: Destination<S::Body>>(
    context: JobContext<'_>,
    source: &S,
    destination: &D,
    rows: impl IntoIterator<Item = Result<manifest::Row, RowError>>,
    at: Timestamp,
    each: impl FnMut(&TaskResult, &Job) -> ControlFlow<()>,
) -> JobRunSummary {
    let JobContext { job, run, ledger } = context;
    JobRunner::new(OneBucket { ledger, source, destination }, job, run, at, each).run_rows(rows)
}

/// A store whose ledgers may be behind a lock.
pub(super) trait JobHost {
    /// Calls `work` with the ledger of a bucket, or does nothing if the bucket has none.
    fn with_ledger(&mut self, bucket: &BucketName, work: &mut dyn FnMut(&mut Ledger));

    /// Finds the version of a row.
    fn look_up(&self, row: &manifest::Row) -> Lookup;

    /// Performs a task.
    fn attempt(&self, source: &BucketName, task: &Task) -> Outcome;
}

/// The answer of a store about the version of a row.
pub(super) enum Lookup {
    Found(Box<StoredVersion<()>>),
    Failed(TaskErrorCode),
    /// The store can't answer at the moment.
    Later,
}

impl<E> From<Fault<E>> for Lookup {
    fn from(fault: Fault<E>) -> Self {
        match fault {
            Fault::Transient(_) => Self::Later,
            Fault::Permanent(reason, _) => Self::Failed(reason.into()),
        }
    }
}

/// A single source bucket with its ledger.
struct OneBucket<'s, S, D> {
    ledger: &'s mut Ledger,
    source: &'s S,
    destination: &'s D,
}

impl<S: Source, D: Destination<S::Body>> JobHost for OneBucket<'_, S, D> {
    fn with_ledger(&mut self, bucket: &BucketName, work: &mut dyn FnMut(&mut Ledger)) {
        if bucket == self.ledger.source() {
            work(self.ledger);
        }
    }

    fn look_up(&self, row: &manifest::Row) -> Lookup {
        if row.bucket != *self.ledger.source() {
            return Lookup::Failed(FailureReason::SRC_BUCKET_REPLICATION_CONFIG_MISSING.into());
        }
        let Some(id) = &row.version_id else {
            return Lookup::Failed(TaskErrorCode::INVALID_REQUEST);
        };
        match self.source.read(&row.key, id) {
            Ok(version) => Lookup::Found(Box::new(version.without_bytes())),
            Err(fault) => fault.into(),
        }
    }

    fn attempt(&self, _: &BucketName, task: &Task) -> Outcome {
        attempt(task, self.source, self.destination)
    }
}

/// One run of a job.
pub(super) struct JobRunner<'j, T, F> {
    host: T,
    job: &'j mut Job,
    run: &'j mut JobRun,
    at: Timestamp,
    each: F,
    summary: JobRunSummary,
    is_stopped: bool,
}

impl<'j, T: JobHost, F: FnMut(&TaskResult, &Job) -> ControlFlow<()>> JobRunner<'j, T, F> {
    /// Creates a run that has done nothing.
    pub(super) const fn new(
        host: T,
        job: &'j mut Job,
        run: &'j mut JobRun,
        at: Timestamp,
        each: F,
    ) -> Self {
        let summary = JobRunSummary {
            succeeded: 0,
            failed: 0,
            open: 0,
            given_up: 0,
            notifications: Vec::new(),
            transitions: Vec::new(),
            stop: JobStop::Done,
        };
        Self { host, job, run, at, each, summary, is_stopped: false }
    }

    /// Runs the job as far as possible, over all rows of its manifest.
    pub(super) fn run_rows(
        mut self,
        rows: impl IntoIterator<Item = Result<manifest::Row, RowError>>,
    ) -> JobRunSummary {
        let mut rows = rows.into_iter();
        // A loop, because `Iterator::nth` counts in `usize` and rows are counted in `u64`.
        for _ in 0..self.run.rows_begun() {
            if rows.next().is_none() {
                break;
            }
        }
        // Rows that an earlier run left open come first: live replication may have completed their
        // tasks in the meantime. They come last as well, since the rows of this run may have waited
        // for the same tasks.
        self.collect_results();
        self.retry_open_rows();
        let stop = self.begin_rows(rows);
        self.retry_open_rows();
        self.summary.given_up = self.run.give_up(self.job);
        self.summary.open = self.run.rows_open();
        self.summary.stop = match stop {
            _ if self.is_stopped => JobStop::Stopped,
            JobStop::Done if self.summary.open > 0 => JobStop::Waiting,
            stop => stop,
        };
        self.summary
    }

    /// Begins rows as long as the job takes them, and returns why it stopped.
    fn begin_rows(
        &mut self,
        mut rows: impl Iterator<Item = Result<manifest::Row, RowError>>,
    ) -> JobStop {
        while !self.is_stopped && self.run.takes_rows(self.job) {
            if self.run.rows_open() >= OPEN_LIMIT {
                return JobStop::Waiting;
            }
            let has_begun = match rows.next() {
                None => return JobStop::ManifestEnded,
                Some(Ok(row)) => self.begin_row(&row),
                Some(Err(fault)) => match fault.consequence() {
                    Some(Consequence::TaskFails(result)) => self.fail_row(result.clone()),
                    _ => return JobStop::Manifest(fault),
                },
            };
            if !has_begun {
                return JobStop::Waiting;
            }
        }
        JobStop::Done
    }

    /// Begins a row and runs its tasks. Returns false if the source can't answer at the moment.
    fn begin_row(&mut self, row: &manifest::Row) -> bool {
        let version = match self.host.look_up(row) {
            Lookup::Found(version) => version,
            Lookup::Failed(code) => return self.fail_row(row.failed(code)),
            Lookup::Later => return false,
        };
        let mut begun = None;
        let Self { host, job, run, at, .. } = self;
        host.with_ledger(&row.bucket, &mut |ledger| {
            begun = Some(run.begin_row(job, row, &version.as_object_version(), ledger, *at));
        });
        match begun {
            Some(Ok(step)) => {
                let mut tasks: VecDeque<_> = self.record(step).into();
                while let Some(task) = tasks.pop_front() {
                    tasks.extend(self.run_task(&row.bucket, &task).0);
                }
                true
            }
            // The source returned another version than the row names, so it does not have this one.
            Some(Err(_)) => self.fail_row(row.failed(FailureReason::SRC_VERSION_NOT_FOUND)),
            None => {
                let reason = FailureReason::SRC_BUCKET_REPLICATION_CONFIG_MISSING;
                self.fail_row(row.failed(reason))
            }
        }
    }

    /// Begins a row that fails at once. Returns false if the job takes no row.
    fn fail_row(&mut self, result: TaskResult) -> bool {
        let failed = self.run.fail_row(self.job, result, self.at);
        failed.map(|step| self.record(step)).is_ok()
    }

    /// Runs the tasks that rows in progress wait for, until none of them makes progress.
    fn retry_open_rows(&mut self) {
        for bucket in self.open_buckets() {
            // A task that ends may release another one: metadata that waited for its object.
            let mut progresses = true;
            while progresses && !self.is_stopped {
                progresses = false;
                let mut tasks: Vec<Arc<Task>> = Vec::new();
                let Self { host, run, .. } = self;
                host.with_ledger(&bucket, &mut |ledger| {
                    let ids = run.open_tasks(ledger);
                    tasks = ids.filter_map(|id| ledger.open_task(id).cloned()).collect();
                });
                for task in &tasks {
                    progresses |= self.run_task(&bucket, task).1;
                }
            }
        }
    }

    /// Collects the results of rows whose tasks were completed outside of this job.
    fn collect_results(&mut self) {
        for bucket in self.open_buckets() {
            let mut step = run::Step::default();
            let Self { host, job, run, at, .. } = self;
            host.with_ledger(&bucket, &mut |ledger| step = run.look(job, ledger, *at));
            self.record(step);
        }
    }

    /// Returns the buckets of the rows in progress, as copies, because the run changes meanwhile.
    fn open_buckets(&self) -> Vec<BucketName> {
        self.run.open_buckets().into_iter().cloned().collect()
    }

    /// Runs a task and completes it. Returns the tasks that waited for it, and true if it ended.
    fn run_task(&mut self, bucket: &BucketName, task: &Task) -> (Vec<Arc<Task>>, bool) {
        let outcome = self.host.attempt(bucket, task);
        let has_ended = outcome != Outcome::Transient;
        let mut step = run::Step::default();
        let Self { host, job, run, at, .. } = self;
        host.with_ledger(bucket, &mut |ledger| {
            // The ledger does not know the task if its bucket was deleted and created again.
            step = run.settle(job, ledger, task.id, outcome.clone(), *at).unwrap_or_default();
        });
        (self.record(step), has_ended)
    }

    /// Counts the results of a step, passes them to the caller, and returns the tasks of the step.
    fn record(&mut self, step: run::Step) -> Vec<Arc<Task>> {
        self.summary.notifications.extend(step.notifications);
        self.summary.transitions.extend(step.transitions);
        for result in &step.results {
            if result.status() == TaskStatus::Failed {
                self.summary.failed += 1;
            } else {
                self.summary.succeeded += 1;
            }
            // The caller receives all results of a step, even after it has stopped the run: the
            // job has counted them, so they would be missing from the completion report.
            self.is_stopped |= (self.each)(result, self.job).is_break();
        }
        step.tasks
    }
}
