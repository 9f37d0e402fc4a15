use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::DestinationCount;
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A second destination bucket, on stores that replicate to one.
    ///
    /// ## Why it matters
    ///
    /// The store replicates to one bucket only. AWS replicates to any number of them.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::one</Bucket></Destination></Rule>
    /// <Rule><Status>Enabled</Status><Filter/><Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::two</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "destinations-over-limit",
        summary: "the rules name several destination buckets, and the store supports one",
        clause: STORE_DESTINATIONS,
        stage: Configuration,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    if context.dialect().destinations() == DestinationCount::Many {
        return;
    }
    let mut buckets =
        context.destinations().filter_map(|(at, one)| Some((at, one.bucket.as_ref()?)));
    let Some((first, bucket)) = buckets.next() else { return };
    if let Some((at, _)) = buckets.find(|(_, other)| *other != bucket) {
        let answer = "Number of distinct destination bucket ARNs cannot exceed 1";
        let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
        let message = "the store replicates to one destination bucket";
        let finding = LINT.refusal(in_destination(at, "Bucket"), message, error);
        let finding = finding.with_note(in_destination(first, "Bucket"), "the first destination");
        found.push(finding.with_help("name one bucket in all rules"));
    }
}
