use crate::dialect::PriorityOrder;
use crate::lint::advice::Decisions;
use crate::lint::{Findings, declare_lint};
use crate::model::ReplicationRule;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// Two enabled rules with one destination bucket that both match an object, where the rule that
    /// is listed first loses.
    ///
    /// ## Why it matters
    ///
    /// The order of rules in a document has no meaning, so a reader who starts at the top is misled.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><ID>all</ID><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><ID>tax</ID><Status>Enabled</Status><Filter><Prefix>tax/</Prefix></Filter>
    ///   <Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><ID>tax</ID><Status>Enabled</Status><Filter><Prefix>tax/</Prefix></Filter>
    ///   <Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><ID>all</ID><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "rules-out-of-order",
        summary: "rules are not listed in priority order",
        clause: PRIORITY_HIGHER_WINS,
        group: Pedantic,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    let order = decisions.context.dialect().priority_order();
    let rules: Vec<&ReplicationRule> = decisions.enabled_rules().collect();
    for (count, rule) in rules.iter().enumerate() {
        let wins = |other: &&&ReplicationRule| {
            let first = match order {
                PriorityOrder::HigherWins => rule.priority > other.priority,
                PriorityOrder::LowerWins => rule.priority < other.priority,
                PriorityOrder::DocumentOrder => false,
            };
            first
                && other.destination.bucket == rule.destination.bucket
                && other.filter.overlaps(&rule.filter)
        };
        let Some(other) = rules.iter().take(count).find(wins) else { continue };
        let message = format!(
            "rule `{}` comes before rule `{}`, which is listed first",
            rule.name(),
            other.name(),
        );
        let finding = LINT.advice(FieldPath::rule(rule.position), message);
        let finding = finding.with_note(FieldPath::rule(other.position), "listed first");
        found.push(finding.with_help("list rules in the order in which they come"));
    }
}
