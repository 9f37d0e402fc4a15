//! The questions, as one enum of answers each. The first answer is that of AWS.

/// Which of two priorities wins? (REP-402, REP-403)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum PriorityOrder {
    /// The higher number: the API reference and the user guide.
    HigherWins,
    /// The lower number: AWS's hands-on tutorials.
    LowerWins,
}

/// Among which rules must priorities be unique? (REP-210)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum PriorityScope {
    /// Among all rules of the configuration, including disabled ones.
    Configuration,
    /// Among the rules of one destination bucket.
    Destination,
}

/// Does a rule compete if its `SourceSelectionCriteria` exclude the version? (REP-405)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum SourceSelection {
    /// No: the criteria are filters, and a rule of lower priority may win the version.
    Filters,
    /// Yes: the rule may win, and then nothing is replicated to its bucket.
    AfterSelection,
}

/// Which rules compete for a delete marker? (REP-406)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum DeleteMarkerPrecedence {
    /// All rules that match; the `DeleteMarkerReplication` of the winner decides.
    WinnerDecides,
    /// Only rules that replicate delete markers.
    ReplicatingRulesCompete,
}

/// May `And` contain a single predicate? (REP-240)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum AndReading {
    /// Yes.
    OnePredicateIsEnough,
    /// No: a document with a single predicate is malformed.
    TwoPredicates,
}

/// Which exclusions may a filter contain? (REP-255, REP-309)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ExclusionReading {
    /// `Not` with exactly one of `Prefix`, `Tag` and `Or`, and `Or` with at least one predicate.
    ExactlyOneChild,
    /// `Not` and `Or` with any number of predicates, even none.
    AnyChildren,
    /// None: `Not` is an unknown element, as in S3 before 2026-11-18.
    Unknown,
}

/// Is `ExistingObjectReplication` accepted? (REP-226)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ExistingObjectReading {
    /// No, the document is malformed.
    Refused,
    /// Yes, as in accounts where AWS Support once enabled it.
    Accepted,
}

/// Which message rejects a destination bucket that does not exist? (REP-204)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum MissingDestinationText {
    /// `Destination bucket must exist.`
    MustExist,
    /// `Destination bucket must have versioning enabled.`
    MustHaveVersioning,
}

/// Which error code rejects an empty `Account`? (REP-221)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum EmptyAccountCode {
    /// `InvalidArgument`, which the documentation lists first.
    InvalidArgument,
    /// `InvalidRequest`, which the documentation also lists.
    InvalidRequest,
}

/// Is a version that failed in one destination `PENDING` while another is pending?
/// (REP-703)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum StatusPrecedence {
    /// Yes, until replication to every destination has ended.
    PendingFirst,
    /// No, it is `FAILED` at once.
    FailedFirst,
}

/// Is the number of rules limited? (REP-237)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum RuleLimit {
    /// Yes, to 1,000.
    OneThousand,
    /// No, for stores that do not count rules.
    Unlimited,
}

/// Does a replica key also encrypt the replicas of SSE-S3 versions? (REP-605)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ReplicaKeyReading {
    /// No: the replica has SSE-S3, like its source.
    KmsVersionsOnly,
    /// Yes: the replica has SSE-KMS with the replica key.
    EveryVersion,
}
