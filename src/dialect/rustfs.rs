//! The answers of RustFS 1.0.1.
//!
//! Its crate for rules, `rustfs-replication`, was run, and the evidence names the function that
//! decides. Answers from the source code concern what only the server does.
//!
//! Like MinIO it has replication targets of its own, but it reads documents more strictly:
//!
//! | question | MinIO | RustFS 1.0.1 |
//! | --- | --- | --- |
//! | several tags | any is enough | all |
//! | `Prefix` of a rule | ignored | honoured |
//! | KMS, owner override, `Account`, time control | ignored | refused |
//! | `DeleteMarkerReplication` absent | refused | delete markers stay |
//! | `ReplicaModifications` absent | changes of replicas are replicated | they are not |
//! | a delete marker over a replica | by the rule | only with `ReplicaModifications` |
//!
//! Versions up to 1.0.0-rc.3 are the dialect of `rustfs_rc3`.

use crate::dialect::evidence::{inferred, observed, source_code};
use crate::dialect::question::Table;
use crate::dialect::refusals;
use crate::dialect::{
    AndReading, DeleteMarkerPrecedence, DeleteMarkerTags, DeleteMarkers, DeleteMarkersWithTags,
    DestinationCount, DestinationForm, Dialect, ElementReading, EmptyAccountCode, EmptyTagValue,
    ExclusionReading, ExistingObjectReading, KmsVersions, MissingDeleteMarkerReplication,
    MissingFilter, MissingPriority, MissingReplicaModifications, OddTags, OlderObjects,
    OriginReading, PrefixSearch, PriorityOrder, PriorityScope, ReplicaDeleteMarkers,
    ReplicaKeyReading, Replicas, RoleReading, RuleIds, RuleLimit, RulePrefix, SchemaVersions,
    SourceSelection, StatusPrecedence, StorageClassEffect, StorageClasses, TagReading,
    UnknownElements, VersionDeletes, Winners, ZoneReading,
};

impl Dialect {
    /// RustFS 1.0.1.
    pub const RUSTFS: Self = Table {
        // Filters: which objects a rule takes.
        and: source_code(
            AndReading::NoneIsEnough,
            "rustfs-replication 1.0.1, validate_replication_config_structure",
        ),
        tags: observed(TagReading::All, "rustfs-replication 1.0.1; pull request 7503"),
        empty_tag_value: observed(
            EmptyTagValue::Compared,
            "rustfs-replication 1.0.1, replication_filter_tags_match",
        ),
        odd_tags: observed(OddTags::Compared, "rustfs-replication 1.0.1, decode_tags_to_map"),
        rule_prefix: observed(
            RulePrefix::Honoured,
            "rustfs-replication 1.0.1, ReplicationRuleExt::prefix",
        ),
        schema_versions: observed(
            SchemaVersions::One,
            "rustfs-replication 1.0.1, validate_replication_config_structure",
        ),
        missing_filter: observed(
            MissingFilter::EveryKey,
            "rustfs-replication 1.0.1, ReplicationRuleExt::prefix",
        ),
        // The parser of XML, `s3s`, drops what it does not know, so the rules never see `Not`.
        exclusions: inferred(
            ExclusionReading::Ignored,
            "s3s drops unknown elements before validation",
        ),
        // Elements that a rule may have. Those refused are answered by name, not as unknown
        // elements.
        kms_elements: observed(
            ElementReading::Refused,
            "rustfs-replication 1.0.1, unsupported_replication_config_field",
        ),
        // The one element of the criteria that counts: also for deletes of replicas, see below.
        replica_modifications_element: observed(
            ElementReading::Honoured,
            "rustfs-replication 1.0.1, metadata_replicate",
        ),
        owner_override_element: observed(
            ElementReading::Refused,
            "rustfs-replication 1.0.1, unsupported_replication_config_field",
        ),
        account_element: observed(
            ElementReading::Refused,
            "rustfs-replication 1.0.1, unsupported_replication_config_field",
        ),
        time_control_elements: observed(
            ElementReading::Refused,
            "rustfs-replication 1.0.1, unsupported_replication_config_field",
        ),
        zone_elements: observed(
            ZoneReading::Ignored,
            "s3s drops unknown elements before validation",
        ),
        priority_element: observed(ElementReading::Honoured, "rustfs-replication 1.0.1"),
        unknown_elements: observed(
            UnknownElements::Ignored,
            "rustfs-replication 1.0.1, its test of the parser",
        ),
        // Priorities: which rule wins.
        priority_order: observed(
            PriorityOrder::HigherWins,
            "rustfs-replication 1.0.1, filter_actionable_rules",
        ),
        priority_scope: observed(
            PriorityScope::Configuration,
            "rustfs-replication 1.0.1, validate_replication_config_structure",
        ),
        // Two rules without a priority are both 0, and refused as duplicates.
        missing_priority: observed(
            MissingPriority::Zero,
            "rustfs-replication 1.0.1, validate_replication_config_structure",
        ),
        prefix_search: observed(
            PrefixSearch::Every,
            "rustfs-replication 1.0.1, filter_actionable_rules",
        ),
        winners: observed(
            Winners::PerDestination,
            "rustfs-replication 1.0.1, filter_target_replication_decisions",
        ),
        destinations: observed(
            DestinationCount::Many,
            "rustfs-replication 1.0.1, filter_target_arns",
        ),
        // The criteria are looked at after the winner is known, so a rule that fails them blocks
        // its bucket.
        source_selection: observed(
            SourceSelection::AfterSelection,
            "rustfs-replication 1.0.1, replicate",
        ),
        delete_marker_precedence: observed(
            DeleteMarkerPrecedence::WinnerDecides,
            "rustfs-replication 1.0.1, replicate",
        ),
        // Deletes: which of them follow the object.
        delete_markers: observed(
            DeleteMarkers::ByElement,
            "rustfs-replication 1.0.1, rule_replicates",
        ),
        missing_delete_marker_replication: observed(
            MissingDeleteMarkerReplication::Disabled,
            "rustfs-replication 1.0.1, rule_replicates",
        ),
        // Refused for `Filter/Tag` alone; the same tag within `And` is accepted.
        delete_markers_with_tags: observed(
            DeleteMarkersWithTags::RefusedForTag,
            "rustfs-replication 1.0.1, validate_replication_config_structure",
        ),
        // So a rule with tags does replicate the delete markers of its objects, unlike on S3.
        delete_marker_tags: observed(
            DeleteMarkerTags::OfDeletedObject,
            "rustfs-replication 1.0.1, filter_actionable_rules",
        ),
        // A replica's deletes pass only with `ReplicaModifications`; the same holds for permanent
        // deletes.
        replica_delete_markers: observed(
            ReplicaDeleteMarkers::ByReplicaModifications,
            "rustfs-replication 1.0.1, rule_replicates",
        ),
        version_deletes: observed(
            VersionDeletes::ByElement,
            "rustfs-replication 1.0.1, rule_replicates",
        ),
        // Versions that are no ordinary new objects: replicas, older ones, encrypted ones.
        replicas: source_code(
            Replicas::NotReplicated,
            "not on writes; a resync does replicate them",
        ),
        missing_replica_modifications: observed(
            MissingReplicaModifications::Disabled,
            "rustfs-replication 1.0.1, metadata_replicate",
        ),
        existing_objects: observed(ExistingObjectReading::Accepted, "rustfs-replication 1.0.1"),
        // A change of an old object replicates it as a whole.
        older_objects: observed(
            OlderObjects::Replicated,
            "rustfs-replication 1.0.1: only disabled rules skip them",
        ),
        // Always, although the element that selects them on S3 is refused.
        kms_versions: source_code(
            KmsVersions::Always,
            "versions are not asked for their encryption",
        ),
        customer_key_versions: source_code(
            OriginReading::Replicated,
            "with a check of the target's capability",
        ),
        // Never asked: a rule with a replica key is refused.
        replica_key: observed(ReplicaKeyReading::KmsVersionsOnly, "the element is refused"),
        status_precedence: source_code(StatusPrecedence::FailedFirst, "composite status"),
        // Forms of values: what a document may contain.
        storage_classes: observed(
            StorageClasses::Standard,
            "rustfs-replication 1.0.1, unsupported_replication_config_field",
        ),
        storage_class_effect: observed(
            StorageClassEffect::Ignored,
            "rustfs-replication 1.0.1: the class of the target counts",
        ),
        // The ARN of a replication target takes the place of the bucket, and `Role` can name one
        // for all rules.
        destination_form: observed(DestinationForm::TargetArn, "rustfs-replication 1.0.1"),
        role: observed(
            RoleReading::TargetOrAbsent,
            "rustfs-replication 1.0.1, replication_target_arns",
        ),
        rule_ids: observed(RuleIds::Repeatable, "rustfs-replication 1.0.1: the limit is in bytes"),
        rule_limit: observed(RuleLimit::OneThousand, "rustfs-replication 1.0.1"),
        // Never asked either, because every `Account` is refused.
        empty_account_code: observed(EmptyAccountCode::InvalidArgument, "the element is refused"),
        ..Table::UNKNOWN
    }
    .dialect("rustfs")
    .refusing(refusals::RUSTFS);
}
