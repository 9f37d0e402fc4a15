use crate::batch::job::{Failure, GeneratedManifest, Status, StatusTransition};
use crate::model::Timestamp;

/// What happens to a job from inside the service. What users ask for are requests:
/// [`Job::update_status`](crate::batch::job::Job::update_status) and
/// [`Job::update_priority`](crate::batch::job::Job::update_priority).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The manifest begins to be read or generated.
    PreparationBegan,
    /// The manifest is ready.
    Prepared {
        /// How many objects it lists, each of which is a task.
        objects: u64,
        /// Where the generated manifest is kept, if it is: only a job with a generator and
        /// `EnableManifestOutput` keeps one.
        generated_manifest: Option<GeneratedManifest>,
    },
    /// The manifest could not be read or generated.
    PreparationFailed(Failure),
    /// The job has its turn: it starts, or goes on after a pause.
    Started,
    /// A job of higher priority wants its turn.
    Preempted,
    /// So many tasks ended since the last time.
    TasksEnded {
        /// How many of them succeeded.
        succeeded: u64,
        /// How many of them failed.
        failed: u64,
    },
    /// No task is under way any more, and the report, if [one is owed](crate::batch::job::Job::owes_report),
    /// is written.
    Settled,
    /// No task is under way any more, and the report that [is
    /// owed](crate::batch::job::Job::owes_report) could not be written.
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

/// A change of status that a job made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Transition {
    /// What changed, why, and what that rests on.
    pub row: StatusTransition,
    /// When.
    pub at: Timestamp,
}

/// The error returned when an event can't happen to a job as it is. The job has not changed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RefusedEvent {
    /// The status does not allow the event.
    #[error("a job that is `{status}` does not take `{event}`; it takes {}", listed(accepted))]
    Status {
        /// The status of the job.
        status: Status,
        /// The name of the event.
        event: &'static str,
        /// The names of the events that it would take.
        accepted: &'static [&'static str],
    },
    /// A generated manifest is said to be kept, and the job keeps none.
    #[error("the job has no generated manifest to keep; say `None`")]
    ManifestNotKept,
    /// A report is said to be missing, and the job owes none.
    #[error("the job owes no report; tell it `Settled`")]
    NoReportOwed,
    /// More tasks ended than there are.
    #[error("{ended} tasks can't have ended, {left} are left")]
    TooManyTasks {
        /// How many are said to have ended.
        ended: u128,
        /// How many are left.
        left: u64,
    },
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() { "no events".to_owned() } else { format!("`{}`", names.join("`, `")) }
}

impl Status {
    /// Returns the names of the events that a job with this status takes.
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
