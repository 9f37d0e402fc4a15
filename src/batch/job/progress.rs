use serde::{Deserialize, Serialize};

use crate::model::{Timestamp, required};

/// The progress of the tasks of a job, as S3 reports it (REP-935).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct ProgressSummary {
    /// The number of tasks in the manifest; 0 until the manifest is ready.
    pub total_number_of_tasks: u64,
    /// The number of tasks that succeeded.
    pub number_of_tasks_succeeded: u64,
    /// The number of tasks that failed.
    pub number_of_tasks_failed: u64,
    /// The time that the job has been active.
    pub timers: Timers,
}

/// The time that a job has spent in a status.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct Timers {
    /// The seconds in `Active`.
    pub elapsed_time_in_active_seconds: u64,
}

/// The share of failed tasks at which a job fails (REP-932): more than half, once at least 1,000
/// tasks have run.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::job::FailureThreshold;
///
/// assert!(!FailureThreshold::is_exceeded(999, 999));
/// assert!(!FailureThreshold::is_exceeded(1000, 500));
/// assert!(FailureThreshold::is_exceeded(1000, 501));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FailureThreshold;

impl FailureThreshold {
    /// The number of tasks that must have run.
    pub const TASKS: u64 = 1000;

    /// Returns true if a job fails when `failed` of the tasks that `ran` have failed.
    #[must_use]
    pub const fn is_exceeded(ran: u64, failed: u64) -> bool {
        ran >= Self::TASKS && failed > ran / 2
    }
}

/// The counters and the clock of a job.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Progress {
    #[serde(deserialize_with = "required")]
    pub(super) total: Option<u64>,
    pub(super) succeeded: u64,
    pub(super) failed: u64,
    /// The milliseconds in `Active` up to the last change of status.
    active_millis: u64,
    /// When the job became `Active`, while it is.
    #[serde(deserialize_with = "required")]
    active_since: Option<Timestamp>,
}

impl Progress {
    pub(super) const fn ran(&self) -> u64 {
        self.succeeded.saturating_add(self.failed)
    }

    /// Returns the number of tasks that have not run.
    pub(super) fn left(&self) -> u64 {
        self.total.unwrap_or(0).saturating_sub(self.ran())
    }

    /// Counts tasks that ended, unless there are more of them than tasks left; returns true if counted.
    pub(super) fn count(&mut self, succeeded: u64, failed: u64) -> bool {
        let fits = succeeded.checked_add(failed).is_some_and(|ended| ended <= self.left());
        if fits {
            self.succeeded += succeeded;
            self.failed += failed;
        }
        fits
    }

    /// Returns true while the job is `Active`.
    pub(super) const fn is_running(&self) -> bool {
        self.active_since.is_some()
    }

    pub(super) const fn start(&mut self, at: Timestamp) {
        self.active_since = Some(at);
    }

    pub(super) fn stop(&mut self, at: Timestamp) {
        self.active_millis = self.millis(at);
        self.active_since = None;
    }

    /// Returns the milliseconds in `Active` up to `at`. Time that runs backwards does not count.
    fn millis(&self, at: Timestamp) -> u64 {
        let running = self.active_since.map_or(0, |since| {
            (at.to_utc() - since.to_utc()).num_milliseconds().try_into().unwrap_or(0)
        });
        self.active_millis.saturating_add(running)
    }

    pub(super) fn summary(&self, at: Timestamp) -> ProgressSummary {
        ProgressSummary {
            total_number_of_tasks: self.total.unwrap_or(0),
            number_of_tasks_succeeded: self.succeeded,
            number_of_tasks_failed: self.failed,
            timers: Timers { elapsed_time_in_active_seconds: self.millis(at) / 1000 },
        }
    }

    /// Returns the seconds in `Active` that the remaining tasks would take at the pace so far.
    pub(super) fn seconds_left(&self, at: Timestamp) -> Option<u64> {
        let (ran, left) = (u128::from(self.ran()), u128::from(self.left()));
        self.total?;
        if left == 0 {
            return Some(0);
        }
        let millis = (u128::from(self.millis(at)) * left).checked_div(ran)?;
        u64::try_from(millis.div_ceil(1000)).ok()
    }
}
