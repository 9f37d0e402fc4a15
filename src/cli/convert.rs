//! `convert`: the same configuration in another form, or in the layout of this program.
//!
//! The draft is written, and not the validated configuration, so that the spelling of filters is
//! kept. `<And>` with a prefix alone, for example, stays `<And>`.
//!
//! ```text
//! any form ─ Reading ─▶ draft ─ template::write ─▶ xml, cli-json, CloudFormation or Terraform
//! ```
//!
//! Comments and the layout of the input are lost. `migrate` changes the version of the schema, and
//! `append` adds a rule; this command changes nothing but the form.

use std::path::PathBuf;

use s3_replication::model::BucketName;
use s3_replication::template::{WrittenForm, write};

use crate::cli::configuration::{
    self, Reading, not_expressible, written_again, written_form_parser,
};
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
  aws s3api get-bucket-replication --bucket NAME |
    s3-replication convert - --to xml
  s3-replication convert replication.json --to xml --output replication.xml
  s3-replication convert replication.xml --to terraform --source-bucket photos
  s3-replication convert template.yaml --resource Photos --to cli-json

Exit status: 0 converted; 1 S3 would refuse the configuration; 2 wrong usage, or an input that
cannot be read or is a document of another kind.")]
pub(super) struct Arguments {
    /// The replication configuration; `-` reads standard input
    #[arg(value_name = "FILE")]
    configuration: Input,
    /// Output form
    #[arg(long, value_name = "FORM", value_parser = written_form_parser())]
    to: WrittenForm,
    /// The source bucket that the Terraform resource names [default: the variable `source_bucket`]
    // The other forms have no place for the name of the source bucket.
    #[arg(long, value_name = "NAME")]
    source_bucket: Option<BucketName>,
    /// Output file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
}

/// Converts a configuration that the store would accept.
///
/// Findings are printed in any case, also those about a document that is accepted. Nothing is
/// written if the document is refused, has unknown values, or has a part that the form cannot
/// express.
pub(super) fn run(arguments: &Arguments) -> Ended {
    let input = &arguments.configuration;
    let mut parser = arguments.reading.parser()?;
    if let Some(bucket) = &arguments.source_bucket {
        // So that the report warns if the template states another one.
        parser = parser.with_source_bucket(bucket.clone());
    }
    let parsed = arguments.reading.read(input, &parser)?;
    configuration::report(&parsed);
    let draft = parsed.draft().filter(|_| !parsed.is_refused());
    let Some(draft) = draft else {
        output::error(&format!("`{input}` is rejected by the store, so it is not converted"));
        return Ok(configuration::refused(&parsed));
    };
    // Only the check counts. What is written is the draft.
    written_again(parsed.clone())?;
    // The report has warned if the two differ.
    let stated = arguments.reading.template().1.stated_bucket();
    let bucket = stated.as_ref().or(arguments.source_bucket.as_ref()).map(BucketName::as_str);
    let text = write(draft, arguments.to, bucket).map_err(not_expressible)?;
    output::deliver(&text, arguments.output.as_deref())?;
    Ok(Status::Clean)
}
