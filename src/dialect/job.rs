//! The questions on which the sources about Batch Replication jobs differ, and their answers.

use serde::{Deserialize, Serialize};

dialect_answers! {
    (Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)
    /// Does a job need confirmation if the request omits `ConfirmationRequired`? (REP-907)
    ConfirmationReading {
        /// Yes, the job is suspended until a user confirms it: the text about the CLI.
        Suspends,
        /// No, the job runs: the API reference, where confirmation is only for the console.
        Runs,
    }
    /// May a list of `KeyNameConstraint` contain more than one string? (REP-917)
    KeyNameStrings {
        /// No: the text of the API reference.
        One,
        /// Yes: the shape of the API.
        Many,
    }
    /// Must the manifest of a replication job name versions? (REP-912)
    ManifestVersions {
        /// Yes: the page on Batch Replication.
        Required,
        /// No, the latest version counts: the general rule of Batch Operations.
        Optional,
    }
    /// Does a job complete if the manifest that the user gave is empty? (REP-939)
    EmptyManifest {
        /// Yes, without a task: an emulator.
        Completes,
        /// No, it fails like a job whose generator finds nothing.
        Fails,
    }
    /// Is `ExpectedBucketOwner` of a generator about the source bucket? (REP-923)
    GeneratorOwner {
        /// Yes: the API reference and all samples.
        SourceBucket,
        /// No, about the bucket of the generated manifest: the text of one SDK.
        ManifestBucket,
    }
    /// Does a job fail if its report cannot be written? (REP-934)
    UnwrittenReport {
        /// Yes: the current guide.
        Fails,
        /// No, it completes: the guide of 2023, about Object Lock.
        Completes,
    }
    /// May a job be confirmed during preparation? (REP-930)
    EarlyConfirmation {
        /// No.
        Refused,
        /// Yes: a clone of the API.
        Accepted,
    }
    /// May the priority of a job be changed after its end? (REP-931)
    FinalPriority {
        /// No.
        Refused,
        /// Yes: an emulator.
        Accepted,
    }
    /// Which error code answers a request about an unknown job? (REP-930)
    UnknownJobCode {
        /// `NotFoundException`: the API reference.
        NotFound,
        /// `NoSuchJobException`: the troubleshooting guide.
        NoSuchJob,
    }
    /// Is a job kept for 90 or for 30 days after its end? (REP-933)
    JobRetention {
        /// 90 days: the guide.
        NinetyDays,
        /// 30 days: a text of the API reference, older than the guide.
        ThirtyDays,
    }
    /// Does `EligibleForReplication` with the value `false` restrict the manifest? (REP-972)
    DisabledEligibility {
        /// No, it means the same as if it were absent.
        Everything,
        /// Yes, to versions that no rule replicates.
        OnlyIneligible,
    }
    /// Does a generator list delete markers? (REP-973)
    ListedDeleteMarkers {
        /// Yes, those that a rule replicates.
        ByRule,
        /// No.
        Never,
    }
    /// Does a generator list versions encrypted with a KMS key that no rule selects? (REP-974)
    UnselectedKms {
        /// No.
        LeftOut,
        /// Yes, and their tasks fail.
        Listed,
    }
    /// Does a task succeed only after replication? (REP-979)
    TaskSuccess {
        /// Yes, when the version is in every destination: the page on Batch Replication.
        Replicated,
        /// No, when replication is initiated: a sample.
        Initiated,
    }
    /// Does the task of a version succeed if every destination already has it? (REP-980)
    ReplicatedVersion {
        /// Yes, as observed.
        Succeeds,
        /// No, it fails with `SrcReplicationNotPending`, which the guide lists.
        NotPending,
    }
}

closed_vocabulary! {
    /// Is a `+` in a key of a manifest a space? (REP-944)
    ///
    /// S3 Inventory writes a space as `+`, and the current user guide decodes the keys of every
    /// manifest that way. The guide of 2023 does not decode `+`. A [`manifest::Writer`] writes `%20`
    /// and `%2B`, which both readings understand.
    ///
    /// [`manifest::Writer`]: crate::batch::manifest::Writer
    #[derive(Default)]
    #[expect(clippy::exhaustive_enums, reason = "the sources have two readings")]
    pub enum PlusReading("`space` or `literal`") {
        /// A space.
        #[default]
        Space = "space",
        /// A plus sign.
        Literal = "literal",
    }
}

closed_vocabulary! {
    /// The meaning of an empty version ID in a manifest with a version column (REP-947, REP-955).
    ///
    /// An inventory of all versions leaves the ID of null versions empty, which Batch Operations
    /// does not accept. Replace it by `null` before you use such an inventory as a manifest.
    #[derive(Default)]
    #[expect(clippy::exhaustive_enums, reason = "the sources have three readings")]
    pub enum EmptyVersionId("`object-not-found`, `invalid-request` or `null-version`") {
        /// The task fails with `SrcObjectNotFound`, as observed with Batch Replication.
        #[default]
        ObjectNotFound = "object-not-found",
        /// The task fails with `InvalidRequest`, according to the user guide of 2023.
        InvalidRequest = "invalid-request",
        /// The null version, for an inventory that is read as a list of objects.
        NullVersion = "null-version",
    }
}

closed_vocabulary! {
    /// Does a prefix that ends with a slash get a second one? (REP-959)
    ///
    /// No source answers the question for S3.
    #[derive(Default)]
    #[expect(clippy::exhaustive_enums, reason = "the sources have two readings")]
    pub enum PrefixJoin("`one-slash` or `literal`") {
        /// No, the prefix is followed by exactly one slash.
        #[default]
        OneSlash = "one-slash",
        /// Yes, a slash is always added.
        Literal = "literal",
    }
}

impl JobRetention {
    /// Returns the time in days.
    #[must_use]
    pub const fn days(self) -> u32 {
        match self {
            Self::NinetyDays => 90,
            Self::ThirtyDays => 30,
        }
    }
}

/// The semantics of Batch Replication jobs: an answer to each open question.
///
/// # Examples
///
/// ```
/// use s3_replication::dialect::job::{ConfirmationReading, JobDialect};
///
/// assert_eq!(JobDialect::default(), JobDialect::AWS);
/// let runs = JobDialect::AWS.with_confirmation(ConfirmationReading::Runs);
/// assert_eq!(runs.confirmation(), ConfirmationReading::Runs);
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct JobDialect {
    confirmation: ConfirmationReading,
    key_name_strings: KeyNameStrings,
    manifest_versions: ManifestVersions,
    empty_manifest: EmptyManifest,
    generator_owner: GeneratorOwner,
    unwritten_report: UnwrittenReport,
    early_confirmation: EarlyConfirmation,
    final_priority: FinalPriority,
    unknown_job_code: UnknownJobCode,
    retention: JobRetention,
    disabled_eligibility: DisabledEligibility,
    listed_delete_markers: ListedDeleteMarkers,
    unselected_kms: UnselectedKms,
    task_success: TaskSuccess,
    replicated_version: ReplicatedVersion,
    plus: PlusReading,
    empty_version_id: EmptyVersionId,
    prefix_join: PrefixJoin,
}

impl JobDialect {
    /// Amazon S3 as its API reference and user guide describe it.
    ///
    /// | question | answer | evidence |
    /// | --- | --- | --- |
    /// | confirmation omitted | the job is suspended | REP-907: the only text about the omission |
    /// | strings of a key name list | one | REP-917: the text of the API reference |
    /// | manifest without versions | refused | REP-912: "must", and reported to fail |
    /// | empty manifest | completes | REP-939: an emulator; AWS is silent |
    /// | expected owner of a generator | of the source bucket | REP-923: API reference, all samples |
    /// | report that cannot be written | the job fails | REP-934: current guide |
    /// | confirmation during preparation | refused | REP-930: inference |
    /// | priority of an ended job | refused | REP-931: inference |
    /// | unknown job | `NotFoundException` | REP-930: API reference |
    /// | retention | 90 days | REP-933: guide and the text of ListJobs |
    /// | `EligibleForReplication` is `false` | lists everything | REP-972: inference |
    /// | delete markers in generated manifests | by rule | REP-973: the guide warns of their order |
    /// | unselected KMS versions in generated manifests | omitted | REP-974: inference |
    /// | success of a task | when the version is in every destination | REP-979: current guide |
    /// | task of a replicated version | succeeds | REP-980: observed |
    /// | `+` in a key of a manifest | a space | REP-944: current guide and an emulator |
    /// | empty version ID | the task fails with `SrcObjectNotFound` | REP-947: observed |
    /// | prefix that ends with a slash | no second one | REP-959: inference |
    pub const AWS: Self = Self {
        confirmation: ConfirmationReading::Suspends,
        key_name_strings: KeyNameStrings::One,
        manifest_versions: ManifestVersions::Required,
        empty_manifest: EmptyManifest::Completes,
        generator_owner: GeneratorOwner::SourceBucket,
        unwritten_report: UnwrittenReport::Fails,
        early_confirmation: EarlyConfirmation::Refused,
        final_priority: FinalPriority::Refused,
        unknown_job_code: UnknownJobCode::NotFound,
        retention: JobRetention::NinetyDays,
        disabled_eligibility: DisabledEligibility::Everything,
        listed_delete_markers: ListedDeleteMarkers::ByRule,
        unselected_kms: UnselectedKms::LeftOut,
        task_success: TaskSuccess::Replicated,
        replicated_version: ReplicatedVersion::Succeeds,
        plus: PlusReading::Space,
        empty_version_id: EmptyVersionId::ObjectNotFound,
        prefix_join: PrefixJoin::OneSlash,
    };
}

/// [`JobDialect::AWS`].
impl Default for JobDialect {
    fn default() -> Self {
        Self::AWS
    }
}

dialect_questions!(JobDialect {
        /// Does a job need confirmation if the request omits `ConfirmationRequired`? (REP-907)
        confirmation, with_confirmation: ConfirmationReading;
        /// May a list of `KeyNameConstraint` contain more than one string? (REP-917)
        key_name_strings, with_key_name_strings: KeyNameStrings;
        /// Must the manifest of a replication job name versions? (REP-912)
        manifest_versions, with_manifest_versions: ManifestVersions;
        /// Does a job complete if the manifest that the user gave is empty? (REP-939)
        empty_manifest, with_empty_manifest: EmptyManifest;
        /// Is `ExpectedBucketOwner` of a generator about the source bucket? (REP-923)
        generator_owner, with_generator_owner: GeneratorOwner;
        /// Does a job fail if its report cannot be written? (REP-934)
        unwritten_report, with_unwritten_report: UnwrittenReport;
        /// May a job be confirmed during preparation? (REP-930)
        early_confirmation, with_early_confirmation: EarlyConfirmation;
        /// May the priority of a job be changed after its end? (REP-931)
        final_priority, with_final_priority: FinalPriority;
        /// Which error code answers a request about an unknown job? (REP-930)
        unknown_job_code, with_unknown_job_code: UnknownJobCode;
        /// Is a job kept for 90 or for 30 days after its end? (REP-933)
        retention, with_retention: JobRetention;
        /// Does `EligibleForReplication` with the value `false` restrict the manifest? (REP-972)
        disabled_eligibility, with_disabled_eligibility: DisabledEligibility;
        /// Does a generator list delete markers? (REP-973)
        listed_delete_markers, with_listed_delete_markers: ListedDeleteMarkers;
        /// Does a generator list versions encrypted with a KMS key that no rule selects? (REP-974)
        unselected_kms, with_unselected_kms: UnselectedKms;
        /// Does a task succeed only after replication? (REP-979)
        task_success, with_task_success: TaskSuccess;
        /// Does the task of a version succeed if every destination already has it? (REP-980)
        replicated_version, with_replicated_version: ReplicatedVersion;
        /// Is a `+` in a key of a manifest a space? In an inventory it always is. (REP-944)
        plus, with_plus: PlusReading;
        /// Is an empty version ID in a manifest an error of its task? (REP-947)
        empty_version_id, with_empty_version_id: EmptyVersionId;
        /// Does a prefix that ends with a slash get a second one? (REP-959)
        prefix_join, with_prefix_join: PrefixJoin;
});
