//! The closed words of jobs.

closed_vocabulary! {
    /// An operation of S3 Batch Operations (REP-906).
    #[non_exhaustive]
    pub enum OperationName("the name of an operation such as `S3ReplicateObject`") {
        /// Invoke a Lambda function.
        LambdaInvoke = "LambdaInvoke",
        /// Copy.
        S3PutObjectCopy = "S3PutObjectCopy",
        /// Replace the access control list.
        S3PutObjectAcl = "S3PutObjectAcl",
        /// Replace the tags.
        S3PutObjectTagging = "S3PutObjectTagging",
        /// Delete the tags.
        S3DeleteObjectTagging = "S3DeleteObjectTagging",
        /// Restore from an archive.
        S3InitiateRestoreObject = "S3InitiateRestoreObject",
        /// Set a legal hold.
        S3PutObjectLegalHold = "S3PutObjectLegalHold",
        /// Set a retention.
        S3PutObjectRetention = "S3PutObjectRetention",
        /// Replicate: the one that this crate runs.
        S3ReplicateObject = "S3ReplicateObject",
        /// Compute a checksum.
        S3ComputeObjectChecksum = "S3ComputeObjectChecksum",
        /// Change the encryption.
        S3UpdateObjectEncryption = "S3UpdateObjectEncryption",
    }
}

closed_vocabulary! {
    /// The format of a manifest that a job is given (REP-911).
    #[non_exhaustive]
    pub enum JobManifestFormat(
        "`S3BatchOperations_CSV_20180820` or `S3InventoryReport_CSV_20161130`"
    ) {
        /// CSV with the columns that `Fields` names.
        S3BatchOperationsCsv20180820 = "S3BatchOperations_CSV_20180820",
        /// The `manifest.json` of an S3 Inventory report in CSV.
        S3InventoryReportCsv20161130 = "S3InventoryReport_CSV_20161130",
    }
}

closed_vocabulary! {
    /// The format of a manifest that S3 generates (REP-911).
    #[non_exhaustive]
    pub enum GeneratedManifestFormat("`S3InventoryReport_CSV_20211130`") {
        /// Like an S3 Inventory report in CSV.
        S3InventoryReportCsv20211130 = "S3InventoryReport_CSV_20211130",
    }
}

closed_vocabulary! {
    /// What a column of a manifest holds (REP-911).
    #[non_exhaustive]
    pub enum JobManifestField("`Ignore`, `Bucket`, `Key` or `VersionId`") {
        /// Nothing that counts.
        Ignore = "Ignore",
        /// The name of the bucket.
        Bucket = "Bucket",
        /// The key.
        Key = "Key",
        /// The version id.
        VersionId = "VersionId",
    }
}

closed_vocabulary! {
    /// The format of a completion report (REP-910).
    #[non_exhaustive]
    pub enum JobReportFormat("`Report_CSV_20180820`") {
        /// CSV.
        ReportCsv20180820 = "Report_CSV_20180820",
    }
}

closed_vocabulary! {
    /// Which tasks a completion report lists (REP-910).
    #[non_exhaustive]
    pub enum JobReportScope("`AllTasks` or `FailedTasksOnly`") {
        /// All.
        AllTasks = "AllTasks",
        /// Those that failed.
        FailedTasksOnly = "FailedTasksOnly",
    }
}

closed_vocabulary! {
    /// A replication status that a generator can select (REP-916). `PENDING` is none of them.
    #[non_exhaustive]
    pub enum ReplicationStatusFilter("`COMPLETED`, `FAILED`, `REPLICA` or `NONE`") {
        /// Replicated before.
        Completed = "COMPLETED",
        /// Tried, and failed.
        Failed = "FAILED",
        /// A replica.
        Replica = "REPLICA",
        /// Never tried.
        None = "NONE",
    }
}

closed_vocabulary! {
    /// A member of a generator's filter.
    #[non_exhaustive]
    pub enum FilterMember("a member of a filter such as `CreatedAfter`") {
        /// Answered by the replication configuration, not by the filter.
        EligibleForReplication = "EligibleForReplication",
        /// Creation time, lower bound.
        CreatedAfter = "CreatedAfter",
        /// Creation time, upper bound.
        CreatedBefore = "CreatedBefore",
        /// Replication status.
        ObjectReplicationStatuses = "ObjectReplicationStatuses",
        /// Key.
        KeyNameConstraint = "KeyNameConstraint",
        /// Size, lower bound.
        ObjectSizeGreaterThanBytes = "ObjectSizeGreaterThanBytes",
        /// Size, upper bound.
        ObjectSizeLessThanBytes = "ObjectSizeLessThanBytes",
        /// Storage class.
        MatchAnyStorageClass = "MatchAnyStorageClass",
        /// Encryption.
        MatchAnyObjectEncryption = "MatchAnyObjectEncryption",
    }
}
