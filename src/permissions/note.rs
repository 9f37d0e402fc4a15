//! Remarks about permissions.
//!
//! A remark never makes a check fail. It names what a reader should know before trusting the
//! answer.

use crate::clause::Clause;

/// A remark about permissions: a fact that is unknown, sources that differ, or a permission that is
/// granted and not needed.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Note {
    /// One sentence fragment: lower case, no final period.
    pub message: String,
    /// The clause behind the remark.
    pub clause: &'static Clause,
    /// The code, if the remark is one of the findings of `lint::DOCUMENT_FINDINGS`.
    pub code: Option<&'static str>,
}

impl Note {
    // Most remarks have no code. `lints.rs` and the remark about one role for both purposes set
    // one.
    pub(super) fn new(clause: &'static Clause, message: impl Into<String>) -> Self {
        Self { message: message.into(), clause, code: None }
    }

    pub(super) fn with_code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }
}
