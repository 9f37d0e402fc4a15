use crate::diagnostic::ServiceError;
use crate::dialect::AndReading;
use crate::lint::{Context, Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// An `And` without `Prefix`, `Tag` and `Not`. A dialect that asks for two predicates finds one with a
    /// single predicate too.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: there is nothing to combine.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><And/></Filter><Priority>1</Priority>
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
        name: "and-incomplete",
        summary: "`And` has too few predicates",
        clause: AND_PREDICATES,
        stage: Schema,
        concern: Absence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let (needed, need) = match context.dialect().and() {
        AndReading::NoneIsEnough | AndReading::Ignored => return,
        AndReading::OnePredicateIsEnough => (1, "a predicate"),
        AndReading::TwoPredicates => (2, "two predicates"),
    };
    for (at, rule) in context.rules() {
        let Some(and) = rule.filter.as_ref().and_then(|filter| filter.and.as_ref()) else {
            continue;
        };
        let others = usize::from(and.prefix.is_some()) + usize::from(and.not.is_some());
        if others + and.tags.len() < needed {
            let path = FieldPath::rule(at).field("Filter").field("And");
            let error = ServiceError::malformed_xml();
            let finding = LINT.refusal(path, format!("`And` needs {need}"), error);
            let help =
                "write a single `Prefix`, `Tag` or `Not` in `Filter`, and for all objects nothing";
            found.push(finding.with_help(help));
        }
    }
}
