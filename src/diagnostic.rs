//! Findings: what is wrong, where, what the store answers, and what to do about it.
//!
//! A [`Diagnostic`] is one finding, whatever it is about: a configuration, a batch job, a policy, a
//! scenario, or a row of a manifest. A [`Report`] holds the findings of one run in order; of several
//! refusals the first is the one that the store would answer.
//!
//! Severity and refusal are separate questions. [`Diagnostic::severity`] follows the levels of the
//! lints, so a denied lint is an error for every caller. [`Diagnostic::is_refusal`] is true where
//! the store refuses the document.
//!
//! The forms of a finding, and the file that writes each:
//!
//! | form | file |
//! | --- | --- |
//! | text for people, with the line of the document | `render` |
//! | JSON, and annotations of GitHub | `located` |
//! | SARIF, with fingerprints of lines | `sarif`, `fingerprint` |
//! | one line, as an error | here |
//!
//! A finding knows paths, and may know bytes of a text; lines and columns are counted only when it
//! is written. The answer of the store is in `service_error`, the order in which the store checks
//! in `stage`, and the places that reading has left out in `holes`.

mod fingerprint;
mod holes;
mod located;
mod refused;
mod render;
mod report;
mod sarif;
mod service_error;
mod stage;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

pub use self::located::LocatedReport;
pub use self::refused::RefusedConfiguration;
pub use self::render::RenderOptions;
pub use self::report::{Report, Severity};
pub use self::sarif::{FindingDescription, SarifLog};
pub use self::service_error::{ServiceError, ServiceErrorCode};
pub use self::stage::Stage;

pub(crate) use self::holes::Holes;

use crate::clause::Clause;
use crate::path::FieldPath;
use crate::text::{Span, Visible};

/// One finding, with the places it concerns.
///
/// # Examples
///
/// ```
/// use s3_replication::Diagnostic;
/// use s3_replication::diagnostic::Place;
///
/// let place = Place::row("manifest.csv", 17).in_column("Key");
/// let finding = Diagnostic::error("key-encoded-twice", None, place, "the key is encoded twice");
/// assert_eq!(
///     finding.to_string(),
///     "error[key-encoded-twice]: the key is encoded twice (at `Key` in manifest.csv:17)",
/// );
/// assert!(!finding.is_refusal());
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The stable name of the finding, such as `priority-missing`.
    pub code: &'static str,
    /// The severity, as the levels of the lints set it.
    pub severity: Severity,
    /// One sentence fragment: lower case, no final period.
    pub message: String,
    /// The place to look at first.
    pub primary: Place,
    /// Other places that explain the first, each with a note.
    pub secondary: Vec<(Place, String)>,
    /// The advice: what to do about it.
    pub help: Option<String>,
    /// The clause of `SEMANTICS.md` that the finding rests on. `None` for mistakes in documents of
    /// this crate's own, such as policies, which follow from no fact about S3.
    pub clause: Option<&'static Clause>,
    /// The answer of the store, if it refuses the request.
    pub service_error: Option<ServiceError>,
    /// The effect in S3 where no request is refused: a failed batch job, for example.
    pub consequence: Option<String>,
}

/// A place that a finding points to: a field of a document or a row of a file.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Place {
    /// A field of a document.
    #[non_exhaustive]
    Field {
        /// The path of the field.
        path: FieldPath,
        /// The bytes of the field in the text; `None` for documents that were built in code.
        span: Option<Span>,
        /// The name of the document, in a report on several documents.
        document: Option<Arc<str>>,
    },
    /// A row of a file that is read row by row, such as a manifest.
    #[non_exhaustive]
    Row {
        /// The name of the file; empty if the caller gave none.
        file: Arc<str>,
        /// The number of the line on which the row begins, from one.
        line: u64,
        /// The name of the column, if only one is concerned.
        column: Option<Cow<'static, str>>,
    },
}

/// Cuts a message that is too long, and its words that are longer than any key: values of a document,
/// which can be as long as the document.
///
/// The first bound is for a single value, such as a prefix of megabytes, of which the beginning is
/// shown. The second is for a message with many values.
fn cut(message: String) -> String {
    const LONGEST_WORD: usize = 1200;
    const SHOWN: usize = 60;
    let short = |word: &str| {
        let end = word.char_indices().nth(SHOWN).map_or(word.len(), |(end, _)| end);
        // The quotation mark behind the value stays.
        let mark = if word.ends_with('`') { "`" } else { "" };
        format!("{}…{mark}", word.get(..end).unwrap_or_default())
    };
    let mut message = if message.split(' ').all(|word| word.len() <= LONGEST_WORD) {
        message
    } else {
        let words = message
            .split(' ')
            .map(|word| if word.len() <= LONGEST_WORD { word.to_owned() } else { short(word) });
        words.collect::<Vec<_>>().join(" ")
    };
    if let Some((end, _)) = message.char_indices().nth(Diagnostic::MESSAGE_LIMIT) {
        message.truncate(end);
        message.push('…');
    }
    message
}

impl Diagnostic {
    /// The maximum length of a message in characters. A longer message repeats a text of the document, and
    /// is cut.
    pub const MESSAGE_LIMIT: usize = 4000;

    /// Creates an error.
    ///
    /// It is no refusal: whether the store answers with an error is set by
    /// [`refusal`](Self::refusal), or later.
    pub fn error(
        code: &'static str,
        clause: impl Into<Option<&'static Clause>>,
        place: impl Into<Place>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: cut(message.into()),
            primary: place.into(),
            secondary: Vec::new(),
            help: None,
            clause: clause.into(),
            service_error: None,
            consequence: None,
        }
    }

    /// Creates a refusal: an error with the answer of the store.
    pub fn refusal(
        code: &'static str,
        clause: impl Into<Option<&'static Clause>>,
        place: impl Into<Place>,
        message: impl Into<String>,
        service_error: ServiceError,
    ) -> Self {
        let service_error = Some(service_error);
        Self { service_error, ..Self::error(code, clause, place, message) }
    }

    /// Creates a warning about something that the store accepts.
    pub fn warning(
        code: &'static str,
        clause: impl Into<Option<&'static Clause>>,
        place: impl Into<Place>,
        message: impl Into<String>,
    ) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, clause, place, message) }
    }

    /// Creates a note.
    pub fn note(
        code: &'static str,
        clause: impl Into<Option<&'static Clause>>,
        place: impl Into<Place>,
        message: impl Into<String>,
    ) -> Self {
        Self { severity: Severity::Note, ..Self::error(code, clause, place, message) }
    }

    /// Sets the bytes of the primary place in the text. A row keeps its line instead.
    #[must_use]
    pub fn at(mut self, bytes: Span) -> Self {
        if let Place::Field { span, .. } = &mut self.primary {
            *span = Some(bytes);
        }
        self
    }

    /// Adds a second place with a note.
    #[must_use]
    pub fn with_note(mut self, place: impl Into<Place>, note: impl Into<String>) -> Self {
        self.secondary.push((place.into(), note.into()));
        self
    }

    /// Adds advice.
    ///
    /// Earlier advice is replaced.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the effect in S3 where no request is refused.
    #[must_use]
    pub fn with_consequence(mut self, consequence: impl Into<String>) -> Self {
        self.consequence = Some(consequence.into());
        self
    }

    /// Returns true if the store refuses the document for this finding, whatever its severity.
    ///
    /// A denied lint is an error and no refusal; a refusal that a level has lowered is still one.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        self.service_error.is_some()
    }
}

impl Place {
    /// A field of the only document of the report.
    #[must_use]
    pub const fn field(path: FieldPath) -> Self {
        Self::Field { path, span: None, document: None }
    }

    /// A row of a file, by the line on which it begins, from one.
    #[must_use]
    pub fn row(file: impl Into<Arc<str>>, line: u64) -> Self {
        Self::Row { file: file.into(), line, column: None }
    }

    /// Names the document of a field, in a report on several documents. A row names its file.
    #[must_use]
    pub fn in_document(mut self, name: impl Into<Arc<str>>) -> Self {
        if let Self::Field { document, .. } = &mut self {
            *document = Some(name.into());
        }
        self
    }

    /// Names the column of a row. A field has none.
    #[must_use]
    pub fn in_column(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        if let Self::Row { column, .. } = &mut self {
            *column = Some(name.into());
        }
        self
    }

    /// Returns the path of the field; that of the whole document for a row.
    #[must_use]
    pub const fn path(&self) -> &FieldPath {
        // A row has no path, and callers that compare paths take it for the whole.
        static WHOLE_DOCUMENT: FieldPath = FieldPath::root();
        match self {
            Self::Field { path, .. } => path,
            Self::Row { .. } => &WHOLE_DOCUMENT,
        }
    }

    /// Returns the bytes of the field in its text; `None` for a row.
    #[must_use]
    pub const fn span(&self) -> Option<Span> {
        match self {
            Self::Field { span, .. } => *span,
            Self::Row { .. } => None,
        }
    }
}

impl From<FieldPath> for Place {
    fn from(path: FieldPath) -> Self {
        Self::field(path)
    }
}

/// The place in words: `` `Rule[0]` ``, `` `Rule[0]` of backup``, `list.csv:17`; empty for the
/// whole of the only document.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field { path, document, .. } => {
                let is_whole = path.steps().is_empty();
                match document.as_deref().map(Visible) {
                    Some(document) if is_whole => document.fmt(f),
                    Some(document) => write!(f, "`{path}` of {document}"),
                    None if is_whole => Ok(()),
                    None => write!(f, "`{path}`"),
                }
            }
            Self::Row { file, line, column } => {
                if let Some(column) = column {
                    write!(f, "`{}` in ", Visible(column))?;
                }
                if file.is_empty() {
                    write!(f, "line {line}")
                } else {
                    write!(f, "{}:{line}", Visible(file))
                }
            }
        }
    }
}

/// One line, without the source: `error[code]: message (at `path`)`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity, self.code, Visible(&self.message))?;
        match self.primary.to_string() {
            place if place.is_empty() => Ok(()),
            place => write!(f, " (at {place})"),
        }
    }
}
