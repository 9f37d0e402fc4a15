use crate::batch::job;
use crate::batch::request::{ManifestEncryption, ManifestOutputLocation};
use crate::dialect::job::PrefixJoin;
use crate::model::{BucketName, EncryptionStatus};

/// The location of a generated manifest (REP-977).
///
/// # Examples
///
/// ```
/// use s3_replication::batch::generator;
///
/// let location = generator::Location::new("lists".parse()?, "job-1".parse()?).with_prefix("2026");
/// assert_eq!(location.manifest_key(), "2026/job-job-1/list/manifest.json");
/// assert_eq!(location.file_key("1.csv"), "2026/job-job-1/list/data/1.csv");
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
    /// Creates the location of a manifest without a prefix.
    #[must_use]
    pub const fn new(bucket: BucketName, job_id: job::Id) -> Self {
        Self { bucket, job_id, prefix: String::new(), join: PrefixJoin::OneSlash }
    }

    /// Creates the location in the request of a job.
    #[must_use]
    pub fn of_job(location: &ManifestOutputLocation, job_id: job::Id) -> Self {
        let prefix = location.manifest_prefix.as_deref().unwrap_or_default();
        Self::new(location.bucket.name().clone(), job_id).with_prefix(prefix)
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

    /// Returns the key of the document, which lists the data files.
    #[must_use]
    pub fn manifest_key(&self) -> String {
        self.key("manifest.json")
    }

    /// Returns the key of a data file.
    #[must_use]
    pub fn file_key(&self, name: &str) -> String {
        self.key(&format!("data/{name}"))
    }

    fn key(&self, name: &str) -> String {
        // The completion report of the job may have the same prefix.
        self.job_id.output_key(&self.prefix, self.join, &format!("list/{name}"))
    }
}

impl ManifestOutputLocation {
    /// Returns the encryption of the manifest, and its KMS key if the job names one. Without an
    /// encryption in the job, the default of the bucket applies, or else SSE-S3 (REP-977).
    #[must_use]
    pub fn encryption(
        &self,
        default_of_bucket: Option<EncryptionStatus>,
    ) -> (EncryptionStatus, Option<&str>) {
        match &self.manifest_encryption {
            Some(ManifestEncryption::SseS3) => (EncryptionStatus::SseS3, None),
            Some(ManifestEncryption::SseKms { key_id }) => (EncryptionStatus::SseKms, Some(key_id)),
            None => (default_of_bucket.unwrap_or(EncryptionStatus::SseS3), None),
        }
    }
}
