use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::MissingPriority;
use crate::lint::{Context, Findings, declare_lint};
use crate::model::ConfigurationVersion;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule with `Filter` and without `Priority`.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: with `Filter` rules may overlap, and something must decide.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "priority-missing",
        summary: "a rule with `Filter` has no `Priority`",
        clause: PRIORITY_REQUIRED,
        stage: Rule,
        concern: Absence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    if context.dialect().missing_priority() != MissingPriority::Refused {
        return;
    }
    for (at, _) in
        context.rules_in(ConfigurationVersion::V2).filter(|(_, rule)| rule.priority.is_none())
    {
        let path = FieldPath::rule(at).field("Priority");
        let answer = "Priority must be specified for this version of Cross Region Replication \
                      configuration schema. Please refer to S3 Developer Guide for more information.";
        let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
        let finding = LINT.refusal(path, "a rule with `Filter` needs a `Priority`", error);
        let help = "add `Priority`, a number that no other rule has; the higher number wins";
        found.push(finding.with_help(help));
    }
}
