use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};
use crate::model::{RuleStatus, TimeControl};

declare_lint! {
    /// ## What it finds
    ///
    /// An `EventThreshold` of anything but 15 minutes, next to enabled `ReplicationTime`.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: 15 minutes is the only threshold there is.
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
    ///       <EventThreshold><Minutes>30</Minutes></EventThreshold></Metrics></Destination></Rule>
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
        name: "metrics-minutes-unsupported",
        summary: "the threshold of `Metrics` is not 15 minutes",
        clause: METRICS_FIELDS,
        stage: Rule,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, destination) in context.destinations() {
        let time = destination.replication_time.and_then(|time| time.status);
        let threshold = destination.metrics.and_then(|metrics| metrics.event_threshold?.minutes);
        let (Some(RuleStatus::Enabled), Some(minutes)) = (time, threshold) else { continue };
        if minutes != TimeControl::THRESHOLD {
            let answer = "Invalid event threshold minute value";
            let error = ServiceError::new(ServiceErrorCode::INVALID_ARGUMENT, answer);
            let path = in_destination(at, "Metrics").field("EventThreshold").field("Minutes");
            let message = format!("a threshold of `{minutes}` minutes is not supported");
            let finding = LINT.refusal(path, message, error);
            found.push(finding.with_help(format!("write `{}`", TimeControl::THRESHOLD)));
        }
    }
}
