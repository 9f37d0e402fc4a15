//! The request of CreateJob: read, checked, and written.
//!
//! [`JobParser`] reads the XML of S3 Control or the JSON of the AWS CLI into a
//! [`JobSpecificationDraft`], and [`JobSpecificationDraft::validate`] turns that into the
//! [`JobSpecification`] that a [`Job`](crate::batch::job::Job) runs by.

mod buckets;
mod draft;
pub(in crate::batch) mod form;
mod parser;
mod saved;
mod to_draft;
mod validate;

use serde::{Deserialize, Serialize};

pub use super::identity::{InvalidObjectArn, ObjectArn, OperationName};

pub use self::draft::{
    DsseKmsFilterDraft, EmptyDraft, JobManifestDraft, JobManifestGeneratorDraft,
    JobManifestGeneratorFilterDraft, JobManifestLocationDraft, JobManifestSpecDraft,
    JobOperationDraft, JobReportDraft, JobSpecificationDraft, JobTagDraft, ManifestEncryptionDraft,
    ManifestKmsDraft, ManifestOutputLocationDraft, ObjectEncryptionFilterDraft,
    S3JobManifestGeneratorDraft, SseKmsFilterDraft,
};
pub use self::parser::{JobParser, ParsedJob};
pub(in crate::batch) use self::saved::SavedSpecification;
use self::saved::SealedSpecification;

use crate::batch::completion_report;
use crate::batch::generator::{self, FilterMember};
use crate::batch::job;
use crate::batch::manifest;
use crate::dialect::job::JobDialect;
use crate::form::{Form, json_schema};
use crate::model::{AccountId, BucketArn, RoleArn, Tag};

/// A valid request of CreateJob, as the service would accept it.
///
/// A specification comes from a document ([`JobParser`]) or from a [`JobSpecificationDraft`], and
/// cannot be changed. It keeps the dialect under which it was validated. With serde it is stored
/// together with that dialect, and validated again when it is read.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::request::JobParser;
/// use s3_replication::form::Form;
///
/// let specification = JobParser::new().parse_json(
///     r#"{"AccountId": "111122223333", "ConfirmationRequired": false, "Priority": 10,
///         "ClientRequestToken": "t-1", "RoleArn": "arn:aws:iam::111122223333:role/batch",
///         "Operation": {"S3ReplicateObject": {}}, "Report": {"Enabled": false},
///         "ManifestGenerator": {"S3JobManifestGenerator": {
///             "SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": false,
///             "Filter": {"EligibleForReplication": true, "ObjectReplicationStatuses": ["NONE"]}}}}"#,
/// ).into_specification()?;
/// assert!(!specification.needs_confirmation());
/// assert!(specification.to_text(Form::Xml).contains("<S3ReplicateObject/>"));
/// # Ok::<(), s3_replication::Report>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "SealedSpecification", into = "SealedSpecification")]
pub struct JobSpecification {
    dialect: JobDialect,
    account_id: AccountId,
    confirmation_required: Option<bool>,
    needs_confirmation: bool,
    report: JobReport,
    client_request_token: Box<str>,
    source: JobSource,
    description: Option<Box<str>>,
    priority: job::Priority,
    role_arn: RoleArn,
    tags: Option<Vec<Tag>>,
}

/// The source of the objects of a job (REP-905).
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a manifest, or a generator of one")]
#[expect(clippy::large_enum_variant, reason = "there is one for each job")]
pub enum JobSource {
    /// A manifest that exists.
    Manifest(JobManifest),
    /// A manifest that S3 generates.
    Generator(S3JobManifestGenerator),
}

/// `Manifest`: a manifest that exists (REP-911).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct JobManifest {
    /// The format.
    pub format: manifest::Format,
    /// The columns of a CSV; an inventory names its columns itself.
    pub fields: Option<Vec<manifest::Field>>,
    /// The place of the manifest.
    pub location: JobManifestLocation,
}

/// The place of a manifest.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct JobManifestLocation {
    /// The ARN of the object.
    pub object_arn: ObjectArn,
    /// Its version; the current one when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_version_id: Option<Box<str>>,
    /// Its ETag, as it was given.
    #[serde(rename = "ETag")]
    pub e_tag: Box<str>,
}

impl JobManifestLocation {
    /// Names an object, its current version.
    #[must_use]
    pub fn new(object_arn: ObjectArn, e_tag: impl Into<Box<str>>) -> Self {
        Self { object_arn, object_version_id: None, e_tag: e_tag.into() }
    }

    /// Returns true when an object with this ETag is the manifest, quotation marks or not.
    #[must_use]
    pub fn has_e_tag(&self, e_tag: &str) -> bool {
        self.e_tag.trim_matches('"') == e_tag.trim_matches('"')
    }
}

/// `S3JobManifestGenerator`: a manifest that S3 generates (REP-913).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct S3JobManifestGenerator {
    /// The account that owns the source bucket; see [`GeneratorOwner`](crate::dialect::job::GeneratorOwner).
    pub expected_bucket_owner: Option<AccountId>,
    /// The bucket to list.
    pub source_bucket: BucketArn,
    /// The place where the manifest is saved.
    pub manifest_output_location: Option<ManifestOutputLocation>,
    /// The filter of the object versions; all are listed when absent.
    pub filter: Option<generator::Filter>,
    /// True if the manifest is saved.
    pub enable_manifest_output: bool,
}

impl S3JobManifestGenerator {
    /// Returns the place where the manifest is saved; `None` if it is not, although a place may be
    /// named.
    pub(crate) fn saved_at(&self) -> Option<&ManifestOutputLocation> {
        self.manifest_output_location.as_ref().filter(|_| self.enable_manifest_output)
    }
}

/// The place and the format of a saved manifest.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ManifestOutputLocation {
    /// The account that owns the bucket.
    pub expected_manifest_bucket_owner: Option<AccountId>,
    /// The bucket.
    pub bucket: BucketArn,
    /// The prefix in the bucket.
    pub manifest_prefix: Option<Box<str>>,
    /// The encryption; that of the bucket when absent.
    pub manifest_encryption: Option<ManifestEncryption>,
    /// The format.
    pub manifest_format: manifest::GeneratedFormat,
}

/// The encryption of a saved manifest.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ManifestEncryption {
    /// With keys that S3 manages.
    SseS3,
    /// With a KMS key.
    SseKms {
        /// The key.
        key_id: Box<str>,
    },
}

/// `Report`: the completion report (REP-910).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct JobReport {
    /// True if a report is written. Bucket, format and scope are present then.
    pub enabled: bool,
    /// The bucket that gets the report.
    pub bucket: Option<BucketArn>,
    /// The format.
    pub format: Option<completion_report::Format>,
    /// The prefix in the bucket.
    pub prefix: Option<Box<str>>,
    /// The tasks that the report lists.
    pub report_scope: Option<completion_report::Scope>,
    /// The account that owns the bucket.
    pub expected_bucket_owner: Option<AccountId>,
}

impl JobReport {
    /// Returns the bucket that gets the report; `None` if none is written, although a bucket may be
    /// named.
    pub(crate) fn written_to(&self) -> Option<&BucketArn> {
        self.bucket.as_ref().filter(|_| self.enabled)
    }
}

impl JobSpecification {
    /// Returns the JSON Schema (draft 2020-12) of a job in the JSON of the AWS CLI and SDKs.
    #[must_use]
    pub fn json_schema() -> String {
        json_schema(form::create_job(Form::CliJson), "CreateJob request of S3 Control")
    }

    /// Returns the dialect under which the specification was validated.
    #[must_use]
    pub const fn dialect(&self) -> &JobDialect {
        &self.dialect
    }

    /// Returns true if both requests have the same members, whatever the dialects make of absent
    /// members (REP-920).
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::request::JobSpecification;
    /// use s3_replication::dialect::job::{ConfirmationReading, JobDialect};
    ///
    /// # fn example(here: &JobSpecification) -> Result<(), s3_replication::Report> {
    /// let runs = JobDialect::AWS.with_confirmation(ConfirmationReading::Runs);
    /// let there = here.to_draft().validate(&runs)?;
    /// assert!(here.asks_the_same(&there));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn asks_the_same(&self, other: &Self) -> bool {
        self.to_draft() == other.to_draft()
    }

    /// Returns the account that owns the job.
    #[must_use]
    pub const fn account_id(&self) -> AccountId {
        self.account_id
    }

    /// Returns `ConfirmationRequired` as the request has it.
    #[must_use]
    pub const fn confirmation_required(&self) -> Option<bool> {
        self.confirmation_required
    }

    /// Returns true if the job is suspended until it is confirmed (REP-907).
    #[must_use]
    pub const fn needs_confirmation(&self) -> bool {
        self.needs_confirmation
    }

    /// Returns the operation, which is always the one that this crate runs.
    #[must_use]
    pub const fn operation(&self) -> OperationName {
        OperationName::S3ReplicateObject
    }

    /// Returns the settings of the completion report.
    #[must_use]
    pub const fn report(&self) -> &JobReport {
        &self.report
    }

    /// Returns the token.
    #[must_use]
    pub fn client_request_token(&self) -> &str {
        &self.client_request_token
    }

    /// Returns the source of the objects.
    #[must_use]
    pub const fn source(&self) -> &JobSource {
        &self.source
    }

    /// Returns the note of the user.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// Returns the priority with which the job begins.
    #[must_use]
    pub const fn priority(&self) -> job::Priority {
        self.priority
    }

    /// Returns the role that starts the tasks.
    #[must_use]
    pub const fn role_arn(&self) -> &RoleArn {
        &self.role_arn
    }

    /// Returns the tags.
    #[must_use]
    pub fn tags(&self) -> &[Tag] {
        self.tags.as_deref().unwrap_or_default()
    }

    /// Iterates over the members that keep the job from being cloned (REP-921).
    pub fn obstacles_to_cloning(&self) -> impl Iterator<Item = FilterMember> {
        const OBSTACLES: &[FilterMember] = &[
            FilterMember::KeyNameConstraint,
            FilterMember::MatchAnyStorageClass,
            FilterMember::ObjectSizeGreaterThanBytes,
            FilterMember::ObjectSizeLessThanBytes,
        ];
        let filter = match &self.source {
            JobSource::Generator(generator) => generator.filter.as_ref(),
            JobSource::Manifest(_) => None,
        };
        let members = filter.into_iter().flat_map(generator::Filter::members);
        members.filter(|member| OBSTACLES.contains(member))
    }
}
