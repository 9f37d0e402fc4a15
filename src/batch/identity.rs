use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::dialect::job::PrefixJoin;
use crate::model::{AccountId, BucketName, Partition, Region};

/// The priority of a job among the jobs of an account and Region. S3 prefers the **larger** number
/// (REP-908). The [`Priority`](crate::Priority) of a replication rule is another type.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::job;
///
/// let urgent = job::Priority::new(10)?;
/// assert!(urgent > job::Priority::new(0)?);
/// assert_eq!(
///     job::Priority::try_from(-1).unwrap_err().to_string(),
///     "job priority `-1` is not an integer from 0 to 2147483647",
/// );
/// # Ok::<(), s3_replication::batch::job::InvalidPriority>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Deserialize, Serialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Priority(u32);

impl Priority {
    /// The smallest number.
    pub const MIN: Self = Self(0);
    /// The largest number.
    pub const MAX: Self = Self(i32::MAX.unsigned_abs());

    /// Creates a priority.
    ///
    /// # Errors
    ///
    /// Returns an error when `value` is above [`Priority::MAX`].
    pub fn new(value: u32) -> Result<Self, InvalidPriority> {
        Self::try_from(i64::from(value))
    }

    /// Returns the number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<i64> for Priority {
    type Error = InvalidPriority;

    fn try_from(value: i64) -> Result<Self, Self::Error> {
        match u32::try_from(value) {
            Ok(number) if number <= Self::MAX.0 => Ok(Self(number)),
            _ => Err(InvalidPriority { given: value }),
        }
    }
}

impl From<Priority> for i64 {
    fn from(priority: Priority) -> Self {
        priority.0.into()
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The error returned when a number is not a [`Priority`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("job priority `{given}` is not an integer from {} to {}", Priority::MIN, Priority::MAX)]
pub struct InvalidPriority {
    given: i64,
}

/// The id of a job: 5 to 36 letters, digits, hyphens and underscores, usually a UUID.
///
/// This crate generates no ids; the caller chooses the id of a new job.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::job;
///
/// assert!("00e123a4-c0d8-41f4-a0eb-b46f9ba5b07c".parse::<job::Id>().is_ok());
/// assert!("job".parse::<job::Id>().is_err());
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Id(Box<str>);

impl Id {
    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the key of an object that the job writes below a prefix.
    pub(super) fn output_key(&self, prefix: &str, join: PrefixJoin, name: &str) -> String {
        format!("{}{self}/{name}", output_prefix(prefix, join))
    }
}

/// Returns the common beginning of all keys that jobs write below a prefix.
pub(super) fn output_prefix(prefix: &str, join: PrefixJoin) -> String {
    let slash = match join {
        _ if prefix.is_empty() => "",
        PrefixJoin::OneSlash if prefix.ends_with('/') => "",
        PrefixJoin::OneSlash | PrefixJoin::Literal => "/",
    };
    format!("{prefix}{slash}job-")
}

impl FromStr for Id {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if (5..=36).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidId { given: text.chars().take(60).collect() })
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

text_serde!(Id, "the id of a job", |word| word.parse::<Id>());

/// The error returned when a text is not a [`Id`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("job id `{given}` is not 5 to 36 letters, digits, hyphens and underscores")]
pub struct InvalidId {
    given: String,
}

/// The identity of a job: its id, partition and Region. The account is the one of its
/// specification.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::job;
/// use s3_replication::model::Partition;
///
/// let name = job::Name::new("job-1".parse()?, Partition::AWS, "eu-central-1".parse()?);
/// assert_eq!(
///     name.arn("111122223333".parse()?),
///     "arn:aws:s3:eu-central-1:111122223333:job/job-1",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the parts of an ARN besides the account")]
pub struct Name {
    /// The id.
    pub job_id: Id,
    /// The partition of the Region.
    pub partition: Partition,
    /// The Region.
    pub region: Region,
}

impl Name {
    /// Creates the name of a job.
    #[must_use]
    pub const fn new(job_id: Id, partition: Partition, region: Region) -> Self {
        Self { job_id, partition, region }
    }

    /// Returns the ARN of the job in an account.
    #[must_use]
    pub fn arn(&self, account: AccountId) -> String {
        let Self { job_id, partition, region } = self;
        format!("arn:{partition}:s3:{region}:{account}:job/{job_id}")
    }
}

/// The ARN of an object, of 1 to 2,000 characters: `arn:<partition>:s3:::<bucket>/<key>`, or one
/// through an access point.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::request::ObjectArn;
///
/// let arn: ObjectArn = "arn:aws:s3:::lists/2026/all.csv".parse()?;
/// assert_eq!(arn.bucket().unwrap().as_str(), "lists");
/// assert_eq!(arn.key(), Some("2026/all.csv"));
/// # Ok::<(), s3_replication::batch::request::InvalidObjectArn>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ObjectArn(Box<str>);

impl ObjectArn {
    /// The greatest number of characters of an ARN.
    pub const LIMIT: usize = 2000;

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the bucket, if the ARN names one.
    #[must_use]
    pub fn bucket(&self) -> Option<BucketName> {
        self.parts()?.0.parse().ok()
    }

    /// Returns the key, if the ARN names the bucket.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        Some(self.parts()?.1)
    }

    fn parts(&self) -> Option<(&str, &str)> {
        let mut parts = self.0.splitn(6, ':').skip(3);
        let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
        let is_bucket = region.is_empty() && account.is_empty();
        resource.split_once('/').filter(|_| is_bucket)
    }
}

impl FromStr for ObjectArn {
    type Err = InvalidObjectArn;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidObjectArn { given: text.chars().take(60).collect() };
        let rest = text.strip_prefix("arn:").ok_or_else(invalid)?;
        let (partition, rest) = rest.split_once(':').ok_or_else(invalid)?;
        let names_object = rest.strip_prefix("s3:").is_some_and(|resource| resource.contains('/'));
        let is_short = text.chars().count() <= Self::LIMIT;
        let is_legal = crate::text::illegal_in_xml(text).is_none();
        if partition.is_empty() || !names_object || !is_short || !is_legal {
            return Err(invalid());
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for ObjectArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

text_serde!(ObjectArn, "the ARN of an object", |word| word.parse::<ObjectArn>());

/// The error returned when a text is not an [`ObjectArn`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{given}` is not the ARN of an object such as `arn:aws:s3:::bucket/key`")]
pub struct InvalidObjectArn {
    given: String,
}

closed_vocabulary! {
    /// An operation of S3 Batch Operations (REP-906).
    #[non_exhaustive]
    pub enum OperationName("the name of an operation such as `S3ReplicateObject`") {
        /// Invoke a Lambda function.
        LambdaInvoke = "LambdaInvoke",
        /// Copy.
        S3PutObjectCopy = "S3PutObjectCopy",
        /// Replace the access control list.
        S3PutObjectAcl = "S3PutObjectAcl",
        /// Replace the tags.
        S3PutObjectTagging = "S3PutObjectTagging",
        /// Delete the tags.
        S3DeleteObjectTagging = "S3DeleteObjectTagging",
        /// Restore from an archive.
        S3InitiateRestoreObject = "S3InitiateRestoreObject",
        /// Set a legal hold.
        S3PutObjectLegalHold = "S3PutObjectLegalHold",
        /// Set a retention.
        S3PutObjectRetention = "S3PutObjectRetention",
        /// Replicate: the one that this crate runs.
        S3ReplicateObject = "S3ReplicateObject",
        /// Compute a checksum.
        S3ComputeObjectChecksum = "S3ComputeObjectChecksum",
        /// Change the encryption.
        S3UpdateObjectEncryption = "S3UpdateObjectEncryption",
    }
}
