use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Fact, Findings, declare_lint};
use crate::model::Versioning;

declare_lint! {
    /// ## What it finds
    ///
    /// A destination bucket whose versioning is known not to be enabled.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it, in a disabled rule too: replicas are versions.
    ///
    /// ## Example
    ///
    /// Bucket `unversioned` never had versioning enabled.
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::unversioned</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "destination-not-versioned",
        summary: "a destination bucket does not keep versions",
        clause: DESTINATION_VERSIONING,
        stage: DestinationBucket,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, destination) in context.destinations() {
        let Some(bucket) = &destination.bucket else { continue };
        let versioning =
            found.fact(context, bucket.name(), Fact::Versioning, |facts| facts.versioning);
        if let Some(versioning @ (Versioning::Suspended | Versioning::Unversioned)) = versioning {
            let answer = "Destination bucket must have versioning enabled.";
            let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
            let message = format!("versioning of bucket `{}` is `{versioning}`", bucket.name());
            let finding = LINT.refusal(in_destination(at, "Bucket"), message, error);
            found.push(finding.with_help("enable versioning of the destination bucket"));
        }
    }
}
