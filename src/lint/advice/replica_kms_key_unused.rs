use crate::lint::advice::Decisions;
use crate::lint::{Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// An enabled rule with `ReplicaKmsKeyID` whose `SseKmsEncryptedObjects` is `Disabled`.
    ///
    /// ## Why it matters
    ///
    /// The key is never used: versions encrypted with a KMS key are not replicated, and others keep
    /// their encryption.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <SourceSelectionCriteria><SseKmsEncryptedObjects>
    ///     <Status>Disabled</Status></SseKmsEncryptedObjects></SourceSelectionCriteria>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <EncryptionConfiguration>
    ///       <ReplicaKmsKeyID>arn:aws:kms:eu-west-1:210987654321:key/1234abcd</ReplicaKmsKeyID>
    ///     </EncryptionConfiguration></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <SourceSelectionCriteria><SseKmsEncryptedObjects>
    ///     <Status>Enabled</Status></SseKmsEncryptedObjects></SourceSelectionCriteria>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <EncryptionConfiguration>
    ///       <ReplicaKmsKeyID>arn:aws:kms:eu-west-1:210987654321:key/1234abcd</ReplicaKmsKeyID>
    ///     </EncryptionConfiguration></Destination></Rule>
    /// ```
    static LINT = {
        name: "replica-kms-key-unused",
        summary: "a rule names a replica key, but does not select SSE-KMS objects",
        clause: KMS_OPT_IN,
        group: Suspicious,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    for rule in decisions.enabled_rules().filter(|rule| rule.kms.is_some() && !rule.selects_kms()) {
        let message = format!(
            "rule `{}` names a replica key and leaves out the versions it would be for",
            rule.name(),
        );
        let path = FieldPath::rule(rule.position);
        let path = path.field("SourceSelectionCriteria").field("SseKmsEncryptedObjects");
        let finding = LINT.advice(path.field("Status"), message);
        found.push(finding.with_help("enable it, or take it out together with `ReplicaKmsKeyID`"));
    }
}
