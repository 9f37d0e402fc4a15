use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::helpers::repetitions;
use crate::lint::{Context, Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// An `And` with two tags that have the same key, with the same value or another.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: an object version has at most one tag with a key. Versions that have one or
    /// the other take two rules. In `Not`, `Or` may have both.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><And>
    ///   <Tag><Key>team</Key><Value>tax</Value></Tag>
    ///   <Tag><Key>team</Key><Value>law</Value></Tag></And></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter><And>
    ///   <Tag><Key>team</Key><Value>tax</Value></Tag>
    ///   <Tag><Key>area</Key><Value>law</Value></Tag></And></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "tag-key-repeated",
        summary: "a filter has two tags with the same key",
        clause: TAG_KEYS_UNIQUE,
        stage: Rule,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let mut keys = Vec::new();
    for (at, rule) in context.rules() {
        let and = rule.filter.as_ref().and_then(|filter| filter.and.as_ref());
        let Some(and) = and.filter(|and| and.tags.len() > 1) else { continue };
        keys.clear();
        keys.extend(and.tags.iter().enumerate().map(|(tag, it)| (it.key(), tag)));
        for (key, first, again) in repetitions(&mut keys) {
            let answer = "Duplicate Tag Keys are not allowed.";
            let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
            let message = format!("tag key `{key}` is not unique");
            let finding = LINT.refusal(key_path(at, again), message, error);
            let help = "write one rule for each value";
            let first = key_path(at, first);
            found.push(finding.with_note(first, "the first tag with it").with_help(help));
        }
    }
}

fn key_path(at: usize, tag: usize) -> FieldPath {
    FieldPath::rule(at).field("Filter").field("And").field("Tag").index(tag).field("Key")
}
