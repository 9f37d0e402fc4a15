//! The meaning of each failure reason, and its remedy.
//!
//! The meanings are those of the S3 user guide. The remedies are our own; they follow its pages on
//! permissions and on replicated objects (REP-967).
//!
//! A text begins in lower case and has no full stop, because it follows a name:
//! `DstBucketUnversioned: the destination bucket is not versioned`. A remedy is an instruction to
//! the owner of the buckets, after which S3 Batch Replication replicates the same version, where
//! that is possible at all.
//!
//! Every reason that this crate knows has both texts, in one of three tables. A reason that S3 adds
//! later is kept as a word and has neither.

use super::{FailureReason, Reason};

impl FailureReason {
    /// Returns the meaning of the reason in a few words; `None` for an unknown reason.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::replication::FailureReason;
    ///
    /// let reason = FailureReason::DST_OBJECT_HARD_DELETED;
    /// assert_eq!(reason.meaning(), Some("the replica was permanently deleted"));
    /// assert_eq!(FailureReason::from("Whatever").meaning(), None);
    /// ```
    #[must_use]
    pub const fn meaning(&self) -> Option<&'static str> {
        match explained(&self.0) {
            Some((meaning, _)) => Some(meaning),
            None => None,
        }
    }

    /// Returns the remedy, after which S3 Batch Replication succeeds; `None` for an unknown reason
    /// (REP-967).
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

/// Returns the meaning and the remedy of a reason; `None` for a reason that no table has.
///
/// The tables are three only because one function would be too long. Their order does not matter:
/// no reason is in two of them.
const fn explained(reason: &Reason) -> Option<(&'static str, &'static str)> {
    match of_bucket(reason) {
        Some(explanation) => Some(explanation),
        None => match of_source(reason) {
            Some(explanation) => Some(explanation),
            None => of_destination(reason),
        },
    }
}

/// Reasons about roles and buckets.
const fn of_bucket(reason: &Reason) -> Option<(&'static str, &'static str)> {
    Some(match reason {
        Reason::AssumeRoleNotPermitted => (
            "S3 is not allowed to assume the role of the configuration or of the job",
            "let `s3.amazonaws.com` assume the role of the configuration, and \
             `batchoperations.s3.amazonaws.com` that of the job",
        ),
        Reason::InitiateReplicationNotPermitted => (
            "the role of the job is not allowed to initiate replication",
            "allow the role of the job to use `s3:InitiateReplication` on the objects (`bucket/*`)",
        ),
        Reason::SrcBucketNotFound => {
            ("the source bucket does not exist", "correct the bucket in the manifest")
        }
        Reason::SrcBucketInvalidRegion => (
            "the source bucket is in another Region than the job",
            "create the job in the Region of the source bucket",
        ),
        Reason::SrcBucketReplicationConfigMissing => (
            "the source bucket has no replication configuration",
            "put a replication configuration on the source bucket, and wait a few minutes",
        ),
        Reason::DstBucketNotFound => (
            "the destination bucket does not exist",
            "create the destination bucket, or correct the rule",
        ),
        Reason::DstBucketInvalidRegion => (
            "the destination bucket is in another Region than the job expects",
            "correct the destination of the rule, and create a new job",
        ),
        Reason::DstBucketUnversioned => (
            "the destination bucket is not versioned",
            "enable versioning on the destination bucket",
        ),
        Reason::DstBucketObjectLockConfigMissing => (
            "the source bucket has Object Lock and the destination bucket does not",
            "enable Object Lock for the destination bucket",
        ),
        _ => return None,
    })
}

/// Reasons about reading the source version.
const fn of_source(reason: &Reason) -> Option<(&'static str, &'static str)> {
    Some(match reason {
        Reason::SrcObjectNotEligible => (
            "no rule replicates the version: its storage class, tags, key or encryption do not match",
            "run `explain` for the version; restore it if it is archived, or remove it from the \
             manifest",
        ),
        Reason::SrcObjectNotFound => (
            "the object does not exist in the source bucket",
            "check the key, its encoding, and the version ID in the manifest",
        ),
        Reason::SrcKeyNotFound => (
            "the object was deleted before it was replicated",
            "remove it from the manifest, or upload it again",
        ),
        Reason::SrcVersionNotFound => (
            "the version does not exist in the source bucket; it may have been deleted",
            "check the version ID in the manifest, or remove the row",
        ),
        // The one reason that needs no remedy in most cases.
        Reason::SrcReplicationNotPending => (
            "the version is not pending replication, because it was replicated before",
            "do nothing if the replica exists",
        ),
        // Reading metadata and reading the object take the same permission.
        Reason::SrcHeadObjectNotPermitted | Reason::SrcGetObjectNotPermitted => (
            "the role is not allowed to read the source version",
            "allow the replication role to use `s3:GetObjectVersionForReplication` on the source bucket",
        ),
        Reason::SrcGetAclNotPermitted => (
            "the role is not allowed to read the ACL of the source version",
            "allow the replication role to use `s3:GetObjectVersionAcl`, and let the owner of the bucket own its \
             objects",
        ),
        Reason::SrcGetTaggingNotPermitted => (
            "the role is not allowed to read the tags of the source version",
            "allow the replication role to use `s3:GetObjectVersionTagging` on the source bucket",
        ),
        Reason::SrcGetRetentionNotPermitted => (
            "the role is not allowed to read the retention of the source version",
            "allow the replication role to use `s3:GetObjectRetention` on the source bucket",
        ),
        Reason::SrcGetLegalHoldNotPermitted => (
            "the role is not allowed to read the legal hold of the source version",
            "allow the replication role to use `s3:GetObjectLegalHold` on the source bucket",
        ),
        Reason::SrcKmsKeyInvalidState => (
            "the KMS key of the source version is disabled or pending deletion",
            "enable the key, or cancel its deletion",
        ),
        Reason::SrcAnnotationNotFound => (
            "an annotation of the version was deleted",
            "add the annotation again, or ignore the failure",
        ),
        Reason::SrcGetObjectAnnotationNotPermitted => (
            "the role is not allowed to read the annotations of the source version",
            "allow the replication role to read annotations on the source bucket",
        ),
        Reason::SrcAnnotationEncryptionUnsupported => (
            "the encryption of an annotation is not supported",
            "change the encryption of the annotation",
        ),
        _ => return None,
    })
}

/// Reasons about writing the replica.
const fn of_destination(reason: &Reason) -> Option<(&'static str, &'static str)> {
    Some(match reason {
        Reason::DstPutObjectNotPermitted => (
            "the role is not allowed to write the replica",
            "allow the replication role to use `s3:ReplicateObject` on the destination bucket, \
             `s3:ObjectOwnerOverrideToBucketOwner` where the owner changes, and the use of the \
             replica key",
        ),
        // One permission is behind all four steps of an upload in parts, so they have one text.
        Reason::DstMultipartInitNotPermitted
        | Reason::DstMultipartUploadNotPermitted
        | Reason::DstMultipartPartUploadNotPermitted
        | Reason::DstMultipartCompleteNotPermitted => (
            "the role is not allowed to upload the replica in parts",
            "allow the replication role to use `s3:ReplicateObject` on the destination bucket",
        ),
        Reason::DstPutAclNotPermitted => (
            "the role is not allowed to write the ACL of the replica",
            "allow the replication role to use `s3:ReplicateObject` on the destination bucket",
        ),
        Reason::DstPutTaggingNotPermitted => (
            "the role is not allowed to write the tags of the replica",
            "allow the replication role to use `s3:ReplicateObject` and `s3:ReplicateTags` on \
             the destination bucket",
        ),
        Reason::DstPutRetentionNotPermitted => (
            "the role is not allowed to write the retention of the replica",
            "allow the replication role to put retention on the destination bucket",
        ),
        Reason::DstPutLegalHoldNotPermitted => (
            "the role is not allowed to write the legal hold of the replica",
            "allow the replication role to put legal holds on the destination bucket",
        ),
        Reason::DstDelObjNotPermitted => (
            "the role is not allowed to write the delete marker",
            "allow the replication role to use `s3:ReplicateDelete` on the destination bucket",
        ),
        Reason::DstKmsKeyNotFound => {
            ("the KMS key of the replica does not exist", "correct `ReplicaKmsKeyID` in the rule")
        }
        Reason::DstKmsKeyInvalidState => (
            "the KMS key of the replica is disabled or pending deletion",
            "enable the KMS key, or cancel its deletion",
        ),
        // No permission helps here: S3 does not write a version again that was deleted by its ID.
        Reason::DstObjectHardDeleted => (
            "the replica was permanently deleted",
            "copy the source object onto itself: S3 replicates the new version, but never this one",
        ),
        Reason::DstVersionNotFound => (
            "the version whose metadata changed does not exist in the destination bucket",
            "replicate the version itself first",
        ),
        Reason::DstPutObjectAnnotationNotPermitted => (
            "the role is not allowed to write the annotations of the replica",
            "allow the replication role to write annotations on the destination bucket",
        ),
        Reason::AnnotationLimitExceeded => (
            "the replica has as many annotations as a version can have, 1,000",
            "delete annotations of the replica",
        ),
        _ => return None,
    })
}
