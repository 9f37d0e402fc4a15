use crate::lint::context::WrittenPrefix;
use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A prefix that does not end with a character that separates names, such as `/`.
    ///
    /// ## Why it matters
    ///
    /// It takes siblings too: `star` takes `starship/plan.pdf`.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><Prefix>star</Prefix></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter><Prefix>star/</Prefix></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "prefix-without-delimiter",
        summary: "a prefix ends within a name",
        clause: FILTER_PREFIX,
        group: Pedantic,
        reads: Draft,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for WrittenPrefix { path, prefix, is_excluded } in context.prefixes() {
        // After a digit it is `prefix-ends-in-number`.
        if prefix.as_str().ends_with(|c: char| c.is_alphanumeric() && !c.is_ascii_digit()) {
            let verb = if is_excluded { "excludes" } else { "matches" };
            let message = format!("prefix `{prefix}` {verb} every key that continues it");
            let help = format!("write `{prefix}/` if only the keys below `{prefix}` are meant");
            found.push(LINT.advice(path, message).with_help(help));
        }
    }
}
