use crate::dialect::ElementReading;
use crate::lint::store_elements::settings;
use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// An element outside the filter that the store of the dialect accepts and ignores, such as
    /// `ReplicationTime` on MinIO and Zenko.
    ///
    /// ## Why it matters
    ///
    /// Nothing happens of what the element asks for: replicas keep their owner, nothing is measured,
    /// objects that are encrypted with a KMS key replicate or not whatever the rule states. AWS
    /// ignores none of these elements.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <Metrics><Status>Enabled</Status></Metrics></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "element-ignored",
        summary: "the store ignores an element",
        clause: STORE_TIME_CONTROL,
        group: Pedantic,
        level: Note,
        reads: Draft,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let dialect = context.dialect();
    for (at, rule) in context.rules() {
        let ignored = settings(dialect, ElementReading::Ignored, at, rule).into_iter();
        for element in ignored.filter(|element| dialect.is_known(element.question)) {
            let (store, name) = (dialect.name(), element.name);
            let message = format!("the store of the dialect `{store}` ignores `{name}`");
            let help = format!("remove `{name}` for this store, or do not rely on it");
            let mut finding = LINT.advice(element.path, message).with_help(help);
            finding.clause = Some(element.question.clause());
            found.push(finding);
        }
    }
}
