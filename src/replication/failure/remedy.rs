//! What each reason means, and what to do about it.
//!
//! The causes are those of the user guide; the advice is ours, from its pages on permissions and
//! on what is replicated (REP-967).

use super::{FailureReason, Reason};

impl FailureReason {
    /// Returns what the reason means, in a few words; `None` for a word that is not known here.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::replication::FailureReason;
    ///
    /// let reason = FailureReason::DST_OBJECT_HARD_DELETED;
    /// assert_eq!(reason.meaning(), Some("the replica was deleted by its version id"));
    /// assert_eq!(FailureReason::from("Whatever").meaning(), None);
    /// ```
    #[must_use]
    pub const fn meaning(&self) -> Option<&'static str> {
        match explained(&self.0) {
            Some((meaning, _)) => Some(meaning),
            None => None,
        }
    }

    /// Returns what to do about it, so that Batch Replication succeeds next time; `None` for a
    /// word that is not known here (REP-967).
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::replication::FailureReason;
    ///
    /// assert_eq!(
    ///     FailureReason::DST_BUCKET_UNVERSIONED.remedy(),
    ///     Some("enable versioning on the destination bucket"),
    /// );
    /// ```
    #[must_use]
    pub const fn remedy(&self) -> Option<&'static str> {
        match explained(&self.0) {
            Some((_, remedy)) => Some(remedy),
            None => None,
        }
    }
}

const fn explained(reason: &Reason) -> Option<(&'static str, &'static str)> {
    match of_bucket(reason) {
        Some(found) => Some(found),
        None => match of_source(reason) {
            Some(found) => Some(found),
            None => of_destination(reason),
        },
    }
}

/// The reasons that are about roles and whole buckets.
const fn of_bucket(reason: &Reason) -> Option<(&'static str, &'static str)> {
    Some(match reason {
        Reason::AssumeRoleNotPermitted => (
            "S3 may not assume the role of the replication or of the job",
            "let `s3.amazonaws.com` assume the role of the configuration, and \
             `batchoperations.s3.amazonaws.com` that of the job",
        ),
        Reason::InitiateReplicationNotPermitted => (
            "the role of the job may not initiate replication",
            "allow the role of the job `s3:InitiateReplication` on the objects (`bucket/*`)",
        ),
        Reason::SrcBucketNotFound => {
            ("there is no such source bucket", "correct the bucket in the manifest")
        }
        Reason::SrcBucketInvalidRegion => (
            "the source bucket is in another Region than the job",
            "create the job in the Region of the source bucket",
        ),
        Reason::SrcBucketReplicationConfigMissing => (
            "the source bucket has no replication configuration",
            "put a replication configuration on the source bucket, and wait some minutes",
        ),
        Reason::DstBucketNotFound => (
            "there is no such destination bucket",
            "create the destination bucket, or correct the rule",
        ),
        Reason::DstBucketInvalidRegion => (
            "the destination bucket is in another Region than the job expects",
            "correct the destination of the rule, and begin a new job",
        ),
        Reason::DstBucketUnversioned => (
            "the destination bucket is not versioned",
            "enable versioning on the destination bucket",
        ),
        Reason::DstBucketObjectLockConfigMissing => (
            "the source version is under Object Lock, the destination bucket has none",
            "enable Object Lock for the destination bucket",
        ),
        _ => return None,
    })
}

/// The reasons that are about reading the source version.
const fn of_source(reason: &Reason) -> Option<(&'static str, &'static str)> {
    Some(match reason {
        Reason::SrcObjectNotEligible => (
            "no rule takes the version: class, tags, key or encryption do not fit",
            "ask `explain` about the version; restore it if it is archived, or take it off the \
             manifest",
        ),
        Reason::SrcObjectNotFound => (
            "there is no such object in the source bucket",
            "check key and version id of the manifest, and how the key is encoded",
        ),
        Reason::SrcKeyNotFound => (
            "the key was gone before it was replicated",
            "take it off the manifest, or upload it again",
        ),
        Reason::SrcVersionNotFound => (
            "there is no such version in the source bucket, perhaps any more",
            "check the version id of the manifest, or take it off",
        ),
        Reason::SrcReplicationNotPending => (
            "the version is not waiting for replication, it was replicated before",
            "nothing, if the replica is there",
        ),
        Reason::SrcHeadObjectNotPermitted | Reason::SrcGetObjectNotPermitted => (
            "the source version may not be read",
            "allow the role of the configuration `s3:GetObjectVersionForReplication` on the source",
        ),
        Reason::SrcGetAclNotPermitted => (
            "the ACL of the source version may not be read",
            "allow the role `s3:GetObjectVersionAcl`, and let the owner of the bucket own its \
             objects",
        ),
        Reason::SrcGetTaggingNotPermitted => (
            "the tags of the source version may not be read",
            "allow the role of the configuration `s3:GetObjectVersionTagging` on the source",
        ),
        Reason::SrcGetRetentionNotPermitted => (
            "the retention of the source version may not be read",
            "allow the role of the configuration `s3:GetObjectRetention` on the source",
        ),
        Reason::SrcGetLegalHoldNotPermitted => (
            "the legal hold of the source version may not be read",
            "allow the role of the configuration `s3:GetObjectLegalHold` on the source",
        ),
        Reason::SrcKmsKeyInvalidState => (
            "the KMS key of the source version is disabled or about to be deleted",
            "enable the key, or cancel its deletion",
        ),
        Reason::SrcAnnotationNotFound => {
            ("an annotation of the version is gone", "annotate the version again, or leave it")
        }
        Reason::SrcGetObjectAnnotationNotPermitted => (
            "the annotations of the source version may not be read",
            "allow the role of the configuration to read annotations on the source",
        ),
        Reason::SrcAnnotationEncryptionUnsupported => (
            "the encryption of an annotation is not supported",
            "encrypt the annotation in another way",
        ),
        _ => return None,
    })
}

/// The reasons that are about writing the replica.
const fn of_destination(reason: &Reason) -> Option<(&'static str, &'static str)> {
    Some(match reason {
        Reason::DstPutObjectNotPermitted => (
            "the replica may not be written",
            "allow the role `s3:ReplicateObject` on the destination, \
             `s3:ObjectOwnerOverrideToBucketOwner` where the owner changes, and the use of the \
             replica key",
        ),
        Reason::DstMultipartInitNotPermitted
        | Reason::DstMultipartUploadNotPermitted
        | Reason::DstMultipartPartUploadNotPermitted
        | Reason::DstMultipartCompleteNotPermitted => (
            "the replica may not be uploaded in parts",
            "allow the role of the configuration `s3:ReplicateObject` on the destination",
        ),
        Reason::DstPutAclNotPermitted => (
            "the ACL of the replica may not be written",
            "allow the role of the configuration `s3:ReplicateObject` on the destination",
        ),
        Reason::DstPutTaggingNotPermitted => (
            "the tags of the replica may not be written",
            "allow the role of the configuration `s3:ReplicateObject` and `s3:ReplicateTags` on \
             the destination",
        ),
        Reason::DstPutRetentionNotPermitted => (
            "the retention of the replica may not be written",
            "allow the role of the configuration to put retention on the destination",
        ),
        Reason::DstPutLegalHoldNotPermitted => (
            "the legal hold of the replica may not be written",
            "allow the role of the configuration to put legal holds on the destination",
        ),
        Reason::DstDelObjNotPermitted => (
            "the delete marker may not be written",
            "allow the role of the configuration `s3:ReplicateDelete` on the destination",
        ),
        Reason::DstKmsKeyNotFound => {
            ("there is no such replica key", "correct `ReplicaKmsKeyID` of the rule")
        }
        Reason::DstKmsKeyInvalidState => (
            "the replica key is disabled or about to be deleted",
            "enable the replica key, or cancel its deletion",
        ),
        Reason::DstObjectHardDeleted => (
            "the replica was deleted by its version id",
            "copy the source object onto itself: the new version replicates, this one never will",
        ),
        Reason::DstVersionNotFound => (
            "the version whose metadata changed is not in the destination bucket",
            "replicate the version itself first",
        ),
        Reason::DstPutObjectAnnotationNotPermitted => (
            "the annotations of the replica may not be written",
            "allow the role of the configuration to write annotations on the destination",
        ),
        Reason::AnnotationLimitExceeded => (
            "the replica has as many annotations as a version can have, 1,000",
            "delete annotations of the replica",
        ),
        _ => return None,
    })
}
