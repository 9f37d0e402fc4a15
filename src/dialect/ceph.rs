//! The answers of Ceph's RADOS Gateway.
//!
//! Nearly all of it is from reading the source code: the decoder of configurations
//! (`rgw_rest_s3.cc`, `rgw_xml.h`), the check of tags, and the pipes of multi-site sync that a
//! configuration becomes. The decoder looks for the elements that it knows and passes over the
//! others, so most elements of S3 are accepted without an effect.
//!
//! | element | effect |
//! | --- | --- |
//! | several tags in `And` | any of them is enough |
//! | `Not` | none: the excluded objects are replicated |
//! | `Prefix` of a rule | that of `Filter`, unless there is a `Filter` |
//! | `DeleteMarkerReplication` | not known |
//! | `Role` | none, and it may be absent |
//! | `Source/Zone`, `Destination/Zone` | an extension: the rule is for these zones |

use crate::dialect::evidence::{inferred, reported, source_code, unknown};
use crate::dialect::question::Table;
use crate::dialect::{
    AndReading, DeleteMarkers, DeleteMarkersWithTags, DestinationCount, DestinationForm, Dialect,
    ElementReading, EmptyTagValue, ExclusionReading, ExistingObjectReading,
    MissingDeleteMarkerReplication, MissingFilter, MissingPriority, PrefixSearch, PriorityOrder,
    PriorityScope, Replicas, RoleReading, RuleIds, RuleLimit, RulePrefix, SchemaVersions,
    StorageClassEffect, StorageClasses, TagReading, UnknownElements, Winners, ZoneReading,
};

/// The decoder of `rgw_rest_s3.cc` looks up the elements that it knows, and this is none of them.
const NOT_DECODED: &str = "rgw_rest_s3.cc: the decoder does not look for the element";

impl Dialect {
    /// Ceph's RADOS Gateway, as its source code shows it.
    ///
    /// A configuration becomes the pipes of two groups of the bucket's sync policy, one for the
    /// enabled rules and one for the others.
    ///
    /// The zones of `Source` and `Destination`, an extension, are read (REP-1138). Decisions depend on
    /// them after [`in_zones`](crate::ReplicationConfiguration::in_zones), which names the zone that
    /// has the objects and the zone that gets the replicas.
    pub const CEPH: Self = Table {
        // A rule with an empty `And` takes every key.
        and: source_code(AndReading::NoneIsEnough, "rgw_rest_s3.cc: an empty `And` is dropped"),
        tags: source_code(TagReading::Any, "check_tags"),
        empty_tag_value: source_code(EmptyTagValue::Compared, "check_tags compares texts"),
        rule_prefix: source_code(RulePrefix::Honoured, "rgw_rest_s3.cc, Rule::decode_xml"),
        schema_versions: source_code(
            SchemaVersions::One,
            "rgw_rest_s3.cc: `Prefix` of a rule becomes that of its filter",
        ),
        missing_filter: source_code(MissingFilter::EveryKey, "rgw_rest_s3.cc"),
        exclusions: source_code(ExclusionReading::Ignored, NOT_DECODED),
        kms_elements: source_code(ElementReading::Ignored, NOT_DECODED),
        replica_modifications_element: source_code(ElementReading::Ignored, NOT_DECODED),
        // Known is only that the element has no effect as in S3. What the name of a user would do
        // is not.
        owner_override_element: unknown(
            ElementReading::Ignored,
            "rgw_rest_s3.cc: the owner is the name of a user, and `Destination` is not a user",
        ),
        account_element: source_code(
            ElementReading::Ignored,
            "rgw_rest_s3.cc: read, and used nowhere",
        ),
        time_control_elements: source_code(ElementReading::Ignored, NOT_DECODED),
        zone_elements: source_code(ZoneReading::Honoured, "rgw_rest_s3.cc, to_sync_policy_pipe"),
        // It is read, and decides nothing, because no two rules are compared with one key.
        priority_element: source_code(ElementReading::Honoured, "rgw_rest_s3.cc"),
        prefix_search: source_code(
            PrefixSearch::LastBeforeKey,
            "rgw_bucket_sync.cc, pipe_rules::find_obj_params",
        ),
        unknown_elements: source_code(UnknownElements::Ignored, "rgw_rest_s3.cc"),
        // The comparison of priorities is there, and would let the greater number win.
        priority_order: source_code(
            PriorityOrder::HigherWins,
            "rgw_bucket_sync.cc, pipe_rules::find_obj_params",
        ),
        winners: source_code(
            Winners::PerDestination,
            "rgw_bucket_sync.cc, pipe_set::insert: rules of each pair of endpoints",
        ),
        priority_scope: reported(
            PriorityScope::Configuration,
            "pull request 61803: duplicates are refused",
        ),
        // So two rules without a priority are duplicates.
        missing_priority: source_code(
            MissingPriority::Zero,
            "rgw_xml.h: an element that is absent has the value 0",
        ),
        destinations: reported(DestinationCount::Many, "pull request 62323"),
        // The answer of AWS stays, as an assumption. A user who knows better chooses another one.
        delete_markers: unknown(
            DeleteMarkers::ByElement,
            "rgw_rest_s3.cc: the status is read, and kept nowhere",
        ),
        missing_delete_marker_replication: source_code(
            MissingDeleteMarkerReplication::Disabled,
            "rgw_rest_s3.cc: accepted; the effect is another question",
        ),
        delete_markers_with_tags: source_code(DeleteMarkersWithTags::Accepted, "rgw_rest_s3.cc"),
        // The only store here whose replicas replicate on, so a cycle of buckets matters there.
        replicas: inferred(
            Replicas::Replicated,
            "`rgw_data_sync_allow_chain_replication` is on by default, pull request 59911",
        ),
        existing_objects: source_code(ExistingObjectReading::Accepted, NOT_DECODED),
        storage_classes: source_code(StorageClasses::Any, "rgw_rest_s3.cc: not compared"),
        // The class becomes a parameter of the pipe, whatever the text.
        storage_class_effect: source_code(
            StorageClassEffect::Applied,
            "rgw_rest_s3.cc: a parameter of the pipe",
        ),
        destination_form: source_code(
            DestinationForm::BucketName,
            "rgw_rest_s3.cc: the text is the name of the bucket",
        ),
        role: source_code(RoleReading::Ignored, "rgw_rest_s3.cc: read, and used nowhere"),
        rule_ids: source_code(RuleIds::Repeatable, "rgw_rest_s3.cc: not compared"),
        rule_limit: source_code(RuleLimit::Unlimited, "rgw_rest_s3.cc: not counted"),
        ..Table::UNKNOWN
    }
    .dialect("ceph");
}
