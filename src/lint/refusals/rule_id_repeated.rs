use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::RuleIds;
use crate::lint::helpers::repetitions;
use crate::lint::{Context, Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// An `ID` that an earlier rule has too.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: the ID is the name of a rule. A rule without `ID` gets one from S3.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><ID>a</ID><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><ID>a</ID><Status>Enabled</Status><Filter><Prefix>data/</Prefix></Filter>
    ///   <Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><ID>a</ID><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><ID>b</ID><Status>Enabled</Status><Filter><Prefix>data/</Prefix></Filter>
    ///   <Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "rule-id-repeated",
        summary: "two rules have the same ID",
        clause: ID_UNIQUE,
        stage: Configuration,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    if context.dialect().rule_ids() == RuleIds::Repeatable {
        return;
    }
    let ids = context.rules().filter_map(|(at, rule)| Some((rule.id.as_ref()?, at)));
    for (id, first, at) in repetitions(&mut ids.collect::<Vec<_>>()) {
        let error = ServiceError::new(ServiceErrorCode::INVALID_ARGUMENT, "Rule Id must be unique");
        let path = FieldPath::rule(at).field("ID");
        let finding = LINT.refusal(path, format!("rule ID `{id}` is not unique"), error);
        let first = FieldPath::rule(first).field("ID");
        let help = "give each rule an ID of its own, or none";
        found.push(finding.with_note(first, "the first rule with it").with_help(help));
    }
}
