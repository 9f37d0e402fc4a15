use crate::diagnostic::ServiceError;
use crate::lint::{Context, Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A configuration without a rule.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: to end replication, the configuration is deleted or its rules are disabled.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <!-- no rule -->
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "rules-missing",
        summary: "the configuration has no rule",
        clause: RULES_PRESENT,
        stage: Schema,
        concern: Absence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    if context.draft().rules.is_empty() {
        let path = FieldPath::root().field("Rule");
        let error = ServiceError::malformed_xml();
        let finding = LINT.refusal(path, "the configuration has no rule", error);
        found.push(finding.with_help("add a `Rule`; to end replication, delete the configuration"));
    }
}
