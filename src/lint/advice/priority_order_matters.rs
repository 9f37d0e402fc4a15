use crate::analysis::Comparison;
use crate::dialect::PriorityOrder;
use crate::lint::advice::Decisions;
use crate::lint::{Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A configuration that decides differently about some object if the lower priority wins.
    ///
    /// ## Why it matters
    ///
    /// In the API reference the higher number wins, in AWS's tutorials the lower. The author of the
    /// configuration may have followed the tutorials.
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
        name: "priority-order-matters",
        summary: "the configuration decides differently if the lower priority wins",
        clause: PRIORITY_LOWER_WINS,
        group: Pedantic,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    let (configuration, dialect) = (decisions.configuration(), decisions.context.dialect().clone());
    let (other, help) = match dialect.priority_order() {
        PriorityOrder::HigherWins => (
            PriorityOrder::LowerWins,
            "make sure that the higher number is the one that should win",
        ),
        PriorityOrder::LowerWins => (
            PriorityOrder::HigherWins,
            "make sure that the lower number is the one that should win; by the API reference the \
             higher one does",
        ),
        PriorityOrder::DocumentOrder => return,
    };
    let other = dialect.clone().with_priority_order(other);
    let comparison = Comparison::new(configuration, configuration).with_dialects(dialect, other);
    let difference = comparison.first_difference();
    let rules = difference.as_ref().map(|found| (found.old_rule(), found.new_rule()));
    if let (Some(difference), Some((Some(wins), Some(loses)))) = (&difference, rules) {
        let message = format!(
            "rule `{}` wins {} by its priority; if the lower number won, rule `{}` would",
            wins.name(),
            difference.witness(),
            loses.name(),
        );
        let finding = LINT.advice(FieldPath::rule(wins.position).field("Priority"), message);
        let path = FieldPath::rule(loses.position).field("Priority");
        let finding = finding.with_note(path, "the other priority");
        found.push(finding.with_help(help));
    }
}
