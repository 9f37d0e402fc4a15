use crate::diagnostic::ServiceError;
use crate::dialect::ExclusionReading;
use crate::lint::exclusions::WrittenExclusion;
use crate::lint::{Context, Findings, declare_lint};
use crate::model::NotDraft;

declare_lint! {
    /// ## What it finds
    ///
    /// A `Not` without `Prefix`, `Tag` and `Or`, or an `Or` without `Prefix` and `Tag`.
    ///
    /// ## Why it matters
    ///
    /// S3 asks for one predicate. Without one, nothing is excluded, which is seldom meant.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><Not/></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter><Not><Prefix>tmp/</Prefix></Not></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "not-empty",
        summary: "a `Not` or `Or` has no predicate",
        clause: NOT_ONE_CHILD,
        stage: Schema,
        concern: Absence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    if context.dialect().exclusions() == ExclusionReading::AnyChildren {
        return;
    }
    for WrittenExclusion { path, not, .. } in context.exclusions() {
        let (path, message) = match not {
            NotDraft { prefix: None, tag: None, or: None } => {
                (path, "`Not` needs `Prefix`, `Tag` or `Or`")
            }
            NotDraft { or: Some(or), .. } if or.prefixes.is_empty() && or.tags.is_empty() => {
                (path.field("Or"), "`Or` needs at least one `Prefix` or `Tag`")
            }
            _ => continue,
        };
        let finding = LINT.refusal(path, message, ServiceError::malformed_xml());
        found.push(finding.with_help("write the prefix or the tag of the objects to exclude"));
    }
}
