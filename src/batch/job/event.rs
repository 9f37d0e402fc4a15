use crate::batch::job::{Failure, GeneratedManifest, Status, StatusTransition};
use crate::model::Timestamp;

/// An event inside the service. The requests of users are methods:
/// [`Job::update_status`](crate::batch::job::Job::update_status) and
/// [`Job::update_priority`](crate::batch::job::Job::update_priority).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// Reading or generating the manifest began.
    PreparationBegan,
    /// The manifest is ready.
    Prepared {
        /// The number of objects that the manifest lists; each is a task.
        objects: u64,
        /// The generated manifest, if it is kept: only a job with a generator and
        /// `EnableManifestOutput` keeps one.
        generated_manifest: Option<GeneratedManifest>,
    },
    /// The manifest could not be read or generated.
    PreparationFailed(Failure),
    /// The job gets its turn: it starts, or resumes after a pause.
    Started,
    /// The job makes way for one of higher priority.
    Preempted,
    /// Tasks ended.
    TasksEnded {
        /// The number of tasks that succeeded since the last event.
        succeeded: u64,
        /// The number of tasks that failed since the last event.
        failed: u64,
    },
    /// No task is in progress any more, and the completion report is written, if the job
    /// [owes one](crate::batch::job::Job::owes_report).
    Settled,
    /// No task is in progress any more, and the completion report that the job
    /// [owes](crate::batch::job::Job::owes_report) could not be written.
    ReportFailed(Failure),
}

impl Event {
    /// Returns the name of the event, for messages.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::PreparationBegan => "PreparationBegan",
            Self::Prepared { .. } => "Prepared",
            Self::PreparationFailed(_) => "PreparationFailed",
            Self::Started => "Started",
            Self::Preempted => "Preempted",
            Self::TasksEnded { .. } => "TasksEnded",
            Self::Settled => "Settled",
            Self::ReportFailed(_) => "ReportFailed",
        }
    }
}

/// A change of the status of a job.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Transition {
    /// The row of [`Status::TRANSITIONS`].
    pub row: StatusTransition,
    /// The time of the change.
    pub at: Timestamp,
}

/// The error returned when an event cannot happen to a job. The job has not changed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RefusedEvent {
    /// The status does not allow the event.
    #[error("a job that is `{status}` does not accept `{event}`; it accepts {}", listed(accepted))]
    Status {
        /// The status of the job.
        status: Status,
        /// The name of the event.
        event: &'static str,
        /// The names of the events that the job accepts.
        accepted: &'static [&'static str],
    },
    /// The event names a generated manifest, but the job keeps none.
    #[error("the job keeps no generated manifest; pass `None`")]
    ManifestNotKept,
    /// The event is about a completion report, but the job owes none.
    #[error("the job owes no report; use `Settled`")]
    NoReportOwed,
    /// More tasks ended than were left.
    #[error("{ended} tasks cannot have ended, {left} are left")]
    TooManyTasks {
        /// The number of tasks in the event.
        ended: u128,
        /// The number of tasks that were left.
        left: u64,
    },
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() { "no events".to_owned() } else { format!("`{}`", names.join("`, `")) }
}

impl Status {
    /// Returns the names of the events that a job with this status accepts.
    #[must_use]
    pub const fn accepted_events(self) -> &'static [&'static str] {
        match self {
            Self::New => &["PreparationBegan"],
            Self::Preparing => &["Prepared", "PreparationFailed"],
            Self::Ready | Self::Paused => &["Started"],
            Self::Active => &["Preempted", "TasksEnded"],
            Self::Pausing => &["TasksEnded", "Settled"],
            Self::Completing => &["Settled", "ReportFailed"],
            Self::Cancelling | Self::Failing => &["TasksEnded", "Settled", "ReportFailed"],
            Self::Suspended | Self::Complete | Self::Cancelled | Self::Failed => &[],
        }
    }
}
