use crate::lint::advice::Decisions;
use crate::lint::helpers::in_destination;
use crate::lint::{Findings, declare_lint};
use crate::model::TimeControl;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule with S3 Replication Time Control that writes replicas. A rule that never wins writes no
    /// replicas, and costs nothing.
    ///
    /// ## Why it matters
    ///
    /// Every GB that it covers costs a price of its own, and so do its metrics. Most replicas
    /// arrive within minutes without it.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <ReplicationTime><Status>Enabled</Status>
    ///       <Time><Minutes>15</Minutes></Time></ReplicationTime>
    ///     <Metrics><Status>Enabled</Status>
    ///       <EventThreshold><Minutes>15</Minutes></EventThreshold></Metrics></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <Metrics><Status>Enabled</Status></Metrics></Destination></Rule>
    /// ```
    static LINT = {
        name: "time-control-costs",
        summary: "Time Control and its metrics are charged",
        clause: TIME_CONTROL_PRICE,
        group: Cost,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    for rule in decisions.writing_rules() {
        if rule.destination.time_control == Some(TimeControl::Enabled) {
            let message = format!("Time Control of rule `{}` is charged for each GB", rule.name());
            let path = in_destination(rule.position, "ReplicationTime");
            let help = "use `Metrics` alone where the 15-minute agreement is not needed";
            found.push(LINT.advice(path, message).with_help(help));
        }
    }
}
