//! The lints that give advice about what the store accepts, one file each.
//!
//! They may look at everything the configuration decides, so they need the engine and the analysis.

mod decisions;

pub(in crate::lint) use self::decisions::Decisions;

mod all_rules_disabled;
mod bucket_key_absent;
mod decided_differently_elsewhere;
mod delete_markers_differ;
mod delete_markers_implied;
mod delete_markers_outside_time_control;
mod destination_in_same_region;
mod disabled_rule;
mod element_ignored;
mod exclusion_not_portable;
mod exclusion_repeated;
mod exclusion_without_effect;
mod filter_empty;
mod filter_part_ignored;
mod filter_spelled_at_length;
mod intelligent_tiering_is_charged;
mod keys_left_to_no_rule;
mod keys_replicated_repeatedly;
mod kms_objects_not_selected;
mod lifecycle_delete_markers;
mod metrics_absent;
mod noncurrent_versions_pile_up;
mod object_lock_missing;
mod owner_not_overridden;
mod owner_override_needless;
mod partly_shadowed_rule;
mod prefix_begins_with_bucket_name;
mod prefix_begins_with_slash;
mod prefix_ends_in_number;
mod prefix_has_empty_name;
mod prefix_has_wildcard;
mod prefix_is_address;
mod prefix_percent_encoded;
mod prefix_surrounded_by_space;
mod prefix_without_delimiter;
mod prefixes_look_alike;
mod priority_order_matters;
mod redundant_rule;
mod refused_elsewhere;
mod replica_kms_key_ignored;
mod replica_kms_key_in_other_region;
mod replica_kms_key_not_shared;
mod replica_kms_key_unused;
mod replicas_in_one_zone;
mod requester_pays_destination;
mod rule_id_missing;
mod rule_wins_only_exclusions;
mod rules_out_of_order;
mod several_destinations;
mod several_tags;
mod shadowed_rule;
mod source_kms_key_not_multi_region;
mod storage_class_has_minimum_duration;
mod storage_class_has_minimum_size;
mod tag_filter;
mod tag_filter_leaves_delete_markers;
mod tag_key_reserved;
mod time_control_costs;
mod time_control_on_disabled_rule;
mod unmatchable_rule;

use crate::diagnostic::Diagnostic;
use crate::lint::findings::{Findings, MissingFacts};
use crate::lint::{Check, Context, Level, Levels, Lint, configuration_of, lints};

/// The lints, sorted by name.
pub(in crate::lint) static LINTS: &[&Lint] = lints! {
    all_rules_disabled, bucket_key_absent, decided_differently_elsewhere, delete_markers_differ, delete_markers_implied,
    delete_markers_outside_time_control, destination_in_same_region, disabled_rule,
    element_ignored, exclusion_not_portable, exclusion_repeated, exclusion_without_effect, filter_empty, filter_part_ignored,
    filter_spelled_at_length, intelligent_tiering_is_charged, keys_left_to_no_rule, keys_replicated_repeatedly,
    kms_objects_not_selected, lifecycle_delete_markers, metrics_absent,
    noncurrent_versions_pile_up, object_lock_missing, owner_not_overridden,
    owner_override_needless, partly_shadowed_rule, prefix_begins_with_bucket_name,
    prefix_begins_with_slash, prefix_ends_in_number, prefix_has_empty_name, prefix_has_wildcard, prefix_is_address,
    prefix_percent_encoded, prefix_surrounded_by_space, prefix_without_delimiter,
    prefixes_look_alike, priority_order_matters, redundant_rule, refused_elsewhere, replica_kms_key_ignored,
    replica_kms_key_in_other_region, replica_kms_key_not_shared, replica_kms_key_unused,
    replicas_in_one_zone, requester_pays_destination, rule_id_missing,
    rule_wins_only_exclusions, rules_out_of_order, several_destinations, several_tags,
    shadowed_rule, source_kms_key_not_multi_region, storage_class_has_minimum_duration,
    storage_class_has_minimum_size, tag_filter, tag_filter_leaves_delete_markers,
    tag_key_reserved, time_control_costs, time_control_on_disabled_rule, unmatchable_rule
};

/// Runs the lints that give advice, sorted by place.
pub(in crate::lint) fn run(
    context: &Context<'_>,
    is_read: bool,
    refusals: &[Diagnostic],
    levels: &Levels,
    missing: &mut MissingFacts,
) -> Vec<Diagnostic> {
    let draft = || context.draft().clone();
    let configuration = match (is_read, refusals.iter().any(Diagnostic::is_refusal)) {
        (false, _) => None,
        (true, false) => configuration_of(draft(), context.dialect()).ok(),
        // The store may refuse nothing but the state of the buckets.
        (true, true) => draft().validate(context.dialect()).ok(),
    };
    let configuration = configuration.map(|accepted| accepted.in_given_zones(context.zones()));
    let decisions = configuration
        .as_ref()
        .filter(|_| !context.lacks_zones())
        .map(|accepted| Decisions::new(*context, accepted));
    let mut advice = Vec::new();
    for lint in LINTS.iter().filter(|lint| levels.of(lint) != Level::Allow) {
        let mut found = Findings::default();
        match (&lint.check, &decisions) {
            (Check::Refusal { .. }, _) | (Check::Decisions(_), None) => continue,
            (Check::Draft(check), _) => check(context, &mut found),
            (Check::Decisions(check), Some(decisions)) => check(decisions, &mut found),
        }
        advice.extend(found.into_diagnostics(lint.name, missing));
    }
    advice.sort_by(|one, other| one.primary.path().cmp(other.primary.path()));
    advice
}
