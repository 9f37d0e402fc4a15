use crate::lint::context::WrittenPrefix;
use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A prefix with an encoded character in it, such as `%20`.
    ///
    /// ## Why it matters
    ///
    /// A prefix is compared with the key as it is. Inventories and URLs encode keys, configurations
    /// do not.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><Prefix>my%20photos/</Prefix></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter><Prefix>my photos/</Prefix></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "prefix-percent-encoded",
        summary: "a prefix is percent-encoded",
        clause: FILTER_PREFIX,
        group: Suspicious,
        reads: Draft,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for WrittenPrefix { path, prefix, .. } in context.prefixes() {
        let parts = prefix.as_str().split('%').skip(1);
        let is_encoded = |part: &str| {
            let digits = part.as_bytes().first_chunk::<2>();
            digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        };
        if parts.into_iter().any(is_encoded) {
            let message =
                format!("prefix `{prefix}` holds an encoded character, which S3 does not decode");
            let help = "write the characters themselves, unless your keys do hold the sign `%`";
            found.push(LINT.advice(path, message).with_help(help));
        }
    }
}
