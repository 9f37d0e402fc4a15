use std::collections::BTreeSet;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::batch::request::OperationName;

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
    /// What CreateJob takes, right or wrong: every member may be absent, and texts are as they
    /// were written.
    ///
    /// [`validate`](Self::validate) makes a [`JobSpecification`](crate::batch::request::JobSpecification) of it, or
    /// says everything that the service would refuse.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::request::JobSpecificationDraft;
    /// use s3_replication::dialect::job::JobDialect;
    ///
    /// let draft = JobSpecificationDraft::default();
    /// let report = draft.validate(&JobDialect::AWS).unwrap_err();
    /// assert!(report.to_string().contains("`RoleArn` is missing"));
    /// assert_eq!(report.first_refusal().unwrap().code.as_str(), "BadRequestException");
    /// ```
    JobSpecificationDraft {
        /// The account, twelve digits; in a request of the API a header.
        account_id: String,
        /// Whether somebody has to confirm the job before it runs.
        confirmation_required: bool,
        /// What the job does to every object.
        operation: JobOperationDraft,
        /// The completion report.
        report: JobReportDraft,
        /// The token that tells a request that is repeated from another one.
        client_request_token: String,
        /// The list of objects.
        manifest: JobManifestDraft,
        /// A note of the user.
        description: String,
        /// The priority among the jobs of the account and Region; the higher number goes first.
        priority: i64,
        /// The role that starts the tasks.
        role_arn: String,
        /// The tags of the job.
        tags: Vec<JobTagDraft>,
        /// How S3 is to list the objects.
        manifest_generator: JobManifestGeneratorDraft,
    }
    /// A structure that has no members.
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
        /// The ARN of the bucket that gets the report.
        bucket: String,
        /// `Report_CSV_20180820`.
        format: String,
        /// Whether there is to be a report.
        enabled: bool,
        /// Where in the bucket.
        prefix: String,
        /// `AllTasks` or `FailedTasksOnly`.
        report_scope: String,
        /// The account that owns the bucket.
        expected_bucket_owner: String,
    }
    /// `Manifest`.
    JobManifestDraft {
        /// How the manifest is written.
        spec: JobManifestSpecDraft,
        /// Where it is.
        location: JobManifestLocationDraft,
    }
    /// `Manifest/Spec`.
    JobManifestSpecDraft {
        /// The format.
        format: String,
        /// The columns, of a CSV that is not an inventory.
        fields: Vec<String>,
    }
    /// `Manifest/Location`.
    JobManifestLocationDraft {
        /// The ARN of the manifest object.
        object_arn: String,
        /// Its version; the current one when absent.
        object_version_id: String,
        /// Its ETag.
        #[serde(rename = "ETag")]
        e_tag: String,
    }
    /// `ManifestGenerator`, a union of one member.
    JobManifestGeneratorDraft {
        /// The generator that S3 has.
        #[serde(rename = "S3JobManifestGenerator")]
        s3_job_manifest_generator: S3JobManifestGeneratorDraft,
    }
    /// `S3JobManifestGenerator`.
    S3JobManifestGeneratorDraft {
        /// The account that owns the source bucket.
        expected_bucket_owner: String,
        /// The ARN of the bucket to list.
        source_bucket: String,
        /// Where the manifest is kept.
        manifest_output_location: ManifestOutputLocationDraft,
        /// Which object versions are listed.
        filter: JobManifestGeneratorFilterDraft,
        /// Whether the manifest is kept.
        enable_manifest_output: bool,
    }
    /// `ManifestOutputLocation`.
    ManifestOutputLocationDraft {
        /// The account that owns the bucket.
        expected_manifest_bucket_owner: String,
        /// The ARN of the bucket.
        bucket: String,
        /// Where in the bucket.
        manifest_prefix: String,
        /// How the manifest is encrypted.
        manifest_encryption: ManifestEncryptionDraft,
        /// `S3InventoryReport_CSV_20211130`.
        manifest_format: String,
    }
    /// `ManifestEncryption`.
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
        /// Whether only versions that the replication configuration takes are listed.
        eligible_for_replication: bool,
        /// Versions created after this moment.
        created_after: String,
        /// Versions created before this moment.
        created_before: String,
        /// Versions with one of these statuses.
        object_replication_statuses: Vec<String>,
        /// Versions whose key looks like this.
        key_name_constraint: KeyNameConstraintDraft,
        /// Versions with more bytes.
        object_size_greater_than_bytes: i64,
        /// Versions with fewer bytes.
        object_size_less_than_bytes: i64,
        /// Versions in one of these storage classes.
        match_any_storage_class: Vec<String>,
        /// Versions that are encrypted like this.
        match_any_object_encryption: Vec<ObjectEncryptionFilterDraft>,
    }
    /// `KeyNameConstraint`.
    KeyNameConstraintDraft {
        /// What the key begins with.
        match_any_prefix: Vec<String>,
        /// What the key ends with.
        match_any_suffix: Vec<String>,
        /// What is somewhere in the key.
        match_any_substring: Vec<String>,
    }
    /// One item of `MatchAnyObjectEncryption`, a union.
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
        /// The ARN of the key.
        kms_key_arn: String,
        /// Whether an S3 Bucket Key is used.
        bucket_key_enabled: bool,
    }
    /// `DSSE-KMS` of a filter.
    DsseKmsFilterDraft {
        /// The ARN of the key.
        kms_key_arn: String,
    }
}

/// `Operation`: the operations that are named. What they say is not kept, since this crate runs
/// [`OperationName::S3ReplicateObject`] only, which says nothing.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct JobOperationDraft(BTreeSet<OperationName>);

impl JobOperationDraft {
    /// Names one operation.
    #[must_use]
    pub fn new(operation: OperationName) -> Self {
        Self(BTreeSet::from([operation]))
    }

    /// Iterates over the operations that are named.
    pub fn names(&self) -> impl Iterator<Item = OperationName> {
        self.0.iter().copied()
    }
}

/// A structure with a member for each operation, as S3 spells it.
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
