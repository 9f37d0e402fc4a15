use crate::lint::advice::Decisions;
use crate::lint::{Findings, declare_lint};
use crate::model::ReplicationRule;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// Two enabled rules with one destination bucket that both match an object. One of them
    /// replicates delete markers, the other does not.
    ///
    /// ## Why it matters
    ///
    /// A delete arrives only if the rule that wins replicates it. A rule that matches delete markers
    /// and does not replicate them keeps a lower one from doing so.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><ID>all</ID><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Enabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><ID>tax</ID><Status>Enabled</Status><Filter><Prefix>tax/</Prefix></Filter>
    ///   <Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><ID>all</ID><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Enabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><ID>tax</ID><Status>Enabled</Status><Filter><Prefix>tax/</Prefix></Filter>
    ///   <Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Enabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "delete-markers-differ",
        summary: "two rules for the same objects disagree about delete markers",
        clause: DELETE_MARKER_PRECEDENCE,
        group: Pedantic,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    let rules: Vec<&ReplicationRule> = decisions.enabled_rules().collect();
    for (count, rule) in rules.iter().enumerate() {
        let differs = |other: &&&ReplicationRule| {
            other.destination.bucket == rule.destination.bucket
                && other.replicates_delete_markers() != rule.replicates_delete_markers()
                && !other.filter.mentions_tags()
                && !rule.filter.mentions_tags()
                && other.filter.overlaps(&rule.filter)
        };
        let Some(other) = rules.iter().take(count).find(differs) else { continue };
        let message = format!(
            "rules `{}` and `{}` match the same delete markers, and one of them replicates none",
            other.name(),
            rule.name(),
        );
        let path = FieldPath::rule(rule.position).field("DeleteMarkerReplication");
        let finding = LINT.advice(path, message);
        let finding = finding.with_note(FieldPath::rule(other.position), "the other rule");
        found.push(finding.with_help(
            "give both the same `DeleteMarkerReplication`, or make sure that the right one wins",
        ));
    }
}
