use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};
use crate::model::ConfigurationVersion;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule with `Prefix` and `ReplicationTime`.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: Time Control came with `Filter`.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Prefix>logs/</Prefix>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <ReplicationTime><Status>Enabled</Status>
    ///       <Time><Minutes>15</Minutes></Time></ReplicationTime>
    ///     <Metrics><Status>Enabled</Status>
    ///       <EventThreshold><Minutes>15</Minutes></EventThreshold></Metrics></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Prefix>logs/</Prefix>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "time-control-in-v1",
        summary: "a V1 rule has `ReplicationTime`",
        clause: V1_TIME_CONTROL,
        stage: Rule,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, destination) in context.destinations_in(ConfigurationVersion::V1) {
        if destination.replication_time.is_some() {
            let answer = "ReplicationTime cannot be used for this version of the replication \
                          configuration schema";
            let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
            let path = in_destination(at, "ReplicationTime");
            let message = "a rule with `Prefix` cannot have `ReplicationTime`";
            let finding = LINT.refusal(path, message, error);
            let help = "write the prefix in `Filter`, in every rule, or remove the element";
            found.push(finding.with_help(help));
        }
    }
}
