closed_vocabulary! {
    /// What is a version id that is empty? (REP-947, REP-955)
    ///
    /// The version ids of a manifest stand in a column, so an empty one is there but says nothing.
    /// An inventory of all versions writes null versions that way, and S3 does not take them:
    /// whoever uses such an inventory as a manifest writes `null` there first.
    #[derive(Default)]
    #[expect(clippy::exhaustive_enums, reason = "the readings there are")]
    pub enum EmptyVersionId("`object-not-found`, `invalid-request` or `null-version`") {
        /// The task fails as `SrcObjectNotFound`, as it was seen with Batch Replication.
        #[default]
        ObjectNotFound = "object-not-found",
        /// The task fails as `InvalidRequest`, as the user guide of 2023 says of every operation.
        InvalidRequest = "invalid-request",
        /// The null version, for an inventory that is read as a list of objects.
        NullVersion = "null-version",
    }
}
