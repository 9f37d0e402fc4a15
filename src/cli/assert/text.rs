//! The answers as text.
//!
//! An example:
//!
//! ```text
//! FAILED   tax-is-kept: Tax documents are kept
//!   reaches 0 of the required 1 bucket
//!   in arn:aws:s3:::backup the bucket is `backup`, not `vault`
//!   such as: {"Key":"Tax/","Event":"ObjectCreated:Put"}
//!     replicates to arn:aws:s3:::backup: the object, in STANDARD_IA, …, by rule `tax`
//! UNKNOWN  in-europe
//!   depends on the Region of `backup`; give it with `--context`
//!   such as: {"Key":"a","Event":"ObjectCreated:Put"}
//!     replicates to arn:aws:s3:::backup: the object, in STANDARD, …, by rule `all`
//! 2 assertions: 1 failed, 1 unknown
//! ```
//!
//! An assertion that holds has one line, `held     tax-is-kept: …`. Every text of a policy passes
//! through [`Visible`], and long ones are cut: the policy is a document like others, and may
//! contain escape sequences.
//!
//! The descriptions of replicas are those of `describe`, as in `explain` and `diff`.

use std::fmt::Write as _;

use s3_replication::Engine;
use s3_replication::analysis::Witness;
use s3_replication::model::{BucketArn, KnownBuckets};
use s3_replication::policy::{
    Checked, Comparison, Counterexample, Fact, Outcome, Requirement, Undecided, Violation,
};
use s3_replication::text::Visible;

use crate::cli::counts::{beginning, counted};
use crate::cli::describe;
use crate::cli::styles::Styles;

/// Returns the outcome of an assertion, and the object that proves it.
///
/// The words are in capitals where the reader has to do something, so that they stand out without
/// colours, too.
pub(super) fn answer(checked: &Checked<'_>, engine: &Engine, known: &KnownBuckets) -> String {
    let word = match checked.outcome() {
        Outcome::Proved => "held",
        Outcome::Violated(_) => "FAILED",
        _ => "UNKNOWN",
    };
    let id = beginning(checked.assertion().id());
    // Padded before it is painted: the sequences of colours would count as characters.
    let label = styled(checked, &format!("{word:7}"));
    let mut text = format!("{label}  {}", Visible(&id));
    if let Some(description) = checked.assertion().description() {
        let _ = write!(text, ": {}", Visible(&beginning(description)));
    }
    text.push('\n');
    match checked.outcome() {
        Outcome::Violated(counterexample) => {
            let (violation, witness) = (counterexample.violation(), counterexample.witness());
            let _ = writeln!(text, "  {violation}");
            // The violation names the requirement, and these lines the member of it that is not
            // satisfied.
            for (bucket, comparison) in broken(checked, counterexample, engine, known) {
                let _ = writeln!(text, "  in {bucket} {}", Visible(&comparison.to_string()));
            }
            if let Violation::DeleteMarkerNotReplicated { object, .. } = violation {
                // Neither of the two decisions is wrong by itself, so both are shown.
                write_object("the object", object, engine, &mut text);
                write_object("the delete marker", witness, engine, &mut text);
            } else {
                write_object("such as", witness, engine, &mut text);
            }
        }
        Outcome::Undecided(Undecided::MissingFacts { facts, witness }) => {
            for missing in facts {
                // A context has no place for the default KMS key.
                let hint = match missing.fact {
                    Fact::DefaultKmsKey => ", which is not known",
                    _ => "; give it with `--context`",
                };
                let _ = writeln!(text, "  depends on {missing}{hint}");
            }
            write_object("such as", witness, engine, &mut text);
        }
        // Nothing was found, so there is no object.
        Outcome::Undecided(undecided) => {
            let _ = writeln!(text, "  {undecided}");
        }
        _ => {}
    }
    text
}

/// Paints a text in the colour of an outcome.
fn styled(checked: &Checked<'_>, text: &str) -> String {
    let styles = Styles::stdout();
    match checked.outcome() {
        Outcome::Proved => styles.success(text),
        Outcome::Violated(_) => styles.error(text),
        _ => styles.warning(text),
    }
}

/// Returns the properties that break an assertion, each with the bucket of the replication that has
/// it.
///
/// Which properties these are depends on the requirement:
///
/// ```text
/// MustReach, too few      of every replication, the properties that differ from the target
/// MayOnlyReach            of the forbidden replication, the properties that differ
/// MustNotReach            of the forbidden replication, the properties that are equal
/// DeleteMarkersMustFollow none: the two decisions show it
/// ```
///
/// The list is empty if the object is replicated nowhere, or if the target names no property:
/// `MustNotReach` without members forbids every replication.
pub(super) fn broken(
    checked: &Checked<'_>,
    counterexample: &Counterexample,
    engine: &Engine,
    known: &KnownBuckets,
) -> Vec<(BucketArn, Comparison)> {
    let requirement = checked.assertion().requirement();
    // What must not be reached is what equals the target.
    let is_forbidden = matches!(requirement, Requirement::MustNotReach(_));
    let of_bucket = match counterexample.violation() {
        Violation::Forbidden { bucket } => Some(bucket),
        Violation::TooFew { .. } => None,
        _ => return Vec::new(),
    };
    let witness = counterexample.witness();
    let version = witness.version();
    let decision = engine.decide(&version, witness.event());
    let concerned = decision
        .replications()
        .filter(|replication| of_bucket.is_none_or(|bucket| bucket == replication.bucket()));
    let broken = concerned.flat_map(|replication| {
        let compared = requirement.target().compare(replication, known).into_iter();
        let broken = compared.filter(|comparison| comparison.is_equal == is_forbidden);
        broken.map(|comparison| (replication.bucket().clone(), comparison))
    });
    broken.collect()
}

/// Writes an object with the decision of the engine about it.
///
/// The object is written as input for `decide`, so that a reader can try it.
fn write_object(label: &str, witness: &Witness, engine: &Engine, text: &mut String) {
    let _ = writeln!(text, "  {label}: {}", Visible(&witness.to_string()));
    let version = witness.version();
    let decision = engine.decide(&version, witness.event());
    for replication in decision.replications() {
        let (bucket, rule) = (replication.bucket(), replication.rule().name().to_string());
        let replica = describe::replica(replication, witness.event());
        let _ =
            writeln!(text, "    replicates to {bucket}: {replica}, by rule `{}`", Visible(&rule));
    }
    if !decision.replicates() {
        text.push_str("    replicates nowhere\n");
    }
}

/// Returns the number of assertions with each outcome: `3 assertions: 2 held, 1 failed`.
///
/// An outcome that no assertion has is left out.
pub(super) fn summary(checked: &[Checked<'_>]) -> String {
    // Each count has the colour of its outcome, which is that of the first assertion with it.
    let counts = ["held", "failed", "unknown"].into_iter().filter_map(|word| {
        let alike = || checked.iter().filter(|checked| checked.outcome().as_str() == word);
        Some(styled(alike().next()?, &format!("{} {word}", alike().count())))
    });
    let counts: Vec<String> = counts.collect();
    format!("{}: {}\n", counted(checked.len(), "assertion"), counts.join(", "))
}
