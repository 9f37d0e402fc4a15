use crate::lint::context::WrittenPrefix;
use crate::lint::helpers::instead_of;
use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A prefix that begins or ends with a space, a tab or a line break.
    ///
    /// ## Why it matters
    ///
    /// White space is part of the prefix. It usually comes from indented XML, and the rule matches
    /// nothing.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><Prefix>
    ///     logs/
    ///   </Prefix></Filter>
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
        name: "prefix-surrounded-by-space",
        summary: "a prefix begins or ends with white space",
        clause: FILTER_PREFIX,
        group: Suspicious,
        reads: Draft,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for WrittenPrefix { path, prefix, is_excluded } in context.prefixes() {
        let trimmed = prefix.as_str().trim();
        if trimmed.len() != prefix.as_str().len() {
            let message = if trimmed.is_empty() {
                "the prefix is only white space, which is significant".to_owned()
            } else {
                format!("the white space around prefix `{trimmed}` is significant")
            };
            let finding = LINT.advice(path, message);
            found.push(finding.with_help(instead_of(prefix, is_excluded)));
        }
    }
}
