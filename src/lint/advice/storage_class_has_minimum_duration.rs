use crate::lint::advice::Decisions;
use crate::lint::helpers::in_destination;
use crate::lint::{Findings, declare_lint};
use crate::model::StorageClass;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule that writes replicas in a class with a minimum storage duration.
    ///
    /// ## Why it matters
    ///
    /// A replica that is overwritten or deleted earlier is charged for the whole time. It pays only
    /// for what stays.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <StorageClass>DEEP_ARCHIVE</StorageClass></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "storage-class-has-minimum-duration",
        summary: "replicas are charged for longer than they may be kept",
        clause: STORAGE_CLASS_MINIMUMS,
        group: Cost,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    for rule in decisions.writing_rules() {
        let class = rule.destination.storage_class.as_ref();
        let days = match class {
            Some(&(StorageClass::STANDARD_IA | StorageClass::ONEZONE_IA)) => 30,
            Some(&(StorageClass::GLACIER_IR | StorageClass::GLACIER)) => 90,
            Some(&StorageClass::DEEP_ARCHIVE) => 180,
            _ => continue,
        };
        let class = class.map_or("", StorageClass::as_str);
        let message = format!("a replica in {class} is charged for at least {days} days");
        let path = in_destination(rule.position, "StorageClass");
        let help = "use `STANDARD` or `INTELLIGENT_TIERING` for what is deleted sooner";
        found.push(LINT.advice(path, message).with_help(help));
    }
}
