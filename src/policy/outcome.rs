//! The outcome of checking an assertion.
//!
//! ```text
//! Proved      `held`      no version violates it
//! Violated    `failed`    with the version that does, and how
//! Undecided   `unknown`   with the facts that are missing, or because the search was given up
//! ```
//!
//! An outcome is exact in each direction: `Violated` has a version about which the engine decided
//! just that, and `Proved` is a proof. What is neither is never rounded to one of them.

use std::fmt;
use std::num::NonZeroU32;

use crate::analysis::Witness;
use crate::model::BucketArn;
use crate::policy::assertion::Assertion;
use crate::policy::target::MissingFact;

/// An assertion with the outcome of checking it.
#[derive(Clone, Debug)]
pub struct Checked<'p> {
    /// The assertion, as it is in the policy.
    assertion: &'p Assertion,
    /// The answer about it.
    outcome: Outcome,
}

/// The outcome of checking an assertion.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// The assertion holds for every version and event that it is about. This is a proof.
    Proved,
    /// Some version violates the assertion.
    Violated(Counterexample),
    /// The assertion may hold or not.
    Undecided(Undecided),
}

/// A version that violates an assertion.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterexample {
    /// The version and the event.
    witness: Witness,
    /// The way in which it violates the assertion.
    violation: Violation,
}

/// The way in which a version violates an assertion.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Violation {
    /// The version reaches too few destination buckets that satisfy the target.
    TooFew {
        /// The number of buckets that it reaches.
        reached: usize,
        /// The number of buckets that it must reach.
        at_least: NonZeroU32,
    },
    /// The version is replicated in a way that the assertion forbids.
    Forbidden {
        /// The destination bucket.
        bucket: BucketArn,
    },
    /// The version is a delete marker that is not replicated where an object with its key is.
    DeleteMarkerNotReplicated {
        /// The destination bucket of the object.
        bucket: BucketArn,
        /// The object.
        object: Witness,
    },
}

/// The reason why it is not decided whether an assertion holds.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there is one for each assertion, and they are few")]
#[non_exhaustive]
pub enum Undecided {
    /// The outcome depends on facts about destination buckets that are not known.
    MissingFacts {
        /// The facts, by bucket.
        facts: Vec<MissingFact>,
        /// A version that violates the assertion or not, depending on these facts.
        witness: Witness,
    },
    /// The search was given up: the globs, or the tags of the rules, are too complex.
    TooComplex,
    /// The search was given up: the other assertions of the policy left it too little of the work
    /// that a policy may cost. In a policy of its own the assertion may be decided.
    PolicyTooComplex,
    /// The store compares a key with one rule only (REP-1137), and the prefix of one rule begins that of
    /// another for the same bucket. No assertion is checked then.
    PrefixSearch,
}

impl<'p> Checked<'p> {
    /// Creates the answer about an assertion.
    pub(super) const fn new(assertion: &'p Assertion, outcome: Outcome) -> Self {
        Self { assertion, outcome }
    }

    /// Returns the assertion.
    #[must_use]
    pub const fn assertion(&self) -> &'p Assertion {
        self.assertion
    }

    /// Returns the outcome.
    #[must_use]
    pub const fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Returns true when the assertion is proved.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        self.outcome == Outcome::Proved
    }
}

impl Outcome {
    /// Returns the word for the outcome in reports: `held`, `failed` or `unknown`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            // The words are those of reports, and a promise to programs.
            Self::Proved => "held",
            Self::Violated(_) => "failed",
            Self::Undecided(_) => "unknown",
        }
    }
}

impl Counterexample {
    /// Creates a counterexample. The engine has decided about the witness before.
    pub(super) const fn new(witness: Witness, violation: Violation) -> Self {
        Self { witness, violation }
    }

    /// Returns the version and the event, as input of the `decide` command.
    #[must_use]
    pub const fn witness(&self) -> &Witness {
        &self.witness
    }

    /// Returns the way in which the version violates the assertion.
    #[must_use]
    pub const fn violation(&self) -> &Violation {
        &self.violation
    }
}

impl Violation {
    /// Returns the code of the violation in reports, such as `too-few`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            // The codes are those of reports, too, and are not renamed with a variant.
            Self::TooFew { .. } => "too-few",
            Self::Forbidden { .. } => "forbidden",
            Self::DeleteMarkerNotReplicated { .. } => "marker-left",
        }
    }
}

/// Writes a predicate without a subject, such as `reaches 0 of the required 1 bucket`. For a delete
/// marker it is a sentence, since the object is its subject.
impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew { reached, at_least } => {
                // The noun goes with the number that is required: `reaches 0 of the required 1
                // bucket`.
                let plural = if at_least.get() == 1 { "" } else { "s" };
                write!(f, "reaches {reached} of the required {at_least} bucket{plural}")
            }
            Self::Forbidden { bucket } => {
                write!(f, "is replicated to {bucket} in a way that the assertion forbids")
            }
            // The object is a witness of its own, which reports show beside this sentence.
            Self::DeleteMarkerNotReplicated { bucket, .. } => {
                write!(
                    f,
                    "an object is replicated to {bucket}, but the delete marker of its key is not"
                )
            }
        }
    }
}

impl Undecided {
    /// Returns the code of the reason in reports: `missing-facts`, `too-complex`,
    /// `policy-too-complex` or `prefix-search`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MissingFacts { .. } => "missing-facts",
            Self::TooComplex => "too-complex",
            Self::PolicyTooComplex => "policy-too-complex",
            Self::PrefixSearch => "prefix-search",
        }
    }
}

/// Writes the reason in words, with all missing facts.
impl fmt::Display for Undecided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Only missing facts have a list. The other reasons are whole sentences.
        let facts = match self {
            Self::MissingFacts { facts, .. } => facts,
            // The globs, or the exclusions of tags, made the search too long.
            Self::TooComplex => {
                return f
                    .write_str("the globs, or the tags of the rules, are too complex to decide");
            }
            Self::PolicyTooComplex => {
                return f.write_str(
                    "the assertions of the policy are too complex together; check this one in a \
                     policy of its own",
                );
            }
            Self::PrefixSearch => {
                return f.write_str(
                    "the store compares a key with one rule only, and assertions are not checked where \
                     the prefix of one rule begins that of another for the same bucket",
                );
            }
        };
        // A predicate, as that of a violation: the assertion is its subject.
        f.write_str("depends on facts that are not known: ")?;
        // All of them, so that the user can state them at once.
        for (index, fact) in facts.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { ", " })?;
            write!(f, "{fact}")?;
        }
        Ok(())
    }
}
