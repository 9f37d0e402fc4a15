use crate::lint::advice::Decisions;
use crate::lint::helpers::in_destination;
use crate::lint::{Findings, declare_lint};
use crate::model::StorageClass;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule that writes replicas in `INTELLIGENT_TIERING`.
    ///
    /// ## Why it matters
    ///
    /// Each object of at least 128 KB is charged each month for being watched; smaller ones are
    /// neither watched nor moved. That is little for large objects, and much where most are not much
    /// larger than that.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <StorageClass>INTELLIGENT_TIERING</StorageClass></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "intelligent-tiering-is-charged",
        summary: "S3 charges monitoring for replicas of at least 128 KB",
        clause: INTELLIGENT_TIERING_PRICE,
        group: Cost,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    for rule in decisions.writing_rules() {
        if rule.destination.storage_class == Some(StorageClass::INTELLIGENT_TIERING) {
            let message =
                "S3 charges monitoring for each replica of at least 128 KB in INTELLIGENT_TIERING";
            let path = in_destination(rule.position, "StorageClass");
            let help = "use a class without monitoring if you know how often replicas \
                        are read";
            found.push(LINT.advice(path, message).with_help(help));
        }
    }
}
