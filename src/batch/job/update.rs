//! The requests of users about a job, and the responses of the service.

use crate::batch::job::{Job, Priority, Status, Transition, Trigger};
use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::job::{EarlyConfirmation, FinalPriority, JobDialect, UnknownJobCode};
use crate::model::Timestamp;
use crate::vocabulary::UnknownWord;

closed_vocabulary! {
    /// The status that UpdateJobStatus can request (REP-930).
    #[non_exhaustive]
    pub enum RequestedStatus("`Cancelled` or `Ready`") {
        /// Cancel the job.
        Cancelled = "Cancelled",
        /// Confirm the job.
        Ready = "Ready",
    }
}

impl RequestedStatus {
    /// Parses the word of a request.
    ///
    /// # Errors
    ///
    /// `BadRequestException` for any other word.
    pub fn read(word: &str) -> Result<Self, ServiceError> {
        word.parse().map_err(|error: UnknownWord| {
            let shown: String = error.to_string().chars().take(200).collect();
            ServiceError::new(ServiceErrorCode::BAD_REQUEST_EXCEPTION, shown)
        })
    }
}

impl Status {
    /// Returns the status that UpdateJobStatus reports for a request about a job with this status;
    /// `None` when the service answers `JobStatusException`.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::job;
    /// use s3_replication::dialect::job::JobDialect;
    ///
    /// let answer = |status: job::Status| status.answer_to(job::RequestedStatus::Cancelled, &JobDialect::AWS);
    /// assert_eq!(answer(job::Status::Suspended), Some(job::Status::Cancelled));
    /// assert_eq!(answer(job::Status::Active), Some(job::Status::Cancelling));
    /// assert_eq!(answer(job::Status::Completing), None);
    /// ```
    #[must_use]
    pub fn answer_to(self, requested: RequestedStatus, dialect: &JobDialect) -> Option<Self> {
        let is_early = dialect.early_confirmation() == EarlyConfirmation::Accepted;
        match (requested, self) {
            (RequestedStatus::Ready, Self::Suspended) => Some(Self::Ready),
            (RequestedStatus::Ready, Self::Preparing) if is_early => Some(Self::Preparing),
            (RequestedStatus::Ready, _) => None,
            (RequestedStatus::Cancelled, from) => Self::TRANSITIONS
                .iter()
                .find(|row| row.from == from && row.trigger == Trigger::CancelRequested)
                .map(|row| row.to),
        }
    }
}

impl JobDialect {
    /// Returns the error of the service about a job that does not exist (REP-930).
    #[must_use]
    pub fn unknown_job(&self) -> ServiceError {
        match self.unknown_job_code() {
            UnknownJobCode::NotFound => {
                ServiceError::without_text(ServiceErrorCode::NOT_FOUND_EXCEPTION)
            }
            UnknownJobCode::NoSuchJob => {
                ServiceError::new(ServiceErrorCode::NO_SUCH_JOB_EXCEPTION, "No such job")
            }
        }
    }
}

impl Job {
    /// The greatest number of characters of a reason.
    pub const REASON_LIMIT: usize = 256;

    /// Confirms or cancels the job, as UpdateJobStatus does. The service responds with the
    /// [status](Self::status) of the job afterwards. A request without a reason removes the reason of
    /// an earlier one, so that no change is reported with the reason of another.
    ///
    /// # Errors
    ///
    /// `JobStatusException` when the status does not allow the request, and `BadRequestException` for a
    /// reason that is empty or longer than 256 characters. The job has not changed.
    pub fn update_status(
        &mut self,
        requested: RequestedStatus,
        reason: Option<&str>,
        at: Timestamp,
    ) -> Result<Vec<Transition>, ServiceError> {
        let limit = Self::REASON_LIMIT;
        if reason.is_some_and(|reason| !(1..=limit).contains(&reason.chars().count())) {
            let text = format!("a reason has 1 to {limit} characters");
            return Err(ServiceError::new(ServiceErrorCode::BAD_REQUEST_EXCEPTION, text));
        }
        let answer = self.status().answer_to(requested, &self.dialect);
        // A job that was not confirmed in time has failed, even before `advance` is called.
        if answer.is_none() || self.overdue_since(at).is_some() {
            let text = format!("a job that is {} cannot become {requested}", self.status());
            return Err(ServiceError::new(ServiceErrorCode::JOB_STATUS_EXCEPTION, text));
        }
        self.status_update_reason = reason.map(str::to_owned);
        let mut made = Vec::new();
        match requested {
            RequestedStatus::Cancelled => {
                self.step(Trigger::CancelRequested, at, &mut made);
            }
            RequestedStatus::Ready => {
                self.confirmed = true;
                self.step(Trigger::Confirmed, at, &mut made);
            }
        }
        Ok(made)
    }

    /// Changes the priority, as UpdateJobPriority does. Tasks do not run faster for it.
    ///
    /// # Errors
    ///
    /// `BadRequestException` when the job has ended, if the dialect refuses the change then.
    pub fn update_priority(&mut self, priority: Priority) -> Result<(), ServiceError> {
        if self.status().is_final() && self.dialect.final_priority() == FinalPriority::Refused {
            let text = format!("the priority of a job that is {} cannot be changed", self.status());
            return Err(ServiceError::new(ServiceErrorCode::BAD_REQUEST_EXCEPTION, text));
        }
        self.priority = priority;
        Ok(())
    }
}
