use crate::batch::completion_report::{TaskErrorCode, TaskResult};
use crate::batch::inventory;
use crate::batch::manifest::RowRef;
use crate::model::{BucketName, ObjectVersion, VersionId};
use crate::replication::ObjectKey;

/// A row of a manifest: one object version.
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
    /// The key as it is written in the manifest, if that is different.
    pub written_key: Option<Box<str>>,
    /// The version ID; `None` if the manifest has none.
    pub version_id: Option<VersionId>,
    /// The other facts in an inventory.
    pub facts: Option<Box<inventory::Facts>>,
}

impl Row {
    /// Creates a row with a bucket and a key.
    #[must_use]
    pub const fn new(bucket: BucketName, key: ObjectKey) -> Self {
        Self { bucket, key, written_key: None, version_id: None, facts: None }
    }

    /// Returns the object version. Missing facts have the defaults of S3. A delete marker counts as
    /// one of a user, because no column contains its creator.
    #[must_use]
    pub fn version(&self) -> ObjectVersion<'_> {
        let mut version = RowRef::from(self).version();
        version.version_id = self.version_id.as_ref();
        version
    }

    /// Returns the result of the task of this row if it succeeds, for the completion report. The report
    /// contains the key as it is written in the manifest (REP-962).
    #[must_use]
    pub fn succeeded(&self) -> TaskResult {
        TaskResult::succeeded(self.bucket.as_str(), &self.key_text(), self.version_id.clone())
    }

    /// Returns the result of the task of this row if it fails.
    #[must_use]
    pub fn failed(&self, code: impl Into<TaskErrorCode>) -> TaskResult {
        TaskResult::failed(self.bucket.as_str(), &self.key_text(), self.version_id.clone(), code)
    }

    /// Returns the key as it is written in the manifest, or as a manifest would contain it.
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
