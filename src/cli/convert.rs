//! `convert`: the same configuration in another form, or in the layout of this program.
//!
//! The draft is written, and not the validated configuration, so that the spelling of filters is
//! kept.

use std::path::PathBuf;

use s3_replication::form::Form;

use crate::cli::configuration::{self, Reading, form_parser};
use crate::cli::input::Input;
use crate::cli::{Ended, Status, output};

/// Converts a configuration to another form, or formats it in the same form
///
/// The output has the same meaning and reads back as an equal configuration; the spelling of filters
/// is kept. A configuration that the store would reject is not converted.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication convert replication.xml --to cli-json > replication.json
  aws s3api get-bucket-replication --bucket NAME | s3-replication convert - --to xml
  s3-replication convert replication.json --to xml --output replication.xml")]
pub(super) struct Arguments {
    /// The replication configuration; `-` means standard input
    #[arg(value_name = "FILE")]
    configuration: Input,
    /// Output form
    #[arg(long, value_name = "FORM", value_parser = form_parser())]
    to: Form,
    /// Output file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
}

/// Converts a configuration that the store would accept.
pub(super) fn run(arguments: &Arguments) -> Ended {
    let input = &arguments.configuration;
    let parsed = arguments.reading.read(input, &arguments.reading.parser())?;
    configuration::report(&parsed);
    let draft = parsed.draft().filter(|_| !parsed.report().is_refused());
    let Some(draft) = draft else {
        output::error(&format!("`{input}` is rejected by the store, so it is not converted"));
        return Ok(configuration::refused(&parsed));
    };
    output::deliver(&draft.to_text(arguments.to), arguments.output.as_deref())?;
    Ok(Status::Clean)
}
