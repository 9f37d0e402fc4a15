use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::{Context, Findings, declare_lint};
use crate::model::ConfigurationVersion;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule with `Prefix` and `DeleteMarkerReplication`.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: V1 replicates the delete markers that users make, and has no switch for that.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Prefix>logs/</Prefix>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Prefix>logs/</Prefix>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "delete-marker-replication-in-v1",
        summary: "a V1 rule has `DeleteMarkerReplication`",
        clause: DELETE_MARKER_REPLICATION_FORBIDDEN,
        stage: Rule,
        concern: Presence,
        since: "0.1.0",
    }
}

/// The answer of S3.
pub(super) const ANSWER: &str = "DeleteMarkerReplication cannot be used for this version of Cross \
                                 Region Replication configuration schema. Please refer to S3 \
                                 Developer Guide for more information.";

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, _) in context
        .rules_in(ConfigurationVersion::V1)
        .filter(|(_, rule)| rule.delete_marker_replication.is_some())
    {
        let path = FieldPath::rule(at).field("DeleteMarkerReplication");
        let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, ANSWER);
        let message = "a rule with `Prefix` cannot have `DeleteMarkerReplication`";
        let finding = LINT.refusal(path, message, error);
        let help = "write the prefix in `Filter`, in every rule, or remove the element: without \
                    `Filter`, delete markers are replicated";
        found.push(finding.with_help(help));
    }
}
