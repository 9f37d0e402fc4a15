use crate::analysis::Witness;
use crate::dialect::SourceSelection;
use crate::engine::Replication;
use crate::lint::advice::Decisions;
use crate::lint::{Findings, declare_lint};
use crate::model::{BucketArn, ReplicationRule};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule whose objects are all replicated to other destination buckets as well.
    ///
    /// ## Why it matters
    ///
    /// Each copy is stored, and each transfer to another Region charged.
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
    ///   <Destination><Bucket>arn:aws:s3:::locked</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><ID>tax</ID><Status>Enabled</Status><Filter><Prefix>tax/</Prefix></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><ID>all</ID><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter>
    ///   <Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::locked</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "keys-replicated-repeatedly",
        summary: "objects go to several destinations",
        clause: CONFLICT_DOMAIN,
        group: Cost,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    for (rule, least) in decisions.replicated() {
        // Where the least object goes by a rule that covers this one, every other goes, too.
        let counts = least.iter().map(|object| destinations(decisions, rule, object));
        let Some(count) = counts.min().filter(|count| *count > 1) else { continue };
        let message =
            format!("every object of rule `{}` goes to {count} destinations", rule.name());
        let finding = LINT.advice(FieldPath::rule(rule.position), message);
        found.push(finding.with_help("narrow one of the filters if one copy is enough"));
    }
}

/// Counts the buckets to which all objects of a rule go that are encrypted with a KMS key as the least
/// of them is, or are not.
fn destinations(decisions: &Decisions<'_>, rule: &ReplicationRule, object: &Witness) -> usize {
    let version = object.version();
    let decision = decisions.engine().decide(&version, object.event());
    let covers = |made: &&Replication<'_>| made.rule().filter.covers(&rule.filter);
    let buckets = decision.replications().filter(covers).map(Replication::bucket);
    // Where KMS is asked about after the selection, a rule for fewer keys may win and withhold them.
    let may_withhold = version.encryption.is_kms()
        && decisions.context.dialect().source_selection() == SourceSelection::AfterSelection;
    let is_withheld = |bucket: &BucketArn| {
        decisions.enabled_rules().any(|other| {
            !other.selects_kms()
                && other.destination.bucket == *bucket
                && other.filter.overlaps(&rule.filter)
        })
    };
    let is_sure = |bucket: &&BucketArn| **bucket == rule.destination.bucket || !is_withheld(bucket);
    buckets.filter(|bucket| !may_withhold || is_sure(bucket)).count()
}
