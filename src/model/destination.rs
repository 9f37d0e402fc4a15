use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{Account, BucketArn, RuleStatus, StorageClass};

/// The destination bucket of a rule, and the settings of the replicas.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Destination {
    /// The bucket.
    pub bucket: BucketArn,
    /// The storage class of replicas; `None` means the class of the source version.
    pub storage_class: Option<StorageClass>,
    /// The owner of the replicas.
    pub ownership: Ownership,
    /// The settings of S3 Replication Time Control (S3 RTC) and of replication metrics; `None` when
    /// the rule has neither.
    pub time_control: Option<TimeControl>,
}

closed_vocabulary! {
    /// The owner of a replica.
    #[expect(clippy::exhaustive_enums, reason = "replication involves two accounts")]
    pub enum Owner("`source` or `destination`") {
        /// The source object owner.
        Source = "source",
        /// The destination bucket owner.
        Destination = "destination",
    }
}

/// The owner of the replicas of a rule.
///
/// In a document, owner override takes two elements, `Account` and `AccessControlTranslation`, and
/// the second requires the first (REP-220). This type has only the valid combinations.
///
/// # Examples
///
/// ```
/// use s3_replication::model::{Owner, Ownership};
///
/// let kept = Ownership::Source { account: None };
/// assert_eq!(kept.owner(), Owner::Source);
/// let translated = Ownership::Destination { account: "012345678901".parse()? };
/// assert_eq!(translated.owner(), Owner::Destination);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "every way to own a replica")]
pub enum Ownership {
    /// The source object owner owns the replica.
    Source {
        /// The account that owns the destination bucket; `None` when the rule does not name it.
        account: Option<Account>,
    },
    /// Owner override: the destination bucket owner owns the replica, and later changes of the
    /// source ACL are not replicated (REP-516, REP-602).
    Destination {
        /// The account that owns the destination bucket.
        account: Account,
    },
    /// The destination bucket enforces ownership by its owner, with the same effect (REP-621). This is
    /// a setting of the bucket, not of the rule:
    /// [`ReplicationConfiguration::in_buckets`](crate::ReplicationConfiguration::in_buckets) adds it.
    Enforced {
        /// The account that owns the destination bucket; `None` when the rule does not name it.
        account: Option<Account>,
    },
}

impl Ownership {
    /// Returns the owner of the replicas.
    #[must_use]
    pub const fn owner(&self) -> Owner {
        match self {
            Self::Source { .. } => Owner::Source,
            Self::Destination { .. } | Self::Enforced { .. } => Owner::Destination,
        }
    }

    /// Returns true when the rule has owner override.
    #[must_use]
    pub const fn is_overridden(&self) -> bool {
        matches!(self, Self::Destination { .. })
    }

    /// Returns the account that owns the destination bucket according to the rule.
    #[must_use]
    pub const fn account(&self) -> Option<&Account> {
        match self {
            Self::Source { account } | Self::Enforced { account } => account.as_ref(),
            Self::Destination { account } => Some(account),
        }
    }
}

closed_vocabulary! {
    /// The only value of `AccessControlTranslation/Owner`.
    #[expect(clippy::exhaustive_enums, reason = "S3 has one value here")]
    pub enum OwnerOverride("`Destination`") {
        /// The destination bucket owner owns the replicas.
        Destination = "Destination",
    }
}

/// The settings of a rule for S3 Replication Time Control (S3 RTC) and for replication metrics.
///
/// In a document these are two elements, `ReplicationTime` and `Metrics`. S3 rejects most of their
/// combinations: S3 RTC requires metrics with the same threshold, and a threshold requires S3 RTC
/// (REP-227 to REP-231). The variants are the accepted combinations; a rule with neither element
/// has no `TimeControl`.
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
    /// `ReplicationTime` and `Metrics` are enabled, both with the threshold of 15 minutes.
    Enabled,
    /// `ReplicationTime` is disabled, and `Metrics` has no threshold.
    Disabled {
        /// The status of `Metrics`.
        metrics: RuleStatus,
    },
    /// `ReplicationTime` is absent, and `Metrics` has no threshold.
    MetricsOnly(RuleStatus),
}

impl TimeControl {
    /// The only threshold that S3 accepts (REP-229).
    pub const THRESHOLD: Minutes = Minutes(15);

    /// Returns true when S3 RTC is enabled.
    #[must_use]
    pub const fn is_enabled(self) -> bool {
        matches!(self, Self::Enabled)
    }

    /// Returns true when S3 publishes replication metrics.
    #[must_use]
    pub const fn has_metrics(self) -> bool {
        match self {
            Self::Enabled => true,
            Self::Disabled { metrics } | Self::MetricsOnly(metrics) => metrics.is_enabled(),
        }
    }
}

/// A number of minutes in `ReplicationTime/Time` or `Metrics/EventThreshold`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Minutes(i32);

impl Minutes {
    /// Creates a number of minutes. Every integer is allowed, because a draft may be invalid.
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
