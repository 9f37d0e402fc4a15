/// When the store comes to a refusal, from first to last. Which of several refusals it answers
/// follows from this (REP-250).
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
