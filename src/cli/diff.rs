//! `diff`: every difference between two configurations, or a proof that there is none.
//!
//! Each difference has an object, and the answer about that object comes from an engine of each
//! side, not from the comparison. So a mistake in the comparison would show as two equal answers.
//!
//! With `--format json` the document has `equivalent`, which is `null` where the comparison gave up
//! or a configuration is refused, and `differences`:
//!
//! ```json
//! {"equivalent": false, "differences": [
//!   {"Bucket": "arn:aws:s3:::backup", "Subjects": ["objects"]}]}
//! ```
//!
//! The ends, with their exit statuses:
//!
//! ```text
//! no difference, and the search was complete        equivalent true     status 0
//! no difference, but the search gave up             equivalent null     status 1
//! no difference, but the store may answer otherwise equivalent null     status 1
//! at least one difference                           equivalent false    status 1
//! a side is refused or cannot be read               equivalent null     status 2
//! ```
//!
//! Status 1 means "not proved to be equal", so that a pipeline stops in doubt. The comparison is in
//! `analysis`; a difference as text or JSON is in `differences`, and the advice about existing
//! objects is in `existing_objects`.

use std::collections::BTreeSet;

use s3_replication::analysis::{self, Comparison, Differences};
use s3_replication::model::BucketName;
use s3_replication::path::FieldPath;
use s3_replication::{
    Diagnostic, Dialect, Engine, ReplicationConfiguration, ReplicationRule, Report,
};
use serde_json::{Value, json};

use crate::cli::configuration::{Comparable, Reading};
use crate::cli::counts::counted;
use crate::cli::differences::{Engines, NOT_DECIDED};
use crate::cli::format::{self, Format};
use crate::cli::input::Input;
use crate::cli::output::{self, Output};
use crate::cli::refusal::{AnswerForm, Refusal};
use crate::cli::styles::Styles;
use crate::cli::{Ended, Failure, Status, existing_objects};

/// Compares the decisions of two configurations about every object and event
///
/// The comparison is exact: an empty result is a proof that both make the same decisions. Two
/// configurations differ if some version goes to other buckets or gets another replica. Names and
/// order of rules, the role and `Account` do not matter. A difference is about one kind of object,
/// with the conditions under which they differ, and comes with an object that proves it, as input
/// for `decide`. If exclusions of tags are too complex to compare, the result is "not decided".
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication diff old.xml new.xml
  aws s3api get-bucket-replication --bucket NAME |
    s3-replication diff template.yaml -
  # What would MinIO do?
  s3-replication diff c.xml --dialect-old aws --dialect-new minio
  # Annotations in GitHub Actions
  git show main:r.xml | s3-replication diff - r.xml --format github

Exit status: 0 both make the same decisions; 1 they differ, or the result is \"not decided\"; 2 S3 would refuse one
of them, wrong usage or unreadable input.")]
pub(super) struct Arguments {
    /// The old configuration; `-` reads standard input
    #[arg(value_name = "OLD")]
    old: Input,
    /// The new configuration; `-` reads standard input. With `--dialect-old` or `--dialect-new`, OLD is
    /// compared with itself if NEW is left out
    #[arg(value_name = "NEW", required_unless_present_any = ["dialect_old", "dialect_new"])]
    new: Option<Input>,
    /// The dialect of OLD, instead of `--dialect`
    #[arg(long, value_name = "NAME")]
    dialect_old: Option<Dialect>,
    /// The dialect of NEW, instead of `--dialect`
    #[arg(long, value_name = "NAME")]
    dialect_new: Option<Dialect>,
    /// The configuration in the template OLD, instead of `--resource`
    #[arg(long, value_name = "ADDRESS")]
    resource_old: Option<String>,
    /// The configuration in the template NEW, instead of `--resource`
    #[arg(long, value_name = "ADDRESS")]
    resource_new: Option<String>,
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    reading: Reading,
    /// The source bucket, to complete the suggested job that replicates existing objects to a new
    /// destination
    // Only for the advice at the end; the comparison does not need it.
    #[arg(long, value_name = "NAME")]
    source_bucket: Option<BucketName>,
}

impl Arguments {
    /// Returns the form of the answer. A refusal also lists the files that are refused, by their
    /// names; an input that cannot be read has a message among `errors` only.
    pub(super) fn answer(&self) -> AnswerForm {
        AnswerForm::new(self.format, |errors| {
            let refused: Vec<&Value> =
                errors.iter().filter_map(|error| error.get("file")).collect();
            json!({"equivalent": null, "differences": [], "refused": refused, "errors": errors})
        })
    }
}

/// Compares the configurations. Both are read before anything is reported, so that the findings
/// about both are seen.
///
/// Without NEW, OLD is compared with itself, under two dialects: clap demands that one of them is
/// named.
pub(super) fn run(arguments: &Arguments) -> Ended {
    let old_file = &arguments.old;
    let new_file = arguments.new.as_ref().unwrap_or(old_file);
    if *old_file == Input::Stdin && *new_file == Input::Stdin {
        let message =
            "the standard input cannot be both configurations; give a file for one of them";
        return Err(Failure::Message(message.to_owned()));
    }
    // A value that only one of the two templates uses is no mistake, so names are compared after
    // both are read.
    arguments.reading.template().1.wait_for(2);
    // Each side has a reading of its own: the dialect and the address in a template may differ.
    let old_reading = arguments.reading.by(arguments.dialect_old.as_ref());
    let old_reading = old_reading.at(arguments.resource_old.as_ref());
    let new_reading = arguments.reading.by(arguments.dialect_new.as_ref());
    let new_reading = new_reading.at(arguments.resource_new.as_ref());
    if arguments.reading.zones().is_some()
        && old_reading.zones().or_else(|| new_reading.zones()).is_none()
    {
        let message = "neither store has zones, so `--zones` has no meaning; leave it out";
        return Err(Failure::Message(message.to_owned()));
    }
    let old = old_reading.comparable(old_file);
    let new = new_reading.comparable(new_file);
    // A reader who corrects the first file would otherwise find the mistake in the second one only
    // then.
    let (old_read, new_read) = match (old, new) {
        (Ok(old), Ok(new)) => (old, new),
        (old, new) => return Err(refused(old.err(), new.err())),
    };
    // Below here both are right, and only values may be unknown.
    let (old, new) = (&old_read.configuration, &new_read.configuration);
    let (old_open, new_open) = (&old_read.open, &new_read.open);
    refuse_unknown_names(old, new)?;
    let (old_dialect, new_dialect) = (old_reading.dialect(), new_reading.dialect());
    let comparison =
        Comparison::new(old, new).with_dialects(old_dialect.clone(), new_dialect.clone());
    let differences = comparison.differences();
    let engines = Engines::new(
        Engine::with_dialect(old, old_dialect),
        Engine::with_dialect(new, new_dialect),
    );
    // The readings of one dialect mostly have the same open questions, which are remarked once.
    old_open.remark(&[]);
    let is_one_dialect = old_dialect == new_dialect;
    new_open.remark(&if is_one_dialect { old_open.questions() } else { Vec::new() });
    // A question that is open on either side leaves the equality open.
    let mut open = [old_open.questions(), new_open.questions()].concat();
    open.sort_unstable();
    open.dedup();
    if old_reading.lacks_zones(old) || new_reading.lacks_zones(new) {
        open.push("zones");
    }
    let (mut out, styles) = (Output::new(), Styles::stdout());
    match arguments.format {
        Format::Json => write_json(&engines, &differences, &open, &mut out)?,
        Format::Sarif | Format::Github => {
            let report = report(&differences, &open, &old_read, &new_read);
            write_findings(&report, &old_read, &new_read, arguments.format, &mut out)?;
        }
        // The three texts without a difference, from the least to the most certain.
        Format::Text if differences.is_empty() && !open.is_empty() => out.write(format!(
            "not decided: the answer depends on what is not known: {}\n",
            open.join(", ")
        ))?,
        Format::Text if differences.is_empty() && !differences.is_complete() => {
            out.text(format!("{NOT_DECIDED}\n"))?;
        }
        Format::Text if differences.is_empty() => out.text(format!(
            "`{old_file}` and `{new_file}` make the {} for every object version and event\n",
            styles.success("same decision")
        ))?,
        Format::Text => {
            for difference in &differences {
                out.text(engines.text(difference, styles))?;
            }
            let count = counted(differences.len(), "difference");
            // A search that gave up may have found some differences before.
            let more = if differences.is_complete() { "" } else { ", and perhaps more: " };
            let doubt = if differences.is_complete() { "" } else { NOT_DECIDED };
            let count = styles.heading(&count);
            out.text(format!("{count} between `{old_file}` and `{new_file}`{more}{doubt}\n"))?;
        }
    }
    // The advice is a remark and no part of the answer: it comes after the answer, and programs do
    // not get it.
    out.flush()?;
    if let (Format::Text, Some(advice)) =
        (arguments.format, existing_objects::advice(old, new, arguments.source_bucket.as_ref()))
    {
        output::remark(&advice);
    }
    // A search that is not complete, or an open question, is no proof.
    let is_proved = differences.is_empty() && differences.is_complete() && open.is_empty();
    Ok(if is_proved { Status::Clean } else { Status::Found })
}

/// Returns the differences as findings about the new configuration. What is not decided is one,
/// too.
///
/// A report without findings would look like a proof. So a search that gave up, and open questions
/// without a difference, have a warning of their own, about the document as a whole.
fn report(
    differences: &Differences<'_>,
    open: &[&str],
    old: &Comparable,
    new: &Comparable,
) -> Report {
    let name = old.parsed.text().name();
    let found = differences.iter().map(|difference| difference.to_diagnostic(name));
    let mut report: Report = found.collect();
    let undecided = |message: String| {
        Diagnostic::warning("comparison-incomplete", None, FieldPath::root(), message)
    };
    if !differences.is_complete() {
        report.push(undecided(NOT_DECIDED.to_owned()));
    }
    if differences.is_empty() && !open.is_empty() {
        let questions = open.join("`, `");
        let message = format!("not decided: it is not known how the store answers `{questions}`");
        let help = match open {
            ["zones"] => "give the zones with `--zones`",
            [.., "zones"] => "choose answers with `--question`, and give the zones with `--zones`",
            _ => "choose answers with `--question`",
        };
        report.push(undecided(message).with_help(help));
    }
    // A difference is about two documents. The primary place is in the new one, where annotations
    // are shown; the old place is secondary.
    new.parsed.locate(&mut report);
    old.parsed.locate_document(name, &mut report);
    report
}

/// Writes the findings as SARIF or annotations, with places in both documents.
fn write_findings(
    report: &Report,
    old: &Comparable,
    new: &Comparable,
    format: Format,
    out: &mut Output,
) -> Result<(), Failure> {
    let (old, new) = (old.parsed.text(), new.parsed.text());
    // The first text is that of primary places, and the second that of secondary ones.
    let located = report.in_text(new).with_text(old);
    match format {
        Format::Github => out.write(located.github(new.name())),
        _ => format::write_sarif([(new.name().to_owned(), located)], analysis::describe, out),
    }
}

/// Refuses to compare a destination or a key that a template leaves unknown with one that only the
/// other configuration has: they may be the same.
///
/// ```text
/// old                  new
/// ${Backup}            ${Backup}    compared: the same expression is the same bucket
/// ${Backup}            backup       refused: the expression may be `backup`
/// ${Backup}, backup    backup       compared: nothing else on the other side can be it
/// ```
fn refuse_unknown_names(
    old: &ReplicationConfiguration,
    new: &ReplicationConfiguration,
) -> Result<(), Failure> {
    // Destinations and keys are compared by name, and everything else by its effect.
    type Names = fn(&ReplicationRule) -> Option<String>;
    let of: [Names; 2] = [
        |rule| Some(rule.destination.bucket.to_string()),
        |rule| Some(rule.kms.as_ref()?.replica_key.as_ref()?.to_string()),
    ];
    for name in of {
        let names = |one: &ReplicationConfiguration| -> BTreeSet<String> {
            one.rules().iter().filter_map(name).collect()
        };
        let (old, new) = (names(old), names(new));
        // Each side may have the unknown name. `difference` leaves out names that both have.
        for (one, other) in [(&old, &new), (&new, &old)] {
            let unknown = one.difference(other).find(|name| name.contains("${"));
            if let Some(unknown) = unknown
                && let Some(candidate) = other.difference(one).next()
            {
                return Err(Failure::Message(format!(
                    "the difference depends on the unknown value `{unknown}`, which may be \
                     `{candidate}`; give it with `--parameter` or `--var`"
                )));
            }
        }
    }
    Ok(())
}

/// Returns the failure when one or both of the configurations are refused or unreadable. Its status
/// is not 1, which means that they differ.
///
/// The findings about the old configuration come first. A closed pipe ends the command as it does
/// elsewhere.
fn refused(old: Option<Failure>, new: Option<Failure>) -> Failure {
    let mut all: Option<Refusal> = None;
    for failure in [old, new].into_iter().flatten() {
        let refusal = match Refusal::behind(failure) {
            Ok(refusal) => refusal.with_status(Status::Wrong),
            Err(failure) => return failure,
        };
        all = Some(match all {
            Some(first) => first.and(refusal),
            None => refusal,
        });
    }
    // At least one side has failed, so there is a refusal.
    let all = all.unwrap_or_else(|| Refusal::of([], Status::Wrong));
    Failure::Refused(Box::new(all))
}

/// Writes the differences one by one, since there can be very many.
///
/// `complete` is absent unless the search gave up, and `open_questions` unless there are some, so
/// that the usual document has two members. Each difference is on a line of its own.
fn write_json(
    engines: &Engines,
    differences: &Differences<'_>,
    open: &[&str],
    out: &mut Output,
) -> Result<(), Failure> {
    let equivalent = match differences.as_slice() {
        [] if differences.is_complete() && open.is_empty() => "true",
        // No difference was found, and none is excluded.
        [] => "null",
        _ => "false",
    };
    let complete = if differences.is_complete() { "" } else { "\"complete\":false," };
    let open = if open.is_empty() {
        String::new()
    } else {
        format!("\"open_questions\":{},", json!(open))
    };
    out.write(format!("{{\"equivalent\":{equivalent},{complete}{open}\"differences\":["))?;
    for (at, difference) in differences.iter().enumerate() {
        out.write(if at == 0 { "\n" } else { ",\n" })?;
        out.write(engines.json(difference).get())?;
    }
    out.write("]}\n")
}
