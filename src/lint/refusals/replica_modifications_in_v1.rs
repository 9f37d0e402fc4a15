use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::{Context, Findings, declare_lint};
use crate::model::ConfigurationVersion;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule with `Prefix` and `ReplicaModifications`.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: changes on replicas are replicated by rules with `Filter` only.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Prefix>logs/</Prefix>
    ///   <SourceSelectionCriteria>
    ///     <ReplicaModifications><Status>Enabled</Status></ReplicaModifications>
    ///   </SourceSelectionCriteria>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Prefix>logs/</Prefix>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "replica-modifications-in-v1",
        summary: "a V1 rule has `ReplicaModifications`",
        clause: V1_REPLICA_MODIFICATIONS,
        stage: Rule,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, rule) in context.rules_in(ConfigurationVersion::V1) {
        let selection = rule.source_selection_criteria.as_ref();
        if selection.is_some_and(|selection| selection.replica_modifications.is_some()) {
            let path = FieldPath::rule(at).field("SourceSelectionCriteria");
            let error = ServiceError::without_text(ServiceErrorCode::INVALID_REQUEST);
            let message = "a rule with `Prefix` cannot have `ReplicaModifications`";
            let finding = LINT.refusal(path.field("ReplicaModifications"), message, error);
            let help = "write the prefix in `Filter`, in every rule, or remove the element";
            found.push(finding.with_help(help));
        }
    }
}
