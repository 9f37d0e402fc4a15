use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};
use crate::model::TimeControl;

declare_lint! {
    /// ## What it finds
    ///
    /// A `ReplicationTime` of anything but 15 minutes, even a disabled one.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: 15 minutes is the only time it promises.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <ReplicationTime><Status>Enabled</Status>
    ///       <Time><Minutes>30</Minutes></Time></ReplicationTime>
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
        name: "time-control-minutes-unsupported",
        summary: "the time of `ReplicationTime` is not 15 minutes",
        clause: TIME_CONTROL_FIELDS,
        stage: Rule,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, destination) in context.destinations() {
        let time = destination.replication_time.and_then(|time| time.time?.minutes);
        let Some(minutes) = time.filter(|minutes| *minutes != TimeControl::THRESHOLD) else {
            continue;
        };
        let error =
            ServiceError::new(ServiceErrorCode::INVALID_ARGUMENT, "Invalid time minute value");
        let path = in_destination(at, "ReplicationTime").field("Time").field("Minutes");
        let message = format!("a time of `{minutes}` minutes is not supported");
        let finding = LINT.refusal(path, message, error);
        found.push(finding.with_help(format!("write `{}`", TimeControl::THRESHOLD)));
    }
}
