use crate::lint::advice::Decisions;
use crate::lint::{Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A configuration in which every rule is disabled.
    ///
    /// ## Why it matters
    ///
    /// Nothing is replicated, and checks that only look for a configuration are content.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Disabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "all-rules-disabled",
        summary: "no rule is enabled",
        clause: DISABLED_RULES_DO_NOTHING,
        group: Suspicious,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    // A rule for other zones is enabled there.
    if !decisions.configuration().rules().iter().any(|rule| rule.status.is_enabled()) {
        let message = "no rule is enabled, so nothing is replicated";
        let finding = LINT.advice(FieldPath::rule(0).field("Status"), message);
        found.push(finding.with_help("enable a rule, or delete the configuration"));
    }
}
