//! Answers for people.

use std::fmt::Write as _;

use s3_replication::Engine;
use s3_replication::analysis::Witness;
use s3_replication::policy::{
    Assertion, Checked, Counterexample, Fact, MissingFact, Outcome, Requirement, Undecided,
    Violation,
};
use s3_replication::text::Visible;

use crate::cli::describe;
use crate::cli::output::counted;

/// Returns what became of an assertion, and of the object that shows it.
pub(super) fn of(checked: &Checked<'_>, engine: &Engine) -> String {
    let assertion = checked.assertion();
    let (word, reason) = match checked.outcome() {
        Outcome::Proved => ("held", None),
        Outcome::Violated(found) => ("FAILED", Some(broken(assertion, found))),
        Outcome::Undecided(doubt) => ("UNKNOWN", Some(unknown(doubt))),
        _ => ("?", None),
    };
    let mut text = format!("{word:7}  {}", Visible(assertion.id()));
    if let Some(description) = assertion.description() {
        let _ = write!(text, ": {}", Visible(description));
    }
    text.push('\n');
    for line in reason.iter().flatten() {
        let _ = writeln!(text, "  {line}");
    }
    match checked.outcome() {
        Outcome::Violated(found) => {
            if let Violation::DeleteMarkerNotReplicated { object, .. } = found.violation() {
                shown("the object", object, engine, &mut text);
                shown("the delete marker", found.witness(), engine, &mut text);
            } else {
                shown("such as", found.witness(), engine, &mut text);
            }
        }
        Outcome::Undecided(Undecided::MissingFacts { witness, .. }) => {
            shown("such as", witness, engine, &mut text);
        }
        _ => {}
    }
    text
}

/// Writes an object, and what the engine decides about it.
fn shown(label: &str, witness: &Witness, engine: &Engine, text: &mut String) {
    let _ = writeln!(text, "  {label}: {}", Visible(&witness.to_string()));
    let version = witness.version();
    let decision = engine.decide(&version, witness.event());
    for made in decision.replications() {
        let (bucket, name) = (made.bucket(), made.rule().name().to_string());
        let what = describe::what(made, witness.event());
        let _ = writeln!(text, "    goes to {bucket}: {what}, by rule `{}`", Visible(&name));
    }
    if !decision.replicates() {
        text.push_str("    goes nowhere\n");
    }
}

fn broken(assertion: &Assertion, found: &Counterexample) -> Vec<String> {
    let requirement = assertion.requirement();
    vec![match (found.violation(), requirement) {
        (Violation::TooFew { reached }, Requirement::MustReach { at_least, .. }) => {
            let wanted = usize::try_from(at_least.get()).unwrap_or(usize::MAX);
            let buckets = counted(wanted, "bucket");
            format!("goes to {reached} of at least {buckets} in the way it must")
        }
        (Violation::Forbidden { bucket }, _) => {
            format!("goes to {bucket} in a way that `{}` does not allow", requirement.as_str())
        }
        (Violation::DeleteMarkerNotReplicated { bucket, .. }, _) => {
            format!("an object goes to {bucket}, and a delete marker of its key does not")
        }
        _ => format!("does not do what `{}` says", requirement.as_str()),
    }]
}

fn unknown(doubt: &Undecided) -> Vec<String> {
    match doubt {
        Undecided::MissingFacts { facts, .. } => facts.iter().map(missing).collect(),
        _ => {
            vec!["its globs, or the tags of the rules, are too entangled to be decided".to_owned()]
        }
    }
}

fn missing(missing: &MissingFact) -> String {
    let MissingFact { bucket, fact, .. } = missing;
    match fact {
        Fact::DefaultKmsKey => {
            format!(
                "depends on the KMS key of the default encryption of `{bucket}`, which is not known"
            )
        }
        fact => format!("depends on the `{fact}` of `{bucket}`; say it with `--context`"),
    }
}

/// Returns how many there are of each outcome.
pub(super) fn summary(checked: &[Checked<'_>]) -> String {
    let count = |is_one: fn(&Outcome) -> bool| {
        checked.iter().filter(|checked| is_one(checked.outcome())).count()
    };
    let counts = [
        (count(|outcome| matches!(outcome, Outcome::Proved)), "held"),
        (count(|outcome| matches!(outcome, Outcome::Violated(_))), "failed"),
        (count(|outcome| matches!(outcome, Outcome::Undecided(_))), "unknown"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, word)| format!("{count} {word}")).collect();
    format!("{}: {}\n", counted(checked.len(), "assertion"), counts.join(", "))
}
