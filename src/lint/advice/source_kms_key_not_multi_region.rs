use crate::lint::advice::Decisions;
use crate::lint::helpers::in_destination;
use crate::lint::{Fact, Findings, declare_lint};
use crate::model::KmsReplication;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule that uses the multi-Region key of the source, while the source bucket is known to
    /// encrypt by default with a key that is not a multi-Region key.
    ///
    /// ## Why it matters
    ///
    /// No key in another Region is related to such a key. The ID of a multi-Region key begins with
    /// `mrk-`.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status>
    ///   </SseKmsEncryptedObjects></SourceSelectionCriteria>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket><EncryptionConfiguration>
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
    ///     <ReplicaKmsKeyID>arn:aws:kms:eu-west-1:210987654321:key/1234abcd</ReplicaKmsKeyID>
    ///   </EncryptionConfiguration></Destination></Rule>
    /// ```
    static LINT = {
        name: "source-kms-key-not-multi-region",
        summary: "a rule uses the multi-Region key of the source, whose key is not multi-Region",
        clause: MULTI_REGION_REPLICA_KEY,
        group: Suspicious,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    for rule in decisions.writing_rules().filter(|rule| rule.selects_kms()) {
        if !rule.kms.as_ref().is_some_and(KmsReplication::uses_source_multi_region_key) {
            continue;
        }
        let key = found.source_fact(&decisions.context, Fact::DefaultKmsKeyId, |facts| {
            facts.default_kms_key_id.clone()
        });
        let Some(key) = key.filter(|key| key.multi_region_id().is_none()) else { continue };
        let message = format!(
            "the source bucket encrypts with {key}, which is not a multi-Region key, so rule `{}` has \
             no key for the replicas",
            rule.name()
        );
        let path = in_destination(rule.position, "EncryptionConfiguration");
        let finding = LINT.advice(path.field("UseSourceMultiRegionKey"), message);
        let help = "encrypt the source with a multi-Region key, or name a `ReplicaKmsKeyID`";
        found.push(finding.with_help(help));
    }
}
