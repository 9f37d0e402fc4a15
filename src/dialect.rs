//! The questions on which stores or the sources about S3 differ, and the answers of each store.
//!
//! A dialect is data: one answer to each question, with its evidence. The engine and the lints
//! consult it wherever a question matters, so that no ambiguity is buried in code. It is not a
//! trait, because a trait would invite a dialect that answers only half of the questions.

mod aws;
mod aws_tutorial;
pub mod job;
pub mod permission;
mod question;

use std::fmt;
use std::str::FromStr;

pub use self::question::{
    AndReading, DeleteMarkerPrecedence, EmptyAccountCode, ExclusionReading, ExistingObjectReading,
    MissingDestinationText, PriorityOrder, PriorityScope, ReplicaKeyReading, RuleLimit,
    SourceSelection, StatusPrecedence,
};

use self::permission::PermissionDialect;
use crate::vocabulary::{UnknownWord, nearest};

/// The semantics of one store: its answer to every open question about replication.
///
/// The default, [`AWS`](Self::AWS), follows Amazon S3 as documented today. Its documentation shows
/// the evidence for each answer.
///
/// # Examples
///
/// ```
/// use s3_replication::Dialect;
/// use s3_replication::dialect::PriorityOrder;
///
/// let dialect: Dialect = "aws-tutorial".parse()?;
/// assert_eq!(dialect, Dialect::AWS_TUTORIAL);
/// assert_eq!(dialect.priority_order(), PriorityOrder::LowerWins);
/// assert_eq!(Dialect::default(), Dialect::AWS);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Where AWS's documentation leaves a question open, the alternative answer takes one call:
///
/// ```
/// use s3_replication::Dialect;
/// use s3_replication::dialect::PriorityScope;
///
/// let lenient = Dialect::AWS.with_priority_scope(PriorityScope::Destination);
/// assert_ne!(lenient, Dialect::AWS);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Dialect {
    name: &'static str,
    and: AndReading,
    delete_marker_precedence: DeleteMarkerPrecedence,
    empty_account_code: EmptyAccountCode,
    exclusions: ExclusionReading,
    existing_objects: ExistingObjectReading,
    missing_destination_text: MissingDestinationText,
    permissions: PermissionDialect,
    priority_order: PriorityOrder,
    priority_scope: PriorityScope,
    replica_key: ReplicaKeyReading,
    rule_limit: RuleLimit,
    source_selection: SourceSelection,
    status_precedence: StatusPrecedence,
}

questions!(Dialect {
        /// May `And` contain a single predicate? (REP-240)
        and, with_and: AndReading;
        /// Which rules compete for a delete marker? (REP-406)
        delete_marker_precedence, with_delete_marker_precedence: DeleteMarkerPrecedence;
        /// Which error code rejects an empty `Account`? (REP-221)
        empty_account_code, with_empty_account_code: EmptyAccountCode;
        /// Which exclusions may a filter contain? (REP-255, REP-309)
        exclusions, with_exclusions: ExclusionReading;
        /// Is `ExistingObjectReplication` accepted? (REP-226)
        existing_objects, with_existing_objects: ExistingObjectReading;
        /// Which message rejects a destination bucket that does not exist? (REP-204)
        missing_destination_text, with_missing_destination_text: MissingDestinationText;
        /// Which permissions do the roles need? (REP-1201 and following)
        permissions, with_permissions: PermissionDialect;
        /// Which of two priorities wins? (REP-402, REP-403)
        priority_order, with_priority_order: PriorityOrder;
        /// Among which rules must priorities be unique? (REP-210)
        priority_scope, with_priority_scope: PriorityScope;
        /// Does a replica key also encrypt the replicas of SSE-S3 versions? (REP-605)
        replica_key, with_replica_key: ReplicaKeyReading;
        /// Is the number of rules limited? (REP-237)
        rule_limit, with_rule_limit: RuleLimit;
        /// Does a rule compete if its `SourceSelectionCriteria` exclude the version? (REP-405)
        source_selection, with_source_selection: SourceSelection;
        /// Is a version that failed in one destination `PENDING` while another is pending?
        /// (REP-703)
        status_precedence, with_status_precedence: StatusPrecedence;
});

impl Dialect {
    /// Every dialect with a name.
    pub const ALL: &'static [Self] = &[Self::AWS, Self::AWS_TUTORIAL];

    /// Returns the name, as for `--dialect` of the command line.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// [`Dialect::AWS`].
impl Default for Dialect {
    fn default() -> Self {
        Self::AWS
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|dialect| dialect.name == name);
        found.cloned().ok_or_else(|| UnknownDialect {
            suggestion: nearest(name, Self::ALL.iter().map(|dialect| dialect.name)),
            word: UnknownWord::new("a dialect: `aws` or `aws-tutorial`", name),
        })
    }
}

/// The error returned when a text is not the name of a dialect.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{word}{}", suggestion.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default())]
pub struct UnknownDialect {
    word: UnknownWord,
    suggestion: Option<&'static str>,
}
