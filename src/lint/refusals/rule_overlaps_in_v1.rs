use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::keyspace::parents;
use crate::lint::{Context, Findings, declare_lint};
use crate::model::ConfigurationVersion;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// Two V1 rules with the same prefix, or with one prefix that begins with the other.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: V1 has no priorities, so nothing could decide between the two.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Prefix>logs/</Prefix>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><Status>Enabled</Status><Prefix>logs/2026/</Prefix>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Prefix>logs/</Prefix>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><Status>Enabled</Status><Prefix>data/</Prefix>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "rule-overlaps-in-v1",
        summary: "two V1 rules have overlapping prefixes",
        clause: V1_PREFIXES_DISJOINT,
        stage: Configuration,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let mut prefixes: Vec<(&str, usize)> = context
        .rules_in(ConfigurationVersion::V1)
        .filter_map(|(at, rule)| Some((rule.prefix.as_ref()?.as_str(), at)))
        .collect();
    prefixes.sort_unstable();
    let outer = parents(&prefixes, |(outer, _), (inner, _)| inner.starts_with(outer));
    for ((prefix, at), outer) in prefixes.iter().zip(outer) {
        if let Some((outer, first)) = outer.and_then(|index| prefixes.get(index)) {
            let answer = format!("Found overlapping prefixes '{outer}' and '{prefix}'");
            let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
            let message = format!("prefix `{prefix}` overlaps with prefix `{outer}`");
            let path = FieldPath::rule(*at).field("Prefix");
            let other = FieldPath::rule(*first).field("Prefix");
            let finding = LINT.refusal(path, message, error);
            let help = "write both rules with `Filter` and `Priority`, which decides between them";
            found.push(finding.with_note(other, "the other prefix").with_help(help));
        }
    }
}
