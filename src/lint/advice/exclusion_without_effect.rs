use crate::lint::exclusions::WrittenExclusion;
use crate::lint::{Context, Findings, declare_lint};
use crate::model::{ObjectVersion, Prefix, Tag};

declare_lint! {
    /// ## What it finds
    ///
    /// An excluded prefix outside the prefix of the rule, or an excluded tag that no object of the
    /// rule can have.
    ///
    /// ## Why it matters
    ///
    /// It excludes nothing. The usual cause is an excluded prefix that was written without the prefix
    /// of the rule: both begin at the start of the key.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status>
    ///   <Filter><And><Prefix>logs/</Prefix><Not><Prefix>debug/</Prefix></Not></And></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status>
    ///   <Filter><And><Prefix>logs/</Prefix><Not><Prefix>logs/debug/</Prefix></Not></And></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "exclusion-without-effect",
        summary: "an exclusion matches nothing that its rule would match",
        clause: EXCLUDED_PREFIXES,
        group: Suspicious,
        reads: Draft,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for exclusion in context.exclusions() {
        if exclusion.filter.unmatchable().is_some() {
            continue;
        }
        for (path, prefix) in exclusion.prefixes() {
            if let Some((message, help)) = idle_prefix(&exclusion, prefix) {
                found.push(LINT.advice(path, message).with_help(help));
            }
        }
        for (path, tag) in exclusion.tags() {
            if let Some(message) = idle_tag(&exclusion, tag) {
                let help = "exclude a tag that objects of the rule can have";
                found.push(LINT.advice(path, message).with_help(help));
            }
        }
    }
}

/// Returns the reason why no key of the rule begins with an excluded prefix, and advice.
fn idle_prefix(exclusion: &WrittenExclusion<'_>, prefix: &Prefix) -> Option<(String, String)> {
    let own = exclusion.filter.key_prefix();
    if prefix.as_str().len() > ObjectVersion::KEY_LIMIT {
        let message = format!(
            "the excluded prefix has {} bytes, and a key at most {}",
            prefix.as_str().len(),
            ObjectVersion::KEY_LIMIT
        );
        return Some((message, "exclude a shorter prefix".to_owned()));
    }
    if prefix.as_str().starts_with(own.as_str()) {
        return None;
    }
    let message =
        format!("no key begins both with `{own}` and with the excluded prefix `{prefix}`");
    let meant = format!("{own}{prefix}");
    let help = match meant.parse::<Prefix>() {
        Ok(meant) => format!("write the whole beginning of the keys, such as `{meant}`"),
        Err(_) => format!("exclude a prefix that begins with `{own}`"),
    };
    Some((message, help))
}

/// Returns the reason why no object of the rule has an excluded tag.
fn idle_tag(exclusion: &WrittenExclusion<'_>, tag: &Tag) -> Option<String> {
    let required = exclusion.filter.tags();
    if let Some(own) = required.iter().find(|own| own.key() == tag.key()) {
        return Some(format!(
            "the rule requires the tag `{own}`, so no object of it has the excluded tag `{tag}`"
        ));
    }
    let is_full = required.len() == ObjectVersion::TAG_LIMIT;
    is_full.then(|| {
        format!(
            "the rule requires {} tags, the most that an object has, so none has the excluded tag \
             `{tag}`",
            ObjectVersion::TAG_LIMIT
        )
    })
}
