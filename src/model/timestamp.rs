use std::fmt;
use std::ops::Add;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Datelike as _, Months, NaiveDate, SecondsFormat, TimeDelta, Utc};

/// A point in time, in the format of S3: RFC 3339 in UTC, such as `2026-11-22T10:00:00Z`.
///
/// This crate never reads a clock: every point in time is an argument. A program that reads one
/// converts it from [`SystemTime`], so it needs no dependency on `chrono`. Years are those that RFC 3339
/// can represent, 0 to 9999: an earlier or later time becomes the first or the last of them.
///
/// # Examples
///
/// ```
/// use s3_replication::model::Timestamp;
///
/// let moment: Timestamp = "2026-11-22T11:00:00+01:00".parse()?;
/// assert_eq!(moment.to_string(), "2026-11-22T10:00:00Z");
///
/// let epoch = Timestamp::from(std::time::SystemTime::UNIX_EPOCH);
/// assert_eq!(epoch.to_string(), "1970-01-01T00:00:00Z");
/// let in_a_day = epoch + std::time::Duration::from_secs(86_400);
/// assert_eq!(in_a_day.to_string(), "1970-01-02T00:00:00Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// Returns the point in time as a value of `chrono`.
    #[must_use]
    pub const fn to_utc(self) -> DateTime<Utc> {
        self.0
    }

    /// Returns the point in time that is `time` later, at most the end of the year 9999, the last that
    /// RFC 3339 can represent.
    #[must_use]
    pub fn later_by(self, time: TimeDelta) -> Self {
        let later = self.0.checked_add_signed(time).unwrap_or(LAST);
        Self(later.min(LAST).max(self.0))
    }

    /// Returns the point in time that is this number of years later, at most the end of the year 9999.
    /// From a 29 February it is the 28th where the year has no other.
    pub(crate) fn later_by_years(self, years: u32) -> Self {
        let later = self.0.checked_add_months(Months::new(years.saturating_mul(12)));
        later.map_or_else(
            || self.later_by(TimeDelta::MAX),
            |later| self.later_by(later.signed_duration_since(self.0)),
        )
    }
}

/// The first time that RFC 3339 can represent: `0000-01-01T00:00:00Z`.
const FIRST: DateTime<Utc> = seconds_after_epoch(-62_167_219_200);

/// The last second that RFC 3339 can represent: `9999-12-31T23:59:59Z`.
const LAST: DateTime<Utc> = seconds_after_epoch(253_402_300_799);

const fn seconds_after_epoch(seconds: i64) -> DateTime<Utc> {
    match DateTime::from_timestamp(seconds, 0) {
        Some(moment) => moment,
        None => DateTime::UNIX_EPOCH,
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(moment: DateTime<Utc>) -> Self {
        Self(moment.clamp(FIRST, LAST))
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let epoch = DateTime::UNIX_EPOCH;
        let delta = |time| TimeDelta::from_std(time).ok();
        // Not by `DateTime::from`, which panics for years beyond its range.
        let moment = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => delta(since).and_then(|since| epoch.checked_add_signed(since)),
            Err(before) => {
                let before = delta(before.duration());
                Some(before.and_then(|before| epoch.checked_sub_signed(before)).unwrap_or(FIRST))
            }
        };
        Self::from(moment.unwrap_or(LAST))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    /// Returns the point in time that is this much later, at most the end of the year 9999.
    fn add(self, time: Duration) -> Self {
        self.later_by(TimeDelta::from_std(time).unwrap_or(TimeDelta::MAX))
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(moment) = as_s3_writes(text) {
            return Ok(moment);
        }
        let moment = DateTime::parse_from_rfc3339(text).map(|moment| moment.to_utc());
        match moment {
            // An offset can lead to a year that RFC 3339 cannot represent.
            Ok(moment) if (0..=9999).contains(&moment.year()) => Ok(Self(moment)),
            _ => Err(InvalidTimestamp { given: text.to_owned() }),
        }
    }
}

/// Parses the forms that S3 writes: UTC, in seconds or in milliseconds. An inventory has millions of
/// them, and this is faster than `chrono`, which parses all other forms.
fn as_s3_writes(text: &str) -> Option<Timestamp> {
    const BETWEEN: [(usize, u8); 5] = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    let (moment, fraction) = text.strip_suffix('Z')?.as_bytes().split_at_checked(19)?;
    if BETWEEN.iter().any(|(at, byte)| moment.get(*at) != Some(byte)) {
        return None;
    }
    let part = |start: usize, end: usize| number(moment.get(start..end)?);
    let milliseconds = match fraction {
        [] => 0,
        [b'.', digits @ ..] if digits.len() == 3 => number(digits)?,
        _ => return None,
    };
    let year = i32::try_from(part(0, 4)?).ok()?;
    let day = NaiveDate::from_ymd_opt(year, part(5, 7)?, part(8, 10)?)?;
    let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
    Some(Timestamp(day.and_hms_milli_opt(hour, minute, second, milliseconds)?.and_utc()))
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0'))
    })
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

text_serde!(Timestamp, "a time such as `2026-11-22T10:00:00Z`", |word| word.parse::<Timestamp>());

/// The error returned when a text is not a [`Timestamp`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{given}` is not a time such as `2026-11-22T10:00:00Z`")]
pub struct InvalidTimestamp {
    given: String,
}
