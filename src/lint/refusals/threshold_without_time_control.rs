use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};
use crate::model::RuleStatus;

declare_lint! {
    /// ## What it finds
    ///
    /// A `Metrics` with `EventThreshold` where `ReplicationTime` is missing or disabled.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: the threshold is that of Time Control.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
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
        name: "threshold-without-time-control",
        summary: "`EventThreshold` is present without enabled `ReplicationTime`",
        clause: THRESHOLD_NEEDS_TIME_CONTROL,
        stage: Rule,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, destination) in context.destinations() {
        // A `ReplicationTime` without status is a finding of `time-control-incomplete`.
        let off = destination
            .replication_time
            .is_none_or(|time| time.status == Some(RuleStatus::Disabled));
        if off && destination.metrics.is_some_and(|metrics| metrics.event_threshold.is_some()) {
            let answer = "Metrics cannot contain an event threshold when ReplicationTime is not \
                          specified or Disabled";
            let error = ServiceError::new(ServiceErrorCode::INVALID_ARGUMENT, answer);
            let path = in_destination(at, "Metrics").field("EventThreshold");
            let message = "`EventThreshold` needs enabled `ReplicationTime`";
            let finding = LINT.refusal(path, message, error);
            found.push(finding.with_help("remove `EventThreshold`, or enable `ReplicationTime`"));
        }
    }
}
