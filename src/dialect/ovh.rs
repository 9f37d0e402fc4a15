//! The answers of `OVHcloud` Object Storage.
//!
//! They are from the source code of open-io/swift, mainly `controllers/replication.py` and the
//! schema of the document in RELAX NG. It is the strictest store: what it does not implement, it
//! refuses, so a document that it accepts means what it does on S3, with few exceptions.
//!
//! | document | answer |
//! | --- | --- |
//! | `Prefix` of a rule, no `Filter` | refused by the schema |
//! | KMS, `ReplicaModifications`, owner override, `Account`, time control | `NotImplemented` |
//! | `Not`, unknown elements | refused by the schema |
//! | equal priorities | accepted for different buckets, and next to disabled rules |

use crate::dialect::evidence::{inferred, source_code, unknown};
use crate::dialect::question::Table;
use crate::dialect::refusals;
use crate::dialect::{
    DeleteMarkerPrecedence, DeleteMarkerTags, DeleteMarkers, DeleteMarkersWithTags,
    DestinationCount, DestinationForm, Dialect, ElementReading, EmptyAccountCode, EmptyTagValue,
    ExclusionReading, ExistingObjectReading, MissingDeleteMarkerReplication,
    MissingDestinationText, MissingFilter, MissingPriority, MissingReplicaModifications,
    OlderObjects, PrefixSearch, PriorityOrder, PriorityScope, ReplicaDeleteMarkers,
    ReplicaKeyReading, Replicas, RoleReading, RuleIds, RuleLimit, RulePrefix, SchemaVersions,
    SourceSelection, StorageClasses, TagReading, UnknownElements, Winners, ZoneReading,
};

impl Dialect {
    /// `OVHcloud` Object Storage, as the source code of open-io/swift shows it.
    pub const OVH: Self = Table {
        tags: source_code(TagReading::All, "open-io/swift, controllers/replication.py"),
        empty_tag_value: source_code(
            EmptyTagValue::Compared,
            "open-io/swift, controllers/replication.py",
        ),
        rule_prefix: source_code(RulePrefix::Refused, "schema: `Filter` is required"),
        schema_versions: source_code(SchemaVersions::One, "V2 only"),
        missing_filter: source_code(MissingFilter::Refused, "schema: `Filter` is required"),
        // An unknown element here, and not an ignored one: the document is refused.
        exclusions: inferred(ExclusionReading::Unknown, "the schema is older than `Not`"),
        // Answered with `NotImplemented` (see `refusals`), not with the `MalformedXML` of unknown
        // elements.
        kms_elements: source_code(ElementReading::Refused, "NotImplemented"),
        replica_modifications_element: source_code(ElementReading::Refused, "NotImplemented"),
        owner_override_element: source_code(ElementReading::Refused, "NotImplemented"),
        account_element: source_code(ElementReading::Refused, "NotImplemented"),
        time_control_elements: source_code(ElementReading::Refused, "NotImplemented"),
        zone_elements: source_code(ZoneReading::Refused, "schema in RELAX NG: no such elements"),
        priority_element: source_code(ElementReading::Honoured, "open-io/swift"),
        unknown_elements: source_code(UnknownElements::Refused, "schema in RELAX NG"),
        priority_order: source_code(
            PriorityOrder::HigherWins,
            "rules are sorted for each destination, the first match wins",
        ),
        // Narrower than on AWS, so a configuration can be valid here and refused there.
        priority_scope: source_code(
            PriorityScope::EnabledRules,
            "for each destination, among enabled rules",
        ),
        missing_priority: source_code(MissingPriority::Refused, "priority is mandatory"),
        prefix_search: source_code(PrefixSearch::Every, "by priority, the first that matches"),
        winners: source_code(Winners::PerDestination, "rules are sorted for each destination"),
        destinations: source_code(DestinationCount::Many, "open-io/swift"),
        // The two readings cannot be distinguished where the criteria are refused.
        source_selection: source_code(SourceSelection::Filters, "the criteria are refused"),
        // A rule with tags competes for delete markers here, since the tags of the object count. So
        // the rule that replicates the object also decides about its delete marker.
        delete_marker_precedence: source_code(
            DeleteMarkerPrecedence::WinnerDecides,
            "the first rule that matches decides",
        ),
        delete_markers: source_code(DeleteMarkers::ByElement, "open-io/swift"),
        // Required in every rule, as in V2 of S3.
        missing_delete_marker_replication: source_code(
            MissingDeleteMarkerReplication::Refused,
            "schema: the element is required",
        ),
        delete_markers_with_tags: source_code(DeleteMarkersWithTags::Refused, "open-io/swift"),
        // Of the object that the marker hides, while it still is the current one.
        delete_marker_tags: source_code(
            DeleteMarkerTags::OfDeletedObject,
            "the tags of the current object",
        ),
        replica_delete_markers: source_code(
            ReplicaDeleteMarkers::NotReplicated,
            "replicas never replicate",
        ),
        replicas: source_code(Replicas::NotReplicated, "replicas never replicate"),
        missing_replica_modifications: source_code(
            MissingReplicaModifications::Disabled,
            "the element is refused",
        ),
        existing_objects: inferred(ExistingObjectReading::Refused, "schema in RELAX NG"),
        older_objects: source_code(
            OlderObjects::BatchOnly,
            "ensure_replicated: only if the object was replicated",
        ),
        // Never asked: no rule has a replica key. The answer only keeps it from being an
        // assumption.
        replica_key: source_code(ReplicaKeyReading::KmsVersionsOnly, "the element is refused"),
        // Any class is accepted, since a refusal without evidence would be a guess.
        storage_classes: unknown(StorageClasses::Any, "nothing is known"),
        destination_form: source_code(DestinationForm::BucketArn, "open-io/swift"),
        // So the ARN of a role can be malformed on AWS, where an account has 12 digits.
        role: source_code(
            RoleReading::RoleOfAnyAccount,
            "the account is letters and digits, that of the caller",
        ),
        rule_ids: source_code(RuleIds::Unique, "ASCII, unique"),
        rule_limit: source_code(RuleLimit::OneThousand, "open-io/swift"),
        empty_account_code: source_code(
            EmptyAccountCode::InvalidArgument,
            "the element is refused",
        ),
        missing_destination_text: source_code(MissingDestinationText::MustExist, "open-io/swift"),
        ..Table::UNKNOWN
    }
    .dialect("ovh")
    .refusing(refusals::OVH);
}
