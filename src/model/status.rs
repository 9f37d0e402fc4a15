closed_vocabulary! {
    /// The status of a rule, or of one of its settings.
    ///
    /// S3 uses the same two words for the rule itself and for `DeleteMarkerReplication`,
    /// `SseKmsEncryptedObjects`, `ReplicaModifications`, `ExistingObjectReplication`,
    /// `ReplicationTime` and `Metrics`.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::RuleStatus;
    ///
    /// assert_eq!("Enabled".parse(), Ok(RuleStatus::Enabled));
    /// assert!("enabled".parse::<RuleStatus>().is_err());
    /// ```
    #[expect(clippy::exhaustive_enums, reason = "a switch has two positions")]
    pub enum RuleStatus("`Enabled` or `Disabled`") {
        /// The rule or setting applies.
        Enabled = "Enabled",
        /// The rule or setting has no effect.
        Disabled = "Disabled",
    }
}

impl RuleStatus {
    /// Returns true for `Enabled`.
    #[must_use]
    pub const fn is_enabled(self) -> bool {
        matches!(self, Self::Enabled)
    }
}

closed_vocabulary! {
    /// The replication status of an object version, as in `x-amz-replication-status`.
    ///
    /// A version to which no rule ever applied has no status, which is `Option::None`. The S3 model
    /// lists both `COMPLETE` and `COMPLETED`: both are read, and `COMPLETED` is written (REP-521).
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::ReplicationStatus;
    ///
    /// let status: ReplicationStatus = "COMPLETE".parse()?;
    /// assert_eq!(status.to_string(), "COMPLETED");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[expect(clippy::exhaustive_enums, reason = "a new word could change every answer")]
    pub enum ReplicationStatus("`PENDING`, `COMPLETED`, `FAILED` or `REPLICA`") {
        /// A source version that is not yet replicated to all its destinations.
        Pending = "PENDING",
        /// A source version that is replicated to all its destinations.
        Completed = "COMPLETED" | "COMPLETE",
        /// A source version that could not be replicated to a destination. Live replication does
        /// not retry.
        Failed = "FAILED",
        /// A replica.
        Replica = "REPLICA",
    }
}
