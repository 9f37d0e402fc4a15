use crate::lint::advice::Decisions;
use crate::lint::helpers::filter_of;
use crate::lint::{Findings, declare_lint};
use crate::model::Tag;

/// The beginning of the keys of AWS's own tags, in any case.
const RESERVED: &[u8] = b"aws:";

declare_lint! {
    /// ## What it finds
    ///
    /// A filter that requires or excludes a tag whose key begins with `aws:`.
    ///
    /// ## Why it matters
    ///
    /// Such keys are reserved: only AWS can put one on an object. Without it, a rule that requires it
    /// matches nothing, and one that excludes it excludes nothing.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status>
    ///   <Filter><Tag><Key>aws:team</Key><Value>tax</Value></Tag></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status>
    ///   <Filter><Tag><Key>team</Key><Value>tax</Value></Tag></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "tag-key-reserved",
        summary: "a filter names a tag that only AWS could put on an object",
        clause: TAG_KEYS_OF_AWS,
        group: Suspicious,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    for rule in decisions.enabled_rules() {
        let excluded = rule.filter.exclusion().tags();
        let keys = rule.filter.tags().iter().chain(excluded).map(Tag::key);
        let is_reserved = |key: &&str| {
            let start = key.as_bytes().get(..RESERVED.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(RESERVED))
        };
        let reserved: Vec<_> = keys.filter(is_reserved).map(|key| format!("`{key}`")).collect();
        if !reserved.is_empty() {
            let keys = reserved.join(", ");
            let message = format!("rule `{}` looks at {keys}, which is AWS's to set", rule.name());
            let finding = LINT.advice(filter_of(rule), message);
            found.push(finding.with_help("write a tag of your own"));
        }
    }
}
