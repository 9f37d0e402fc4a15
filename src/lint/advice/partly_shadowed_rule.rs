use crate::analysis::Reachability;
use crate::lint::advice::Decisions;
use crate::lint::{Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule that loses some of its objects to another rule with the same destination bucket.
    ///
    /// ## Why it matters
    ///
    /// That is what priorities are for. Where it is not meant, the message names an object that is
    /// lost.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><ID>all</ID><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><ID>tax</ID><Status>Enabled</Status><Filter><Prefix>tax/</Prefix></Filter>
    ///   <Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <StorageClass>DEEP_ARCHIVE</StorageClass></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><ID>logs</ID><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><ID>tax</ID><Status>Enabled</Status><Filter><Prefix>tax/</Prefix></Filter>
    ///   <Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <StorageClass>DEEP_ARCHIVE</StorageClass></Destination></Rule>
    /// ```
    static LINT = {
        name: "partly-shadowed-rule",
        summary: "another rule wins some of the objects that a rule matches",
        clause: CONFLICT_DOMAIN,
        group: Pedantic,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    for (rule, reachability) in decisions.reachability() {
        let Reachability::Partly { by, loses, .. } = reachability else { continue };
        let message =
            format!("rule `{}` loses some objects to rule `{}`: {loses}", rule.name(), by.name());
        let finding = LINT.advice(FieldPath::rule(rule.position), message);
        let finding = finding.with_note(FieldPath::rule(by.position), "this rule comes first");
        found.push(finding.with_help("change the priorities if the other rule should win them"));
    }
}
