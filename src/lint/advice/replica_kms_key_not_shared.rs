use crate::lint::advice::Decisions;
use crate::lint::helpers::{in_destination, replica_key_of};
use crate::lint::{Findings, declare_lint};
use crate::model::{KmsKeyResource, RoleArn};

declare_lint! {
    /// ## What it finds
    ///
    /// A `ReplicaKmsKeyID` that is an alias, in a rule that replicates versions encrypted with a KMS key
    /// and whose destination belongs to another account than the role.
    ///
    /// ## Why it matters
    ///
    /// An alias is looked up in the account of the role, where it may be another key or none; and
    /// the key behind `alias/aws/s3` cannot be used across accounts at all.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <SourceSelectionCriteria><SseKmsEncryptedObjects>
    ///     <Status>Enabled</Status></SseKmsEncryptedObjects></SourceSelectionCriteria>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <Account>210987654321</Account>
    ///     <EncryptionConfiguration>
    ///       <ReplicaKmsKeyID>arn:aws:kms:eu-west-1:210987654321:alias/replicas</ReplicaKmsKeyID>
    ///     </EncryptionConfiguration></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <SourceSelectionCriteria><SseKmsEncryptedObjects>
    ///     <Status>Enabled</Status></SseKmsEncryptedObjects></SourceSelectionCriteria>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <Account>210987654321</Account>
    ///     <EncryptionConfiguration>
    ///       <ReplicaKmsKeyID>arn:aws:kms:eu-west-1:210987654321:key/1234abcd</ReplicaKmsKeyID>
    ///     </EncryptionConfiguration></Destination></Rule>
    /// ```
    static LINT = {
        name: "replica-kms-key-not-shared",
        summary: "an alias names a key in another account",
        clause: REPLICA_KEY_ALIAS,
        group: Suspicious,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    let role = decisions.configuration().role().filter(|role| !role.is_stand_in());
    let Some(source) = role.map(RoleArn::account) else { return };
    for rule in decisions.writing_rules().filter(|rule| rule.selects_kms()) {
        let Some(key) = replica_key_of(rule) else { continue };
        let KmsKeyResource::Alias(alias) = key.resource() else { continue };
        let Some(account) = decisions.account_of(rule, found).filter(|account| *account != source)
        else {
            continue;
        };
        let message = format!(
            "alias `{alias}` is looked up in account {source}, and the destination is in {account}"
        );
        let path = in_destination(rule.position, "EncryptionConfiguration");
        let finding = LINT.advice(path.field("ReplicaKmsKeyID"), message);
        found.push(finding.with_help("name a customer managed key by its key ARN"));
    }
}
