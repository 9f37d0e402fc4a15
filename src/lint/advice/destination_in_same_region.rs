use crate::lint::advice::Decisions;
use crate::lint::helpers::in_destination;
use crate::lint::{Fact, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// An enabled rule whose destination bucket is known to be in the Region of the source bucket.
    ///
    /// ## Why it matters
    ///
    /// S3 replicates within a Region as well. A copy that is to outlive the loss of a Region is not
    /// there.
    ///
    /// ## Example
    ///
    /// The source bucket and bucket `neighbour` are in `eu-central-1`.
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::neighbour</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "destination-in-same-region",
        summary: "a destination is in the Region of the source",
        clause: DESTINATION_REGION,
        group: Pedantic,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    let region = found.source_fact(&decisions.context, Fact::Region, |facts| facts.region.clone());
    for rule in decisions.enabled_rules() {
        let bucket = rule.destination.bucket.name();
        let other =
            found.fact(&decisions.context, bucket, Fact::Region, |facts| facts.region.clone());
        let (Some(region), Some(other)) = (&region, other) else { continue };
        if *region == other {
            let message = format!("bucket `{bucket}` is in {region} like the source bucket");
            let path = in_destination(rule.position, "Bucket");
            let help = "name a bucket in another Region if the copy is for disaster recovery";
            found.push(LINT.advice(path, message).with_help(help));
        }
    }
}
