//! The clauses of `SEMANTICS.md`: the statements about S3 that this crate relies on, with their
//! evidence.
//!
//! Every reason, refusal and lint names the clause behind it. A clause is one statement with its
//! source, so that a reader who doubts an answer knows where to look. A test keeps this table, the
//! document and the tests of each clause consistent.

mod table;

use std::fmt;

pub use self::table::*;

/// The quality of the evidence for a clause.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Grade {
    /// Documented by AWS, or observed at AWS.
    Primary,
    /// Reported word for word by a user of AWS.
    Reported,
    /// Known only from re-implementations of S3.
    Emulator,
    /// Inferred from other clauses, or this crate's interpretation where no source exists.
    Inference,
}

impl Grade {
    /// Returns the letter that `SEMANTICS.md` uses.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Primary => 'P',
            Self::Reported => 'R',
            Self::Emulator => 'E',
            Self::Inference => 'I',
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Primary => "primary",
            Self::Reported => "reported",
            Self::Emulator => "emulator",
            Self::Inference => "inference",
        })
    }
}

/// One statement about S3 replication, with its evidence.
///
/// # Examples
///
/// ```
/// use s3_replication::clause::{Clause, PRIORITY_HIGHER_WINS};
///
/// assert_eq!(PRIORITY_HIGHER_WINS.id(), "REP-402");
/// assert_eq!(Clause::find("REP-402"), Some(&PRIORITY_HIGHER_WINS));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Clause {
    id: &'static str,
    grade: Grade,
    statement: &'static str,
    source: &'static str,
}

impl Clause {
    /// Returns the ID: `REP-` and a number that is never reused.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// Returns the quality of the evidence.
    #[must_use]
    pub const fn grade(&self) -> Grade {
        self.grade
    }

    /// Returns the statement.
    #[must_use]
    pub const fn statement(&self) -> &'static str {
        self.statement
    }

    /// Returns the source of the statement; `SEMANTICS.md` explains the abbreviations.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        self.source
    }

    /// Returns the clause with this ID.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        Self::ALL.iter().copied().find(|clause| clause.id == id)
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id)
    }
}
