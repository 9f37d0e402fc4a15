use serde::{Deserialize, Serialize};

use crate::batch::{
    GeneratedManifestFormat, Job, JobFailure, JobId, JobManifestDraft, JobManifestGeneratorDraft,
    JobManifestLocationDraft, JobOperationDraft, JobPriority, JobProgressSummary, JobReportDraft,
    JobStatus, OperationName,
};
use crate::model::{RoleArn, Timestamp};

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
    /// The reason that the last request gave, if it gave one.
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
