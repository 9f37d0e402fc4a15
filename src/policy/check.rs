//! Whether an assertion holds.

use crate::analysis::Witness;
use crate::model::{BucketArn, KnownBuckets};
use crate::policy::assertion::Assertion;
use crate::policy::budget::Budget;
use crate::policy::ground::Ground;
use crate::policy::strata::strata;
use crate::policy::target::{MissingFact, Truth};
use crate::policy::trial::{Benefit, Found, Stand, Trial};

/// An assertion, and what became of it.
#[derive(Clone, Debug)]
pub struct Checked<'p> {
    assertion: &'p Assertion,
    outcome: Outcome,
}

/// What became of an assertion.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// It holds for every version and event that it is about: a proof.
    Proved,
    /// It does not.
    Violated(Counterexample),
    /// It may hold or not.
    Undecided(Undecided),
}

/// A version that breaks an assertion.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterexample {
    witness: Witness,
    violation: Violation,
}

/// What is wrong about a version.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Violation {
    /// It goes to too few destination buckets in a way that counts.
    TooFew {
        /// To how many it does go.
        reached: usize,
    },
    /// It goes to a bucket in a way in which it may not.
    Forbidden {
        /// The bucket.
        bucket: BucketArn,
    },
    /// It is a delete marker that does not go where an object of its key goes.
    DeleteMarkerNotReplicated {
        /// The bucket where the object goes.
        bucket: BucketArn,
        /// The object.
        object: Witness,
    },
}

/// Why it can't be said whether an assertion holds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Undecided {
    /// It depends on facts about destination buckets that are not known.
    MissingFacts {
        /// The facts, by bucket.
        facts: Vec<MissingFact>,
        /// A version for which it depends on some of them.
        witness: Witness,
    },
    /// The globs, or the tags of the rules, are so entangled that the search was given up.
    TooComplex,
}

impl<'p> Checked<'p> {
    /// Returns the assertion.
    #[must_use]
    pub const fn assertion(&self) -> &'p Assertion {
        self.assertion
    }

    /// Returns what became of it.
    #[must_use]
    pub const fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Returns true when it holds.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        self.outcome == Outcome::Proved
    }
}

impl Counterexample {
    pub(super) const fn new(witness: Witness, violation: Violation) -> Self {
        Self { witness, violation }
    }

    /// Returns the version and what happened to it, as `decide` takes it.
    #[must_use]
    pub const fn witness(&self) -> &Witness {
        &self.witness
    }

    /// Returns what is wrong about it.
    #[must_use]
    pub const fn violation(&self) -> &Violation {
        &self.violation
    }
}

/// Checks one assertion.
pub(super) fn check<'p>(
    assertion: &'p Assertion,
    ground: &Ground<'_>,
    known: &KnownBuckets,
) -> Checked<'p> {
    let outcome =
        outcome(assertion, ground, known).unwrap_or(Outcome::Undecided(Undecided::TooComplex));
    Checked { assertion, outcome }
}

/// Looks first for a version that breaks the assertion whatever the missing facts are, then for one
/// that may; `None` when the search does not end.
fn outcome(assertion: &Assertion, ground: &Ground<'_>, known: &KnownBuckets) -> Option<Outcome> {
    let mut budget = Budget::for_an_assertion();
    let keys = ground.keys(assertion.keys(), &mut budget)?;
    let trial = Trial { ground, assertion, known, keys: &keys };
    let kinds = trial.kinds(strata(assertion));
    if let Some(broken) = trial.search(&kinds, Benefit::OfTheDoubt, &mut budget)?.first {
        return Some(Outcome::Violated(broken));
    }
    let unknown = Stand::Replicates(Truth::Unknown);
    if !kinds.iter().any(|kind| kind.stands.contains(&unknown)) {
        return Some(Outcome::Proved);
    }
    let Found { first, missing } = trial.search(&kinds, Benefit::None, &mut budget)?;
    Some(match first {
        Some(broken) => Outcome::Undecided(Undecided::MissingFacts {
            facts: missing.into_iter().collect(),
            witness: broken.witness,
        }),
        None => Outcome::Proved,
    })
}
