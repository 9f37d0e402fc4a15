use crate::analysis::replicated_only_by;
use crate::lint::advice::Decisions;
use crate::lint::helpers::in_destination;
use crate::lint::{Findings, declare_lint};
use crate::model::{ReplicationRule, StorageClass};

declare_lint! {
    /// ## What it finds
    ///
    /// A rule that writes a replica in `ONEZONE_IA` of an object that no other destination gets in
    /// another class; the message names one. Where hundreds of rules with tags would have to win
    /// together, not every combination of them is tried.
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
    static LINT = {
        name: "replicas-in-one-zone",
        summary: "every replica is in one Availability Zone",
        clause: ONE_ZONE,
        group: Cost,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    let is_in_one_zone =
        |rule: &ReplicationRule| rule.destination.storage_class == Some(StorageClass::ONEZONE_IA);
    if !decisions.enabled_rules().any(is_in_one_zone) {
        return;
    }
    let in_one_zone =
        replicated_only_by(decisions.configuration(), decisions.context.dialect(), is_in_one_zone);
    for (position, object) in in_one_zone {
        let Some(rule) = decisions.configuration().rules().get(position) else { continue };
        let message = format!(
            "every replica of {object} is in one zone: rule `{}` writes it in ONEZONE_IA",
            rule.name(),
        );
        let path = in_destination(position, "StorageClass");
        found.push(LINT.advice(path, message).with_help("write `STANDARD_IA`"));
    }
}
