use std::sync::Arc;

use crate::batch::completion_report::TaskResult;
use crate::batch::job;
use crate::replication::{Notification, Task};

/// What came of a step of a [`JobRun`](crate::batch::run::JobRun).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[must_use = "a task that nobody runs stays pending for ever"]
#[non_exhaustive]
pub struct Step {
    /// What is to be done in destination buckets.
    pub tasks: Vec<Arc<Task>>,
    /// How rows ended, for the completion report.
    pub results: Vec<TaskResult>,
    /// What S3 would send.
    pub notifications: Vec<Notification>,
    /// How the status of the job changed.
    pub transitions: Vec<job::Transition>,
}

impl Step {
    /// Adds what came of a later step.
    pub fn append(&mut self, later: Self) {
        self.tasks.extend(later.tasks);
        self.results.extend(later.results);
        self.notifications.extend(later.notifications);
        self.transitions.extend(later.transitions);
    }
}

/// The error returned when a row can't begin.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RowRefused {
    /// The job is not active.
    #[error("a job that is `{status}` begins no rows; only one that is `Active` does")]
    NotActive {
        /// The status.
        status: job::Status,
    },
    /// All rows that the manifest had when it was prepared were begun.
    #[error("the manifest had {total} rows when it was prepared, and all were begun")]
    NoneLeft {
        /// How many there were.
        total: u64,
    },
    /// The version has no id.
    #[error(
        "the version has no id; a bucket with replication is versioned, so every version has one"
    )]
    NoVersionId,
    /// The version is another one than the row names.
    #[error("the version is not the one that the row names")]
    OtherVersion,
    /// The run is that of another job.
    #[error("the run belongs to another job")]
    OtherJob,
    /// The ledger is that of another bucket.
    #[error(transparent)]
    OtherLedger(#[from] ForeignLedger),
}

/// The error returned when a ledger is not that of the bucket of a row.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the ledger is that of another bucket than the row's")]
#[non_exhaustive]
pub struct ForeignLedger;
