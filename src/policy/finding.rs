//! Outcomes as findings about the configuration, for reports and annotations.

use crate::diagnostic::{Diagnostic, FindingDescription, Place, Report};
use crate::engine::Engine;
use crate::form::{self, Form, Locator};
use crate::path::FieldPath;
use crate::policy::{Checked, Outcome, Undecided, Violation};
use crate::text::{SourceText, Visible};

/// The code of an assertion that a version violates.
const FAILED: &str = "assertion-failed";

/// The code of an assertion that is not decided.
const UNKNOWN: &str = "assertion-unknown";

/// Returns a finding about the configuration for each assertion that is not proved: an error if it is
/// violated, and a warning if it is undecided.
///
/// The place is the rule that replicates the violating version, or the whole configuration. The
/// place of the assertion names the policy as its document, by the name that is given; [`locate`]
/// finds it in the text of the policy. `checked` has the outcomes in the order of the policy, as
/// [`Policy::check`](super::Policy::check) returns them, and the engine decides by the configuration.
///
/// # Examples
///
/// ```
/// use s3_replication::model::KnownBuckets;
/// use s3_replication::policy::{self, Policy};
/// use s3_replication::{Dialect, Engine, ReplicationConfiguration};
///
/// let configuration = ReplicationConfiguration::from_json(
///     r#"{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [
///         {"ID": "all", "Status": "Enabled", "Prefix": "",
///          "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
/// )?;
/// let policy = Policy::from_json(
///     r#"{"Assertions": [{"Id": "secrets-stay", "Keys": ["secret/**"], "MustNotReach": {}}]}"#,
/// )?;
/// let checked = policy.check(&configuration, &Dialect::AWS, &KnownBuckets::new());
/// let report = policy::report(&checked, &Engine::new(&configuration), "policy.json");
/// assert_eq!(
///     report.to_string(),
///     "error[assertion-failed]: `secrets-stay` fails: a version is replicated to \
///      arn:aws:s3:::backup in a way that the assertion forbids (at `Rule[0]`)",
/// );
/// # Ok::<(), s3_replication::Report>(())
/// ```
#[must_use]
pub fn report(checked: &[Checked<'_>], engine: &Engine, policy_name: &str) -> Report {
    let findings = checked.iter().enumerate().filter_map(|(index, checked)| {
        let (path, message, help) = about(checked, engine)?;
        let finding = match checked.outcome() {
            Outcome::Violated(_) => Diagnostic::error(FAILED, None, path, message),
            _ => Diagnostic::warning(UNKNOWN, None, path, message),
        };
        let place = FieldPath::root().field("Assertions").index(index);
        let place = Place::field(place).in_document(policy_name);
        let requirement = checked.assertion().requirement().as_str();
        let finding = finding.with_note(place, format!("the assertion, `{requirement}`"));
        Some(finding.with_help(help))
    });
    findings.collect()
}

/// Returns the place in the configuration, the message and the help.
fn about(checked: &Checked<'_>, engine: &Engine) -> Option<(FieldPath, String, String)> {
    let id = Visible(checked.assertion().id());
    match checked.outcome() {
        Outcome::Proved => None,
        Outcome::Violated(counterexample) => {
            let (violation, witness) = (counterexample.violation(), counterexample.witness());
            let subject = match violation {
                Violation::DeleteMarkerNotReplicated { .. } => "",
                _ => "a version ",
            };
            let message = format!("`{id}` fails: {subject}{violation}");
            let help = format!("give `decide` this object to see why: {witness}");
            Some((rule_of(violation, checked, engine), message, help))
        }
        Outcome::Undecided(undecided) => {
            let (it, help) = match undecided {
                Undecided::MissingFacts { .. } => ("it ", "give the facts about the buckets"),
                Undecided::PrefixSearch => (
                    "",
                    "write prefixes none of which begins another, or ask `explain` about objects",
                ),
                _ => ("", "write a simpler assertion"),
            };
            let message = format!("`{id}` is not decided: {it}{undecided}");
            Some((FieldPath::root(), message, help.to_owned()))
        }
    }
}

/// Returns the place of the rule that replicates the violating version to the bucket of the
/// violation.
fn rule_of(violation: &Violation, checked: &Checked<'_>, engine: &Engine) -> FieldPath {
    let Outcome::Violated(counterexample) = checked.outcome() else { return FieldPath::root() };
    let (bucket, witness) = match violation {
        Violation::Forbidden { bucket } => (Some(bucket), counterexample.witness()),
        // The rule that replicates the object is the one that leaves the delete marker behind.
        Violation::DeleteMarkerNotReplicated { bucket, object } => (Some(bucket), object),
        Violation::TooFew { .. } => (None, counterexample.witness()),
    };
    let version = witness.version();
    let decision = engine.decide(&version, witness.event());
    let mut made = decision.replications();
    let found = made.find(|made| bucket.is_none_or(|bucket| made.bucket() == bucket));
    found.map(|made| FieldPath::rule(made.rule().position)).unwrap_or_default()
}

/// Adds the positions in the text of a policy to findings of [`report`], which name the policy as the
/// text is named.
pub fn locate(policy: &SourceText, report: &mut Report) {
    let Ok(document) = form::tree(policy.text(), Form::CliJson) else { return };
    let content = &super::form::POLICY.content;
    let mut locator = Locator::new(document.root(), content, Form::CliJson);
    report.locate_in(Some(policy.name()), |path| Some(locator.find(path)));
}

/// Returns the description of a finding of [`report`], by its code.
#[must_use]
pub fn describe(code: &str) -> Option<FindingDescription> {
    let (summary, explanation) = match code {
        FAILED => (
            "an assertion of the policy fails",
            "The answer is exact: the finding names the violating object with the shortest key.",
        ),
        UNKNOWN => (
            "an assertion of the policy is not decided",
            "The assertion depends on facts about buckets that are not known, is too complex, or is about \
             a store that compares a key with one rule only.",
        ),
        _ => return None,
    };
    Some(FindingDescription { summary, explanation })
}
