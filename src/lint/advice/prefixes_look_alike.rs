use std::collections::BTreeMap;

use crate::lint::advice::Decisions;
use crate::lint::{Findings, declare_lint};
use crate::model::ReplicationRule;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// Two rules whose prefixes are the same but for upper and lower case.
    ///
    /// ## Why it matters
    ///
    /// Case counts, so each takes keys that the other does not. One of them is often a slip.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><ID>one</ID><Status>Enabled</Status><Filter><Prefix>Logs/</Prefix></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><ID>two</ID><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter>
    ///   <Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "prefixes-look-alike",
        summary: "two prefixes differ in case only",
        clause: FILTER_CASE,
        group: Pedantic,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    let mut seen: BTreeMap<String, &ReplicationRule> = BTreeMap::new();
    for rule in decisions.enabled_rules() {
        let prefix = rule.filter.key_prefix();
        let first = *seen.entry(prefix.as_str().to_lowercase()).or_insert(rule);
        let other = first.filter.key_prefix();
        if other != prefix {
            let message = format!("prefix `{prefix}` differs from `{other}` in case only");
            let finding = LINT.advice(FieldPath::rule(rule.position), message);
            let finding = finding.with_note(FieldPath::rule(first.position), "the other prefix");
            found.push(
                finding
                    .with_help("write both in the same case, unless your keys do begin both ways"),
            );
        }
    }
}
