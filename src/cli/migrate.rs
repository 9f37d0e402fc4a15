//! `migrate`: a V1 configuration in the form of V2, with a proof that nothing changes.
//!
//! The result is written even if the comparison finds a difference, and the exit status shows that.
//! The summary goes to the standard error, so that the result can be redirected.
//!
//! The conversion is `to_v2` of the library, and the proof is `Comparison`, the same as in `diff`.
//! The result is not trusted because of the way in which it was made: it is validated as a new
//! document and compared over all objects and events. So a mistake in the conversion, or a store
//! that reads the two versions differently, becomes a difference and not a changed bucket.
//!
//! ```text
//! <Rule>                                <Rule>
//!   <ID>a</ID>                            <ID>a</ID>
//!   <Prefix>logs/</Prefix>                <Priority>1</Priority>
//!   <Status>Enabled</Status>        ->    <Filter><Prefix>logs/</Prefix></Filter>
//!   <Destination>…</Destination>          <Status>Enabled</Status>
//! </Rule>                                 <Destination>…</Destination>
//!                                         <DeleteMarkerReplication>…
//! ```
//!
//! and on the standard error:
//!
//! ```text
//! `v1.xml`: converted 1 rule from V1 to V2; proved: both make the same decision for every object
//! version and event
//! ```

use std::path::PathBuf;

use s3_replication::analysis::{Comparison, Differences, to_v2};
use s3_replication::form::Form;
use s3_replication::model::ConfigurationVersion;
use s3_replication::template::{WrittenForm, write};
use s3_replication::{Engine, ReplicationConfiguration};
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::cli::configuration::{Reading, not_expressible, written_again, written_form_parser};
use crate::cli::counts::counted;
use crate::cli::differences::{Engines, NOT_DECIDED};
use crate::cli::input::Input;
use crate::cli::output;
use crate::cli::refusal::AnswerForm;
use crate::cli::styles::Styles;
use crate::cli::{Ended, Failure, Status, format};

// The doc comments on this type and its fields are the help.
/// Converts a V1 configuration to V2, and proves that nothing changes
///
/// `Prefix` moves into `Filter`, every rule gets a priority, and delete marker replication, which V1
/// always has, is enabled explicitly. The result is compared with the original for every object and
/// event; the answer goes to standard error. A V2 configuration stays unchanged.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication migrate v1.xml > v2.xml
  aws s3api get-bucket-replication --bucket NAME |
    s3-replication migrate - --output v2.json
  # The differences, and the result as `configuration`
  s3-replication migrate v1.xml --format json

Exit status: 0 nothing changes; 1 something changes, or the configuration is refused; 2 wrong usage
or unreadable input.")]
pub(super) struct Arguments {
    /// The replication configuration; `-` reads standard input
    #[arg(value_name = "FILE")]
    configuration: Input,
    /// Output form of the configuration [default: that of FILE]
    #[arg(long, value_name = "FORM", value_parser = written_form_parser())]
    to: Option<WrittenForm>,
    /// Output file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    reading: Reading,
}

// A type of its own, because its help differs from that of `TextOrJson`: with `--format text` the
// standard output has the configuration, and the words for people are on the standard error.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// Human-readable, on the standard error
    Text,
    /// One JSON document on the standard output
    Json,
}

impl Arguments {
    /// Returns the form in which a refusal is written. `equivalent` is `null` then, since nothing
    /// was compared.
    pub(super) fn answer(&self) -> AnswerForm {
        let format = match self.format {
            Format::Text => format::Format::Text,
            Format::Json => format::Format::Json,
        };
        AnswerForm::new(
            format,
            |errors| json!({"equivalent": null, "differences": [], "errors": errors}),
        )
    }
}

/// The document that `--format json` writes to the standard output.
#[derive(Serialize)]
struct Document<'d> {
    /// The version of the original.
    ///
    /// With `V2` the configuration is returned as it is, and the other members follow from that.
    version: ConfigurationVersion,
    /// The number of rules of the original, which the result has, too.
    rules: usize,
    /// True if both make the same decisions, false if a difference was found; `None` where the
    /// comparison gave up without finding one.
    equivalent: Option<bool>,
    /// The differences, as `diff --format json` has them; empty where there are none.
    differences: &'d [Box<RawValue>],
    /// The result, unless it was written to a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    configuration: Option<&'d str>,
}

/// Migrates, compares, and writes the result.
///
/// ```text
/// proved, as for a V2 configuration status 0; the summary is a remark, which `--quiet` hides
/// a difference                      status 1; the differences come before the summary
/// the comparison gave up            status 1; the summary states that it is not decided
/// refused, or an unknown value      a failure; nothing is written
/// ```
pub(super) fn run(arguments: &Arguments) -> Ended {
    let Arguments { configuration: input, reading, .. } = arguments;
    let parsed = reading.accepted(input)?;
    // Without `--to` the result has the form of the input, so that it can take its place.
    let own = WrittenForm::like(parsed.form().unwrap_or(Form::Xml), parsed.text().text());
    let form = arguments.to.unwrap_or(own);
    // Every value has to be known, even one that changes no decision: it would be missing in the
    // result.
    let zones = parsed.zones().cloned();
    let old = written_again(parsed)?;
    let dialect = reading.dialect();
    let draft = to_v2(&old, dialect);
    // Before the comparison: a form that cannot express the rules makes the rest pointless.
    let text = write(&draft, form, None).map_err(not_expressible)?;
    // A store may refuse V2, or elements that V2 needs. Its refusal is the answer then.
    let new = draft.validate(dialect).map_err(|report| Failure::Message(report.to_string()))?;
    let new = match &zones {
        Some(zones) => new.in_zones(zones),
        None => new,
    };
    let comparison = Comparison::new(&old, &new).with_dialects(dialect.clone(), dialect.clone());
    let differences = comparison.differences();
    let engines =
        Engines::new(Engine::with_dialect(&old, dialect), Engine::with_dialect(&new, dialect));
    match arguments.format {
        Format::Text => {
            output::deliver(&text, arguments.output.as_deref())?;
            let text = summary(input, &old, &engines, &differences);
            // That nothing changes is no finding.
            if differences.is_empty() && differences.is_complete() {
                output::remark(&text);
            } else {
                output::eprint(&text);
            }
        }
        Format::Json => {
            if let Some(file) = &arguments.output {
                output::deliver(&text, Some(file))?;
            }
            // One difference is an answer, even if the search for others gave up.
            let is_decided = differences.is_complete() || !differences.is_empty();
            let differences: Vec<_> = differences.iter().map(|one| engines.json(one)).collect();
            let document = Document {
                version: old.version(),
                rules: old.rules().len(),
                equivalent: is_decided.then_some(differences.is_empty()),
                differences: &differences,
                configuration: arguments.output.is_none().then_some(&text),
            };
            // Writing this form to memory cannot fail.
            let text = serde_json::to_string(&document).unwrap_or_default();
            output::deliver(&(text + "\n"), None)?;
        }
    }
    // Without a proof the status is that of a difference: a script must not take an open question
    // for a yes.
    let is_proved = differences.is_empty() && differences.is_complete();
    Ok(if is_proved { Status::Clean } else { Status::Found })
}

/// Describes the migration and the differences.
///
/// Returns one line, and before it the differences if there are any. The line about a V2
/// configuration names no proof, since nothing was converted.
fn summary(
    input: &Input,
    old: &ReplicationConfiguration,
    engines: &Engines,
    differences: &Differences<'_>,
) -> String {
    let styles = Styles::stderr();
    let rules = counted(old.rules().len(), "rule");
    if old.version() == ConfigurationVersion::V2 {
        return format!("`{input}` is already V2, {rules}\n");
    }
    if differences.is_empty() && !differences.is_complete() {
        return format!("`{input}`: converted {rules} from V1 to V2; {NOT_DECIDED}\n");
    }
    if differences.is_empty() {
        let proved = styles.success("proved");
        let proof =
            format!("{proved}: both make the same decision for every object version and event");
        return format!("`{input}`: converted {rules} from V1 to V2; {proof}\n");
    }
    let changes: String = differences.iter().map(|one| engines.text(one, styles)).collect();
    let count = counted(differences.len(), "difference");
    format!("{changes}`{input}`: {rules} of V1; a conversion to V2 makes {count}, see above\n")
}
