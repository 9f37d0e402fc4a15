use crate::lint::advice::Decisions;
use crate::lint::helpers::in_destination;
use crate::lint::{Findings, declare_lint};
use crate::model::StorageClass;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule that writes replicas in a class that is charged for at least 128 KB an
    /// object.
    ///
    /// ## Why it matters
    ///
    /// Many small objects cost a multiple of what they would in `STANDARD`. A rule cannot ask for a
    /// size.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <StorageClass>STANDARD_IA</StorageClass></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "storage-class-has-minimum-size",
        summary: "small replicas are charged as if they were large",
        clause: STORAGE_CLASS_MINIMUMS,
        group: Cost,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    use StorageClass as Class;
    for rule in decisions.writing_rules() {
        let class = rule.destination.storage_class.as_ref();
        let Some(class @ (&Class::STANDARD_IA | &Class::ONEZONE_IA | &Class::GLACIER_IR)) = class
        else {
            continue;
        };
        let message = format!("a replica in {class} is charged for at least 128 KB");
        let path = in_destination(rule.position, "StorageClass");
        let help = "use another class for keys whose objects are small";
        found.push(LINT.advice(path, message).with_help(help));
    }
}
