//! The questions, one enum of answers each. The first answer is AWS's.

/// Which of two priorities wins? (REP-402, REP-403)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum PriorityOrder {
    /// The higher number: the API reference and the user guide.
    HigherWins,
    /// The lower number: AWS's hands-on tutorials.
    LowerWins,
}

/// Among which rules must priorities differ? (REP-210)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum PriorityScope {
    /// Among all rules of the configuration, disabled ones included.
    Configuration,
    /// Among the rules of one destination bucket.
    Destination,
}

/// Does a rule compete whose `SourceSelectionCriteria` leave the version out? (REP-405)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum SourceSelection {
    /// No: the criteria are filters, and the next rule may take the version.
    Filters,
    /// Yes: the rule may win, and then nothing goes to its bucket.
    AfterSelection,
}

/// Which rules compete for a delete marker? (REP-406)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum DeleteMarkerPrecedence {
    /// All that match; the winner's `DeleteMarkerReplication` decides.
    WinnerDecides,
    /// Only those that replicate delete markers.
    ReplicatingRulesCompete,
}

/// May `And` hold a single predicate? (REP-240)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum AndReading {
    /// Yes.
    OnePredicateIsEnough,
    /// No: a document with one is malformed.
    TwoPredicates,
}

/// Is `ExistingObjectReplication` accepted? (REP-226)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ExistingObjectReading {
    /// No, the document is malformed.
    Refused,
    /// Yes, as for the accounts that AWS Support once enabled it for.
    Accepted,
}

/// With which text is a destination refused that does not exist? (REP-204)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum MissingDestinationText {
    /// `Destination bucket must exist.`
    MustExist,
    /// `Destination bucket must have versioning enabled.`
    MustHaveVersioning,
}

/// With which code is an empty `Account` refused? (REP-221)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum EmptyAccountCode {
    /// `InvalidArgument`, listed first.
    InvalidArgument,
    /// `InvalidRequest`, listed as well.
    InvalidRequest,
}

/// What is the status of a version that failed in one destination and is pending in another?
/// (REP-703)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum StatusPrecedence {
    /// `PENDING`, until all destinations are settled.
    PendingFirst,
    /// `FAILED`, at once.
    FailedFirst,
}

/// How many rules may a configuration have? (REP-237)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum RuleLimit {
    /// At most 1,000.
    OneThousand,
    /// As many as there is memory for: for stores that do not count.
    Unlimited,
}

/// What becomes of an SSE-S3 version under a rule with a replica key? (REP-605)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ReplicaKeyReading {
    /// Its replica is SSE-S3 too.
    KmsVersionsOnly,
    /// Its replica is encrypted under the replica key.
    EveryVersion,
}
