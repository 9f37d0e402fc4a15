use crate::analysis::Witness;
use crate::lint::lints::in_destination;
use crate::lint::{Accepted, Findings, declare_lint};
use crate::model::StorageClass;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule that writes replicas in `ONEZONE_IA`, where no other destination gets all of them in
    /// another class.
    ///
    /// ## Why it matters
    ///
    /// A copy is lost with the zone it is in. It is cheap as one copy more, and a risk as the only
    /// one.
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
        summary: "every replica is in one Availability Zone",
        clause: ONE_ZONE,
        group: Cost,
        reads: Accepted,
        since: "0.1.0",
    }
}

fn check(accepted: &Accepted<'_>, found: &mut Findings) {
    for (rule, least) in accepted.replicated() {
        if rule.destination.storage_class != Some(StorageClass::ONEZONE_IA) {
            continue;
        }
        let is_in_one_zone = |object: &Witness| {
            let version = object.version();
            let decision = accepted.engine().decide(&version, object.event());
            let mut copies = decision.replications();
            copies.all(|copy| *copy.replica().storage_class == StorageClass::ONEZONE_IA)
        };
        if let Some(object) = least.into_iter().find(is_in_one_zone) {
            let message = format!(
                "every replica of {object} is in one zone: rule `{}` writes it in ONEZONE_IA",
                rule.name(),
            );
            let path = in_destination(rule.position, "StorageClass");
            found.push(REPLICAS_IN_ONE_ZONE.advice(path, message).with_help("write `STANDARD_IA`"));
        }
    }
}
