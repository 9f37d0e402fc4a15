use crate::lint::{Context, Findings, declare_lint};
use crate::model::{AndDraft, Prefix};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// An `And` or an `Or` around one predicate, or an `And` with an empty `Prefix` in it.
    ///
    /// ## Why it matters
    ///
    /// It means the same as the short form, and tools that compare texts see a difference.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><And><Prefix>logs/</Prefix></And></Filter>
    ///   <Priority>1</Priority>
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
        name: "filter-spelled-at-length",
        summary: "a filter is longer than necessary",
        clause: FILTER_EMPTY_FORMS,
        group: Pedantic,
        reads: Draft,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, rule) in context.rules() {
        let Some(filter) = &rule.filter else { continue };
        let path = FieldPath::rule(at).field("Filter");
        let (path, message, help) = match &filter.and {
            Some(and) if predicates(and) == 1 => (
                path.field("And"),
                "`And` holds only one predicate",
                "write the predicate without `And`",
            ),
            Some(and) if and.prefix.as_ref().is_some_and(Prefix::is_empty) => (
                path.field("And").field("Prefix"),
                "`And` holds an empty prefix, which every key has",
                "remove the prefix",
            ),
            _ => continue,
        };
        found.push(LINT.advice(path, message).with_help(help));
    }
    for exclusion in context.exclusions() {
        let or = exclusion.not.or.as_ref();
        if or.is_some_and(|or| or.prefixes.len() + or.tags.len() == 1) {
            let path = exclusion.path.field("Or");
            let finding = LINT.advice(path, "`Or` holds only one predicate");
            found.push(finding.with_help("write the predicate in `Not`, without `Or`"));
        }
    }
}

fn predicates(and: &AndDraft) -> usize {
    and.tags.len() + usize::from(and.prefix.is_some()) + usize::from(and.not.is_some())
}
