use crate::replication::FailureReason;

open_vocabulary! {
    /// Why a task failed, as the completion report says: a [`FailureReason`] of replication, or a
    /// code of S3 in general.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::TaskErrorCode;
    /// use s3_replication::replication::FailureReason;
    ///
    /// let code = TaskErrorCode::from("SrcObjectNotEligible");
    /// assert_eq!(code.failure_reason(), Some(FailureReason::SRC_OBJECT_NOT_ELIGIBLE));
    /// assert_eq!(code.http_status(), 500);
    /// assert_eq!(TaskErrorCode::ACCESS_DENIED.http_status(), 403);
    /// assert_eq!(TaskErrorCode::from("Whatever").remedy(), None);
    /// ```
    pub struct TaskErrorCode(Code) {
        /// The job may not do that.
        ACCESS_DENIED: AccessDenied = "AccessDenied",
        /// The row does not say enough.
        INVALID_REQUEST: InvalidRequest = "InvalidRequest",
        /// A function of AWS Lambda said so, by HTTP status 200; not in replication.
        PERMANENT_FAILURE: PermanentFailure = "PermanentFailure",
    }
}

impl TaskErrorCode {
    /// Returns the reason of replication, if the code is one that is known.
    #[must_use]
    pub fn failure_reason(&self) -> Option<FailureReason> {
        Some(FailureReason::from(self.as_str())).filter(FailureReason::is_known)
    }

    /// Returns the word that S3 uses today, as [`FailureReason::current`] does.
    #[must_use]
    pub fn current(self) -> Self {
        self.failure_reason().map_or(self, |reason| reason.current().into())
    }

    /// Returns the HTTP status that goes with the code in a report (REP-965).
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        match self.0 {
            Code::AccessDenied => 403,
            Code::InvalidRequest => 400,
            Code::PermanentFailure => 200,
            Code::Other(_) => 500,
        }
    }

    /// Returns what the code means; `None` for a code that is not known here.
    #[must_use]
    pub fn meaning(&self) -> Option<&'static str> {
        match self.0 {
            Code::AccessDenied => Some("the role of the job may not do that"),
            Code::InvalidRequest => Some("the row of the manifest does not say enough"),
            Code::PermanentFailure => Some("a function of AWS Lambda gave the object up"),
            Code::Other(_) => self.failure_reason().and_then(|reason| reason.meaning()),
        }
    }

    /// Returns what to do about it; `None` for a code that is not known here (REP-967).
    #[must_use]
    pub fn remedy(&self) -> Option<&'static str> {
        match self.0 {
            Code::AccessDenied => Some(
                "allow the role of the job `s3:InitiateReplication` on the objects, and look for \
                 a `Deny` in bucket policies and above",
            ),
            Code::InvalidRequest => Some("give every row a version id; the null version is `null`"),
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
