//! One file for each lint, sorted by name.

mod account_missing;
mod account_not_owner;
mod and_incomplete;
mod delete_marker_replication_in_v1;
mod delete_marker_replication_missing;
mod delete_marker_replication_with_tags;
mod destination_in_other_partition;
mod destination_is_source;
mod destination_missing;
mod destination_not_versioned;
mod element_missing;
mod existing_object_replication;
mod filter_has_several_children;
mod metrics_disabled_under_time_control;
mod metrics_incomplete;
mod metrics_minutes_unsupported;
mod metrics_missing;
mod prefix_and_filter;
mod prefix_or_filter_missing;
mod priority_in_v1;
mod priority_missing;
mod priority_repeated;
mod replica_kms_key_missing;
mod replica_modifications_in_v1;
mod replica_storage_class_unsupported;
mod rule_id_repeated;
mod rule_overlaps_in_v1;
mod rules_missing;
mod rules_over_limit;
mod several_destinations_in_v1;
mod source_missing;
mod source_not_versioned;
mod source_selection_empty;
mod sse_kms_opt_in_missing;
mod tag_key_repeated;
mod threshold_without_time_control;
mod time_control_in_v1;
mod time_control_incomplete;
mod time_control_minutes_unsupported;
mod versions_mixed;

pub(super) use self::account_missing::ACCOUNT_MISSING;
pub(super) use self::account_not_owner::ACCOUNT_NOT_OWNER;
pub(super) use self::and_incomplete::AND_INCOMPLETE;
pub(super) use self::delete_marker_replication_in_v1::DELETE_MARKER_REPLICATION_IN_V1;
pub(super) use self::delete_marker_replication_missing::DELETE_MARKER_REPLICATION_MISSING;
pub(super) use self::delete_marker_replication_with_tags::DELETE_MARKER_REPLICATION_WITH_TAGS;
pub(super) use self::destination_in_other_partition::DESTINATION_IN_OTHER_PARTITION;
pub(super) use self::destination_is_source::DESTINATION_IS_SOURCE;
pub(super) use self::destination_missing::DESTINATION_MISSING;
pub(super) use self::destination_not_versioned::DESTINATION_NOT_VERSIONED;
pub(super) use self::element_missing::ELEMENT_MISSING;
pub(super) use self::existing_object_replication::EXISTING_OBJECT_REPLICATION;
pub(super) use self::filter_has_several_children::FILTER_HAS_SEVERAL_CHILDREN;
pub(super) use self::metrics_disabled_under_time_control::METRICS_DISABLED_UNDER_TIME_CONTROL;
pub(super) use self::metrics_incomplete::METRICS_INCOMPLETE;
pub(super) use self::metrics_minutes_unsupported::METRICS_MINUTES_UNSUPPORTED;
pub(super) use self::metrics_missing::METRICS_MISSING;
pub(super) use self::prefix_and_filter::PREFIX_AND_FILTER;
pub(super) use self::prefix_or_filter_missing::PREFIX_OR_FILTER_MISSING;
pub(super) use self::priority_in_v1::PRIORITY_IN_V1;
pub(super) use self::priority_missing::PRIORITY_MISSING;
pub(super) use self::priority_repeated::PRIORITY_REPEATED;
pub(super) use self::replica_kms_key_missing::REPLICA_KMS_KEY_MISSING;
pub(super) use self::replica_modifications_in_v1::REPLICA_MODIFICATIONS_IN_V1;
pub(super) use self::replica_storage_class_unsupported::REPLICA_STORAGE_CLASS_UNSUPPORTED;
pub(super) use self::rule_id_repeated::RULE_ID_REPEATED;
pub(super) use self::rule_overlaps_in_v1::RULE_OVERLAPS_IN_V1;
pub(super) use self::rules_missing::RULES_MISSING;
pub(super) use self::rules_over_limit::RULES_OVER_LIMIT;
pub(super) use self::several_destinations_in_v1::SEVERAL_DESTINATIONS_IN_V1;
pub(super) use self::source_missing::SOURCE_MISSING;
pub(super) use self::source_not_versioned::SOURCE_NOT_VERSIONED;
pub(super) use self::source_selection_empty::SOURCE_SELECTION_EMPTY;
pub(super) use self::sse_kms_opt_in_missing::SSE_KMS_OPT_IN_MISSING;
pub(super) use self::tag_key_repeated::TAG_KEY_REPEATED;
pub(super) use self::threshold_without_time_control::THRESHOLD_WITHOUT_TIME_CONTROL;
pub(super) use self::time_control_in_v1::TIME_CONTROL_IN_V1;
pub(super) use self::time_control_incomplete::TIME_CONTROL_INCOMPLETE;
pub(super) use self::time_control_minutes_unsupported::TIME_CONTROL_MINUTES_UNSUPPORTED;
pub(super) use self::versions_mixed::VERSIONS_MIXED;

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
