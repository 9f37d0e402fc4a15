//! Words of jobs that manifests and completion reports share with their specification.

use std::fmt;
use std::str::FromStr;

closed_vocabulary! {
    /// What a column of a manifest holds (REP-941).
    #[non_exhaustive]
    pub enum JobManifestField("`Ignore`, `Bucket`, `Key` or `VersionId`") {
        /// Nothing that counts.
        Ignore = "Ignore",
        /// The name of the bucket.
        Bucket = "Bucket",
        /// The key, percent-encoded.
        Key = "Key",
        /// The version id.
        VersionId = "VersionId",
    }
}

closed_vocabulary! {
    /// Which tasks a completion report lists (REP-963).
    #[non_exhaustive]
    pub enum JobReportScope("`AllTasks` or `FailedTasksOnly`") {
        /// All.
        AllTasks = "AllTasks",
        /// Those that failed.
        FailedTasksOnly = "FailedTasksOnly",
    }
}

/// Must the manifest of a replication name versions? (REP-948)
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ManifestVersions {
    /// Yes: the page on Batch Replication, and jobs without were seen to fail.
    #[default]
    Required,
    /// No: the general rule of Batch Operations, by which a row without an id means the version
    /// that is current when its task runs.
    Optional,
}

/// The id of a job: 5 to 36 letters, digits, hyphens and underscores, in S3 a UUID.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::JobId;
///
/// assert!("f8fb9d89-a3aa-461d-bddc-ea6a1b131955".parse::<JobId>().is_ok());
/// assert!("../x".parse::<JobId>().is_err());
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct JobId(Box<str>);

impl JobId {
    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for JobId {
    type Err = InvalidJobId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if (5..=36).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidJobId { given: text.chars().take(60).collect() })
        }
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The error returned when a text is not a [`JobId`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("job id `{given}` is not 5 to 36 letters, digits, hyphens and underscores")]
pub struct InvalidJobId {
    given: String,
}
