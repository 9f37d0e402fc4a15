use crate::lint::advice::Decisions;
use crate::lint::{Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// An enabled rule with a tag in its filter, required or excluded.
    ///
    /// ## Why it matters
    ///
    /// A version is taken when it is created with the tags, or gets them while it is written. One
    /// that is tagged later is not replicated, unless Batch Replication takes it. An excluded tag that
    /// is added later comes too late as well: the version has been replicated.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><Tag><Key>keep</Key><Value>yes</Value></Tag></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter><Prefix>keep/</Prefix></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "tag-filter",
        summary: "a rule filters by tags",
        clause: FILTER_TAGS_AT_CREATION,
        group: Pedantic,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    for rule in decisions.enabled_rules().filter(|rule| rule.filter.mentions_tags()) {
        let name = rule.name();
        let message = if rule.filter.tags().is_empty() {
            format!("rule `{name}` excludes only versions that have the tag at creation")
        } else {
            format!("live replication by rule `{name}` needs its tags at creation")
        };
        let finding = LINT.advice(FieldPath::rule(rule.position).field("Filter"), message);
        let help = "let writers send the tags with the object, or write a prefix instead";
        found.push(finding.with_help(help));
    }
}
