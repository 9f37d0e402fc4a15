use crate::lint::{Context, Findings, declare_lint};
use crate::model::Prefix;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// An excluded prefix that begins with another one of the same `Not`, or an excluded tag that is
    /// written twice.
    ///
    /// ## Why it matters
    ///
    /// It excludes nothing more. The other prefix may be shorter than it was meant to be.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><Not><Or>
    ///     <Prefix>logs/</Prefix><Prefix>logs/2026/</Prefix></Or></Not></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter><Not><Or>
    ///     <Prefix>logs/</Prefix><Prefix>data/2026/</Prefix></Or></Not></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "exclusion-repeated",
        summary: "an exclusion matches only what another one of its rule excludes",
        clause: EXCLUDED_PREFIXES,
        group: Suspicious,
        reads: Draft,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for exclusion in context.exclusions() {
        let mut prefixes = exclusion.prefixes();
        // Stable, so that of two equal prefixes the first is the one that counts.
        prefixes.sort_by_key(|(_, prefix)| *prefix);
        let mut outer: Option<(FieldPath, &Prefix)> = None;
        for (path, prefix) in prefixes {
            match &outer {
                Some((first, covering)) if prefix.as_str().starts_with(covering.as_str()) => {
                    let message = if prefix == *covering {
                        format!("prefix `{prefix}` is excluded twice")
                    } else {
                        format!("`{covering}`, which is excluded too, begins prefix `{prefix}`")
                    };
                    let finding = LINT.advice(path, message);
                    let finding = finding.with_note(first.clone(), "excludes the same keys");
                    found.push(finding.with_help("keep only the one that is meant"));
                }
                _ => outer = Some((path, prefix)),
            }
        }
        let mut tags = exclusion.tags();
        tags.sort_by_key(|(_, tag)| *tag);
        for ((first, tag), (path, next)) in tags.iter().zip(tags.iter().skip(1)) {
            if tag == next {
                let finding = LINT.advice(path.clone(), format!("tag `{tag}` is excluded twice"));
                let finding = finding.with_note(first.clone(), "excludes the same objects");
                found.push(finding.with_help("keep one of them"));
            }
        }
    }
}
