//! The tasks of a job: rows in, tasks of replication out, results back.

mod in_flight;
mod saved;
mod step;

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::hash_map::Entry;
use serde::{Deserialize, Serialize};

pub use self::saved::InvalidSavedRun;
pub use self::step::{ForeignLedger, RowRefused, Step};

use self::in_flight::OpenRow;
use self::saved::SavedRun;
use crate::batch::completion_report::{TaskResult, TaskStatus};
use crate::batch::job::{self, Job};
use crate::batch::manifest;
use crate::dialect::job::{ReplicatedVersion, TaskSuccess};
use crate::engine::Decision;
use crate::model::{BucketName, Event, ObjectVersion, Timestamp, VersionId};
use crate::replication::{
    FailureReason, Ledger, ObjectKey, Outcome, TaskId, UnknownTask, VersionMap, VersionRef,
};

/// The tasks of a job, as a state machine: rows of the manifest and outcomes of replication tasks go
/// in, replication tasks and results of rows come out.
///
/// A row is one task of the job (REP-978), and needs one task of the [`Ledger`] for each destination.
/// The ledger is the one of the source bucket that live replication uses as well: a row waits for a
/// task that is already in progress instead of starting another one. Every row ends in one
/// [`TaskResult`], which is counted in the [`Job`]. Rows begin only while the job is `Active`.
///
/// The state is the rows in progress and the number of rows begun. If it is stored together with the
/// job and the ledger, the job resumes where it was: skip [`rows_begun`](Self::rows_begun) rows of
/// the manifest, and run the [open tasks](Ledger::open_tasks) of the ledger again.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::job::Job;
/// use s3_replication::batch::manifest;
/// use s3_replication::batch::run::{self, JobRun, RowRefused};
/// use s3_replication::model::Timestamp;
/// use s3_replication::replication::{FailureReason, Ledger, Outcome};
/// use s3_replication::ObjectVersion;
///
/// /// Runs one row over a store that looks up versions and runs tasks.
/// fn run_row(
///     (run, job, ledger): (&mut JobRun, &mut Job, &mut Ledger),
///     row: &manifest::Row,
///     version: Option<ObjectVersion<'_>>,
///     mut run_task: impl FnMut(&s3_replication::replication::Task) -> Outcome,
///     now: Timestamp,
/// ) -> Result<run::Step, Box<dyn std::error::Error>> {
///     let Some(version) = version else {
///         return Ok(run.fail_row(job, row.failed(FailureReason::SRC_VERSION_NOT_FOUND), now)?);
///     };
///     let mut step = run.begin_row(job, row, &version, ledger, now)?;
///     for task in std::mem::take(&mut step.tasks) {
///         step.append(run.settle(job, ledger, task.id, run_task(&task), now)?);
///     }
///     Ok(step)
/// }
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "SavedRun", into = "SavedRun")]
pub struct JobRun {
    job: job::Id,
    begun: u64,
    /// The rows in progress, by their number.
    open: BTreeMap<u64, OpenRow>,
    // INVARIANT: the numbers of the open rows of each version, and no others.
    rows_of: VersionMap<Vec<u64>>,
}

impl JobRun {
    /// Begins at the first row of the manifest.
    #[must_use]
    pub fn new(job: &Job) -> Self {
        let (open, rows_of) = Default::default();
        Self { job: job.id().clone(), begun: 0, open, rows_of }
    }

    /// Returns the id of the job.
    #[must_use]
    pub const fn job_id(&self) -> &job::Id {
        &self.job
    }

    /// Returns the number of rows begun, including those that failed at once: the position of the next
    /// row.
    #[must_use]
    pub const fn rows_begun(&self) -> u64 {
        self.begun
    }

    /// Returns the number of rows in progress.
    #[must_use]
    pub fn rows_open(&self) -> usize {
        self.open.len()
    }

    /// Returns true if the next row may begin: the job is active and has rows left.
    #[must_use]
    pub fn takes_rows(&self, job: &Job) -> bool {
        job.id() == &self.job
            && job.status() == job::Status::Active
            && self.begun < job.number_of_objects()
    }

    /// Returns true if a job that is about to pause or end has no rows in progress. Write the completion
    /// report, if the job [owes one](Job::owes_report), and then let the job handle
    /// [`job::Event::Settled`].
    #[must_use]
    pub fn is_settled(&self, job: &Job) -> bool {
        let accepted = job.status().accepted_events();
        self.open.is_empty() && accepted.contains(&job::Event::Settled.name())
    }

    /// Returns the buckets of the rows in progress; a sound manifest has only one.
    #[must_use]
    pub fn open_buckets(&self) -> BTreeSet<&BucketName> {
        self.open.values().map(OpenRow::bucket).collect()
    }

    /// Iterates over the tasks of the ledger that rows wait for, each once, the oldest first.
    pub fn open_tasks(&self, ledger: &Ledger) -> impl Iterator<Item = TaskId> + use<> {
        let rows = self.open.values().filter(|row| row.bucket() == ledger.source());
        let mut tasks: Vec<TaskId> = rows.flat_map(|row| row.tasks(ledger)).collect();
        tasks.sort_unstable();
        tasks.dedup();
        tasks.into_iter()
    }

    /// Begins the next row, whose version the caller has looked up. The step contains the tasks for the
    /// row, or its result if there is nothing to do.
    ///
    /// # Errors
    ///
    /// When no row may begin, or the ledger is that of another bucket. Nothing has changed then.
    pub fn begin_row(
        &mut self,
        job: &mut Job,
        row: &manifest::Row,
        version: &ObjectVersion<'_>,
        ledger: &mut Ledger,
        at: Timestamp,
    ) -> Result<Step, RowRefused> {
        self.check_row(job)?;
        if row.bucket != *ledger.source() {
            return Err(ForeignLedger.into());
        }
        let Some(id) = version.version_id else { return Err(RowRefused::NoVersionId) };
        // A source that answers with another version than the row lists must not have that one
        // replicated instead.
        let is_listed = row.version_id.as_ref().is_none_or(|listed| listed == id);
        if !is_listed || row.key.as_bytes() != version.key {
            return Err(RowRefused::OtherVersion);
        }
        let engine = ledger.engine().clone();
        let decision = engine.decide(version, Event::BatchReplication);
        // Ends at once: no rule replicates the version now, whatever was so when the manifest was
        // made.
        if !decision.replicates() {
            return Ok(self.end_row(job, row.failed(FailureReason::SRC_OBJECT_NOT_ELIGIBLE), at));
        }
        let pending_only = job.dialect().replicated_version() == ReplicatedVersion::NotPending;
        if pending_only && is_everywhere(&decision, ledger, version) {
            let reason = FailureReason::SRC_REPLICATION_NOT_PENDING;
            return Ok(self.end_row(job, row.failed(reason), at));
        }
        // From here on the ledger knows the version, so everything that can refuse the row comes
        // before.
        let name = VersionRef::new(&row.key, id);
        let observed = ledger.observe_named(name, version, Event::BatchReplication, at);
        // The dialect decides whether a task succeeds when replication begins or when it has ended.
        let mut step = if job.dialect().task_success() == TaskSuccess::Initiated {
            self.end_row(job, row.succeeded(), at)
        } else {
            let buckets = decision.replications().map(|replication| replication.bucket().clone());
            let number = self.begun;
            self.begun += 1;
            self.open(number, OpenRow::new(row, id, buckets));
            Step::default()
        };
        step.tasks = observed.tasks;
        step.notifications = observed.notifications;
        Ok(step)
    }

    /// Ends the next row at once, without the ledger: the version or the bucket does not exist or may
    /// not be read, or the row [fails its task](crate::batch::manifest::Consequence::TaskFails).
    ///
    /// # Errors
    ///
    /// When no row may begin. Nothing has changed then.
    pub fn fail_row(
        &mut self,
        job: &mut Job,
        result: TaskResult,
        at: Timestamp,
    ) -> Result<Step, RowRefused> {
        self.check_row(job)?;
        Ok(self.end_row(job, result, at))
    }

    /// Completes a task of the ledger, whether a row waits for it or not, and returns the results that
    /// follow. While the job is paused, results are held back until it resumes.
    ///
    /// # Errors
    ///
    /// When the ledger never started the task.
    pub fn settle(
        &mut self,
        job: &mut Job,
        ledger: &mut Ledger,
        task: TaskId,
        outcome: Outcome,
        at: Timestamp,
    ) -> Result<Step, UnknownTask> {
        let rows = ledger.open_task(task).map(|task| self.rows_of(&task.key, &task.version_id));
        let observed = ledger.complete(task, outcome, at)?;
        let mut step = self.look_at(rows.unwrap_or_default(), job, ledger, at);
        step.tasks = observed.tasks;
        step.notifications = observed.notifications;
        Ok(step)
    }

    /// Ends the rows whose tasks have ended meanwhile. Call this when the job resumes after a pause, or
    /// when live replication completes tasks of the same ledger. Versions of rows in progress must not
    /// be [evicted](Ledger::evict).
    pub fn look(&mut self, job: &mut Job, ledger: &Ledger, at: Timestamp) -> Step {
        let rows = self.open.keys().copied().collect();
        self.look_at(rows, job, ledger, at)
    }

    /// Gives up the rows in progress of a job that is cancelling or failing, and returns their number. A
    /// task that cannot end at present would hold up the job. The rows have no result and are not
    /// counted; their tasks stay in the ledger (REP-986).
    pub fn give_up(&mut self, job: &Job) -> usize {
        let is_over = matches!(job.status(), job::Status::Cancelling | job::Status::Failing);
        if !is_over || job.id() != &self.job {
            return 0;
        }
        self.rows_of.clear();
        std::mem::take(&mut self.open).len()
    }
}

/// Returns true if every destination has the version already, according to the ledger.
fn is_everywhere(decision: &Decision<'_>, ledger: &Ledger, version: &ObjectVersion<'_>) -> bool {
    let Some(id) = version.version_id else { return false };
    let destinations = ledger.destinations(version.key, id);
    decision.replications().all(|replication| {
        let bucket = replication.bucket();
        destinations
            .iter()
            .any(|destination| destination.bucket() == bucket && destination.has_object())
    })
}

/// The name of the event that counts results in a job.
const ENDED: &str = job::Event::TasksEnded { succeeded: 0, failed: 0 }.name();

impl JobRun {
    fn check_row(&self, job: &Job) -> Result<(), RowRefused> {
        if job.id() != &self.job {
            return Err(RowRefused::OtherJob);
        }
        if job.status() != job::Status::Active {
            return Err(RowRefused::NotActive { status: job.status() });
        }
        let total = job.number_of_objects();
        if self.begun >= total { Err(RowRefused::NoneLeft { total }) } else { Ok(()) }
    }

    /// Begins a row, and ends it at once.
    fn end_row(&mut self, job: &mut Job, result: TaskResult, at: Timestamp) -> Step {
        self.begun += 1;
        let mut step = Step::default();
        step.count(job, result, at);
        step
    }

    fn open(&mut self, number: u64, row: OpenRow) {
        self.rows_of.entry(row.name()).or_default().push(number);
        self.open.insert(number, row);
    }

    fn close(&mut self, number: u64) {
        let Some(row) = self.open.remove(&number) else { return };
        if let Entry::Occupied(mut rows) = self.rows_of.entry(row.name()) {
            rows.get_mut().retain(|other| *other != number);
            if rows.get().is_empty() {
                rows.remove();
            }
        }
    }

    /// Returns the numbers of the rows in progress for a version.
    fn rows_of(&self, key: &ObjectKey, id: &VersionId) -> Vec<u64> {
        self.rows_of.get(&VersionRef::new(key, id)).cloned().unwrap_or_default()
    }

    fn look_at(&mut self, rows: Vec<u64>, job: &mut Job, ledger: &Ledger, at: Timestamp) -> Step {
        let mut step = Step::default();
        let takes_results = job.status().accepted_events().contains(&ENDED);
        if !takes_results || job.id() != &self.job {
            return step;
        }
        for number in rows {
            let row = self.open.get_mut(&number).filter(|row| row.bucket() == ledger.source());
            let Some(row) = row else { continue };
            row.look(ledger);
            if let Some(result) = row.result() {
                self.close(number);
                step.count(job, result, at);
            }
        }
        step
    }
}

impl Step {
    /// Counts a result in the job.
    fn count(&mut self, job: &mut Job, result: TaskResult, at: Timestamp) {
        let failed = u64::from(result.status() == TaskStatus::Failed);
        let event = job::Event::TasksEnded { succeeded: 1 - failed, failed };
        match job.handle(event, at) {
            Ok(transitions) => self.transitions.extend(transitions),
            // INVARIANT: callers check that the status of the job accepts this event, and that no more
            // rows begin than the job has tasks.
            Err(error) => debug_assert!(false, "a result is not counted: {error}"),
        }
        self.results.push(result);
    }
}
