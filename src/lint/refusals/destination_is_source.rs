use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A destination bucket that is the source bucket, where that is known.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: nothing is replicated within one bucket.
    ///
    /// ## Example
    ///
    /// The source bucket is `photos`.
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::photos</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "destination-is-source",
        summary: "a bucket is its own destination",
        clause: DESTINATION_IS_NOT_SOURCE,
        stage: Rule,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let Some(source) = context.source() else { return };
    for (at, destination) in context.destinations() {
        if destination.bucket.as_ref().is_some_and(|bucket| bucket.name() == source) {
            let answer = "Destination bucket cannot be the same as the source bucket.";
            let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
            let message = format!("bucket `{source}` is its own destination");
            let finding = LINT.refusal(in_destination(at, "Bucket"), message, error);
            found.push(finding.with_help("replicate to another bucket"));
        }
    }
}
