//! Helpers that several lints share.

use crate::engine::EVERY_KEY;
use crate::model::{FilterSpelling, KmsKeyArn, Prefix, ReplicationRule};
use crate::path::FieldPath;

/// Returns the path of a child of `Destination`.
pub(in crate::lint) fn in_destination(rule: usize, name: &'static str) -> FieldPath {
    FieldPath::rule(rule).field("Destination").field(name)
}

/// Returns the keys that repeat an earlier one, each with the position of the first and its own,
/// sorted by its own.
pub(in crate::lint) fn repetitions<K: Copy + Ord>(
    keys: &mut [(K, usize)],
) -> Vec<(K, usize, usize)> {
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

/// Returns advice on a prefix with white space around it, a slash before it, or wildcards in it: to
/// write the prefix without any of these, so that no other of these lints applies afterwards.
pub(in crate::lint) fn instead_of(prefix: &Prefix, is_excluded: bool) -> String {
    let mut left = prefix.as_str();
    loop {
        let before = left.len();
        left = left.trim().trim_start_matches('/');
        left = left.split(['*', '?']).next().unwrap_or_default();
        if left.len() == before {
            break;
        }
    }
    match (left, is_excluded) {
        ("", false) => EVERY_KEY.to_owned(),
        ("", true) => "write the beginning of the keys to exclude".to_owned(),
        _ => format!("write `{left}`"),
    }
}

/// Returns the key for replicas that a rule gives and uses.
#[cfg(feature = "analysis")]
pub(in crate::lint) fn replica_key_of(rule: &ReplicationRule) -> Option<&KmsKeyArn> {
    let kms = rule.kms.as_ref().filter(|kms| !kms.uses_source_multi_region_key())?;
    kms.replica_key.as_ref()
}

/// Returns the path of the filter of a rule.
pub(in crate::lint) fn filter_of(rule: &ReplicationRule) -> FieldPath {
    let is_v1 = rule.filter.spelling() == FilterSpelling::RulePrefix;
    FieldPath::rule(rule.position).field(if is_v1 { "Prefix" } else { "Filter" })
}

/// Returns the names of rules, as a phrase.
pub(in crate::lint) fn named(rules: &[&ReplicationRule]) -> String {
    let names: Vec<String> = rules.iter().map(|rule| format!("`{}`", rule.name())).collect();
    match names.as_slice() {
        [] => "no rules".to_owned(),
        [one] => format!("rule {one}"),
        [others @ .., last] => format!("rules {} and {last}", others.join(", ")),
    }
}

/// Returns names as a phrase.
pub(in crate::lint) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}
