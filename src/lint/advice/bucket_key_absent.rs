use crate::lint::advice::Decisions;
use crate::lint::helpers::in_destination;
use crate::lint::{Fact, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A rule that replicates versions encrypted with a KMS key, where neither the source bucket nor the
    /// destination has an S3 Bucket Key, as far as that is known.
    ///
    /// ## Why it matters
    ///
    /// Every replica is a request to KMS, which is charged. A version that is written with a Bucket
    /// Key keeps it when it is replicated.
    ///
    /// ## Example
    ///
    /// The source bucket has no Bucket Key, nor has bucket `keyless`; bucket `keyed` has.
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <SourceSelectionCriteria><SseKmsEncryptedObjects>
    ///     <Status>Enabled</Status></SseKmsEncryptedObjects></SourceSelectionCriteria>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::keyless</Bucket>
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
    ///   <Destination><Bucket>arn:aws:s3:::keyed</Bucket>
    ///     <EncryptionConfiguration>
    ///       <ReplicaKmsKeyID>arn:aws:kms:eu-west-1:210987654321:key/1234abcd</ReplicaKmsKeyID>
    ///     </EncryptionConfiguration></Destination></Rule>
    /// ```
    static LINT = {
        name: "bucket-key-absent",
        summary: "a destination sends a KMS request for every replica",
        clause: BUCKET_KEYS_SAVE_REQUESTS,
        group: Cost,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    let fact = Fact::BucketKeyEnabled;
    for rule in decisions.writing_rules().filter(|rule| rule.selects_kms()) {
        let bucket = rule.destination.bucket.name();
        let is_absent = found
            .fact(&decisions.context, bucket, fact, |facts| facts.bucket_key_enabled)
            == Some(false)
            && found.source_fact(&decisions.context, fact, |facts| facts.bucket_key_enabled)
                == Some(false);
        if is_absent {
            let message = format!(
                "KMS is asked for every replica in bucket `{bucket}`: neither bucket has a Bucket Key"
            );
            let path = in_destination(rule.position, "EncryptionConfiguration");
            found.push(
                LINT.advice(path, message).with_help("enable S3 Bucket Keys in both buckets"),
            );
        }
    }
}
