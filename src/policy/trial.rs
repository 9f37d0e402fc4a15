//! The search for a version that breaks an assertion.
//!
//! Rules ask for tags that must be there, never for one that must not, so more tags only bring more
//! rules in. If a rule wins an object and does what it may not, then it does so for the one with
//! just its tags. If an object reaches too few buckets, then either the one without tags does, or
//! some rule has taken a bucket over by tags, and so on with these tags: few sets of tags have to be
//! asked about. What comes of each the engine says.

use std::collections::BTreeSet;

use crate::engine::{Part, Replication};
use crate::model::KnownBuckets;
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
    /// A key at each place where there is one.
    pub(super) keys: &'t [(usize, String)],
    pub(super) strata: &'t [Stratum],
}

/// What a search came to.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) first: Option<Counterexample>,
    /// What is not known, of everything that breaks the assertion.
    pub(super) missing: BTreeSet<MissingFact>,
    /// Whether anything unknown could matter.
    pub(super) is_in_doubt: bool,
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
    /// Looks for versions that break the assertion: for the first one, or for all where facts are
    /// missing. `None` when the budget does not reach so far.
    pub(super) fn search(&self, benefit: Benefit, budget: &mut Budget) -> Option<Found> {
        let mut found = Found::default();
        let mut tried: Vec<Vec<Stand>> = Vec::new();
        for stratum in self.strata {
            let stands = self.stands(stratum);
            if tried.contains(&stands) {
                continue; // The same comes of it as of another one.
            }
            found.is_in_doubt |= stands.contains(&Stand::Replicates(Truth::Unknown));
            let side = Side { trial: self, stratum, stands: &stands, benefit };
            for (place, key) in self.keys {
                if side.search(*place, key, &mut found, budget)?.is_break() {
                    return Some(found);
                }
            }
            tried.push(stands);
        }
        Some(found)
    }

    fn stands(&self, stratum: &Stratum) -> Vec<Stand> {
        let stand = |part: Part<'_>| match part {
            Part::StaysOut => Stand::Out,
            Part::Withholds => Stand::Idle,
            Part::Replicates(made) => {
                Stand::Replicates(self.judge(&made, stratum, &mut BTreeSet::new()))
            }
        };
        let rules = self.ground.contenders.iter();
        rules.map(|rule| self.ground.part(rule, stratum, stand)).collect()
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
