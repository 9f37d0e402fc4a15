//! The questions about jobs of Batch Replication that the sources leave open, and their answers.

use serde::{Deserialize, Serialize};

/// Declares the answers to one question as words; the first is the default.
macro_rules! answers {
    ($( $(#[$meta:meta])* $name:ident { $( $(#[$answer_meta:meta])* $answer:ident, )+ } )+) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
            #[non_exhaustive]
            pub enum $name {
                $( $(#[$answer_meta])* $answer, )+
            }
        )+
    };
}

answers! {
    /// What becomes of a job whose request leaves `ConfirmationRequired` out? (REP-907)
    ConfirmationReading {
        /// It is suspended until somebody confirms it: the text about the CLI.
        Suspends,
        /// It runs: the API reference, for which confirmation is a matter of the console.
        Runs,
    }
    /// How many strings may a list of `KeyNameConstraint` hold? (REP-917)
    KeyNameStrings {
        /// One: the text of the API reference.
        One,
        /// As many as there are: the shape of the API.
        Many,
    }
    /// Must the manifest of a replication name versions? (REP-912)
    ManifestVersions {
        /// Yes: the page on Batch Replication.
        Required,
        /// No, the latest version is taken: the general rule of Batch Operations.
        Optional,
    }
    /// What becomes of a job whose own manifest is empty? (REP-939)
    EmptyManifest {
        /// It completes without a task: an emulator.
        Completes,
        /// It fails, as it does when a generator finds nothing.
        Fails,
    }
    /// Whose account does `ExpectedBucketOwner` of a generator name? (REP-923)
    GeneratorOwner {
        /// That of the source bucket: the API reference and all samples.
        SourceBucket,
        /// That of the bucket of the generated manifest: the text of one SDK.
        ManifestBucket,
    }
    /// What becomes of a job whose report can't be written? (REP-934)
    UnwrittenReport {
        /// It fails: the current guide.
        Fails,
        /// It completes: the guide of 2023, about Object Lock.
        Completes,
    }
    /// May a job be confirmed while it is still prepared? (REP-930)
    EarlyConfirmation {
        /// No.
        Refused,
        /// Yes, as a clone of the API has it.
        Accepted,
    }
    /// May the priority of a job at its end be changed? (REP-931)
    FinalPriority {
        /// No.
        Refused,
        /// Yes, as an emulator has it.
        Accepted,
    }
    /// With which code is a job answered that does not exist? (REP-930)
    UnknownJobCode {
        /// `NotFoundException`: the API reference.
        NotFound,
        /// `NoSuchJobException`: the troubleshooting guide.
        NoSuchJob,
    }
    /// How long is a job kept after its end? (REP-933)
    JobRetention {
        /// 90 days: the guide.
        NinetyDays,
        /// 30 days: a text of the API reference, older than the guide.
        ThirtyDays,
    }
    /// What does `EligibleForReplication` list when it is `false`? (REP-972)
    DisabledEligibility {
        /// The same as when it is left out.
        Everything,
        /// What no rule replicates, and nothing else.
        OnlyIneligible,
    }
    /// Does a generator list delete markers? (REP-973)
    ListedDeleteMarkers {
        /// Those that a rule replicates.
        ByRule,
        /// None.
        Never,
    }
    /// Does a generator list versions under KMS of which the rule says nothing? (REP-974)
    UnselectedKms {
        /// No.
        LeftOut,
        /// Yes, and their tasks fail.
        Listed,
    }
    /// When has a task succeeded? (REP-979)
    TaskSuccess {
        /// When the version is in every destination: the page on Batch Replication.
        Replicated,
        /// When replication has begun: as a sample has it.
        Initiated,
    }
    /// How does the task of a version end that is in every destination already? (REP-980)
    ReplicatedVersion {
        /// It succeeds, as was seen.
        Succeeds,
        /// It fails as `SrcReplicationNotPending`, a reason that the guide lists.
        NotPending,
    }
}

closed_vocabulary! {
    /// What is a `+` in the key of a manifest? (REP-944)
    ///
    /// S3 Inventory writes a space as `+`, and today's user guide decodes the keys of every
    /// manifest that way. The guide of 2023 left a `+` alone. A [`manifest::Writer`] writes `%20`
    /// and `%2B`, which both readings understand.
    ///
    /// [`manifest::Writer`]: crate::batch::manifest::Writer
    #[derive(Default)]
    #[expect(clippy::exhaustive_enums, reason = "the two readings there are")]
    pub enum PlusReading("`space` or `literal`") {
        /// A space.
        #[default]
        Space = "space",
        /// A plus sign.
        Literal = "literal",
    }
}

closed_vocabulary! {
    /// What is a version id that is empty? (REP-947, REP-955)
    ///
    /// The version ids of a manifest stand in a column, so an empty one is there but says nothing.
    /// An inventory of all versions writes null versions that way, and S3 does not take them:
    /// whoever uses such an inventory as a manifest writes `null` there first.
    #[derive(Default)]
    #[expect(clippy::exhaustive_enums, reason = "the readings there are")]
    pub enum EmptyVersionId("`object-not-found`, `invalid-request` or `null-version`") {
        /// The task fails as `SrcObjectNotFound`, as it was seen with Batch Replication.
        #[default]
        ObjectNotFound = "object-not-found",
        /// The task fails as `InvalidRequest`, as the user guide of 2023 says of every operation.
        InvalidRequest = "invalid-request",
        /// The null version, for an inventory that is read as a list of objects.
        NullVersion = "null-version",
    }
}

closed_vocabulary! {
    /// How is a prefix that ends with a slash joined to what follows? (REP-959)
    ///
    /// No source says whether S3 writes a second slash.
    #[derive(Default)]
    #[expect(clippy::exhaustive_enums, reason = "the two readings there are")]
    pub enum PrefixJoin("`one-slash` or `literal`") {
        /// One slash stands between them, whatever the prefix ends with.
        #[default]
        OneSlash = "one-slash",
        /// A slash is added in any case.
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

/// One reading of what the sources about jobs leave open: one answer to each question.
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
    /// Amazon S3, as its API reference and user guide describe it.
    ///
    /// | question | answer | evidence |
    /// | --- | --- | --- |
    /// | confirmation left out | the job is suspended | REP-907: the only text that speaks of leaving it out |
    /// | strings of a key name list | one | REP-917: the text of the API reference |
    /// | manifest without versions | refused | REP-912: "must", and reported to fail |
    /// | empty manifest | completes | REP-939: an emulator; AWS is silent |
    /// | generator's expected owner | the source bucket's | REP-923: API reference, all samples |
    /// | report that can't be written | the job fails | REP-934: current guide |
    /// | confirmation while prepared | refused | REP-930: inference |
    /// | priority of an ended job | refused | REP-931: inference |
    /// | unknown job | `NotFoundException` | REP-930: API reference |
    /// | retention | 90 days | REP-933: guide and the text of ListJobs |
    /// | `EligibleForReplication` is `false` | lists everything | REP-972: inference |
    /// | delete markers on generated lists | by rule | REP-973: the guide warns of their order |
    /// | KMS without opt-in on generated lists | left out | REP-974: inference |
    /// | a task has succeeded | when the version is everywhere | REP-979: current guide |
    /// | task of a version that is everywhere | succeeds | REP-980: seen |
    /// | `+` in the keys of a list | a space | REP-944: today's guide and an emulator |
    /// | version id that is empty | the task fails as `SrcObjectNotFound` | REP-947: seen |
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

questions!(JobDialect {
        /// What becomes of a job whose request leaves `ConfirmationRequired` out? (REP-907)
        confirmation, with_confirmation: ConfirmationReading;
        /// How many strings may a list of `KeyNameConstraint` hold? (REP-917)
        key_name_strings, with_key_name_strings: KeyNameStrings;
        /// Must the manifest of a replication name versions? (REP-912)
        manifest_versions, with_manifest_versions: ManifestVersions;
        /// What becomes of a job whose own manifest is empty? (REP-939)
        empty_manifest, with_empty_manifest: EmptyManifest;
        /// Whose account does `ExpectedBucketOwner` of a generator name? (REP-923)
        generator_owner, with_generator_owner: GeneratorOwner;
        /// What becomes of a job whose report can't be written? (REP-934)
        unwritten_report, with_unwritten_report: UnwrittenReport;
        /// May a job be confirmed while it is still prepared? (REP-930)
        early_confirmation, with_early_confirmation: EarlyConfirmation;
        /// May the priority of a job at its end be changed? (REP-931)
        final_priority, with_final_priority: FinalPriority;
        /// With which code is a job answered that does not exist? (REP-930)
        unknown_job_code, with_unknown_job_code: UnknownJobCode;
        /// How long is a job kept after its end? (REP-933)
        retention, with_retention: JobRetention;
        /// What does `EligibleForReplication` list when it is `false`? (REP-972)
        disabled_eligibility, with_disabled_eligibility: DisabledEligibility;
        /// Does a generator list delete markers? (REP-973)
        listed_delete_markers, with_listed_delete_markers: ListedDeleteMarkers;
        /// Does a generator list versions under KMS of which the rule says nothing? (REP-974)
        unselected_kms, with_unselected_kms: UnselectedKms;
        /// When has a task succeeded? (REP-979)
        task_success, with_task_success: TaskSuccess;
        /// How does the task of a version end that is in every destination already? (REP-980)
        replicated_version, with_replicated_version: ReplicatedVersion;
        /// What is a `+` in the keys of a list? In those of an inventory it is a space. (REP-944)
        plus, with_plus: PlusReading;
        /// What is a version id that is empty? (REP-947)
        empty_version_id, with_empty_version_id: EmptyVersionId;
        /// How is a prefix that ends with a slash joined to what a job writes? (REP-959)
        prefix_join, with_prefix_join: PrefixJoin;
});
