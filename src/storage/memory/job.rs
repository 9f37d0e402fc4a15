//! Jobs of S3 Batch Replication whose manifests and completion reports are objects of the store.
//!
//! ```text
//! preparation      prepare.rs, generated.rs    New ─▶ Ready, Suspended or Failed
//! run_job          here                        Ready or Active ─▶ as far as possible
//! the report       report.rs                   Completing, Failing or Cancelling ─▶ the end
//! policies         permissions.rs              asked at each of these steps
//! ```
//!
//! The order of the work is that of the driver for every store (`storage/run_job`). This file is
//! its host: it looks up versions and performs tasks.

mod generated;
mod permissions;
mod prepare;
mod report;

use std::ops::ControlFlow;

use super::{MemoryStore, no_such_bucket};
use crate::batch::completion_report::TaskResult;
use crate::batch::job::{self, Job, RefusedEvent};
use crate::batch::manifest::{self, RowError};
use crate::batch::run::JobRun;
use crate::model::{BucketName, Timestamp};
use crate::permissions::{JobStep, Refusal, Verdict};
use crate::replication::{FailureReason, Ledger, Outcome, Task};
use crate::storage::run_job::{JobHost, JobRunner, Ledgers, Lookup, drive};
use crate::storage::{JobRunSummary, JobStop};

/// The state of a job that a [`MemoryStore`] has prepared: the rows of its manifest, its progress,
/// and its results.
#[derive(Clone, Debug)]
pub struct MemoryJob {
    // Empty for a job whose preparation failed.
    rows: Vec<Result<manifest::Row, RowError>>,
    // The number of rows begun, and the rows in progress.
    run: JobRun,
    results: Vec<TaskResult>,
}

impl MemoryJob {
    /// Iterates over the rows of the manifest. A row that fails its task is an error.
    pub fn rows(&self) -> impl Iterator<Item = Result<&manifest::Row, &RowError>> {
        self.rows.iter().map(Result::as_ref)
    }

    /// Returns the results so far, in the order in which the tasks ended.
    #[must_use]
    pub fn results(&self) -> &[TaskResult] {
        &self.results
    }
}

impl MemoryStore {
    /// Runs a job as far as possible: starts it if it is ready, runs its tasks, and writes the
    /// completion report when it ends.
    ///
    /// The function calls `each` with every result. Returning [`ControlFlow::Break`] from `each`
    /// stops the run. A job that was stopped, or that waits for an unavailable bucket, continues
    /// when it is run again. A job that is paused or cancelled in the meantime pauses or ends then.
    ///
    /// # Errors
    ///
    /// [`RefusedEvent`] if the job is not prepared or waits for confirmation. The job does not
    /// change then.
    pub fn run_job(
        &self,
        job: &mut Job,
        work: &mut MemoryJob,
        at: Timestamp,
        mut each: impl FnMut(&TaskResult, &Job) -> ControlFlow<()>,
    ) -> Result<JobRunSummary, RefusedEvent> {
        // A job in one of these was started by an earlier run that did not end it.
        let mut transitions = match job.status() {
            job::Status::Active
            | job::Status::Pausing
            | job::Status::Completing
            | job::Status::Cancelling
            | job::Status::Failing => Vec::new(),
            // A job that cannot start is refused by its own machine.
            _ => job.handle(job::Event::Started, at)?,
        };
        // A copy, since the runner has the job and changes it. The host needs its request and its
        // Region only.
        let host = Buckets { store: self, at, job: job.clone() };
        let MemoryJob { rows, run, results } = work;
        let each = |result: &TaskResult, job: &Job| {
            results.push(result.clone());
            each(result, job)
        };
        let runner = JobRunner::new(self, job, run, rows.iter().cloned(), || at, each);
        let mut summary = drive(runner, &host);
        transitions.append(&mut summary.transitions);
        // A caller that stopped the run looks at the job before anything else happens to it.
        if summary.stop != JobStop::Stopped {
            let event = match job.status() {
                // Rows in progress stay open while the job is paused.
                job::Status::Pausing => Some(job::Event::Settled),
                // Something is still to be done, or nothing of the job may end now.
                _ if !run.is_settled(job) => None,
                _ if job.owes_report() => {
                    let event = self.write_report(job, results, at);
                    if event.is_none() {
                        summary.stop = JobStop::Waiting;
                    }
                    event
                }
                _ => Some(job::Event::Settled),
            };
            if let Some(event) = event {
                transitions.extend(job.handle(event, at)?);
            }
        }
        summary.transitions = transitions;
        Ok(summary)
    }
}

/// The buckets of a store, as the host of a job.
struct Buckets<'s> {
    store: &'s MemoryStore,
    at: Timestamp,
    job: Job,
}

impl Ledgers for &MemoryStore {
    fn with_ledger(&mut self, bucket: &BucketName, work: &mut dyn FnMut(&mut Ledger)) {
        MemoryStore::with_ledger(self, bucket, work);
    }
}

impl JobHost for Buckets<'_> {
    // The checks are in this order: the bucket, its Region, its configuration, a fault, the
    // permission, the version.
    fn look_up(&self, row: &manifest::Row) -> Lookup {
        // A policy is text; a key that is not gets replacement characters, which match wildcards.
        let key = String::from_utf8_lossy(row.key.as_bytes());
        // Before the lock of the buckets, which it takes itself.
        let verdict = self.store.judge_job(&self.job, &row.bucket, JobStep::Task { key: &key });
        let mut buckets = self.store.lock();
        let Some(bucket) = buckets.get_mut(&row.bucket) else {
            return Lookup::Failed(FailureReason::SRC_BUCKET_NOT_FOUND.into());
        };
        if bucket.settings().region.is_some_and(|region| region != self.job.name().region) {
            return Lookup::Failed(FailureReason::SRC_BUCKET_INVALID_REGION.into());
        }
        if !bucket.replicates {
            return Lookup::Failed(FailureReason::SRC_BUCKET_REPLICATION_CONFIG_MISSING.into());
        }
        if let Err(fault) = bucket.check_fault() {
            return fault.into();
        }
        match verdict {
            Verdict::NotPermitted(Refusal { failure_reason: Some(reason), .. }) => {
                return Lookup::Failed(FailureReason::from(reason).into());
            }
            Verdict::Undecided(_) => return Lookup::Later,
            _ => {}
        }
        // A row without a version ID means the version that is the latest when the task runs.
        let id = row.version_id.clone().or_else(|| bucket.latest(&row.key).cloned());
        let Some(id) = id else { return Lookup::Failed(FailureReason::SRC_KEY_NOT_FOUND.into()) };
        match bucket.get_mut(&row.key, &id) {
            Ok(held) => Lookup::Found(Box::new(held.version.clone().without_bytes())),
            Err(_) => Lookup::Failed(FailureReason::SRC_VERSION_NOT_FOUND.into()),
        }
    }

    fn attempt(&self, source: &BucketName, task: &Task) -> Outcome {
        self.store.attempt(source, task, self.at)
    }
}
