use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};
use crate::model::RuleStatus;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A `Metrics` without `Status`, or one that is enabled next to enabled `ReplicationTime` and
    /// has no `EventThreshold`.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: the status decides if metrics are on, and S3 Replication Time Control reports
    /// the objects that are replicated later than the threshold.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <ReplicationTime><Status>Enabled</Status>
    ///       <Time><Minutes>15</Minutes></Time></ReplicationTime>
    ///     <Metrics><Status>Enabled</Status></Metrics></Destination></Rule>
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
        name: "metrics-incomplete",
        summary: "`Metrics` lacks its status or its threshold",
        clause: METRICS_FIELDS,
        stage: Rule,
        concern: Absence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let mut missing = |at, name: &'static str, answer: &'static str, help: &str| {
        let error = ServiceError::new(ServiceErrorCode::INVALID_ARGUMENT, answer);
        let path = name.split('.').fold(in_destination(at, "Metrics"), FieldPath::field);
        let finding = LINT.refusal(path, format!("`Metrics` has no `{name}`"), error);
        found.push(finding.with_help(help));
    };
    for (at, destination) in context.destinations() {
        let Some(metrics) = &destination.metrics else { continue };
        let time = destination.replication_time.and_then(|time| time.status);
        match metrics.status {
            None => {
                let answer = "ReplicationMetrics must contain a Status.";
                missing(at, "Status", answer, "add `Status`");
            }
            Some(RuleStatus::Enabled)
                if time == Some(RuleStatus::Enabled) && metrics.event_threshold.is_none() =>
            {
                let answer = "ReplicationMetrics must contain an event threshold";
                missing(at, "EventThreshold", answer, "add `EventThreshold` of 15 minutes");
            }
            Some(RuleStatus::Enabled)
                if time == Some(RuleStatus::Enabled)
                    && metrics.event_threshold.is_some_and(|value| value.minutes.is_none()) =>
            {
                let answer = "Invalid event threshold minute value";
                missing(at, "EventThreshold.Minutes", answer, "add `Minutes` of 15");
            }
            Some(_) => {}
        }
    }
}
