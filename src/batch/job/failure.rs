use serde::{Deserialize, Serialize};

open_vocabulary! {
    /// Why a job failed, in one word.
    ///
    /// AWS publishes one of these words, `InvalidManifestContent`, and texts for the other
    /// failures. The words for those are ours.
    pub struct FailureCode(FailureWord) {
        /// The manifest is not what a manifest must be.
        INVALID_MANIFEST_CONTENT: InvalidManifestContent = "InvalidManifestContent",
        /// The manifest may not be read. Our word.
        MANIFEST_FORBIDDEN: ManifestForbidden = "ManifestForbidden",
        /// The manifest is another object than the job names. Our word.
        MANIFEST_CHANGED: ManifestChanged = "ManifestChanged",
        /// The generator found nothing. Our word.
        MANIFEST_EMPTY: ManifestEmpty = "ManifestEmpty",
        /// The bucket can't be listed. Our word.
        MANIFEST_NOT_GENERATED: ManifestNotGenerated = "ManifestNotGenerated",
        /// The generated manifest can't be written. Our word.
        MANIFEST_NOT_WRITTEN: ManifestNotWritten = "ManifestNotWritten",
        /// The report can't be written. Our word.
        REPORT_NOT_WRITTEN: ReportNotWritten = "ReportNotWritten",
        /// A bucket has another owner than expected. Our word.
        EXPECTED_OWNER_MISMATCH: ExpectedOwnerMismatch = "ExpectedOwnerMismatch",
        /// Too many tasks failed. Our word.
        TASK_FAILURE_THRESHOLD_EXCEEDED: ThresholdExceeded = "TaskFailureThresholdExceeded",
        /// Nobody confirmed the job in time. Our word.
        CONFIRMATION_OVERDUE: ConfirmationOverdue = "ConfirmationOverdue",
    }
}

/// One of the reasons why a job failed (REP-934). It is about the job, never about a task.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::job;
///
/// let failure = job::Failure::no_keys();
/// assert_eq!(
///     failure.failure_reason(),
///     "Manifest generation found no keys matching the filter criteria.",
/// );
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Failure {
    // INVARIANT: 1 to 64 characters.
    failure_code: FailureCode,
    // INVARIANT: 1 to 256 characters.
    failure_reason: String,
}

impl Failure {
    /// The most characters a code may have.
    pub const CODE_LIMIT: usize = 64;
    /// The most characters a reason may have.
    pub const REASON_LIMIT: usize = 256;

    /// Creates a failure. What is longer than the API has room for is cut off, and what is empty
    /// is called `unknown`: a job must be able to fail whatever somebody says about it.
    #[must_use]
    pub fn new(code: FailureCode, reason: impl AsRef<str>) -> Self {
        let code = match code.as_str() {
            long if long.chars().count() > Self::CODE_LIMIT => {
                FailureCode::from(&*fitting(long, Self::CODE_LIMIT))
            }
            "" => FailureCode::from("unknown"),
            _ => code,
        };
        Self { failure_code: code, failure_reason: fitting(reason.as_ref(), Self::REASON_LIMIT) }
    }

    /// The generator found nothing.
    #[must_use]
    pub fn no_keys() -> Self {
        let text = "Manifest generation found no keys matching the filter criteria.";
        Self::new(FailureCode::MANIFEST_EMPTY, text)
    }

    /// The role of the job may not read the manifest.
    #[must_use]
    pub fn manifest_forbidden() -> Self {
        let text = "Reading the manifest is forbidden: AccessDenied";
        Self::new(FailureCode::MANIFEST_FORBIDDEN, text)
    }

    /// The manifest has another ETag than the job names, which
    /// [`has_e_tag`](crate::batch::request::JobManifestLocation::has_e_tag) tells (REP-990). The text is
    /// ours.
    #[must_use]
    pub fn manifest_changed() -> Self {
        let text = "The manifest does not have the ETag that the job names";
        Self::new(FailureCode::MANIFEST_CHANGED, text)
    }

    /// The manifest is not what a manifest must be.
    #[must_use]
    pub fn invalid_manifest(content: InvalidManifestContent) -> Self {
        Self::new(FailureCode::INVALID_MANIFEST_CONTENT, content.as_str())
    }

    /// The manifest lacks columns.
    #[must_use]
    pub fn fields_missing(fields: &str) -> Self {
        let text = format!("Required fields are missing in the schema: {fields}");
        Self::new(FailureCode::INVALID_MANIFEST_CONTENT, text)
    }

    /// The role of the job may not write the generated manifest.
    #[must_use]
    pub fn manifest_not_written() -> Self {
        let text = "Error occurred when preparing manifest: Failed to write manifest";
        Self::new(FailureCode::MANIFEST_NOT_WRITTEN, text)
    }

    /// The report can't be written.
    #[must_use]
    pub fn report_not_written() -> Self {
        let text = "The job report could not be written to your report bucket. Please check your \
                    permissions.";
        Self::new(FailureCode::REPORT_NOT_WRITTEN, text)
    }

    /// Too many tasks failed; the text is ours.
    pub(super) fn threshold(ran: u64, failed: u64) -> Self {
        let text = format!("{failed} of {ran} tasks failed, which is more than half");
        Self::new(FailureCode::TASK_FAILURE_THRESHOLD_EXCEEDED, text)
    }

    /// Nobody confirmed the job in time; the text is ours.
    pub(super) fn confirmation_overdue(days: u32) -> Self {
        let text = format!("The job was not confirmed within {days} days");
        Self::new(FailureCode::CONFIRMATION_OVERDUE, text)
    }

    /// Returns the code.
    #[must_use]
    pub const fn failure_code(&self) -> &FailureCode {
        &self.failure_code
    }

    /// Returns the reason.
    #[must_use]
    pub fn failure_reason(&self) -> &str {
        &self.failure_reason
    }
}

fn fitting(text: &str, limit: usize) -> String {
    let text = if text.is_empty() { "unknown" } else { text };
    text.chars().take(limit).collect()
}

closed_vocabulary! {
    /// What can be wrong with a manifest, in the words of AWS.
    #[non_exhaustive]
    pub enum InvalidManifestContent("a text about an invalid manifest") {
        /// Something.
        Content = "Invalid Manifest Content",
        /// There are more objects than a job may have (REP-938).
        TooManyKeys =
            "The S3 Batch Operations job failed because it contains more keys than the maximum allowed in a single job",
        /// A key is not written as it must be.
        KeyFormat = "Invalid object key format",
        /// The file is not written as it must be.
        FileFormat = "Manifest file is not properly formatted",
        /// A version id is not written as it must be.
        VersionIdFormat = "Invalid version ID format",
        /// The ETag is not written as it must be.
        ETagFormat = "ETag format is invalid",
        /// A row has more or fewer columns than there are fields.
        TaskFields = "Unexpected number of task fields",
    }
}
