mod remedy;

open_vocabulary! {
    /// The reason why replication of a version failed permanently, as in the event notifications of
    /// S3 (REP-705).
    ///
    /// S3 adds reasons from time to time, so any other word is kept unchanged.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::replication::FailureReason;
    ///
    /// let reason = FailureReason::from("DstBucketUnversioned");
    /// assert_eq!(reason, FailureReason::DST_BUCKET_UNVERSIONED);
    /// assert!(!reason.is_batch_only());
    /// // The name of the same reason in 2023.
    /// let older = FailureReason::from("DstMultipartPartUploadNotPermitted").current();
    /// assert_eq!(older, FailureReason::DST_MULTIPART_UPLOAD_NOT_PERMITTED);
    /// ```
    pub struct FailureReason(Reason) {
        /// S3 may not assume the role.
        ASSUME_ROLE_NOT_PERMITTED: AssumeRoleNotPermitted = "AssumeRoleNotPermitted",
        /// The destination bucket is in another Region than the job expects.
        DST_BUCKET_INVALID_REGION: DstBucketInvalidRegion = "DstBucketInvalidRegion",
        /// The destination bucket does not exist.
        DST_BUCKET_NOT_FOUND: DstBucketNotFound = "DstBucketNotFound",
        /// The destination bucket has no Object Lock.
        DST_BUCKET_OBJECT_LOCK_CONFIG_MISSING: DstBucketObjectLockConfigMissing = "DstBucketObjectLockConfigMissing",
        /// The destination bucket is not versioned.
        DST_BUCKET_UNVERSIONED: DstBucketUnversioned = "DstBucketUnversioned",
        /// The role may not write delete markers to the destination.
        DST_DEL_OBJ_NOT_PERMITTED: DstDelObjNotPermitted = "DstDelObjNotPermitted",
        /// The KMS key of the replica is disabled or pending deletion.
        DST_KMS_KEY_INVALID_STATE: DstKmsKeyInvalidState = "DstKmsKeyInvalidState",
        /// The KMS key of the replica does not exist.
        DST_KMS_KEY_NOT_FOUND: DstKmsKeyNotFound = "DstKmsKeyNotFound",
        /// The role may not complete multipart uploads to the destination.
        DST_MULTIPART_COMPLETE_NOT_PERMITTED: DstMultipartCompleteNotPermitted = "DstMultipartCompleteNotPermitted",
        /// The role may not initiate multipart uploads to the destination.
        DST_MULTIPART_INIT_NOT_PERMITTED: DstMultipartInitNotPermitted = "DstMultipartInitNotPermitted",
        /// The role may not upload parts to the destination.
        DST_MULTIPART_UPLOAD_NOT_PERMITTED: DstMultipartUploadNotPermitted = "DstMultipartUploadNotPermitted",
        /// The older name of [`Self::DST_MULTIPART_UPLOAD_NOT_PERMITTED`].
        DST_MULTIPART_PART_UPLOAD_NOT_PERMITTED: DstMultipartPartUploadNotPermitted = "DstMultipartPartUploadNotPermitted",
        /// The replica was permanently deleted.
        DST_OBJECT_HARD_DELETED: DstObjectHardDeleted = "DstObjectHardDeleted",
        /// The role may not write ACLs to the destination.
        DST_PUT_ACL_NOT_PERMITTED: DstPutAclNotPermitted = "DstPutAclNotPermitted",
        /// The role may not write legal holds to the destination.
        DST_PUT_LEGAL_HOLD_NOT_PERMITTED: DstPutLegalHoldNotPermitted = "DstPutLegalHoldNotPermitted",
        /// The role may not write objects to the destination.
        DST_PUT_OBJECT_NOT_PERMITTED: DstPutObjectNotPermitted = "DstPutObjectNotPermitted",
        /// The role may not write retention to the destination.
        DST_PUT_RETENTION_NOT_PERMITTED: DstPutRetentionNotPermitted = "DstPutRetentionNotPermitted",
        /// The role may not write tags to the destination.
        DST_PUT_TAGGING_NOT_PERMITTED: DstPutTaggingNotPermitted = "DstPutTaggingNotPermitted",
        /// The version whose metadata changed does not exist in the destination bucket.
        DST_VERSION_NOT_FOUND: DstVersionNotFound = "DstVersionNotFound",
        /// The role of the job may not initiate replication.
        INITIATE_REPLICATION_NOT_PERMITTED: InitiateReplicationNotPermitted = "InitiateReplicationNotPermitted",
        /// The source bucket is in another Region than the job.
        SRC_BUCKET_INVALID_REGION: SrcBucketInvalidRegion = "SrcBucketInvalidRegion",
        /// The source bucket does not exist.
        SRC_BUCKET_NOT_FOUND: SrcBucketNotFound = "SrcBucketNotFound",
        /// The source bucket has no replication configuration.
        SRC_BUCKET_REPLICATION_CONFIG_MISSING: SrcBucketReplicationConfigMissing = "SrcBucketReplicationConfigMissing",
        /// The role may not read ACLs of the source.
        SRC_GET_ACL_NOT_PERMITTED: SrcGetAclNotPermitted = "SrcGetAclNotPermitted",
        /// The role may not read legal holds of the source.
        SRC_GET_LEGAL_HOLD_NOT_PERMITTED: SrcGetLegalHoldNotPermitted = "SrcGetLegalHoldNotPermitted",
        /// The role may not read objects of the source.
        SRC_GET_OBJECT_NOT_PERMITTED: SrcGetObjectNotPermitted = "SrcGetObjectNotPermitted",
        /// The role may not read retention of the source.
        SRC_GET_RETENTION_NOT_PERMITTED: SrcGetRetentionNotPermitted = "SrcGetRetentionNotPermitted",
        /// The role may not read tags of the source.
        SRC_GET_TAGGING_NOT_PERMITTED: SrcGetTaggingNotPermitted = "SrcGetTaggingNotPermitted",
        /// The role may not read metadata of the source.
        SRC_HEAD_OBJECT_NOT_PERMITTED: SrcHeadObjectNotPermitted = "SrcHeadObjectNotPermitted",
        /// The key does not exist in the source bucket.
        SRC_KEY_NOT_FOUND: SrcKeyNotFound = "SrcKeyNotFound",
        /// The KMS key of the source version is disabled or pending deletion.
        SRC_KMS_KEY_INVALID_STATE: SrcKmsKeyInvalidState = "SrcKmsKeyInvalidState",
        /// No rule matches the storage class or the tags of the version.
        SRC_OBJECT_NOT_ELIGIBLE: SrcObjectNotEligible = "SrcObjectNotEligible",
        /// The object does not exist in the source bucket.
        SRC_OBJECT_NOT_FOUND: SrcObjectNotFound = "SrcObjectNotFound",
        /// The version is not pending replication.
        SRC_REPLICATION_NOT_PENDING: SrcReplicationNotPending = "SrcReplicationNotPending",
        /// The version does not exist in the source bucket; it may have been deleted.
        SRC_VERSION_NOT_FOUND: SrcVersionNotFound = "SrcVersionNotFound",
        /// The annotation does not exist.
        SRC_ANNOTATION_NOT_FOUND: SrcAnnotationNotFound = "SrcAnnotationNotFound",
        /// The role may not read annotations of the source.
        SRC_GET_OBJECT_ANNOTATION_NOT_PERMITTED: SrcGetObjectAnnotationNotPermitted = "SrcGetObjectAnnotationNotPermitted",
        /// The role may not write annotations to the destination.
        DST_PUT_OBJECT_ANNOTATION_NOT_PERMITTED: DstPutObjectAnnotationNotPermitted = "DstPutObjectAnnotationNotPermitted",
        /// The encryption of an annotation is not supported.
        SRC_ANNOTATION_ENCRYPTION_UNSUPPORTED: SrcAnnotationEncryptionUnsupported = "SrcAnnotationEncryptionUnsupported",
        /// The replica already has the maximum number of annotations.
        ANNOTATION_LIMIT_EXCEEDED: AnnotationLimitExceeded = "AnnotationLimitExceeded",
    }
}

impl FailureReason {
    /// Returns true for reasons that only S3 Batch Replication reports.
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

    /// Returns the current name of the reason.
    #[must_use]
    pub fn current(self) -> Self {
        match self.0 {
            Reason::DstMultipartPartUploadNotPermitted => Self::DST_MULTIPART_UPLOAD_NOT_PERMITTED,
            _ => self,
        }
    }
}
