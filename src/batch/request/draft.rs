use std::collections::BTreeSet;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::batch::request::{ObjectArn, OperationName};
use crate::batch::{completion_report, generator, generator::KeyNameConstraint, job, manifest};
use crate::model::{AccountId, BucketArn, KmsKeyArn, RoleArn, StorageClass, Timestamp};

/// Declares structures of optional members in S3's spelling.
macro_rules! drafts {
    ($(
        $(#[$meta:meta])*
        $name:ident { $( $(#[$field_meta:meta])* $field:ident: $type:ty, )* }
    )+) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
            #[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
            #[non_exhaustive]
            pub struct $name {
                $(
                    $(#[$field_meta])*
                    #[serde(skip_serializing_if = "Option::is_none")]
                    pub $field: Option<$type>,
                )*
            }
        )+
    };
}

drafts! {
    /// A request that may be wrong: every member may be absent, and members may contradict each
    /// other.
    ///
    /// [`validate`](Self::validate) turns it into a
    /// [`JobSpecification`](crate::batch::request::JobSpecification), or returns everything that
    /// the service would refuse.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::dialect::job::JobDialect;
    /// use s3_replication::batch::request::JobSpecificationDraft;
    ///
    /// let draft = JobSpecificationDraft::default();
    /// let report = draft.validate(&JobDialect::AWS).unwrap_err();
    /// assert!(report.to_string().contains("`RoleArn` is missing"));
    /// assert_eq!(report.first_refusal().unwrap().code.as_str(), "BadRequestException");
    /// ```
    JobSpecificationDraft {
        /// The account that owns the job. In a request of the API it is a header.
        account_id: AccountId,
        /// True if the job waits for a confirmation before it runs.
        confirmation_required: bool,
        /// The operation that the job runs on every object.
        operation: JobOperationDraft,
        /// The completion report.
        report: JobReportDraft,
        /// The token that makes a repeated request recognisable.
        client_request_token: String,
        /// The manifest.
        manifest: JobManifestDraft,
        /// A note of the user.
        description: String,
        /// The priority among the jobs of the account and Region. The higher number goes first.
        priority: job::Priority,
        /// The role that starts the tasks.
        role_arn: RoleArn,
        /// The tags of the job.
        tags: Vec<JobTagDraft>,
        /// The generator of the manifest.
        manifest_generator: JobManifestGeneratorDraft,
    }
    /// A structure without members.
    EmptyDraft {}
    /// A tag of a job.
    JobTagDraft {
        /// The key.
        key: String,
        /// The value.
        value: String,
    }
    /// `Report`.
    JobReportDraft {
        /// The bucket that gets the report.
        bucket: BucketArn,
        /// The format.
        format: completion_report::Format,
        /// True if a report is written.
        enabled: bool,
        /// The prefix of the report in the bucket.
        prefix: String,
        /// The tasks that the report lists.
        report_scope: completion_report::Scope,
        /// The account that owns the bucket.
        expected_bucket_owner: AccountId,
    }
    /// `Manifest`.
    JobManifestDraft {
        /// The format of the manifest.
        spec: JobManifestSpecDraft,
        /// The place of the manifest.
        location: JobManifestLocationDraft,
    }
    /// `Manifest/Spec`.
    JobManifestSpecDraft {
        /// The format.
        format: manifest::Format,
        /// The columns of a CSV that is not an inventory.
        fields: Vec<manifest::Field>,
    }
    /// `Manifest/Location`.
    JobManifestLocationDraft {
        /// The ARN of the manifest object.
        object_arn: ObjectArn,
        /// The version of the object; the current version when absent.
        object_version_id: String,
        /// The ETag of the object.
        #[serde(rename = "ETag")]
        e_tag: String,
    }
    /// `ManifestGenerator`, a union with one member.
    JobManifestGeneratorDraft {
        /// The generator that S3 has.
        #[serde(rename = "S3JobManifestGenerator")]
        s3_job_manifest_generator: S3JobManifestGeneratorDraft,
    }
    /// `S3JobManifestGenerator`.
    S3JobManifestGeneratorDraft {
        /// The account that owns the source bucket.
        expected_bucket_owner: AccountId,
        /// The bucket whose objects are listed.
        source_bucket: BucketArn,
        /// The place where the manifest is saved.
        manifest_output_location: ManifestOutputLocationDraft,
        /// The filter of the object versions.
        filter: JobManifestGeneratorFilterDraft,
        /// True if the manifest is saved.
        enable_manifest_output: bool,
    }
    /// `ManifestOutputLocation`.
    ManifestOutputLocationDraft {
        /// The account that owns the bucket.
        expected_manifest_bucket_owner: AccountId,
        /// The bucket that gets the manifest.
        bucket: BucketArn,
        /// The prefix of the manifest in the bucket.
        manifest_prefix: String,
        /// The encryption of the manifest.
        manifest_encryption: ManifestEncryptionDraft,
        /// The format of the manifest.
        manifest_format: manifest::GeneratedFormat,
    }
    /// `ManifestEncryption`, a union.
    ManifestEncryptionDraft {
        /// `SSE-S3`.
        #[serde(rename = "SSES3")]
        sse_s3: EmptyDraft,
        /// `SSE-KMS`.
        #[serde(rename = "SSEKMS")]
        sse_kms: ManifestKmsDraft,
    }
    /// `ManifestEncryption/SSE-KMS`.
    ManifestKmsDraft {
        /// The key.
        key_id: String,
    }
    /// `Filter` of a generator.
    JobManifestGeneratorFilterDraft {
        /// True if only versions that the replication configuration selects are listed.
        eligible_for_replication: bool,
        /// Selects versions created after this moment.
        created_after: Timestamp,
        /// Selects versions created before this moment.
        created_before: Timestamp,
        /// Selects versions with one of these statuses.
        object_replication_statuses: Vec<generator::StatusFilter>,
        /// Selects versions by their keys.
        key_name_constraint: KeyNameConstraint,
        /// Selects versions with more bytes.
        object_size_greater_than_bytes: i64,
        /// Selects versions with fewer bytes.
        object_size_less_than_bytes: i64,
        /// Selects versions in one of these storage classes.
        match_any_storage_class: Vec<StorageClass>,
        /// Selects versions by their encryption.
        match_any_object_encryption: Vec<ObjectEncryptionFilterDraft>,
    }
    /// An item of `MatchAnyObjectEncryption`, a union.
    ObjectEncryptionFilterDraft {
        /// `SSE-S3`.
        #[serde(rename = "SSES3")]
        sse_s3: EmptyDraft,
        /// `SSE-KMS`.
        #[serde(rename = "SSEKMS")]
        sse_kms: SseKmsFilterDraft,
        /// `DSSE-KMS`.
        #[serde(rename = "DSSEKMS")]
        dsse_kms: DsseKmsFilterDraft,
        /// `SSE-C`.
        #[serde(rename = "SSEC")]
        sse_c: EmptyDraft,
        /// `NOT-SSE`.
        #[serde(rename = "NOTSSE")]
        not_sse: EmptyDraft,
    }
    /// `SSE-KMS` of a filter.
    SseKmsFilterDraft {
        /// The key.
        kms_key_arn: KmsKeyArn,
        /// True if an S3 Bucket Key is used.
        bucket_key_enabled: bool,
    }
    /// `DSSE-KMS` of a filter.
    DsseKmsFilterDraft {
        /// The key.
        kms_key_arn: KmsKeyArn,
    }
}

/// `Operation`: the names of the operations. Their settings are not kept, since this crate runs
/// [`OperationName::S3ReplicateObject`] only, which has none.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct JobOperationDraft(BTreeSet<OperationName>);

impl JobOperationDraft {
    /// Names one operation.
    #[must_use]
    pub fn new(operation: OperationName) -> Self {
        Self(BTreeSet::from([operation]))
    }

    /// Iterates over the operations.
    pub fn names(&self) -> impl Iterator<Item = OperationName> {
        self.0.iter().copied()
    }
}

/// A structure with a member for each operation, in S3's spelling.
impl Serialize for JobOperationDraft {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.names().map(|name| (name, EmptyDraft {})))
    }
}

impl<'de> Deserialize<'de> for JobOperationDraft {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = JobOperationDraft;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a structure with a member for an operation")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut names = BTreeSet::new();
                while let Some((name, IgnoredAny)) = map.next_entry()? {
                    names.insert(name);
                }
                Ok(JobOperationDraft(names))
            }
        }

        deserializer.deserialize_map(Members)
    }
}
