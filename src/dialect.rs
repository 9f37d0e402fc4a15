//! The questions on which stores or the sources about S3 differ, and the answers of each store.
//!
//! A dialect is data: one answer to each question, with its evidence. The engine and the lints
//! consult it wherever a question matters, so that no ambiguity is buried in code. It is not a
//! trait, because a trait would invite a dialect that answers only half of the questions.
//!
//! | file | contents |
//! | --- | --- |
//! | `question` | the questions, their answers, and the table that a store fills in |
//! | `aws`, `minio`, `ceph`, … | the table of each store, with its evidence |
//! | `evidence` | the kinds of evidence, from documentation to an assumption |
//! | `reading` | the configuration that a store makes of a document with elements that it ignores |
//! | `refusals` | error codes and texts that differ from those of S3 |
//! | `job`, `permission` | questions about Batch Operations and about roles |
//!
//! A new store is a new file with a table, a constant in [`Dialect::ALL`], and tests in
//! `tests/dialects`. A new question is an entry in `question` and an answer in `aws`; the compiler
//! demands both.

mod aws;
mod aws_tutorial;
mod ceph;
mod evidence;
mod ibm_cos;
pub mod job;
mod minio;
mod ovh;
pub mod permission;
mod question;
mod reading;
mod refusals;
mod rustfs;
mod rustfs_rc3;
mod wasabi;
mod zenko;

use std::fmt;
use std::str::FromStr;

pub use self::evidence::{Evidence, EvidenceKind};
pub use self::question::*;
pub(crate) use self::refusals::Refusal;

use self::permission::PermissionDialect;
use self::question::{Answers, Evidences};
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
    /// The name of the dialect that the answers come from, also after an answer was changed.
    name: &'static str,
    /// One answer to each question.
    answers: Answers,
    /// The evidence for each answer, in the same order.
    evidence: Evidences,
    /// The answers about roles. Those of every store are AWS's, until a caller chooses others.
    permissions: PermissionDialect,
    /// The refusals that differ from those of S3; empty where nothing else is known.
    refusals: &'static [Refusal],
}

impl Dialect {
    /// Every dialect with a name.
    pub const ALL: &'static [Self] = &[
        Self::AWS,
        Self::AWS_TUTORIAL,
        Self::MINIO,
        Self::RUSTFS,
        Self::RUSTFS_RC3,
        Self::CEPH,
        Self::OVH,
        Self::IBM_COS,
        Self::ZENKO,
        Self::WASABI,
    ];

    /// Returns the name, as for `--dialect` of the command line.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the evidence for the answer to a question.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::Dialect;
    /// use s3_replication::dialect::{EvidenceKind, Question};
    ///
    /// assert_eq!(Dialect::MINIO.evidence(Question::Tags).kind(), EvidenceKind::Observed);
    /// assert!(!Dialect::WASABI.is_known(Question::Tags));
    /// ```
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "INVARIANT: an entry for each question")]
    pub const fn evidence(&self, question: Question) -> Evidence {
        self.evidence[question as usize]
    }

    /// Returns true when the answer to a question is known or chosen. Otherwise the answer is that of
    /// AWS, as an assumption.
    #[must_use]
    pub const fn is_known(&self, question: Question) -> bool {
        self.evidence(question).is_known()
    }

    /// Returns the permissions that the roles need (REP-1201 and following).
    #[must_use]
    pub const fn permissions(&self) -> PermissionDialect {
        self.permissions
    }

    /// Returns the dialect with other answers about permissions.
    #[must_use]
    pub const fn with_permissions(self, permissions: PermissionDialect) -> Self {
        Self { permissions, ..self }
    }

    /// Notes that the caller chose the answer to a question.
    const fn choosing(self, question: Question) -> Self {
        self.known_by(question, Evidence::CHOSEN)
    }

    /// Replaces the evidence for the answer to a question. The answer stays.
    #[expect(clippy::indexing_slicing, reason = "INVARIANT: an entry for each question")]
    const fn known_by(mut self, question: Question, evidence: Evidence) -> Self {
        self.evidence[question as usize] = evidence;
        self
    }

    /// Gives a dialect that is made from another one its own name.
    const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// Adds the refusals of a store. A dialect made from it has them too.
    const fn refusing(mut self, refusals: &'static [Refusal]) -> Self {
        self.refusals = refusals;
        self
    }
}

/// [`Dialect::AWS`].
impl Default for Dialect {
    fn default() -> Self {
        Self::AWS
    }
}

/// Writes the name, and nothing about answers that a caller has changed.
impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

/// Reads a name of [`Dialect::ALL`], in lower case as it is listed.
impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|dialect| dialect.name == name);
        found.cloned().ok_or_else(|| UnknownDialect {
            suggestion: nearest(name, Self::ALL.iter().map(|dialect| dialect.name)),
            word: UnknownWord::new("a dialect that `s3-replication dialects` lists", name),
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
