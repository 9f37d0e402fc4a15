use std::collections::BTreeSet;

use crate::lint::advice::Decisions;
use crate::lint::helpers::in_destination;
use crate::lint::{Fact, Findings, declare_lint};
use crate::model::{BucketLifecycle, Expiry};

declare_lint! {
    /// ## What it finds
    ///
    /// A destination bucket that is known to have no lifecycle rules for noncurrent versions; at the
    /// first enabled rule that replicates to it.
    ///
    /// ## Why it matters
    ///
    /// Deletes of versions are not replicated, so every version that was ever written stays there
    /// and is charged.
    ///
    /// ## Example
    ///
    /// Bucket `keyless` has no lifecycle rules, bucket `expiring` has.
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::keyless</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::expiring</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "noncurrent-versions-pile-up",
        summary: "nothing deletes noncurrent versions in a destination",
        clause: NONCURRENT_VERSIONS_STAY,
        group: Cost,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    let mut buckets = BTreeSet::new();
    for rule in decisions.enabled_rules() {
        let bucket = rule.destination.bucket.name();
        if !buckets.insert(bucket) {
            continue;
        }
        let lifecycle =
            found.fact(&decisions.context, bucket, Fact::Lifecycle, |facts| facts.lifecycle);
        let expiry = lifecycle.and_then(BucketLifecycle::noncurrent_version_expiration);
        if expiry == Some(Expiry::Never) {
            let message = format!("nothing deletes noncurrent versions in bucket `{bucket}`");
            let path = in_destination(rule.position, "Bucket");
            let help = "give the destination bucket a lifecycle rule for noncurrent versions";
            found.push(LINT.advice(path, message).with_help(help));
        }
    }
}
