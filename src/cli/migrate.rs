use std::path::PathBuf;

use s3_replication::analysis::{Comparison, to_v2};
use s3_replication::codec::Form;
use s3_replication::model::ConfigurationVersion;
use s3_replication::{Engine, Report};

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
  aws s3api get-bucket-replication --bucket NAME | s3-replication migrate - --output v2.json")]
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
    #[command(flatten)]
    reading: Reading,
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
    let new = draft.prove(dialect).map_err(told)?;
    let is_v2 = old.version() == ConfigurationVersion::V2;
    let comparison = Comparison::new(&old, &new).with_dialects(dialect.clone(), dialect.clone());
    let differences = if is_v2 { Vec::new() } else { comparison.differences() };
    output::deliver(&text, arguments.output.as_deref())?;
    let rules = counted(old.rules().len(), "rule");
    if is_v2 {
        output::tell(&format!("`{input}` is V2 already, {rules}\n"));
    } else if differences.is_empty() {
        output::tell(&format!(
            "`{input}` was V1, {rules}; as V2 it decides alike about every object version and \
             event\n"
        ));
    } else {
        let shown =
            Shown::new(Engine::with_dialect(&old, dialect), Engine::with_dialect(&new, dialect));
        for difference in &differences {
            output::tell(&shown.text(difference));
        }
        let count = counted(differences.len(), "difference");
        output::tell(&format!(
            "`{input}` was V1, {rules}; as V2 there would be {count}, see above\n"
        ));
        return Ok(Status::Found);
    }
    Ok(Status::Clean)
}
