use std::path::PathBuf;

use s3_replication::form::Form;

use crate::cli::configuration::{self, Reading, form_parser};
use crate::cli::input::Input;
use crate::cli::{Ended, Status, output};

/// Writes a configuration in another form, or in the same form tidily
///
/// The two mean the same and read back equal; how filters are spelled is kept. A configuration
/// that would be refused is not converted.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication convert replication.xml --to cli-json > replication.json
  aws s3api get-bucket-replication --bucket NAME | s3-replication convert - --to xml
  s3-replication convert replication.json --to xml --output replication.xml")]
pub(super) struct Arguments {
    /// The replication configuration; `-` is the standard input
    #[arg(value_name = "FILE")]
    configuration: Input,
    /// The form to write
    #[arg(long, value_name = "FORM", value_parser = form_parser())]
    to: Form,
    /// Where to write [default: the standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
}

pub(super) fn run(arguments: &Arguments) -> Ended {
    let input = &arguments.configuration;
    let parsed = arguments.reading.read(input, &arguments.reading.parser())?;
    configuration::report(&parsed);
    let draft = parsed.draft().filter(|_| !parsed.report().is_refused());
    let Some(draft) = draft else {
        output::complain(&format!("`{input}` is refused, and was not converted"));
        return Ok(configuration::refused(&parsed));
    };
    output::deliver(&draft.to_text(arguments.to), arguments.output.as_deref())?;
    Ok(Status::Clean)
}
