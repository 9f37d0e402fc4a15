use crate::lint::advice::Decisions;
use crate::lint::{Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule with `Status` `Disabled` next to others.
    ///
    /// ## Why it matters
    ///
    /// It does nothing at all: it neither replicates nor keeps another rule from doing so, whatever
    /// its priority. S3 checks it all the same.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><ID>keep-out</ID><Status>Disabled</Status><Filter><Prefix>tmp/</Prefix></Filter>
    ///   <Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><ID>all</ID><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><ID>all</ID><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "disabled-rule",
        summary: "a rule is disabled",
        clause: DISABLED_RULES_DO_NOTHING,
        group: Pedantic,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    // A rule for other zones is enabled there.
    let rules = decisions.configuration().rules();
    let is_alone = !rules.iter().any(|rule| rule.status.is_enabled());
    let disabled = rules.iter().filter(|rule| !rule.status.is_enabled());
    for rule in disabled.filter(|_| !is_alone) {
        let message = format!(
            "rule `{}` is disabled; it does not keep other rules from replicating",
            rule.name()
        );
        let finding = LINT.advice(FieldPath::rule(rule.position).field("Status"), message);
        found.push(finding.with_help("remove the rule unless it will be enabled again"));
    }
}
