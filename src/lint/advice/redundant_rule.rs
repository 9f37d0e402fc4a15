use crate::analysis::Reachability;
use crate::lint::advice::Decisions;
use crate::lint::helpers::named;
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
        summary: "a rule is never selected, and the rule that wins has the same effect",
        clause: CONFLICT_DOMAIN,
        group: Suspicious,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    for (rule, reachability) in decisions.reachability() {
        let Reachability::Never { by, together, same_effect: true, .. } = reachability else {
            continue;
        };
        let (name, by_name) = (rule.name(), by.name());
        let message = if together.len() < 2 {
            let same = if rule.filter == by.filter { "asks for the same and does" } else { "does" };
            format!("rule `{name}` is never selected: rule `{by_name}` {same} the same")
        } else {
            let all = named(together);
            format!(
                "rule `{name}` is never selected: {all} together match every object that it matches, and do the same"
            )
        };
        let mut finding = LINT.advice(FieldPath::rule(rule.position), message);
        finding = finding.with_note(FieldPath::rule(by.position), "this rule wins");
        for other in together.iter().filter(|other| other.position != by.position) {
            finding =
                finding.with_note(FieldPath::rule(other.position), "this rule matches others");
        }
        found.push(finding.with_help("remove the rule; nothing changes"));
    }
}
