use std::sync::Arc;

use crate::batch::completion_report::TaskResult;
use crate::batch::job;
use crate::replication::{Notification, Task};

/// The result of a step of a [`JobRun`](crate::batch::run::JobRun).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[must_use = "a task that is not run stays pending"]
#[non_exhaustive]
pub struct Step {
    /// The replication tasks to run.
    pub tasks: Vec<Arc<Task>>,
    /// The results of rows, for the completion report.
    pub results: Vec<TaskResult>,
    /// The event notifications that S3 would send.
    pub notifications: Vec<Notification>,
    /// The changes of the status of the job.
    pub transitions: Vec<job::Transition>,
}

impl Step {
    /// Appends the result of a later step.
    pub fn append(&mut self, later: Self) {
        self.tasks.extend(later.tasks);
        self.results.extend(later.results);
        self.notifications.extend(later.notifications);
        self.transitions.extend(later.transitions);
    }
}

/// The error returned when a row cannot begin.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RowRefused {
    /// The job is not active.
    #[error("rows begin only while a job is `Active`; this one is `{status}`")]
    NotActive {
        /// The status.
        status: job::Status,
    },
    /// All rows were begun that the manifest had when the job was prepared.
    #[error("all {total} rows were begun that the manifest had when the job was prepared")]
    NoneLeft {
        /// The number of rows.
        total: u64,
    },
    /// The version has no id.
    #[error("the version has no id, although every version of a versioned bucket has one")]
    NoVersionId,
    /// The version is not the one in the row.
    #[error("the version is not the one in the row")]
    OtherVersion,
    /// The run belongs to another job.
    #[error("the run belongs to another job")]
    OtherJob,
    /// The ledger belongs to another bucket.
    #[error(transparent)]
    OtherLedger(#[from] ForeignLedger),
}

/// The error returned when a ledger does not belong to the bucket of a row.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the ledger does not belong to the bucket of the row")]
#[non_exhaustive]
pub struct ForeignLedger;
