use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::refusals::{delete_marker_replication_in_v1, priority_in_v1};
use crate::lint::{Context, Findings, declare_lint};
use crate::model::ConfigurationVersion;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule with `Filter` among rules with `Prefix`, or the other way round; it is reported once,
    /// at the first rule that differs from the first.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: a configuration has one version, and one rule without `Filter` makes it V1.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><Status>Enabled</Status><Prefix>logs/</Prefix>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter><Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "versions-mixed",
        summary: "some rules have `Prefix` and others `Filter`",
        clause: VERSIONS_NOT_MIXED,
        stage: Rule,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let mut versions = context.rules().filter_map(|(at, rule)| Some((at, rule.version()?)));
    let Some((first, version)) = versions.next() else { return };
    let Some((at, _)) = versions.find(|(_, other)| *other != version) else { return };
    let (usual, other) = match version {
        ConfigurationVersion::V1 => ("Prefix", "Filter"),
        ConfigurationVersion::V2 => ("Filter", "Prefix"),
    };
    let message = format!("a rule with `{other}` is among rules with `{usual}`");
    let finding = LINT.refusal(FieldPath::rule(at), message, answer_to(context));
    let first = FieldPath::rule(first).field(usual);
    let help = "write every rule with `Filter`, `Priority` and `DeleteMarkerReplication`";
    found.push(finding.with_note(first, "the first rule").with_help(help));
}

/// S3 takes the configuration for V1 and refuses what only the other rules may have.
fn answer_to(context: &Context<'_>) -> ServiceError {
    let rules = &context.draft().rules;
    let code = ServiceErrorCode::INVALID_REQUEST;
    if rules.iter().any(|rule| rule.priority.is_some()) {
        ServiceError::new(code, priority_in_v1::ANSWER)
    } else if rules.iter().any(|rule| rule.delete_marker_replication.is_some()) {
        ServiceError::new(code, delete_marker_replication_in_v1::ANSWER)
    } else {
        ServiceError::without_text(code)
    }
}
