//! The answers of Zenko, by its library Arsenal.
//!
//! Arsenal's reader was run. It shows what is accepted and what is kept, and mostly not what is
//! done with it later: so effects on delete markers, replicas or older objects are not in the
//! table.
//!
//! Zenko reads few parts of a filter, so a rule can take far more objects than on S3:
//!
//! | filter | objects |
//! | --- | --- |
//! | `Filter/Prefix` | those with the prefix |
//! | `Filter/Tag` | all |
//! | `Filter/And` with a prefix and tags | all |
//! | `Filter/Not` | all |

use crate::dialect::evidence::{inferred, observed};
use crate::dialect::question::Table;
use crate::dialect::refusals;
use crate::dialect::{
    AndReading, DeleteMarkerTags, DeleteMarkersWithTags, DestinationCount, DestinationForm,
    Dialect, ElementReading, EmptyTagValue, ExclusionReading, ExistingObjectReading,
    MissingDeleteMarkerReplication, MissingFilter, MissingPriority, OddTags, PrefixSearch,
    PriorityOrder, PriorityScope, ReplicaKeyReading, RoleReading, RuleIds, RuleLimit, RulePrefix,
    SchemaVersions, SourceSelection, StorageClassEffect, StorageClasses, TagReading,
    UnknownElements, Winners, ZoneReading,
};

impl Dialect {
    /// Zenko, as Arsenal 8.5.16 reads configurations.
    pub const ZENKO: Self = Table {
        and: observed(AndReading::Ignored, "Arsenal 8.5.16 reads `Filter/Prefix` only"),
        tags: observed(TagReading::Ignored, "Arsenal 8.5.16: ignored on reading"),
        // Never asked, as tags are ignored; the same holds for tags outside ASCII.
        empty_tag_value: observed(EmptyTagValue::Compared, "tags are ignored"),
        odd_tags: observed(OddTags::Compared, "tags are ignored"),
        rule_prefix: observed(RulePrefix::Honoured, "Arsenal 8.5.16"),
        // Unlike on S3, a V1 rule may have a priority, and several buckets are possible.
        schema_versions: observed(
            SchemaVersions::Alike,
            "Arsenal 8.5.16: the first rule with a prefix fixes the version, which nothing else \
             depends on",
        ),
        missing_filter: observed(MissingFilter::EveryKey, "Arsenal 8.5.16"),
        exclusions: observed(
            ExclusionReading::Ignored,
            "Arsenal 8.5.16: unknown elements are ignored",
        ),
        kms_elements: observed(ElementReading::Ignored, "Arsenal 8.5.16"),
        replica_modifications_element: observed(ElementReading::Ignored, "Arsenal 8.5.16"),
        owner_override_element: inferred(
            ElementReading::Ignored,
            "Arsenal 8.5.16 reads `Account` only",
        ),
        // The one element of a destination, besides bucket and class, that is kept.
        account_element: observed(ElementReading::Honoured, "Arsenal 8.5.16"),
        time_control_elements: observed(ElementReading::Ignored, "Arsenal 8.5.16"),
        zone_elements: observed(
            ZoneReading::Ignored,
            "Arsenal 8.5.16: unknown elements are ignored",
        ),
        priority_element: observed(ElementReading::Honoured, "Arsenal 8.5.16"),
        unknown_elements: observed(UnknownElements::Ignored, "Arsenal 8.5.16"),
        priority_order: observed(PriorityOrder::HigherWins, "Arsenal 8.5.16, resolveBackends"),
        prefix_search: observed(PrefixSearch::Every, "Arsenal 8.5.16, resolveBackends"),
        // A location is what a storage class names. That rules for two locations do not compete has
        // no question: here they compete for the bucket.
        winners: observed(
            Winners::PerDestination,
            "Arsenal 8.5.16, resolveBackends, within one location",
        ),
        priority_scope: observed(PriorityScope::OverlappingRules, "Arsenal 8.5.16"),
        missing_priority: observed(MissingPriority::Lowest, "Arsenal 8.5.16: accepted"),
        destinations: observed(DestinationCount::Many, "Arsenal 8.5.16"),
        source_selection: observed(SourceSelection::Filters, "the criteria are ignored"),
        // Accepted is all that is known. Whether delete markers follow is a question that a user
        // must answer.
        missing_delete_marker_replication: observed(
            MissingDeleteMarkerReplication::Disabled,
            "Arsenal 8.5.16: accepted; the effect is another question",
        ),
        delete_markers_with_tags: observed(DeleteMarkersWithTags::Accepted, "Arsenal 8.5.16"),
        // Follows from the tags, which no rule compares.
        delete_marker_tags: observed(DeleteMarkerTags::None, "tags are ignored"),
        existing_objects: observed(ExistingObjectReading::Accepted, "Arsenal 8.5.16: ignored"),
        replica_key: observed(ReplicaKeyReading::KmsVersionsOnly, "the element is ignored"),
        // A class names one location or a list of them, such as `STANDARD,west:preferred_read`.
        storage_classes: observed(StorageClasses::Any, "Arsenal 8.5.16: names of locations"),
        storage_class_effect: observed(
            StorageClassEffect::Applied,
            "Arsenal 8.5.16: names of locations",
        ),
        destination_form: observed(DestinationForm::BucketArn, "Arsenal 8.5.16"),
        // Of two, the first is the role of the configuration. The text with both is kept next to
        // it.
        role: observed(RoleReading::OneOrTwoRoles, "Arsenal 8.5.16"),
        rule_ids: observed(RuleIds::Unique, "Arsenal 8.5.16"),
        rule_limit: observed(RuleLimit::OneThousand, "Arsenal 8.5.16"),
        ..Table::UNKNOWN
    }
    .dialect("zenko")
    .refusing(refusals::ZENKO);
}
