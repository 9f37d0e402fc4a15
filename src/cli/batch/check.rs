//! `batch check`: the rows of a manifest that S3 would reject, and likely mistakes.
//!
//! Rows are read one after the other and are not kept, so a manifest may be larger than the memory.
//! Rows with the same version are found by a hash of eight bytes each, up to a limit.
//!
//! Two rows of a manifest, `photos,a,v1` and `photos,a%2,v2`, have this report:
//!
//! ```text
//! error[key-encoding]: a `%` without two hexadecimal digits in the key `a%2`
//!  --> m.csv:2
//!   = the job fails: InvalidManifestContent: Invalid object key format
//!   = help: percent-encode every byte of the key that is not a letter or digit
//!   = clause: REP-945 (evidence: inference)
//!
//! m.csv: 2 rows, 1 error
//! ```
//!
//! and this document with `--format json`:
//!
//! ```json
//! {"file": "m.csv", "format": "S3BatchOperations_CSV_20180820", "rows": 2,
//!  "valid": false, "job_fails": true, "all_rows_compared": true,
//!  "counts": {"key-encoding": 1},
//!  "diagnostics": [
//!    {"code": "key-encoding", "severity": "error",
//!     "message": "a `%` without two hexadecimal digits in the key `a%2`",
//!     "file": "m.csv", "line": 2,
//!     "help": "percent-encode every byte of the key that is not a letter or digit",
//!     "clause": "REP-945", "evidence": "inference",
//!     "consequence": "the job fails: InvalidManifestContent: Invalid object key format"}],
//!  "diagnostics_left_out": 0}
//! ```
//!
//! `manifest::Check` of the library finds what is wrong with a row. Here the rows are read, the
//! files of an inventory found, and the findings counted, shown or kept by `findings`. The
//! manifest is only read.
//!
//! A file that can be read and that S3 would not take is a finding in the answer, and the exit
//! status is 1. A file that cannot be read here is a finding, too, but the status is 2: its rows are
//! not checked. Wrong usage, a refused configuration and a manifest that cannot be opened end the
//! command instead.

use std::collections::BTreeMap;
use std::sync::Arc;

use s3_replication::batch::manifest::{self, RowError, RowErrorKind};
use s3_replication::diagnostic::Place;
use s3_replication::dialect::job::{EmptyVersionId, ManifestVersions, PlusReading};
use s3_replication::form::DocumentKind;
use s3_replication::text::Visible;
use s3_replication::{Diagnostic, Engine, Severity};
use serde::Serialize;

use super::findings::{self, FindingForm, Findings};
use super::json_line;
use crate::cli::configuration::Reading;
use crate::cli::cores::Part;
use crate::cli::counts::counted_all;
use crate::cli::files::Content;
use crate::cli::format::TextOrJson as Format;
use crate::cli::input::Input;
use crate::cli::inventory::Inventory;
use crate::cli::output::Output;
use crate::cli::progress::Progress;
use crate::cli::refusal::AnswerForm;
use crate::cli::{Ended, Failure, Status, rows};

/// Reports which rows of a manifest S3 would reject, and which are probably mistakes
///
/// The manifest is a CSV file, or the `manifest.json` of an inventory, whose data files are
/// searched for in its folder and in the five folders above it. Files may be compressed with gzip.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication batch check manifest.csv
  s3-replication batch check manifest.csv --fields Bucket,Key,VersionId,Ignore
  s3-replication batch check 2026-11-22T01-00Z/manifest.json \\
    -c replication.xml --format json

With a configuration, every version must be replicated by a rule. A manifest has no tags: versions
that depend on the tags of a rule are reported as such.

Repeated rows are found by a hash of eight bytes for each of the first 4,000,000 rows; later rows are
compared with those.

Exit status: 0 no errors; 1 errors were found; 2 wrong usage, or unreadable input.")]
pub(in crate::cli) struct Arguments {
    /// The manifest; `-` reads standard input
    #[arg(value_name = "MANIFEST")]
    manifest: Input,
    /// The replication configuration of the bucket
    #[arg(short, long, value_name = "FILE")]
    configuration: Option<Input>,
    /// The columns of a CSV manifest [default: Bucket,Key,VersionId]
    #[arg(long, value_name = "COLUMNS")]
    fields: Option<manifest::Fields>,
    /// Meaning of a `+` in a key: `space` or `literal`
    #[arg(long, value_name = "READING", default_value = "space")]
    plus: PlusReading,
    /// Treatment of a manifest without version IDs
    #[arg(long, value_enum, default_value = "required")]
    versions: Versions,
    /// Meaning of an empty version ID: `object-not-found`, `invalid-request` or `null-version`
    #[arg(long, value_name = "READING", default_value = "object-not-found")]
    empty_version_id: EmptyVersionId,
    /// Number of findings of each kind to show; the rest is counted
    #[arg(long, value_name = "NUMBER", default_value = "20")]
    limit: u64,
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    reading: Reading,
}

/// The format of an inventory that is a manifest.
///
/// It stands in the JSON document for every inventory, whatever the format of its data.
const INVENTORY: &str = "S3InventoryReport_CSV_20161130";

// The variants have their meaning in the help. They are `ManifestVersions` of the library, whose
// names `clap` does not know.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Versions {
    /// The job fails
    Required,
    /// The latest version of each object is replicated
    Optional,
}

/// The report as JSON. `job_fails` is true if a row makes S3 fail the whole job, and
/// `all_rows_compared` is false if repeated rows may have been missed.
#[derive(Serialize)]
struct Document<'d> {
    /// The name as it was given, so `-` for the standard input; places in findings have `<stdin>`.
    file: String,
    /// The format in the words of CreateJob.
    format: &'static str,
    /// All rows that were read, also those with mistakes.
    rows: u64,
    /// True for exit status 0: no errors, and everything was read. There may be warnings.
    valid: bool,
    job_fails: bool,
    all_rows_compared: bool,
    /// All findings by code, also those that are left out below.
    counts: BTreeMap<&'static str, u64>,
    /// At most `--limit` of each code, in the order of the rows.
    diagnostics: &'d [FindingForm],
    diagnostics_left_out: u64,
}

/// The check while it runs: the rows so far, and what was found about them.
///
/// It lives until `end`, which consumes it and writes what is not written yet.
struct Check {
    manifest: manifest::Check,
    /// The findings to show or to count, by their codes.
    findings: Findings,
    out: Output,
    progress: Progress,
    /// The name of the file of the last row, which places share.
    file: Arc<str>,
    /// The number of rows; a mistake of a whole file is none.
    rows: u64,
    /// True once a row or the file makes S3 fail the whole job, not only a task.
    fails_job: bool,
    /// `Wrong` once something could not be read. Errors in rows count at the end.
    status: Status,
}

/// Checks a manifest in CSV or an inventory, whichever its beginning shows.
///
/// The configuration is read first: if it is wrong, no row has to be read. Errors: both inputs are
/// the standard input, the configuration is refused, or the manifest cannot be opened.
pub(in crate::cli) fn run(arguments: &Arguments) -> Ended {
    let input = &arguments.manifest;
    if *input == Input::Stdin && arguments.configuration == Some(Input::Stdin) {
        let message = "the standard input cannot be both configuration and manifest";
        return Err(Failure::Message(message.to_owned()));
    }
    let engine = arguments.configuration.as_ref();
    let engine = engine.map(|input| arguments.reading.engine(input)).transpose()?;
    let mut content = Content::open(input)?;
    if content.is_document().map_err(|error| input.unread(&error))? {
        return arguments.check_inventory(&content.read_document(input)?, engine.as_ref());
    }
    let fields = arguments.fields.clone().unwrap_or_default();
    let mut check = arguments.begin(manifest::Check::new(), engine.as_ref());
    // Before any row: each line of such a file would be a mistake of its own.
    if let Some(format) = content.other_format().map_err(|error| input.unread(&error))? {
        check.fails_job = true;
        check.add(findings::not_csv(&input.to_string(), format))?;
        return check.end(arguments, "S3BatchOperations_CSV_20180820");
    }
    // A warning, because the rows may be right, and the file may be stored decompressed.
    if content.is_compressed() {
        check.add(findings::compressed(&input.to_string()))?;
    }
    let rows = manifest::Reader::new(content, &fields);
    check.rows(arguments.readings()(rows.named(input.to_string())))?;
    check.end(arguments, "S3BatchOperations_CSV_20180820")
}

impl Arguments {
    /// The form in which a refusal is written to the standard output, as well as to the standard
    /// error.
    pub(super) fn answer(&self) -> AnswerForm {
        AnswerForm::with_errors_only(self.format.into())
    }

    /// Returns a check that has seen no rows.
    ///
    /// For an inventory, `manifest` knows that S3 has encoded the keys. Without an engine no rule
    /// is asked.
    fn begin(&self, manifest: manifest::Check, engine: Option<&Engine>) -> Check {
        Check {
            manifest: match engine {
                Some(engine) => manifest.with_engine(engine),
                None => manifest,
            },
            findings: Findings::new(self.limit, self.format == Format::Text),
            out: Output::new(),
            progress: Progress::of("rows"),
            file: "".into(),
            rows: 0,
            fails_job: false,
            status: Status::Clean,
        }
    }

    /// Returns a function that sets the readings of a manifest that sources about S3 disagree on; the
    /// user chooses.
    ///
    /// The function is called for each file, on any thread, so it copies the options.
    fn readings(
        &self,
    ) -> impl Fn(manifest::Reader<Content>) -> manifest::Reader<Content> + Sync + use<> {
        let versions = match self.versions {
            Versions::Required => ManifestVersions::Required,
            Versions::Optional => ManifestVersions::Optional,
        };
        let (plus, empty_version_id) = (self.plus, self.empty_version_id);
        move |rows| {
            let rows = rows.with_plus(plus).with_versions(versions);
            rows.with_empty_version_id(empty_version_id)
        }
    }

    /// Checks the rows of every data file. A file that cannot be read is a finding, and the others
    /// are still checked.
    ///
    /// A document that is not an inventory, or one that S3 does not take, is a finding, too, and there
    /// are no rows. So is a checksum that differs, of the document or of a data file. Only
    /// `--fields` is refused.
    fn check_inventory(&self, document: &[u8], engine: Option<&Engine>) -> Ended {
        let input = &self.manifest;
        if self.fields.is_some() {
            let message = "`--fields` is for CSV manifests; an inventory names its columns itself";
            return Err(Failure::Message(message.to_owned()));
        }
        let mut check = self.begin(manifest::Check::of_inventory(), engine);
        let inventory = match Inventory::read_manifest(input, document) {
            Ok(inventory) => inventory,
            Err(error) => {
                check.fails_job = true;
                let name = input.to_string();
                let kind = DocumentKind::recognise(&String::from_utf8_lossy(document));
                // A document of a known other kind is named; for anything else the error of the
                // parser is better.
                check.add(match kind.filter(|kind| *kind != DocumentKind::Inventory) {
                    Some(kind) => findings::other_document(&name, kind),
                    None => findings::inventory_invalid(&name, &error),
                })?;
                return check.end(self, INVENTORY);
            }
        };
        if let Some(difference) = inventory.unlike_checksum() {
            check.add(findings::checksum_differs(&input.to_string(), difference))?;
        }
        check.progress.show_bytes(inventory.bytes_read());
        inventory.each_row(self.readings(), |file, part| match part {
            Part::Answer((line, row)) => check.row(&file.key, line, &row),
            Part::End(Ok(None)) => Ok(()),
            // Known after the rows, which were checked as they are.
            Part::End(Ok(Some(difference))) => {
                check.add(findings::checksum_differs(&file.key, &difference))
            }
            Part::End(Err(Failure::Message(message))) => {
                check.status = Status::Wrong;
                check.add(findings::unreadable(&file.key, message))
            }
            Part::End(Err(failure)) => Err(failure),
        })?;
        check.end(self, INVENTORY)
    }
}

impl Check {
    /// Checks the rows of a file that is not an inventory.
    ///
    /// The rows are cut and read on every core, and arrive here in order.
    fn rows(&mut self, rows: manifest::Reader<Content>) -> Result<(), Failure> {
        let file = rows.file().to_owned();
        rows::each_of_file(rows, |(line, row)| self.row(&file, line, &row))
    }

    /// Checks a row that begins on a line; the line is 0 for a mistake of the whole file.
    fn row(
        &mut self,
        file: &str,
        line: u64,
        row: &Result<manifest::Row, RowError>,
    ) -> Result<(), Failure> {
        let row = row.as_ref();
        if let Err(error) = row {
            self.fails_job |= error.fails_job();
            if matches!(error.kind(), RowErrorKind::Unreadable { .. }) {
                self.status = Status::Wrong;
            }
        }
        // A new name only for a new file, so that findings share it.
        if *self.file != *file {
            self.file = file.into();
        }
        // Also for a row with a mistake: what could be read of it is checked.
        for finding in self.manifest.row(row, &Place::row(self.file.clone(), line)) {
            self.add(finding)?;
        }
        self.progress.advance();
        self.rows += u64::from(line > 0);
        Ok(())
    }

    /// Adds a finding. In text it is written at once, so that a long check shows what it has found.
    ///
    /// `None` of `findings` means that the finding is kept for the document, or beyond the limit.
    fn add(&mut self, finding: Diagnostic) -> Result<(), Failure> {
        match self.findings.add(finding) {
            Some(text) => {
                self.progress.clear();
                self.out.write(text)
            }
            None => Ok(()),
        }
    }

    /// Writes the summary, or the document, and returns the status: 2 if something could not be
    /// read, else 1 if there are errors.
    ///
    /// `format` is the format of the manifest in the document of JSON.
    fn end(mut self, arguments: &Arguments, format: &'static str) -> Ended {
        self.progress.clear();
        let file = &arguments.manifest;
        // An empty manifest. Where errors are found or files unread, it may well have rows.
        if self.rows == 0 && self.status == Status::Clean && !self.has_errors() {
            self.add(findings::no_rows(&file.to_string()))?;
        }
        let status = self.status.max(if self.has_errors() { Status::Found } else { Status::Clean });
        if let Some(kept) = &self.findings.kept {
            let document = Document {
                file: file.given(),
                format,
                rows: self.rows,
                valid: status == Status::Clean,
                job_fails: self.fails_job,
                // `Wrong` means that rows could not be read.
                all_rows_compared: !self.manifest.has_forgotten() && self.status != Status::Wrong,
                counts: self.findings.counts(),
                diagnostics: kept,
                diagnostics_left_out: self.findings.left_out(),
            };
            self.out.write(json_line(&document))?;
        } else {
            let rows = counted_all(self.rows, "row");
            let (rest, summary) = (self.findings.rest(), self.findings.summary());
            let name = file.to_string();
            self.out.text(format!("{rest}{}: {rows}, {summary}\n", Visible(&name)))?;
        }
        self.out.flush()?;
        Ok(status)
    }

    /// Returns true when S3 would reject a row, or fail the job.
    fn has_errors(&self) -> bool {
        self.findings.count(Severity::Error) > 0
    }
}
