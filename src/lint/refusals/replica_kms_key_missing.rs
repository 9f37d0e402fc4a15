use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};
use crate::model::RuleStatus;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule with `SseKmsEncryptedObjects`, enabled or not, and without `ReplicaKmsKeyID`.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: replicas of objects that are encrypted with SSE-KMS are encrypted with a key of
    /// the destination, and the rule has to name it.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <SourceSelectionCriteria>
    ///     <SseKmsEncryptedObjects><Status>Enabled</Status></SseKmsEncryptedObjects>
    ///   </SourceSelectionCriteria>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
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
        name: "replica-kms-key-missing",
        summary: "`SseKmsEncryptedObjects` is present without a key for replicas",
        clause: OPT_IN_WITHOUT_REPLICA_KEY,
        stage: Rule,
        concern: Absence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, rule) in context.rules() {
        let (Some(selection), Some(destination)) =
            (&rule.source_selection_criteria, &rule.destination)
        else {
            continue;
        };
        let encryption = destination.encryption_configuration.as_ref();
        let has_key = encryption.is_some_and(|encryption| {
            encryption.replica_kms_key_id.is_some()
                || encryption.use_source_multi_region_key.is_some_and(RuleStatus::is_enabled)
        });
        if selection.sse_kms_encrypted_objects.is_some() && !has_key {
            let answer =
                "ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.";
            let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
            let path = in_destination(at, "EncryptionConfiguration").field("ReplicaKmsKeyID");
            let message = "`SseKmsEncryptedObjects` needs a `ReplicaKmsKeyID`";
            let finding = LINT.refusal(path, message, error);
            let help = "add `ReplicaKmsKeyID` in `EncryptionConfiguration`, a key in the Region of \
                        the destination bucket, or enable `UseSourceMultiRegionKey` there";
            found.push(finding.with_note(opt_in(at), "asked for here").with_help(help));
        }
    }
}

fn opt_in(at: usize) -> FieldPath {
    FieldPath::rule(at).field("SourceSelectionCriteria").field("SseKmsEncryptedObjects")
}
