//! Single words, version IDs and tags.

use std::convert::Infallible;

use s3_replication::StorageClass;
use s3_replication::model::{
    BucketKeyStatus, EncryptionStatus, InvalidTag, InvalidTagging, LegalHold, ReplicationStatus,
    RetentionMode, Tag, Tagging, VersionId, Versioning,
};
use s3s::dto;

use crate::{FromS3s, ToS3s};

/// The error for a DTO that has no value in the model.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidDto {
    /// The DTO has a word that the model does not have.
    #[error("`{given}` is not {expected}")]
    UnknownWord {
        /// The word.
        given: String,
        /// The words that the model has.
        expected: &'static str,
    },
    /// A field that S3 requires is missing.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// Two fields of which S3 takes one are both given.
    #[error("`{0}` and `{1}` are both given")]
    Both(&'static str, &'static str),
    /// A number is out of range.
    #[error("`{field}` is {given}, which is not a number of days or years")]
    Number {
        /// The field.
        field: &'static str,
        /// The number.
        given: i64,
    },
    /// A tag is invalid.
    #[error(transparent)]
    Tag(#[from] InvalidTag),
    /// Two tags have the same key.
    #[error(transparent)]
    Tagging(#[from] InvalidTagging),
    /// A time is outside the years that can be represented.
    #[error("the time is out of range")]
    Time,
}

/// Implements both conversions for a word. The words of S3 that are not in the model are errors.
macro_rules! words {
    ($($model:ty, $dto:ty, $expected:literal;)*) => {$(
        impl ToS3s for $model {
            type Dto = $dto;

            fn to_s3s(&self) -> $dto {
                <$dto>::from(self.to_string())
            }
        }

        impl FromS3s<$dto> for $model {
            type Error = InvalidDto;

            fn from_s3s(dto: &$dto) -> Result<Self, InvalidDto> {
                dto.as_str().parse().map_err(|_| InvalidDto::UnknownWord {
                    given: dto.as_str().to_owned(),
                    expected: $expected,
                })
            }
        }
    )*};
}

words! {
    ReplicationStatus, dto::ReplicationStatus, "`PENDING`, `COMPLETED`, `FAILED` or `REPLICA`";
    RetentionMode, dto::ObjectLockRetentionMode, "`GOVERNANCE` or `COMPLIANCE`";
}

impl FromS3s<dto::ObjectLockLegalHoldStatus> for LegalHold {
    type Error = InvalidDto;

    fn from_s3s(dto: &dto::ObjectLockLegalHoldStatus) -> Result<Self, InvalidDto> {
        dto.as_str().parse().map_err(|_| InvalidDto::UnknownWord {
            given: dto.as_str().to_owned(),
            expected: "`ON` or `OFF`",
        })
    }
}

impl ToS3s for StorageClass {
    type Dto = dto::StorageClass;

    fn to_s3s(&self) -> dto::StorageClass {
        dto::StorageClass::from(self.to_string())
    }
}

impl FromS3s<dto::StorageClass> for StorageClass {
    /// Storage classes are an open set: a store may have its own.
    type Error = Infallible;

    fn from_s3s(dto: &dto::StorageClass) -> Result<Self, Infallible> {
        Ok(Self::from(dto.as_str()))
    }
}

impl ToS3s for Versioning {
    /// `None` for a bucket on which versioning was never enabled, for which S3 returns no status.
    type Dto = Option<dto::BucketVersioningStatus>;

    fn to_s3s(&self) -> Self::Dto {
        let is_known = *self != Self::Unversioned;
        is_known.then(|| dto::BucketVersioningStatus::from(self.to_string()))
    }
}

impl FromS3s<dto::BucketVersioningStatus> for Versioning {
    type Error = InvalidDto;

    fn from_s3s(dto: &dto::BucketVersioningStatus) -> Result<Self, InvalidDto> {
        match dto.as_str() {
            "Enabled" => Ok(Self::Enabled),
            "Suspended" => Ok(Self::Suspended),
            given => Err(InvalidDto::UnknownWord {
                given: given.to_owned(),
                expected: "`Enabled` or `Suspended`",
            }),
        }
    }
}

impl ToS3s for EncryptionStatus {
    /// The value of the header `x-amz-server-side-encryption`; `None` for SSE-C, which has headers
    /// of its own, and for a version without encryption.
    type Dto = Option<dto::ServerSideEncryption>;

    fn to_s3s(&self) -> Self::Dto {
        let word = match self {
            Self::SseS3 => "AES256",
            Self::SseKms => "aws:kms",
            Self::DsseKms => "aws:kms:dsse",
            Self::NotSse | Self::SseC => return None,
            other => return Some(other.to_string().into()),
        };
        Some(word.to_owned().into())
    }
}

impl FromS3s<dto::ServerSideEncryption> for EncryptionStatus {
    type Error = InvalidDto;

    fn from_s3s(dto: &dto::ServerSideEncryption) -> Result<Self, InvalidDto> {
        // The words of an inventory, such as `SSE-S3`, are not values of the header.
        let is_header = dto.as_str() == "AES256" || dto.as_str().starts_with("aws:");
        let status = dto.as_str().parse().ok().filter(|_| is_header);
        status.ok_or_else(|| InvalidDto::UnknownWord {
            given: dto.as_str().to_owned(),
            expected: "`AES256`, `aws:kms` or `aws:kms:dsse`",
        })
    }
}

impl ToS3s for BucketKeyStatus {
    type Dto = bool;

    fn to_s3s(&self) -> bool {
        *self == Self::Enabled
    }
}

impl FromS3s<bool> for BucketKeyStatus {
    type Error = Infallible;

    fn from_s3s(dto: &bool) -> Result<Self, Infallible> {
        Ok(if *dto { Self::Enabled } else { Self::Disabled })
    }
}

impl ToS3s for VersionId {
    type Dto = dto::ObjectVersionId;

    fn to_s3s(&self) -> dto::ObjectVersionId {
        self.as_str().to_owned()
    }
}

impl FromS3s<str> for VersionId {
    type Error = InvalidDto;

    fn from_s3s(dto: &str) -> Result<Self, InvalidDto> {
        dto.parse().map_err(|_| InvalidDto::UnknownWord {
            given: dto.to_owned(),
            expected: "a version ID of 1 to 1024 bytes",
        })
    }
}

impl ToS3s for Tag {
    type Dto = dto::Tag;

    fn to_s3s(&self) -> dto::Tag {
        dto::Tag { key: Some(self.key().to_owned()), value: Some(self.value().to_owned()) }
    }
}

impl FromS3s<dto::Tag> for Tag {
    type Error = InvalidDto;

    fn from_s3s(dto: &dto::Tag) -> Result<Self, InvalidDto> {
        let key = dto.key.as_deref().ok_or(InvalidDto::Missing("Key"))?;
        let value = dto.value.as_deref().ok_or(InvalidDto::Missing("Value"))?;
        Ok(Self::new(key, value)?)
    }
}

impl ToS3s for Vec<Tag> {
    type Dto = dto::TagSet;

    fn to_s3s(&self) -> dto::TagSet {
        self.iter().map(ToS3s::to_s3s).collect()
    }
}

impl FromS3s<dto::TagSet> for Vec<Tag> {
    type Error = InvalidDto;

    fn from_s3s(dto: &dto::TagSet) -> Result<Self, InvalidDto> {
        let tags = dto.iter().map(Tag::from_s3s).collect::<Result<Self, _>>()?;
        Ok(Tagging::new(tags)?.into())
    }
}

impl ToS3s for Tagging {
    type Dto = dto::Tagging;

    fn to_s3s(&self) -> dto::Tagging {
        dto::Tagging { tag_set: self.iter().map(ToS3s::to_s3s).collect() }
    }
}

impl FromS3s<dto::Tagging> for Tagging {
    type Error = InvalidDto;

    fn from_s3s(dto: &dto::Tagging) -> Result<Self, InvalidDto> {
        Ok(Self::new(Vec::from_s3s(&dto.tag_set)?)?)
    }
}
