use crate::lint::context::WrittenPrefix;
use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A prefix that ends with a digit.
    ///
    /// ## Why it matters
    ///
    /// It matches every number that begins with this one: `bags/v1` matches `bags/v10/data`.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><Prefix>bags/v1</Prefix></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter><Prefix>bags/v1/</Prefix></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "prefix-ends-in-number",
        summary: "a prefix ends within a number",
        clause: FILTER_PREFIX,
        group: Suspicious,
        reads: Draft,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for WrittenPrefix { path, prefix, is_excluded } in context.prefixes() {
        if prefix.as_str().ends_with(|c: char| c.is_ascii_digit()) {
            let verb = if is_excluded { "excludes" } else { "matches" };
            let message =
                format!("prefix `{prefix}` also {verb} longer numbers, such as `{prefix}0`");
            let help = format!("write `{prefix}/` if only the keys below `{prefix}` are meant");
            found.push(LINT.advice(path, message).with_help(help));
        }
    }
}
