//! The responses of S3 Control about jobs, as XML and JSON.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::batch::job;
use crate::batch::manifest;
use crate::batch::request::form::{
    CREATE_JOB_RESULT, DESCRIBE_JOB, LIST_JOBS, UPDATE_JOB_PRIORITY, UPDATE_JOB_STATUS, read,
};
use crate::batch::request::{
    JobManifestDraft, JobManifestGeneratorDraft, JobManifestLocationDraft, JobOperationDraft,
    JobReportDraft, OperationName,
};
use crate::diagnostic::Report;
use crate::form::schema::Schema;
use crate::form::writer::write;
use crate::form::{Form, json_schema};
use crate::model::{RoleArn, Timestamp};

/// The response of DescribeJob.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::exhaustive_structs, reason = "the one member that S3 has")]
pub struct DescribeJobResult {
    /// The job.
    pub job: JobDescriptor,
}

/// The response of ListJobs.
#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::exhaustive_structs, reason = "the two members that S3 has")]
pub struct ListJobsResult {
    /// The token for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// The jobs.
    #[serde(default)]
    pub jobs: Vec<JobListDescriptor>,
}

/// The response of CreateJob.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::exhaustive_structs, reason = "the one member that S3 has")]
pub struct CreateJobResult {
    /// The id of the job.
    pub job_id: job::Id,
}

/// The response of UpdateJobPriority.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::exhaustive_structs, reason = "the two members that S3 has")]
pub struct UpdateJobPriorityResult {
    /// The id of the job.
    pub job_id: job::Id,
    /// The new priority.
    pub priority: job::Priority,
}

/// The response of UpdateJobStatus.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::exhaustive_structs, reason = "the three members that S3 has")]
pub struct UpdateJobStatusResult {
    /// The id of the job.
    pub job_id: job::Id,
    /// The new status.
    pub status: job::Status,
    /// The reason in the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_update_reason: Option<String>,
}

/// Implements reading and writing of a response.
macro_rules! answers {
    ($( $name:ident $shape:ident )+) => {
        $(
            impl $name {
                /// Writes the response.
                #[must_use]
                pub fn to_text(&self, form: Form) -> String {
                    write(self, form, &$shape)
                }

                /// Reads a response. Unknown members are skipped, because S3 adds members over time.
                ///
                /// # Errors
                ///
                /// All mistakes in the response. None of them is a refusal of the service.
                pub fn from_text(text: &str, form: Form) -> Result<Self, Report> {
                    read_answer(text, form, &$shape)
                }

                /// Returns the JSON Schema (draft 2020-12) of the JSON form.
                #[must_use]
                pub fn json_schema() -> String {
                    json_schema(&$shape, stringify!($name))
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

fn read_answer<T: DeserializeOwned>(
    text: &str,
    form: Form,
    schema: &'static Schema,
) -> Result<T, Report> {
    let (answer, report) = read(text, form, schema, |answer: T| (answer, Report::new()));
    answer.filter(|_| !report.has_errors()).ok_or(report)
}

/// The description of a job by DescribeJob. Tags are not part of it.
///
/// The API model requires no members. This type requires the id and the status.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct JobDescriptor {
    /// The id.
    pub job_id: job::Id,
    /// `ConfirmationRequired`, where the request had it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmation_required: Option<bool>,
    /// The description by the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_arn: Option<String>,
    /// The status.
    pub status: job::Status,
    /// The manifest that the job brings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest: Option<JobManifestDraft>,
    /// The operation.
    #[serde(default)]
    pub operation: JobOperationDraft,
    /// The priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<job::Priority>,
    /// The progress of the tasks.
    #[serde(default)]
    pub progress_summary: job::ProgressSummary,
    /// The reason in the last request, if it had one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_update_reason: Option<String>,
    /// The reasons why the job failed; empty, not absent, if it did not.
    #[serde(default)]
    pub failure_reasons: Vec<job::Failure>,
    /// The completion report.
    #[serde(default)]
    pub report: JobReportDraft,
    /// The time of creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_time: Option<Timestamp>,
    /// The time of the end of the job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub termination_date: Option<Timestamp>,
    /// The role that starts the tasks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<RoleArn>,
    /// The time at which the job was suspended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended_date: Option<Timestamp>,
    /// The reason why the job is suspended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended_cause: Option<String>,
    /// The generator of the manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest_generator: Option<JobManifestGeneratorDraft>,
    /// The generated manifest, if it is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated_manifest_descriptor: Option<GeneratedManifestDescriptor>,
}

/// `GeneratedManifestDescriptor`.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct GeneratedManifestDescriptor {
    /// The format.
    pub format: manifest::GeneratedFormat,
    /// The object.
    #[serde(default)]
    pub location: JobManifestLocationDraft,
}

/// The entry of a job in ListJobs: a part of the [`JobDescriptor`], with id and status required.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct JobListDescriptor {
    /// The id.
    pub job_id: job::Id,
    /// The description by the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<OperationName>,
    /// The priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<job::Priority>,
    /// The status.
    pub status: job::Status,
    /// The time of creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_time: Option<Timestamp>,
    /// The time of the end of the job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub termination_date: Option<Timestamp>,
    /// The progress of the tasks.
    #[serde(default)]
    pub progress_summary: job::ProgressSummary,
}
