use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use s3_replication::batch::generator::{self, ManifestGenerator};
use s3_replication::batch::manifest;
use s3_replication::batch::request::JobParser;
use s3_replication::dialect::job::EmptyVersionId;
use s3_replication::text::SourceText;

use crate::cli::configuration::Reading;
use crate::cli::input::Input;
use crate::cli::inventory::{self, Inventory};
use crate::cli::output::{self, counted_all, grouped};
use crate::cli::progress::Progress;
use crate::cli::sink::{self, Sink};
use crate::cli::{Ended, Failure, Status};

/// Writes the list that S3 would make for a job, from an inventory of the bucket
///
/// What S3 knows and the inventory does not say, tags above all, may decide about a version. Such a
/// version is left out and counted as unknown.
#[derive(Debug, clap::Args)]
#[command(after_help = r#"Examples:
  s3-replication batch manifest -c replication.xml --inventory manifest.json > list.csv
  s3-replication batch manifest -c replication.xml --inventory manifest.json --output list.csv \
    --filter '{"EligibleForReplication": true, "ObjectReplicationStatuses": ["NONE", "FAILED"]}'

The filter is that of a generator, as the AWS CLI takes it; without one, what is eligible is listed.
The list has the columns Bucket,Key,VersionId. No version is remembered: one that the inventory names
twice is listed twice, which `batch check` finds. A file is written whole or not at all: when
something can't be read, or nothing is listed, what was there before stays. A file that is read is
never written over.

Exit status: 0 done; 1 versions are unknown, or none is listed, for which S3 would fail the job; 2
wrong usage, or something that can't be read."#)]
pub(in crate::cli) struct Arguments {
    /// The replication configuration of the bucket
    #[arg(short, long, value_name = "FILE")]
    configuration: Input,
    /// The `manifest.json` of an inventory of the bucket
    #[arg(short, long, value_name = "FILE")]
    inventory: Input,
    /// Which versions are listed
    #[arg(long, value_name = "JSON")]
    filter: Option<String>,
    /// The form of the list
    #[arg(long, value_name = "FORM", value_enum, default_value = "csv")]
    to: Form,
    /// Where the list is written; `-` is the standard output, as if it were not given
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
enum Form {
    /// `S3BatchOperations_CSV_20180820`
    Csv,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Ended {
    if arguments.configuration == Input::Stdin && arguments.inventory == Input::Stdin {
        let message = "the standard input can't be both configuration and inventory";
        return Err(Failure::Message(message.to_owned()));
    }
    let filter = arguments.filter()?;
    let engine = arguments.reading.engine(&arguments.configuration)?;
    let inventory = inventory::required(&arguments.inventory)?;
    let generator = ManifestGenerator::new(inventory.source().clone(), filter, engine)
        .with_known_facts(inventory.schema().facts());
    let inputs = inventory.inputs().chain([arguments.configuration.clone()]);
    sink::refuse_input(arguments.output.as_deref(), inputs)?;
    let sink = Sink::open(arguments.output.as_deref())?;
    let progress = if sink.can_be_undone() {
        Progress::before_answers("versions")
    } else {
        Progress::of("versions")
    };
    let mut listing = Listing {
        generator,
        writer: manifest::Writer::new(sink, &manifest::Fields::default()),
        progress,
        listed: 0,
        left_out: BTreeMap::new(),
        unknown: 0,
        status: Status::Clean,
    };
    listing.take(arguments, &inventory)?;
    listing.end(arguments)
}

impl Arguments {
    fn filter(&self) -> Result<generator::Filter, Failure> {
        let text = self.filter.as_deref().unwrap_or(r#"{"EligibleForReplication": true}"#);
        let (filter, report) = JobParser::new().parse_filter_json(text);
        if !report.is_empty() {
            let source = SourceText::new("--filter", text);
            output::tell(&report.render_with(&source, output::error_rendering()));
        }
        filter.ok_or_else(|| Failure::Message("the filter is refused, see above".to_owned()))
    }

    fn unwritten(&self, error: &io::Error) -> Failure {
        sink::unwritten(self.output.as_deref(), error)
    }
}

struct Listing {
    generator: ManifestGenerator,
    writer: manifest::Writer<Sink>,
    progress: Progress,
    listed: u64,
    /// How many are left out, by reason.
    left_out: BTreeMap<String, u64>,
    unknown: u64,
    status: Status,
}

impl Listing {
    fn take(&mut self, arguments: &Arguments, inventory: &Inventory) -> Result<(), Failure> {
        for (file, rows) in inventory.files() {
            let mut rows = match rows {
                // A generator knows what an inventory leaves empty.
                Ok(rows) => rows
                    .with_columns(&self.generator.columns())
                    .with_empty_version_id(EmptyVersionId::NullVersion),
                Err(Failure::Message(message)) => {
                    self.wrong(&message);
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            for row in rows.by_ref() {
                match row {
                    Ok(row) => match self.generator.judge_row(&row) {
                        Ok(()) => {
                            self.listed += 1;
                            self.writer.write(&row).map_err(|error| arguments.unwritten(&error))?;
                        }
                        Err(exclusion) => {
                            self.unknown += u64::from(exclusion.is_unknown());
                            *self.left_out.entry(exclusion.to_string()).or_default() += 1;
                        }
                    },
                    Err(fault) => self.wrong(&fault.to_string()),
                }
                self.progress.advance();
            }
            if let Some(difference) = inventory::difference(file, rows) {
                self.wrong(&difference);
            }
        }
        Ok(())
    }

    fn wrong(&mut self, message: &str) {
        self.progress.clear();
        output::complain(message);
        self.status = Status::Wrong;
    }

    fn end(mut self, arguments: &Arguments) -> Ended {
        self.progress.clear();
        let left_out: u64 = self.left_out.values().sum();
        let all = counted_all(self.listed + left_out, "version");
        let (listed, left) = (grouped(self.listed), grouped(left_out));
        output::tell(&format!("{all}: {listed} listed, {left} left out\n"));
        for (reason, count) in &self.left_out {
            output::tell(&format!("{:>9}  {reason}\n", grouped(*count)));
        }
        // Where something could not be read, or is not known, there may be keys.
        if self.listed + self.unknown == 0 && self.status == Status::Clean {
            output::complain(
                "nothing is listed; S3 would fail the job: Manifest generation found no keys matching the filter criteria.",
            );
        }
        let (sink, _) =
            self.writer.finish("list.csv").map_err(|error| arguments.unwritten(&error))?;
        if self.status == Status::Wrong && sink.can_be_undone() {
            output::complain("the list would lack what can't be read, and is not written");
        } else if self.listed == 0 && sink.can_be_undone() {
            output::tell("note: the list would be empty, and is not written\n");
        } else {
            sink.finish()?;
        }
        let is_found = self.listed == 0 || self.unknown > 0;
        Ok(self.status.max(if is_found { Status::Found } else { Status::Clean }))
    }
}
