use std::fmt;

use crate::batch::{JobFailure, TaskErrorCode, TaskResult};
use crate::text::Visible;

/// What S3 does about a row that it does not take.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Consequence {
    /// The job fails before any task runs.
    JobFails(JobFailure),
    /// The task of this row fails, and stands like this in the completion report; the others go
    /// on.
    TaskFails(TaskResult),
}

/// `the job fails: …` or `the task fails: …`.
impl fmt::Display for Consequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::JobFails(failure) => {
                let (code, reason) = (failure.failure_code(), failure.failure_reason());
                write!(f, "the job fails: {code}: {reason}")
            }
            Self::TaskFails(result) => {
                let code = result.error_code().map_or("", TaskErrorCode::as_str);
                write!(f, "the task fails: {code}: {}", Visible(result.message()))
            }
        }
    }
}
