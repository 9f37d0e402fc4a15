use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::RuleStatus;

/// What a rule says about S3 Replication Time Control and replication metrics.
///
/// S3 spells it in two elements, `ReplicationTime` and `Metrics`, most of whose combinations it
/// refuses: Time Control needs metrics with the same threshold, and a threshold needs Time
/// Control (REP-227 to REP-231). These are the combinations that are left; a rule that has
/// neither element has no `TimeControl`.
///
/// # Examples
///
/// ```
/// use s3_replication::model::{RuleStatus, TimeControl};
///
/// assert!(TimeControl::Enabled.is_enabled() && TimeControl::Enabled.has_metrics());
/// assert!(!TimeControl::MetricsOnly(RuleStatus::Enabled).is_enabled());
/// assert_eq!(TimeControl::THRESHOLD.get(), 15);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "every combination that S3 accepts")]
pub enum TimeControl {
    /// `ReplicationTime` and `Metrics` enabled, both with the threshold of fifteen minutes.
    Enabled,
    /// `ReplicationTime` is there and disabled, `Metrics` without a threshold.
    Disabled {
        /// The status of `Metrics`.
        metrics: RuleStatus,
    },
    /// No `ReplicationTime`, `Metrics` without a threshold.
    MetricsOnly(RuleStatus),
}

impl TimeControl {
    /// The only threshold S3 accepts, in minutes (REP-229).
    pub const THRESHOLD: Minutes = Minutes(15);

    /// Returns true when S3 Replication Time Control is on.
    #[must_use]
    pub const fn is_enabled(self) -> bool {
        matches!(self, Self::Enabled)
    }

    /// Returns true when replication metrics are published.
    #[must_use]
    pub const fn has_metrics(self) -> bool {
        match self {
            Self::Enabled => true,
            Self::Disabled { metrics } | Self::MetricsOnly(metrics) => metrics.is_enabled(),
        }
    }
}

/// A number of minutes, as `ReplicationTime/Time` and `Metrics/EventThreshold` hold it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Minutes(i32);

impl Minutes {
    /// Creates a number of minutes; any integer, because a draft may be wrong.
    #[must_use]
    pub const fn new(minutes: i32) -> Self {
        Self(minutes)
    }

    /// Returns the number.
    #[must_use]
    pub const fn get(self) -> i32 {
        self.0
    }
}

impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
