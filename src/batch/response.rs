//! What the calls of S3 Control answer, in their written forms.

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
use crate::form::Form;
use crate::form::schema::Schema;
use crate::form::writer::write;
use crate::model::{RoleArn, Timestamp};

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
    pub job_id: job::Id,
}

/// The answer of UpdateJobPriority.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::exhaustive_structs, reason = "the two members that S3 has")]
pub struct UpdateJobPriorityResult {
    /// The id of the job.
    pub job_id: job::Id,
    /// The priority that the job has now.
    pub priority: job::Priority,
}

/// The answer of UpdateJobStatus.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::exhaustive_structs, reason = "the three members that S3 has")]
pub struct UpdateJobStatusResult {
    /// The id of the job.
    pub job_id: job::Id,
    /// The status that the job has now.
    pub status: job::Status,
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

fn read_answer<T: DeserializeOwned>(
    text: &str,
    form: Form,
    schema: &'static Schema,
) -> Result<T, Report> {
    let (answer, report) = read(text, form, schema, |answer: T| (answer, Report::new()));
    answer.filter(|_| !report.has_errors()).ok_or(report)
}

/// What DescribeJob tells about a job. Tags are not part of it.
///
/// The model of the API requires none of its members. Here id and status are: without them there
/// is nothing to tell.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct JobDescriptor {
    /// The id.
    pub job_id: job::Id,
    /// `ConfirmationRequired`, where the request had it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmation_required: Option<bool>,
    /// The note of the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_arn: Option<String>,
    /// The status.
    pub status: job::Status,
    /// The manifest that the job was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest: Option<JobManifestDraft>,
    /// The operation.
    #[serde(default)]
    pub operation: JobOperationDraft,
    /// The priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<job::Priority>,
    /// How far the tasks have come.
    #[serde(default)]
    pub progress_summary: job::ProgressSummary,
    /// The reason that the last request gave, if it gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_update_reason: Option<String>,
    /// Why the job failed; empty, not absent, when it did not.
    #[serde(default)]
    pub failure_reasons: Vec<job::Failure>,
    /// The completion report.
    #[serde(default)]
    pub report: JobReportDraft,
    /// When the job was created.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_time: Option<Timestamp>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub termination_date: Option<Timestamp>,
    /// The role that starts the tasks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<RoleArn>,
    /// When the job was suspended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended_date: Option<Timestamp>,
    /// Why the job was suspended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended_cause: Option<String>,
    /// How S3 is to list the objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest_generator: Option<JobManifestGeneratorDraft>,
    /// The manifest that was generated and kept.
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
    /// Where it is.
    #[serde(default)]
    pub location: JobManifestLocationDraft,
}

/// What ListJobs tells about a job: less than [`JobDescriptor`], of which id and status are there
/// as well.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct JobListDescriptor {
    /// The id.
    pub job_id: job::Id,
    /// The note of the user.
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
    /// When the job was created.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_time: Option<Timestamp>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub termination_date: Option<Timestamp>,
    /// How far the tasks have come.
    #[serde(default)]
    pub progress_summary: job::ProgressSummary,
}
