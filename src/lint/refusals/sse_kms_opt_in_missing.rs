use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule with `EncryptionConfiguration` and without `SseKmsEncryptedObjects`.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: the key is for replicas of objects that are encrypted with SSE-KMS, and a rule
    /// replicates those only with `SseKmsEncryptedObjects`.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <EncryptionConfiguration>
    ///       <ReplicaKmsKeyID>arn:aws:kms:eu-west-1:123456789012:key/1234abcd</ReplicaKmsKeyID>
    ///     </EncryptionConfiguration></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <SourceSelectionCriteria>
    ///     <SseKmsEncryptedObjects><Status>Enabled</Status></SseKmsEncryptedObjects>
    ///   </SourceSelectionCriteria>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <EncryptionConfiguration>
    ///       <ReplicaKmsKeyID>arn:aws:kms:eu-west-1:123456789012:key/1234abcd</ReplicaKmsKeyID>
    ///     </EncryptionConfiguration></Destination></Rule>
    /// ```
    static LINT = {
        name: "sse-kms-opt-in-missing",
        summary: "`EncryptionConfiguration` is present without `SseKmsEncryptedObjects`",
        clause: REPLICA_KEY_WITHOUT_OPT_IN,
        stage: Rule,
        concern: Absence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, rule) in context.rules() {
        let selection = rule.source_selection_criteria.as_ref();
        let opt_in = selection.and_then(|selection| selection.sse_kms_encrypted_objects);
        let Some(destination) = &rule.destination else { continue };
        if destination.encryption_configuration.is_some() && opt_in.is_none() {
            let answer =
                "SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.";
            let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
            let path = FieldPath::rule(at).field("SourceSelectionCriteria");
            let message = "`EncryptionConfiguration` needs `SseKmsEncryptedObjects`";
            let finding = LINT.refusal(path.field("SseKmsEncryptedObjects"), message, error);
            let encryption = in_destination(at, "EncryptionConfiguration");
            let help = "add `SseKmsEncryptedObjects` in `SourceSelectionCriteria`";
            found.push(finding.with_note(encryption, "the key for replicas").with_help(help));
        }
    }
}
