use std::ops::ControlFlow;

use super::driver::drive_job;
use crate::batch::completion_report::{TaskErrorCode, TaskResult};
use crate::batch::job::{self, Job};
use crate::batch::manifest::{self, RowError};
use crate::batch::run::JobRun;
use crate::model::{BucketName, Timestamp};
use crate::replication::{FailureReason, Ledger, Notification, Outcome, Task};
use crate::storage::driver::run;
use crate::storage::{Destination, Fault, Source, StoredVersion};

/// What one run of a job came to.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct JobRunSummary {
    /// How many tasks of the job succeeded.
    pub succeeded: u64,
    /// How many failed.
    pub failed: u64,
    /// How many rows are under way, because a fault that passes is in the way.
    pub open: usize,
    /// How many rows a job that is cancelled or failing gave up.
    pub given_up: usize,
    /// What S3 would send.
    pub notifications: Vec<Notification>,
    /// How the status of the job changed.
    pub transitions: Vec<job::Transition>,
    /// Why the run ended.
    pub stop: JobStop,
}

/// Why a run of a job ended.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum JobStop {
    /// The job takes no more rows, and nothing is under way: write the report and tell the job that
    /// it is [settled](crate::batch::job::Event::Settled), if it waits for that.
    Done,
    /// Whoever was told of the results stopped it.
    Stopped,
    /// A bucket is out of reach for now, or too much waits for one: run it again later.
    Waiting,
    /// The manifest has fewer rows than when it was prepared.
    ManifestEnded,
    /// The manifest has a row that fails a job, or can't be read, and did not when it was prepared.
    Manifest(RowError),
}

/// What the source says about the version of a row.
pub(in crate::storage) enum Looked {
    Found(StoredVersion<()>),
    Failed(TaskErrorCode),
    /// It can't say for now.
    Later,
}

/// A store that runs a job, and the ledgers of its buckets, which can be had now and then only.
pub(in crate::storage) trait Site {
    /// Hands the ledger of a bucket to the work; does nothing when there is none.
    fn with_ledger(&mut self, bucket: &BucketName, work: &mut dyn FnMut(&mut Ledger));
    fn look(&self, row: &manifest::Row) -> Looked;
    fn run(&self, source: &BucketName, task: &Task) -> Outcome;
}

/// Runs the tasks of an active job: begins row after row of the manifest, does what it takes, and
/// settles it.
///
/// `rows` are those of the manifest from its beginning; what was begun before is skipped. `each` is
/// told of every result, which a [`completion_report::Writer`](crate::batch::completion_report::Writer) takes, and stops the
/// run by [`ControlFlow::Break`]. What meets a fault that passes is tried again at the end of this
/// run, and in the next. A row without a version id fails as `InvalidRequest`: a
/// [`Source`] is asked about versions.
///
/// # Examples
///
/// ```
/// use std::io;
/// use std::ops::ControlFlow;
///
/// use s3_replication::batch::completion_report;
/// use s3_replication::batch::job::{self, Job};
/// use s3_replication::batch::manifest;
/// use s3_replication::batch::run::JobRun;
/// use s3_replication::replication::Ledger;
/// use s3_replication::storage::{Destination, JobStop, Source, run_job};
/// # use s3_replication::batch::completion_report::{PartName, TaskStatus};
/// # use s3_replication::model::Timestamp;
///
/// fn work<S: Source, W: io::Write>(
///     (job, run, ledger): (&mut Job, &mut JobRun, &mut Ledger),
///     (source, destination): (&S, &impl Destination<S::Body, Error = S::Error>),
///     manifest: impl io::BufRead,
///     mut report: completion_report::Writer<W, impl FnMut(TaskStatus) -> io::Result<(PartName, W)>>,
///     now: Timestamp,
/// ) -> Result<(), Box<dyn std::error::Error>> {
///     let rows = manifest::Reader::new(manifest, &manifest::Fields::default());
///     let mut written = Ok(());
///     let summary = run_job((job, run, ledger), source, destination, rows, now, |result, _| {
///         written = report.write(result);
///         if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
///     });
///     written?;
///     if summary.stop == JobStop::Done && run.is_settled(job) {
///         let ended = match report.finish(now) {
///             Ok(_document) => job::Event::Settled,
///             Err(_) => job::Event::ReportFailed(job::Failure::report_not_written()),
///         };
///         job.handle(ended, now)?;
///     }
///     Ok(())
/// }
/// ```
pub fn run_job<S: Source, D: Destination<S::Body>>(
    (job, run, ledger): (&mut Job, &mut JobRun, &mut Ledger),
    source: &S,
    destination: &D,
    rows: impl IntoIterator<Item = Result<manifest::Row, RowError>>,
    at: Timestamp,
    each: impl FnMut(&TaskResult, &Job) -> ControlFlow<()>,
) -> JobRunSummary {
    let site = OneBucket { ledger, source, destination };
    drive_job(site, (job, run), rows, at, each)
}

/// A source bucket with its ledger at hand.
struct OneBucket<'s, S, D> {
    ledger: &'s mut Ledger,
    source: &'s S,
    destination: &'s D,
}

impl<S: Source, D: Destination<S::Body>> Site for OneBucket<'_, S, D> {
    fn with_ledger(&mut self, bucket: &BucketName, work: &mut dyn FnMut(&mut Ledger)) {
        if bucket == self.ledger.source() {
            work(self.ledger);
        }
    }

    fn look(&self, row: &manifest::Row) -> Looked {
        if row.bucket != *self.ledger.source() {
            return Looked::Failed(FailureReason::SRC_BUCKET_REPLICATION_CONFIG_MISSING.into());
        }
        let Some(id) = &row.version_id else {
            return Looked::Failed(TaskErrorCode::INVALID_REQUEST);
        };
        match self.source.read(&row.key, id) {
            Ok(version) => Looked::Found(version.without_bytes()),
            Err(fault) => fault.into(),
        }
    }

    fn run(&self, _: &BucketName, task: &Task) -> Outcome {
        run(task, self.source, self.destination)
    }
}

impl<E> From<Fault<E>> for Looked {
    fn from(fault: Fault<E>) -> Self {
        match fault {
            Fault::Transient(_) => Self::Later,
            Fault::Permanent(reason, _) => Self::Failed(reason.into()),
        }
    }
}
