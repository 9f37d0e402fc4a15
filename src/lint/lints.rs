//! One file for each lint, sorted by name.

mod account_missing;
mod account_not_owner;
mod all_rules_disabled;
mod and_incomplete;
mod bucket_key_absent;
mod delete_marker_replication_in_v1;
mod delete_marker_replication_missing;
mod delete_marker_replication_with_tags;
mod delete_markers_differ;
mod delete_markers_implied;
mod delete_markers_outside_time_control;
mod destination_in_other_partition;
mod destination_in_same_region;
mod destination_is_source;
mod destination_missing;
mod destination_not_versioned;
mod disabled_rule;
mod element_missing;
mod existing_object_replication;
mod filter_empty;
mod filter_has_several_children;
mod filter_spelled_at_length;
mod intelligent_tiering_is_charged;
mod keys_replicated_repeatedly;
mod kms_objects_not_selected;
mod lifecycle_delete_markers;
mod metrics_absent;
mod metrics_disabled_under_time_control;
mod metrics_incomplete;
mod metrics_minutes_unsupported;
mod metrics_missing;
mod noncurrent_versions_pile_up;
mod object_lock_missing;
mod owner_not_overridden;
mod owner_override_needless;
mod partly_shadowed_rule;
mod prefix_and_filter;
mod prefix_begins_with_bucket_name;
mod prefix_begins_with_slash;
mod prefix_has_wildcard;
mod prefix_is_address;
mod prefix_or_filter_missing;
mod prefix_percent_encoded;
mod prefix_surrounded_by_space;
mod prefix_without_delimiter;
mod prefixes_look_alike;
mod priority_in_v1;
mod priority_missing;
mod priority_order_matters;
mod priority_repeated;
mod redundant_rule;
mod replica_kms_key_in_other_region;
mod replica_kms_key_missing;
mod replica_kms_key_not_shared;
mod replica_kms_key_unused;
mod replica_modifications_in_v1;
mod replica_storage_class_unsupported;
mod replicas_in_one_zone;
mod requester_pays_destination;
mod rule_id_missing;
mod rule_id_repeated;
mod rule_overlaps_in_v1;
mod rules_missing;
mod rules_out_of_order;
mod rules_over_limit;
mod several_destinations;
mod several_destinations_in_v1;
mod several_tags;
mod shadowed_rule;
mod source_missing;
mod source_not_versioned;
mod source_selection_empty;
mod sse_kms_opt_in_missing;
mod storage_class_has_minimum_duration;
mod storage_class_has_minimum_size;
mod tag_filter;
mod tag_filter_leaves_delete_markers;
mod tag_key_repeated;
mod tag_key_reserved;
mod threshold_without_time_control;
mod time_control_costs;
mod time_control_in_v1;
mod time_control_incomplete;
mod time_control_minutes_unsupported;
mod time_control_on_disabled_rule;
mod unmatchable_rule;
mod versions_mixed;

pub(super) use self::account_missing::ACCOUNT_MISSING;
pub(super) use self::account_not_owner::ACCOUNT_NOT_OWNER;
pub(super) use self::all_rules_disabled::ALL_RULES_DISABLED;
pub(super) use self::and_incomplete::AND_INCOMPLETE;
pub(super) use self::bucket_key_absent::BUCKET_KEY_ABSENT;
pub(super) use self::delete_marker_replication_in_v1::DELETE_MARKER_REPLICATION_IN_V1;
pub(super) use self::delete_marker_replication_missing::DELETE_MARKER_REPLICATION_MISSING;
pub(super) use self::delete_marker_replication_with_tags::DELETE_MARKER_REPLICATION_WITH_TAGS;
pub(super) use self::delete_markers_differ::DELETE_MARKERS_DIFFER;
pub(super) use self::delete_markers_implied::DELETE_MARKERS_IMPLIED;
pub(super) use self::delete_markers_outside_time_control::DELETE_MARKERS_OUTSIDE_TIME_CONTROL;
pub(super) use self::destination_in_other_partition::DESTINATION_IN_OTHER_PARTITION;
pub(super) use self::destination_in_same_region::DESTINATION_IN_SAME_REGION;
pub(super) use self::destination_is_source::DESTINATION_IS_SOURCE;
pub(super) use self::destination_missing::DESTINATION_MISSING;
pub(super) use self::destination_not_versioned::DESTINATION_NOT_VERSIONED;
pub(super) use self::disabled_rule::DISABLED_RULE;
pub(super) use self::element_missing::ELEMENT_MISSING;
pub(super) use self::existing_object_replication::EXISTING_OBJECT_REPLICATION;
pub(super) use self::filter_empty::FILTER_EMPTY;
pub(super) use self::filter_has_several_children::FILTER_HAS_SEVERAL_CHILDREN;
pub(super) use self::filter_spelled_at_length::FILTER_SPELLED_AT_LENGTH;
pub(super) use self::intelligent_tiering_is_charged::INTELLIGENT_TIERING_IS_CHARGED;
pub(super) use self::keys_replicated_repeatedly::KEYS_REPLICATED_REPEATEDLY;
pub(super) use self::kms_objects_not_selected::KMS_OBJECTS_NOT_SELECTED;
pub(super) use self::lifecycle_delete_markers::LIFECYCLE_DELETE_MARKERS;
pub(super) use self::metrics_absent::METRICS_ABSENT;
pub(super) use self::metrics_disabled_under_time_control::METRICS_DISABLED_UNDER_TIME_CONTROL;
pub(super) use self::metrics_incomplete::METRICS_INCOMPLETE;
pub(super) use self::metrics_minutes_unsupported::METRICS_MINUTES_UNSUPPORTED;
pub(super) use self::metrics_missing::METRICS_MISSING;
pub(super) use self::noncurrent_versions_pile_up::NONCURRENT_VERSIONS_PILE_UP;
pub(super) use self::object_lock_missing::OBJECT_LOCK_MISSING;
pub(super) use self::owner_not_overridden::OWNER_NOT_OVERRIDDEN;
pub(super) use self::owner_override_needless::OWNER_OVERRIDE_NEEDLESS;
pub(super) use self::partly_shadowed_rule::PARTLY_SHADOWED_RULE;
pub(super) use self::prefix_and_filter::PREFIX_AND_FILTER;
pub(super) use self::prefix_begins_with_bucket_name::PREFIX_BEGINS_WITH_BUCKET_NAME;
pub(super) use self::prefix_begins_with_slash::PREFIX_BEGINS_WITH_SLASH;
pub(super) use self::prefix_has_wildcard::PREFIX_HAS_WILDCARD;
pub(super) use self::prefix_is_address::PREFIX_IS_ADDRESS;
pub(super) use self::prefix_or_filter_missing::PREFIX_OR_FILTER_MISSING;
pub(super) use self::prefix_percent_encoded::PREFIX_PERCENT_ENCODED;
pub(super) use self::prefix_surrounded_by_space::PREFIX_SURROUNDED_BY_SPACE;
pub(super) use self::prefix_without_delimiter::PREFIX_WITHOUT_DELIMITER;
pub(super) use self::prefixes_look_alike::PREFIXES_LOOK_ALIKE;
pub(super) use self::priority_in_v1::PRIORITY_IN_V1;
pub(super) use self::priority_missing::PRIORITY_MISSING;
pub(super) use self::priority_order_matters::PRIORITY_ORDER_MATTERS;
pub(super) use self::priority_repeated::PRIORITY_REPEATED;
pub(super) use self::redundant_rule::REDUNDANT_RULE;
pub(super) use self::replica_kms_key_in_other_region::REPLICA_KMS_KEY_IN_OTHER_REGION;
pub(super) use self::replica_kms_key_missing::REPLICA_KMS_KEY_MISSING;
pub(super) use self::replica_kms_key_not_shared::REPLICA_KMS_KEY_NOT_SHARED;
pub(super) use self::replica_kms_key_unused::REPLICA_KMS_KEY_UNUSED;
pub(super) use self::replica_modifications_in_v1::REPLICA_MODIFICATIONS_IN_V1;
pub(super) use self::replica_storage_class_unsupported::REPLICA_STORAGE_CLASS_UNSUPPORTED;
pub(super) use self::replicas_in_one_zone::REPLICAS_IN_ONE_ZONE;
pub(super) use self::requester_pays_destination::REQUESTER_PAYS_DESTINATION;
pub(super) use self::rule_id_missing::RULE_ID_MISSING;
pub(super) use self::rule_id_repeated::RULE_ID_REPEATED;
pub(super) use self::rule_overlaps_in_v1::RULE_OVERLAPS_IN_V1;
pub(super) use self::rules_missing::RULES_MISSING;
pub(super) use self::rules_out_of_order::RULES_OUT_OF_ORDER;
pub(super) use self::rules_over_limit::RULES_OVER_LIMIT;
pub(super) use self::several_destinations::SEVERAL_DESTINATIONS;
pub(super) use self::several_destinations_in_v1::SEVERAL_DESTINATIONS_IN_V1;
pub(super) use self::several_tags::SEVERAL_TAGS;
pub(super) use self::shadowed_rule::SHADOWED_RULE;
pub(super) use self::source_missing::SOURCE_MISSING;
pub(super) use self::source_not_versioned::SOURCE_NOT_VERSIONED;
pub(super) use self::source_selection_empty::SOURCE_SELECTION_EMPTY;
pub(super) use self::sse_kms_opt_in_missing::SSE_KMS_OPT_IN_MISSING;
pub(super) use self::storage_class_has_minimum_duration::STORAGE_CLASS_HAS_MINIMUM_DURATION;
pub(super) use self::storage_class_has_minimum_size::STORAGE_CLASS_HAS_MINIMUM_SIZE;
pub(super) use self::tag_filter::TAG_FILTER;
pub(super) use self::tag_filter_leaves_delete_markers::TAG_FILTER_LEAVES_DELETE_MARKERS;
pub(super) use self::tag_key_repeated::TAG_KEY_REPEATED;
pub(super) use self::tag_key_reserved::TAG_KEY_RESERVED;
pub(super) use self::threshold_without_time_control::THRESHOLD_WITHOUT_TIME_CONTROL;
pub(super) use self::time_control_costs::TIME_CONTROL_COSTS;
pub(super) use self::time_control_in_v1::TIME_CONTROL_IN_V1;
pub(super) use self::time_control_incomplete::TIME_CONTROL_INCOMPLETE;
pub(super) use self::time_control_minutes_unsupported::TIME_CONTROL_MINUTES_UNSUPPORTED;
pub(super) use self::time_control_on_disabled_rule::TIME_CONTROL_ON_DISABLED_RULE;
pub(super) use self::unmatchable_rule::UNMATCHABLE_RULE;
pub(super) use self::versions_mixed::VERSIONS_MIXED;

use crate::engine::EVERY_KEY;
use crate::model::{FilterSpelling, Prefix, ReplicationRule};
use crate::path::FieldPath;

/// The path of a child of `Destination`.
fn in_destination(rule: usize, name: &'static str) -> FieldPath {
    FieldPath::rule(rule).field("Destination").field(name)
}

/// Finds keys that repeat an earlier one: the key, the position of the first with it, and its own
/// position, sorted by the last.
fn repetitions<K: Copy + Ord>(keys: &mut [(K, usize)]) -> Vec<(K, usize, usize)> {
    keys.sort_unstable();
    let mut found = Vec::new();
    for same in keys.chunk_by(|(one, _), (next, _)| one == next) {
        if let [(key, first), again @ ..] = same {
            found.extend(again.iter().map(|(_, at)| (*key, *first, *at)));
        }
    }
    found.sort_unstable_by_key(|(_, _, at)| *at);
    found
}

/// Says what to write instead of a prefix with white space around it, slashes before it or wildcards
/// in it: what is left when all of these are gone, so that no second look finds another.
fn instead_of(prefix: &Prefix) -> String {
    let mut left = prefix.as_str();
    loop {
        let before = left.len();
        left = left.trim().trim_start_matches('/');
        left = left.split(['*', '?']).next().unwrap_or_default();
        if left.len() == before {
            break;
        }
    }
    if left.is_empty() { EVERY_KEY.to_owned() } else { format!("write `{left}`") }
}

/// The path of the filter of a rule.
fn filter_of(rule: &ReplicationRule) -> FieldPath {
    let is_v1 = rule.filter.spelling() == FilterSpelling::RulePrefix;
    FieldPath::rule(rule.position).field(if is_v1 { "Prefix" } else { "Filter" })
}
