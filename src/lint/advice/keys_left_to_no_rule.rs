use std::collections::HashMap;

use crate::lint::advice::Decisions;
use crate::lint::helpers::filter_of;
use crate::lint::{Findings, declare_lint};
use crate::model::{Prefix, ReplicationRule};
use crate::text::Visible;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule whose prefix begins that of another rule for the same bucket, in a store that compares a key
    /// with one rule only: that of the last prefix at or before the key in byte order.
    ///
    /// ## Why it matters
    ///
    /// The rule matches keys before the other prefix only. Keys behind it that begin with neither are
    /// replicated by no rule: beside `logs/b`, a rule for `logs/` does not match `logs/c`. Priorities
    /// do not matter.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter><Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><Status>Enabled</Status><Filter><Prefix>logs/b</Prefix></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <StorageClass>GLACIER</StorageClass></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter><Prefix>logs/a</Prefix></Filter><Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><Status>Enabled</Status><Filter><Prefix>logs/b</Prefix></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <StorageClass>GLACIER</StorageClass></Destination></Rule>
    /// ```
    static LINT = {
        name: "keys-left-to-no-rule",
        summary: "the store compares keys with the rule of a longer prefix only",
        clause: STORE_PREFIX_SEARCH,
        group: Suspicious,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    let mut by_bucket: HashMap<&str, Vec<&ReplicationRule>> = HashMap::new();
    // In most stores no rule has an end, and there is nothing to sort.
    if decisions.enabled_rules().any(|rule| rule.filter.keys_before().is_some()) {
        for rule in decisions.enabled_rules() {
            by_bucket.entry(rule.destination.bucket.as_str()).or_default().push(rule);
        }
    }
    for rules in by_bucket.values_mut() {
        rules.sort_unstable_by_key(|rule| rule.filter.key_prefix());
        for (rule, next, key) in rules.iter().filter_map(|rule| left_by(rule, rules)) {
            let message = format!(
                "rule `{}` matches only keys before `{}`, the prefix of another rule for the bucket; \
                 no rule for it matches `{}`",
                rule.name(),
                Visible(next.as_str()),
                Visible(&key),
            );
            let help = "write prefixes none of which begins another, or send the rules to different \
                        buckets";
            found.push(LINT.advice(filter_of(rule), message).with_help(help));
        }
    }
}

/// Returns a rule that leaves keys to no rule of its bucket, with the text before which its keys are,
/// and the first key that it leaves. The rules of the bucket are sorted by prefix.
fn left_by<'r>(
    rule: &'r ReplicationRule,
    rules: &[&ReplicationRule],
) -> Option<(&'r ReplicationRule, &'r Prefix, String)> {
    let nested = |key: &str| {
        let before = rules.partition_point(|other| other.filter.key_prefix().as_str() <= key);
        let prefixes = rules.iter().take(before).rev().map(|rule| rule.filter.key_prefix());
        prefixes
            .take_while(|prefix| *prefix > rule.filter.key_prefix())
            .find(|prefix| key.starts_with(prefix.as_str()))
            .map(Prefix::as_str)
    };
    let next = rule.filter.keys_before()?;
    Some((rule, next, rule.filter.first_key_behind(nested)?))
}
