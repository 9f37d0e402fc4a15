use crate::diagnostic::ServiceError;
use crate::lint::{Context, Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule with both `Prefix` and `Filter`.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: the one makes the configuration V1, the other V2.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Prefix>logs/</Prefix><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "prefix-and-filter",
        summary: "a rule has both `Prefix` and `Filter`",
        clause: PREFIX_AND_FILTER,
        stage: Schema,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, rule) in context.rules() {
        if rule.prefix.is_some() && rule.filter.is_some() {
            let path = FieldPath::rule(at).field("Prefix");
            let error = ServiceError::malformed_xml();
            let message = "a rule cannot have both `Prefix` and `Filter`";
            let finding = LINT.refusal(path, message, error);
            let filter = FieldPath::rule(at).field("Filter");
            let help = "write the prefix in `Filter`";
            found.push(finding.with_note(filter, "the filter").with_help(help));
        }
    }
}
