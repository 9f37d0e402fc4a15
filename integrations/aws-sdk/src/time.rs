//! Points in time.

use aws_smithy_types::DateTime;
use s3_replication::model::Timestamp;

/// The error for a time that S3 cannot express: it is outside the years 0 to 9999.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{seconds} seconds since 1970 is outside the years 0 to 9999")]
pub struct TimeOutOfRange {
    seconds: i64,
}

/// Returns the time of a value of the SDK, to the nanosecond.
///
/// # Errors
///
/// [`TimeOutOfRange`]
///
/// # Examples
///
/// ```
/// use aws_smithy_types::DateTime;
/// use s3_replication_aws_sdk::{from_sdk_time, to_sdk_time};
///
/// let time = from_sdk_time(&DateTime::from_secs(1_795_000_000))?;
/// assert_eq!(time.to_string(), "2026-11-18T11:06:40Z");
/// assert_eq!(to_sdk_time(time).secs(), 1_795_000_000);
/// assert!(from_sdk_time(&DateTime::from_secs(i64::MAX)).is_err());
/// # Ok::<(), s3_replication_aws_sdk::TimeOutOfRange>(())
/// ```
pub fn from_sdk_time(time: &DateTime) -> Result<Timestamp, TimeOutOfRange> {
    let error = TimeOutOfRange { seconds: time.secs() };
    let utc = chrono::DateTime::from_timestamp(time.secs(), time.subsec_nanos()).ok_or(error)?;
    let time = Timestamp::from(utc);
    // Only the years of RFC 3339 can be read back.
    time.to_string().parse::<Timestamp>().map_err(|_| error)
}

/// Returns the value of the SDK for a time.
#[must_use]
pub fn to_sdk_time(time: Timestamp) -> DateTime {
    let utc = time.to_utc();
    DateTime::from_secs_and_nanos(utc.timestamp(), utc.timestamp_subsec_nanos())
}
