use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A `ReplicationTime` without `Status` or without `Time`, even a disabled one.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: both are required.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <ReplicationTime><Status>Enabled</Status></ReplicationTime>
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
        name: "time-control-incomplete",
        summary: "`ReplicationTime` lacks its status or its time",
        clause: TIME_CONTROL_FIELDS,
        stage: Rule,
        concern: Absence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let mut missing = |at, name: &'static str, answer: &'static str, help: &str| {
        let error = ServiceError::new(ServiceErrorCode::INVALID_ARGUMENT, answer);
        let around = in_destination(at, "ReplicationTime");
        let path = name.split('.').fold(around, FieldPath::field);
        let finding = LINT.refusal(path, format!("`ReplicationTime` has no `{name}`"), error);
        found.push(finding.with_help(help));
    };
    for (at, destination) in context.destinations() {
        let Some(time) = &destination.replication_time else { continue };
        if time.status.is_none() {
            let answer = "ReplicationTime-Status must contain a value.";
            missing(at, "Status", answer, "add `Status`");
        }
        match time.time {
            None => {
                let answer = "ReplicationTime-ReplicationTimeValue must contain a value.";
                missing(at, "Time", answer, "add `Time` of 15 minutes");
            }
            Some(value) if value.minutes.is_none() => {
                missing(at, "Time.Minutes", "Invalid time minute value", "add `Minutes` of 15");
            }
            Some(_) => {}
        }
    }
}
