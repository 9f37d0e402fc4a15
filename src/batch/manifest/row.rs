use crate::batch::completion_report::{TaskErrorCode, TaskResult};
use crate::batch::inventory;
use crate::model::{BucketName, ObjectVersion, VersionId};
use crate::replication::ObjectKey;

/// One object version of a manifest.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::manifest;
///
/// let mut row = manifest::Row::new("photos".parse()?, "cat 1.jpg".into());
/// row.version_id = Some("v1".parse()?);
/// assert_eq!(row.version().version_id.unwrap().as_str(), "v1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Row {
    /// The bucket.
    pub bucket: BucketName,
    /// The key, decoded.
    pub key: ObjectKey,
    /// The key as the manifest writes it, where that is different.
    pub written_key: Option<Box<str>>,
    /// The version id; `None` when the manifest has none.
    pub version_id: Option<VersionId>,
    /// What an inventory says besides.
    pub facts: Option<Box<inventory::Facts>>,
}

impl Row {
    /// Creates a row that names a key and nothing else.
    #[must_use]
    pub const fn new(bucket: BucketName, key: ObjectKey) -> Self {
        Self { bucket, key, written_key: None, version_id: None, facts: None }
    }

    /// Returns the object version, as far as the row knows it: S3's values stand for what it does
    /// not say. A delete marker is taken for a user's, as no column says who made it.
    #[must_use]
    pub fn version(&self) -> ObjectVersion<'_> {
        let mut version = ObjectVersion::new(self.key.as_bytes());
        version.version_id = self.version_id.as_ref();
        if let Some(facts) = &self.facts {
            facts.describe(&mut version);
        }
        version
    }

    /// Returns the result of the task that S3 made of the row, for the completion report. The key
    /// stands there as it stands in the manifest (REP-962).
    #[must_use]
    pub fn succeeded(&self) -> TaskResult {
        TaskResult::succeeded(self.bucket.as_str(), &self.key_text(), self.version_id.clone())
    }

    /// Returns the result of the task if it failed.
    #[must_use]
    pub fn failed(&self, code: impl Into<TaskErrorCode>) -> TaskResult {
        TaskResult::failed(self.bucket.as_str(), &self.key_text(), self.version_id.clone(), code)
    }

    /// Returns the key as the manifest writes it, or as a manifest would.
    fn key_text(&self) -> String {
        if let Some(written) = &self.written_key {
            return written.to_string();
        }
        match str::from_utf8(self.key.as_bytes()) {
            Ok(key) => key.to_owned(),
            Err(_) => self.key.as_bytes().escape_ascii().to_string(),
        }
    }
}
