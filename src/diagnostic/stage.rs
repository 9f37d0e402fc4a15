/// The stage at which the store checks for a mistake, from first to last. The stage decides which of
/// several refusals the store answers (REP-250).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Stage {
    /// The document against the schema.
    Schema,
    /// The role.
    Role,
    /// The source bucket.
    SourceBucket,
    /// Each rule by itself, in document order.
    Rule,
    /// The destinations of the rules together.
    Destinations,
    /// The rules together.
    Configuration,
    /// The destination buckets.
    DestinationBucket,
}
