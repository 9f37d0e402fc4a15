//! The answers of Amazon S3, the default dialect.
//!
//! Every question has an answer here, because the other stores take from this table whatever is not
//! known about them. Where the documentation is silent or contradicts itself, the answer is
//! `inferred` or `reported`, and users can choose the other one by `--question`.
//!
//! The sources are pages of the user guide by the last part of their address, elements of the API
//! reference, or short descriptions of a report. The clause of the question in `SEMANTICS.md` has
//! the full list.

use crate::dialect::evidence::{documented, inferred, observed, reported};
use crate::dialect::question::Table;
use crate::dialect::{
    AndReading, DeleteMarkerPrecedence, DeleteMarkerTags, DeleteMarkers, DeleteMarkersWithTags,
    DestinationCount, DestinationForm, Dialect, ElementReading, EmptyAccountCode, EmptyTagValue,
    ExclusionReading, ExistingObjectReading, KmsVersions, MissingDeleteMarkerReplication,
    MissingDestinationText, MissingFilter, MissingPriority, MissingReplicaModifications, OddTags,
    OlderObjects, OriginReading, PrefixSearch, PriorityOrder, PriorityScope, ReplicaDeleteMarkers,
    ReplicaKeyReading, Replicas, RoleReading, RuleIds, RuleLimit, RulePrefix, SchemaVersions,
    SourceSelection, StatusPrecedence, StorageClassEffect, StorageClasses, TagReading,
    UnknownElements, VersionDeletes, Winners, ZoneReading,
};

impl Dialect {
    /// Amazon S3 as its API reference and user guide describe it.
    pub const AWS: Self = Table {
        // A test against the service decides; stricter readings exist, such as that of an emulator.
        and: observed(
            AndReading::OnePredicateIsEnough,
            "accepted by AWS in Terraform's acceptance tests",
        ),
        tags: documented(TagReading::All, "user guide, replication-add-config"),
        // In the other reading, that of RustFS up to 1.0.0-rc.3, such a tag matches every object.
        empty_tag_value: inferred(EmptyTagValue::Compared, "tags are compared for equality"),
        odd_tags: documented(OddTags::Compared, "object-tagging: Unicode keys and values"),
        // A rule with `Prefix` is V1, and may not have `Priority`, `Filter` or delete marker
        // replication.
        rule_prefix: documented(RulePrefix::Honoured, "user guide, replication-add-config (V1)"),
        schema_versions: documented(SchemaVersions::Two, "user guide, replication-add-config"),
        missing_filter: observed(MissingFilter::Refused, "recorded on AWS"),
        // `Not` came on 2026-11-18; before, it was an unknown element.
        exclusions: documented(ExclusionReading::ExactlyOneChild, "ReplicationRuleFilter, 2026-11"),
        // The elements that S3-compatible stores ignore or refuse, mostly.
        kms_elements: documented(ElementReading::Honoured, "replication-config-for-kms-objects"),
        replica_modifications_element: documented(
            ElementReading::Honoured,
            "replication-for-metadata-changes",
        ),
        owner_override_element: documented(ElementReading::Honoured, "replication-change-owner"),
        account_element: documented(ElementReading::Honoured, "API reference"),
        time_control_elements: documented(ElementReading::Honoured, "replication-time-control"),
        zone_elements: documented(ZoneReading::Refused, "API reference: no such elements"),
        priority_element: documented(ElementReading::Honoured, "API reference"),
        // Stores with lenient parsers ignore them, so a document accepted there can be refused
        // here.
        unknown_elements: reported(UnknownElements::Refused, "MalformedXML reported"),
        // AWS's tutorials state the opposite, which is the dialect `aws-tutorial`.
        priority_order: documented(
            PriorityOrder::HigherWins,
            "API reference, user guide, CloudFormation",
        ),
        // The documentation requires unique priorities and does not state among which rules.
        priority_scope: reported(PriorityScope::Configuration, "disabled rules included"),
        missing_priority: observed(MissingPriority::Refused, "message recorded"),
        prefix_search: documented(PrefixSearch::Every, "user guide, replication-add-config"),
        // A version can go to many buckets at once, by one rule for each.
        winners: documented(Winners::PerDestination, "user guide, replication-add-config"),
        destinations: documented(DestinationCount::Many, "user guide, replication-add-config"),
        // In the other reading a rule that does not select KMS versions would still keep lower
        // rules from replicating them.
        source_selection: inferred(
            SourceSelection::Filters,
            "\"additional filters\" in the API reference",
        ),
        // In the other reading a lower rule could replicate the delete markers that the winner
        // leaves.
        delete_marker_precedence: inferred(
            DeleteMarkerPrecedence::WinnerDecides,
            "from the text on priority",
        ),
        delete_markers: documented(DeleteMarkers::ByElement, "delete-marker-replication"),
        // `ByVersion` is the difference between V1 and V2 that a migration must not lose.
        missing_delete_marker_replication: documented(
            MissingDeleteMarkerReplication::ByVersion,
            "replication-add-config, what-is-isnot-replicated",
        ),
        delete_markers_with_tags: documented(
            DeleteMarkersWithTags::Refused,
            "delete-marker-replication",
        ),
        // So a rule with tags never wins a delete marker.
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
        // The element is still in the API, from a feature that AWS Support once enabled.
        existing_objects: reported(ExistingObjectReading::Refused, "reported against AWS"),
        older_objects: documented(OlderObjects::BatchOnly, "replication-what-is-isnot-replicated"),
        kms_versions: documented(KmsVersions::OptIn, "replication-config-for-kms-objects"),
        customer_key_versions: documented(
            OriginReading::Replicated,
            "replication-config-for-kms-objects",
        ),
        copies: documented(OriginReading::Replicated, "replication-what-is-isnot-replicated"),
        // The text on `EncryptionConfiguration` does not limit the key to versions with SSE-KMS.
        replica_key: inferred(
            ReplicaKeyReading::KmsVersionsOnly,
            "\"the same type of encryption as the source\"",
        ),
        // The second sentence would make the version `FAILED` as soon as one destination has
        // failed.
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
        // AWS lists one mistake under two error codes, so a program must expect both.
        empty_account_code: documented(
            EmptyAccountCode::InvalidArgument,
            "listed under both codes",
        ),
        // The other text, about versioning, was recorded for a name that another account may own.
        missing_destination_text: reported(
            MissingDestinationText::MustExist,
            "two texts on record",
        ),
    }
    .dialect("aws");
}
