use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::DestinationForm;
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A destination bucket whose ARN names another partition than that of `Role`.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: partitions, such as the Regions in China, share no accounts, and replication
    /// stays within one.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws-cn:s3:::backup-cn</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "destination-in-other-partition",
        summary: "a destination bucket lies in another partition than the role",
        clause: SAME_PARTITION,
        stage: Rule,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    if context.dialect().destination_form() != DestinationForm::BucketArn {
        return;
    }
    let Some(role) = &context.draft().role else { return };
    for (at, destination) in context.destinations() {
        let Some(bucket) = &destination.bucket else { continue };
        let (there, here) = (bucket.partition(), role.partition());
        if there != here && !bucket.is_stand_in() && !role.is_stand_in() {
            let error = ServiceError::new(ServiceErrorCode::INVALID_ARGUMENT, "Invalid bucket ARN");
            let message = format!("the bucket lies in partition `{there}`, the role in `{here}`");
            let finding = LINT.refusal(in_destination(at, "Bucket"), message, error);
            let role = FieldPath::root().field("Role");
            let help = "replicate to a bucket in the partition of the role";
            found.push(finding.with_note(role, "the role").with_help(help));
        }
    }
}
