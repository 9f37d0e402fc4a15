use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A `Not`.
    ///
    /// ## Why it matters
    ///
    /// S3 knows it since 2026-11-18. Older SDKs and command lines drop or refuse it, and so do
    /// CloudFormation, Terraform and other stores. A tool that drops it replicates what the rule
    /// excludes.
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
        name: "exclusion-not-portable",
        summary: "other stores and older tools do not know `Not`",
        clause: EXCLUSION_FORM,
        group: Portability,
        reads: Draft,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for exclusion in context.exclusions() {
        let message = "other stores, and tools older than 2026-11-18, do not know `Not`";
        let help = "update the tools that write this configuration; if other stores matter, write \
                    rules for the prefixes and tags that should be replicated";
        found.push(LINT.advice(exclusion.path, message).with_help(help));
    }
}
