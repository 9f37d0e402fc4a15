use crate::dialect::evidence::{documented, inferred, observed, reported};
use crate::dialect::question::Table;
use crate::dialect::{
    AndReading, DeleteMarkerPrecedence, DeleteMarkerTags, DeleteMarkers, DeleteMarkersWithTags,
    DestinationCount, DestinationForm, Dialect, ElementReading, EmptyAccountCode, EmptyTagValue,
    ExclusionReading, ExistingObjectReading, KmsVersions, MissingDeleteMarkerReplication,
    MissingDestinationText, MissingFilter, MissingPriority, MissingReplicaModifications, OddTags,
    OlderObjects, OriginReading, PriorityOrder, PriorityScope, ReplicaDeleteMarkers,
    ReplicaKeyReading, Replicas, RoleReading, RuleIds, RuleLimit, RulePrefix, SchemaVersions,
    SourceSelection, StatusPrecedence, StorageClassEffect, StorageClasses, TagReading,
    UnknownElements, VersionDeletes, Winners,
};

impl Dialect {
    /// Amazon S3 as its API reference and user guide describe it.
    pub const AWS: Self = Table {
        and: observed(
            AndReading::OnePredicateIsEnough,
            "accepted by AWS in Terraform's acceptance tests",
        ),
        tags: documented(TagReading::All, "user guide, replication-add-config"),
        empty_tag_value: inferred(EmptyTagValue::Compared, "tags are compared for equality"),
        odd_tags: documented(OddTags::Compared, "object-tagging: Unicode keys and values"),
        rule_prefix: documented(RulePrefix::Honoured, "user guide, replication-add-config (V1)"),
        schema_versions: documented(SchemaVersions::Two, "user guide, replication-add-config"),
        missing_filter: observed(MissingFilter::Refused, "recorded on AWS"),
        exclusions: documented(ExclusionReading::ExactlyOneChild, "ReplicationRuleFilter, 2026-11"),
        kms_elements: documented(ElementReading::Honoured, "replication-config-for-kms-objects"),
        replica_modifications_element: documented(
            ElementReading::Honoured,
            "replication-for-metadata-changes",
        ),
        owner_override_element: documented(ElementReading::Honoured, "replication-change-owner"),
        account_element: documented(ElementReading::Honoured, "API reference"),
        time_control_elements: documented(ElementReading::Honoured, "replication-time-control"),
        priority_element: documented(ElementReading::Honoured, "API reference"),
        unknown_elements: reported(UnknownElements::Refused, "MalformedXML reported"),
        priority_order: documented(
            PriorityOrder::HigherWins,
            "API reference, user guide, CloudFormation",
        ),
        priority_scope: reported(PriorityScope::Configuration, "disabled rules included"),
        missing_priority: observed(MissingPriority::Refused, "message recorded"),
        winners: documented(Winners::PerDestination, "user guide, replication-add-config"),
        destinations: documented(DestinationCount::Many, "user guide, replication-add-config"),
        source_selection: inferred(
            SourceSelection::Filters,
            "\"additional filters\" in the API reference",
        ),
        delete_marker_precedence: inferred(
            DeleteMarkerPrecedence::WinnerDecides,
            "from the text on priority",
        ),
        delete_markers: documented(DeleteMarkers::ByElement, "delete-marker-replication"),
        missing_delete_marker_replication: documented(
            MissingDeleteMarkerReplication::ByVersion,
            "replication-add-config, what-is-isnot-replicated",
        ),
        delete_markers_with_tags: documented(
            DeleteMarkersWithTags::Refused,
            "delete-marker-replication",
        ),
        delete_marker_tags: inferred(DeleteMarkerTags::None, "a delete marker has no tags"),
        replica_delete_markers: documented(
            ReplicaDeleteMarkers::NotReplicated,
            "replication-what-is-isnot-replicated",
        ),
        version_deletes: documented(VersionDeletes::Never, "replication-what-is-isnot-replicated"),
        replicas: documented(Replicas::NotReplicated, "replication-what-is-isnot-replicated"),
        missing_replica_modifications: documented(
            MissingReplicaModifications::Disabled,
            "replication-for-metadata-changes",
        ),
        existing_objects: reported(ExistingObjectReading::Refused, "reported against AWS"),
        older_objects: documented(OlderObjects::BatchOnly, "replication-what-is-isnot-replicated"),
        kms_versions: documented(KmsVersions::OptIn, "replication-config-for-kms-objects"),
        customer_key_versions: documented(
            OriginReading::Replicated,
            "replication-config-for-kms-objects",
        ),
        copies: documented(OriginReading::Replicated, "replication-what-is-isnot-replicated"),
        replica_key: inferred(
            ReplicaKeyReading::KmsVersionsOnly,
            "\"the same type of encryption as the source\"",
        ),
        status_precedence: inferred(
            StatusPrecedence::PendingFirst,
            "the first of two sentences in one paragraph",
        ),
        storage_classes: documented(StorageClasses::S3, "API reference"),
        storage_class_effect: documented(StorageClassEffect::Applied, "replication-add-config"),
        destination_form: documented(DestinationForm::BucketArn, "API reference"),
        role: documented(RoleReading::IamRole, "API reference"),
        rule_ids: documented(RuleIds::Unique, "API reference"),
        rule_limit: documented(RuleLimit::OneThousand, "API reference"),
        empty_account_code: documented(
            EmptyAccountCode::InvalidArgument,
            "listed under both codes",
        ),
        missing_destination_text: reported(
            MissingDestinationText::MustExist,
            "two texts on record",
        ),
    }
    .dialect("aws");
}
