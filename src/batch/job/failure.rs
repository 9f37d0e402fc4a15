use serde::{Deserialize, Serialize};

open_vocabulary! {
    /// The code of the failure of a job.
    ///
    /// AWS publishes one of these codes, `InvalidManifestContent`, and texts for the other failures.
    /// The codes of those are ours.
    pub struct FailureCode(FailureWord) {
        /// The content of the manifest is not valid.
        INVALID_MANIFEST_CONTENT: InvalidManifestContent = "InvalidManifestContent",
        /// The job role may not read the manifest. Our code.
        MANIFEST_FORBIDDEN: ManifestForbidden = "ManifestForbidden",
        /// The manifest is not the object that the job names. Our code.
        MANIFEST_CHANGED: ManifestChanged = "ManifestChanged",
        /// The generator found no versions. Our code.
        MANIFEST_EMPTY: ManifestEmpty = "ManifestEmpty",
        /// The bucket cannot be listed. Our code.
        MANIFEST_NOT_GENERATED: ManifestNotGenerated = "ManifestNotGenerated",
        /// The generated manifest cannot be written. Our code.
        MANIFEST_NOT_WRITTEN: ManifestNotWritten = "ManifestNotWritten",
        /// The completion report cannot be written. Our code.
        REPORT_NOT_WRITTEN: ReportNotWritten = "ReportNotWritten",
        /// A bucket does not have the expected owner. Our code.
        EXPECTED_OWNER_MISMATCH: ExpectedOwnerMismatch = "ExpectedOwnerMismatch",
        /// Too many tasks failed. Our code.
        TASK_FAILURE_THRESHOLD_EXCEEDED: ThresholdExceeded = "TaskFailureThresholdExceeded",
        /// The job was not confirmed in time. Our code.
        CONFIRMATION_OVERDUE: ConfirmationOverdue = "ConfirmationOverdue",
    }
}

/// A reason why a job failed (REP-934), which is never about a single task.
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
    /// The greatest number of characters of a code.
    pub const CODE_LIMIT: usize = 64;
    /// The greatest number of characters of a reason.
    pub const REASON_LIMIT: usize = 256;

    /// The texts of S3 where the role of a job lacks a permission.
    pub(crate) const MANIFEST_UNREADABLE: &str = "Reading the manifest is forbidden: AccessDenied";
    pub(crate) const MANIFEST_UNWRITTEN: &str =
        "Error occurred when preparing manifest: Failed to write manifest";
    pub(crate) const REPORT_UNWRITTEN: &str =
        "The job report could not be written to your report bucket. Please check your permissions.";

    /// Creates a failure. A text that is longer than the API allows is cut off, and an empty one
    /// becomes `unknown`, so that a job can fail for any reason that a caller gives.
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

    /// The failure of a job whose generator found no versions.
    #[must_use]
    pub fn no_keys() -> Self {
        let text = "Manifest generation found no keys matching the filter criteria.";
        Self::new(FailureCode::MANIFEST_EMPTY, text)
    }

    /// The failure of a job whose role may not read the manifest.
    #[must_use]
    pub fn manifest_forbidden() -> Self {
        Self::new(FailureCode::MANIFEST_FORBIDDEN, Self::MANIFEST_UNREADABLE)
    }

    /// The failure of a job whose manifest does not have the ETag that the job names, as
    /// [`has_e_tag`](crate::batch::request::JobManifestLocation::has_e_tag) finds out
    /// (REP-990). The text is ours.
    #[must_use]
    pub fn manifest_changed() -> Self {
        let text = "The manifest does not have the ETag that the job names";
        Self::new(FailureCode::MANIFEST_CHANGED, text)
    }

    /// The failure of a job whose manifest has invalid content.
    #[must_use]
    pub fn invalid_manifest(content: InvalidManifestContent) -> Self {
        Self::new(FailureCode::INVALID_MANIFEST_CONTENT, content.as_str())
    }

    /// The failure of a job whose manifest lacks columns.
    #[must_use]
    pub fn fields_missing(fields: &str) -> Self {
        let text = format!("Required fields are missing in the schema: {fields}");
        Self::new(FailureCode::INVALID_MANIFEST_CONTENT, text)
    }

    /// The failure of a job whose role may not write the generated manifest.
    #[must_use]
    pub fn manifest_not_written() -> Self {
        Self::new(FailureCode::MANIFEST_NOT_WRITTEN, Self::MANIFEST_UNWRITTEN)
    }

    /// The failure of a job whose completion report cannot be written.
    #[must_use]
    pub fn report_not_written() -> Self {
        Self::new(FailureCode::REPORT_NOT_WRITTEN, Self::REPORT_UNWRITTEN)
    }

    /// The failure of a job with too many failed tasks; the text is ours.
    pub(super) fn threshold(ran: u64, failed: u64) -> Self {
        let text = format!("{failed} of {ran} tasks failed, which is more than half");
        Self::new(FailureCode::TASK_FAILURE_THRESHOLD_EXCEEDED, text)
    }

    /// The failure of a job that was not confirmed in time; the text is ours.
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
    /// The texts of AWS about invalid manifests.
    #[non_exhaustive]
    pub enum InvalidManifestContent("a text about an invalid manifest") {
        /// Any other mistake.
        Content = "Invalid Manifest Content",
        /// The manifest lists more objects than a job may have (REP-938).
        TooManyKeys =
            "The S3 Batch Operations job failed because it contains more keys than the maximum allowed in a single job",
        /// A key is not encoded correctly.
        KeyFormat = "Invalid object key format",
        /// The file is not formatted correctly.
        FileFormat = "Manifest file is not properly formatted",
        /// A version ID is not valid.
        VersionIdFormat = "Invalid version ID format",
        /// The ETag is not valid.
        ETagFormat = "ETag format is invalid",
        /// A row has more or fewer fields than there are columns.
        TaskFields = "Unexpected number of task fields",
    }
}
