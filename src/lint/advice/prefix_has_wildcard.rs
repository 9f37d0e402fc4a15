use crate::lint::context::WrittenPrefix;
use crate::lint::helpers::instead_of;
use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A prefix with `*` or `?` in it.
    ///
    /// ## Why it matters
    ///
    /// S3 has no wildcards in prefixes: `logs/*` takes the keys that begin with `logs/*`, star
    /// included, and hardly any do.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><Prefix>logs/*.gz</Prefix></Filter>
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
        name: "prefix-has-wildcard",
        summary: "a prefix contains a wildcard",
        clause: FILTER_PREFIX,
        group: Suspicious,
        reads: Draft,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for WrittenPrefix { path, prefix, is_excluded } in context.prefixes() {
        if !prefix.as_str().contains(['*', '?']) {
            continue;
        }
        let message = format!("prefix `{prefix}` holds a wildcard, which S3 takes literally");
        let help =
            format!("{}; a prefix cannot match what follows", instead_of(prefix, is_excluded));
        found.push(LINT.advice(path, message).with_help(help));
    }
}
