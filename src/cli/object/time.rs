//! Times in the notations of other tools, and the ISO 8601 that is meant.
//!
//! Times in these notations are refused with the time that is meant, and not read: the user sees
//! which time zone was assumed.
//!
//! `object::moment` calls this only for a text that `Timestamp` does not read.

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, TimeZone as _, Utc};

/// Returns a time in ISO 8601, if the text is one in another notation: seconds or milliseconds
/// since 1970, the date of an HTTP header, and a date or time without the time zone, which is UTC
/// in everything that S3 prints. `None` for any other text.
///
/// ```text
/// 1795341600                       2026-11-22T10:00:00Z
/// Sun, 22 Nov 2026 10:00:00 GMT    2026-11-22T10:00:00Z
/// 2026-11-22T11:00:00+0100         2026-11-22T10:00:00Z
/// 2026-11-22                       2026-11-22T00:00:00Z
/// 22.11.2026                       none
/// ```
pub(super) fn meant(text: &str) -> Option<String> {
    let text = text.trim();
    let time = of_number(text)
        .or_else(|| Some(DateTime::parse_from_rfc2822(text).ok()?.to_utc()))
        .or_else(|| Some(DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z").ok()?.to_utc()))
        .or_else(|| Some(DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%z").ok()?.to_utc()))
        .or_else(|| Some(of_plain(text)?.and_utc()))?;
    Some(time.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

/// Returns the time of a number of seconds, or of milliseconds where there are too many.
///
/// Negative numbers and those of a far future are no times. 1e11 seconds are the year 5138, and
/// 1e11 milliseconds are in 1973, so that no time of a version is ambiguous.
fn of_number(text: &str) -> Option<DateTime<Utc>> {
    const MOST_SECONDS: f64 = 1e11;
    let number: f64 = text.parse().ok()?;
    let seconds = if number.abs() < MOST_SECONDS { number } else { number / 1000.0 };
    // `NaN` is in no range, and ends here as well.
    if !(0.0..MOST_SECONDS).contains(&seconds) {
        return None;
    }
    // The range was checked, and milliseconds are all that other tools write.
    #[expect(clippy::cast_possible_truncation, reason = "below 1e14")]
    Utc.timestamp_millis_opt((seconds * 1000.0).round() as i64).single()
}

/// Returns the time of a text without time zone.
///
/// A date alone is its midnight, in UTC like all of these.
fn of_plain(text: &str) -> Option<NaiveDateTime> {
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0))
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn other_notations_have_a_meaning() {
        for text in [
            "1795341600",
            "1795341600.0",
            "1795341600000",
            "Sun, 22 Nov 2026 10:00:00 GMT",
            "2026-11-22T10:00:00+0000",
            "2026-11-22T11:00:00+0100",
            "2026-11-22 10:00:00",
            "2026-11-22T10:00:00",
        ] {
            assert_eq!(meant(text).as_deref(), Some("2026-11-22T10:00:00Z"), "{text}");
        }
        assert_eq!(meant("2026-11-22").as_deref(), Some("2026-11-22T00:00:00Z"));
        for text in ["", "yesterday", "NaN", "-1", "1e300", "22.11.2026"] {
            assert_eq!(meant(text), None, "{text}");
        }
    }
}
