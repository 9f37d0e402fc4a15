use crate::lint::advice::Decisions;
use crate::lint::{Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// An enabled rule of a V1 configuration.
    ///
    /// ## Why it matters
    ///
    /// V1 replicates the delete markers that users make, and there is no switch for it. The same
    /// rule in V2 has to say so.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Prefix>logs/</Prefix>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Enabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "delete-markers-implied",
        summary: "a V1 rule replicates delete markers implicitly",
        clause: V1_DELETE_MARKERS,
        group: Pedantic,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    for rule in decisions.enabled_rules() {
        if rule.delete_marker_replication.is_none() {
            let message =
                format!("rule `{}` replicates delete markers, as every V1 rule does", rule.name());
            let finding = LINT.advice(FieldPath::rule(rule.position), message);
            let help = "write the configuration in V2, where `DeleteMarkerReplication` states it";
            found.push(finding.with_help(help));
        }
    }
}
