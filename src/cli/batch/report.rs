use s3_replication::batch::completion_report;
use serde::Serialize;

use super::check::Format;
use super::codes::{self, CodeForm};
use crate::cli::files::{self, Content};
use crate::cli::input::Input;
use crate::cli::output::{self, Output, grouped};
use crate::cli::progress::Progress;
use crate::cli::{Ended, Failure, Status};

/// Sums up the completion report of a job: what failed, why, and what to do about it
///
/// The report is its `manifest.json`, whose parts are looked for around it, or some of the parts.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication batch report job-f8fb9d89/manifest.json
  s3-replication batch report job-f8fb9d89/results/*.csv --format json

Exit status: 0 all tasks succeeded; 1 tasks failed, or something is not what its checksum says;
2 wrong usage, or something that can't be read.")]
pub(in crate::cli) struct Arguments {
    /// The report; `-` is the standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<Input>,
    /// How the summary is written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// The summary for programs.
#[derive(Serialize)]
struct Document<'d> {
    files: &'d [FileForm],
    tasks: u64,
    succeeded: u64,
    failed: u64,
    codes: Vec<CodeForm>,
    failed_with_other_codes: u64,
}

/// What became of a file.
#[derive(Serialize)]
struct FileForm {
    file: String,
    rows: u64,
    bad_rows: u64,
    /// Whether it is what the document says of it; `None` when there was no document.
    #[serde(skip_serializing_if = "Option::is_none")]
    checksum_matches: Option<bool>,
}

struct Reading {
    summary: completion_report::Summary,
    files: Vec<FileForm>,
    progress: Progress,
    status: Status,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Ended {
    if arguments.files.iter().filter(|input| **input == Input::Stdin).count() > 1 {
        let message = "the standard input can be read only once; name `-` only once";
        return Err(Failure::Message(message.to_owned()));
    }
    let mut reading = Reading {
        summary: completion_report::Summary::new(),
        files: Vec::new(),
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
    let mut out = Output::new();
    out.write(match arguments.format {
        Format::Text => reading.text(),
        Format::Json => reading.json(),
    })?;
    out.flush()?;
    let failed = if reading.summary.failed() > 0 { Status::Found } else { Status::Clean };
    Ok(reading.status.max(failed))
}

impl Reading {
    fn complain(&mut self, message: &str) {
        self.progress.clear();
        output::complain(message);
        self.status = Status::Wrong;
    }

    fn differs(&mut self, difference: &str) {
        self.progress.clear();
        output::complain(difference);
        self.status = self.status.max(Status::Found);
    }

    fn read(&mut self, input: &Input) -> Result<(), Failure> {
        let mut content = Content::open(input)?;
        if !content.is_document().map_err(|error| input.unread(&error))? {
            self.read_part(&input.to_string(), content);
            return Ok(());
        }
        let document = content.read_document(input)?;
        let manifest = completion_report::Manifest::from_json(&document)
            .map_err(|error| Failure::Message(format!("{input}: {error}")))?;
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

    /// Counts the rows of a part, and names those that can't be read.
    fn read_part(&mut self, name: &str, content: Content) -> Content {
        let mut results = completion_report::Reader::new(content).named(name);
        let mut file =
            FileForm { file: name.to_owned(), rows: 0, bad_rows: 0, checksum_matches: None };
        for result in results.by_ref() {
            file.rows += 1;
            match result {
                Ok(result) => self.summary.add(&result),
                Err(fault) => {
                    file.bad_rows += 1;
                    self.progress.clear();
                    output::tell(&format!("{fault}\n"));
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

    fn text(&self) -> String {
        let summary = &self.summary;
        let (succeeded, failed) = (summary.succeeded(), summary.failed());
        let tasks = output::counted_all(succeeded + failed, "task");
        let (succeeded, failed) = (grouped(succeeded), grouped(failed));
        let mut out = format!("{tasks}: {succeeded} succeeded, {failed} failed\n");
        codes::describe(summary, &mut out);
        out
    }

    fn json(&self) -> String {
        let summary = &self.summary;
        let document = Document {
            tasks: summary.succeeded() + summary.failed(),
            succeeded: summary.succeeded(),
            failed: summary.failed(),
            codes: codes::forms(summary),
            failed_with_other_codes: summary.with_other_codes(),
            files: &self.files,
        };
        // Writing this form to memory can't fail.
        let mut text = serde_json::to_string(&document).unwrap_or_default();
        text.push('\n');
        text
    }
}
