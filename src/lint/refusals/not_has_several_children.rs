use crate::diagnostic::ServiceError;
use crate::dialect::ExclusionReading;
use crate::lint::exclusions::WrittenExclusion;
use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A `Not` with more than one of `Prefix`, `Tag` and `Or`.
    ///
    /// ## Why it matters
    ///
    /// S3 asks for exactly one of them. Several predicates stand in `Or`, and any of them excludes.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><Not><Prefix>tmp/</Prefix>
    ///   <Tag><Key>keep</Key><Value>no</Value></Tag></Not></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter><Not><Or><Prefix>tmp/</Prefix>
    ///   <Tag><Key>keep</Key><Value>no</Value></Tag></Or></Not></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "not-has-several-children",
        summary: "a `Not` has more than one of `Prefix`, `Tag` and `Or`",
        clause: NOT_ONE_CHILD,
        stage: Schema,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    if context.dialect().exclusions() == ExclusionReading::AnyChildren {
        return;
    }
    for WrittenExclusion { path, not, .. } in context.exclusions() {
        let children = [not.prefix.is_some(), not.tag.is_some(), not.or.is_some()];
        if children.into_iter().filter(|there| *there).count() > 1 {
            let error = ServiceError::malformed_xml();
            let message = "`Not` has more than one of `Prefix`, `Tag` and `Or`";
            let finding = LINT.refusal(path, message, error);
            found.push(finding.with_help("put all predicates into one `Or`; any of them excludes"));
        }
    }
}
