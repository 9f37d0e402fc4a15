//! What we say about a configuration, and where.
//!
//! A [`Diagnostic`] names the place, what is wrong, what the store would answer, and what to do.
//! A [`Report`] holds all of them; of several refusals the first is the one the store would give.

mod holes;
mod render;
mod report;
mod service_error;
mod stage;

use std::fmt;

pub use self::render::RenderOptions;
pub use self::report::{Report, Severity};
pub use self::service_error::{ServiceError, ServiceErrorCode};
pub use self::stage::Stage;

pub(crate) use self::holes::Holes;

use crate::clause::Clause;
use crate::path::FieldPath;
use crate::text::{Span, Visible};

/// One finding, with the places it concerns.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The stable name of the finding, such as `priority-missing`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// One sentence fragment: lower case, no final period.
    pub message: String,
    /// The place the reader should look first.
    pub primary: Place,
    /// Other places that explain the first, each with a note.
    pub secondary: Vec<(Place, String)>,
    /// What to do about it.
    pub help: Option<String>,
    /// The clause of `SEMANTICS.md` the finding rests on.
    pub clause: &'static Clause,
    /// What the store answers, where it refuses.
    pub service_error: Option<ServiceError>,
}

/// A place in a configuration: always a path, and a span where there was text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Place {
    /// The path of the field.
    pub path: FieldPath,
    /// Where the field is written; `None` when the configuration was built in code.
    pub span: Option<Span>,
}

impl Diagnostic {
    /// Creates a refusal: an error with the answer of the store.
    pub fn refusal(
        code: &'static str,
        clause: &'static Clause,
        path: FieldPath,
        message: impl Into<String>,
        service_error: ServiceError,
    ) -> Self {
        let service_error = Some(service_error);
        let warning = Self::warning(code, clause, path, message);
        Self { severity: Severity::Error, service_error, ..warning }
    }

    /// Creates a warning: the store accepts it, but somebody should look.
    pub fn warning(
        code: &'static str,
        clause: &'static Clause,
        path: FieldPath,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            severity: Severity::Warning,
            message: message.into(),
            primary: path.into(),
            secondary: Vec::new(),
            help: None,
            clause,
            service_error: None,
        }
    }

    /// Says where the primary place is written.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.primary.span = Some(span);
        self
    }

    /// Adds a second place with a note.
    #[must_use]
    pub fn with_note(mut self, path: FieldPath, note: impl Into<String>) -> Self {
        self.secondary.push((path.into(), note.into()));
        self
    }

    /// Adds advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl From<FieldPath> for Place {
    fn from(path: FieldPath) -> Self {
        Self { path, span: None }
    }
}

/// One line, without the source: `error[code]: message (at `path`)`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity, self.code, Visible(&self.message))?;
        if self.primary.path.steps().is_empty() {
            Ok(())
        } else {
            write!(f, " (at `{}`)", self.primary.path)
        }
    }
}
