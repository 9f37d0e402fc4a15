use crate::analysis::Reachability;
use crate::lint::advice::Decisions;
use crate::lint::{Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule that is in force and never selected, because another rule with the same destination
    /// bucket wins, and does the same.
    ///
    /// ## Why it matters
    ///
    /// The configuration decides the same without the rule. A later change of the rule has no effect,
    /// which is hard to explain.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><ID>tax</ID><Status>Enabled</Status><Filter><Prefix>tax/</Prefix></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><ID>all</ID><Status>Enabled</Status><Filter/><Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><ID>all</ID><Status>Enabled</Status><Filter/><Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "redundant-rule",
        summary: "a rule is never selected, and one that wins does the same",
        clause: CONFLICT_DOMAIN,
        group: Suspicious,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    for (rule, reachability) in decisions.reachability() {
        let Reachability::Never { by, same_effect: true, .. } = reachability else { continue };
        let by_name = by.name();
        let same = if rule.filter == by.filter { "asks for the same and does" } else { "does" };
        let message =
            format!("rule `{}` is never selected: rule `{by_name}` {same} the same", rule.name());
        let finding = LINT.advice(FieldPath::rule(rule.position), message);
        let finding = finding.with_note(FieldPath::rule(by.position), "this rule wins");
        found.push(finding.with_help("remove the rule; nothing changes"));
    }
}
