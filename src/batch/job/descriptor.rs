use serde::{Deserialize, Serialize};

use crate::batch::wire::{DESCRIBE_JOB, LIST_JOBS, Shape, bad_request, read, write};
use crate::batch::{
    GeneratedManifestFormat, Job, JobFailure, JobId, JobManifestDraft, JobManifestGeneratorDraft,
    JobManifestLocationDraft, JobOperationDraft, JobPriority, JobProgressSummary, JobReportDraft,
    JobStatus, OperationName,
};
use crate::clause;
use crate::codec::Form;
use crate::diagnostic::{Diagnostic, Report};
use crate::model::{RoleArn, Timestamp};
use crate::path::FieldPath;

/// What DescribeJob tells about a job. Tags are not part of it.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct JobDescriptor {
    /// The id.
    pub job_id: JobId,
    /// `ConfirmationRequired`, where the request had it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmation_required: Option<bool>,
    /// The note of the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The ARN.
    pub job_arn: String,
    /// The status.
    pub status: JobStatus,
    /// The manifest that the job was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest: Option<JobManifestDraft>,
    /// The operation.
    pub operation: JobOperationDraft,
    /// The priority.
    pub priority: JobPriority,
    /// How far the tasks have come.
    pub progress_summary: JobProgressSummary,
    /// The reason that a user gave for the last change of status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_update_reason: Option<String>,
    /// Why the job failed; empty, not absent, when it did not.
    #[serde(default)]
    pub failure_reasons: Vec<JobFailure>,
    /// The completion report.
    pub report: JobReportDraft,
    /// When the job was created.
    pub creation_time: Timestamp,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub termination_date: Option<Timestamp>,
    /// The role that starts the tasks.
    pub role_arn: RoleArn,
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
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct GeneratedManifestDescriptor {
    /// The format.
    pub format: GeneratedManifestFormat,
    /// Where it is.
    pub location: JobManifestLocationDraft,
}

/// What ListJobs tells about a job: less than [`JobDescriptor`].
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct JobListDescriptor {
    /// The id.
    pub job_id: JobId,
    /// The note of the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The operation.
    pub operation: OperationName,
    /// The priority.
    pub priority: JobPriority,
    /// The status.
    pub status: JobStatus,
    /// When the job was created.
    pub creation_time: Timestamp,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub termination_date: Option<Timestamp>,
    /// How far the tasks have come.
    pub progress_summary: JobProgressSummary,
}

/// The answer of DescribeJob.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the one member that S3 has")]
pub struct DescribeJobResult {
    /// The job.
    pub job: JobDescriptor,
}

/// The answer of ListJobs.
#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the two members that S3 has")]
pub struct ListJobsResult {
    /// Where the list goes on; absent at its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// The jobs.
    #[serde(default)]
    pub jobs: Vec<JobListDescriptor>,
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

                /// Reads an answer in a form.
                ///
                /// # Errors
                ///
                /// Returns everything that is wrong with it.
                pub fn from_text(text: &str, form: Form) -> Result<Self, Report> {
                    read_answer(text, form, &$shape)
                }
            }
        )+
    };
}

answers! {
    DescribeJobResult DESCRIBE_JOB
    ListJobsResult LIST_JOBS
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
            let finding = Diagnostic::refusal(
                "invalid-value",
                &clause::JOB_REQUEST,
                FieldPath::root(),
                message,
                bad_request(),
            );
            (None, Report::from_iter([finding.with_help("give what the service answered")]))
        }
    });
    match answer.flatten() {
        Some(answer) if !report.has_errors() => Ok(answer),
        _ => Err(report),
    }
}

impl Job {
    /// Describes the job, as DescribeJob does.
    #[must_use]
    pub fn describe(&self, at: Timestamp) -> JobDescriptor {
        let draft = self.specification.to_draft();
        let generated = self.generated_manifest.as_ref();
        JobDescriptor {
            job_id: self.id().clone(),
            confirmation_required: draft.confirmation_required,
            description: draft.description,
            job_arn: self.arn(),
            status: self.status,
            manifest: draft.manifest,
            operation: draft.operation.unwrap_or_default(),
            priority: self.priority,
            progress_summary: self.progress(at),
            status_update_reason: self.status_update_reason.clone(),
            failure_reasons: self.failures.clone(),
            report: draft.report.unwrap_or_default(),
            creation_time: self.created,
            termination_date: self.ended,
            role_arn: self.specification.role_arn().clone(),
            suspended_date: self.suspended,
            suspended_cause: self.suspended.map(|_| Self::SUSPENDED_CAUSE.to_owned()),
            manifest_generator: draft.manifest_generator,
            generated_manifest_descriptor: generated.map(|manifest| GeneratedManifestDescriptor {
                format: manifest.format,
                location: (&manifest.location).into(),
            }),
        }
    }

    /// Describes the job, as ListJobs does.
    #[must_use]
    pub fn list_entry(&self, at: Timestamp) -> JobListDescriptor {
        JobListDescriptor {
            job_id: self.id().clone(),
            description: self.specification.description().map(str::to_owned),
            operation: self.specification.operation(),
            priority: self.priority,
            status: self.status,
            creation_time: self.created,
            termination_date: self.ended,
            progress_summary: self.progress(at),
        }
    }
}
