open_vocabulary! {
    /// A column of an S3 Inventory (REP-952).
    ///
    /// S3 adds columns over time; one that is not known here is read and kept as text.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::InventoryField;
    ///
    /// assert_eq!(InventoryField::from("ETag"), InventoryField::E_TAG);
    /// assert!(!InventoryField::from("Colour").is_known());
    /// ```
    pub struct InventoryField(Field) {
        /// The source bucket; always there.
        BUCKET: Bucket = "Bucket",
        /// The key, percent-encoded; always there.
        KEY: Key = "Key",
        /// The version id; in inventories of all versions. Empty for the null version.
        VERSION_ID: VersionId = "VersionId",
        /// Whether the version is the current one; in inventories of all versions.
        IS_LATEST: IsLatest = "IsLatest",
        /// Whether the version is a delete marker; in inventories of all versions.
        IS_DELETE_MARKER: IsDeleteMarker = "IsDeleteMarker",
        /// The size in bytes; empty for a delete marker.
        SIZE: Size = "Size",
        /// When the version was created.
        LAST_MODIFIED_DATE: LastModifiedDate = "LastModifiedDate",
        /// The entity tag; empty for a delete marker.
        E_TAG: ETag = "ETag",
        /// The storage class.
        STORAGE_CLASS: StorageClass = "StorageClass",
        /// Whether it was uploaded in parts; empty for a delete marker.
        IS_MULTIPART_UPLOADED: IsMultipartUploaded = "IsMultipartUploaded",
        /// How far replication has come; empty when no rule ever applied.
        REPLICATION_STATUS: ReplicationStatus = "ReplicationStatus",
        /// How it is encrypted.
        ENCRYPTION_STATUS: EncryptionStatus = "EncryptionStatus",
        /// Until when it is retained.
        OBJECT_LOCK_RETAIN_UNTIL_DATE: RetainUntil = "ObjectLockRetainUntilDate",
        /// How strictly it is retained.
        OBJECT_LOCK_MODE: LockMode = "ObjectLockMode",
        /// Whether there is a legal hold.
        OBJECT_LOCK_LEGAL_HOLD_STATUS: LegalHold = "ObjectLockLegalHoldStatus",
        /// The tier within `INTELLIGENT_TIERING`.
        INTELLIGENT_TIERING_ACCESS_TIER: AccessTier = "IntelligentTieringAccessTier",
        /// Whether it uses an S3 Bucket Key.
        BUCKET_KEY_STATUS: BucketKeyStatus = "BucketKeyStatus",
        /// How its checksum was computed.
        CHECKSUM_ALGORITHM: ChecksumAlgorithm = "ChecksumAlgorithm",
        /// The ACL, in Base64.
        OBJECT_ACCESS_CONTROL_LIST: AccessControlList = "ObjectAccessControlList",
        /// Who owns it.
        OBJECT_OWNER: Owner = "ObjectOwner",
        /// When a lifecycle rule removes it.
        LIFECYCLE_EXPIRATION_DATE: LifecycleExpiration = "LifecycleExpirationDate",
    }
}

impl InventoryField {
    /// Returns true for what is not the name of a version.
    pub(in crate::batch) fn is_fact(&self) -> bool {
        !matches!(self, &Self::BUCKET | &Self::KEY | &Self::VERSION_ID)
    }
}
