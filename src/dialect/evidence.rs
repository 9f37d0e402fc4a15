//! The evidence for the answers of stores.
//!
//! Each answer has one piece of evidence: its kind, and a source that a reader can look up.
//!
//! ```text
//! observed: M10: the scanner skips only disabled rules
//! kind      source
//! ```
//!
//! The command `dialects` prints it. An answer of which nothing is known is an assumption
//! ([`Evidence::is_known`] is false), and `open_answers` of `lint` lists those that can change a
//! decision.

use std::fmt;

/// The evidence for an answer of a store.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Evidence {
    kind: EvidenceKind,
    /// The page, the function or the experiment. Never empty: for an assumption it states what is
    /// missing.
    source: &'static str,
}

/// The kind of evidence for an answer.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum EvidenceKind {
    /// The store's documentation describes it.
    Documented,
    /// The store, or its own code for rules, was run.
    Observed,
    /// The source code of the store shows it, without a run.
    SourceCode,
    /// A user of the store reports it.
    Reported,
    /// The answer follows from other facts about the store.
    Inferred,
    /// Nothing is known. The answer is that of AWS, as an assumption.
    Unknown,
    /// The caller chose the answer.
    Chosen,
}

impl Evidence {
    /// The evidence for an answer that the caller has set. It counts as known, so that a chosen
    /// answer is no open one.
    pub(super) const CHOSEN: Self = Self::new(EvidenceKind::Chosen, "the caller");

    pub(super) const fn new(kind: EvidenceKind, source: &'static str) -> Self {
        Self { kind, source }
    }

    /// Returns the kind.
    #[must_use]
    pub const fn kind(self) -> EvidenceKind {
        self.kind
    }

    /// Returns the source.
    #[must_use]
    pub const fn source(self) -> &'static str {
        self.source
    }

    /// Returns true when the answer is known or chosen, not assumed.
    #[must_use]
    pub const fn is_known(self) -> bool {
        !matches!(self.kind, EvidenceKind::Unknown)
    }
}

/// Writes the kind in lower case, as a table shows it.
impl fmt::Display for EvidenceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
            Self::SourceCode => "source code",
            Self::Reported => "reported",
            Self::Inferred => "inferred",
            Self::Unknown => "unknown",
            Self::Chosen => "chosen",
        })
    }
}

/// Writes `kind: source`, as in JSON output.
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.source)
    }
}

/// An answer with its evidence.
///
/// Tables of stores hold these, so that no answer can be written without its evidence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answered<A> {
    pub(super) answer: A,
    pub(super) evidence: Evidence,
}

/// Declares a function for each kind, so that a table reads `tags: observed(answer, source)`.
///
/// `chosen` is missing on purpose: only [`Evidence::CHOSEN`] has that kind, and no table does.
macro_rules! kinds {
    ($( $(#[$meta:meta])* $name:ident: $kind:ident; )+) => {
        $(
            $(#[$meta])*
            pub(super) const fn $name<A: Copy>(answer: A, source: &'static str) -> Answered<A> {
                Answered { answer, evidence: Evidence::new(EvidenceKind::$kind, source) }
            }
        )+
    };
}

kinds! {
    documented: Documented;
    observed: Observed;
    source_code: SourceCode;
    reported: Reported;
    inferred: Inferred;
    /// The answer is an assumption.
    unknown: Unknown;
}
