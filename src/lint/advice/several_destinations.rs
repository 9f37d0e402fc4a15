use crate::lint::advice::Decisions;
use crate::lint::{Findings, declare_lint};
use crate::model::ReplicationRule;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// Two enabled rules with different destination buckets that match the same objects.
    ///
    /// ## Why it matters
    ///
    /// S3 replicates such objects to both. IBM COS takes the first rule only.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><ID>one</ID><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><ID>two</ID><Status>Enabled</Status><Filter/><Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::locked</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><ID>one</ID><Status>Enabled</Status><Filter><Prefix>a/</Prefix></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><ID>two</ID><Status>Enabled</Status><Filter><Prefix>b/</Prefix></Filter>
    ///   <Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::locked</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "several-destinations",
        summary: "other stores let one rule win over all destinations",
        clause: OTHER_STORES_ONE_WINNER,
        group: Portability,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    let rules: Vec<&ReplicationRule> = decisions.enabled_rules().collect();
    for (count, rule) in rules.iter().enumerate() {
        let mut before = rules.iter().take(count);
        let other = before.find(|other| {
            other.destination.bucket != rule.destination.bucket
                && other.filter.overlaps(&rule.filter)
        });
        let Some(other) = other else { continue };
        let message = format!(
            "objects of rules `{}` and `{}` go to two destinations on S3, and to one elsewhere",
            other.name(),
            rule.name(),
        );
        let finding = LINT.advice(FieldPath::rule(rule.position), message);
        let finding = finding.with_note(FieldPath::rule(other.position), "the other rule");
        found.push(finding.with_help("keep filters apart, where other stores matter"));
    }
}
