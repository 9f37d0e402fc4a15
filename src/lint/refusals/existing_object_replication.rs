use crate::diagnostic::ServiceError;
use crate::dialect::ExistingObjectReading;
use crate::lint::{Context, Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule with `ExistingObjectReplication`, whatever its status.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: the element is documented, and no longer supported.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <ExistingObjectReplication><Status>Enabled</Status></ExistingObjectReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "existing-object-replication",
        summary: "a rule has `ExistingObjectReplication`",
        clause: EXISTING_OBJECT_REPLICATION_REMOVED,
        stage: Schema,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    if context.dialect().existing_objects() == ExistingObjectReading::Accepted {
        return;
    }
    for (at, _) in context.rules().filter(|(_, rule)| rule.existing_object_replication.is_some()) {
        let path = FieldPath::rule(at).field("ExistingObjectReplication");
        let error = ServiceError::malformed_xml();
        let message = "`ExistingObjectReplication` is no longer supported";
        let finding = LINT.refusal(path, message, error);
        let help = "remove the element, and replicate existing objects with S3 Batch Replication";
        found.push(finding.with_help(help));
    }
}
