closed_vocabulary! {
    /// An aspect of the metadata that can change after a version was created (REP-515).
    ///
    /// S3 has one request for each aspect, and replicates each aspect for itself: a change of one
    /// never touches another.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::MetadataAspect;
    ///
    /// assert_eq!("LegalHold".parse(), Ok(MetadataAspect::LegalHold));
    /// assert_eq!(MetadataAspect::ALL.len(), 4);
    /// ```
    #[non_exhaustive]
    pub enum MetadataAspect("`Tags`, `Acl`, `Retention` or `LegalHold`") {
        /// The tags.
        Tags = "Tags",
        /// The ACL.
        Acl = "Acl",
        /// The retention period of Object Lock.
        Retention = "Retention",
        /// The legal hold of Object Lock.
        LegalHold = "LegalHold",
    }
}
