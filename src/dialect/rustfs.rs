use crate::dialect::evidence::{inferred, observed, source_code};
use crate::dialect::question::Table;
use crate::dialect::refusals;
use crate::dialect::{
    AndReading, DeleteMarkerPrecedence, DeleteMarkerTags, DeleteMarkers, DeleteMarkersWithTags,
    DestinationCount, DestinationForm, Dialect, ElementReading, EmptyAccountCode, EmptyTagValue,
    ExclusionReading, ExistingObjectReading, KmsVersions, MissingDeleteMarkerReplication,
    MissingFilter, MissingPriority, MissingReplicaModifications, OddTags, OlderObjects,
    OriginReading, PriorityOrder, PriorityScope, ReplicaDeleteMarkers, ReplicaKeyReading, Replicas,
    RoleReading, RuleIds, RuleLimit, RulePrefix, SchemaVersions, SourceSelection, StatusPrecedence,
    StorageClassEffect, StorageClasses, TagReading, UnknownElements, VersionDeletes, Winners,
};

impl Dialect {
    /// RustFS 1.0.1.
    pub const RUSTFS: Self = Table {
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
        exclusions: inferred(
            ExclusionReading::Ignored,
            "s3s drops unknown elements before validation",
        ),
        kms_elements: observed(
            ElementReading::Refused,
            "rustfs-replication 1.0.1, unsupported_replication_config_field",
        ),
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
        priority_element: observed(ElementReading::Honoured, "rustfs-replication 1.0.1"),
        unknown_elements: observed(
            UnknownElements::Ignored,
            "rustfs-replication 1.0.1, its test of the parser",
        ),
        priority_order: observed(
            PriorityOrder::HigherWins,
            "rustfs-replication 1.0.1, filter_actionable_rules",
        ),
        priority_scope: observed(
            PriorityScope::Configuration,
            "rustfs-replication 1.0.1, validate_replication_config_structure",
        ),
        missing_priority: observed(
            MissingPriority::Zero,
            "rustfs-replication 1.0.1, validate_replication_config_structure",
        ),
        winners: observed(
            Winners::PerDestination,
            "rustfs-replication 1.0.1, filter_target_replication_decisions",
        ),
        destinations: observed(
            DestinationCount::Many,
            "rustfs-replication 1.0.1, filter_target_arns",
        ),
        source_selection: observed(
            SourceSelection::AfterSelection,
            "rustfs-replication 1.0.1, replicate",
        ),
        delete_marker_precedence: observed(
            DeleteMarkerPrecedence::WinnerDecides,
            "rustfs-replication 1.0.1, replicate",
        ),
        delete_markers: observed(
            DeleteMarkers::ByElement,
            "rustfs-replication 1.0.1, rule_replicates",
        ),
        missing_delete_marker_replication: observed(
            MissingDeleteMarkerReplication::Disabled,
            "rustfs-replication 1.0.1, rule_replicates",
        ),
        delete_markers_with_tags: observed(
            DeleteMarkersWithTags::RefusedForTag,
            "rustfs-replication 1.0.1, validate_replication_config_structure",
        ),
        delete_marker_tags: observed(
            DeleteMarkerTags::OfDeletedObject,
            "rustfs-replication 1.0.1, filter_actionable_rules",
        ),
        replica_delete_markers: observed(
            ReplicaDeleteMarkers::ByReplicaModifications,
            "rustfs-replication 1.0.1, rule_replicates",
        ),
        version_deletes: observed(
            VersionDeletes::ByElement,
            "rustfs-replication 1.0.1, rule_replicates",
        ),
        replicas: source_code(
            Replicas::NotReplicated,
            "not on writes; a resync does replicate them",
        ),
        missing_replica_modifications: observed(
            MissingReplicaModifications::Disabled,
            "rustfs-replication 1.0.1, metadata_replicate",
        ),
        existing_objects: observed(ExistingObjectReading::Accepted, "rustfs-replication 1.0.1"),
        older_objects: observed(
            OlderObjects::Replicated,
            "rustfs-replication 1.0.1: only disabled rules skip them",
        ),
        kms_versions: source_code(
            KmsVersions::Always,
            "versions are not asked for their encryption",
        ),
        customer_key_versions: source_code(
            OriginReading::Replicated,
            "with a check of the target's capability",
        ),
        replica_key: observed(ReplicaKeyReading::KmsVersionsOnly, "the element is refused"),
        status_precedence: source_code(StatusPrecedence::FailedFirst, "composite status"),
        storage_classes: observed(
            StorageClasses::Standard,
            "rustfs-replication 1.0.1, unsupported_replication_config_field",
        ),
        storage_class_effect: observed(
            StorageClassEffect::Ignored,
            "rustfs-replication 1.0.1: the class of the target counts",
        ),
        destination_form: observed(DestinationForm::TargetArn, "rustfs-replication 1.0.1"),
        role: observed(
            RoleReading::TargetOrAbsent,
            "rustfs-replication 1.0.1, replication_target_arns",
        ),
        rule_ids: observed(RuleIds::Repeatable, "rustfs-replication 1.0.1: the limit is in bytes"),
        rule_limit: observed(RuleLimit::OneThousand, "rustfs-replication 1.0.1"),
        empty_account_code: observed(EmptyAccountCode::InvalidArgument, "the element is refused"),
        ..Table::UNKNOWN
    }
    .dialect("rustfs")
    .refusing(refusals::RUSTFS);
}
