use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};
use crate::model::RuleStatus;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule with `ReplicaKmsKeyID` and an enabled `UseSourceMultiRegionKey`.
    ///
    /// ## Why it matters
    ///
    /// One key encrypts a replica. The multi-Region key that is related to the key of the source
    /// takes precedence, as far as the documentation shows; it does not say so.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status>
    ///   </SseKmsEncryptedObjects></SourceSelectionCriteria>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket><EncryptionConfiguration>
    ///     <ReplicaKmsKeyID>arn:aws:kms:eu-west-1:210987654321:key/1234abcd</ReplicaKmsKeyID>
    ///     <UseSourceMultiRegionKey><Status>Enabled</Status></UseSourceMultiRegionKey>
    ///   </EncryptionConfiguration></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status>
    ///   </SseKmsEncryptedObjects></SourceSelectionCriteria>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket><EncryptionConfiguration>
    ///     <UseSourceMultiRegionKey><Status>Enabled</Status></UseSourceMultiRegionKey>
    ///   </EncryptionConfiguration></Destination></Rule>
    /// ```
    static LINT = {
        name: "replica-kms-key-ignored",
        summary: "a rule has a replica key and uses the multi-Region key of the source",
        clause: MULTI_REGION_AND_REPLICA_KEY,
        group: Suspicious,
        reads: Draft,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, destination) in context.destinations() {
        let Some(encryption) = &destination.encryption_configuration else { continue };
        let uses_source =
            encryption.use_source_multi_region_key.is_some_and(RuleStatus::is_enabled);
        if let (true, Some(key)) = (uses_source, &encryption.replica_kms_key_id) {
            let path = in_destination(at, "EncryptionConfiguration");
            let other = path.clone().field("UseSourceMultiRegionKey");
            let message =
                format!("the replica key {key} is ignored: the key of the source decides");
            let finding = LINT.advice(path.field("ReplicaKmsKeyID"), message);
            let finding = finding.with_note(other, "takes precedence");
            found.push(finding.with_help("keep the one that is meant"));
        }
    }
}
