//! `explain`: where an object goes, and the first condition by which each rule rejects it.
//!
//! ```text
//! Tax/a, ObjectCreated:Put
//!   Replicates to: arn:aws:s3:::backup, by rule `tax`
//!     the object, in STANDARD_IA, encrypted with SSE-S3, owned by the source object owner
//!   Rules:
//!     all  outranked by `tax`: priority 2 comes before 1 [REP-401]
//!     tax  selected [REP-404]
//! ```
//!
//! The objects come from the same inputs as those of `decide`, and `deciding` asks every
//! configuration that a template may stand for. The text is made by `describe`, and JSON by
//! `answer`.
//!
//! With IAM policies each replication gets a verdict of `permissions`: the rules may select an
//! object that the role cannot write.

use s3_replication::Engine;

use crate::cli::answer::{self, Detail};
use crate::cli::configuration::Reading;
use crate::cli::describe::Rules;
use crate::cli::input::Input;
use crate::cli::object::{Object, ObjectFlags};
use crate::cli::permissions::{PermissionOptions, Permissions};
use crate::cli::refusal::AnswerForm;
use crate::cli::styles::Styles;
use crate::cli::{Ended, Failure, describe, format, stream};

/// Explains where an object is replicated: every rule, and the first condition that rejected it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication explain -c replication.xml --key Tax/doc1.pdf --tag team=tax
  s3-replication explain -c replication.xml --key a.txt \\
    --event ObjectTagging:Put --replication-status COMPLETED
  s3-replication explain -c replication.xml --key old.txt --delete-marker
  s3-replication explain -c replication.xml --objects o.jsonl --format json
  s3-replication explain -c replication.xml --key a.txt --source-bucket photos \\
    --role-policy role.json

With policies, the answer also states which replications would fail for lack of permission.

`decide --help` lists the fields of an object in a file.

Exit status: 0 every object is decided; 1 S3 would refuse the configuration; 2 wrong usage,
an input that cannot be read or is a document of another kind, or an object that is not decided
because values of the template or answers of the store are unknown.")]
pub(super) struct Arguments {
    /// The replication configuration; `-` reads standard input
    #[arg(short, long, value_name = "FILE")]
    configuration: Input,
    /// The objects: JSON, one per line or as the AWS CLI and event notifications have them
    /// [default: standard input, unless `--key` is given]
    #[arg(long, value_name = "FILE")]
    objects: Option<Input>,
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    object: ObjectFlags,
    #[command(flatten)]
    permissions: PermissionOptions,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// Human-readable
    Text,
    /// JSON, one explanation per line
    Json,
}

/// Explains every object, in the order of the input.
///
/// The policies are read before the objects: a mistake in them concerns every answer.
pub(super) fn run(arguments: &Arguments) -> Ended {
    let objects = arguments.objects.as_ref();
    let permissions = arguments.permissions()?;
    let facts = arguments.permissions.facts();
    let Arguments { configuration, reading, object, .. } = arguments;
    // Reads the configuration for the decisions. It warns if the source bucket that is given
    // differs from that of the template; the reading for the policies does not.
    let deciding = reading.deciding(configuration, objects, object, facts)?;
    let explain = |engine: &Engine, space: &str, object: &Object<'_>, out: &mut Vec<u8>| {
        deciding.with_version(object, |version| {
            let explanation = engine.explain(version, object.event());
            // One verdict for each replication. An object that goes nowhere needs no permission.
            let judged = permissions.as_ref().map(|permissions| {
                let replications = explanation.decision().replications();
                permissions.judged(replications, version, object.event())
            });
            match arguments.format {
                Format::Json => {
                    let detail = Detail::Everything;
                    let judged = judged.as_deref();
                    answer::write_explanation(object, &explanation, detail, judged, out);
                }
                // The decision and its verdicts come first, then the permissions, then what S3
                // reported and what the status means. `deciding` compares everything before the
                // verdicts on rules.
                Format::Text => {
                    let mut text = format!("{space}{}\n", describe::object(object));
                    describe::explanation(&explanation, object.event(), Rules::All, &mut text);
                    for judged in judged.iter().flatten() {
                        judged.describe(&mut text);
                    }
                    describe::incident(object, &mut text);
                    let replicates = explanation.decision().replicates();
                    let status = version.replication_status.as_ref();
                    describe::status(object, status, replicates, &mut text);
                    out.extend(Styles::stdout().present(&text).into_bytes());
                }
            }
        });
    };
    // An empty line between two objects, and none before the first. It is a part of the answer, so
    // every engine has to write the same one.
    let mut space = "";
    let ended = stream::answer(deciding.engine(), &arguments.object, objects, |object, out| {
        deciding.write(object, out, |engine, out| explain(engine, space, object, out));
        space = "\n";
    });
    deciding.end(ended)
}

impl Arguments {
    /// Returns the form of the answer. JSON has a line for each object, so a refusal is a document
    /// with `errors` alone.
    pub(super) fn answer(&self) -> AnswerForm {
        AnswerForm::with_errors_only(match self.format {
            Format::Text => format::Format::Text,
            Format::Json => format::Format::Json,
        })
    }

    /// Reads the policies, if there are any; `None` without policies.
    ///
    /// A verdict about permissions needs a configuration without unknown values. So the
    /// configuration is read once more here, and cannot come from the standard input.
    fn permissions(&self) -> Result<Option<Permissions>, Failure> {
        if !self.permissions.is_given() {
            return Ok(None);
        }
        let mut inputs = self.permissions.inputs().chain([&self.configuration]);
        if inputs.any(|input| *input == Input::Stdin) {
            let message = "with policies, only objects can be read from the standard input";
            return Err(Failure::Message(message.to_owned()));
        }
        let configuration = self.reading.known(&self.configuration)?;
        // Deciding warns if the two differ.
        let given = self.permissions.facts().source_bucket();
        let source = self.reading.template().1.stated_bucket().or_else(|| given.cloned());
        self.permissions.read(configuration, self.reading.dialect(), source).map(Some)
    }
}
