//! `batch report`: the completion report of a job in a few lines.
//!
//! A report has a row for each task, or for each failed one, in several files. The command counts
//! them by error code and adds the meaning of each code, one example and a remedy. The checksums in
//! the document of the report are compared with the files.
//!
//! A report of two rows, of which one failed:
//!
//! ```text
//! 2 tasks: 1 succeeded, 1 failed
//!
//! 1 DstPutObjectNotPermitted: the role is not allowed to write the replica
//!   = for example photos/b (v2): denied
//!   = help: allow the replication role to use `s3:ReplicateObject` on the destination bucket, …
//! ```
//!
//! The document of `--format json` has the same counts, and one entry for each code:
//!
//! ```json
//! {"files": [{"file": "report.csv", "rows": 2, "bad_rows": 0}],
//!  "tasks": 2, "succeeded": 1, "failed": 1,
//!  "codes": [
//!    {"code": "DstPutObjectNotPermitted", "count": 1,
//!     "meaning": "the role is not allowed to write the replica", "remedy": "allow …",
//!     "example": {"bucket": "photos", "key": "b", "version_id": "v2",
//!                 "http_status": 403, "message": "denied"}}],
//!  "failed_with_other_codes": 0}
//! ```

use std::fmt::Write as _;

use s3_replication::batch::completion_report::{self, CodeCount};
use s3_replication::form::DocumentKind;
use s3_replication::model::VersionId;
use s3_replication::text::Visible;
use serde::Serialize;

use super::json_line;
use crate::cli::counts::{counted_all, grouped};
use crate::cli::files::{self, Content};
use crate::cli::format::TextOrJson as Format;
use crate::cli::input::Input;
use crate::cli::output::{self, Output};
use crate::cli::progress::Progress;
use crate::cli::refusal::AnswerForm;
use crate::cli::styles::Styles;
use crate::cli::{Ended, Failure, Status};

/// Summarises the completion report of a job: what failed, why, and how to fix it
///
/// Give the `manifest.json` of the report, whose parts are searched for near it, or single parts.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication batch report job-f8fb9d89/manifest.json
  s3-replication batch report job-f8fb9d89/results/*.csv --format json

Exit status: 0 all tasks succeeded; 1 tasks failed, or a checksum differs; 2 wrong usage, or
unreadable input.")]
pub(in crate::cli) struct Arguments {
    /// The report or its parts; `-` reads standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<Input>,
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

impl Arguments {
    pub(super) fn answer(&self) -> AnswerForm {
        AnswerForm::with_errors_only(self.format.into())
    }
}

/// The summary as JSON.
#[derive(Serialize)]
struct Document<'d> {
    files: &'d [FileForm],
    tasks: u64,
    succeeded: u64,
    failed: u64,
    codes: Vec<CodeForm>,
    failed_with_other_codes: u64,
    /// The files and rows that could not be read, and the files that differ from their checksums.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'d [ErrorForm],
}

/// A sentence of the standard error.
#[derive(Serialize)]
struct ErrorForm {
    message: String,
}

/// One part of the report.
#[derive(Serialize)]
struct FileForm {
    file: String,
    rows: u64,
    bad_rows: u64,
    /// True when the file has the checksum that the document names; `None` without a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    checksum_matches: Option<bool>,
}

/// The counts so far, over all files.
struct Reading {
    summary: completion_report::Summary,
    files: Vec<FileForm>,
    errors: Vec<ErrorForm>,
    progress: Progress,
    status: Status,
}

/// Reads every file, also after one that cannot be read, and writes one summary.
pub(in crate::cli) fn run(arguments: &Arguments) -> Ended {
    if arguments.files.iter().filter(|input| **input == Input::Stdin).count() > 1 {
        let message = "the standard input can be read only once; name `-` only once";
        return Err(Failure::Message(message.to_owned()));
    }
    let mut reading = Reading {
        summary: completion_report::Summary::new(),
        files: Vec::new(),
        errors: Vec::new(),
        progress: Progress::before_answers("rows"),
        status: Status::Clean,
    };
    for input in &arguments.files {
        match reading.read(input) {
            Err(Failure::Message(message)) => reading.complain(&message),
            ended => ended?,
        }
    }
    reading.progress.clear();
    if reading.status == Status::Clean && reading.files.iter().all(|file| file.rows == 0) {
        output::remark("note: the report has no rows\n");
    }
    let mut out = Output::new();
    match arguments.format {
        // A summary of nothing reads as an answer.
        Format::Text if reading.files.is_empty() => {}
        Format::Text => out.text(reading.text())?,
        Format::Json => out.write(reading.json())?,
    }
    out.flush()?;
    let failed = if reading.summary.failed() > 0 { Status::Found } else { Status::Clean };
    Ok(reading.status.max(failed))
}

impl Reading {
    /// Reports something that cannot be read.
    fn complain(&mut self, message: &str) {
        self.report(message);
        self.status = Status::Wrong;
    }

    /// Reports a checksum that differs: found, not unreadable, because the rows were read.
    fn differs(&mut self, difference: &str) {
        self.report(difference);
        self.status = self.status.max(Status::Found);
    }

    /// Prints an error, and keeps it for the JSON document.
    fn report(&mut self, message: &str) {
        self.progress.clear();
        output::error(message);
        self.errors.push(ErrorForm { message: message.to_owned() });
    }

    /// Reads the parts that a document names, or a single part.
    fn read(&mut self, input: &Input) -> Result<(), Failure> {
        let mut content = Content::open(input)?;
        if !content.is_document().map_err(|error| input.unread(&error))? {
            self.read_part(&input.to_string(), content);
            return Ok(());
        }
        let document = content.read_document(input)?;
        let manifest = completion_report::Manifest::from_json(&document).map_err(|error| {
            let kind = DocumentKind::recognise(&String::from_utf8_lossy(&document));
            let why = match kind.filter(|kind| *kind != DocumentKind::CompletionReport) {
                Some(kind) => format!("this is {kind}"),
                None => error.to_string(),
            };
            let wanted = DocumentKind::CompletionReport;
            Failure::Message(format!("`{input}` is not {wanted}: {why}"))
        })?;
        let name = format!("{}.md5", input.name());
        if let Some(difference) = files::unlike_checksum(input, &document, &name) {
            self.differs(&difference);
        }
        for part in &manifest.results {
            let content =
                files::beside(input, &part.key).and_then(|path| Content::open_measured(&path));
            let content = match content {
                Err(Failure::Message(message)) => {
                    self.complain(&message);
                    continue;
                }
                content => self.read_part(&part.key, content?),
            };
            let Some((checksum, _)) = content.measured() else { continue };
            let matches = checksum == part.md5_checksum;
            if let Some(file) = self.files.last_mut() {
                file.checksum_matches = Some(matches);
            }
            if !matches {
                let (key, expected) = (&part.key, part.md5_checksum);
                self.differs(&format!("`{key}` has the checksum {checksum}, expected {expected}"));
            }
        }
        Ok(())
    }

    /// Counts the rows of a part, and reports those that cannot be read.
    fn read_part(&mut self, name: &str, content: Content) -> Content {
        let mut results = completion_report::Reader::new(content).named(name);
        let mut file =
            FileForm { file: name.to_owned(), rows: 0, bad_rows: 0, checksum_matches: None };
        for result in results.by_ref() {
            file.rows += 1;
            match result {
                Ok(result) => self.summary.add(&result),
                Err(error) => {
                    file.bad_rows += 1;
                    self.progress.clear();
                    output::eprint(&format!("{error}\n"));
                }
            }
            self.progress.advance();
        }
        if file.bad_rows > 0 {
            let (bad, all) = (grouped(file.bad_rows), grouped(file.rows));
            self.complain(&format!("{bad} of {all} rows of `{name}` could not be read"));
        }
        self.files.push(file);
        results.into_inner()
    }

    /// Returns the summary as text.
    fn text(&self) -> String {
        let summary = &self.summary;
        let (succeeded, failed) = (summary.succeeded(), summary.failed());
        let tasks = counted_all(succeeded + failed, "task");
        let failed = Styles::stdout().failed(failed, "failed");
        let mut out = format!("{tasks}: {} succeeded, {failed}\n", grouped(succeeded));
        describe_codes(summary, &mut out);
        out
    }

    /// Returns the summary as JSON.
    fn json(&self) -> String {
        let summary = &self.summary;
        let document = Document {
            tasks: summary.succeeded() + summary.failed(),
            succeeded: summary.succeeded(),
            failed: summary.failed(),
            codes: code_forms(summary),
            failed_with_other_codes: summary.with_other_codes(),
            files: &self.files,
            errors: &self.errors,
        };
        json_line(&document)
    }
}

/// An error code of failed tasks.
#[derive(Serialize)]
pub(super) struct CodeForm {
    code: String,
    count: u64,
    meaning: Option<&'static str>,
    remedy: Option<&'static str>,
    example: ExampleForm,
}

/// A failed task, as an example of its code.
#[derive(Serialize)]
struct ExampleForm {
    bucket: String,
    key: String,
    version_id: Option<String>,
    http_status: Option<u16>,
    message: String,
}

/// Returns the error codes as JSON.
pub(super) fn code_forms(summary: &completion_report::Summary) -> Vec<CodeForm> {
    summary.codes().into_iter().map(CodeForm::new).collect()
}

/// Describes the error codes: how often each occurs, its meaning, an example, and the remedy.
pub(super) fn describe_codes(summary: &completion_report::Summary, out: &mut String) {
    for code in summary.codes() {
        describe_code(code, out);
    }
    if summary.with_other_codes() > 0 {
        let _ = writeln!(out, "\n{} with other codes", grouped(summary.with_other_codes()));
    }
}

/// Describes one error code. A code that this crate does not know has no meaning and no remedy.
fn describe_code(code: &CodeCount, out: &mut String) {
    let name = match code.code.as_str() {
        "" => "without a code",
        name => name,
    };
    let name = Styles::stdout().heading(&Visible(name).to_string());
    let _ = write!(out, "\n{} {name}", grouped(code.count));
    if let Some(meaning) = code.code.meaning() {
        let _ = write!(out, ": {meaning}");
    }
    let example = &code.example;
    let _ =
        write!(out, "\n  = for example {}/{}", Visible(example.bucket()), Visible(example.key()));
    if let Some(id) = example.version_id() {
        let _ = write!(out, " ({})", Visible(id.as_str()));
    }
    let _ = writeln!(out, ": {}", Visible(example.message()));
    if let Some(remedy) = code.code.remedy() {
        let _ = writeln!(out, "  = help: {remedy}");
    }
}

impl CodeForm {
    fn new(code: &CodeCount) -> Self {
        let example = &code.example;
        Self {
            code: code.code.to_string(),
            count: code.count,
            meaning: code.code.meaning(),
            remedy: code.code.remedy(),
            example: ExampleForm {
                bucket: example.bucket().to_owned(),
                key: example.key().to_owned(),
                version_id: example.version_id().map(VersionId::to_string),
                http_status: example.http_status(),
                message: example.message().to_owned(),
            },
        }
    }
}
