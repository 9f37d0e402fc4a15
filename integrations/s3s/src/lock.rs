//! Object Lock settings of versions and buckets.

use s3_replication::model::{DefaultRetention, LegalHold, Retention, RetentionMode, Timestamp};
use s3s::dto;

use crate::{FromS3s, InvalidDto, ToS3s};

impl ToS3s for Retention {
    type Dto = dto::ObjectLockRetention;

    fn to_s3s(&self) -> dto::ObjectLockRetention {
        dto::ObjectLockRetention {
            mode: Some(self.mode.to_s3s()),
            retain_until_date: Some(self.retain_until.to_s3s()),
        }
    }
}

impl FromS3s<dto::ObjectLockRetention> for Option<Retention> {
    type Error = InvalidDto;

    /// Returns `None` for a retention without fields, which removes the retention of a version.
    fn from_s3s(dto: &dto::ObjectLockRetention) -> Result<Self, InvalidDto> {
        match (&dto.mode, &dto.retain_until_date) {
            (None, None) => Ok(None),
            (Some(mode), Some(date)) => Ok(Some(Retention {
                mode: RetentionMode::from_s3s(&dto::ObjectLockRetentionMode::from(
                    mode.as_str().to_owned(),
                ))?,
                retain_until: Timestamp::from_s3s(date)?,
            })),
            (None, Some(_)) => Err(InvalidDto::Missing("Mode")),
            (Some(_), None) => Err(InvalidDto::Missing("RetainUntilDate")),
        }
    }
}

impl ToS3s for LegalHold {
    type Dto = dto::ObjectLockLegalHold;

    fn to_s3s(&self) -> dto::ObjectLockLegalHold {
        let status = dto::ObjectLockLegalHoldStatus::from(self.to_string());
        dto::ObjectLockLegalHold { status: Some(status) }
    }
}

impl FromS3s<dto::ObjectLockLegalHold> for LegalHold {
    type Error = InvalidDto;

    fn from_s3s(dto: &dto::ObjectLockLegalHold) -> Result<Self, InvalidDto> {
        let status = dto.status.as_ref().ok_or(InvalidDto::Missing("Status"))?;
        Self::from_s3s(status)
    }
}

impl ToS3s for DefaultRetention {
    type Dto = dto::DefaultRetention;

    fn to_s3s(&self) -> dto::DefaultRetention {
        dto::DefaultRetention {
            days: Some(i32::try_from(self.days).unwrap_or(i32::MAX)),
            mode: Some(self.mode.to_s3s()),
            years: None,
        }
    }
}

impl FromS3s<dto::DefaultRetention> for DefaultRetention {
    type Error = InvalidDto;

    /// Counts a year as 365 days.
    fn from_s3s(dto: &dto::DefaultRetention) -> Result<Self, InvalidDto> {
        let mode = RetentionMode::from_s3s(dto.mode.as_ref().ok_or(InvalidDto::Missing("Mode"))?)?;
        let (field, given, factor) = match (dto.days, dto.years) {
            (Some(days), None) => ("Days", days, 1),
            (None, Some(years)) => ("Years", years, 365),
            (Some(_), Some(_)) => return Err(InvalidDto::Both("Days", "Years")),
            (None, None) => return Err(InvalidDto::Missing("Days")),
        };
        let days = u32::try_from(given).ok().filter(|days| *days > 0);
        let days = days.and_then(|days| days.checked_mul(factor));
        let days = days.ok_or(InvalidDto::Number { field, given: given.into() })?;
        Ok(Self { mode, days })
    }
}
