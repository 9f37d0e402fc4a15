//! Questions without an answer: documents that are refused, and inputs that cannot be read.
//!
//! People read the findings on the standard error, whatever the format. A program reads the standard
//! output, so each format carries them, too: SARIF as results and notifications, annotations of
//! GitHub Actions as errors, and a JSON document in its member `errors`.
//!
//! The same refusal in each format, of a configuration that S3 rejects:
//!
//! ```text
//! text     standard error only
//! json     {"errors": [{"file": "c.xml", "diagnostics": […]}, {"message": "the configuration …"}]}
//! sarif    a log with the findings as results, and the sentence as a notification
//! github   ::error file=c.xml,line=1,…::…    ::error::the configuration …
//! ```
//!
//! A command returns the refusal as a `Failure`, and `end` writes it, so that no command has to
//! know about formats when something is wrong. What a command found before, such as the findings of
//! a check, is not here.

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
    /// The exit status: that of the worst part.
    status: Status,
    /// The parts, in the order in which they are shown.
    parts: Vec<Part>,
}

/// A part of a refusal.
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
    ///
    /// A message alone is a mistake of usage or an unreadable input, so its status is `Wrong`.
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
    ///
    /// It is shown after the documents that were added before, such as the sentence that the
    /// configuration is refused after the findings about it.
    pub(super) fn with_message(mut self, message: String) -> Self {
        self.parts.push(Part::Message(message));
        self
    }

    /// Sets the exit status.
    ///
    /// For a command whose exit status 1 means something else than a refused configuration.
    pub(super) const fn with_status(mut self, status: Status) -> Self {
        self.status = status;
        self
    }

    /// Adds another refusal. The worse status counts.
    ///
    /// For a command with several inputs, which are all read before it stops, so that one run shows
    /// every mistake.
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
    ///
    /// A document has the members `file` and `diagnostics`, and a sentence has `message` alone.
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
    ///
    /// A sentence has no file, so its annotation is one of the whole run. `%` begins an escape in
    /// such a line, and control characters are made visible, as a line break would end it.
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
///
/// The status is that of an unreadable input: only a configuration that S3 refuses is a finding.
pub(super) fn refused(input: &Input, text: &str, report: &Report) -> Failure {
    let text = SourceText::new(input.to_string(), text);
    Failure::Refused(Box::new(Refusal::of([(text, report.clone())], Status::Wrong)))
}

/// The form of the answer of a command, in which a refusal is written, too.
pub(super) struct AnswerForm {
    /// The format that the user chose, or text for a command that has one only.
    format: Format,
    /// Puts the errors into the document of the command, with the members that it has without an
    /// answer.
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
    ///
    /// Nothing is written in text, since `end` prints the refusal on the standard error in any
    /// case.
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
///
/// `answer` is `None` for commands that write one form only, or refuse nothing. A closed pipe has
/// no refusal behind it, and is a clean end.
pub(super) fn end(failure: Failure, answer: Option<&AnswerForm>) -> Status {
    // A closed pipe is how `head` ends a command whose output it does not need.
    let Ok(refusal) = Refusal::behind(failure) else { return Status::Clean };
    // A standard output that cannot be written is either closed, or the failure itself.
    let _ = answer.map(|answer| answer.write(&refusal));
    refusal.eprint()
}
