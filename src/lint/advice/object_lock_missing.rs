use crate::lint::advice::Decisions;
use crate::lint::helpers::in_destination;
use crate::lint::{Fact, Findings, declare_lint};
use crate::model::ObjectLockStatus;

declare_lint! {
    /// ## What it finds
    ///
    /// An enabled rule of a source bucket that is known to have Object Lock, with a destination
    /// that is known to have none.
    ///
    /// ## Why it matters
    ///
    /// S3 accepts it, and then every replication fails with `DstBucketObjectLockConfigMissing`.
    ///
    /// ## Example
    ///
    /// The source bucket `archive` has Object Lock, bucket `backup` has not and bucket `locked`
    /// has.
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::locked</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "object-lock-missing",
        summary: "the source bucket has Object Lock, but a destination does not",
        clause: LOCK_ON_BOTH_SIDES,
        group: Suspicious,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    let locked = found.source_fact(&decisions.context, Fact::ObjectLock, |facts| facts.object_lock);
    if locked != Some(ObjectLockStatus::Enabled) {
        return;
    }
    for rule in decisions.enabled_rules() {
        let bucket = rule.destination.bucket.name();
        let lock =
            found.fact(&decisions.context, bucket, Fact::ObjectLock, |facts| facts.object_lock);
        if lock == Some(ObjectLockStatus::Disabled) {
            let message = format!(
                "replication to bucket `{bucket}` fails: it lacks the Object Lock of the source bucket"
            );
            let path = in_destination(rule.position, "Bucket");
            found.push(
                LINT.advice(path, message)
                    .with_help("enable Object Lock for the destination bucket"),
            );
        }
    }
}
