use crate::lint::advice::Decisions;
use crate::lint::helpers::in_destination;
use crate::lint::{Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A disabled rule with `ReplicationTime` or `Metrics` enabled.
    ///
    /// ## Why it matters
    ///
    /// Nothing is measured where nothing is replicated. An alarm that waits for its figures never
    /// goes off.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Disabled</Status><Filter><Prefix>tmp/</Prefix></Filter><Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <Metrics><Status>Enabled</Status></Metrics></Destination></Rule>
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <Metrics><Status>Enabled</Status></Metrics></Destination></Rule>
    /// ```
    static LINT = {
        name: "time-control-on-disabled-rule",
        summary: "a disabled rule asks for Time Control or metrics",
        clause: DISABLED_RULES_DO_NOTHING,
        group: Pedantic,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    for rule in decisions.configuration().rules() {
        if !rule.status.is_enabled() && rule.has_metrics() {
            let message = format!("rule `{}` is disabled, so nothing is measured", rule.name());
            let path = in_destination(rule.position, "Metrics");
            let help = "enable the rule, or take `Metrics` and `ReplicationTime` out";
            found.push(LINT.advice(path, message).with_help(help));
        }
    }
}
