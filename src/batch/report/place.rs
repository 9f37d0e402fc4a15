use std::fmt;
use std::str::FromStr;

use crate::batch::JobId;
use crate::model::BucketName;

closed_vocabulary! {
    /// How is a prefix that ends with a slash joined to what follows? (REP-959)
    ///
    /// No source says whether S3 writes a second slash.
    #[derive(Default)]
    #[expect(clippy::exhaustive_enums, reason = "the two readings there are")]
    pub enum PrefixJoin("`one-slash` or `literal`") {
        /// One slash stands between them, whatever the prefix ends with.
        #[default]
        OneSlash = "one-slash",
        /// A slash is added in any case.
        Literal = "literal",
    }
}

/// Where the completion report of a job is written (REP-959).
///
/// # Examples
///
/// ```
/// use s3_replication::batch::{PartName, ReportPlace};
///
/// let place = ReportPlace::new("reports".parse()?, "job-1".parse()?).with_prefix("2026/");
/// assert_eq!(place.manifest_key(), "2026/job-job-1/manifest.json");
/// assert_eq!(place.checksum_key(), "2026/job-job-1/manifest.json.md5");
/// let name: PartName = "6217b0fab0de85c408b4be96aeaca9b195a7daa5".parse()?;
/// assert_eq!(
///     place.part_key(&name),
///     "2026/job-job-1/results/6217b0fab0de85c408b4be96aeaca9b195a7daa5.csv",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReportPlace {
    bucket: BucketName,
    job_id: JobId,
    prefix: String,
    join: PrefixJoin,
}

impl ReportPlace {
    /// Creates the place of a report without a prefix.
    #[must_use]
    pub const fn new(bucket: BucketName, job_id: JobId) -> Self {
        Self { bucket, job_id, prefix: String::new(), join: PrefixJoin::OneSlash }
    }

    /// Sets the prefix.
    #[must_use]
    pub fn with_prefix(self, prefix: impl Into<String>) -> Self {
        Self { prefix: prefix.into(), ..self }
    }

    /// Says how the prefix is joined to what follows.
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
        self.join.key(&self.prefix, &self.job_id, name)
    }
}

impl PrefixJoin {
    /// Returns the key of something that a job keeps below a prefix.
    pub(in crate::batch) fn key(self, prefix: &str, job: &JobId, name: &str) -> String {
        format!("{}{job}/{name}", self.folders(prefix))
    }

    /// Returns what everything that any job keeps below a prefix begins with.
    pub(in crate::batch) fn folders(self, prefix: &str) -> String {
        let slash = match self {
            _ if prefix.is_empty() => "",
            Self::OneSlash if prefix.ends_with('/') => "",
            Self::OneSlash | Self::Literal => "/",
        };
        format!("{prefix}{slash}job-")
    }
}

/// The name of a part of a report: 40 hexadecimal digits. How S3 comes to them is not published,
/// so the caller makes them, by hashing or by chance.
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
