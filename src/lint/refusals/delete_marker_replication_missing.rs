use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::MissingDeleteMarkerReplication;
use crate::lint::{Context, Findings, declare_lint};
use crate::model::ConfigurationVersion;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule with `Filter` and without `DeleteMarkerReplication`.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: rules with `Prefix` replicate delete markers, so rules with `Filter` must say
    /// whether they do.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "delete-marker-replication-missing",
        summary: "a rule with `Filter` has no `DeleteMarkerReplication`",
        clause: DELETE_MARKER_REPLICATION_REQUIRED,
        stage: Rule,
        concern: Absence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let needs_element = |version: Option<ConfigurationVersion>| match context
        .dialect()
        .missing_delete_marker_replication()
    {
        MissingDeleteMarkerReplication::ByVersion => version == Some(ConfigurationVersion::V2),
        MissingDeleteMarkerReplication::Refused => true,
        MissingDeleteMarkerReplication::Disabled | MissingDeleteMarkerReplication::Enabled => false,
    };
    if !needs_element(context.draft().version()) {
        return;
    }
    for (at, _) in context.rules().filter(|(_, rule)| rule.delete_marker_replication.is_none()) {
        let path = FieldPath::rule(at).field("DeleteMarkerReplication");
        let answer = "DeleteMarkerReplication must be specified for this version of Cross Region \
                      Replication configuration schema. Please refer to S3 Developer Guide for \
                      more information.";
        let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
        let message = "a rule with `Filter` needs `DeleteMarkerReplication`";
        let finding = LINT.refusal(path, message, error);
        let help = "add `DeleteMarkerReplication` with `Status`, `Disabled` to keep deletes local";
        found.push(finding.with_help(help));
    }
}
