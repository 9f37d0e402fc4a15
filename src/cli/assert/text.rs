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
pub(super) fn answer(checked: &Checked<'_>, engine: &Engine, known: &KnownBuckets) -> String {
    let word = match checked.outcome() {
        Outcome::Proved => "held",
        Outcome::Violated(_) => "FAILED",
        _ => "UNKNOWN",
    };
    let id = beginning(checked.assertion().id());
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
            for (bucket, comparison) in broken(checked, counterexample, engine, known) {
                let _ = writeln!(text, "  in {bucket} {}", Visible(&comparison.to_string()));
            }
            if let Violation::DeleteMarkerNotReplicated { object, .. } = violation {
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

/// Returns the properties that break an assertion, each with the bucket of the replication that has it.
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

/// Returns the number of assertions with each outcome.
pub(super) fn summary(checked: &[Checked<'_>]) -> String {
    let counts = ["held", "failed", "unknown"].into_iter().filter_map(|word| {
        let alike = || checked.iter().filter(|checked| checked.outcome().as_str() == word);
        Some(styled(alike().next()?, &format!("{} {word}", alike().count())))
    });
    let counts: Vec<String> = counts.collect();
    format!("{}: {}\n", counted(checked.len(), "assertion"), counts.join(", "))
}
