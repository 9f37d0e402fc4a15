use crate::lint::context::WrittenPrefix;
use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A prefix that begins like a URL or an ARN: `s3://`, `https://`, `arn:`.
    ///
    /// ## Why it matters
    ///
    /// A prefix is the beginning of a key, and the bucket is no part of the key. The rule takes
    /// nothing.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><Prefix>s3://photos/2026/</Prefix></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter><Prefix>2026/</Prefix></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "prefix-is-address",
        summary: "a prefix is the address of an object",
        clause: FILTER_PREFIX,
        group: Suspicious,
        reads: Draft,
        since: "0.1.0",
    }
}

/// The beginnings of addresses, in lower case.
const BEGINNINGS: [&str; 5] = ["s3://", "s3a://", "https://", "http://", "arn:"];

fn check(context: &Context<'_>, found: &mut Findings) {
    for WrittenPrefix { path, prefix, .. } in context.prefixes() {
        let lower = prefix.as_str().to_ascii_lowercase();
        if BEGINNINGS.iter().any(|beginning| lower.starts_with(beginning)) {
            let message =
                format!("prefix `{prefix}` is an address, but keys do not contain the bucket");
            let help = "write only what follows the bucket and its slash";
            found.push(LINT.advice(path, message).with_help(help));
        }
    }
}
