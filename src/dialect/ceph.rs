use crate::dialect::evidence::{inferred, reported, source_code, unknown};
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
    /// Ceph's RADOS Gateway, as its source code shows it.
    ///
    /// Among rules with overlapping prefixes Ceph looks only at the longest prefix before the key in
    /// sorted order, which no question covers.
    pub const CEPH: Self = Table {
        and: unknown(AndReading::OnePredicateIsEnough, "nothing is known"),
        tags: source_code(TagReading::Any, "check_tags"),
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
        priority_element: source_code(
            ElementReading::Honoured,
            "pipe_rules::insert, except among overlapping prefixes",
        ),
        unknown_elements: inferred(
            UnknownElements::Ignored,
            "the decoder looks up the elements that it knows",
        ),
        priority_order: unknown(PriorityOrder::HigherWins, "nothing is known"),
        priority_scope: reported(
            PriorityScope::Configuration,
            "pull request 61803: duplicates are refused",
        ),
        missing_priority: unknown(MissingPriority::Refused, "nothing is known"),
        winners: unknown(Winners::PerDestination, "nothing is known"),
        destinations: reported(DestinationCount::Many, "pull request 62323"),
        source_selection: unknown(SourceSelection::Filters, "nothing is known"),
        delete_marker_precedence: unknown(
            DeleteMarkerPrecedence::WinnerDecides,
            "nothing is known",
        ),
        delete_markers: unknown(DeleteMarkers::ByElement, "nothing is known"),
        missing_delete_marker_replication: unknown(
            MissingDeleteMarkerReplication::ByVersion,
            "nothing is known",
        ),
        delete_markers_with_tags: unknown(DeleteMarkersWithTags::Refused, "nothing is known"),
        delete_marker_tags: unknown(DeleteMarkerTags::None, "nothing is known"),
        replica_delete_markers: unknown(ReplicaDeleteMarkers::NotReplicated, "nothing is known"),
        version_deletes: unknown(VersionDeletes::Never, "nothing is known"),
        replicas: inferred(
            Replicas::Replicated,
            "`rgw_data_sync_allow_chain_replication` is on by default, pull request 59911",
        ),
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
        storage_classes: unknown(StorageClasses::Any, "nothing is known"),
        storage_class_effect: unknown(StorageClassEffect::Applied, "nothing is known"),
        destination_form: source_code(DestinationForm::BucketArn, "rgw_rest_s3.cc"),
        role: unknown(RoleReading::Ignored, "nothing is known"),
        rule_ids: unknown(RuleIds::Unique, "nothing is known"),
        rule_limit: unknown(RuleLimit::Unlimited, "nothing is known"),
        empty_account_code: unknown(EmptyAccountCode::InvalidArgument, "nothing is known"),
        missing_destination_text: unknown(MissingDestinationText::MustExist, "nothing is known"),
    }
    .dialect("ceph");
}
