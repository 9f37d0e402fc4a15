//! A list of findings with a bound.
//!
//! | method | use |
//! | --- | --- |
//! | [`push`](Report::push), `collect` | findings in the order in which they come |
//! | `keeping` | all findings of a check, of which the most important are kept |
//! | [`append`](Report::append) | the findings of two reports |
//! | `locate` | paths become places, once the text is at hand |
//! | `sort_by_place` | documents of this crate; those of S3 keep the order of the store |

use std::fmt;

use crate::diagnostic::{Diagnostic, Place, ServiceError};
use crate::path::FieldPath;
use crate::text::Span;

closed_vocabulary! {
    /// The severity of a [`Diagnostic`], in ascending order.
    #[non_exhaustive]
    pub enum Severity("`note`, `warning` or `error`") {
        /// A remark.
        Note = "note",
        /// The store accepts the document, but it is probably a mistake.
        Warning = "warning",
        /// The store refuses the document, or the levels deny the finding.
        Error = "error",
    }
}

/// All findings about one configuration.
///
/// Refusals are in the order in which the store checks them, so the first refusal is the store's
/// answer. As an error type it prints one line for each finding.
///
/// # Examples
///
/// ```
/// use s3_replication::ReplicationConfiguration;
///
/// let refused = ReplicationConfiguration::from_xml("<ReplicationConfiguration/>").unwrap_err();
/// let report = refused.report();
/// let codes: Vec<_> = report.iter().map(|found| found.code).collect();
/// assert_eq!(codes, ["element-missing", "rules-missing"]);
/// assert_eq!(report.first_refusal().unwrap().code.as_str(), "MalformedXML");
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Report {
    found: Vec<Diagnostic>,
    /// The number of findings below an error.
    milder: usize,
    /// The number of findings that are not in `found`.
    left_out: usize,
}

impl Report {
    /// The most findings a report keeps; those beyond are counted only, so that a hostile
    /// document cannot turn into a report many times its size. At most half of them are no errors:
    /// no number of warnings hides that a document is refused.
    pub const LIMIT: usize = 10_000;

    /// Creates an empty report.
    #[must_use]
    pub const fn new() -> Self {
        Self { found: Vec::new(), milder: 0, left_out: 0 }
    }

    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let is_milder = diagnostic.severity != Severity::Error;
        let is_full =
            self.found.len() >= Self::LIMIT || is_milder && self.milder >= Self::LIMIT / 2;
        if is_full {
            self.left_out += 1;
        } else {
            self.milder += usize::from(is_milder);
            self.found.push(diagnostic);
        }
    }

    /// Collects findings in their order. If there are too many, refusals are kept first; of the
    /// others, which fill at most half of the report, errors are kept first.
    ///
    /// A denied lint is an error and no refusal. Those have half of the report, and what they leave
    /// is for warnings and notes.
    pub(crate) fn keeping(findings: Vec<Diagnostic>) -> Self {
        let is_denied =
            |finding: &Diagnostic| !finding.is_refusal() && finding.severity == Severity::Error;
        let denied = findings.iter().filter(|finding| is_denied(finding)).count();
        let mut denied_left = Self::LIMIT / 2;
        let mut others_left = denied_left.saturating_sub(denied);
        let mut report = Self::new();
        for finding in findings {
            if finding.is_refusal() {
                report.push(finding);
                continue;
            }
            let left = if is_denied(&finding) { &mut denied_left } else { &mut others_left };
            if *left == 0 {
                report.left_out += 1;
            } else {
                *left -= 1;
                report.push(finding);
            }
        }
        report
    }

    /// Adds the findings of `other` behind these.
    ///
    /// What does not fit is counted as left out, as for single findings.
    pub fn append(&mut self, other: Self) {
        self.left_out += other.left_out;
        for diagnostic in other.found {
            self.push(diagnostic);
        }
    }

    /// Iterates over the findings.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.found.iter()
    }

    /// Returns true if there are no findings.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Returns the number of findings.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.found.len()
    }

    /// Returns the number of findings that were counted but not kept, see [`Report::LIMIT`].
    #[must_use]
    pub const fn left_out(&self) -> usize {
        self.left_out
    }

    /// Returns true if at least one finding is an error: a refusal, or a lint that the levels deny.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// Returns true if the store would refuse the document.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.found.iter().any(Diagnostic::is_refusal)
    }

    /// Returns the answer of the store: the service error of the first refusal.
    #[must_use]
    pub fn first_refusal(&self) -> Option<&ServiceError> {
        self.found.iter().find_map(|found| found.service_error.as_ref())
    }

    /// Counts findings that a reader left out.
    ///
    /// `left_out` is then more than this report itself has dropped.
    pub(crate) const fn leave_out(&mut self, count: usize) {
        self.left_out += count;
    }

    /// Sorts the findings by their places in the text of the main document.
    ///
    /// The sort is stable. Findings without a place come first.
    pub(crate) fn sort_by_place(&mut self) {
        self.found.sort_by_key(|finding| finding.primary.span());
    }

    /// Adds the spans that `find` returns to the fields of the main document that have none yet.
    pub(crate) fn locate(&mut self, find: impl FnMut(&FieldPath) -> Option<Span>) {
        self.locate_in(None, find);
    }

    /// Adds the spans that `find` returns to the fields of a named document that have none yet.
    ///
    /// A place that has a span keeps it: reading knows better than a path where a value is. Rows
    /// have no path.
    pub(crate) fn locate_in(
        &mut self,
        name: Option<&str>,
        mut find: impl FnMut(&FieldPath) -> Option<Span>,
    ) {
        for finding in &mut self.found {
            let others = finding.secondary.iter_mut().map(|(place, _)| place);
            for place in std::iter::once(&mut finding.primary).chain(others) {
                if let Place::Field { path, span: span @ None, document } = place
                    && document.as_deref() == name
                {
                    *span = find(path);
                }
            }
        }
    }
}

impl<'r> IntoIterator for &'r Report {
    type Item = &'r Diagnostic;
    type IntoIter = std::slice::Iter<'r, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Report {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.found.into_iter()
    }
}

impl FromIterator<Diagnostic> for Report {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(found: I) -> Self {
        let mut report = Self::new();
        for diagnostic in found {
            report.push(diagnostic);
        }
        report
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, found) in self.found.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            found.fmt(f)?;
        }
        match self.left_out_in_words() {
            Some(left_out) => write!(f, "\n{left_out}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Report {}
