use crate::model::Timestamp;

closed_vocabulary! {
    /// How strictly retention protects a version.
    #[expect(clippy::exhaustive_enums, reason = "S3 Object Lock has two modes")]
    pub enum RetentionMode("`GOVERNANCE` or `COMPLIANCE`") {
        /// Who has the permission may lift it.
        Governance = "GOVERNANCE",
        /// Nobody may.
        Compliance = "COMPLIANCE",
    }
}

closed_vocabulary! {
    /// Whether a legal hold protects a version.
    #[expect(clippy::exhaustive_enums, reason = "a switch has two positions")]
    pub enum LegalHold("`ON` or `OFF`") {
        /// It does.
        On = "ON",
        /// It does not.
        Off = "OFF",
    }
}

/// Retention of one version: until when, and how strictly.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "the two parts of a retention period")]
pub struct Retention {
    /// How strictly.
    pub mode: RetentionMode,
    /// Until when.
    pub retain_until: Timestamp,
}

/// What Object Lock says about one version.
///
/// # Examples
///
/// ```
/// use s3_replication::model::{LegalHold, ObjectLock};
///
/// let lock = ObjectLock { retention: None, legal_hold: Some(LegalHold::On) };
/// assert_ne!(lock, ObjectLock::default());
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "the two settings of a version")]
pub struct ObjectLock {
    /// The retention period, if one was set.
    pub retention: Option<Retention>,
    /// The legal hold, if one was set.
    pub legal_hold: Option<LegalHold>,
}
