use crate::lint::{Context, Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule without `ID`.
    ///
    /// ## Why it matters
    ///
    /// S3 generates one. Tools that compare the written configuration with the stored one then see
    /// a difference, and metrics are named after a generated ID.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><ID>all</ID><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "rule-id-missing",
        summary: "a rule has no `ID`",
        clause: ID_GENERATED,
        group: Pedantic,
        reads: Draft,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, rule) in context.rules() {
        if rule.id.as_ref().is_none_or(|id| id.as_str().is_empty()) {
            let message = "the rule has no `ID`, so S3 makes one up";
            let finding = LINT.advice(FieldPath::rule(at).field("ID"), message);
            found.push(finding.with_help("give the rule an `ID`, which metrics and events name"));
        }
    }
}
