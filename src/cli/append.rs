mod frame;

use std::path::PathBuf;

use s3_replication::analysis::{Addition, Appended, Reachability, append};
use s3_replication::document::SIZE_LIMIT;
use s3_replication::form::Form;
use s3_replication::lint::Levels;
use s3_replication::model::RuleDraft;
use s3_replication::path::FieldPath;
use s3_replication::text::Visible;
use s3_replication::{Diagnostic, Engine, Parsed, ReplicationRule, Report};

use crate::cli::configuration::{Reading, refused};
use crate::cli::differences::Shown;
use crate::cli::input::Input;
use crate::cli::output::{self, counted};
use crate::cli::{Ended, Failure, Status, sink};

/// Adds a rule to a configuration, and nothing else that nobody sees
///
/// The rule becomes the last one. Without `Priority` it gets one with which it comes after all rules
/// that share objects and the bucket with it; without `ID` it gets one that is free. What becomes of
/// objects that a present rule wins is shown, each change with an object, and refused unless it is
/// allowed; so is a rule that would never win, or takes objects from a rule with metrics. The result
/// goes to the standard output, in the form of FILE, without its comments and its layout; what there
/// is to say, and to advise about the rule, to the standard error.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication append replication.xml --rule rule.json > new.xml
  s3-replication append replication.json --rule - -o new.json < rule.xml
with, in rule.json, an item of `Rules` (or, in rule.xml, a `<Rule>`):
  {\"Status\": \"Enabled\", \"Filter\": {\"Prefix\": \"logs/\"},
   \"DeleteMarkerReplication\": {\"Status\": \"Disabled\"},
   \"Destination\": {\"Bucket\": \"arn:aws:s3:::backup\"}}

Exit status: 0 added; 1 refused, by S3 or because something would change; 2 wrong usage or
unreadable input. Nothing is written unless the rule is added.")]
pub(super) struct Arguments {
    /// The replication configuration; `-` is the standard input
    #[arg(value_name = "FILE")]
    configuration: Input,
    /// The rule, as JSON of the AWS CLI or as XML
    #[arg(long, value_name = "FILE")]
    rule: Input,
    /// Add the rule although something changes for present rules, or it never wins
    #[arg(long)]
    allow_changes: bool,
    /// Where to write [default: the standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
}

pub(super) fn run(arguments: &Arguments) -> Ended {
    let Arguments { configuration: input, rule: rule_input, reading, .. } = arguments;
    if *input == Input::Stdin && *rule_input == Input::Stdin {
        let message = "the standard input can't be both configuration and rule; name a file";
        return Err(Failure::Message(message.to_owned()));
    }
    sink::refuse_input(arguments.output.as_deref(), [rule_input.clone()].into_iter())?;
    let rule = read_rule(arguments)?;
    let parsed = reading.accepted(input)?;
    let form = parsed.form().unwrap_or(Form::Xml);
    let written = parsed.text().clone();
    let told = |report: Report| Failure::Message(report.to_string());
    let old = parsed.into_configuration().map_err(told)?;
    let dialect = reading.dialect();
    let appended = match append(&old, rule, dialect) {
        Ok(appended) => appended,
        Err(error) => {
            let help = "give the rule a `Priority`, or that rule another one";
            output::complain(&format!("{error}; {help}"));
            return Err(Failure::Reported(Status::Found));
        }
    };
    let text = frame::framed(appended.draft.to_text(form), written.text(), form);
    let parser = reading.parser().named(format!("{input} with {rule_input}"));
    let new = accepted(parser.parse_bytes(text.as_bytes(), Some(form)))?.into_configuration();
    let new = new.map_err(told)?;
    let addition = Addition::new(&old, &new, dialect);
    let shown =
        Shown::new(Engine::with_dialect(&old, dialect), Engine::with_dialect(&new, dialect));
    tell_choices(&appended);
    tell_effects(&addition, &shown);
    let advised = parser.with_advice(Levels::default()).parse_bytes(text.as_bytes(), Some(form));
    tell_advice(&advised, &FieldPath::rule(old.rules().len()));
    if !(arguments.allow_changes || addition.is_safe()) {
        output::complain(
            "the rule is not added, see above; `--allow-changes` adds it all the same",
        );
        return Ok(Status::Found);
    }
    if form == Form::Xml && frame::has_comments(written.text()) {
        output::tell(&format!("the comments of `{input}` are not kept\n"));
    }
    output::deliver(&text, arguments.output.as_deref())?;
    output::tell(&format!("`{input}` has {} now\n", counted(new.rules().len(), "rule")));
    Ok(Status::Clean)
}

fn read_rule(arguments: &Arguments) -> Result<RuleDraft, Failure> {
    let input = &arguments.rule;
    let bytes = input.read(SIZE_LIMIT + 1)?;
    let parsed = arguments.reading.parser().named(input.to_string()).parse_rule(&bytes);
    let rendered = parsed.report().render_with(parsed.text(), output::error_rendering());
    output::tell(&rendered);
    let status = if parsed.draft().is_some() { Status::Found } else { Status::Wrong };
    parsed.into_draft().map_err(|_| {
        output::complain(&format!("the rule `{input}` is refused, see above"));
        Failure::Reported(status)
    })
}

/// Says what S3 would refuse about the result.
fn accepted(parsed: Parsed) -> Result<Parsed, Failure> {
    if !parsed.report().is_refused() {
        return Ok(parsed);
    }
    output::tell(&parsed.report().render_with(parsed.text(), output::error_rendering()));
    output::complain("the configuration would be refused with this rule, see above");
    Err(Failure::Reported(refused(&parsed)))
}

/// Says what somebody should look at about the new rule.
fn tell_advice(parsed: &Parsed, rule: &FieldPath) {
    let concerns = |found: &&Diagnostic| found.primary.path().is_within(rule);
    let report: Report = parsed.report().iter().filter(concerns).cloned().collect();
    output::tell(&report.render_with(parsed.text(), output::error_rendering()));
}

fn tell_choices(appended: &Appended) {
    if let Some(id) = &appended.id {
        output::tell(&format!("ID: `{id}`, since the rule has none\n"));
    }
    if let Some(priority) = appended.priority {
        output::tell(&format!(
            "Priority: {priority}, with which the rule takes no object from another one\n"
        ));
    }
}

fn tell_effects(addition: &Addition<'_>, shown: &Shown) {
    let (changes, additions) = (addition.changes(), addition.additions());
    let heads = [("new", &additions), ("changed for present rules", &changes)];
    for (head, differences) in heads.into_iter().filter(|(_, some)| !some.is_empty()) {
        output::tell(&format!("\n{head}:\n"));
        for difference in differences {
            output::tell(&shown.text(difference));
        }
    }
    let name = |rule: &ReplicationRule| rule.name().to_string();
    let is_shadowed = |rule: &ReplicationRule| {
        addition.shadowed().iter().any(|other| other.position == rule.position)
    };
    for lost in addition.outranked().iter().filter(|lost| !is_shadowed(lost.rule())) {
        let counted = if lost.has_metrics() { ", and its metrics do without them" } else { "" };
        output::tell(&format!(
            "`{}` comes before `{}` for some objects, such as {}{counted}\n",
            Visible(&name(lost.by())),
            Visible(&name(lost.rule())),
            Visible(&lost.witness().to_string()),
        ));
    }
    for rule in addition.shadowed() {
        output::tell(&format!("`{}` would never win an object again\n", Visible(&name(rule))));
    }
    match addition.reachability() {
        Some(Reachability::Never { by, same_effect, loses }) => {
            let same = if *same_effect { ", and does the same" } else { "" };
            output::tell(&format!(
                "the rule would never win: `{}` comes before it for every object{same}, such as \
                 {}\n",
                Visible(&name(by)),
                Visible(&loses.to_string()),
            ));
        }
        Some(Reachability::Unmatchable(_)) => output::tell("no object can match the rule\n"),
        Some(Reachability::Disabled) => output::tell("the rule is disabled, so nothing changes\n"),
        Some(Reachability::Partly { by, loses, .. }) => output::tell(&format!(
            "`{}` comes before the rule for some objects, such as {}\n",
            Visible(&name(by)),
            Visible(&loses.to_string()),
        )),
        _ => {}
    }
}
