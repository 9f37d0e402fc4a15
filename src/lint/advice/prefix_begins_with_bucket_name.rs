use crate::lint::context::WrittenPrefix;
use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A prefix that begins with the name of the source bucket and a slash.
    ///
    /// ## Why it matters
    ///
    /// The bucket is no part of a key. Where keys do begin so, allow this lint.
    ///
    /// ## Example
    ///
    /// The source bucket is `photos`.
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><Prefix>photos/2026/</Prefix></Filter>
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
        name: "prefix-begins-with-bucket-name",
        summary: "a prefix begins with the name of the source bucket",
        clause: FILTER_PREFIX,
        group: Pedantic,
        reads: Draft,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let Some(source) = context.source() else { return };
    for WrittenPrefix { path, prefix, .. } in context.prefixes() {
        let behind = prefix.as_str().strip_prefix(source.as_str());
        if let Some(rest) = behind.and_then(|behind| behind.strip_prefix('/')) {
            let message = format!(
                "prefix `{prefix}` begins with the name of the bucket, which keys leave out"
            );
            let help = format!("write `{rest}`, unless your keys do begin with `{source}/`");
            found.push(LINT.advice(path, message).with_help(help));
        }
    }
}
