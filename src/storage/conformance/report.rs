//! The results of the cases, for a test of the author and for a reader.

use std::fmt;

use super::Mismatch;
use crate::clause::Clause;

/// A case of the conformance kit with its result.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Case {
    name: &'static str,
    clause: &'static Clause,
    result: Result<(), Mismatch>,
}

impl Case {
    pub(super) const fn new(
        name: &'static str,
        clause: &'static Clause,
        result: Result<(), Mismatch>,
    ) -> Self {
        Self { name, clause, result }
    }

    /// Returns the name, such as `replica-keeps-version-id`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the clause that the case rests on.
    #[must_use]
    pub const fn clause(&self) -> &'static Clause {
        self.clause
    }

    /// Returns true if the store passed the case.
    #[must_use]
    pub const fn passed(&self) -> bool {
        self.result.is_ok()
    }

    /// Returns a description of the mismatch; `None` if the store passed the case.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        self.result.as_ref().err().map(Mismatch::as_str)
    }
}

/// Writes `passed  REP-609  replica-keeps-version-id`, or `FAILED` with a description.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let result = if self.passed() { "passed" } else { "FAILED" };
        write!(f, "{result}  {}  {}", self.clause, self.name)?;
        self.failure().map_or(Ok(()), |failure| write!(f, ": {failure}"))
    }
}

/// The results of [`check`](super::check). `Display` writes one line for each case.
///
/// # Examples
///
/// A store without event holds may fail the cases that set one, but no others. They are listed by name,
/// because cases about all aspects of metadata rest on the same clauses as those about tags:
///
/// ```
/// use s3_replication::storage::conformance::Conformance;
///
/// const WITH_EVENT_HOLDS: &[&str] = &[
///     "aspect-that-changes-leaves-the-others",
///     "event-hold-stays-without-new-hold",
///     "metadata-is-updated",
///     "metadata-update-changes-nothing-else",
///     "older-metadata-changes-nothing",
///     "acl-stays-under-owner-override",
///     "released-event-hold-begins-retention",
///     "released-event-hold-keeps-longer-retention",
///     "replica-keeps-lock",
/// ];
///
/// fn is_conformant_without_event_holds(report: &Conformance) -> bool {
///     report.failures().all(|case| WITH_EVENT_HOLDS.contains(&case.name()))
/// }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "a store that fails a case is only reported here"]
pub struct Conformance {
    cases: Vec<Case>,
}

impl Conformance {
    pub(super) const fn new(cases: Vec<Case>) -> Self {
        Self { cases }
    }

    /// Returns true if the store passed every case.
    #[must_use]
    pub fn is_conformant(&self) -> bool {
        self.failures().next().is_none()
    }

    /// Iterates over all cases.
    pub fn iter(&self) -> std::slice::Iter<'_, Case> {
        self.cases.iter()
    }

    /// Iterates over the cases that the store failed.
    pub fn failures(&self) -> impl Iterator<Item = &Case> {
        self.iter().filter(|case| !case.passed())
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
        let passed = self.iter().filter(|case| case.passed()).count();
        write!(f, "{passed} of {} cases passed", self.cases.len())
    }
}
