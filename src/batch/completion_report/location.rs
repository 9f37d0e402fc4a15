use std::fmt;
use std::str::FromStr;

use crate::batch::job;
use crate::dialect::job::PrefixJoin;
use crate::model::BucketName;

/// The location of the completion report of a job (REP-959).
///
/// # Examples
///
/// ```
/// use s3_replication::batch::completion_report::{self, PartName};
///
/// let location = completion_report::Location::new("reports".parse()?, "job-1".parse()?).with_prefix("2026/");
/// assert_eq!(location.manifest_key(), "2026/job-job-1/manifest.json");
/// assert_eq!(location.checksum_key(), "2026/job-job-1/manifest.json.md5");
/// let name: PartName = "6217b0fab0de85c408b4be96aeaca9b195a7daa5".parse()?;
/// assert_eq!(
///     location.part_key(&name),
///     "2026/job-job-1/results/6217b0fab0de85c408b4be96aeaca9b195a7daa5.csv",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Location {
    bucket: BucketName,
    job_id: job::Id,
    prefix: String,
    join: PrefixJoin,
}

impl Location {
    /// Creates the location of a report without a prefix.
    #[must_use]
    pub const fn new(bucket: BucketName, job_id: job::Id) -> Self {
        Self { bucket, job_id, prefix: String::new(), join: PrefixJoin::OneSlash }
    }

    /// Sets the prefix.
    #[must_use]
    pub fn with_prefix(self, prefix: impl Into<String>) -> Self {
        Self { prefix: prefix.into(), ..self }
    }

    /// Sets how the prefix is joined to the rest of a key.
    #[must_use]
    pub fn with_prefix_join(self, join: PrefixJoin) -> Self {
        Self { join, ..self }
    }

    /// Returns the bucket.
    #[must_use]
    pub const fn bucket(&self) -> &BucketName {
        &self.bucket
    }

    /// Returns the key of the document that names the parts.
    #[must_use]
    pub fn manifest_key(&self) -> String {
        self.key("manifest.json")
    }

    /// Returns the key of the checksum of that document.
    #[must_use]
    pub fn checksum_key(&self) -> String {
        self.key("manifest.json.md5")
    }

    /// Returns the key of a part.
    #[must_use]
    pub fn part_key(&self, name: &PartName) -> String {
        self.key(&format!("results/{name}.csv"))
    }

    fn key(&self, name: &str) -> String {
        self.job_id.output_key(&self.prefix, self.join, name)
    }
}

/// The name of a part of a report: 40 hexadecimal digits. AWS does not publish how S3 chooses them;
/// the caller can hash or use random digits.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct PartName(Box<str>);

impl FromStr for PartName {
    type Err = InvalidPartName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 40 && text.bytes().all(is_digit) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidPartName)
        }
    }
}

impl fmt::Display for PartName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The error returned when a text is not a [`PartName`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the name of a part is 40 hexadecimal digits in lower case")]
#[non_exhaustive]
pub struct InvalidPartName;
