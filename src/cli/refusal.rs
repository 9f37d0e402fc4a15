//! Questions without an answer: documents that are refused, and inputs that cannot be read.
//!
//! People read the findings on the standard error, whatever the format. A program reads the standard
//! output, so each format carries them, too: SARIF as results and notifications, annotations of
//! GitHub Actions as errors, and a JSON document in its member `errors`.

use s3_replication::diagnostic::SarifLog;
use s3_replication::text::{SourceText, Visible};
use s3_replication::{Report, lint};
use serde_json::{Value, json};

use crate::cli::format::Format;
use crate::cli::input::Input;
use crate::cli::output::{self, Output};
use crate::cli::{Failure, Status};

/// The documents and inputs with which a command cannot work.
#[derive(Debug)]
pub(super) struct Refusal {
    status: Status,
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    /// A document with its findings.
    Document { text: SourceText, report: Report },
    /// A sentence about an input.
    Message(String),
}

impl Refusal {
    /// Creates the refusal of documents, each with its findings.
    pub(super) fn of(
        documents: impl IntoIterator<Item = (SourceText, Report)>,
        status: Status,
    ) -> Self {
        let documents = documents.into_iter();
        let parts = documents.map(|(text, report)| Part::Document { text, report }).collect();
        Self { status, parts }
    }

    /// Returns the refusal behind a failure; the failure itself if it has no message.
    pub(super) fn behind(failure: Failure) -> Result<Self, Failure> {
        match failure {
            Failure::Refused(refusal) => Ok(*refusal),
            Failure::Message(message) => {
                Ok(Self { status: Status::Wrong, parts: vec![Part::Message(message)] })
            }
            Failure::ClosedPipe => Err(failure),
        }
    }

    /// Adds a sentence.
    pub(super) fn with_message(mut self, message: String) -> Self {
        self.parts.push(Part::Message(message));
        self
    }

    /// Sets the exit status.
    pub(super) const fn with_status(mut self, status: Status) -> Self {
        self.status = status;
        self
    }

    /// Adds another refusal. The worse status counts.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.status = self.status.max(other.status);
        self.parts.extend(other.parts);
        self
    }

    /// Prints everything to the standard error, and returns the exit status.
    pub(super) fn eprint(&self) -> Status {
        for part in &self.parts {
            match part {
                Part::Document { text, report } => output::eprint_report(&report.in_text(text)),
                Part::Message(message) => output::error(message),
            }
        }
        self.status
    }

    /// Returns the members of the array `errors`.
    pub(super) fn to_json(&self) -> Vec<Value> {
        let parts = self.parts.iter().map(|part| match part {
            Part::Document { text, report } => {
                json!({ "file": text.name(), "diagnostics": report.in_text(text) })
            }
            Part::Message(message) => json!({ "message": message }),
        });
        parts.collect()
    }

    /// Adds everything to a SARIF log.
    pub(super) fn add_to(&self, log: &mut SarifLog) {
        for part in &self.parts {
            match part {
                Part::Document { text, report } => log.add(text.name(), &report.in_text(text)),
                Part::Message(message) => log.add_error(message),
            }
        }
    }

    /// Returns the annotations of GitHub Actions.
    pub(super) fn to_github(&self) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Document { text, report } => report.in_text(text).github(text.name()),
            Part::Message(message) => {
                format!("::error::{}\n", Visible(message).to_string().replace('%', "%25"))
            }
        });
        parts.collect()
    }
}

/// Returns the failure of a policy or scenario with findings.
pub(super) fn refused(input: &Input, text: &str, report: &Report) -> Failure {
    let text = SourceText::new(input.to_string(), text);
    Failure::Refused(Box::new(Refusal::of([(text, report.clone())], Status::Wrong)))
}

/// The form of the answer of a command, in which a refusal is written, too.
pub(super) struct AnswerForm {
    format: Format,
    json: fn(Vec<Value>) -> Value,
}

impl AnswerForm {
    /// Creates the form of an answer; `json` returns the document with the member `errors`.
    pub(super) const fn new(format: Format, json: fn(Vec<Value>) -> Value) -> Self {
        Self { format, json }
    }

    /// Creates the form of an answer in JSON that has no member beside `errors` when it is refused.
    pub(super) const fn with_errors_only(format: Format) -> Self {
        Self::new(format, |errors| json!({ "errors": errors }))
    }

    /// Writes a refusal to the standard output in the format of the answer.
    fn write(&self, refusal: &Refusal) -> Result<(), Failure> {
        let mut out = Output::new();
        match self.format {
            Format::Text => {}
            Format::Json => out.write(format!("{}\n", (self.json)(refusal.to_json())))?,
            Format::Sarif => {
                let mut log = SarifLog::new(lint::describe);
                refusal.add_to(&mut log);
                out.write(log.finish(false))?;
            }
            Format::Github => out.write(refusal.to_github())?,
        }
        out.flush()
    }
}

/// Reports the failure that ended a command, and returns the exit status.
///
/// Mistakes of usage that clap finds do not get here: they are on the standard error only, because the
/// format is one of the options that may be wrong.
pub(super) fn end(failure: Failure, answer: Option<&AnswerForm>) -> Status {
    // A closed pipe is how `head` ends a command whose output it does not need.
    let Ok(refusal) = Refusal::behind(failure) else { return Status::Clean };
    // A standard output that cannot be written is either closed, or the failure itself.
    let _ = answer.map(|answer| answer.write(&refusal));
    refusal.eprint()
}
