use std::collections::VecDeque;

use crate::clause::{self, Clause};

closed_vocabulary! {
    /// How far a job has come (REP-924).
    ///
    /// [`TRANSITIONS`](Self::TRANSITIONS) is the whole machine; everything else follows from it.
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
        /// Just created.
        New = "New",
        /// The manifest is read or generated.
        Preparing = "Preparing",
        /// Waiting to be confirmed.
        Suspended = "Suspended",
        /// Waiting for its turn.
        Ready = "Ready",
        /// Tasks run.
        Active = "Active",
        /// No more tasks are started, so that a job of higher priority can run.
        Pausing = "Pausing",
        /// No task runs until jobs of higher priority have made way.
        Paused = "Paused",
        /// Every task has been tried; the report is written.
        Completing = "Completing",
        /// Every task has been tried, whatever came of it.
        Complete = "Complete",
        /// No more tasks are started, because somebody cancelled the job.
        Cancelling = "Cancelling",
        /// Cancelled.
        Cancelled = "Cancelled",
        /// No more tasks are started, because the job fails.
        Failing = "Failing",
        /// The job itself failed, which tasks that failed do not make it do but by their share.
        Failed = "Failed",
    }
}

closed_vocabulary! {
    /// What makes a job change its status.
    #[non_exhaustive]
    pub enum Trigger("what makes a job change its status") {
        /// Its manifest begins to be read or generated.
        PreparationBegan = "PreparationBegan",
        /// Its manifest is ready, and nobody has to confirm it.
        Prepared = "Prepared",
        /// Its manifest is ready, and somebody has to confirm it.
        ConfirmationNeeded = "ConfirmationNeeded",
        /// Its manifest could not be read or generated.
        PreparationFailed = "PreparationFailed",
        /// It was confirmed.
        Confirmed = "Confirmed",
        /// Nobody confirmed it in time.
        ConfirmationOverdue = "ConfirmationOverdue",
        /// It got its turn.
        Started = "Started",
        /// A job of higher priority wants its turn.
        Preempted = "Preempted",
        /// It got its turn again.
        Resumed = "Resumed",
        /// Its last task was tried.
        TasksTried = "TasksTried",
        /// More tasks failed than may.
        ThresholdExceeded = "ThresholdExceeded",
        /// Its report could not be written.
        ReportFailed = "ReportFailed",
        /// Somebody cancelled it.
        CancelRequested = "CancelRequested",
        /// What was under way has ended.
        Settled = "Settled",
    }
}

/// One row of the machine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct StatusTransition {
    /// The status before.
    pub from: Status,
    /// The status after.
    pub to: Status,
    /// What makes the job change.
    pub trigger: Trigger,
    /// What it rests on.
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
    /// Every change of status there is, and what makes a job change so.
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

    /// Returns true when `next` may come next.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        self.successors().any(|status| status == next)
    }

    /// Returns true when nothing comes after.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Complete | Self::Cancelled | Self::Failed)
    }

    /// Returns a shortest way from this status to another, both included; `None` when there is
    /// none. Of ways of one length it is the one that stands first in the table.
    #[must_use]
    pub fn path_to(self, to: Self) -> Option<Vec<Self>> {
        let mut ways = VecDeque::from([vec![self]]);
        let mut seen = vec![self];
        while let Some(way) = ways.pop_front() {
            let last = *way.last()?;
            if last == to {
                return Some(way);
            }
            for next in last.successors() {
                if !seen.contains(&next) {
                    seen.push(next);
                    ways.push_back(way.iter().copied().chain([next]).collect());
                }
            }
        }
        None
    }

    /// Fills in what an observer missed who asked from time to time: returns a way that passes
    /// what was observed, in that order. A status that is observed again stands once.
    ///
    /// # Errors
    ///
    /// Returns the first two observations between which there is no way.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::job;
    ///
    /// let seen = [job::Status::New, job::Status::Active, job::Status::Active, job::Status::Failed];
    /// let way: Vec<_> = job::Status::way_through(seen)?.iter().map(|status| status.as_str()).collect();
    /// assert_eq!(way, ["New", "Preparing", "Ready", "Active", "Failing", "Failed"]);
    ///
    /// let error = job::Status::way_through([job::Status::Ready, job::Status::Suspended]).unwrap_err();
    /// assert_eq!(error.to_string(), "a job that was `Ready` can't be `Suspended` later");
    /// # Ok::<(), s3_replication::batch::job::ImpossibleObservation>(())
    /// ```
    pub fn way_through(
        observed: impl IntoIterator<Item = Self>,
    ) -> Result<Vec<Self>, ImpossibleObservation> {
        let mut way: Vec<Self> = Vec::new();
        for to in observed {
            let Some(from) = way.last().copied() else {
                way.push(to);
                continue;
            };
            let steps = from.path_to(to).ok_or(ImpossibleObservation { from, to })?;
            way.extend(steps.into_iter().skip(1));
        }
        Ok(way)
    }
}

/// The error returned when a job can't have been in two statuses in this order.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a job that was `{from}` can't be `{to}` later")]
pub struct ImpossibleObservation {
    from: Status,
    to: Status,
}

impl ImpossibleObservation {
    /// Returns what was observed first.
    #[must_use]
    pub const fn from(self) -> Status {
        self.from
    }

    /// Returns what was observed later.
    #[must_use]
    pub const fn to(self) -> Status {
        self.to
    }
}
