//! The lints for what the store refuses, one file each.
//!
//! They look at the draft alone, so the smallest build has all of them.

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
mod destinations_over_limit;
pub(in crate::lint) mod element_missing;
mod element_not_supported;
mod exclusion_unknown;
mod existing_object_replication;
mod filter_has_several_children;
mod metrics_disabled_under_time_control;
mod metrics_incomplete;
mod metrics_minutes_unsupported;
mod metrics_missing;
mod not_empty;
mod not_has_several_children;
mod prefix_and_filter;
mod prefix_or_filter_missing;
mod priority_in_v1;
mod priority_missing;
mod priority_repeated;
mod replica_kms_key_missing;
mod replica_modifications_in_v1;
mod replica_storage_class_unsupported;
mod role_contradicts_destinations;
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
mod zones_unknown;

use crate::lint::{Lint, lints};

/// The lints, sorted by name.
pub(in crate::lint) static LINTS: &[&Lint] = lints! {
    account_missing, account_not_owner, and_incomplete, delete_marker_replication_in_v1,
    delete_marker_replication_missing, delete_marker_replication_with_tags,
    destination_in_other_partition, destination_is_source, destination_missing,
    destination_not_versioned, destinations_over_limit, element_missing, element_not_supported, exclusion_unknown,
    existing_object_replication, filter_has_several_children,
    metrics_disabled_under_time_control, metrics_incomplete, metrics_minutes_unsupported,
    metrics_missing, not_empty, not_has_several_children, prefix_and_filter,
    prefix_or_filter_missing, priority_in_v1, priority_missing, priority_repeated,
    replica_kms_key_missing, replica_modifications_in_v1,
    replica_storage_class_unsupported, role_contradicts_destinations, rule_id_repeated, rule_overlaps_in_v1,
    rules_missing, rules_over_limit, several_destinations_in_v1, source_missing,
    source_not_versioned, source_selection_empty, sse_kms_opt_in_missing,
    tag_key_repeated, threshold_without_time_control, time_control_in_v1,
    time_control_incomplete, time_control_minutes_unsupported, versions_mixed, zones_unknown
};
