use crate::lint::advice::Decisions;
use crate::lint::{Fact, Findings, declare_lint};
use crate::model::{BucketLifecycle, Expiry, ReplicationRule};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule that replicates delete markers, and wins some, of a source bucket that is known to have
    /// lifecycle rules, unless those of the destination are known to expire objects at the same age.
    ///
    /// ## Why it matters
    ///
    /// Only delete markers that users make are replicated. What lifecycle expires at the source
    /// stays current in the destination, unless lifecycle expires it there too.
    ///
    /// ## Example
    ///
    /// Lifecycle expires objects of the source bucket `expiring`.
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Enabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "lifecycle-delete-markers",
        summary: "delete markers of lifecycle rules are not replicated",
        clause: LIFECYCLE_ACTIONS,
        group: Pedantic,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    let rules: Vec<&ReplicationRule> = decisions.marking_rules().collect();
    if rules.is_empty() {
        return;
    }
    let lifecycle = found.source_fact(&decisions.context, Fact::Lifecycle, |facts| facts.lifecycle);
    let Some(lifecycle) = lifecycle.filter(|one| one.expiration() != Some(Expiry::Never)) else {
        return;
    };
    // What expires at the same age on both sides is gone from both.
    let expires_alike = |rule: &ReplicationRule| {
        let facts = decisions.context.buckets().get(rule.destination.bucket.name());
        let there = facts.and_then(|facts| facts.lifecycle).and_then(BucketLifecycle::expiration);
        there.is_some() && there == lifecycle.expiration()
    };
    if let Some(rule) = rules.into_iter().find(|rule| !expires_alike(rule)) {
        let message = "only delete markers of users are replicated, not those of lifecycle rules";
        let path = FieldPath::rule(rule.position).field("DeleteMarkerReplication");
        let help =
            format!("give bucket `{}` the same lifecycle rules", rule.destination.bucket.name());
        found.push(LINT.advice(path, message).with_help(help));
    }
}
