//! From a specification back to the draft it was proven from.

use crate::batch::generator::{self, KeyNameConstraint};
use crate::batch::request::wire::{create_job, write};
use crate::batch::request::{
    DsseKmsFilterDraft, EmptyDraft, JobManifest, JobManifestDraft, JobManifestGeneratorDraft,
    JobManifestGeneratorFilterDraft, JobManifestLocation, JobManifestLocationDraft,
    JobManifestSpecDraft, JobOperationDraft, JobReport, JobReportDraft, JobSource,
    JobSpecification, JobSpecificationDraft, JobTagDraft, KeyNameConstraintDraft,
    ManifestEncryption, ManifestEncryptionDraft, ManifestKmsDraft, ManifestOutputLocation,
    ManifestOutputLocationDraft, ObjectEncryptionFilterDraft, S3JobManifestGenerator,
    S3JobManifestGeneratorDraft, SseKmsFilterDraft,
};
use crate::form::Form;
use crate::model::Tag;

fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

fn perhaps<T: ToString>(value: Option<&T>) -> Option<String> {
    value.map(ToString::to_string)
}

impl JobSpecificationDraft {
    /// Writes the draft, right or wrong, in a form. The XML is the body of the request, in which
    /// the account does not stand.
    #[must_use]
    pub fn to_text(&self, form: Form) -> String {
        write(self, form, &create_job(form))
    }
}

impl JobSpecification {
    /// Writes the specification as a draft, to change it.
    #[must_use]
    pub fn to_draft(&self) -> JobSpecificationDraft {
        let (manifest, manifest_generator) = match &self.source {
            JobSource::Manifest(manifest) => (Some(manifest.into()), None),
            JobSource::Generator(generator) => (None, Some(generator.into())),
        };
        let tag = |tag: &Tag| JobTagDraft {
            key: Some(tag.key().to_owned()),
            value: Some(tag.value().to_owned()),
        };
        JobSpecificationDraft {
            account_id: Some(self.account_id.to_string()),
            confirmation_required: self.confirmation_required,
            operation: Some(JobOperationDraft::new(self.operation())),
            report: Some((&self.report).into()),
            client_request_token: Some(self.client_request_token.to_string()),
            manifest,
            description: perhaps(self.description.as_ref()),
            priority: Some(self.priority.into()),
            role_arn: Some(self.role_arn.to_string()),
            tags: self.tags.as_ref().map(|tags| tags.iter().map(tag).collect()),
            manifest_generator,
        }
    }

    /// Writes the specification in a form; with its account it reads back equal. The XML is the
    /// body of the request, in which the account does not stand.
    #[must_use]
    pub fn to_text(&self, form: Form) -> String {
        self.to_draft().to_text(form)
    }
}

impl From<JobSpecification> for JobSpecificationDraft {
    fn from(specification: JobSpecification) -> Self {
        specification.to_draft()
    }
}

impl From<&JobReport> for JobReportDraft {
    fn from(report: &JobReport) -> Self {
        Self {
            bucket: perhaps(report.bucket.as_ref()),
            format: perhaps(report.format.as_ref()),
            enabled: Some(report.enabled),
            prefix: perhaps(report.prefix.as_ref()),
            report_scope: perhaps(report.report_scope.as_ref()),
            expected_bucket_owner: perhaps(report.expected_bucket_owner.as_ref()),
        }
    }
}

impl From<&JobManifest> for JobManifestDraft {
    fn from(manifest: &JobManifest) -> Self {
        let fields = manifest.fields.as_deref().map(texts);
        Self {
            spec: Some(JobManifestSpecDraft { format: Some(manifest.format.to_string()), fields }),
            location: Some((&manifest.location).into()),
        }
    }
}

impl From<&JobManifestLocation> for JobManifestLocationDraft {
    fn from(location: &JobManifestLocation) -> Self {
        Self {
            object_arn: Some(location.object_arn.to_string()),
            object_version_id: perhaps(location.object_version_id.as_ref()),
            e_tag: Some(location.e_tag.to_string()),
        }
    }
}

impl From<&S3JobManifestGenerator> for JobManifestGeneratorDraft {
    fn from(generator: &S3JobManifestGenerator) -> Self {
        let draft = S3JobManifestGeneratorDraft {
            expected_bucket_owner: perhaps(generator.expected_bucket_owner.as_ref()),
            source_bucket: Some(generator.source_bucket.to_string()),
            manifest_output_location: generator.manifest_output_location.as_ref().map(Into::into),
            filter: generator.filter.as_ref().map(Into::into),
            enable_manifest_output: Some(generator.enable_manifest_output),
        };
        Self { s3_job_manifest_generator: Some(draft) }
    }
}

impl From<&ManifestOutputLocation> for ManifestOutputLocationDraft {
    fn from(location: &ManifestOutputLocation) -> Self {
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
            expected_manifest_bucket_owner: perhaps(
                location.expected_manifest_bucket_owner.as_ref(),
            ),
            bucket: Some(location.bucket.to_string()),
            manifest_prefix: perhaps(location.manifest_prefix.as_ref()),
            manifest_encryption: encryption,
            manifest_format: Some(location.manifest_format.to_string()),
        }
    }
}

impl From<&generator::Filter> for JobManifestGeneratorFilterDraft {
    fn from(filter: &generator::Filter) -> Self {
        let encryption = filter.match_any_object_encryption.as_ref();
        Self {
            eligible_for_replication: filter.eligible_for_replication,
            created_after: perhaps(filter.created_after.as_ref()),
            created_before: perhaps(filter.created_before.as_ref()),
            object_replication_statuses: filter.object_replication_statuses.as_deref().map(texts),
            key_name_constraint: filter.key_name_constraint.as_ref().map(Into::into),
            object_size_greater_than_bytes: filter.object_size_greater_than_bytes,
            object_size_less_than_bytes: filter.object_size_less_than_bytes,
            match_any_storage_class: filter.match_any_storage_class.as_deref().map(texts),
            match_any_object_encryption: encryption.map(|encryption| vec![encryption.into()]),
        }
    }
}

impl From<&KeyNameConstraint> for KeyNameConstraintDraft {
    fn from(constraint: &KeyNameConstraint) -> Self {
        Self {
            match_any_prefix: constraint.match_any_prefix.clone(),
            match_any_suffix: constraint.match_any_suffix.clone(),
            match_any_substring: constraint.match_any_substring.clone(),
        }
    }
}

impl From<&generator::EncryptionFilter> for ObjectEncryptionFilterDraft {
    fn from(filter: &generator::EncryptionFilter) -> Self {
        let empty = Some(EmptyDraft {});
        match filter {
            generator::EncryptionFilter::SseS3 => Self { sse_s3: empty, ..Self::default() },
            generator::EncryptionFilter::SseC => Self { sse_c: empty, ..Self::default() },
            generator::EncryptionFilter::NotSse => Self { not_sse: empty, ..Self::default() },
            generator::EncryptionFilter::SseKms { kms_key_arn, bucket_key_enabled } => {
                let kms_key_arn = perhaps(kms_key_arn.as_ref());
                let sse_kms =
                    SseKmsFilterDraft { kms_key_arn, bucket_key_enabled: *bucket_key_enabled };
                Self { sse_kms: Some(sse_kms), ..Self::default() }
            }
            generator::EncryptionFilter::DsseKms { kms_key_arn } => {
                let dsse_kms = DsseKmsFilterDraft { kms_key_arn: perhaps(kms_key_arn.as_ref()) };
                Self { dsse_kms: Some(dsse_kms), ..Self::default() }
            }
        }
    }
}
