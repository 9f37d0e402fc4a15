use serde::{Deserialize, Serialize};

use crate::model::Timestamp;

/// How far the tasks of a job have come, as S3 tells it (REP-935).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct ProgressSummary {
    /// How many tasks the manifest asks for; 0 until it is ready.
    pub total_number_of_tasks: u64,
    /// How many tasks succeeded.
    pub number_of_tasks_succeeded: u64,
    /// How many tasks failed.
    pub number_of_tasks_failed: u64,
    /// How long the job has been active.
    pub timers: Timers,
}

/// How long a job has been in which status.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct Timers {
    /// The seconds in `Active`.
    pub elapsed_time_in_active_seconds: u64,
}

/// When a job fails over its tasks (REP-932): once at least 1,000 have run, as soon as more than
/// half of those failed.
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
    /// How many tasks must have run.
    pub const TASKS: u64 = 1000;

    /// Returns true when a job fails of whose tasks so many have run and so many of those failed.
    #[must_use]
    pub const fn is_exceeded(ran: u64, failed: u64) -> bool {
        ran >= Self::TASKS && failed > ran / 2
    }
}

/// The counts and the clock of a job.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Progress {
    pub(super) total: Option<u64>,
    pub(super) succeeded: u64,
    pub(super) failed: u64,
    /// The milliseconds in `Active` up to the last change of status.
    active_millis: u64,
    /// When the job became `Active`, while it is.
    active_since: Option<Timestamp>,
}

impl Progress {
    pub(super) const fn ran(&self) -> u64 {
        self.succeeded.saturating_add(self.failed)
    }

    /// Returns how many tasks have not been tried.
    pub(super) fn left(&self) -> u64 {
        self.total.unwrap_or(0).saturating_sub(self.ran())
    }

    /// Counts tasks that ended; refuses more than there are.
    pub(super) fn count(&mut self, succeeded: u64, failed: u64) -> bool {
        let fits = succeeded.checked_add(failed).is_some_and(|ended| ended <= self.left());
        if fits {
            self.succeeded += succeeded;
            self.failed += failed;
        }
        fits
    }

    /// Returns true while the clock runs.
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

    /// Returns the milliseconds in `Active` up to now; time that runs backwards does not count.
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

    /// Returns the seconds in `Active` that the rest would take at the pace so far.
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
