use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::MissingDestinationText;
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A destination bucket that is known not to exist.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it, in a disabled rule too.
    ///
    /// ## Example
    ///
    /// There is no bucket `gone`.
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::gone</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "destination-missing",
        summary: "a destination bucket does not exist",
        clause: DESTINATION_EXISTS,
        stage: DestinationBucket,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, destination) in context.destinations() {
        let Some(bucket) = &destination.bucket else { continue };
        if context.buckets().is_missing(bucket.name()) {
            let answer = match context.dialect().missing_destination_text() {
                MissingDestinationText::MustExist => "Destination bucket must exist.",
                MissingDestinationText::MustHaveVersioning => {
                    "Destination bucket must have versioning enabled."
                }
            };
            let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
            let message = format!("destination bucket `{}` does not exist", bucket.name());
            let finding = LINT.refusal(in_destination(at, "Bucket"), message, error);
            found.push(finding.with_help("create the bucket, with versioning enabled"));
        }
    }
}
