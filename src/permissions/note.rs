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
}

impl Note {
    pub(super) fn new(clause: &'static Clause, message: impl Into<String>) -> Self {
        Self { message: message.into(), clause }
    }
}
