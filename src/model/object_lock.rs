use serde::{Deserialize, Serialize};

use crate::model::Timestamp;

closed_vocabulary! {
    /// The strictness of a retention period.
    #[expect(clippy::exhaustive_enums, reason = "S3 Object Lock has two modes")]
    pub enum RetentionMode("`GOVERNANCE` or `COMPLIANCE`") {
        /// Users with a special permission may end the retention early.
        Governance = "GOVERNANCE",
        /// No user may end the retention early.
        Compliance = "COMPLIANCE",
    }
}

closed_vocabulary! {
    /// The status of a legal hold.
    #[expect(clippy::exhaustive_enums, reason = "a switch has two positions")]
    pub enum LegalHold("`ON` or `OFF`") {
        /// The version is protected.
        On = "ON",
        /// The version is not protected by a legal hold.
        Off = "OFF",
    }
}

/// The retention period of a version.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the two parts of a retention period")]
pub struct Retention {
    /// The mode.
    pub mode: RetentionMode,
    /// The end of the period.
    #[serde(rename = "RetainUntilDate")]
    pub retain_until: Timestamp,
}

impl Retention {
    /// Returns true if this retention has a lower mode or a shorter period than the other one.
    ///
    /// A version must never get such a retention while the other one lasts (REP-625).
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::{Retention, RetentionMode};
    ///
    /// let month = Retention {
    ///     mode: RetentionMode::Governance,
    ///     retain_until: "2026-12-22T09:00:00Z".parse()?,
    /// };
    /// let day = Retention { retain_until: "2026-11-23T09:00:00Z".parse()?, ..month };
    /// assert!(day.is_weaker_than(&month));
    /// // A higher mode does not make up for a shorter period.
    /// assert!(Retention { mode: RetentionMode::Compliance, ..day }.is_weaker_than(&month));
    /// assert!(!month.is_weaker_than(&month));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn is_weaker_than(&self, other: &Self) -> bool {
        self.retain_until < other.retain_until || self.mode < other.mode
    }
}

/// The retention that a bucket gives to versions that are written without one.
///
/// It is an object in JSON, such as `{"Mode": "GOVERNANCE", "Days": 30}`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "a mode and a period, as in S3")]
pub struct DefaultRetention {
    /// The mode.
    pub mode: RetentionMode,
    /// The period in days, counted from the creation of the version.
    pub days: u32,
}

/// The Object Lock settings of a version.
///
/// # Examples
///
/// ```
/// use s3_replication::model::{LegalHold, ObjectLock};
///
/// let lock = ObjectLock { retention: None, legal_hold: Some(LegalHold::On) };
/// assert_ne!(lock, ObjectLock::default());
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
#[expect(clippy::exhaustive_structs, reason = "the two settings of a version")]
pub struct ObjectLock {
    /// The retention period, if one was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
    /// The legal hold, if one was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_hold: Option<LegalHold>,
}

impl ObjectLock {
    /// Returns true if the version must not be deleted or replaced at this time: a legal hold is on, or
    /// its retention lasts.
    #[must_use]
    pub fn protects(&self, at: Timestamp) -> bool {
        self.legal_hold == Some(LegalHold::On)
            || self.retention.is_some_and(|retention| retention.retain_until > at)
    }
}
