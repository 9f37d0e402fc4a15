use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::batch::job::progress::Progress;
use crate::batch::{
    GeneratedManifest, Job, JobDialect, JobFailure, JobName, JobPriority, JobSpecificationDraft,
    JobStatus,
};
use crate::diagnostic::Report;
use crate::model::Timestamp;

/// A job in a form that can be stored: everything there is.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::Job;
///
/// fn restart(job: &Job) -> serde_json::Result<Job> {
///     serde_json::from_str(&serde_json::to_string(job)?)
/// }
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SavedJob {
    name: JobName,
    dialect: JobDialect,
    specification: JobSpecificationDraft,
    priority: JobPriority,
    status: JobStatus,
    created: Timestamp,
    suspended: Option<Timestamp>,
    ended: Option<Timestamp>,
    confirmed: bool,
    running: bool,
    progress: Progress,
    failures: Vec<JobFailure>,
    status_update_reason: Option<String>,
    generated_manifest: Option<GeneratedManifest>,
}

/// The error returned when what was stored is not a job.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSavedJob {
    /// The specification is one that the service would refuse.
    #[error("the specification is refused: {0}")]
    Specification(Report),
    /// More tasks ended than there are.
    #[error("{ran} tasks ended of {total}")]
    Counts {
        /// How many ended.
        ran: u64,
        /// How many there are.
        total: u64,
    },
    /// The status says one thing and the rest another.
    #[error("a job that is `{status}` can't be as the rest has it")]
    Status {
        /// The status.
        status: JobStatus,
    },
}

impl From<Job> for SavedJob {
    fn from(job: Job) -> Self {
        Self {
            name: job.name,
            dialect: job.dialect,
            specification: job.specification.to_draft(),
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
        }
    }
}

impl TryFrom<SavedJob> for Job {
    type Error = InvalidSavedJob;

    fn try_from(saved: SavedJob) -> Result<Self, Self::Error> {
        saved.check()?;
        let specification = saved.specification.prove(&saved.dialect);
        let specification = specification.map_err(InvalidSavedJob::Specification)?;
        Ok(Self {
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
        })
    }
}

impl SavedJob {
    /// Refuses what no job can be.
    fn check(&self) -> Result<(), InvalidSavedJob> {
        let Progress { total, succeeded, failed, .. } = self.progress;
        let (ran, all) = (succeeded.saturating_add(failed), total.unwrap_or(0));
        if ran > all {
            return Err(InvalidSavedJob::Counts { ran, total: all });
        }
        let status = self.status;
        let before_start = matches!(status, JobStatus::New | JobStatus::Preparing);
        let was_started = matches!(
            status,
            JobStatus::Ready
                | JobStatus::Suspended
                | JobStatus::Active
                | JobStatus::Pausing
                | JobStatus::Paused
                | JobStatus::Completing
                | JobStatus::Complete
        );
        let is_running_right = match status {
            JobStatus::Active | JobStatus::Pausing => self.running,
            JobStatus::Cancelling | JobStatus::Failing => !self.running || total.is_some(),
            _ => !self.running,
        };
        let is_right = is_running_right
            && self.ended.is_some() == status.is_final()
            && self.progress.is_running() == (status == JobStatus::Active)
            && !(before_start && total.is_some())
            && !(was_started && total.is_none())
            && !(status == JobStatus::Complete && ran != all)
            && !(status == JobStatus::Suspended && (self.suspended.is_none() || self.confirmed))
            && self.failures.is_empty() != matches!(status, JobStatus::Failing | JobStatus::Failed);
        if is_right { Ok(()) } else { Err(InvalidSavedJob::Status { status }) }
    }
}
