use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};
use crate::model::RuleStatus;

declare_lint! {
    /// ## What it finds
    ///
    /// A destination with `ReplicationTime` enabled and `Metrics` disabled. The other way round is
    /// decisions.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: Time Control is measured by metrics.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <ReplicationTime><Status>Enabled</Status>
    ///       <Time><Minutes>15</Minutes></Time></ReplicationTime>
    ///     <Metrics><Status>Disabled</Status>
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
        name: "metrics-disabled-under-time-control",
        summary: "`ReplicationTime` is enabled and `Metrics` is not",
        clause: TIME_CONTROL_ENABLES_METRICS,
        stage: Rule,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, destination) in context.destinations() {
        let time = destination.replication_time.and_then(|time| time.status);
        let metrics = destination.metrics.and_then(|metrics| metrics.status);
        if (time, metrics) == (Some(RuleStatus::Enabled), Some(RuleStatus::Disabled)) {
            let answer = "ReplicationTime and ReplicationMetrics must have the same status.";
            let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
            let path = in_destination(at, "Metrics").field("Status");
            let message = "`ReplicationTime` is enabled and `Metrics` is not";
            let finding = LINT.refusal(path, message, error);
            let time = in_destination(at, "ReplicationTime").field("Status");
            let help = "enable both or disable both";
            found.push(finding.with_note(time, "enabled here").with_help(help));
        }
    }
}
