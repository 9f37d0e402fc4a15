use std::collections::VecDeque;

use crate::clause::{self, Clause};

closed_vocabulary! {
    /// The status of a job (REP-924).
    ///
    /// [`TRANSITIONS`](Self::TRANSITIONS) is the whole state machine; everything else follows from it.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::job;
    ///
    /// assert!(job::Status::Active.may_become(job::Status::Completing));
    /// assert!(!job::Status::Ready.may_become(job::Status::Suspended));
    /// assert!(job::Status::Complete.is_final());
    /// ```
    #[non_exhaustive]
    pub enum Status("the status of a job such as `Active`") {
        /// The job was just created.
        New = "New",
        /// The manifest is being read or generated.
        Preparing = "Preparing",
        /// The job waits for confirmation.
        Suspended = "Suspended",
        /// The job waits for its turn.
        Ready = "Ready",
        /// The tasks run.
        Active = "Active",
        /// No more tasks are started, so that a job of higher priority can run.
        Pausing = "Pausing",
        /// No tasks run until jobs of higher priority have made way.
        Paused = "Paused",
        /// Every task has run; the report is being written.
        Completing = "Completing",
        /// Every task has run, whether it succeeded or failed.
        Complete = "Complete",
        /// No more tasks are started, because the job was cancelled.
        Cancelling = "Cancelling",
        /// The job was cancelled.
        Cancelled = "Cancelled",
        /// No more tasks are started, because the job fails.
        Failing = "Failing",
        /// The job itself failed. Failed tasks alone cause this only above the failure threshold.
        Failed = "Failed",
    }
}

closed_vocabulary! {
    /// The cause of a change of status.
    #[non_exhaustive]
    pub enum Trigger("the cause of a change of status such as `Started`") {
        /// Reading or generating the manifest began.
        PreparationBegan = "PreparationBegan",
        /// The manifest is ready, and the job needs no confirmation.
        Prepared = "Prepared",
        /// The manifest is ready, and the job needs confirmation.
        ConfirmationNeeded = "ConfirmationNeeded",
        /// The manifest could not be read or generated.
        PreparationFailed = "PreparationFailed",
        /// The job was confirmed.
        Confirmed = "Confirmed",
        /// The job was not confirmed in time.
        ConfirmationOverdue = "ConfirmationOverdue",
        /// The job got its turn.
        Started = "Started",
        /// The job makes way for one of higher priority.
        Preempted = "Preempted",
        /// The job got its turn again.
        Resumed = "Resumed",
        /// The last task has run.
        TasksTried = "TasksTried",
        /// Too many tasks failed.
        ThresholdExceeded = "ThresholdExceeded",
        /// The completion report could not be written.
        ReportFailed = "ReportFailed",
        /// A user cancelled the job.
        CancelRequested = "CancelRequested",
        /// Nothing is in progress any more.
        Settled = "Settled",
    }
}

/// One row of the state machine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct StatusTransition {
    /// The status before.
    pub from: Status,
    /// The status after.
    pub to: Status,
    /// The cause.
    pub trigger: Trigger,
    /// The clause that the row rests on.
    pub clause: &'static Clause,
}

/// Declares the table.
macro_rules! transitions {
    ($( $from:ident -> $to:ident: $trigger:ident $clause:ident, )+) => {
        &[$( StatusTransition {
            from: Self::$from,
            to: Self::$to,
            trigger: Trigger::$trigger,
            clause: &clause::$clause,
        }, )+]
    };
}

impl Status {
    /// All changes of status, each with its cause.
    pub const TRANSITIONS: &'static [StatusTransition] = transitions![
        New -> Preparing: PreparationBegan JOB_LIFECYCLE,
        Preparing -> Ready: Prepared JOB_LIFECYCLE,
        Preparing -> Suspended: ConfirmationNeeded JOB_SUSPENDED,
        Suspended -> Ready: Confirmed JOB_SUSPENDED,
        Ready -> Active: Started JOB_LIFECYCLE,
        Active -> Pausing: Preempted JOB_PAUSED,
        Pausing -> Paused: Settled JOB_PAUSED,
        Paused -> Active: Resumed JOB_PAUSED,
        Active -> Completing: TasksTried JOB_LIFECYCLE,
        Completing -> Complete: Settled JOB_LIFECYCLE,
        Preparing -> Failing: PreparationFailed JOB_FAILED,
        Suspended -> Failing: ConfirmationOverdue JOB_TIMERS,
        Active -> Failing: ThresholdExceeded JOB_THRESHOLD,
        Completing -> Failing: ReportFailed JOB_FAILURES,
        Failing -> Failed: Settled JOB_FAILED,
        Suspended -> Cancelled: CancelRequested JOB_CANCELLED,
        New -> Cancelling: CancelRequested JOB_CANCELLED_BEFORE_ACTIVE,
        Preparing -> Cancelling: CancelRequested JOB_CANCELLED_BEFORE_ACTIVE,
        Ready -> Cancelling: CancelRequested JOB_CANCELLED_BEFORE_ACTIVE,
        Active -> Cancelling: CancelRequested JOB_CANCELLED,
        Pausing -> Cancelling: CancelRequested JOB_CANCELLED_BEFORE_ACTIVE,
        Paused -> Cancelling: CancelRequested JOB_CANCELLED_BEFORE_ACTIVE,
        Cancelling -> Cancelled: Settled JOB_CANCELLED,
    ];

    /// Iterates over the statuses that may come next.
    pub fn successors(self) -> impl Iterator<Item = Self> {
        Self::TRANSITIONS.iter().filter(move |row| row.from == self).map(|row| row.to)
    }

    /// Returns true if `next` may come next.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        self.successors().any(|status| status == next)
    }

    /// Returns true if no status comes after.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Complete | Self::Cancelled | Self::Failed)
    }

    /// Returns a shortest path from this status to another, both included; `None` when there is
    /// none. Of several shortest paths it is the first by the order of the table.
    #[must_use]
    pub fn path_to(self, to: Self) -> Option<Vec<Self>> {
        let mut paths = VecDeque::from([vec![self]]);
        let mut seen = vec![self];
        while let Some(path) = paths.pop_front() {
            let last = *path.last()?;
            if last == to {
                return Some(path);
            }
            for next in last.successors() {
                if !seen.contains(&next) {
                    seen.push(next);
                    paths.push_back(path.iter().copied().chain([next]).collect());
                }
            }
        }
        None
    }

    /// Reconstructs a path through the state machine from statuses that were polled, for a monitor
    /// that missed some in between. A status that was observed repeatedly is on the path once.
    ///
    /// # Errors
    ///
    /// Returns the first two observations that no path connects.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::job;
    ///
    /// let seen = [job::Status::New, job::Status::Active, job::Status::Active, job::Status::Failed];
    /// let path: Vec<_> = job::Status::path_through(seen)?.iter().map(|status| status.as_str()).collect();
    /// assert_eq!(path, ["New", "Preparing", "Ready", "Active", "Failing", "Failed"]);
    ///
    /// let error = job::Status::path_through([job::Status::Ready, job::Status::Suspended]).unwrap_err();
    /// assert_eq!(error.to_string(), "a job that was `Ready` cannot be `Suspended` later");
    /// # Ok::<(), s3_replication::batch::job::ImpossibleObservation>(())
    /// ```
    pub fn path_through(
        observed: impl IntoIterator<Item = Self>,
    ) -> Result<Vec<Self>, ImpossibleObservation> {
        let mut path: Vec<Self> = Vec::new();
        for to in observed {
            let Some(from) = path.last().copied() else {
                path.push(to);
                continue;
            };
            let steps = from.path_to(to).ok_or(ImpossibleObservation { from, to })?;
            path.extend(steps.into_iter().skip(1));
        }
        Ok(path)
    }
}

/// The error returned when a job cannot have had two statuses in this order.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a job that was `{from}` cannot be `{to}` later")]
pub struct ImpossibleObservation {
    from: Status,
    to: Status,
}

impl ImpossibleObservation {
    /// Returns the status that was observed first.
    #[must_use]
    pub const fn from(self) -> Status {
        self.from
    }

    /// Returns the status that was observed later.
    #[must_use]
    pub const fn to(self) -> Status {
        self.to
    }
}
