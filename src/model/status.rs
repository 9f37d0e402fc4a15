closed_vocabulary! {
    /// Whether a rule, or one of its switches, is in force.
    ///
    /// S3 uses the same two words for the rule itself, for `DeleteMarkerReplication`,
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
        /// It applies.
        Enabled = "Enabled",
        /// It is kept but does nothing.
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
