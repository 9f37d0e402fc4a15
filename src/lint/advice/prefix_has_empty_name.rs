use crate::lint::context::WrittenPrefix;
use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A prefix with two slashes in a row.
    ///
    /// ## Why it matters
    ///
    /// S3 does not join slashes: the prefix matches only keys that have both. Most of them come from a
    /// folder that was written with its slash and joined with another one.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><Prefix>logs//2026/</Prefix></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter><Prefix>logs/2026/</Prefix></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "prefix-has-empty-name",
        summary: "a prefix contains two slashes in a row",
        clause: FILTER_PREFIX,
        group: Suspicious,
        reads: Draft,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for WrittenPrefix { path, prefix, .. } in context.prefixes() {
        // After a colon they are part of an address, for which there is another lint.
        let without_addresses = prefix.as_str().replace("://", ":");
        if without_addresses.contains("//") {
            let mut joined = prefix.as_str().to_owned();
            while joined.contains("//") {
                joined = joined.replace("//", "/");
            }
            let message = format!("prefix `{prefix}` matches only keys with two slashes in a row");
            let help = format!("write `{joined}` unless the keys have both slashes");
            found.push(LINT.advice(path, message).with_help(help));
        }
    }
}
