use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use chrono::{DateTime, Datelike as _, NaiveDate, SecondsFormat, TimeDelta, Utc};

/// A point in time, in the format of S3: RFC 3339 in UTC, such as `2026-11-22T10:00:00Z`.
///
/// This crate never reads a clock: every point in time is an argument. A program that reads one can
/// convert it from [`SystemTime`].
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
        let last =
            NaiveDate::from_ymd_opt(9999, 12, 31).and_then(|day| day.and_hms_opt(23, 59, 59));
        let last = last.map_or(DateTime::<Utc>::MAX_UTC, |last| last.and_utc());
        Self(self.0.checked_add_signed(time).map_or(last, |moment| moment.min(last)).max(self.0))
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(moment: DateTime<Utc>) -> Self {
        Self(moment)
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        Self(time.into())
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
