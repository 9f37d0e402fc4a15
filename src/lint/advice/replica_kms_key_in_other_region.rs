use crate::lint::advice::Decisions;
use crate::lint::helpers::{in_destination, replica_key_of};
use crate::lint::{Fact, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A `ReplicaKmsKeyID` of a rule that replicates versions encrypted with a KMS key, if the Region of
    /// the key is known not to be that of the destination bucket, or its partition is another one.
    ///
    /// ## Why it matters
    ///
    /// S3 does not check the key, and the replication of every version with a KMS key then fails.
    ///
    /// ## Example
    ///
    /// Bucket `backup` is in `eu-west-1`.
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <SourceSelectionCriteria><SseKmsEncryptedObjects>
    ///     <Status>Enabled</Status></SseKmsEncryptedObjects></SourceSelectionCriteria>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <EncryptionConfiguration>
    ///       <ReplicaKmsKeyID>arn:aws:kms:us-east-1:210987654321:key/1234abcd</ReplicaKmsKeyID>
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
        name: "replica-kms-key-in-other-region",
        summary: "the replica key is not in the Region of the destination",
        clause: REPLICA_KEY_REGION,
        group: Suspicious,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    for rule in decisions.writing_rules().filter(|rule| rule.selects_kms()) {
        let Some(key) = replica_key_of(rule) else { continue };
        let bucket = &rule.destination.bucket;
        if bucket.is_stand_in() || key.is_stand_in() {
            continue;
        }
        let (message, help) = if key.partition() == bucket.partition() {
            let (bucket, key) = (bucket.name(), key.region());
            let region =
                found.fact(&decisions.context, bucket, Fact::Region, |facts| facts.region.clone());
            let Some(region) = region.filter(|region| region != key) else { continue };
            (
                format!("the replica key is in {key}, and bucket `{bucket}` in {region}"),
                format!("name a key in {region}"),
            )
        } else {
            let (there, here) = (key.partition(), bucket.partition());
            let bucket = bucket.name();
            (
                format!("the replica key is in partition {there}, and bucket `{bucket}` in {here}"),
                "name a key in the Region of the bucket".to_owned(),
            )
        };
        let path = in_destination(rule.position, "EncryptionConfiguration");
        let finding = LINT.advice(path.field("ReplicaKmsKeyID"), message);
        found.push(finding.with_help(help));
    }
}
