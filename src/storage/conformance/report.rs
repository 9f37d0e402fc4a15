use std::fmt;

use super::Unmet;
use crate::clause::Clause;

/// One thing that a store promises, and whether it keeps it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Case {
    name: &'static str,
    clause: &'static Clause,
    result: Result<(), Unmet>,
}

impl Case {
    pub(super) const fn new(
        name: &'static str,
        clause: &'static Clause,
        result: Result<(), Unmet>,
    ) -> Self {
        Self { name, clause, result }
    }

    /// Returns the name, such as `replica-keeps-version-id`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the clause that it rests on.
    #[must_use]
    pub const fn clause(&self) -> &'static Clause {
        self.clause
    }

    /// Returns true when the store keeps it.
    #[must_use]
    pub const fn holds(&self) -> bool {
        self.result.is_ok()
    }

    /// Returns what was seen instead; `None` when it holds.
    #[must_use]
    pub fn seen(&self) -> Option<&str> {
        self.result.as_ref().err().map(Unmet::as_str)
    }
}

/// `held  REP-609  replica-keeps-version-id`, or `NOT` with what was seen.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = if self.holds() { "held" } else { "NOT " };
        write!(f, "{held}  {}  {}", self.clause, self.name)?;
        self.seen().map_or(Ok(()), |seen| write!(f, ": {seen}"))
    }
}

/// What [`check`](super::check) found out about a store. `Display` writes one line for each case.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "a store that is not conformant says so here only"]
pub struct Conformance {
    cases: Vec<Case>,
}

impl Conformance {
    pub(super) const fn new(cases: Vec<Case>) -> Self {
        Self { cases }
    }

    /// Returns true when every case holds.
    #[must_use]
    pub fn is_conformant(&self) -> bool {
        self.unmet().next().is_none()
    }

    /// Iterates over all cases.
    pub fn iter(&self) -> std::slice::Iter<'_, Case> {
        self.cases.iter()
    }

    /// Iterates over the cases that do not hold.
    pub fn unmet(&self) -> impl Iterator<Item = &Case> {
        self.iter().filter(|case| !case.holds())
    }
}

impl<'a> IntoIterator for &'a Conformance {
    type Item = &'a Case;
    type IntoIter = std::slice::Iter<'a, Case>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Conformance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for case in self {
            writeln!(f, "{case}")?;
        }
        let held = self.iter().filter(|case| case.holds()).count();
        write!(f, "{held} of {} cases hold", self.cases.len())
    }
}
