use serde::{Deserialize, Serialize};

use crate::batch::{
    GeneratedManifestFormat, Job, JobFailure, JobId, JobManifestDraft, JobManifestGeneratorDraft,
    JobManifestLocationDraft, JobOperationDraft, JobPriority, JobProgressSummary, JobReportDraft,
    JobStatus, OperationName,
};
use crate::model::{RoleArn, Timestamp};

/// What DescribeJob tells about a job. Tags are not part of it.
///
/// The model of the API requires none of its members. Here id and status are: without them there
/// is nothing to tell.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_arn: Option<String>,
    /// The status.
    pub status: JobStatus,
    /// The manifest that the job was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest: Option<JobManifestDraft>,
    /// The operation.
    #[serde(default)]
    pub operation: JobOperationDraft,
    /// The priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<JobPriority>,
    /// How far the tasks have come.
    #[serde(default)]
    pub progress_summary: JobProgressSummary,
    /// The reason that the last request gave, if it gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_update_reason: Option<String>,
    /// Why the job failed; empty, not absent, when it did not.
    #[serde(default)]
    pub failure_reasons: Vec<JobFailure>,
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
    pub format: GeneratedManifestFormat,
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
    pub job_id: JobId,
    /// The note of the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<OperationName>,
    /// The priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<JobPriority>,
    /// The status.
    pub status: JobStatus,
    /// When the job was created.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_time: Option<Timestamp>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub termination_date: Option<Timestamp>,
    /// How far the tasks have come.
    #[serde(default)]
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
            job_arn: Some(self.arn()),
            status: self.status,
            manifest: draft.manifest,
            operation: draft.operation.unwrap_or_default(),
            priority: Some(self.priority),
            progress_summary: self.progress(at),
            status_update_reason: self.status_update_reason.clone(),
            failure_reasons: self.failures.clone(),
            report: draft.report.unwrap_or_default(),
            creation_time: Some(self.created),
            termination_date: self.ended,
            role_arn: Some(self.specification.role_arn().clone()),
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
            operation: Some(self.specification.operation()),
            priority: Some(self.priority),
            status: self.status,
            creation_time: Some(self.created),
            termination_date: self.ended,
            progress_summary: self.progress(at),
        }
    }
}
