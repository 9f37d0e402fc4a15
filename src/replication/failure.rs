mod remedy;

open_vocabulary! {
    /// Why replication of a version failed for good, in the words of S3's events (REP-705).
    ///
    /// S3 adds words now and then, so any other word is kept as it is.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::replication::FailureReason;
    ///
    /// let reason = FailureReason::from("DstBucketUnversioned");
    /// assert_eq!(reason, FailureReason::DST_BUCKET_UNVERSIONED);
    /// assert!(!reason.is_batch_only());
    /// // The word of 2023 for the same thing.
    /// let older = FailureReason::from("DstMultipartPartUploadNotPermitted").current();
    /// assert_eq!(older, FailureReason::DST_MULTIPART_UPLOAD_NOT_PERMITTED);
    /// ```
    pub struct FailureReason(Reason) {
        /// S3 may not assume the role.
        ASSUME_ROLE_NOT_PERMITTED: AssumeRoleNotPermitted = "AssumeRoleNotPermitted",
        /// The destination bucket is in another Region than the job says.
        DST_BUCKET_INVALID_REGION: DstBucketInvalidRegion = "DstBucketInvalidRegion",
        /// There is no such destination bucket.
        DST_BUCKET_NOT_FOUND: DstBucketNotFound = "DstBucketNotFound",
        /// The destination bucket has no Object Lock.
        DST_BUCKET_OBJECT_LOCK_CONFIG_MISSING: DstBucketObjectLockConfigMissing = "DstBucketObjectLockConfigMissing",
        /// The destination bucket is not versioned.
        DST_BUCKET_UNVERSIONED: DstBucketUnversioned = "DstBucketUnversioned",
        /// Delete markers may not be written.
        DST_DEL_OBJ_NOT_PERMITTED: DstDelObjNotPermitted = "DstDelObjNotPermitted",
        /// The replica key can't be used in its state.
        DST_KMS_KEY_INVALID_STATE: DstKmsKeyInvalidState = "DstKmsKeyInvalidState",
        /// There is no such replica key.
        DST_KMS_KEY_NOT_FOUND: DstKmsKeyNotFound = "DstKmsKeyNotFound",
        /// Multipart uploads may not be completed.
        DST_MULTIPART_COMPLETE_NOT_PERMITTED: DstMultipartCompleteNotPermitted = "DstMultipartCompleteNotPermitted",
        /// Multipart uploads may not be begun.
        DST_MULTIPART_INIT_NOT_PERMITTED: DstMultipartInitNotPermitted = "DstMultipartInitNotPermitted",
        /// Parts may not be uploaded.
        DST_MULTIPART_UPLOAD_NOT_PERMITTED: DstMultipartUploadNotPermitted = "DstMultipartUploadNotPermitted",
        /// The same, in the word of 2023.
        DST_MULTIPART_PART_UPLOAD_NOT_PERMITTED: DstMultipartPartUploadNotPermitted = "DstMultipartPartUploadNotPermitted",
        /// The replica was deleted by its version id.
        DST_OBJECT_HARD_DELETED: DstObjectHardDeleted = "DstObjectHardDeleted",
        /// ACLs may not be written.
        DST_PUT_ACL_NOT_PERMITTED: DstPutAclNotPermitted = "DstPutAclNotPermitted",
        /// Legal holds may not be written.
        DST_PUT_LEGAL_HOLD_NOT_PERMITTED: DstPutLegalHoldNotPermitted = "DstPutLegalHoldNotPermitted",
        /// Objects may not be written.
        DST_PUT_OBJECT_NOT_PERMITTED: DstPutObjectNotPermitted = "DstPutObjectNotPermitted",
        /// Retention may not be written.
        DST_PUT_RETENTION_NOT_PERMITTED: DstPutRetentionNotPermitted = "DstPutRetentionNotPermitted",
        /// Tags may not be written.
        DST_PUT_TAGGING_NOT_PERMITTED: DstPutTaggingNotPermitted = "DstPutTaggingNotPermitted",
        /// The version whose metadata changed is not in the destination bucket.
        DST_VERSION_NOT_FOUND: DstVersionNotFound = "DstVersionNotFound",
        /// The job may not initiate replication.
        INITIATE_REPLICATION_NOT_PERMITTED: InitiateReplicationNotPermitted = "InitiateReplicationNotPermitted",
        /// The source bucket is in another Region than the job says.
        SRC_BUCKET_INVALID_REGION: SrcBucketInvalidRegion = "SrcBucketInvalidRegion",
        /// There is no such source bucket.
        SRC_BUCKET_NOT_FOUND: SrcBucketNotFound = "SrcBucketNotFound",
        /// The source bucket has no replication configuration.
        SRC_BUCKET_REPLICATION_CONFIG_MISSING: SrcBucketReplicationConfigMissing = "SrcBucketReplicationConfigMissing",
        /// ACLs may not be read.
        SRC_GET_ACL_NOT_PERMITTED: SrcGetAclNotPermitted = "SrcGetAclNotPermitted",
        /// Legal holds may not be read.
        SRC_GET_LEGAL_HOLD_NOT_PERMITTED: SrcGetLegalHoldNotPermitted = "SrcGetLegalHoldNotPermitted",
        /// Objects may not be read.
        SRC_GET_OBJECT_NOT_PERMITTED: SrcGetObjectNotPermitted = "SrcGetObjectNotPermitted",
        /// Retention may not be read.
        SRC_GET_RETENTION_NOT_PERMITTED: SrcGetRetentionNotPermitted = "SrcGetRetentionNotPermitted",
        /// Tags may not be read.
        SRC_GET_TAGGING_NOT_PERMITTED: SrcGetTaggingNotPermitted = "SrcGetTaggingNotPermitted",
        /// Metadata may not be read.
        SRC_HEAD_OBJECT_NOT_PERMITTED: SrcHeadObjectNotPermitted = "SrcHeadObjectNotPermitted",
        /// There is no such key in the source bucket.
        SRC_KEY_NOT_FOUND: SrcKeyNotFound = "SrcKeyNotFound",
        /// The key of the source version can't be used in its state.
        SRC_KMS_KEY_INVALID_STATE: SrcKmsKeyInvalidState = "SrcKmsKeyInvalidState",
        /// The storage class or the tags of the version do not fit.
        SRC_OBJECT_NOT_ELIGIBLE: SrcObjectNotEligible = "SrcObjectNotEligible",
        /// There is no such object in the source bucket.
        SRC_OBJECT_NOT_FOUND: SrcObjectNotFound = "SrcObjectNotFound",
        /// The version is not waiting for replication.
        SRC_REPLICATION_NOT_PENDING: SrcReplicationNotPending = "SrcReplicationNotPending",
        /// There is no such version in the source bucket, perhaps any more.
        SRC_VERSION_NOT_FOUND: SrcVersionNotFound = "SrcVersionNotFound",
        /// There is no such annotation.
        SRC_ANNOTATION_NOT_FOUND: SrcAnnotationNotFound = "SrcAnnotationNotFound",
        /// Annotations may not be read.
        SRC_GET_OBJECT_ANNOTATION_NOT_PERMITTED: SrcGetObjectAnnotationNotPermitted = "SrcGetObjectAnnotationNotPermitted",
        /// Annotations may not be written.
        DST_PUT_OBJECT_ANNOTATION_NOT_PERMITTED: DstPutObjectAnnotationNotPermitted = "DstPutObjectAnnotationNotPermitted",
        /// The encryption of an annotation is not supported.
        SRC_ANNOTATION_ENCRYPTION_UNSUPPORTED: SrcAnnotationEncryptionUnsupported = "SrcAnnotationEncryptionUnsupported",
        /// The replica has as many annotations as a version can have.
        ANNOTATION_LIMIT_EXCEEDED: AnnotationLimitExceeded = "AnnotationLimitExceeded",
    }
}

impl FailureReason {
    /// Returns true for the reasons that only Batch Replication gives.
    #[must_use]
    pub const fn is_batch_only(&self) -> bool {
        matches!(
            self.0,
            Reason::DstBucketInvalidRegion
                | Reason::DstObjectHardDeleted
                | Reason::InitiateReplicationNotPermitted
                | Reason::SrcBucketInvalidRegion
        )
    }

    /// Returns the word that S3 uses today.
    #[must_use]
    pub fn current(self) -> Self {
        match self.0 {
            Reason::DstMultipartPartUploadNotPermitted => Self::DST_MULTIPART_UPLOAD_NOT_PERMITTED,
            _ => self,
        }
    }
}
