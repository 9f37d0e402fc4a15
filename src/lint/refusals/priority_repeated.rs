use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::PriorityScope;
use crate::lint::helpers::repetitions;
use crate::lint::{Context, Findings, declare_lint};
use crate::model::{ConfigurationVersion, RuleDraft};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A `Priority` that an earlier rule has too, even a disabled one. A dialect may ask for
    /// different priorities among the rules of one destination bucket only.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: between two such rules nothing could decide.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><Status>Enabled</Status><Filter><Prefix>data/</Prefix></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><Status>Enabled</Status><Filter><Prefix>data/</Prefix></Filter><Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "priority-repeated",
        summary: "two rules have the same priority",
        clause: PRIORITY_UNIQUE,
        stage: Configuration,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check<'a>(context: &Context<'a>, found: &mut Findings) {
    let scope = context.dialect().priority_scope();
    let key = |rule: &'a RuleDraft| {
        let within = match scope {
            PriorityScope::Configuration => None,
            PriorityScope::Destination => Some(rule.destination.as_ref()?.bucket.as_ref()?),
        };
        Some((rule.priority?, within))
    };
    let keys =
        context.rules_in(ConfigurationVersion::V2).filter_map(|(at, rule)| Some((key(rule)?, at)));
    for ((priority, _), first, at) in repetitions(&mut keys.collect::<Vec<_>>()) {
        let answer = format!("Found duplicate priority {priority}.");
        let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
        let path = FieldPath::rule(at).field("Priority");
        let message = format!("priority `{priority}` is not unique");
        let finding = LINT.refusal(path, message, error);
        let first = FieldPath::rule(first).field("Priority");
        let help = "give each rule a number of its own";
        found.push(finding.with_note(first, "the first rule with it").with_help(help));
    }
}
