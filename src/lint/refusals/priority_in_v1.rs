use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::{Context, Findings, declare_lint};
use crate::model::ConfigurationVersion;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule with `Prefix` and `Priority`.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: V1 rules may not overlap, so there is nothing to decide.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Prefix>logs/</Prefix><Priority>1</Priority>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Prefix>logs/</Prefix>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "priority-in-v1",
        summary: "a V1 rule has `Priority`",
        clause: PRIORITY_FORBIDDEN,
        stage: Rule,
        concern: Presence,
        since: "0.1.0",
    }
}

/// The answer of S3.
pub(super) const ANSWER: &str = "Priority cannot be used for this version of Cross Region \
                                 Replication configuration schema. Please refer to S3 Developer \
                                 Guide for more information.";

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, _) in
        context.rules_in(ConfigurationVersion::V1).filter(|(_, rule)| rule.priority.is_some())
    {
        let path = FieldPath::rule(at).field("Priority");
        let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, ANSWER);
        let message = "a rule with `Prefix` cannot have a `Priority`";
        let finding = LINT.refusal(path, message, error);
        let help = "write the prefix in `Filter`, in every rule, or remove the priority";
        found.push(finding.with_help(help));
    }
}
