//! What the calls of S3 Control answer, in their written forms.

use serde::{Deserialize, Serialize};

use crate::batch::wire::{
    CREATE_JOB_RESULT, DESCRIBE_JOB, LIST_JOBS, Shape, UPDATE_JOB_PRIORITY, UPDATE_JOB_STATUS,
    read, write, wrong,
};
use crate::batch::{JobDescriptor, JobId, JobListDescriptor, JobPriority, JobStatus};
use crate::clause;
use crate::codec::Form;
use crate::diagnostic::Report;
use crate::path::FieldPath;

/// The answer of DescribeJob.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::exhaustive_structs, reason = "the one member that S3 has")]
pub struct DescribeJobResult {
    /// The job.
    pub job: JobDescriptor,
}

/// The answer of ListJobs.
#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::exhaustive_structs, reason = "the two members that S3 has")]
pub struct ListJobsResult {
    /// Where the list goes on; absent at its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// The jobs.
    #[serde(default)]
    pub jobs: Vec<JobListDescriptor>,
}

/// The answer of CreateJob.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::exhaustive_structs, reason = "the one member that S3 has")]
pub struct CreateJobResult {
    /// The id of the job.
    pub job_id: JobId,
}

/// The answer of UpdateJobPriority.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::exhaustive_structs, reason = "the two members that S3 has")]
pub struct UpdateJobPriorityResult {
    /// The id of the job.
    pub job_id: JobId,
    /// The priority that the job has now.
    pub priority: JobPriority,
}

/// The answer of UpdateJobStatus.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::exhaustive_structs, reason = "the three members that S3 has")]
pub struct UpdateJobStatusResult {
    /// The id of the job.
    pub job_id: JobId,
    /// The status that the job has now.
    pub status: JobStatus,
    /// The reason that was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_update_reason: Option<String>,
}

/// Implements reading and writing of an answer.
macro_rules! answers {
    ($( $name:ident $shape:ident )+) => {
        $(
            impl $name {
                /// Writes the answer in a form.
                #[must_use]
                pub fn to_text(&self, form: Form) -> String {
                    write(self, form, &$shape)
                }

                /// Reads an answer in a form. Members that are not known here are skipped, as S3
                /// adds some now and then.
                ///
                /// # Errors
                ///
                /// Returns everything that is wrong with it. No finding has an answer of the
                /// service, which has given its answer.
                pub fn from_text(text: &str, form: Form) -> Result<Self, Report> {
                    read_answer(text, form, &$shape)
                }
            }
        )+
    };
}

answers! {
    CreateJobResult CREATE_JOB_RESULT
    DescribeJobResult DESCRIBE_JOB
    ListJobsResult LIST_JOBS
    UpdateJobPriorityResult UPDATE_JOB_PRIORITY
    UpdateJobStatusResult UPDATE_JOB_STATUS
}

fn read_answer<T: serde::de::DeserializeOwned>(
    text: &str,
    form: Form,
    shape: &Shape,
) -> Result<T, Report> {
    let (answer, report) = read(text, form, shape, |value| match serde_json::from_value(value) {
        Ok(answer) => (Some(answer), Report::new()),
        Err(error) => {
            let message: String = error.to_string().chars().take(300).collect();
            let (clause, path) = (&clause::JOB_REQUEST, FieldPath::root());
            let finding = wrong(shape, "invalid-value", clause, path, message);
            (None, Report::from_iter([finding.with_help("give what the service answered")]))
        }
    });
    match answer.flatten() {
        Some(answer) if !report.has_errors() => Ok(answer),
        _ => Err(report),
    }
}
