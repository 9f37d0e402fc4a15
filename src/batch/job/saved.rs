//! Storing a job, and judging what was stored.
//!
//! A stored job is text that anyone may edit, by accident or by a merge of two versions. A job in a
//! state that no events lead to would hang, or count tasks twice, long after the mistake. So
//! reading checks everything that [`handle`](Job::handle) ensures. The seal finds the changes that
//! give a state which is possible but another one.
//!
//! ```text
//! Job ─▶ SavedJob ─▶ text       every member, and the checksum over them
//! text ─▶ SavedJob ─▶ Job       specification validated, state checked, checksum compared
//! ```
//!
//! The errors come in the order in which they explain most: a specification that is refused,
//! counters, a status that contradicts other members, and last the checksum, which finds everything
//! else. `jobs.rs` stores several jobs, each in this form.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::batch::job::progress::Progress;
use crate::batch::job::{
    Failure, FailureThreshold, GeneratedManifest, Job, Name, Priority, Status,
};
use crate::batch::request::JobSpecification;
use crate::batch::request::SavedSpecification;
use crate::diagnostic::Report;
use crate::dialect::job::JobDialect;
use crate::model::{Timestamp, required};
use crate::seal::{Seal, Sealed};

/// A job in a form that can be stored, with its whole state.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::job::Job;
///
/// fn restart(job: &Job) -> serde_json::Result<Job> {
///     serde_json::from_str(&serde_json::to_string(job)?)
/// }
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SavedJob {
    // The members are those of `Job`, with the specification in its stored form.
    name: Name,
    dialect: JobDialect,
    specification: SavedSpecification,
    priority: Priority,
    status: Status,
    created: Timestamp,
    // An absent member is an error, and only `null` means that there is no value: a member that was
    // deleted must not read as one.
    #[serde(deserialize_with = "required")]
    suspended: Option<Timestamp>,
    #[serde(deserialize_with = "required")]
    ended: Option<Timestamp>,
    confirmed: bool,
    running: bool,
    progress: Progress,
    failures: Vec<Failure>,
    #[serde(deserialize_with = "required")]
    status_update_reason: Option<String>,
    #[serde(deserialize_with = "required")]
    generated_manifest: Option<GeneratedManifest>,
    checksum: Seal,
}

impl Sealed for SavedJob {
    fn seal_mut(&mut self) -> &mut Seal {
        &mut self.checksum
    }
}

/// The error returned when a stored value is not a job.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSavedJob {
    /// The service would refuse the specification.
    #[error("the specification is refused: {0}")]
    Specification(Report),
    /// More tasks ended than the job has.
    #[error("{ran} of {total} tasks ended")]
    Counts {
        /// The number of tasks that ended.
        ran: u64,
        /// The number of all tasks.
        total: u64,
    },
    /// The status contradicts the other members.
    #[error("a job that is `{status}` cannot have the other members that are stored")]
    Status {
        /// The status.
        status: Status,
    },
    /// The checksum is not that of the other members.
    #[error("{0}")]
    Checksum(String),
}

impl From<Job> for SavedJob {
    fn from(job: Job) -> Self {
        Self {
            name: job.name,
            dialect: job.dialect,
            specification: SavedSpecification::from(&*job.specification),
            priority: job.priority,
            status: job.status,
            created: job.created,
            suspended: job.suspended,
            ended: job.ended,
            confirmed: job.confirmed,
            running: job.running,
            progress: job.progress,
            failures: job.failures,
            status_update_reason: job.status_update_reason,
            generated_manifest: job.generated_manifest,
            checksum: Seal::default(),
        }
        .sealed()
    }
}

impl TryFrom<SavedJob> for Job {
    type Error = InvalidSavedJob;

    fn try_from(mut saved: SavedJob) -> Result<Self, Self::Error> {
        // Taken first, because the fields are moved out below; reported last, because "3 of 2 tasks
        // ended" helps more than "the checksum is wrong".
        let seal = saved.check_seal();
        let specification = JobSpecification::try_from(saved.specification)
            .map_err(InvalidSavedJob::Specification)?;
        let job = Self {
            name: saved.name,
            dialect: saved.dialect,
            specification: Arc::new(specification),
            priority: saved.priority,
            status: saved.status,
            created: saved.created,
            suspended: saved.suspended,
            ended: saved.ended,
            confirmed: saved.confirmed,
            running: saved.running,
            progress: saved.progress,
            failures: saved.failures,
            status_update_reason: saved.status_update_reason,
            generated_manifest: saved.generated_manifest,
        };
        job.check()?;
        seal.map_err(|broken| InvalidSavedJob::Checksum(broken.to_string()))?;
        Ok(job)
    }
}

impl Job {
    /// Refuses a state that no sequence of events leads to.
    ///
    /// Each part asks about one group of members, and the error names only the status: of two
    /// members that contradict each other, either may be the wrong one.
    fn check(&self) -> Result<(), InvalidSavedJob> {
        let (ran, all) = (self.progress.ran(), self.progress.total.unwrap_or(0));
        if ran > all {
            return Err(InvalidSavedJob::Counts { ran, total: all });
        }
        let status = self.status;
        let is_right = self.is_clock_right()
            && self.is_progress_right()
            && self.is_confirmation_right()
            // A manifest is kept only if the job asks for it.
            && (self.generated_manifest.is_none() || self.keeps_manifest())
            && self.failures.is_empty() != matches!(status, Status::Failing | Status::Failed);
        if is_right { Ok(()) } else { Err(InvalidSavedJob::Status { status }) }
    }

    /// Checks what depends on time: tasks run in active statuses only, a final status has an end,
    /// and the clock of the progress runs while the job is active.
    ///
    /// A job in `Cancelling` or `Failing` may wait for tasks or not; it can wait for some only if
    /// it was prepared.
    fn is_clock_right(&self) -> bool {
        let is_running_right = match self.status {
            Status::Active | Status::Pausing => self.running,
            Status::Cancelling | Status::Failing => !self.running || self.progress.total.is_some(),
            _ => !self.running,
        };
        is_running_right
            && self.ended.is_some() == self.status.is_final()
            && self.progress.is_running() == (self.status == Status::Active)
    }

    /// Checks the counters: a status before the preparation has none, and one after it has a total.
    /// An active job has something left to do, or it would have gone on.
    ///
    /// Statuses that a job may reach from several others, such as `Failed`, have no rule of their
    /// own.
    fn is_progress_right(&self) -> bool {
        let Progress { total, failed, .. } = self.progress;
        let (ran, left) = (self.progress.ran(), self.progress.left());
        match self.status {
            Status::New | Status::Preparing => total.is_none() && self.generated_manifest.is_none(),
            Status::Suspended | Status::Ready => total.is_some() && ran == 0,
            // With the last task, or one too many that failed, the job would have gone on.
            Status::Active => left > 0 && !FailureThreshold::is_exceeded(ran, failed),
            Status::Pausing | Status::Paused => total.is_some(),
            Status::Completing => total.is_some() && left == 0 && self.owes_report(),
            Status::Complete => total.is_some() && left == 0,
            _ => true,
        }
    }

    /// Checks the confirmation: a job that does not need one is confirmed from the beginning, and
    /// never was suspended; one that needs it passed `Suspended` or was confirmed before.
    ///
    /// `New` is the only status in which the two members must differ: nothing has confirmed the job
    /// yet.
    fn is_confirmation_right(&self) -> bool {
        let is_asked_for = self.specification.needs_confirmation();
        let is_right = match self.status {
            Status::Suspended => !self.confirmed && self.suspended.is_some(),
            Status::Ready
            | Status::Active
            | Status::Pausing
            | Status::Paused
            | Status::Completing
            | Status::Complete => self.confirmed,
            Status::New => self.confirmed != is_asked_for && self.suspended.is_none(),
            Status::Preparing => self.suspended.is_none(),
            _ => true,
        };
        is_right && (is_asked_for || self.confirmed && self.suspended.is_none())
    }
}
