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
