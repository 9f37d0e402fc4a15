closed_vocabulary! {
    /// An aspect of the metadata that can change after a version was created (REP-515).
    ///
    /// S3 replicates each aspect for itself: a change of one never touches another. It has one request
    /// for each, but for retention and event hold, which `PutObjectRetention` sets, together or apart.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::MetadataAspect;
    ///
    /// assert_eq!("LegalHold".parse(), Ok(MetadataAspect::LegalHold));
    /// assert_eq!(MetadataAspect::ALL.len(), 5);
    /// ```
    #[non_exhaustive]
    pub enum MetadataAspect("`Tags`, `Acl`, `Retention`, `LegalHold` or `EventHold`") {
        /// The tags.
        Tags = "Tags",
        /// The ACL.
        Acl = "Acl",
        /// The retention period of Object Lock.
        Retention = "Retention",
        /// The legal hold of Object Lock.
        LegalHold = "LegalHold",
        /// The event hold of Object Lock.
        EventHold = "EventHold",
    }
}
