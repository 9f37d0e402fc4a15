use crate::model::VersionId;
use crate::replication::FailureReason;

open_vocabulary! {
    /// The error code of a failed task in a completion report: a [`FailureReason`] of replication, or a
    /// general code of S3.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::completion_report::TaskErrorCode;
    /// use s3_replication::replication::FailureReason;
    ///
    /// let code = TaskErrorCode::from("SrcObjectNotEligible");
    /// assert_eq!(code.failure_reason(), Some(FailureReason::SRC_OBJECT_NOT_ELIGIBLE));
    /// assert_eq!(code.http_status(), 500);
    /// assert_eq!(TaskErrorCode::ACCESS_DENIED.http_status(), 403);
    /// assert_eq!(TaskErrorCode::from("Whatever").remedy(), None);
    /// ```
    pub struct TaskErrorCode(Code) {
        /// The job role lacks a permission.
        ACCESS_DENIED: AccessDenied = "AccessDenied",
        /// The row lacks a required value.
        INVALID_REQUEST: InvalidRequest = "InvalidRequest",
        /// An AWS Lambda function reported a permanent failure; not in replication.
        PERMANENT_FAILURE: PermanentFailure = "PermanentFailure",
    }
}

impl TaskErrorCode {
    /// Returns the failure reason of replication, if the code is a known one.
    #[must_use]
    pub fn failure_reason(&self) -> Option<FailureReason> {
        Some(FailureReason::from(self.as_str())).filter(FailureReason::is_known)
    }

    /// Returns the spelling that S3 uses today, as [`FailureReason::current`] does.
    #[must_use]
    pub fn current(self) -> Self {
        self.failure_reason().map_or(self, |reason| reason.current().into())
    }

    /// Returns the HTTP status of the code in a report (REP-965).
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        match self.0 {
            Code::AccessDenied => 403,
            Code::InvalidRequest => 400,
            Code::PermanentFailure => 200,
            Code::Other(_) => 500,
        }
    }

    /// Returns the meaning of the code; `None` for an unknown code.
    #[must_use]
    pub fn meaning(&self) -> Option<&'static str> {
        match self.0 {
            Code::AccessDenied => Some("the job role lacks a permission"),
            Code::InvalidRequest => Some("the row of the manifest lacks a version ID"),
            Code::PermanentFailure => Some("an AWS Lambda function reported a permanent failure"),
            Code::Other(_) => self.failure_reason().and_then(|reason| reason.meaning()),
        }
    }

    /// Returns the remedy; `None` for an unknown code (REP-967).
    #[must_use]
    pub fn remedy(&self) -> Option<&'static str> {
        match self.0 {
            Code::AccessDenied => Some(
                "allow the job role `s3:InitiateReplication` on the objects, and check bucket \
                 policies and organization policies for a `Deny`",
            ),
            Code::InvalidRequest => Some("give every row a version ID; the null version is `null`"),
            Code::PermanentFailure => Some("read the log of the function"),
            Code::Other(_) => self.failure_reason().and_then(|reason| reason.remedy()),
        }
    }
}

impl From<FailureReason> for TaskErrorCode {
    fn from(reason: FailureReason) -> Self {
        Self::from(reason.as_str())
    }
}
closed_vocabulary! {
    /// The status of a task in a completion report (REP-966).
    #[expect(clippy::exhaustive_enums, reason = "a task ends in one of two ways")]
    pub enum TaskStatus("`succeeded` or `failed`") {
        /// The task succeeded.
        Succeeded = "succeeded",
        /// The task failed, and this job does not try it again.
        Failed = "failed",
    }
}

/// The result of the task of one row: a row of a completion report (REP-961).
///
/// An HTTP status of 200 does not mean success; only [`status`](Self::status) does (REP-966).
///
/// # Examples
///
/// ```
/// use s3_replication::batch::completion_report::{TaskResult, TaskStatus};
/// use s3_replication::replication::FailureReason;
///
/// let reason = FailureReason::SRC_OBJECT_NOT_ELIGIBLE;
/// let result = TaskResult::failed("src", "pct%2520x", Some("v2".parse()?), reason);
/// assert_eq!(result.status(), TaskStatus::Failed);
/// assert_eq!(result.http_status(), Some(500));
/// assert_eq!(result.message(), "Object is not eligible for replication");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TaskResult {
    pub(super) bucket: Box<str>,
    pub(super) key: Box<str>,
    pub(super) version_id: Option<VersionId>,
    pub(super) status: TaskStatus,
    pub(super) error_code: Option<TaskErrorCode>,
    pub(super) http_status: Option<u16>,
    pub(super) message: Box<str>,
}

impl TaskResult {
    /// Creates the result of a task that succeeded: status 200 and the text `success` (REP-964).
    ///
    /// Bucket and key are those of the manifest, with the key still encoded (REP-962).
    #[must_use]
    pub fn succeeded(bucket: &str, key: &str, version_id: Option<VersionId>) -> Self {
        Self {
            bucket: bucket.into(),
            key: key.into(),
            version_id,
            status: TaskStatus::Succeeded,
            error_code: None,
            http_status: Some(200),
            message: "success".into(),
        }
    }

    /// Creates the result of a task that failed, with the [current](TaskErrorCode::current) spelling
    /// of the code, the HTTP status of the code, and the text of S3 where it is known, else the
    /// meaning of the code.
    #[must_use]
    pub fn failed(
        bucket: &str,
        key: &str,
        version_id: Option<VersionId>,
        code: impl Into<TaskErrorCode>,
    ) -> Self {
        let code = code.into().current();
        let message = match code.as_str() {
            "SrcObjectNotEligible" => "Object is not eligible for replication",
            _ => code.meaning().unwrap_or_default(),
        };
        Self {
            bucket: bucket.into(),
            key: key.into(),
            version_id,
            status: TaskStatus::Failed,
            http_status: Some(code.http_status()),
            message: message.into(),
            error_code: Some(code),
        }
    }

    /// Returns the result with texts no longer than those of S3; a hostile report may contain texts of
    /// any length.
    pub(super) fn shortened(&self) -> Self {
        // The longest key that can exist has 1,024 bytes, each encoded as three characters.
        Self {
            bucket: beginning(&self.bucket, 255),
            key: beginning(&self.key, 3 * 1024),
            version_id: self.version_id.clone(),
            status: self.status,
            error_code: self.error_code.clone(),
            http_status: self.http_status,
            message: beginning(&self.message, 1024),
        }
    }

    /// Sets the message.
    #[must_use]
    pub fn with_message(self, message: impl Into<Box<str>>) -> Self {
        Self { message: message.into(), ..self }
    }

    /// Sets the HTTP status.
    #[must_use]
    pub fn with_http_status(self, http_status: u16) -> Self {
        Self { http_status: Some(http_status), ..self }
    }

    /// Returns the bucket in the manifest.
    #[must_use]
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// Returns the key as it is written in the manifest.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns the version ID, if the manifest has one.
    #[must_use]
    pub const fn version_id(&self) -> Option<&VersionId> {
        self.version_id.as_ref()
    }

    /// Returns the status.
    #[must_use]
    pub const fn status(&self) -> TaskStatus {
        self.status
    }

    /// Returns the error code, if the task failed with one.
    #[must_use]
    pub const fn error_code(&self) -> Option<&TaskErrorCode> {
        self.error_code.as_ref()
    }

    /// Returns the HTTP status, if the row has one.
    #[must_use]
    pub const fn http_status(&self) -> Option<u16> {
        self.http_status
    }

    /// Returns the message.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

fn beginning(text: &str, characters: usize) -> Box<str> {
    text.char_indices().nth(characters).and_then(|(end, _)| text.get(..end)).unwrap_or(text).into()
}
