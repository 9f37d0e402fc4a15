use std::fmt;

use chrono::TimeDelta;
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

closed_vocabulary! {
    /// The status of an event hold.
    #[expect(clippy::exhaustive_enums, reason = "a switch has two positions")]
    pub enum EventHoldStatus("`ON` or `OFF`") {
        /// The version is protected until the hold is released.
        On = "ON",
        /// The hold was released.
        Off = "OFF",
    }
}

/// An event hold: it protects a version until a user releases it, and for a duration from then on
/// (REP-632).
///
/// In JSON it is an object such as `{"Status": "ON", "Duration": {"Years": 7}}`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the two parts of an event hold")]
pub struct EventHold {
    /// The status.
    pub status: EventHoldStatus,
    /// The time for which the version is retained after the release, if one was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<EventHoldDuration>,
}

/// The time for which a version is retained after its event hold was released: 1 to 36,500 days, or
/// 1 to 100 years.
///
/// # Examples
///
/// ```
/// use s3_replication::model::{EventHoldDuration, Timestamp};
///
/// let duration = EventHoldDuration::years(7).unwrap();
/// let released: Timestamp = "2028-02-29T09:00:00Z".parse()?;
/// assert_eq!(duration.after(released).to_string(), "2035-02-28T09:00:00Z");
/// assert_eq!(EventHoldDuration::days(0), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "WrittenDuration", into = "WrittenDuration")]
pub struct EventHoldDuration(WrittenDuration);

/// A duration as documents have it, within its limits or not.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Deserialize, Serialize)]
enum WrittenDuration {
    Days(u32),
    Years(u32),
}

/// The error returned for the duration of an event hold that S3 does not have.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the duration of an event hold is 1 to 36,500 days or 1 to 100 years")]
struct InvalidDuration;

impl EventHoldDuration {
    /// The maximum number of days.
    pub const DAYS_LIMIT: u32 = 36_500;
    /// The maximum number of years.
    pub const YEARS_LIMIT: u32 = 100;

    /// Creates a duration in days; `None` unless there are 1 to 36,500.
    #[must_use]
    pub const fn days(days: u32) -> Option<Self> {
        match days {
            1..=Self::DAYS_LIMIT => Some(Self(WrittenDuration::Days(days))),
            _ => None,
        }
    }

    /// Creates a duration in years; `None` unless there are 1 to 100.
    #[must_use]
    pub const fn years(years: u32) -> Option<Self> {
        match years {
            1..=Self::YEARS_LIMIT => Some(Self(WrittenDuration::Years(years))),
            _ => None,
        }
    }

    /// Returns the end of the duration that begins at this time. A year ends on the same day of a
    /// later one, or on the last day of February.
    #[must_use]
    pub fn after(self, start: Timestamp) -> Timestamp {
        match self.0 {
            WrittenDuration::Days(days) => start.later_by(TimeDelta::days(days.into())),
            WrittenDuration::Years(years) => start.later_by_years(years),
        }
    }
}

impl TryFrom<WrittenDuration> for EventHoldDuration {
    type Error = InvalidDuration;

    fn try_from(written: WrittenDuration) -> Result<Self, InvalidDuration> {
        match written {
            WrittenDuration::Days(days) => Self::days(days),
            WrittenDuration::Years(years) => Self::years(years),
        }
        .ok_or(InvalidDuration)
    }
}

impl From<EventHoldDuration> for WrittenDuration {
    fn from(EventHoldDuration(written): EventHoldDuration) -> Self {
        written
    }
}

impl fmt::Display for EventHoldDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit) = match self.0 {
            WrittenDuration::Days(days) => (days, "day"),
            WrittenDuration::Years(years) => (years, "year"),
        };
        let plural = if number == 1 { "" } else { "s" };
        write!(f, "{number} {unit}{plural}")
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
/// let lock = ObjectLock { legal_hold: Some(LegalHold::On), ..ObjectLock::default() };
/// assert_ne!(lock, ObjectLock::default());
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
#[expect(clippy::exhaustive_structs, reason = "the three settings of a version")]
pub struct ObjectLock {
    /// The retention period, if one was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
    /// The legal hold, if one was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_hold: Option<LegalHold>,
    /// The event hold, if one was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_hold: Option<EventHold>,
}

impl ObjectLock {
    /// No settings.
    pub const NONE: Self = Self { retention: None, legal_hold: None, event_hold: None };

    /// Returns true if the version must not be deleted or replaced at this time: a legal hold or an
    /// event hold is on, or its retention lasts.
    #[must_use]
    pub fn protects(&self, at: Timestamp) -> bool {
        self.legal_hold == Some(LegalHold::On)
            || self.event_hold.is_some_and(|hold| hold.status == EventHoldStatus::On)
            || self.retention.is_some_and(|retention| retention.retain_until > at)
    }

    /// Sets the event hold at this time. The release of a hold that was on begins the retention of its
    /// duration, unless the version is retained for longer (REP-632, REP-633).
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::{EventHold, EventHoldDuration, EventHoldStatus, ObjectLock};
    ///
    /// let on = EventHold { status: EventHoldStatus::On, duration: EventHoldDuration::days(30) };
    /// let mut lock = ObjectLock { event_hold: Some(on), ..ObjectLock::NONE };
    /// lock.set_event_hold(EventHold { status: EventHoldStatus::Off, ..on }, "2026-11-01T09:00:00Z".parse()?);
    /// let retention = lock.retention.unwrap();
    /// assert_eq!(retention.retain_until.to_string(), "2026-12-01T09:00:00Z");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_event_hold(&mut self, hold: EventHold, at: Timestamp) {
        let before = self.event_hold.replace(hold);
        let Some(EventHold { status: EventHoldStatus::On, duration }) = before else { return };
        let EventHold { status: EventHoldStatus::Off, duration: given } = hold else { return };
        let Some(duration) = given.or(duration) else { return };
        let (mode, least) = self
            .retention
            .map_or((RetentionMode::Governance, None), |kept| (kept.mode, Some(kept.retain_until)));
        let retain_until = duration.after(at);
        let retain_until = least.map_or(retain_until, |least| least.max(retain_until));
        self.retention = Some(Retention { mode, retain_until });
    }
}
