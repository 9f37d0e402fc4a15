closed_vocabulary! {
    /// How far the replication of an object version has come, as `x-amz-replication-status` says.
    ///
    /// A version that no rule ever applied to has no status; that is `Option::None`, not a word.
    /// The S3 model also lists `COMPLETE` beside `COMPLETED`: both are read, the second is written
    /// (REP-521).
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
        /// A source version that has not reached all its destinations yet.
        Pending = "PENDING",
        /// A source version that has reached all its destinations.
        Completed = "COMPLETED" | "COMPLETE",
        /// A source version that did not reach a destination; live replication does not retry.
        Failed = "FAILED",
        /// A version that replication made.
        Replica = "REPLICA",
    }
}
