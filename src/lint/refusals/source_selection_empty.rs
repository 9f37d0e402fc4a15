use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::{Context, Findings, declare_lint};
use crate::model::SourceSelectionDraft;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A `SourceSelectionCriteria` without `SseKmsEncryptedObjects` and `ReplicaModifications`.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: an empty element selects nothing.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <SourceSelectionCriteria/>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "source-selection-empty",
        summary: "`SourceSelectionCriteria` is empty",
        clause: SOURCE_SELECTION_NOT_EMPTY,
        stage: Rule,
        concern: Absence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, rule) in context.rules() {
        if rule.source_selection_criteria == Some(SourceSelectionDraft::default()) {
            let path = FieldPath::rule(at).field("SourceSelectionCriteria");
            let answer = "SourceSelectionCriteria cannot be empty";
            let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
            let message = "`SourceSelectionCriteria` is empty";
            let finding = LINT.refusal(path, message, error);
            let help = "remove it, or add `SseKmsEncryptedObjects` or `ReplicaModifications`";
            found.push(finding.with_help(help));
        }
    }
}
