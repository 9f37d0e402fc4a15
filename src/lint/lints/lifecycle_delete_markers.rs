use crate::lint::{Accepted, Fact, Findings, declare_lint};
use crate::model::Expiry;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule that replicates delete markers, of a source bucket that is known to have lifecycle
    /// rules.
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
    static LIFECYCLE_DELETE_MARKERS = {
        name: "lifecycle-delete-markers",
        summary: "delete markers that lifecycle makes are not replicated",
        clause: LIFECYCLE_ACTIONS,
        group: Pedantic,
        reads: Accepted,
        since: "0.1.0",
    }
}

fn check(accepted: &Accepted<'_>, found: &mut Findings) {
    let mut rules = accepted.enabled_rules().filter(|rule| rule.replicates_delete_markers());
    let Some(rule) = rules.next() else { return };
    let lifecycle = found.know_of_source(accepted, Fact::Lifecycle, |facts| facts.lifecycle);
    let expires = lifecycle.filter(|lifecycle| lifecycle.has_rules());
    if expires.is_some_and(|lifecycle| lifecycle.expiration() != Some(Expiry::Never)) {
        let message = "delete markers that lifecycle makes are not replicated, only those of users";
        let path = FieldPath::rule(rule.position).field("DeleteMarkerReplication");
        let help = "give the destination bucket the same lifecycle rules";
        found.push(LIFECYCLE_DELETE_MARKERS.advice(path, message).with_help(help));
    }
}
