use crate::diagnostic::ServiceError;
use crate::lint::{Context, Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A `Filter` with more than one of `Prefix`, `Tag`, `And` and `Not`.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: predicates are combined in `And` only.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><Prefix>logs/</Prefix>
    ///   <Tag><Key>team</Key><Value>tax</Value></Tag></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter><And><Prefix>logs/</Prefix>
    ///   <Tag><Key>team</Key><Value>tax</Value></Tag></And></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "filter-has-several-children",
        summary: "a `Filter` has more than one of `Prefix`, `Tag`, `And` and `Not`",
        clause: FILTER_ONE_CHILD,
        stage: Schema,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, rule) in context.rules() {
        let Some(filter) = &rule.filter else { continue };
        let children = [
            filter.prefix.is_some(),
            filter.tag.is_some(),
            filter.and.is_some(),
            filter.not.is_some(),
        ];
        if children.into_iter().filter(|there| *there).count() > 1 {
            let path = FieldPath::rule(at).field("Filter");
            let error = ServiceError::malformed_xml();
            let message = "`Filter` has more than one of `Prefix`, `Tag`, `And` and `Not`";
            let finding = LINT.refusal(path, message, error);
            found.push(finding.with_help("put all predicates into one `And`"));
        }
    }
}
