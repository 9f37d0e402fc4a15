use std::path::PathBuf;

use s3_replication::analysis::{Comparison, Difference, to_v2};
use s3_replication::form::Form;
use s3_replication::model::ConfigurationVersion;
use s3_replication::{Engine, ReplicationConfiguration, Report};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::cli::configuration::{Reading, form_parser};
use crate::cli::differences::Shown;
use crate::cli::input::Input;
use crate::cli::output::{self, counted};
use crate::cli::{Ended, Failure, Status};

/// Writes a V1 configuration as V2, and proves that nothing changes
///
/// `Prefix` moves into `Filter`, every rule gets a priority, and delete markers, which V1 always
/// replicates, are replicated expressly. Whether the result decides alike is checked for every
/// object and event there can be, and told on the standard error. V2 stays as it is.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication migrate v1.xml > v2.xml
  aws s3api get-bucket-replication --bucket NAME | s3-replication migrate - --output v2.json
  s3-replication migrate v1.xml --format json        what changes, and the result as `configuration`

Exit status: 0 nothing changes; 1 something changes, or the configuration is refused; 2 wrong usage
or unreadable input.")]
pub(super) struct Arguments {
    /// The replication configuration; `-` is the standard input
    #[arg(value_name = "FILE")]
    configuration: Input,
    /// The form to write [default: the one that was read]
    #[arg(long, value_name = "FORM", value_parser = form_parser())]
    to: Option<Form>,
    /// Where to write [default: the standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How it is told what changes
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    reading: Reading,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For people, on the standard error
    Text,
    /// One JSON document on the standard output
    Json,
}

/// What `--format json` writes to the standard output.
#[derive(Serialize)]
struct Document<'d> {
    /// The version that was read.
    version: ConfigurationVersion,
    rules: usize,
    equivalent: bool,
    differences: &'d [Box<RawValue>],
    /// The result, unless it was written to a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    configuration: Option<&'d str>,
}

pub(super) fn run(arguments: &Arguments) -> Ended {
    let Arguments { configuration: input, reading, .. } = arguments;
    let parsed = reading.accepted(input)?;
    let form = arguments.to.or(parsed.form()).unwrap_or(Form::Xml);
    let told = |report: Report| Failure::Message(report.to_string());
    let old = parsed.into_configuration().map_err(told)?;
    let dialect = reading.dialect();
    let draft = to_v2(&old, dialect);
    let text = draft.to_text(form);
    let new = draft.validate(dialect).map_err(told)?;
    let comparison = Comparison::new(&old, &new).with_dialects(dialect.clone(), dialect.clone());
    let differences = comparison.differences();
    let shown =
        Shown::new(Engine::with_dialect(&old, dialect), Engine::with_dialect(&new, dialect));
    match arguments.format {
        Format::Text => {
            output::deliver(&text, arguments.output.as_deref())?;
            output::tell(&in_words(input, &old, &shown, &differences));
        }
        Format::Json => {
            if let Some(file) = &arguments.output {
                output::deliver(&text, Some(file))?;
            }
            let differences: Vec<_> = differences.iter().map(|found| shown.json(found)).collect();
            let document = Document {
                version: old.version(),
                rules: old.rules().len(),
                equivalent: differences.is_empty(),
                differences: &differences,
                configuration: arguments.output.is_none().then_some(&text),
            };
            // Writing this form to memory can't fail.
            let text = serde_json::to_string(&document).unwrap_or_default();
            output::deliver(&(text + "\n"), None)?;
        }
    }
    Ok(if differences.is_empty() { Status::Clean } else { Status::Found })
}

/// Says what became of the configuration.
fn in_words(
    input: &Input,
    old: &ReplicationConfiguration,
    shown: &Shown,
    differences: &[Difference<'_>],
) -> String {
    let rules = counted(old.rules().len(), "rule");
    if old.version() == ConfigurationVersion::V2 {
        return format!("`{input}` is V2 already, {rules}\n");
    }
    if differences.is_empty() {
        let proof = "as V2 it decides alike about every object version and event";
        return format!("`{input}` was V1, {rules}; {proof}\n");
    }
    let changes: String = differences.iter().map(|found| shown.text(found)).collect();
    let count = counted(differences.len(), "difference");
    format!("{changes}`{input}` was V1, {rules}; as V2 there would be {count}, see above\n")
}
