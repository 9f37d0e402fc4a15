use crate::dialect::ElementReading;
use crate::lint::advice::Decisions;
use crate::lint::helpers::in_destination;
use crate::lint::{Findings, declare_lint};
use crate::model::ReplicationRule;

declare_lint! {
    /// ## What it finds
    ///
    /// A configuration in which no rule that writes replicas has `Metrics`. A rule that never wins
    /// writes no replicas, so its metrics measure nothing.
    ///
    /// ## Why it matters
    ///
    /// Without metrics failed replication goes unnoticed: S3 publishes no figures and sends no events
    /// about failures.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <Metrics><Status>Enabled</Status></Metrics></Destination></Rule>
    /// ```
    static LINT = {
        name: "metrics-absent",
        summary: "no rule that writes replicas has metrics",
        clause: METRICS_COVER,
        group: Pedantic,
        level: Note,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    // A store without metrics of S3 has others, or none that a rule could ask for.
    if decisions.context.dialect().time_control_elements() != ElementReading::Honoured {
        return;
    }
    let mut rules = decisions.writing_rules().peekable();
    let Some(first) = rules.peek().map(|rule| rule.position) else { return };
    if !rules.any(ReplicationRule::has_metrics) {
        let message =
            "no rule that writes replicas has metrics, so failed replication goes unnoticed";
        let finding = LINT.advice(in_destination(first, "Metrics"), message);
        found.push(finding.with_help("add `Metrics` with `Status` `Enabled` to the destinations"));
    }
}
