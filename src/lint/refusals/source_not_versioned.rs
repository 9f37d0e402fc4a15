use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::{Context, Fact, Findings, declare_lint};
use crate::model::Versioning;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A configuration for a bucket whose versioning is known not to be enabled.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: it is versions that are replicated.
    ///
    /// ## Example
    ///
    /// The first of these is put on bucket `unversioned`, which never had versioning enabled, the
    /// second on one that has.
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
        name: "source-not-versioned",
        summary: "the source bucket does not keep versions",
        clause: SOURCE_VERSIONING,
        stage: SourceBucket,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let versioning = found.source_fact(context, Fact::Versioning, |facts| facts.versioning);
    let Some(source) = context.source() else { return };
    if let Some(versioning @ (Versioning::Suspended | Versioning::Unversioned)) = versioning {
        let answer =
            "Versioning must be 'Enabled' on the bucket to apply a replication configuration";
        let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
        let message = format!("versioning of bucket `{source}` is `{versioning}`");
        let finding = LINT.refusal(FieldPath::root(), message, error);
        found.push(finding.with_help("enable versioning of the source bucket"));
    }
}
