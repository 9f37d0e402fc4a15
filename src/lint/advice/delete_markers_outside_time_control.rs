use crate::lint::advice::Decisions;
use crate::lint::helpers::in_destination;
use crate::lint::{Findings, declare_lint};
use crate::model::TimeControl;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule with S3 Replication Time Control (S3 RTC) that replicates delete markers, and wins some.
    ///
    /// ## Why it matters
    ///
    /// The threshold of 15 minutes and its service level agreement apply to objects only.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Enabled</Status></DeleteMarkerReplication>
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
    ///     <ReplicationTime><Status>Enabled</Status>
    ///       <Time><Minutes>15</Minutes></Time></ReplicationTime>
    ///     <Metrics><Status>Enabled</Status>
    ///       <EventThreshold><Minutes>15</Minutes></EventThreshold></Metrics></Destination></Rule>
    /// ```
    static LINT = {
        name: "delete-markers-outside-time-control",
        summary: "S3 Replication Time Control does not cover delete markers",
        clause: TIME_CONTROL_TARGETS,
        group: Pedantic,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    for rule in decisions.marking_rules() {
        if rule.destination.time_control == Some(TimeControl::Enabled) {
            let message = format!(
                "Time Control of rule `{}` covers objects, not the delete markers it replicates",
                rule.name(),
            );
            let path = in_destination(rule.position, "ReplicationTime");
            let help = "do not rely on deletes to arrive within 15 minutes";
            found.push(LINT.advice(path, message).with_help(help));
        }
    }
}
