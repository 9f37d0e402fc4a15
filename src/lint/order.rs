//! The order of refusals in the store.

use crate::diagnostic::{Diagnostic, Stage};
use crate::path::FieldPath;

/// Sorts refusals into the order in which the store checks them (REP-250): by stage, within the
/// rules by rule, within one rule by the order in which its elements are listed in the API
/// reference; otherwise as they were found.
pub(crate) fn in_order_of_store(mut found: Vec<(Stage, Diagnostic)>) -> Vec<Diagnostic> {
    found.sort_by_cached_key(|(stage, diagnostic)| {
        let by_rule = matches!(stage, Stage::Rule | Stage::DestinationBucket);
        (*stage, if by_rule { order_in_rule(diagnostic.primary.path()) } else { (0, 0, 0) })
    });
    found.into_iter().map(|(_, diagnostic)| diagnostic).collect()
}

fn order_in_rule(path: &FieldPath) -> (usize, usize, usize) {
    use crate::path::Step;
    const FIELDS: &[&str] = &[
        "ID",
        "Priority",
        "Prefix",
        "DeleteMarkerReplication",
        "Filter",
        "ExistingObjectReplication",
        "SourceSelectionCriteria",
        "Destination",
    ];
    const DESTINATION: &[&str] = &[
        "Bucket",
        "Account",
        "AccessControlTranslation",
        "StorageClass",
        "EncryptionConfiguration",
        "ReplicationTime",
        "Metrics",
    ];
    let rank = |fields: &[&str], step: Option<&Step>| match step {
        Some(Step::Field(name)) => {
            fields.iter().position(|field| field == name).map_or(0, |i| i + 1)
        }
        _ => 0,
    };
    let steps = path.steps();
    let rule = match steps.get(1) {
        Some(Step::Index(index)) => *index,
        _ => 0,
    };
    (rule, rank(FIELDS, steps.get(2)), rank(DESTINATION, steps.get(3)))
}
