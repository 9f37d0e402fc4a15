mod github;
mod json;
mod level;
mod sarif;
mod text;

use std::collections::BTreeSet;

use s3_replication::model::{BucketName, ConfigurationDraft, ConfigurationVersion, RuleDraft};
use s3_replication::{Diagnostic, Parsed, Severity};

use crate::cli::configuration::Reading;
use crate::cli::context;
use crate::cli::input::Input;
use crate::cli::output::{self, Output};
use crate::cli::{Ended, Failure, Status};

/// Says what a store would refuse, and what somebody may be sorry for
///
/// All findings are shown, not just the first. Of several refusals the first is the one that the
/// store would answer.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication check replication.xml
  s3-replication check config/*.json --format github          annotations in GitHub Actions
  s3-replication check replication.xml --format sarif > replication.sarif
  aws s3api get-bucket-replication --bucket NAME | s3-replication check -

How seriously advice is taken; a name is that of a lint, of a group (`suspicious`, `pedantic`, `cost`,
`portability`) or `all`. `s3-replication lints` lists them:
  s3-replication check replication.xml --level cost=warn --level shadowed-rule=deny

What is known about buckets makes more checks possible:
  s3-replication check replication.xml --source-bucket photos --context buckets.json
with, in buckets.json, as much as you know; `null` says that a bucket does not exist:
  {\"Buckets\": {\"photos\": {\"Versioning\": \"Enabled\", \"Region\": \"eu-central-1\",
                          \"Account\": \"012345678901\", \"ObjectLock\": \"Disabled\",
                          \"DefaultEncryption\": \"SSE-S3\", \"BucketKeyEnabled\": false,
                          \"ObjectOwnership\": \"BucketOwnerEnforced\",
                          \"Payer\": \"BucketOwner\", \"Lifecycle\": false},
               \"gone\": null}}

Exit status: 0 no errors; 1 errors were found; 2 wrong usage, or a file that can't be read.")]
pub(super) struct Arguments {
    /// The replication configurations; `-` is the standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<Input>,
    /// The bucket that the configurations are for
    #[arg(long, value_name = "NAME")]
    source_bucket: Option<BucketName>,
    /// What is known about buckets, as JSON
    #[arg(long, value_name = "FILE")]
    context: Option<Input>,
    /// How seriously advice is taken: `allow`, `warn` or `deny`; repeat it for more
    #[arg(long = "level", value_name = "LINT=LEVEL", value_parser = level::parse)]
    levels: Vec<level::Setting>,
    /// How findings are written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    reading: Reading,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

/// A file that was checked.
struct Checked {
    /// The name as it was given.
    file: String,
    parsed: Parsed,
}

/// Where findings are collected, or written at once.
enum Printer {
    Text,
    Json(json::Document),
    Sarif(sarif::Log),
    Github,
}

pub(super) fn run(arguments: &Arguments) -> Ended {
    let inputs = arguments.files.iter().chain(&arguments.context);
    if inputs.filter(|input| **input == Input::Stdin).count() > 1 {
        let message = "the standard input can be read only once; name `-` only once";
        return Err(Failure::Message(message.to_owned()));
    }
    let levels = level::levels(&arguments.levels);
    let parser = arguments.parser()?.with_advice(levels);
    let (mut out, mut printer) = (Output::new(), Printer::new(arguments.format));
    let mut status = Status::Clean;
    for input in &arguments.files {
        let parsed = match arguments.reading.read(input, &parser) {
            Ok(parsed) => parsed,
            Err(Failure::Message(message)) => {
                out.flush()?;
                output::complain(&message);
                status = Status::Wrong;
                continue;
            }
            Err(failure) => return Err(failure),
        };
        let checked = Checked { file: input.given(), parsed };
        status = status.max(checked.status());
        printer.add(&checked, &mut out)?;
    }
    printer.finish(status, &mut out)?;
    out.flush()?;
    Ok(status)
}

impl Arguments {
    fn parser(&self) -> Result<s3_replication::Parser, Failure> {
        let mut parser = self.reading.parser();
        if let Some(context) = &self.context {
            parser = parser.with_buckets(context::read(context)?);
        }
        if let Some(bucket) = &self.source_bucket {
            parser = parser.with_source_bucket(bucket.clone());
        }
        Ok(parser)
    }
}

impl Checked {
    fn findings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.parsed.report().iter()
    }

    /// Returns true if the store would accept the document.
    fn is_valid(&self) -> bool {
        !self.parsed.report().is_refused()
    }

    fn count(&self, severity: Severity) -> usize {
        self.findings().filter(|finding| finding.severity == severity).count()
    }

    /// Says how many findings there are beyond those that the report holds.
    fn left_out(&self) -> Option<String> {
        let count = self.parsed.report().left_out();
        (count > 0).then(|| format!("and {}", output::counted(count, "more finding")))
    }

    fn status(&self) -> Status {
        if self.count(Severity::Error) > 0 { Status::Found } else { Status::Clean }
    }

    /// Returns `V1`, `V2`, or `mixed` when there are rules of both kinds.
    fn version(&self) -> Option<&'static str> {
        let draft: &ConfigurationDraft = self.parsed.draft()?;
        let kinds: BTreeSet<Option<ConfigurationVersion>> =
            draft.rules.iter().map(RuleDraft::version).collect();
        match draft.version() {
            Some(version) => Some(version.as_str()),
            None if kinds.iter().flatten().count() > 1 => Some("mixed"),
            None => None,
        }
    }
}

impl Printer {
    fn new(format: Format) -> Self {
        match format {
            Format::Text => Self::Text,
            Format::Json => Self::Json(json::Document::default()),
            Format::Sarif => Self::Sarif(sarif::Log::default()),
            Format::Github => Self::Github,
        }
    }

    fn add(&mut self, checked: &Checked, out: &mut Output) -> Result<(), Failure> {
        match self {
            Self::Text => out.write(text::of(checked)),
            Self::Json(document) => out.write(document.add(checked)),
            Self::Sarif(log) => {
                log.add(checked);
                Ok(())
            }
            Self::Github => out.write(github::annotations(checked)),
        }
    }

    fn finish(self, status: Status, out: &mut Output) -> Result<(), Failure> {
        match self {
            Self::Text | Self::Github => Ok(()),
            Self::Json(document) => out.write(document.finish()),
            Self::Sarif(log) => out.write(log.finish(status != Status::Wrong)),
        }
    }
}
