use crate::dialect::evidence::{documented, inferred, unknown};
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
    /// IBM Cloud Object Storage, as its documentation describes it.
    pub const IBM_COS: Self = Table {
        and: unknown(AndReading::OnePredicateIsEnough, "nothing is known"),
        tags: unknown(TagReading::All, "nothing is known"),
        empty_tag_value: unknown(EmptyTagValue::Compared, "nothing is known"),
        odd_tags: unknown(OddTags::Compared, "nothing is known"),
        rule_prefix: unknown(RulePrefix::Honoured, "nothing is known"),
        schema_versions: unknown(SchemaVersions::Two, "nothing is known"),
        missing_filter: unknown(MissingFilter::Refused, "nothing is known"),
        exclusions: unknown(ExclusionReading::ExactlyOneChild, "nothing is known"),
        kms_elements: unknown(ElementReading::Honoured, "nothing is known"),
        replica_modifications_element: unknown(ElementReading::Honoured, "nothing is known"),
        owner_override_element: unknown(ElementReading::Honoured, "nothing is known"),
        account_element: unknown(ElementReading::Honoured, "nothing is known"),
        time_control_elements: unknown(ElementReading::Honoured, "nothing is known"),
        priority_element: unknown(ElementReading::Honoured, "nothing is known"),
        unknown_elements: unknown(UnknownElements::Refused, "nothing is known"),
        priority_order: inferred(
            PriorityOrder::HigherWins,
            "its SDK describes `Priority` as AWS does",
        ),
        priority_scope: unknown(PriorityScope::Configuration, "nothing is known"),
        missing_priority: unknown(MissingPriority::Refused, "nothing is known"),
        winners: documented(Winners::OneOverAll, "create-bucket-replication-configuration"),
        destinations: unknown(DestinationCount::Many, "nothing is known"),
        source_selection: unknown(SourceSelection::Filters, "nothing is known"),
        delete_marker_precedence: unknown(
            DeleteMarkerPrecedence::WinnerDecides,
            "nothing is known",
        ),
        delete_markers: inferred(DeleteMarkers::ByElement, "the element is required"),
        missing_delete_marker_replication: documented(
            MissingDeleteMarkerReplication::Refused,
            "DeleteMarkerReplication is required",
        ),
        delete_markers_with_tags: unknown(DeleteMarkersWithTags::Refused, "nothing is known"),
        delete_marker_tags: unknown(DeleteMarkerTags::None, "nothing is known"),
        replica_delete_markers: unknown(ReplicaDeleteMarkers::NotReplicated, "nothing is known"),
        version_deletes: unknown(VersionDeletes::Never, "nothing is known"),
        replicas: unknown(Replicas::NotReplicated, "nothing is known"),
        missing_replica_modifications: unknown(
            MissingReplicaModifications::Disabled,
            "nothing is known",
        ),
        existing_objects: unknown(ExistingObjectReading::Refused, "nothing is known"),
        older_objects: unknown(OlderObjects::BatchOnly, "nothing is known"),
        kms_versions: unknown(KmsVersions::OptIn, "nothing is known"),
        customer_key_versions: unknown(OriginReading::Replicated, "nothing is known"),
        copies: unknown(OriginReading::Replicated, "nothing is known"),
        replica_key: unknown(ReplicaKeyReading::KmsVersionsOnly, "nothing is known"),
        status_precedence: unknown(StatusPrecedence::PendingFirst, "nothing is known"),
        storage_classes: unknown(StorageClasses::S3, "nothing is known"),
        storage_class_effect: unknown(StorageClassEffect::Applied, "nothing is known"),
        destination_form: documented(DestinationForm::BucketName, "bare bucket name"),
        role: unknown(RoleReading::IamRole, "nothing is known"),
        rule_ids: unknown(RuleIds::Unique, "nothing is known"),
        rule_limit: documented(RuleLimit::OneThousand, "1,000 rules"),
        empty_account_code: unknown(EmptyAccountCode::InvalidArgument, "nothing is known"),
        missing_destination_text: unknown(MissingDestinationText::MustExist, "nothing is known"),
    }
    .dialect("ibm-cos");
}
