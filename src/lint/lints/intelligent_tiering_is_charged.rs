use crate::lint::lints::in_destination;
use crate::lint::{Accepted, Findings, declare_lint};
use crate::model::StorageClass;

declare_lint! {
    /// ## What it finds
    ///
    /// An enabled rule that writes replicas in `INTELLIGENT_TIERING`.
    ///
    /// ## Why it matters
    ///
    /// Each object is charged each month for being watched. That is little for large objects and
    /// much for small ones.
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
    static INTELLIGENT_TIERING_IS_CHARGED = {
        name: "intelligent-tiering-is-charged",
        summary: "replicas are charged for being watched",
        clause: INTELLIGENT_TIERING_PRICE,
        group: Cost,
        reads: Accepted,
        since: "0.1.0",
    }
}

fn check(accepted: &Accepted<'_>, found: &mut Findings) {
    for rule in accepted.enabled_rules() {
        if rule.destination.storage_class == Some(StorageClass::INTELLIGENT_TIERING) {
            let message = "each replica in INTELLIGENT_TIERING is charged for being watched";
            let path = in_destination(rule.position, "StorageClass");
            let help = "use a class that nobody has to watch, where it is known how often replicas \
                        are read";
            found.push(INTELLIGENT_TIERING_IS_CHARGED.advice(path, message).with_help(help));
        }
    }
}
