use crate::lint::lints::{covers, in_destination};
use crate::lint::{Accepted, Findings, declare_lint};
use crate::model::{ReplicationRule, StorageClass};

declare_lint! {
    /// ## What it finds
    ///
    /// An enabled rule that writes replicas in `ONEZONE_IA`, where no other destination gets all of
    /// them.
    ///
    /// ## Why it matters
    ///
    /// The copy is lost with the zone it is in. It is cheap as a second copy, and a risk as the
    /// only one.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <StorageClass>ONEZONE_IA</StorageClass></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <StorageClass>STANDARD</StorageClass></Destination></Rule>
    /// ```
    static REPLICAS_IN_ONE_ZONE = {
        name: "replicas-in-one-zone",
        summary: "the only replica is in one Availability Zone",
        clause: ONE_ZONE,
        group: Cost,
        reads: Accepted,
        since: "0.1.0",
    }
}

fn check(accepted: &Accepted<'_>, found: &mut Findings) {
    for rule in accepted.enabled_rules() {
        let is_in_one_zone = |rule: &ReplicationRule| {
            rule.destination.storage_class == Some(StorageClass::ONEZONE_IA)
        };
        let mut others = accepted.enabled_rules().filter(|other| {
            other.destination.bucket != rule.destination.bucket
                && !is_in_one_zone(other)
                && covers(&other.filter, &rule.filter)
        });
        if is_in_one_zone(rule) && others.next().is_none() {
            let message = format!("the only replica of rule `{}` is in one zone", rule.name());
            let path = in_destination(rule.position, "StorageClass");
            found.push(REPLICAS_IN_ONE_ZONE.advice(path, message).with_help("write `STANDARD_IA`"));
        }
    }
}
