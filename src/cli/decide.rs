//! `decide`: a decision for each object of a stream.
//!
//! Objects are read, decided and written one by one, so the input may be endless. An object that
//! cannot be read is reported and skipped.
//!
//! ```text
//! {"Key": "Tax/a"}     ─▶  {"Key":"Tax/a","Event":"ObjectCreated:Put","Replicates":true,…}
//! the same, as text    ─▶  Tax/a, ObjectCreated:Put: arn:aws:s3:::backup (rule tax, …)
//! ```
//!
//! The objects come from `object` and `stream`, whose order the answers have. `deciding` asks an
//! engine for each configuration that a template may stand for. The lines are written by `answer`
//! for programs, and by `describe` for people; `explain` asks the same question and writes the
//! reasons, too.

use s3_replication::Engine;

use crate::cli::answer::{self, Detail};
use crate::cli::configuration::Reading;
use crate::cli::context::BucketFacts;
use crate::cli::describe;
use crate::cli::input::Input;
use crate::cli::object::{Object, ObjectFlags};
use crate::cli::refusal::AnswerForm;
use crate::cli::styles::Styles;
use crate::cli::{Ended, format, stream};

/// Decides where objects are replicated: one JSON object per line in, one decision per line out
///
/// The fields of an object are those of S3 Inventory, plus `Tags`, `Event` and a few others; the
/// example below has all of them. Only `Key` is required. An object that cannot be read is reported
/// on standard error, and the others are still decided. The input can also be the output of `aws
/// s3api head-object`, `list-object-versions` or `list-objects-v2`, an S3 event notification, or
/// the `manifest.json` of an S3 Inventory with its data files next to it. These are in CSV, or in
/// ORC or Parquet where the command was installed with the feature `parquet`.
#[derive(Debug, clap::Args)]
#[command(after_help = r#"Examples:
  echo '{"Key": "Tax/doc1.pdf"}' | s3-replication decide -c replication.xml
  s3-replication decide -c replication.xml --objects objects.jsonl --no-rules
  s3-replication decide -c replication.xml --key a.txt --tag a=b --format text

An object with every field:
  {"Key": "Tax/doc1.pdf", "VersionId": "v1", "IsLatest": true,
   "IsDeleteMarker": false, "DeleteMarkerOrigin": "user", "Size": 1024,
   "LastModifiedDate": "2026-11-22T10:00:00Z", "StorageClass": "STANDARD",
   "IntelligentTieringAccessTier": "FREQUENT", "EncryptionStatus": "SSE-KMS",
   "BucketKeyStatus": "ENABLED", "ReplicationStatus": "COMPLETED",
   "ObjectLockMode": "GOVERNANCE",
   "ObjectLockRetainUntilDate": "2027-01-01T00:00:00Z",
   "ObjectLockLegalHoldStatus": "OFF", "ObjectLockEventHold": "ON",
   "ObjectLockEventHoldDurationYears": 7, "OwnerCanRead": true,
   "Tags": {"team": "tax"}, "Event": "ObjectCreated:Put"}
(other columns of an inventory and other members of `head-object` are ignored)

The output of `head-object` has no key: add `--key KEY`:
  aws s3api head-object --bucket photos --key a.txt |
    s3-replication decide -c replication.xml --objects - --key a.txt

Exit status: 0 every object is decided; 1 S3 would refuse the configuration; 2 wrong usage,
an input that cannot be read or is a document of another kind, or an object that is not decided
because values of the template or answers of the store are unknown."#)]
pub(super) struct Arguments {
    /// The replication configuration; `-` reads standard input
    #[arg(short, long, value_name = "FILE")]
    configuration: Input,
    /// The objects: JSON, one per line or as the AWS CLI and event notifications have them, or the
    /// `manifest.json` of an inventory [default: standard input, unless `--key` is
    /// given]
    #[arg(long, value_name = "FILE")]
    objects: Option<Input>,
    /// Omit the verdict on each rule, which is much faster
    // The text has no verdicts about rules, so the option changes nothing there.
    #[arg(long)]
    no_rules: bool,
    /// Output format [default: json]
    // Optional, to see whether the user asked for JSON: a refusal is a document only then.
    #[arg(long, value_enum)]
    format: Option<Format>,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    object: ObjectFlags,
    #[command(flatten)]
    facts: BucketFacts,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// JSON, one decision per line
    Json,
    /// Human-readable, one line per object
    Text,
}

impl Arguments {
    /// Returns the form of the answer. JSON is the default, but people see a refusal once unless
    /// they ask for JSON.
    ///
    /// On a terminal both outputs are seen, and the refusal would appear there twice.
    pub(super) fn answer(&self) -> AnswerForm {
        AnswerForm::with_errors_only(match self.format {
            Some(Format::Json) => format::Format::Json,
            Some(Format::Text) | None => format::Format::Text,
        })
    }
}

/// Decides about every object, in the order of the input.
///
/// A closure writes the answer of one engine. `deciding` calls it for every engine and compares
/// what it writes, so it must write nothing that differs without a reason, and nothing but to
/// `out`.
pub(super) fn run(arguments: &Arguments) -> Ended {
    let objects = arguments.objects.as_ref();
    let flags = &arguments.object;
    let Arguments { configuration, reading, facts, .. } = arguments;
    let deciding = reading.deciding(configuration, objects, flags, facts)?;
    let format = arguments.format.unwrap_or(Format::Json);
    // Without rules, `decide` of the engine finds the winners by its index; `explain` looks at
    // every rule.
    let write = |engine: &Engine, object: &Object<'_>, out: &mut Vec<u8>| {
        deciding.with_version(object, |version| match (format, arguments.no_rules) {
            (Format::Json, true) => {
                answer::write_decision(object, &engine.decide(version, object.event()), out);
            }
            (Format::Json, false) => {
                let explanation = engine.explain(version, object.event());
                answer::write_explanation(object, &explanation, Detail::Verdict, None, out);
            }
            (Format::Text, _) => {
                let decision = engine.decide(version, object.event());
                let places = describe::in_one_line(decision.replications());
                let text = format!("{}: {places}\n", describe::object(object));
                out.extend(Styles::stdout().present(&text).into_bytes());
            }
        });
    };
    let ended = stream::answer(deciding.engine(), flags, objects, |object, out| {
        deciding.write(object, out, |engine, out| write(engine, object, out));
    });
    deciding.end(ended)
}
