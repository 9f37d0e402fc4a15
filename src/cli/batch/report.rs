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
//!
//! `completion_report` of the library reads the rows, counts them and knows the meaning of the
//! codes. `batch run` shows the result of a job with `describe_codes` and `code_forms`, from the
//! same summary.
//!
//! A row, a part or a document that cannot be read is on the standard error, and in the document of
//! JSON in a member `errors`, which is absent otherwise. The rest is still counted:
//!
//! ```json
//! {"files": [{"file": "a.csv", "rows": 2, "bad_rows": 1}],
//!  "tasks": 1, "succeeded": 1, "failed": 0, "codes": [], "failed_with_other_codes": 0,
//!  "errors": [{"message": "1 of 2 rows of `a.csv` could not be read"}]}
//! ```
//!
//! The parts are read on every core, and a large one is cut into pieces; what is printed is in the
//! order of the rows nevertheless.
//!
//! Three kinds of input are recognised by their content: the `manifest.json` of a report, whose
//! parts `files::beside` finds, single parts in CSV, and parts that are compressed with gzip.

use std::fmt::Write as _;
use std::mem;

use s3_replication::batch::checksum::Md5Checksum;
use s3_replication::batch::completion_report::{self, CodeCount};
use s3_replication::batch::manifest::RowError;
use s3_replication::form::DocumentKind;
use s3_replication::model::VersionId;
use s3_replication::text::Visible;
use serde::Serialize;

use super::json_line;
use crate::cli::cores::{self, Work};
use crate::cli::counts::{counted_all, grouped};
use crate::cli::files::{self, Content};
use crate::cli::format::TextOrJson as Format;
use crate::cli::input::Input;
use crate::cli::output::{self, Output};
use crate::cli::progress::Progress;
use crate::cli::refusal::AnswerForm;
use crate::cli::rows::PIECE;
use crate::cli::styles::Styles;
use crate::cli::{Ended, Failure, Status};

/// Summarises the completion report of a job: what failed, why, and how to fix it
///
/// Give the `manifest.json` of the report, whose parts are searched for in its folder and in the
/// five folders above it, or single parts.
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

/// The summary as JSON. Without any file that could be read it has zeros, and the errors.
///
/// The counts are over all files. `tasks` is the sum of the two after it.
#[derive(Serialize)]
struct Document<'d> {
    /// Every part that was read, in the order of the arguments and documents.
    files: &'d [FileForm],
    tasks: u64,
    succeeded: u64,
    failed: u64,
    codes: Vec<CodeForm>,
    /// The failed tasks beyond the number of codes that the summary keeps apart.
    failed_with_other_codes: u64,
    /// The files and rows that could not be read, and the files that differ from their checksums.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'d [ErrorForm],
}

/// A sentence of the standard error.
///
/// It has the same form as an error of a refusal, so a program reads both alike.
#[derive(Serialize)]
struct ErrorForm {
    message: String,
}

/// One part of the report. A part that cannot be opened has none: it is among the errors.
#[derive(Serialize)]
struct FileForm {
    /// The name as it was given, or the key in the document.
    file: String,
    rows: u64,
    /// The part of `rows` that could not be read. Their tasks count neither as succeeded nor as
    /// failed.
    bad_rows: u64,
    /// True when the file has the checksum that the document names; `None` without a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    checksum_matches: Option<bool>,
}

/// A part to read, with the checksum that the document names.
struct Part<'p> {
    name: &'p str,
    expected: Option<Md5Checksum>,
    open: Box<dyn Fn() -> Result<Content, Failure> + Sync + 'p>,
}

/// The work on the pieces of some parts.
struct Parts<'p>(&'p [Part<'p>]);

/// The counts of a piece, and the errors in its rows.
struct Counted {
    summary: completion_report::Summary,
    rows: u64,
    errors: Vec<RowError>,
}

impl Work for Parts<'_> {
    type Pieces = completion_report::Pieces<Content>;
    type Answer = Counted;
    /// The checksum of a part, where it is measured; or the reason why the part cannot be opened.
    type End = Result<Option<Md5Checksum>, Failure>;

    fn open(&self, part: usize) -> Result<Self::Pieces, Self::End> {
        let part = self.0.get(part).ok_or(Ok(None))?;
        let content = (part.open)().map_err(Err)?;
        Ok(completion_report::Reader::new(content).named(part.name).into_pieces(PIECE))
    }

    fn answer(&self, mut piece: completion_report::Reader<completion_report::Piece>) -> Counted {
        let (mut summary, mut rows) = (completion_report::Summary::of_piece(), 0);
        let mut errors = Vec::new();
        while let Some(counted) = summary.add_next(&mut piece) {
            rows += 1;
            errors.extend(counted.err());
        }
        Counted { summary, rows, errors }
    }

    fn close(&self, _part: usize, pieces: Self::Pieces) -> Self::End {
        // Known only now, when all was read; none if the rest cannot be read.
        Ok(pieces.into_inner().measured().map(|(checksum, _)| checksum))
    }
}

/// The counts so far, over all files. One summary: a report with a part for failed tasks and one
/// for succeeded tasks is one job.
struct Reading {
    summary: completion_report::Summary,
    files: Vec<FileForm>,
    /// Each was printed to the standard error as well.
    errors: Vec<ErrorForm>,
    progress: Progress,
    /// The worst so far; failed tasks count at the end.
    status: Status,
}

/// Reads every file, also after one that cannot be read, and writes one summary.
///
/// Status 2 if something could not be read, else 1 if tasks failed or a checksum differs, else 0.
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
            // Any other failure is a closed pipe, which ends the command.
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
    /// Reports something that cannot be read: the numbers are not those of the whole report then.
    fn complain(&mut self, message: &str) {
        self.report(message);
        self.status = Status::Wrong;
    }

    /// Reports a checksum that differs: found, not unreadable, because the rows were read.
    ///
    /// The file was cut off or exchanged, so its numbers may be those of another report.
    fn differs(&mut self, difference: &str) {
        self.report(difference);
        self.status = self.status.max(Status::Found);
    }

    /// Prints an error, and keeps it for the JSON document. The counter makes way for it.
    fn report(&mut self, message: &str) {
        self.progress.clear();
        output::error(message);
        self.errors.push(ErrorForm { message: message.to_owned() });
    }

    /// Reads the parts that a document names, or a single part.
    ///
    /// An error is one of the document or of the single part. A part of a document that is missing
    /// is reported here, and the others are read.
    fn read(&mut self, input: &Input) -> Result<(), Failure> {
        let mut content = Content::open(input)?;
        if !content.is_document().map_err(|error| input.unread(&error))? {
            // One message about the file is better than one about each of its lines.
            if let Some(format) = content.other_format().map_err(|error| input.unread(&error))? {
                return Err(Failure::Message(format!(
                    "`{input}` is {format}; give {}, or one of its files in CSV",
                    DocumentKind::CompletionReport
                )));
            }
            // A single part has been opened already, and has no checksum to compare.
            let (name, open) = (input.to_string(), Box::new(cores::opened(content)));
            let part = Part { name: &name, expected: None, open };
            return self.read_parts(&[part]);
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
        // The checksum of the document, in `manifest.json.md5` beside it. Without that file,
        // nothing is compared.
        if let Some(difference) = files::unlike_checksum(input, &document, &name) {
            self.differs(&difference);
        }
        let parts: Vec<_> = manifest
            .results
            .iter()
            .map(|part| Part {
                name: &part.key,
                expected: Some(part.md5_checksum),
                open: Box::new(|| {
                    let path = files::beside(input, &part.key)?;
                    Content::open_measured(&path)
                }),
            })
            .collect();
        self.read_parts(&parts)
    }

    /// Counts the rows of some parts on every core, and reports those that cannot be read, in order.
    ///
    /// A part that is missing, or that has another checksum, is reported as well.
    fn read_parts(&mut self, parts: &[Part<'_>]) -> Result<(), Failure> {
        let (mut rows, mut bad_rows) = (0, 0);
        cores::in_order(parts.len(), &Parts(parts), |at, answer| {
            let Some(part) = parts.get(at) else { return Ok(()) };
            match answer {
                cores::Part::Answer(counted) => {
                    rows += counted.rows;
                    bad_rows += counted.errors.len() as u64;
                    self.add(counted);
                }
                cores::Part::End(Err(Failure::Message(message))) => self.complain(&message),
                cores::Part::End(checksum) => {
                    self.end(part, mem::take(&mut rows), mem::take(&mut bad_rows), checksum?);
                }
            }
            Ok(())
        })
    }

    /// Adds the counts of a piece, and prints the errors in its rows.
    fn add(&mut self, counted: Counted) {
        self.summary.append(counted.summary);
        if !counted.errors.is_empty() {
            self.progress.clear();
        }
        // Each row with its line; the error of the document has only the number of them.
        for error in counted.errors {
            output::eprint(&format!("{error}\n"));
        }
        self.progress.advance_by(counted.rows);
    }

    /// Ends a part whose rows were counted.
    fn end(&mut self, part: &Part<'_>, rows: u64, bad_rows: u64, checksum: Option<Md5Checksum>) {
        let name = part.name;
        if bad_rows > 0 {
            let (bad, all) = (grouped(bad_rows), grouped(rows));
            self.complain(&format!("{bad} of {all} rows of `{name}` could not be read"));
        }
        let compared = checksum.zip(part.expected);
        self.files.push(FileForm {
            file: name.to_owned(),
            rows,
            bad_rows,
            checksum_matches: compared.map(|(checksum, expected)| checksum == expected),
        });
        if let Some((checksum, expected)) = compared.filter(|(found, expected)| found != expected) {
            self.differs(&format!("`{name}` has the checksum {checksum}, expected {expected}"));
        }
    }

    /// Returns the summary as text.
    ///
    /// Rows that could not be read are in neither number, and the errors name them.
    fn text(&self) -> String {
        let summary = &self.summary;
        let (succeeded, failed) = (summary.succeeded(), summary.failed());
        let tasks = counted_all(succeeded + failed, "task");
        let failed = Styles::stdout().failed(failed, "failed");
        let mut out = format!("{tasks}: {} succeeded, {failed}\n", grouped(succeeded));
        describe_codes(summary, &mut out);
        out
    }

    /// Returns the summary as JSON, which also has the files and the errors.
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
    /// Absent for a code that this crate does not know.
    meaning: Option<&'static str>,
    remedy: Option<&'static str>,
    example: ExampleForm,
}

/// A failed task, as an example of its code.
///
/// The texts are those of the report. JSON escapes them; the text form uses `Visible`.
#[derive(Serialize)]
struct ExampleForm {
    bucket: String,
    key: String,
    /// Absent where the row has none.
    version_id: Option<String>,
    http_status: Option<u16>,
    message: String,
}

/// Returns the error codes as JSON, the most frequent first, as the summary sorts them.
pub(super) fn code_forms(summary: &completion_report::Summary) -> Vec<CodeForm> {
    summary.codes().into_iter().map(CodeForm::new).collect()
}

/// Describes the error codes: how often each occurs, its meaning, an example, and the remedy.
/// Writes nothing if no task failed. Each code has an empty line above.
pub(super) fn describe_codes(summary: &completion_report::Summary, out: &mut String) {
    for code in summary.codes() {
        describe_code(code, out);
    }
    if summary.with_other_codes() > 0 {
        let _ = writeln!(out, "\n{} with other codes", grouped(summary.with_other_codes()));
    }
}

/// Describes one error code. A code that this crate does not know has no meaning and no remedy.
///
/// A failed task without a code is `without a code`: the column of the report may be empty.
fn describe_code(code: &CodeCount, out: &mut String) {
    let name = match code.code.as_str() {
        // The library keeps tasks without a code together, under an empty one.
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
