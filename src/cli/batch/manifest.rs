//! `batch manifest`: the manifest that S3 would generate, from an inventory of the bucket.
//!
//! Every row of the inventory is judged by the generator of the library. What S3 knows and the
//! inventory does not is never guessed: such a version is left out and counted as unknown. The
//! counts go to the standard error, because the manifest may go to the standard output.
//!
//! ```text
//! $ s3-replication batch manifest -c rules.json --inventory manifest.json > manifest.csv
//! 5 versions: 2 listed, 3 left out
//!         1  not eligible: archived
//!         1  not eligible: delete-markers-disabled
//!         1  not eligible: prefix-differs
//! ```
//!
//! `manifest.csv` has the columns bucket, key and version ID, without a header, as `batch check`
//! and a job read them:
//!
//! ```text
//! src,Tax/a%20b,v1
//! src,Tax/old,null
//! ```
//!
//! `inventory` finds and reads the data files, in pieces on every core; here each piece is judged
//! (`Judged`) and put together in order (`Generation`). `batch run --write-manifest` writes the
//! same rows from `run/plan`, for the generator of a job.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::PathBuf;

use s3_replication::batch::facts::Fact;
use s3_replication::batch::generator::{self, Exclusion, ManifestGenerator};
use s3_replication::batch::manifest;
use s3_replication::batch::request::JobParser;
use s3_replication::dialect::job::EmptyVersionId;
use s3_replication::text::SourceText;

use crate::cli::configuration::Reading;
use crate::cli::cores::Part;
use crate::cli::counts::{counted_all, grouped};
use crate::cli::input::Input;
use crate::cli::inventory::{self, Inventory};
use crate::cli::output;
use crate::cli::progress::Progress;
use crate::cli::sink::{self, Sink};
use crate::cli::styles::Styles;
use crate::cli::{Ended, Failure, Status, stream};

/// Writes the manifest that S3 would generate for a job, from an inventory of the bucket
///
/// Inventories have no tags and may lack columns. If such an unknown fact decides whether S3 lists a
/// version, the version is left out and counted as unknown. The inventory is in CSV, or in ORC or Parquet where
/// the command was installed with the feature `parquet`. The manifest is in CSV, as jobs need it.
#[derive(Debug, clap::Args)]
#[command(after_help = r#"Examples:
  s3-replication batch manifest -c replication.xml \
    --inventory manifest.json > manifest.csv
  s3-replication batch manifest -c replication.xml \
    --inventory manifest.json --output manifest.csv \
    --filter '{"ObjectReplicationStatuses": ["NONE", "FAILED"]}'

The filter is that of a generator, as the AWS CLI takes it; without one, eligible versions are listed.
The manifest has the columns Bucket,Key,VersionId. A version that the inventory contains twice is
listed twice, which `batch check` finds. A file is written completely or not at all: if something
cannot be read, or no version is listed, an existing file is kept. An input file is never
overwritten.

Exit status: 0 done; 1 versions are unknown, or none is listed and S3 would fail the job; 2 wrong
usage, or unreadable input."#)]
pub(in crate::cli) struct Arguments {
    /// The replication configuration of the bucket
    #[arg(short, long, value_name = "FILE")]
    configuration: Input,
    /// The `manifest.json` of an inventory of the bucket
    #[arg(short, long, value_name = "FILE")]
    inventory: Input,
    /// Filter of the generator [default: eligible versions]
    #[arg(long, value_name = "JSON")]
    filter: Option<String>,
    /// Format of the manifest
    #[arg(long, value_name = "FORM", value_enum, default_value = "csv")]
    to: Form,
    /// Output file; `-` is the standard output [default: -]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Exit with 0 if the only problem is that facts about versions are unknown
    #[arg(long)]
    allow_unknown: bool,
    #[command(flatten)]
    reading: Reading,
}

// One variant, so that a second format is no new option. The variant is the help.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
enum Form {
    /// `S3BatchOperations_CSV_20180820`
    Csv,
}

/// Writes the manifest, completely or not at all where that can be undone.
///
/// The order matters: everything that can be refused is refused before the output is opened, and an
/// output that is also an input is never opened. Errors are wrong usage, a filter or configuration
/// that is refused, a document that is not an inventory, and an output that cannot be written.
pub(in crate::cli) fn run(arguments: &Arguments) -> Ended {
    if arguments.configuration == Input::Stdin && arguments.inventory == Input::Stdin {
        let message = "the standard input cannot be both configuration and inventory";
        return Err(Failure::Message(message.to_owned()));
    }
    let filter = arguments.filter()?;
    let engine = arguments.reading.engine(&arguments.configuration)?;
    let inventory = inventory::required(&arguments.inventory)?;
    let needs_tags = stream::needs_tags(&engine);
    // Tags are named in a note of their own: no inventory can have them.
    let missing = inventory.schema().facts().complement();
    let missing = missing.iter().filter(|fact| *fact != Fact::Tags).map(Fact::as_str).collect();
    let generator = ManifestGenerator::new(inventory.source().clone(), filter, engine)
        .with_known_facts(inventory.schema().facts());
    let inputs = inventory.inputs().chain([arguments.configuration.clone()]);
    sink::refuse_input(arguments.output.as_deref(), inputs)?;
    let sink = Sink::open(arguments.output.as_deref())?;
    // A manifest on the standard output is an answer, which a counter must not disturb on a
    // terminal.
    let mut progress = if sink.can_be_undone() {
        Progress::before_answers("versions")
    } else {
        Progress::of("versions")
    };
    progress.show_bytes(inventory.bytes_read());
    let mut generation = Generation {
        sink,
        progress,
        listed: 0,
        left_out: BTreeMap::new(),
        unknown: 0,
        missing,
        needs_tags,
        status: Status::Clean,
    };
    generation.take(&generator, arguments, &inventory)?;
    generation.end(arguments)
}

impl Arguments {
    /// Reads the filter; by default it lists all eligible versions.
    ///
    /// The text is that of the member `Filter` of a job, and the findings name places in it, such
    /// as `--filter:1:32`. They are printed at once, also those that are no refusal.
    fn filter(&self) -> Result<generator::Filter, Failure> {
        let text = self.filter.as_deref().unwrap_or(r#"{"EligibleForReplication": true}"#);
        let (filter, report) = JobParser::new().parse_filter_json(text);
        if !report.is_empty() {
            let source = SourceText::new("--filter", text);
            output::eprint_rendered(
                &report.render_with(&source, Styles::stderr().render_options()),
            );
        }
        filter.ok_or_else(|| {
            Failure::Message("the filter is refused for the findings above".to_owned())
        })
    }

    /// Returns the failure of writing the manifest.
    fn unwritten(&self, error: &io::Error) -> Failure {
        sink::unwritten(self.output.as_deref(), error)
    }
}

/// The manifest while it is written, and the counts for the summary.
///
/// `status` is `Wrong` once something could not be read.
struct Generation {
    sink: Sink,
    progress: Progress,
    listed: u64,
    /// The number of versions that are left out, by reason.
    left_out: BTreeMap<String, u64>,
    /// The part of the versions in `left_out` that S3 may list, because a missing fact decides.
    unknown: u64,
    /// The columns that the inventory lacks and that may decide.
    missing: Vec<&'static str>,
    /// True if rules select by tags.
    ///
    /// For the note at the end only. The generator itself counts unknown tags.
    needs_tags: bool,
    status: Status,
}

/// The judged rows of a piece of the inventory.
///
/// It is made on any thread, beside others, so it holds everything that the one thread that writes
/// needs: text that is ready, and counts that can be added.
struct Judged {
    /// The rows of the manifest.
    text: Vec<u8>,
    /// All rows of the piece, also those with mistakes, for the counter.
    rows: u64,
    listed: u64,
    /// The number of versions that are left out, by reason; there are few reasons.
    left_out: Vec<(Exclusion, u64)>,
    /// The rows that cannot be read.
    ///
    /// In the order of the rows, each with its file and line.
    mistakes: Vec<String>,
}

impl Judged {
    /// Judges every row of a piece. The rows are read without a copy (`next_ref`), so a row is encoded
    /// before the next one is read.
    ///
    /// The error is that of a row that no manifest can contain, such as one with a key that is not
    /// UTF-8. The reader refuses such rows before, and they are mistakes.
    fn new(
        mut rows: manifest::Reader<manifest::Piece>,
        generator: &ManifestGenerator,
        encoder: &manifest::Encoder,
    ) -> io::Result<Self> {
        let (text, left_out, mistakes) = (Vec::new(), Vec::new(), Vec::new());
        let mut judged = Self { text, rows: 0, listed: 0, left_out, mistakes };
        while let Some(row) = rows.next_ref() {
            judged.rows += 1;
            match row.map(|row| generator.judge_row(row).map(|()| row)) {
                Ok(Ok(row)) => {
                    judged.listed += 1;
                    encoder.encode(row, &mut judged.text)?;
                }
                Ok(Err(exclusion)) => judged.leave_out(exclusion),
                Err(error) => judged.mistakes.push(error.to_string()),
            }
        }
        Ok(judged)
    }

    /// A list and not a map, because there are few reasons.
    fn leave_out(&mut self, exclusion: Exclusion) {
        match self.left_out.iter_mut().find(|(other, _)| *other == exclusion) {
            Some((_, count)) => *count += 1,
            None => self.left_out.push((exclusion, 1)),
        }
    }
}

impl Generation {
    /// Judges every row. A file or row that cannot be read is reported, and the others are still
    /// judged.
    ///
    /// Columns that no decision needs are not read, so an odd value in one of them is no mistake.
    /// Returns an error only if the manifest cannot be written.
    fn take(
        &mut self,
        generator: &ManifestGenerator,
        arguments: &Arguments,
        inventory: &Inventory,
    ) -> Result<(), Failure> {
        // S3 knows the version IDs that an inventory leaves empty: those of null versions.
        let columns = generator.columns();
        let encoder = manifest::Encoder::new(&manifest::Fields::default());
        inventory.in_pieces(
            |rows| rows.with_columns(&columns).with_empty_version_id(EmptyVersionId::NullVersion),
            |rows| Judged::new(rows, generator, &encoder),
            |_, part| match part {
                Part::Answer(judged) => {
                    self.add(judged).map_err(|error| arguments.unwritten(&error))
                }
                // A file that differs from its checksum was read, but may lack rows. The manifest
                // would, too.
                Part::End(Ok(difference)) => {
                    if let Some(difference) = difference {
                        self.complain(&difference);
                    }
                    Ok(())
                }
                Part::End(Err(Failure::Message(message))) => {
                    self.complain(&message);
                    Ok(())
                }
                Part::End(Err(failure)) => Err(failure),
            },
        )
    }

    /// Writes and counts the rows of a piece.
    ///
    /// Called in the order of the pieces, so the manifest has the order of the inventory.
    fn add(&mut self, judged: io::Result<Judged>) -> io::Result<()> {
        let Judged { text, rows, listed, left_out, mistakes } = judged?;
        self.sink.write_all(&text)?;
        self.listed += listed;
        for (exclusion, count) in left_out {
            self.unknown += if exclusion.is_unknown() { count } else { 0 };
            *self.left_out.entry(exclusion.to_string()).or_default() += count;
        }
        for mistake in mistakes {
            self.complain(&mistake);
        }
        self.progress.advance_by(rows);
        Ok(())
    }

    /// Reports something that cannot be read.
    ///
    /// `Wrong` keeps a file from being replaced, see `end`.
    fn complain(&mut self, message: &str) {
        self.progress.clear();
        output::error(message);
        self.status = Status::Wrong;
    }

    /// Writes the summary, and finishes or discards the manifest.
    ///
    /// ```text
    /// listed   unknown   unreadable   file       status
    /// some     none      nothing      written    0
    /// some     some      nothing      written    1, or 0 with `--allow-unknown`
    /// none     some      nothing      kept       the same
    /// none     none      nothing      kept       1: S3 would fail the job
    /// any      any       something    kept       2
    /// ```
    ///
    /// The standard output, a pipe or a device has the rows already, and cannot be taken back.
    fn end(mut self, arguments: &Arguments) -> Ended {
        self.progress.clear();
        let left_out: u64 = self.left_out.values().sum();
        let all = counted_all(self.listed + left_out, "version");
        let (listed, left) = (grouped(self.listed), grouped(left_out));
        output::eprint(&format!("{all}: {listed} listed, {left} left out\n"));
        for (reason, count) in &self.left_out {
            output::eprint(&format!("{:>9}  {reason}\n", grouped(*count)));
        }
        if self.unknown > 0 && !self.missing.is_empty() {
            let missing = self.missing.join("`, `");
            output::remark(&format!(
                "note: the inventory does not contain `{missing}`; add what is missing to its optional fields, or \
                 count with `--allow-unknown`\n"
            ));
        }
        if self.unknown > 0 && self.needs_tags {
            output::remark("note: no inventory contains the tags by which rules select\n");
        }
        // S3 may find keys among unknown and unreadable versions.
        if self.listed + self.unknown == 0 && self.status == Status::Clean {
            output::error(
                "no version is listed; S3 would fail the job: Manifest generation found no keys matching the filter criteria.",
            );
        }
        let sink = self.sink;
        if self.status == Status::Wrong && sink.can_be_undone() {
            output::error(
                "the manifest is not written, because something cannot be read and it would be incomplete",
            );
        } else if self.listed == 0 && sink.can_be_undone() {
            output::remark("note: the manifest would be empty, and is not written\n");
        } else {
            sink.finish()?;
        }
        // The reasons for 1 are printed in any case: an error above, or this sentence.
        let is_unknown = self.unknown > 0 && !arguments.allow_unknown;
        let is_found = (self.listed == 0 && self.unknown == 0) || is_unknown;
        if is_unknown && self.status == Status::Clean {
            output::eprint(
                "exit status 1: versions may or may not be listed, depending on unknown facts \
                 (`--allow-unknown` accepts that)\n",
            );
        }
        Ok(self.status.max(if is_found { Status::Found } else { Status::Clean }))
    }
}
