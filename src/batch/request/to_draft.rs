//! From a specification back to the draft that it was validated from.
//!
//! A draft may hold anything that a request may, right or wrong, so that each of its members is
//! optional. A specification is right, and its types exclude the mistakes: one source instead of
//! two optional ones, one encryption instead of five flags. Going back makes it editable, and makes
//! one writer enough for both. Validating the draft again gives an equal specification, which the
//! tests check.
//!
//! ```text
//! specification                             draft
//! source: Generator(g)                      manifest: None, manifest_generator: Some(g)
//! encryption: SseKms { key, .. }            sse_kms: Some(..), and four times None
//! account_id: 111122223333                  account_id: Some(111122223333)
//! needs_confirmation, dialect               nothing: the dialect is stored apart, see saved.rs
//! ```
//!
//! The conversions list every member of a draft, so a member that is added to one does not compile
//! until it is set here.

use crate::batch::generator;
use crate::batch::request::form::create_job;
use crate::batch::request::{
    DsseKmsFilterDraft, EmptyDraft, JobManifest, JobManifestDraft, JobManifestGeneratorDraft,
    JobManifestGeneratorFilterDraft, JobManifestLocation, JobManifestLocationDraft,
    JobManifestSpecDraft, JobOperationDraft, JobReport, JobReportDraft, JobSource,
    JobSpecification, JobSpecificationDraft, JobTagDraft, ManifestEncryption,
    ManifestEncryptionDraft, ManifestKmsDraft, ManifestOutputLocation, ManifestOutputLocationDraft,
    ObjectEncryptionFilterDraft, S3JobManifestGenerator, S3JobManifestGeneratorDraft,
    SseKmsFilterDraft,
};
use crate::form::Form;
use crate::form::writer::write;
use crate::model::Tag;

/// Returns a text of a draft, whose texts are `String`s to be changed.
fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

impl JobSpecificationDraft {
    /// Writes the draft, right or wrong, in a form. The XML is the body of the request, without the
    /// account.
    #[must_use]
    pub fn to_text(&self, form: Form) -> String {
        write(self, form, create_job(form))
    }
}

impl JobSpecification {
    /// Returns the specification as a draft, which can be changed.
    ///
    /// The dialect is not part of a draft, so validating it under another dialect may give another
    /// specification, or a refusal.
    #[must_use]
    pub fn to_draft(&self) -> JobSpecificationDraft {
        // The request has two members for the source, of which it must give one.
        let (manifest, manifest_generator) = match &self.source {
            JobSource::Manifest(manifest) => (Some(manifest.into()), None),
            JobSource::Generator(generator) => (None, Some(generator.into())),
        };
        let tag = |tag: &Tag| JobTagDraft {
            key: Some(tag.key().to_owned()),
            value: Some(tag.value().to_owned()),
        };
        JobSpecificationDraft {
            account_id: Some(self.account_id),
            confirmation_required: self.confirmation_required,
            operation: Some(JobOperationDraft::new(self.operation())),
            report: Some((&self.report).into()),
            client_request_token: Some(self.client_request_token.to_string()),
            manifest,
            description: owned(self.description.as_deref()),
            priority: Some(self.priority),
            role_arn: Some(self.role_arn.clone()),
            tags: self.tags.as_ref().map(|tags| tags.iter().map(tag).collect()),
            manifest_generator,
        }
    }

    /// Writes the specification in a form. With its account it reads back equal. The XML is the body
    /// of the request, without the account.
    #[must_use]
    pub fn to_text(&self, form: Form) -> String {
        self.to_draft().to_text(form)
    }
}

// The same as `to_draft`, for code that takes whatever becomes a draft.
impl From<JobSpecification> for JobSpecificationDraft {
    fn from(specification: JobSpecification) -> Self {
        specification.to_draft()
    }
}

impl From<&JobReport> for JobReportDraft {
    fn from(report: &JobReport) -> Self {
        Self {
            bucket: report.bucket.clone(),
            format: report.format,
            // A report that is not enabled keeps its other members, and so does the draft.
            enabled: Some(report.enabled),
            prefix: owned(report.prefix.as_deref()),
            report_scope: report.report_scope,
            expected_bucket_owner: report.expected_bucket_owner,
        }
    }
}

// A pattern without `..`, so that a member of the specification that is added is not forgotten
// here.
impl From<&JobManifest> for JobManifestDraft {
    fn from(manifest: &JobManifest) -> Self {
        let JobManifest { format, fields, location } = manifest;
        Self {
            spec: Some(JobManifestSpecDraft { format: Some(*format), fields: fields.clone() }),
            location: Some(location.into()),
        }
    }
}

// An absent version stays absent: it means the current one when the job runs.
impl From<&JobManifestLocation> for JobManifestLocationDraft {
    fn from(location: &JobManifestLocation) -> Self {
        Self {
            object_arn: Some(location.object_arn.clone()),
            object_version_id: owned(location.object_version_id.as_deref()),
            e_tag: Some(location.e_tag.to_string()),
        }
    }
}

// The draft has one level more: the union, of which this is the only member.
impl From<&S3JobManifestGenerator> for JobManifestGeneratorDraft {
    fn from(generator: &S3JobManifestGenerator) -> Self {
        let draft = S3JobManifestGeneratorDraft {
            expected_bucket_owner: generator.expected_bucket_owner,
            source_bucket: Some(generator.source_bucket.clone()),
            manifest_output_location: generator.manifest_output_location.as_ref().map(Into::into),
            filter: generator.filter.as_ref().map(Into::into),
            enable_manifest_output: Some(generator.enable_manifest_output),
        };
        Self { s3_job_manifest_generator: Some(draft) }
    }
}

impl From<&ManifestOutputLocation> for ManifestOutputLocationDraft {
    fn from(location: &ManifestOutputLocation) -> Self {
        // An encryption that names neither was dropped with a warning, so it does not come back.
        let encryption = location.manifest_encryption.as_ref().map(|encryption| match encryption {
            ManifestEncryption::SseS3 => {
                ManifestEncryptionDraft { sse_s3: Some(EmptyDraft {}), sse_kms: None }
            }
            ManifestEncryption::SseKms { key_id } => {
                let key = ManifestKmsDraft { key_id: Some(key_id.to_string()) };
                ManifestEncryptionDraft { sse_s3: None, sse_kms: Some(key) }
            }
        });
        Self {
            expected_manifest_bucket_owner: location.expected_manifest_bucket_owner,
            bucket: Some(location.bucket.clone()),
            manifest_prefix: owned(location.manifest_prefix.as_deref()),
            manifest_encryption: encryption,
            manifest_format: Some(location.manifest_format),
        }
    }
}

// Lists that are empty stay empty, although they restrict nothing: the filter is as it was given.
impl From<&generator::Filter> for JobManifestGeneratorFilterDraft {
    fn from(filter: &generator::Filter) -> Self {
        let filter = filter.clone();
        let encryption = filter.match_any_object_encryption.as_ref();
        Self {
            eligible_for_replication: filter.eligible_for_replication,
            created_after: filter.created_after,
            created_before: filter.created_before,
            // S3 takes a list, and allows one item in it.
            match_any_object_encryption: encryption.map(|encryption| vec![encryption.into()]),
            object_replication_statuses: filter.object_replication_statuses,
            key_name_constraint: filter.key_name_constraint,
            object_size_greater_than_bytes: filter.object_size_greater_than_bytes,
            object_size_less_than_bytes: filter.object_size_less_than_bytes,
            match_any_storage_class: filter.match_any_storage_class,
        }
    }
}

// One member of the union is set, and all others are absent.
impl From<&generator::EncryptionFilter> for ObjectEncryptionFilterDraft {
    fn from(filter: &generator::EncryptionFilter) -> Self {
        let empty = Some(EmptyDraft {});
        match filter {
            generator::EncryptionFilter::SseS3 => Self { sse_s3: empty, ..Self::default() },
            generator::EncryptionFilter::SseC => Self { sse_c: empty, ..Self::default() },
            generator::EncryptionFilter::NotSse => Self { not_sse: empty, ..Self::default() },
            generator::EncryptionFilter::SseKms { kms_key_arn, bucket_key_enabled } => {
                let kms_key_arn = kms_key_arn.clone();
                let bucket_key_enabled = *bucket_key_enabled;
                let sse_kms = SseKmsFilterDraft { kms_key_arn, bucket_key_enabled };
                Self { sse_kms: Some(sse_kms), ..Self::default() }
            }
            generator::EncryptionFilter::DsseKms { kms_key_arn } => {
                let dsse_kms = DsseKmsFilterDraft { kms_key_arn: kms_key_arn.clone() };
                Self { dsse_kms: Some(dsse_kms), ..Self::default() }
            }
        }
    }
}
