use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::{Context, Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A configuration for a bucket that is known not to exist.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it.
    ///
    /// ## Example
    ///
    /// The first of these is put on bucket `gone`, which does not exist, the second on one that
    /// does.
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "source-missing",
        summary: "the source bucket does not exist",
        clause: SOURCE_EXISTS,
        stage: SourceBucket,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let Some(source) = context.source() else { return };
    if context.buckets().is_missing(source) {
        let answer = "The specified bucket does not exist";
        let error = ServiceError::new(ServiceErrorCode::NO_SUCH_BUCKET, answer);
        let message = format!("source bucket `{source}` does not exist");
        let finding = LINT.refusal(FieldPath::root(), message, error);
        found.push(finding.with_help("create the bucket, with versioning enabled"));
    }
}
