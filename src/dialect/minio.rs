//! The answers of MinIO.
//!
//! Most are observed: MinIO's own packages for rules were run, and each experiment has a number
//! (`M01`). Where only the server shows the behaviour, its source code was read.
//!
//! A document for S3 is accepted more often than it is honoured:
//!
//! | element | effect |
//! | --- | --- |
//! | several tags in `And` | any of them is enough |
//! | `Prefix` of a rule | none: the rule takes every key |
//! | KMS elements | none: versions with SSE-KMS always replicate |
//! | `Account`, `AccessControlTranslation`, `ReplicationTime`, `Metrics` | none |
//! | `ReplicaModifications` absent | the opposite of S3: changes of replicas are replicated |
//! | `StorageClass` | none: the class of the replication target counts |

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
    /// MinIO as of its last release, `RELEASE.2025-10-15`. Its repository is archived, so the dialect is
    /// frozen.
    ///
    /// `M01` and the like name experiments with MinIO's own code for rules, at commit `7aac2a2c`.
    pub const MINIO: Self = Table {
        and: observed(AndReading::NoneIsEnough, "M26: an empty `And` is accepted too"),
        tags: observed(TagReading::Any, "M01, filter.go"),
        empty_tag_value: observed(
            EmptyTagValue::Compared,
            "M27: the key must be present with an empty value",
        ),
        // MinIO's parser of tags fails on them, so such objects match no filter with tags.
        odd_tags: observed(OddTags::MatchNothing, "M03, M04"),
        rule_prefix: observed(RulePrefix::Ignored, "M05, M06: no such field"),
        schema_versions: observed(SchemaVersions::One, "M05: no field for V1"),
        missing_filter: observed(MissingFilter::EveryKey, "M26"),
        // The last release is older than `Not`, which is dropped like any unknown element.
        exclusions: inferred(
            ExclusionReading::Ignored,
            "encoding/xml drops elements without a field",
        ),
        // Accepted without an effect, like the elements of owner, account and time control below.
        kms_elements: observed(ElementReading::Ignored, "M28: accepted and discarded"),
        replica_modifications_element: observed(ElementReading::Honoured, "M14"),
        owner_override_element: observed(ElementReading::Ignored, "M28: accepted and discarded"),
        account_element: observed(ElementReading::Ignored, "M28: accepted and discarded"),
        time_control_elements: observed(ElementReading::Ignored, "M28: accepted and discarded"),
        zone_elements: source_code(ZoneReading::Ignored, "encoding/xml: no such fields"),
        priority_element: observed(ElementReading::Honoured, "M08"),
        unknown_elements: source_code(UnknownElements::Ignored, "encoding/xml"),
        priority_order: observed(PriorityOrder::HigherWins, "M08, with the filter by target"),
        priority_scope: observed(PriorityScope::Configuration, "M20"),
        // So two rules without a priority are refused as duplicates.
        missing_priority: observed(MissingPriority::Zero, "M21"),
        prefix_search: observed(PrefixSearch::Every, "M08, M09"),
        winners: observed(Winners::PerDestination, "M08, M09"),
        destinations: observed(DestinationCount::Many, "M09"),
        // The rule that wins by priority decides, and one below it gets no second chance.
        source_selection: source_code(
            SourceSelection::AfterSelection,
            "Replicate: the first rule decides alone",
        ),
        delete_marker_precedence: source_code(
            DeleteMarkerPrecedence::WinnerDecides,
            "Replicate: the first rule decides alone",
        ),
        delete_markers: source_code(DeleteMarkers::ByElement, "Replicate"),
        // Also in rules with `Prefix` only, which in S3 may leave the element out.
        missing_delete_marker_replication: observed(MissingDeleteMarkerReplication::Refused, "M12"),
        delete_markers_with_tags: observed(DeleteMarkersWithTags::RefusedForTag, "M16, M17"),
        delete_marker_tags: source_code(DeleteMarkerTags::OfDeletedObject, "checkReplicateDelete"),
        // Replicas do not replicate on, so here a delete marker goes further than its object did.
        replica_delete_markers: observed(ReplicaDeleteMarkers::ByRule, "M13"),
        // The extension `DeleteReplication`, which S3 refuses as an unknown element.
        version_deletes: source_code(VersionDeletes::ByElement, "Replicate"),
        replicas: source_code(
            Replicas::NotReplicated,
            "mustReplicate; a resync does replicate them",
        ),
        missing_replica_modifications: observed(MissingReplicaModifications::Enabled, "M14"),
        existing_objects: observed(ExistingObjectReading::Accepted, "M10"),
        older_objects: observed(
            OlderObjects::Replicated,
            "M10: the scanner skips only disabled rules",
        ),
        kms_versions: observed(KmsVersions::Always, "M28"),
        customer_key_versions: source_code(OriginReading::Replicated, "since pull request 19107"),
        copies: source_code(OriginReading::Replicated, "CopyObject calls mustReplicate"),
        replica_key: source_code(ReplicaKeyReading::KmsVersionsOnly, "the element is discarded"),
        status_precedence: source_code(StatusPrecedence::FailedFirst, "utils.go, composite status"),
        storage_classes: observed(StorageClasses::StandardOrReduced, "M18"),
        storage_class_effect: source_code(
            StorageClassEffect::Ignored,
            "the class of the target counts",
        ),
        // A bucket that is not a replication target needs a `Role` that names one (REP-1135).
        destination_form: source_code(DestinationForm::TargetArn, "destination.go"),
        role: source_code(RoleReading::TargetOrAbsent, "the role is reused as target"),
        rule_ids: observed(RuleIds::Repeatable, "M22; uniqueness is never checked"),
        rule_limit: source_code(RuleLimit::OneThousand, "replication.go"),
        empty_account_code: source_code(
            EmptyAccountCode::InvalidArgument,
            "the element is discarded",
        ),
        ..Table::UNKNOWN
    }
    .dialect("minio")
    .refusing(refusals::MINIO);
}
