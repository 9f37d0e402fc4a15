//! Where a document was not read.

use std::collections::HashSet;

use crate::diagnostic::{Diagnostic, Severity};
use crate::path::FieldPath;

/// Where what was read has a hole, because something that stands there was refused. What is missing
/// there is not missing in the text, so there is nothing more to say about it. What is warned of was
/// read all the same.
#[derive(Debug, Default)]
pub(crate) struct Holes {
    /// The refused places and every place around them.
    around: HashSet<FieldPath>,
    /// The refused places in which nothing was read.
    unread: HashSet<FieldPath>,
}

impl Holes {
    /// Takes what reading found, and which refusals mean that nothing in a place was read.
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

    /// Returns true for a place of which nobody knows what stands there.
    pub(crate) fn cover(&self, path: &FieldPath) -> bool {
        self.around.contains(path)
            || !self.unread.is_empty() && from_root(path).any(|above| self.unread.contains(&above))
    }
}

/// Returns the places around a path, from the outermost to the path itself.
fn from_root(path: &FieldPath) -> impl Iterator<Item = FieldPath> {
    let steps = path.steps();
    (1..=steps.len()).map(|count| steps.iter().take(count).cloned().collect())
}
