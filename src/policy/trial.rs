//! The search for a version that breaks an assertion.
//!
//! Rules ask for tags that must be there, never for one that must not, so more tags only bring more
//! rules in. If a rule wins an object and does what it may not, then it does so for the one with
//! just its tags. If an object reaches too few buckets, then either the one without tags does, or
//! some rule has taken a bucket over by tags, and so on with these tags: few sets of tags have to be
//! asked about. What comes of each the engine says.

use std::collections::BTreeSet;

use crate::engine::{Replication, RuleEffect};
use crate::model::{KnownBuckets, ReplicationRule};
use crate::policy::assertion::{Assertion, Requirement};
use crate::policy::budget::Budget;
use crate::policy::check::Counterexample;
use crate::policy::ground::Ground;
use crate::policy::side::Side;
use crate::policy::strata::Stratum;
use crate::policy::target::{MissingFact, Truth};

/// Which way the search goes where facts are missing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Benefit {
    /// They are as the assertion wants them.
    OfTheDoubt,
    /// They are not.
    None,
}

/// One assertion before one configuration.
pub(super) struct Trial<'t> {
    pub(super) ground: &'t Ground<'t>,
    pub(super) assertion: &'t Assertion,
    pub(super) known: &'t KnownBuckets,
    /// A key at each place where there is one, the shortest first.
    pub(super) keys: &'t [(usize, String)],
}

/// A stratum that no other one answers for.
pub(super) struct Kind {
    pub(super) stratum: Stratum,
    /// What each contender does.
    pub(super) stands: Vec<Stand>,
    /// What would have to be known of each.
    missing: Vec<BTreeSet<MissingFact>>,
}

/// What a search came to.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) first: Option<Counterexample>,
    /// What is not known, of everything that breaks the assertion.
    pub(super) missing: BTreeSet<MissingFact>,
}

/// What a rule does in a stratum.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Stand {
    /// It does not compete.
    Out,
    /// It competes, and does nothing when it wins.
    Idle,
    /// It replicates, like the target or not.
    Replicates(Truth),
}

impl Trial<'_> {
    /// Returns of these strata those of which nothing comes that comes of another one.
    pub(super) fn kinds(&self, strata: Vec<Stratum>) -> Vec<Kind> {
        let mut kinds: Vec<Kind> = Vec::new();
        for stratum in strata {
            let stands = self.ground.contenders.iter().map(|rule| self.stand(rule, &stratum));
            let (stands, missing) = stands.unzip();
            // What rests on other facts is not the same, as little as anybody knows of both.
            if !kinds.iter().any(|kind| kind.stands == stands && kind.missing == missing) {
                kinds.push(Kind { stratum, stands, missing });
            }
        }
        kinds
    }

    /// Looks for versions that break the assertion: for the first one, or for all where facts are
    /// missing. `None` when the budget does not reach so far.
    pub(super) fn search(
        &self,
        kinds: &[Kind],
        benefit: Benefit,
        budget: &mut Budget,
    ) -> Option<Found> {
        let mut found = Found::default();
        for (place, key) in self.keys {
            let covering: Vec<usize> = self.ground.covering(*place).collect();
            budget.spend(covering.len())?;
            for kind in kinds {
                let side = Side { trial: self, kind, benefit, key, covering: &covering };
                if side.search(&mut found, budget)?.is_break() {
                    return Some(found);
                }
            }
        }
        Some(found)
    }

    fn stand(&self, rule: &ReplicationRule, stratum: &Stratum) -> (Stand, BTreeSet<MissingFact>) {
        let mut missing = BTreeSet::new();
        let stand = self.ground.part(rule, stratum, |part| match part {
            RuleEffect::DoesNotCompete => Stand::Out,
            RuleEffect::Blocks => Stand::Idle,
            RuleEffect::Replicates(made) => {
                Stand::Replicates(self.judge(&made, stratum, &mut missing))
            }
        });
        (stand, missing)
    }

    /// Returns whether a replication is like the target.
    pub(super) fn judge(
        &self,
        made: &Replication<'_>,
        stratum: &Stratum,
        missing: &mut BTreeSet<MissingFact>,
    ) -> Truth {
        let target = self.assertion.requirement().target();
        let otherwise = match self.assertion.requirement() {
            Requirement::MayOnlyReach(_) => Truth::Yes,
            _ => Truth::No,
        };
        target.judge(made, stratum.event, self.known, otherwise, missing)
    }
}
