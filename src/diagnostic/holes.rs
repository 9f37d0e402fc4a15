//! Places of a document that could not be read.
//!
//! A document without a readable `Role` has one finding, the one of reading. Without these places,
//! a lint would add that `Role` is missing, although the text has it. `form` and `parser` collect
//! them, and `lint` asks.

use std::collections::HashSet;

use crate::diagnostic::{Diagnostic, Severity};
use crate::path::FieldPath;

/// The places whose values were refused while reading. The draft lacks them although the text has
/// them, so a check must not report them as missing. Values with a mere warning were read.
#[derive(Debug, Default)]
pub(crate) struct Holes {
    /// The refused places and every place around them.
    around: HashSet<FieldPath>,
    /// The refused places in which nothing was read.
    unread: HashSet<FieldPath>,
}

/// The number of steps in the path of a rule. Its parts have longer paths.
const RULE: usize = 2;

impl Holes {
    /// Collects the places of the findings of reading. `is_unread` selects the refusals after which
    /// nothing inside the place was read.
    pub(crate) fn of<'f>(
        found: impl Iterator<Item = &'f Diagnostic> + Clone,
        is_unread: impl Fn(&Diagnostic) -> bool,
    ) -> Self {
        let refused = found.filter(|finding| finding.severity == Severity::Error);
        let unread = refused.clone().filter(|finding| is_unread(finding));
        Self {
            around: refused.flat_map(|finding| from_root(finding.primary.path())).collect(),
            unread: unread.map(|finding| finding.primary.path().clone()).collect(),
        }
    }

    /// Adds places whose values a template does not state, and the places around them inside a rule:
    /// they may be complete. A rule itself is not among these, since its other fields are known.
    pub(crate) fn with_unknown<'p>(mut self, paths: impl Iterator<Item = &'p FieldPath>) -> Self {
        for path in paths {
            self.around.extend(from_root(path).filter(|above| above.steps().len() > RULE));
            self.around.insert(path.clone());
            self.unread.insert(path.clone());
        }
        self
    }

    /// Returns true if the value of a place is unknown.
    pub(crate) fn cover(&self, path: &FieldPath) -> bool {
        self.around.contains(path)
            || self.unread.contains(&FieldPath::root())
            || !self.unread.is_empty() && from_root(path).any(|above| self.unread.contains(&above))
    }

    /// Returns true if the value of a place inside a rule is unknown.
    pub(crate) fn cover_part(&self, path: &FieldPath) -> bool {
        path.steps().len() > RULE && self.cover(path)
    }
}

/// Returns the places around a path, from the outermost to the path itself.
fn from_root(path: &FieldPath) -> impl Iterator<Item = FieldPath> {
    let steps = path.steps();
    (1..=steps.len()).map(|count| steps.iter().take(count).cloned().collect())
}
