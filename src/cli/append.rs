//! `append`: a rule is added to a configuration, if nothing changes for the rules that are there.
//!
//! The command reads the configuration and the rule, appends the rule with a free priority, and
//! reads the result again, so that whatever S3 would refuse about the whole is found. Then it
//! compares the two configurations over every object. It writes the new configuration only if the
//! rule is safe or changes are allowed, and everything about its effects to the standard error,
//! with an object for each.
//!
//! The standard error of a rule that changes nothing for others:
//!
//! ```text
//! ID: `rule-3`, because the rule has none
//!
//! new:
//! arn:aws:s3:::logs: objects
//!   of keys that begin with `logs/`, unless another rule wins
//!   old: nothing
//!   new: the object, in the storage class of the source (here STANDARD), …, by rule `rule-3`
//!   such as: {"Key":"logs/","Event":"ObjectCreated:Put"}
//!
//! the result has 3 rules
//! ```
//!
//! When the rule is added, and when it is not:
//!
//! ```text
//! other objects are replicated, or the rule is disabled    added
//! a rule without metrics loses objects, same effect        added, with an object as an example
//! a decision of a present rule changes                     not added, unless --allow-changes
//! a rule with metrics loses objects                        not added, unless --allow-changes
//! the new rule never wins, or matches nothing              not added, unless --allow-changes
//! the search for effects gave up                           not added, unless --allow-changes
//! S3 would refuse the result, or no priority is free       not added
//! ```
//!
//! The choice of ID and priority, and the comparison, are in `analysis`. The text around the
//! configuration in its file is in `frame`, and the texts of differences are in `differences`.
//!
//! The result is the whole configuration and not a patch, because `put-bucket-replication` replaces
//! the whole configuration.

mod frame;

use std::path::PathBuf;

use s3_replication::analysis::{Addition, Appended, Reachability, append};
use s3_replication::dialect::PrefixSearch;
use s3_replication::document::SIZE_LIMIT;
use s3_replication::form::Form;
use s3_replication::model::{BucketName, RuleDraft};
use s3_replication::path::FieldPath;
use s3_replication::template::{WrittenForm, write};
use s3_replication::text::Visible;
use s3_replication::{Diagnostic, Dialect, Engine, Parsed, ReplicationRule, Report};

use crate::cli::configuration::{Reading, decided, not_expressible, refused, written_again};
use crate::cli::counts::counted;
use crate::cli::differences::Engines;
use crate::cli::input::Input;
use crate::cli::output;
use crate::cli::refusal::Refusal;
use crate::cli::styles::Styles;
use crate::cli::{Ended, Failure, Status, existing_objects, settings, sink, yaml};

/// Adds a rule to a configuration without silently changing the effect of existing rules
///
/// The rule becomes the last one. Without `Priority` it gets one that ranks it below all rules that
/// share objects and the destination bucket with it; without `ID` it gets an unused one.
///
/// The command refuses three kinds of rule, unless `--allow-changes` is given: one that changes
/// what happens to the objects of an existing rule, one that wins objects from a rule with metrics,
/// and an enabled one that wins no object. It shows an object for each change.
///
/// The result goes to the standard output in the form of FILE, without its comments and layout. If
/// FILE is JSON of the AWS CLI, so is the result, and `put-bucket-replication
/// --replication-configuration` takes it. Changes and advice about the rule go to the standard
/// error.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication append replication.xml --rule rule.json > new.xml
  s3-replication append replication.json --rule - -o new.json < rule.xml
with, in rule.json, an item of `Rules` (or, in rule.xml, a `<Rule>`):
  {\"Status\": \"Enabled\", \"Filter\": {\"Prefix\": \"logs/\"},
   \"DeleteMarkerReplication\": {\"Status\": \"Disabled\"},
   \"Destination\": {\"Bucket\": \"arn:aws:s3:::logs-backup\"}}

Exit status: 0 added; 1 S3 would refuse the result, or something would change; 2 wrong usage or
unreadable input. Nothing is written unless the rule is added.")]
pub(super) struct Arguments {
    /// The replication configuration; `-` reads standard input
    #[arg(value_name = "FILE")]
    configuration: Input,
    /// The rule, as AWS CLI JSON or XML; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    rule: Input,
    /// Add the rule even if something changes for existing rules, or it never wins
    #[arg(long)]
    allow_changes: bool,
    /// The source bucket, to complete the suggested job that replicates existing objects to a new
    /// destination
    #[arg(long, value_name = "NAME")]
    source_bucket: Option<BucketName>,
    /// Output file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
}

/// Adds the rule. Nothing is written to the output before all checks have passed.
///
/// The order of the texts on the standard error is that of the steps: findings about the rule, the
/// ID and the priority that were chosen, effects, advice, and the verdict. The new configuration is
/// written last, so that a refused rule leaves an output file as it was.
pub(super) fn run(arguments: &Arguments) -> Ended {
    let Arguments { configuration: input, rule: rule_input, reading, .. } = arguments;
    if *input == Input::Stdin && *rule_input == Input::Stdin {
        let message = "the standard input cannot be both the configuration and the rule; give a file for one of them";
        return Err(Failure::Message(message.to_owned()));
    }
    // Only the rule is protected. The configuration may be written over: that is a change in its
    // place.
    sink::refuse_input(arguments.output.as_deref(), [rule_input.clone()].into_iter())?;
    // Before the configuration: its findings are those about the text that the user has just
    // written.
    let rule = read_rule(arguments)?;
    let parsed = reading.accepted(input)?;
    let own = parsed.form().unwrap_or(Form::Xml);
    // A template is not edited in its place: functions and variables around the rules would be lost
    // or evaluated. The result is checked in the form of the AWS CLI, and written in the form of
    // the template.
    let is_template = matches!(own, Form::CloudFormation | Form::Terraform);
    let form = if is_template { Form::CliJson } else { own };
    // Taken from the text now, because `written_again` takes the document.
    let target = WrittenForm::like(own, parsed.text().text());
    let written = parsed.text().clone();
    // Unknown values of a template would be lost in the output, so they are refused here.
    let old = written_again(parsed)?;
    let dialect = reading.dialect();
    let appended = match append(&old, rule, dialect) {
        Ok(appended) => appended,
        Err(error) => {
            // Nothing is wrong with a document, so there are no findings, and the status is that of
            // a refused change.
            let help = "give the new rule a `Priority`, or raise that of the other rule";
            let refusal = Refusal::of([], Status::Found).with_message(format!("{error}; {help}"));
            return Err(Failure::Refused(Box::new(refusal)));
        }
    };
    // The text is parsed again instead of validating the draft: its places are those of the text
    // that the user gets, and what is around the configuration is checked as well.
    let text = appended.draft.to_text(form);
    let text = if is_template { text } else { frame::framed(text, written.text(), form) };
    let parser = reading.parser()?.named(format!("{input} with {rule_input}"));
    let new = decided(accepted(parser.parse_bytes(text.as_bytes(), Some(form)))?)?;
    // The engines decide about the examples on their own. A mistake of the comparison would show as
    // two equal sides.
    let addition = Addition::new(&old, &new, dialect);
    let engines =
        Engines::new(Engine::with_dialect(&old, dialect), Engine::with_dialect(&new, dialect));
    // Shown also when the rule is refused below: the chosen priority may be the cause.
    report_choices(&appended, dialect);
    let is_for_other_zones = new.rules().last().is_some_and(ReplicationRule::is_for_other_zones);
    report_effects(&addition, &engines, is_for_other_zones);
    // Advice about the old rules is not news, so only that about the new rule is shown.
    let advised = parser.with_advice(settings::levels()).parse_bytes(text.as_bytes(), Some(form));
    report_advice(&advised, &FieldPath::rule(old.rules().len()));
    if !(arguments.allow_changes || addition.is_safe()) {
        // Before the other messages, which would claim more than the search has found out.
        if !addition.is_decided() {
            output::error(
                "the rule is not added, because its effects are not decided: the tags and prefixes \
                 that the rules exclude are too complex; `--allow-changes` adds it anyway",
            );
            return Ok(Status::Found);
        }
        // Then no change is listed above, and the rule is refused only because it has no effect.
        let changes_nothing = addition.changes().is_empty()
            && addition.outranked().is_empty()
            && addition.shadowed().is_empty();
        output::error(if changes_nothing {
            match addition.reachability() {
                Some(Reachability::Disabled | Reachability::Unmatchable(_)) => {
                    "the rule is not added, because it would have no effect; `--allow-changes` adds \
                     it anyway"
                }
                _ => {
                    "the rule is not added, because it would never win; give it a higher `Priority`, \
                     or add it anyway with `--allow-changes`"
                }
            }
        } else {
            "the rule is not added, because it changes the decisions above; `--allow-changes` adds \
             it anyway"
        });
        return Ok(Status::Found);
    }
    // Only now: the remark would be wrong for a rule that is not added.
    if form == Form::Xml && frame::has_comments(written.text()) {
        output::eprint(&format!("comments in `{input}` are lost\n"));
    }
    // The checked text of a template is in the form of the AWS CLI, and is written once more in its
    // own. That form may lack a part, which is known only now.
    let text = if is_template {
        write(&appended.draft, target, None).map_err(not_expressible)?
    } else {
        text
    };
    output::deliver(&text, arguments.output.as_deref())?;
    let source = arguments.reading.source_bucket(arguments.source_bucket.as_ref());
    if let Some(advice) = existing_objects::advice(&old, &new, source.as_ref()) {
        output::remark(&advice);
    }
    output::eprint(&format!("the result has {}\n", counted(new.rules().len(), "rule")));
    Ok(Status::Clean)
}

/// Reads the rule, and shows all findings about it.
///
/// A rule whose draft is complete may still have findings, for instance advice. They are shown, and
/// the rule is added.
///
/// A rule is a `<Rule>` in XML, or an item of `Rules` in JSON or in the YAML that the AWS CLI
/// prints. A refused rule has exit status 1 if it was understood as a rule with mistakes, and 2 if
/// it is none:
///
/// ```text
/// {"Fliter": {"Prefix": "logs/"}, …}     1, did you mean `Filter`?
/// <Rules/>                               1, the root element is `Rules`, not `Rule`
/// replicate everything                   2
/// ```
fn read_rule(arguments: &Arguments) -> Result<RuleDraft, Failure> {
    let input = &arguments.rule;
    // One byte above the limit shows the parser that the document is too large.
    let bytes = input.read(SIZE_LIMIT + 1)?;
    let bytes = yaml::as_json(input, &bytes)?;
    let parsed = arguments.reading.parser()?.named(input.to_string()).parse_rule(&bytes);
    let status = if parsed.draft().is_some() { Status::Found } else { Status::Wrong };
    let (text, report) = (parsed.text().clone(), parsed.report().clone());
    if let Ok(draft) = parsed.into_draft() {
        output::eprint_report(&report.in_text(&text));
        return Ok(draft);
    }
    let message = format!("the rule `{input}` is refused, see above");
    let refusal = Refusal::of([(text, report)], status).with_message(message);
    Err(Failure::Refused(Box::new(refusal)))
}

/// Returns the result if S3 would accept it, or else the refusal with everything it would refuse.
///
/// Some mistakes are those of the whole and not of the rule: an ID or a priority that another rule
/// has, or a V1 rule among V2 rules.
fn accepted(parsed: Parsed) -> Result<Parsed, Failure> {
    if !parsed.report().is_refused() {
        return Ok(parsed);
    }
    let document = (parsed.text().clone(), parsed.report().clone());
    let message = "the configuration would be refused with this rule".to_owned();
    let refusal = Refusal::of([document], refused(&parsed)).with_message(message);
    Err(Failure::Refused(Box::new(refusal)))
}

/// Prints advice about the new rule, which is at the path `rule`.
///
/// Findings at other places are left out, also those about the configuration as a whole, such as
/// missing metrics; `check` shows them.
fn report_advice(parsed: &Parsed, rule: &FieldPath) {
    let concerns = |finding: &&Diagnostic| finding.primary.path().is_within(rule);
    let report: Report = parsed.report().iter().filter(concerns).cloned().collect();
    output::eprint_rendered(&report.render_with(parsed.text(), Styles::stderr().render_options()));
}

/// Shows the ID and the priority that were chosen, since the user did not give them.
///
/// These are remarks, which `--quiet` leaves out. In S3 a V1 rule has no priority, and gets none.
fn report_choices(appended: &Appended, dialect: &Dialect) {
    if let Some(id) = &appended.id {
        output::remark(&format!("ID: `{id}`, because the rule has none\n"));
    }
    if let Some(priority) = appended.priority {
        let why = match dialect.prefix_search() {
            PrefixSearch::LastBeforeKey => "no other rule has; it decides nothing in this store",
            _ => "ranks the rule below every rule for the same objects and destination",
        };
        output::remark(&format!("Priority: {priority}, which {why}\n"));
    }
}

/// Shows new and changed decisions, the rules that lose objects, and the fate of the new rule.
///
/// The order is from the expected to the alarming: additions, changes, rules that lose objects, and
/// at last the rule itself.
///
/// Nothing of this is left out under `--quiet`, because it is the reason for the exit status.
fn report_effects(addition: &Addition<'_>, engines: &Engines, is_for_other_zones: bool) {
    let (changes, additions) = (addition.changes(), addition.additions());
    let styles = Styles::stderr();
    let headings = [("new", &additions), ("changed for existing rules", &changes)];
    for (heading, differences) in headings.into_iter().filter(|(_, some)| !some.is_empty()) {
        output::eprint(&format!("\n{}:\n", styles.heading(heading)));
        for difference in differences {
            output::eprint(&engines.text(difference, styles));
        }
    }
    let name = |rule: &ReplicationRule| rule.name().to_string();
    // By position: two rules may have the same ID in a dialect that allows it.
    let is_shadowed = |rule: &ReplicationRule| {
        addition.shadowed().iter().any(|other| other.position == rule.position)
    };
    // A rule that loses everything is reported once, below.
    for lost in addition.outranked().iter().filter(|lost| !is_shadowed(lost.rule())) {
        let metrics = if lost.has_metrics() { ", which its metrics no longer count" } else { "" };
        output::eprint(&format!(
            "`{}` outranks `{}` for some objects, such as {}{metrics}\n",
            Visible(&name(lost.by())),
            Visible(&name(lost.rule())),
            Visible(&lost.witness().to_string()),
        ));
    }
    for rule in addition.shadowed() {
        output::eprint(&format!(
            "rule `{}` would no longer win any object\n",
            Visible(&name(rule))
        ));
    }
    match addition.reachability() {
        // Several rules are needed to outrank it. A single name would be wrong for most of its
        // objects.
        Some(Reachability::Never { by, together, same_effect, loses }) if together.len() > 1 => {
            let same = if *same_effect { ", with the same effect" } else { "" };
            let names = together.iter().map(|rule| format!("`{}`", Visible(&name(rule))));
            let names: Vec<String> = names.collect();
            output::eprint(&format!(
                "the rule would never win: {} together outrank it for every object{same}, `{}` for {}\n",
                names.join(" and "),
                Visible(&name(by)),
                Visible(&loses.to_string()),
            ));
        }
        Some(Reachability::Never { by, same_effect, loses, .. }) => {
            let same = if *same_effect { ", with the same effect" } else { "" };
            output::eprint(&format!(
                "the rule would never win: it is outranked for every object{same}, by `{}` for {}\n",
                Visible(&name(by)),
                Visible(&loses.to_string()),
            ));
        }
        Some(Reachability::Unmatchable(_)) => {
            output::eprint("no object can match the filter of the rule\n");
        }
        Some(Reachability::Disabled) if is_for_other_zones => {
            output::eprint("the rule is for other zones, so nothing changes between these\n");
        }
        Some(Reachability::Disabled) => {
            output::eprint("the rule is disabled, so nothing changes\n");
        }
        // No reason to refuse it: a rule below all others is meant to lose some objects.
        Some(Reachability::Partly { by, loses, .. }) => output::eprint(&format!(
            "`{}` outranks the new rule for some objects, such as {}\n",
            Visible(&name(by)),
            Visible(&loses.to_string()),
        )),
        // It wins every object that it competes for, or the search gave up, and `run` refuses the
        // rule.
        _ => {}
    }
}
