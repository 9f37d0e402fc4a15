//! Runs a job of S3 Batch Replication over a store.
//!
//! The [`JobRunner`] decides what is done next and takes the answers of the store. Each driver is a loop
//! around it. The drivers differ only in how they ask the store.

#[cfg(feature = "async")]
mod asynchronous;
mod runner;

use std::ops::ControlFlow;

#[cfg(feature = "async")]
pub use self::asynchronous::run_job_async;
use self::runner::{Answer, Work};
pub(super) use self::runner::{JobRunner, Ledgers};
use crate::batch::completion_report::{TaskErrorCode, TaskResult};
use crate::batch::job::{self, Job};
use crate::batch::manifest::{self, RowError};
use crate::batch::run::JobRun;
use crate::model::{BucketName, Timestamp, VersionId};
use crate::replication::{FailureReason, Ledger, Notification, Outcome, Task};
use crate::storage::{Destination, Fault, Source, StoredVersion, run_task};

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
/// [`completion_report::Writer`](crate::batch::completion_report::Writer). After [`ControlFlow::Break`]
/// no further row and no further task begins. Tasks that meet a transient fault are tried again at the end of this run and in the
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
    let bucket = ledger.source().clone();
    let runner = JobRunner::new(OneLedger(ledger), job, run, rows, || at, each);
    drive(runner, &OneBucket { bucket: &bucket, source, destination })
}

/// Runs a job over a store that answers at once.
pub(super) fn drive<L, R, N, F>(
    mut runner: JobRunner<'_, L, R, N, F>,
    host: &impl JobHost,
) -> JobRunSummary
where
    L: Ledgers,
    R: Iterator<Item = Result<manifest::Row, RowError>>,
    N: FnMut() -> Timestamp,
    F: FnMut(&TaskResult, &Job) -> ControlFlow<()>,
{
    while let Some(work) = runner.next() {
        runner.answer(match work {
            Work::LookUp { number, row } => {
                let found = host.look_up(&row);
                Answer::Found { number, row, found }
            }
            Work::Attempt { bucket, task } => {
                let outcome = host.attempt(&bucket, &task);
                Answer::Ended { bucket, task, outcome }
            }
        });
    }
    runner.finish()
}

/// A store that looks up versions and runs tasks.
pub(super) trait JobHost {
    /// Finds the version of a row.
    fn look_up(&self, row: &manifest::Row) -> Lookup;

    /// Performs a task.
    fn attempt(&self, source: &BucketName, task: &Task) -> Outcome;
}

/// The answer of a store about the version of a row.
pub(super) enum Lookup {
    Found(Box<StoredVersion<()>>),
    Failed(TaskErrorCode),
    /// The store cannot answer at the moment.
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

impl<Body, E> From<Result<StoredVersion<Body>, Fault<E>>> for Lookup {
    fn from(read: Result<StoredVersion<Body>, Fault<E>>) -> Self {
        match read {
            Ok(version) => Self::Found(Box::new(version.without_bytes())),
            Err(fault) => fault.into(),
        }
    }
}

impl Lookup {
    /// Returns the version ID of a row of the manifest of a bucket, or the answer about a row that has
    /// none or is about another bucket.
    fn id_in<'r>(row: &'r manifest::Row, bucket: &BucketName) -> Result<&'r VersionId, Self> {
        if row.bucket != *bucket {
            let reason = FailureReason::SRC_BUCKET_REPLICATION_CONFIG_MISSING;
            return Err(Self::Failed(reason.into()));
        }
        row.version_id.as_ref().ok_or(Self::Failed(TaskErrorCode::INVALID_REQUEST))
    }
}

/// The ledger of a single source bucket.
struct OneLedger<'s>(&'s mut Ledger);

impl Ledgers for OneLedger<'_> {
    fn with_ledger(&mut self, bucket: &BucketName, work: &mut dyn FnMut(&mut Ledger)) {
        if bucket == self.0.source() {
            work(self.0);
        }
    }
}

/// A single source bucket.
struct OneBucket<'s, S, D> {
    bucket: &'s BucketName,
    source: &'s S,
    destination: &'s D,
}

impl<S: Source, D: Destination<S::Body>> JobHost for OneBucket<'_, S, D> {
    fn look_up(&self, row: &manifest::Row) -> Lookup {
        match Lookup::id_in(row, self.bucket) {
            Ok(id) => self.source.read(&row.key, id).into(),
            Err(answer) => answer,
        }
    }

    fn attempt(&self, _: &BucketName, task: &Task) -> Outcome {
        run_task(task, self.source, self.destination)
    }
}
