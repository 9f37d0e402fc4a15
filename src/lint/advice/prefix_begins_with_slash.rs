use crate::lint::helpers::instead_of;
use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A prefix that begins with `/`.
    ///
    /// ## Why it matters
    ///
    /// A key is no path and has no slash before it, unless somebody put one there. A prefix is
    /// compared with the key as it is, so the rule takes nothing, and S3 does not say so.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><Prefix>/logs/</Prefix></Filter><Priority>1</Priority>
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
        name: "prefix-begins-with-slash",
        summary: "a prefix begins with a slash",
        clause: FILTER_PREFIX,
        group: Suspicious,
        reads: Draft,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (path, prefix) in context.prefixes() {
        if !prefix.as_str().starts_with('/') {
            continue;
        }
        let message = format!("prefix `{prefix}` begins with a slash, and keys hardly ever do");
        let help = format!("{}, unless your keys do begin with `/`", instead_of(prefix));
        found.push(LINT.advice(path, message).with_help(help));
    }
}
