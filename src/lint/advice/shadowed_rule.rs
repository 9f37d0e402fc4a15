use crate::analysis::Reachability;
use crate::lint::advice::Decisions;
use crate::lint::helpers::named;
use crate::lint::{Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// An enabled rule that is never selected: other rules with the same destination bucket win
    /// every object it matches, and their settings differ.
    ///
    /// ## Why it matters
    ///
    /// The rule has no effect. The rule with the higher priority number wins, even if its filter is
    /// wider. The usual cause is an AWS tutorial that states the reverse.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><ID>tax</ID><Status>Enabled</Status><Filter><Prefix>tax/</Prefix></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <StorageClass>DEEP_ARCHIVE</StorageClass></Destination></Rule>
    /// <Rule><ID>all</ID><Status>Enabled</Status><Filter/><Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><ID>tax</ID><Status>Enabled</Status><Filter><Prefix>tax/</Prefix></Filter>
    ///   <Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <StorageClass>DEEP_ARCHIVE</StorageClass></Destination></Rule>
    /// <Rule><ID>all</ID><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "shadowed-rule",
        summary: "other rules win every object that a rule matches",
        clause: CONFLICT_DOMAIN,
        group: Suspicious,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    for (rule, reachability) in decisions.reachability() {
        let Reachability::Never { by, together, same_effect: false, loses } = reachability else {
            continue;
        };
        let (name, by_name) = (rule.name(), by.name());
        let message = if together.len() < 2 {
            format!("rule `{name}` can never be selected: rule `{by_name}` wins {loses}")
        } else {
            let all = named(together);
            format!(
                "rule `{name}` can never be selected: {all} together match every object that it matches; rule `{by_name}` wins {loses}"
            )
        };
        let mut finding = LINT.advice(FieldPath::rule(rule.position), message);
        finding = finding.with_note(FieldPath::rule(by.position), "this rule wins");
        for other in together.iter().filter(|other| other.position != by.position) {
            finding =
                finding.with_note(FieldPath::rule(other.position), "this rule matches others");
        }
        found.push(finding.with_help(format!(
            "let rule `{}` come first by its `Priority`, or take it out",
            rule.name(),
        )));
    }
}
