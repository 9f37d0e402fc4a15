use crate::lint::context::WrittenPrefix;
use crate::lint::helpers::instead_of;
use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A prefix that begins with `/`.
    ///
    /// ## Why it matters
    ///
    /// Keys are not paths and rarely begin with a slash. A prefix is compared with the key byte by
    /// byte, so the rule matches only keys that begin with a slash, and S3 does not warn.
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
    for WrittenPrefix { path, prefix, is_excluded } in context.prefixes() {
        if !prefix.as_str().starts_with('/') {
            continue;
        }
        let message = format!("prefix `{prefix}` begins with a slash, but keys rarely do");
        let help =
            format!("{}, unless your keys do begin with `/`", instead_of(prefix, is_excluded));
        found.push(LINT.advice(path, message).with_help(help));
    }
}
