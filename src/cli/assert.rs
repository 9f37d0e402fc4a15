//! `assert`: a policy is proved about a configuration, or refuted by an object.
//!
//! The command reads the policy, the configuration and the known facts about buckets, and writes
//! one answer for each assertion. An assertion that depends on an unknown fact is neither held nor
//! failed; whether that is an error is the user's choice, because a pipeline may not know every
//! bucket.
//!
//! The exit status by outcome; the worst assertion counts:
//!
//! ```text
//! held                                                0
//! unknown, because a fact about a bucket is missing   1; 0 with --allow-unknown
//! unknown for another reason, which is printed        1
//! failed                                              1
//! the policy, context or configuration is refused     2
//! ```
//!
//! The proofs are in `policy` of the library. The layouts are in `text` and `json`; SARIF and
//! annotations are made of findings, see `policy::report`. The form of a policy is in the help text
//! below, and the form of the context in that of `check`.

mod json;
mod text;

use s3_replication::model::KnownBuckets;
use s3_replication::policy::{self, Checked, Outcome, Policy, Undecided};
use s3_replication::text::SourceText;
use s3_replication::{Dialect, Engine, ReplicationConfiguration, document};

use crate::cli::configuration::Reading;
use crate::cli::context;
use crate::cli::format::{self, Format};
use crate::cli::input::Input;
use crate::cli::output::Output;
use crate::cli::progress::Progress;
use crate::cli::refusal::{self, AnswerForm};
use crate::cli::{Ended, Failure, Status};

/// Proves assertions about a configuration, or shows an object that violates them
///
/// The answers are exact, over every object version and event. A failed assertion comes with the
/// violating object that has the shortest key, as input for `decide`. An assertion that depends on an
/// unknown fact about a bucket is unknown; it counts as failed unless `--allow-unknown` is given.
/// Assertions too complex to decide always count as failed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication assert -c replication.xml --policy policy.json
  s3-replication assert -c replication.xml --policy policy.json \\
    --context buckets.json --format json
  # Annotations in GitHub Actions
  s3-replication assert -c replication.xml --policy policy.json --format github
with, in policy.json (all members but `Id` and the requirement are optional):
  {\"Assertions\": [
    {\"Id\": \"tax-is-kept\", \"Keys\": [\"Tax/**\"], \"ExceptKeys\": [\"**/*.tmp\"],
     \"Examples\": [\"Tax/2026/doc1.pdf\"], \"EncryptionStatuses\": [\"SSE-S3\"],
     \"MustReach\": {\"Buckets\": [\"backup\"], \"AtLeast\": 1}},
    {\"Id\": \"data-stays-in-europe\",
     \"MayOnlyReach\": {\"Regions\": [\"eu-central-1\", \"eu-west-1\"]}},
    {\"Id\": \"secrets-never-leave\", \"Keys\": [\"**/secret/**\"], \"MustNotReach\": {}},
    {\"Id\": \"cheap-copies\", \"Tags\": {\"tier\": \"cold\"}, \"About\": [\"objects\"],
     \"MayOnlyReach\": {\"StorageClasses\": [\"DEEP_ARCHIVE\"]}},
    {\"Id\": \"deletes-follow\", \"Keys\": [\"cache/**\"],
     \"DeleteMarkersMustFollow\": {}}]}
A requirement may name Buckets, Accounts, Regions, StorageClasses, EncryptionStatuses, KmsKeyIds,
Owner, ReplicationTimeControl and Metrics. In a glob, `*` and `?` match `/` too, unless the policy
has `\"Separator\": \"slash\"`; `**/` and `/**/` match any folders, `{a,b}` and `[a-z]` one of several,
and `\\` makes the next character an ordinary one.

`check --help` shows the format of the context file.

Exit status: 0 all hold; 1 some fail or are unknown; 2 S3 would refuse the configuration, wrong usage
or unreadable input.")]
pub(super) struct Arguments {
    /// The replication configuration; `-` reads standard input
    #[arg(short, long, value_name = "FILE")]
    configuration: Input,
    /// The policy, as JSON; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    policy: Input,
    /// Known facts about buckets, as JSON; `check --help` shows an example
    #[arg(long, value_name = "FILE")]
    context: Option<Input>,
    /// Accept assertions that depend on unknown facts
    // Not for assertions that are too complex: no fact of the user would settle them.
    #[arg(long)]
    allow_unknown: bool,
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    reading: Reading,
}

impl Arguments {
    /// Returns the form of the answer. In a refusal, `held` is `null`: nothing is proved or
    /// refuted.
    pub(super) fn answer(&self) -> AnswerForm {
        let json = |errors| serde_json::json!({"held": null, "assertions": [], "errors": errors});
        AnswerForm::new(self.format, json)
    }
}

/// Checks the assertions in the order of the policy, and writes all answers at the end.
///
/// The policy is read first. A refused configuration has exit status 2 here, because 1 means that
/// an assertion does not hold.
pub(super) fn run(arguments: &Arguments) -> Ended {
    let Arguments { configuration, policy, context, reading, .. } = arguments;
    let inputs = [configuration, policy].into_iter().chain(context);
    if inputs.filter(|input| **input == Input::Stdin).count() > 1 {
        let message = "the standard input can be read only once; give `-` only once";
        return Err(Failure::Message(message.to_owned()));
    }
    let (policy, policy_text) = read_policy(policy)?;
    let known = context::known(context.as_ref())?;
    let input = configuration;
    let (parsed, configuration) = reading.usable(input)?;
    if reading.lacks_zones(&configuration) {
        let message = format!(
            "rules of `{input}` name zones, on which every answer depends; give `--zones FROM,TO`"
        );
        return Err(Failure::Message(message));
    }
    // The proofs come from the policy, and the decisions about their objects from an engine, so
    // that a wrong proof would contradict the decision beside it.
    let engine = Engine::with_dialect(&configuration, reading.dialect());
    let checked = checked(&policy, &configuration, reading.dialect(), &known);
    let mut out = Output::new();
    match arguments.format {
        Format::Text => {
            for checked in &checked {
                out.text(text::answer(checked, &engine, &known))?;
            }
            out.text(text::summary(&checked))?;
        }
        Format::Json => out.write(json::document(&checked, &engine))?,
        Format::Sarif | Format::Github => {
            // Findings are about the configuration, where an annotation helps; the assertion is a
            // second place, in the policy. Both need positions in their texts.
            let mut report = policy::report(&checked, &engine, policy_text.name());
            parsed.locate(&mut report);
            policy::locate(&policy_text, &mut report);
            let located = report.in_text(parsed.text()).with_text(&policy_text);
            let file = parsed.text().name();
            match arguments.format {
                Format::Github => out.write(located.github(file))?,
                _ => format::write_sarif([(file.to_owned(), located)], policy::describe, &mut out)?,
            }
        }
    }
    out.flush()?;
    let is_accepted = |checked: &Checked<'_>| match checked.outcome() {
        Outcome::Proved => true,
        // `TooComplex` and `PolicyTooComplex` fall to the last arm: they are never accepted.
        Outcome::Undecided(Undecided::MissingFacts { .. }) => arguments.allow_unknown,
        _ => false,
    };
    Ok(if checked.iter().all(is_accepted) { Status::Clean } else { Status::Found })
}

/// Checks every assertion, and shows progress, since one can take most of a second.
fn checked<'p>(
    policy: &'p Policy,
    configuration: &'p ReplicationConfiguration,
    dialect: &'p Dialect,
    known: &'p KnownBuckets,
) -> Vec<Checked<'p>> {
    let each = policy.check_each(configuration, dialect, known);
    let mut progress = Progress::before_answers_of(each.len(), "assertions");
    let checked = each.inspect(|_| progress.advance()).collect();
    progress.clear();
    checked
}

/// Reads a policy, and returns it with its text, which annotations need for places.
///
/// A policy with mistakes is refused with all of them, each with its place.
fn read_policy(input: &Input) -> Result<(Policy, SourceText), Failure> {
    // One byte above the limit shows the parser that the document is too large.
    let bytes = input.read(document::SIZE_LIMIT + 1)?;
    let text = document::decode(&bytes)
        .map_err(|error| Failure::Message(format!("the policy `{input}` is not text: {error}")))?;
    let policy = Policy::from_json(&text);
    let policy = policy.map_err(|report| refusal::refused(input, &text, &report))?;
    Ok((policy, SourceText::new(input.to_string(), text)))
}
