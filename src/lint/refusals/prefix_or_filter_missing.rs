use crate::diagnostic::ServiceError;
use crate::dialect::{MissingFilter, RulePrefix};
use crate::lint::{Context, Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule with neither `Prefix` nor `Filter`.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: a rule for all objects has an empty `Filter`, or in V1 an empty `Prefix`.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Priority>1</Priority>
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
        name: "prefix-or-filter-missing",
        summary: "a rule has neither `Prefix` nor `Filter`",
        clause: PREFIX_OR_FILTER,
        stage: Schema,
        concern: Absence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let dialect = context.dialect();
    if dialect.missing_filter() == MissingFilter::EveryKey {
        return;
    }
    let needs_filter = dialect.rule_prefix() == RulePrefix::Refused;
    for (at, rule) in context.rules() {
        if (needs_filter || rule.prefix.is_none()) && rule.filter.is_none() {
            // At `Prefix`, because that may have been refused and left a hole; a `Filter` cannot.
            let path = FieldPath::rule(at).field("Prefix");
            let error = ServiceError::malformed_xml();
            let message = if needs_filter {
                "the rule has no `Filter`"
            } else {
                "the rule has neither `Prefix` nor `Filter`"
            };
            let finding = LINT.refusal(path, message, error);
            found.push(finding.with_help("add `Filter`; an empty one selects all objects"));
        }
    }
}
