use crate::lint::{Context, Findings, declare_lint};
use crate::model::FilterDraft;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A `Filter` with nothing in it.
    ///
    /// ## Why it matters
    ///
    /// Some clients leave it out when they write the configuration, and the store then reads V1, or
    /// refuses it.
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
    /// <Rule><Status>Enabled</Status><Filter><Prefix></Prefix></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "filter-empty",
        summary: "a client may drop an empty filter",
        clause: EMPTY_FILTER_IS_DROPPED,
        group: Portability,
        reads: Draft,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, rule) in context.rules() {
        if rule.filter.as_ref() == Some(&FilterDraft::default()) {
            let message = "some clients drop an empty `Filter` when they write a configuration";
            let finding = LINT.advice(FieldPath::rule(at).field("Filter"), message);
            let help = "write an empty `Prefix` in it, which means the same";
            found.push(finding.with_help(help));
        }
    }
}
