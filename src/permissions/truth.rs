//! Truth values, known and unknown.
//!
//! The logic is that of Kleene: an unknown operand makes the result unknown only if its value could
//! change it. The reasons are collected, so that an undecided answer names every condition key that
//! would decide it, and a caller can supply the values at once.
//!
//! ```text
//! and        yes        no    unknown
//! yes        yes        no    unknown
//! no         no         no    no
//! unknown    unknown    no    unknown, for the reasons of both
//! ```

use std::collections::BTreeSet;

/// A truth value, or the reasons why it is unknown.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Truth {
    Yes,
    No,
    /// The reasons, sorted, so that those of equal answers are equal. Never empty: each comes from
    /// `unknown`.
    Unknown(BTreeSet<String>),
}

impl Truth {
    /// Creates a value that is unknown for one reason.
    pub(super) fn unknown(reason: impl Into<String>) -> Self {
        Self::Unknown([reason.into()].into())
    }

    /// The second operand is evaluated only if the first one is not false. Evaluating a condition
    /// may cost a walk through many patterns.
    pub(super) fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::No => Self::No,
            Self::Yes => other(),
            Self::Unknown(mut reasons) => match other() {
                Self::No => Self::No,
                Self::Yes => Self::Unknown(reasons),
                Self::Unknown(more) => {
                    reasons.extend(more);
                    Self::Unknown(reasons)
                }
            },
        }
    }

    /// By De Morgan, so that there is one table.
    pub(super) fn or(self, other: impl FnOnce() -> Self) -> Self {
        self.not().and(|| other().not()).not()
    }

    /// Returns the negation, with the same reasons.
    pub(super) fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            unknown @ Self::Unknown(_) => unknown,
        }
    }

    /// Returns the conjunction; true for none.
    pub(super) fn all(items: impl IntoIterator<Item = Self>) -> Self {
        items.into_iter().fold(Self::Yes, |all, one| all.and(|| one))
    }

    /// Returns the disjunction; false for none.
    pub(super) fn any(items: impl IntoIterator<Item = Self>) -> Self {
        items.into_iter().fold(Self::No, |any, one| any.or(|| one))
    }
}

impl From<bool> for Truth {
    fn from(truth: bool) -> Self {
        if truth { Self::Yes } else { Self::No }
    }
}
