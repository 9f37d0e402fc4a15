use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A destination with `ReplicationTime`, whatever its status, and without `Metrics`.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: Time Control is measured by metrics. `Metrics` by itself is decisions.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <ReplicationTime><Status>Enabled</Status>
    ///       <Time><Minutes>15</Minutes></Time></ReplicationTime></Destination></Rule>
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
        name: "metrics-missing",
        summary: "`ReplicationTime` is present without `Metrics`",
        clause: TIME_CONTROL_NEEDS_METRICS,
        stage: Rule,
        concern: Absence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, destination) in context.destinations() {
        if destination.replication_time.is_some() && destination.metrics.is_none() {
            let answer =
                "Replication destination must contain both ReplicationTime and Metrics or neither.";
            let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
            // At `ReplicationTime`, because S3 checks this before the children of the element.
            let path = in_destination(at, "ReplicationTime");
            let finding = LINT.refusal(path, "`ReplicationTime` needs `Metrics`", error);
            let help = "add `Metrics` with the same status, and with an `EventThreshold` of 15 \
                        minutes where it is enabled";
            found.push(finding.with_help(help));
        }
    }
}
