//! The reasons why a rule does not replicate a version.
//!
//! Each reason has a word for machines, a sentence, a help and a clause. All stand in one table,
//! [`Reason::facts`], so a new reason cannot be added without them.

use crate::clause::{self, Clause};
use crate::model::{FilterSpelling, ReplicationRule};

closed_vocabulary! {
    /// The first predicate that kept a rule from replicating.
    ///
    /// The variants are in alphabetical order; [`depth`](Self::depth) is the order of evaluation:
    /// the filter comes first, then what the event and the version allow, then
    /// `SourceSelectionCriteria`, then the settings of the rule that won.
    #[non_exhaustive]
    pub enum Reason("a reason such as `prefix-differs`") {
        /// The ACL of the version cannot change: ACLs are disabled in its bucket.
        AclsDisabled = "acls-disabled",
        /// An annotation of the version was deleted.
        AnnotationDelete = "annotation-delete",
        /// The version is in an archive storage class or access tier, where S3 cannot read it.
        Archived = "archived",
        /// `CopyObject` created the version, and the store does not replicate copies.
        Copied = "copied",
        /// The version is encrypted with a customer-provided key, and the store does not replicate such
        /// versions.
        CustomerKey = "customer-key",
        /// The tags, ACL or lock of a delete marker cannot change: it has none.
        DeleteMarkerHasNoMetadata = "delete-marker-has-no-metadata",
        /// The filter requires tags, and a delete marker has none.
        DeleteMarkerHasNoTags = "delete-marker-has-no-tags",
        /// The rule does not replicate delete markers.
        DeleteMarkersDisabled = "delete-markers-disabled",
        /// Live replication never replicated the version, so it does not replicate a change of it.
        ExistingObject = "existing-object",
        /// The key begins with a prefix that the filter excludes.
        KeyExcluded = "key-excluded",
        /// The store compares the key with another rule only.
        KeyNotCompared = "key-not-compared",
        /// The version is encrypted with a KMS key, and the rule does not select such versions.
        KmsNotSelected = "kms-not-selected",
        /// A lifecycle rule, Intelligent-Tiering or a restore caused the event.
        LifecycleAction = "lifecycle-action",
        /// The version is in another service, such as Amazon FSx or AWS Backup.
        OtherService = "other-service",
        /// The rule names zones, and data sync goes between other zones.
        OtherZones = "other-zones",
        /// The owner of the source bucket cannot read the version.
        OwnerCannotRead = "owner-cannot-read",
        /// The destination bucket owner owns the replica, so the source ACL is not replicated.
        OwnerOverride = "owner-override",
        /// The key does not begin with the prefix of the filter.
        PrefixDiffers = "prefix-differs",
        /// The version is a replica.
        Replica = "replica",
        /// The metadata of a replica changed, and the rule has no replica modification sync.
        ReplicaModificationsDisabled = "replica-modifications-disabled",
        /// The rule is disabled.
        RuleDisabled = "rule-disabled",
        /// The version does not have every tag of the filter.
        TagsDiffer = "tags-differ",
        /// The version has a tag that the filter excludes.
        TagsExcluded = "tags-excluded",
        /// A version was deleted by its ID.
        VersionDelete = "version-delete",
        /// The rule does not replicate permanent deletes of versions.
        VersionDeletesDisabled = "version-deletes-disabled",
    }
}

/// The predicates in order of evaluation.
///
/// A reason of a later stage means that the rule came closer. Reasons of one stage exclude each
/// other for a given version and event, so they need no order among themselves.
#[derive(Clone, Copy)]
enum Stage {
    Status,
    Zones,
    Prefix,
    ExcludedPrefixes,
    PrefixSearch,
    Tags,
    ExcludedTags,
    /// The event and the version, regardless of the rule.
    Version,
    ReplicaModifications,
    Kms,
    DeleteMarkers,
    Ownership,
}

/// Everything that is known about a reason besides its word.
///
/// The help is `None` where [`NearMiss`](super::NearMiss) knows more, or where nothing helps.
struct Facts {
    stage: Stage,
    sentence: &'static str,
    help: Option<&'static str>,
    clause: &'static Clause,
}

impl Reason {
    /// Returns the entry of the table.
    #[expect(clippy::too_many_lines, reason = "a table with an entry for each reason")]
    const fn facts(self) -> Facts {
        let (stage, sentence, help, clause) = match self {
            Self::AclsDisabled => (
                Stage::Version,
                "ACLs are disabled in the source bucket, so the ACL of the version cannot change",
                Some("grant access to objects and replicas with the policies of their buckets"),
                &clause::ACLS_DISABLED_AT_SOURCE,
            ),
            Self::AnnotationDelete => (
                Stage::Version,
                "deletes of annotations are not replicated",
                Some("delete the annotation of the replica, too"),
                &clause::ANNOTATION_DELETES,
            ),
            Self::Archived => (
                Stage::Version,
                "the version is archived, so S3 cannot read it",
                Some("restore the version and copy it; the copy is a new version"),
                &clause::ARCHIVED_CLASSES,
            ),
            Self::Copied => (
                Stage::Version,
                "`CopyObject` created the version, and the store does not replicate copies",
                Some("write the object with `PutObject`"),
                &clause::STORE_COPIES,
            ),
            Self::CustomerKey => (
                Stage::Version,
                "the version is encrypted with a customer-provided key (SSE-C), and the store does \
                 not replicate such versions",
                Some("write the object with another encryption"),
                &clause::STORE_CUSTOMER_KEY_VERSIONS,
            ),
            // No help: the operation itself fails in S3, so no configuration could replicate it.
            Self::DeleteMarkerHasNoMetadata => (
                Stage::Version,
                "a delete marker has no tags, ACL or lock",
                None,
                &clause::MARKERS_HAVE_NO_METADATA,
            ),
            Self::DeleteMarkerHasNoTags => (
                Stage::Tags,
                "the filter requires tags, and a delete marker has none",
                Some("add a rule without tags that replicates delete markers of these keys"),
                &clause::DELETE_MARKERS_HAVE_NO_TAGS,
            ),
            Self::DeleteMarkersDisabled => (
                Stage::DeleteMarkers,
                "the rule does not replicate delete markers",
                Some("enable `DeleteMarkerReplication` in the rule"),
                &clause::V2_DELETE_MARKERS,
            ),
            Self::ExistingObject => (
                Stage::Version,
                "the version was never replicated, so its changes are not replicated either",
                Some("run a job of S3 Batch Replication"),
                &clause::EXISTING_VERSIONS,
            ),
            // No help: narrowing the exclusion would replicate more than the author of the rule
            // meant.
            Self::KeyExcluded => (
                Stage::ExcludedPrefixes,
                "the key begins with a prefix that the filter excludes",
                None,
                &clause::EXCLUDED_PREFIXES,
            ),
            // No help: which of the two rules is to take the key is the author's to say.
            Self::KeyNotCompared => (
                Stage::PrefixSearch,
                "the store compares a key only with the rule whose prefix is the last one at or \
                 before it in byte order, and that is another rule",
                None,
                &clause::STORE_PREFIX_SEARCH,
            ),
            Self::KmsNotSelected => (
                Stage::Kms,
                "the version is encrypted with a KMS key, and the rule does not enable \
                 `SseKmsEncryptedObjects`",
                Some(
                    "add `SseKmsEncryptedObjects` with `Status` `Enabled`, and a \
                     `ReplicaKmsKeyID`",
                ),
                &clause::KMS_OPT_IN,
            ),
            Self::LifecycleAction => (
                Stage::Version,
                "lifecycle, tiering and restore actions are not replicated",
                Some("add lifecycle rules to the destination bucket"),
                &clause::LIFECYCLE_ACTIONS,
            ),
            Self::OtherService => (
                Stage::Version,
                "the version is in another service, whose data S3 does not replicate",
                None,
                &clause::OTHER_SERVICES,
            ),
            // No help: the rule does what it should in its own zones.
            Self::OtherZones => {
                (Stage::Zones, "the rule is for other zones", None, &clause::STORE_ZONES)
            }
            Self::OwnerCannotRead => (
                Stage::Version,
                "the owner of the source bucket cannot read the version",
                Some(
                    "grant the owner of the bucket read access to the object and its ACL, or set \
                     Object Ownership to `BucketOwnerEnforced`",
                ),
                &clause::OWNER_CAN_READ,
            ),
            Self::OwnerOverride => (
                Stage::Ownership,
                "the destination bucket owner owns the replica, so changes of the source ACL are \
                 not replicated",
                Some("change the ACL in the destination bucket"),
                &clause::ACL_AND_OWNER_OVERRIDE,
            ),
            // No help here: the near miss of the key names the difference, if there is a small one.
            Self::PrefixDiffers => (
                Stage::Prefix,
                "the key does not begin with the prefix",
                None,
                &clause::FILTER_PREFIX,
            ),
            Self::Replica => (
                Stage::Version,
                "the version is a replica, and live replication does not replicate replicas",
                Some(
                    "replicate from the bucket in which the object was written, or use S3 Batch \
                     Replication, which also replicates replicas",
                ),
                &clause::REPLICAS_DO_NOT_CHAIN,
            ),
            Self::ReplicaModificationsDisabled => (
                Stage::ReplicaModifications,
                "the version is a replica, and the rule does not enable replica modification sync",
                Some(
                    "enable `ReplicaModifications` in `SourceSelectionCriteria`, in both directions",
                ),
                &clause::REPLICA_MODIFICATION_SYNC,
            ),
            Self::RuleDisabled => (
                Stage::Status,
                "the rule is disabled",
                Some("enable the rule"),
                &clause::DISABLED_RULES_DO_NOTHING,
            ),
            Self::TagsDiffer => (
                Stage::Tags,
                "the version does not have every tag of the filter",
                None,
                &clause::FILTER_TAGS,
            ),
            Self::TagsExcluded => (
                Stage::ExcludedTags,
                "the version has a tag that the filter excludes",
                None,
                &clause::EXCLUDED_TAGS,
            ),
            Self::VersionDelete => (
                Stage::Version,
                "deletes by version ID are never replicated",
                Some("delete the replica by its version ID in the destination bucket, too"),
                &clause::VERSION_DELETES,
            ),
            Self::VersionDeletesDisabled => (
                Stage::DeleteMarkers,
                "the rule does not replicate permanent deletes of versions",
                Some("enable `DeleteReplication` in the rule"),
                &clause::STORE_VERSION_DELETES,
            ),
        };
        Facts { stage, sentence, help, clause }
    }

    /// Returns the reason as a clause in plain English, such as "the rule is disabled".
    ///
    /// The sentence begins in lower case and has no full stop, so that it can follow a colon.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        self.facts().sentence
    }

    /// Returns the rank of the predicate in the order of evaluation.
    ///
    /// A rule that fails a predicate of greater depth came closer to replicating the version.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::engine::Reason;
    ///
    /// assert!(Reason::PrefixDiffers.depth() < Reason::TagsDiffer.depth());
    /// assert!(Reason::TagsDiffer.depth() < Reason::KmsNotSelected.depth());
    /// ```
    #[must_use]
    pub const fn depth(self) -> u8 {
        self.facts().stage as u8
    }

    /// Returns true when the status, the zones or the filter of the rule rejects the version.
    pub(super) const fn is_of_filter(self) -> bool {
        use Stage::{ExcludedPrefixes, ExcludedTags, Prefix, PrefixSearch, Status, Tags, Zones};
        matches!(
            self.facts().stage,
            Status | Zones | Prefix | ExcludedPrefixes | PrefixSearch | Tags | ExcludedTags
        )
    }

    /// Returns the clause of `SEMANTICS.md` behind the reason.
    #[must_use]
    pub const fn clause(self) -> &'static Clause {
        self.facts().clause
    }

    /// Returns the change to make this predicate pass, as an instruction. Later predicates can still
    /// reject the version.
    ///
    /// The help is `None` if no change would help, or if
    /// [`NearMiss::help`](super::NearMiss::help) is more precise.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::engine::Reason;
    ///
    /// assert_eq!(Reason::RuleDisabled.help(), Some("enable the rule"));
    /// ```
    #[must_use]
    pub const fn help(self) -> Option<&'static str> {
        self.facts().help
    }

    /// Returns the change of this rule to make this predicate pass. Later predicates can still reject
    /// the version.
    ///
    /// This help is more precise than [`help`](Self::help): it takes into account which elements the
    /// rule has, and which elements its version of the schema allows.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::ReplicationConfiguration;
    /// use s3_replication::engine::Reason;
    ///
    /// let v1 = ReplicationConfiguration::from_json(
    ///     r#"{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{"Status": "Enabled",
    ///         "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
    /// )?;
    /// let help = Reason::ReplicaModificationsDisabled.help_in(&v1.rules()[0]).unwrap();
    /// assert!(help.starts_with("write the configuration as V2"));
    /// # Ok::<(), s3_replication::Report>(())
    /// ```
    #[must_use]
    pub fn help_in(self, rule: &ReplicationRule) -> Option<&'static str> {
        // V1 has no `ReplicaModifications` (REP-245), so the element alone would be refused.
        let is_v1 = rule.filter.spelling() == FilterSpelling::RulePrefix;
        match self {
            Self::KmsNotSelected if rule.kms.is_some() => Some("enable `SseKmsEncryptedObjects`"),
            Self::ReplicaModificationsDisabled if is_v1 => Some(
                "write the configuration as V2, with `Filter` and `Priority`; then enable \
                 `ReplicaModifications` in `SourceSelectionCriteria`, in both directions",
            ),
            _ => self.help(),
        }
    }
}
