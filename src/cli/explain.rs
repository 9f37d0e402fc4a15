//! `explain`: where an object goes, and the first condition by which each rule rejects it.

use s3_replication::Engine;

use crate::cli::answer::{self, Detail};
use crate::cli::configuration::Reading;
use crate::cli::describe::Rules;
use crate::cli::input::Input;
use crate::cli::object::{Object, ObjectFlags};
use crate::cli::permissions::PermissionOptions;
use crate::cli::{Ended, Failure, describe, stream};

/// Explains where an object is replicated: every rule, and the first condition that rejected it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication explain -c replication.xml --key Tax/doc1.pdf --tag team=tax
  s3-replication explain -c replication.xml --key a.txt --event ObjectTagging:Put \\
      --replication-status COMPLETED
  s3-replication explain -c replication.xml --key old.txt --delete-marker
  s3-replication explain -c replication.xml --objects objects.jsonl --format json
  s3-replication explain -c replication.xml --key a.txt --source-bucket photos \
      --role-policy role.json

With policies, the answer also states what is decided, but not permitted.

`decide --help` lists the fields of an object in a file.")]
pub(super) struct Arguments {
    /// The replication configuration; `-` means standard input
    #[arg(short, long, value_name = "FILE")]
    configuration: Input,
    /// The objects: JSON, one per line or as the AWS CLI and event notifications have them [default:
    /// standard input]
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
pub(super) fn run(arguments: &Arguments) -> Ended {
    let objects = arguments.objects.as_ref();
    if arguments.permissions.inputs().any(|input| *input == Input::Stdin) {
        let message = "policies and context can't be read from the standard input; name files";
        return Err(Failure::Message(message.to_owned()));
    }
    let Arguments { reading, configuration, .. } = arguments;
    let configuration = reading.configuration_for(configuration, objects, &arguments.object)?;
    let engine = Engine::with_dialect(&configuration, reading.dialect());
    let permissions = arguments.permissions.read(&configuration, reading.dialect())?;
    let mut is_first = true;
    let explain = |object: &Object<'_>, out: &mut Vec<u8>| {
        object.with_version(|version| {
            let explanation = engine.explain(version, object.event());
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
                Format::Text => {
                    let space = if std::mem::take(&mut is_first) { "" } else { "\n" };
                    let mut text = format!("{space}{}\n", describe::object(object));
                    describe::explanation(&explanation, object.event(), Rules::All, &mut text);
                    for judged in judged.iter().flatten() {
                        judged.describe(&mut text);
                    }
                    describe::incident(object, &mut text);
                    let replicates = explanation.decision().replicates();
                    let status = version.replication_status.as_ref();
                    describe::status(object, status, replicates, &mut text);
                    out.extend(text.into_bytes());
                }
            }
        });
    };
    stream::answer(&engine, &arguments.object, objects, explain)
}
