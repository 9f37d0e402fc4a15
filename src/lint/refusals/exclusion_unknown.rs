use crate::diagnostic::ServiceError;
use crate::dialect::ExclusionReading;
use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A `Not`, in a dialect whose store does not know it.
    ///
    /// ## Why it matters
    ///
    /// The store refuses the document. S3 itself knows `Not` since 2026-11-18. Without `Not` the
    /// rule would replicate what it excludes now, so it has to be written as rules with other
    /// filters.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><Not><Prefix>tmp/</Prefix></Not></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter><Prefix>data/</Prefix></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "exclusion-unknown",
        summary: "the store of the dialect does not know `Not`",
        clause: EXCLUSION_FORM,
        stage: Schema,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    if context.dialect().exclusions() != ExclusionReading::Unknown {
        return;
    }
    for exclusion in context.exclusions() {
        let message = "this store does not know `Not`";
        let finding = LINT.refusal(exclusion.path, message, ServiceError::malformed_xml());
        let help = "write rules for the prefixes and tags that should be replicated";
        found.push(finding.with_help(help));
    }
}
