//! Points in time.

use s3_replication::model::Timestamp;
use s3s::dto;
use time::OffsetDateTime;

use crate::{FromS3s, InvalidDto, ToS3s};

impl ToS3s for Timestamp {
    type Dto = dto::Timestamp;

    /// Keeps nanoseconds. A time after the year 9999, which S3 cannot represent, becomes its end.
    fn to_s3s(&self) -> dto::Timestamp {
        let moment = self.to_utc();
        let seconds = i128::from(moment.timestamp()) * 1_000_000_000;
        let nanoseconds = seconds + i128::from(moment.timestamp_subsec_nanos());
        let last = time::PrimitiveDateTime::MAX.assume_utc();
        OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).unwrap_or(last).into()
    }
}

impl FromS3s<dto::Timestamp> for Timestamp {
    type Error = InvalidDto;

    fn from_s3s(dto: &dto::Timestamp) -> Result<Self, InvalidDto> {
        let moment = OffsetDateTime::from(dto.clone());
        let utc = chrono::DateTime::from_timestamp(moment.unix_timestamp(), moment.nanosecond());
        utc.map(Self::from).ok_or(InvalidDto::Time)
    }
}
