use crate::lint::advice::Decisions;
use crate::lint::helpers::in_destination;
use crate::lint::{Fact, Findings, declare_lint};
use crate::model::Payer;

declare_lint! {
    /// ## What it finds
    ///
    /// An enabled rule whose destination belongs to another account and is known to let requesters
    /// pay.
    ///
    /// ## Why it matters
    ///
    /// Replication to it fails, and S3 does not warn when the configuration is put.
    ///
    /// ## Example
    ///
    /// Bucket `paid` belongs to account `210987654321`, and requesters pay for it.
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::paid</Bucket>
    ///     <Account>210987654321</Account></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <Account>210987654321</Account></Destination></Rule>
    /// ```
    static LINT = {
        name: "requester-pays-destination",
        summary: "a destination in another account is a Requester Pays bucket",
        clause: REQUESTER_PAYS_DESTINATION,
        group: Suspicious,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    let Some(source) = decisions.source_account() else { return };
    for rule in decisions.enabled_rules() {
        let bucket = rule.destination.bucket.name();
        let facts = decisions.context.buckets().get(bucket);
        // Then it does not matter who owns it.
        if facts.and_then(|facts| facts.payer) == Some(Payer::BucketOwner) {
            continue;
        }
        if decisions.account_of(rule, found).is_none_or(|account| account == source) {
            continue;
        }
        let payer = found.fact(&decisions.context, bucket, Fact::Payer, |facts| facts.payer);
        if payer == Some(Payer::Requester) {
            let message =
                format!("requesters pay for bucket `{bucket}`, so replication to it fails");
            let path = in_destination(rule.position, "Bucket");
            let help = "let the owner of the destination bucket pay";
            found.push(LINT.advice(path, message).with_help(help));
        }
    }
}
