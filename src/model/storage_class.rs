open_vocabulary! {
    /// The storage class of an object version or a replica.
    ///
    /// S3 adds classes over time and compatible stores add their own, so this is an open set: an
    /// unknown word is kept as written and compares by its text.
    /// [`is_archived`](Self::is_archived) matters for the source version,
    /// [`is_replica_class`](Self::is_replica_class) for replicas.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::StorageClass;
    ///
    /// let class = StorageClass::from("DEEP_ARCHIVE");
    /// assert!(matches!(class, StorageClass::GLACIER | StorageClass::DEEP_ARCHIVE));
    ///
    /// let later = StorageClass::from("LUNAR_COLD");
    /// assert!(!later.is_known());
    /// assert_eq!(later.to_string(), "LUNAR_COLD");
    /// ```
    pub struct StorageClass(Class) {
        /// Frequently accessed data; the default of S3.
        STANDARD: Standard = "STANDARD",
        /// Reproducible data with less redundancy; no longer recommended.
        REDUCED_REDUNDANCY: ReducedRedundancy = "REDUCED_REDUNDANCY",
        /// Infrequently accessed data.
        STANDARD_IA: StandardIa = "STANDARD_IA",
        /// Infrequently accessed data in one zone.
        ONEZONE_IA: OneZoneIa = "ONEZONE_IA",
        /// Data with a changing or unknown access pattern.
        INTELLIGENT_TIERING: IntelligentTiering = "INTELLIGENT_TIERING",
        /// Rarely accessed data with retrieval in milliseconds.
        GLACIER_IR: GlacierIr = "GLACIER_IR",
        /// S3 Glacier Flexible Retrieval: an archive with retrieval in minutes to hours.
        GLACIER: Glacier = "GLACIER",
        /// S3 Glacier Deep Archive: an archive with retrieval in hours.
        DEEP_ARCHIVE: DeepArchive = "DEEP_ARCHIVE",
        /// S3 on Outposts.
        OUTPOSTS: Outposts = "OUTPOSTS",
        /// AWS Snow devices.
        SNOW: Snow = "SNOW",
        /// Directory buckets, which replication does not support.
        EXPRESS_ONEZONE: ExpressOneZone = "EXPRESS_ONEZONE",
        /// Amazon FSx for OpenZFS.
        FSX_OPENZFS: FsxOpenZfs = "FSX_OPENZFS",
        /// Amazon FSx for NetApp ONTAP.
        FSX_ONTAP: FsxOntap = "FSX_ONTAP",
        /// AWS Backup, warm.
        AWS_BACKUP_WARM: AwsBackupWarm = "AWS_BACKUP_WARM",
        /// AWS Backup, warm at low cost.
        AWS_BACKUP_LOW_COST_WARM: AwsBackupLowCostWarm = "AWS_BACKUP_LOW_COST_WARM",
    }
}

impl StorageClass {
    /// The storage classes that a rule may set for replicas (REP-246).
    pub const REPLICA_CLASSES: &'static [Self] = &[
        Self::STANDARD,
        Self::REDUCED_REDUNDANCY,
        Self::STANDARD_IA,
        Self::ONEZONE_IA,
        Self::INTELLIGENT_TIERING,
        Self::GLACIER_IR,
        Self::GLACIER,
        Self::DEEP_ARCHIVE,
    ];

    /// Returns true when S3 does not replicate versions in this class, because they have to be
    /// restored before they can be read (REP-506).
    ///
    /// Replicas may be *written* to these classes.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::StorageClass;
    ///
    /// assert!(StorageClass::GLACIER.is_archived());
    /// assert!(!StorageClass::GLACIER_IR.is_archived());
    /// ```
    #[must_use]
    pub fn is_archived(&self) -> bool {
        matches!(self, &Self::GLACIER | &Self::DEEP_ARCHIVE)
    }

    /// Returns true for the classes of other services (Amazon FSx, AWS Backup), whose data is not in a
    /// bucket that replicates (REP-522).
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::StorageClass;
    ///
    /// assert!(StorageClass::AWS_BACKUP_WARM.is_of_other_service());
    /// assert!(!StorageClass::STANDARD_IA.is_of_other_service());
    /// ```
    #[must_use]
    pub fn is_of_other_service(&self) -> bool {
        matches!(
            self,
            &Self::FSX_OPENZFS
                | &Self::FSX_ONTAP
                | &Self::AWS_BACKUP_WARM
                | &Self::AWS_BACKUP_LOW_COST_WARM
        )
    }

    /// Returns true when a rule may set this class for replicas (REP-246).
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::StorageClass;
    ///
    /// assert!(StorageClass::DEEP_ARCHIVE.is_replica_class());
    /// assert!(!StorageClass::OUTPOSTS.is_replica_class());
    /// ```
    #[must_use]
    pub fn is_replica_class(&self) -> bool {
        Self::REPLICA_CLASSES.contains(self)
    }
}

closed_vocabulary! {
    /// The access tier of a version in `INTELLIGENT_TIERING`, in the words of S3 Inventory.
    ///
    /// The S3 API uses `ARCHIVE_ACCESS` and `DEEP_ARCHIVE_ACCESS` for the `ARCHIVE` and
    /// `DEEP_ARCHIVE` of Inventory; both spellings are read.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::AccessTier;
    ///
    /// let tier: AccessTier = "DEEP_ARCHIVE_ACCESS".parse()?;
    /// assert_eq!(tier, AccessTier::DeepArchive);
    /// assert!(tier.is_archived() && !AccessTier::ArchiveInstantAccess.is_archived());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[expect(clippy::exhaustive_enums, reason = "a new tier could be an archived one")]
    pub enum AccessTier("an access tier such as `FREQUENT` or `ARCHIVE`") {
        /// Frequent Access.
        Frequent = "FREQUENT" | "FREQUENT_ACCESS",
        /// Infrequent Access.
        Infrequent = "INFREQUENT" | "INFREQUENT_ACCESS",
        /// Archive Instant Access.
        ArchiveInstantAccess = "ARCHIVE_INSTANT_ACCESS" | "ARCHIVE_INSTANT",
        /// Archive Access.
        Archive = "ARCHIVE" | "ARCHIVE_ACCESS",
        /// Deep Archive Access.
        DeepArchive = "DEEP_ARCHIVE" | "DEEP_ARCHIVE_ACCESS",
    }
}

impl AccessTier {
    /// Returns true when S3 does not replicate versions in this tier (REP-507).
    #[must_use]
    pub const fn is_archived(self) -> bool {
        matches!(self, Self::Archive | Self::DeepArchive)
    }
}
