//! The answers as JSON.
//!
//! `outcome` is The word for the outcome: `held`, `failed` or `unknown`. A failed assertion has an
//! `Offence` and a `Witness`, which `decide` takes as input; an unknown one has a `Doubt` and,
//! where facts are missing, `Missing`.
//!
//! The answers to a failed and to an unknown assertion, where `Replications` is shortened:
//!
//! ```json
//! {"held": false, "assertions": [
//!   {"Id": "tax-is-kept", "Requirement": "MustReach", "Outcome": "failed",
//!    "Offence": "too-few", "Witness": {"Key": "Tax/", "Event": "ObjectCreated:Put"},
//!    "Replications": [{"Bucket": "arn:aws:s3:::backup", "Rule": "tax"}]},
//!   {"Id": "in-europe", "Requirement": "MayOnlyReach", "Outcome": "unknown",
//!    "Doubt": "missing-facts", "Witness": {"Key": "a", "Event": "ObjectCreated:Put"},
//!    "Replications": [{"Bucket": "arn:aws:s3:::backup", "Rule": "all"}],
//!    "Missing": [{"Bucket": "backup", "Fact": "Region"}]}]}
//! ```

use serde::Serialize;

use s3_replication::Engine;
use s3_replication::analysis::Witness;
use s3_replication::engine::Decision;
use s3_replication::model::BucketName;
use s3_replication::policy::{Checked, Fact, Outcome, Undecided, Violation};

use crate::cli::answer::Replications;

/// The document: `held` is true if every assertion is proved, whatever `--allow-unknown` makes of
/// the exit status.
#[derive(Serialize)]
struct DocumentForm<'a> {
    held: bool,
    assertions: Vec<AssertionForm<'a>>,
}

/// The answer about one assertion. Members without a meaning for its outcome are absent.
#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AssertionForm<'a> {
    /// The `Id` that the policy gives.
    id: &'a str,
    /// The member of the policy that requires something, such as `MustReach`.
    requirement: &'static str,
    /// `held`, `failed` or `unknown`.
    outcome: &'static str,
    /// The reason why the outcome is unknown: `missing-facts`, `too-complex`,
    /// `policy-too-complex` or `prefix-search`.
    #[serde(skip_serializing_if = "Option::is_none")]
    doubt: Option<&'static str>,
    /// The violation: `too-few`, `forbidden` or `marker-left`.
    #[serde(skip_serializing_if = "Option::is_none")]
    offence: Option<&'static str>,
    /// The destination bucket of the violation. Absent for `too-few`, which is about all buckets.
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<&'a str>,
    /// The object whose delete marker is not replicated.
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<&'a Witness>,
    /// The object that fails, or on which the outcome depends. It is input for `decide`. A search
    /// that gave up has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<&'a Witness>,
    /// The decision about the witness.
    #[serde(skip_serializing_if = "Option::is_none")]
    replications: Option<serde_json::Value>,
    /// The facts that would settle an unknown outcome, sorted by bucket.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<MissingForm<'a>>,
}

/// A fact on which the outcome depends.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct MissingForm<'a> {
    bucket: &'a BucketName,
    fact: Fact,
}

/// Returns all answers as one document, with the decision of the engine about each object.
pub(super) fn document(checked: &[Checked<'_>], engine: &Engine) -> String {
    let form = DocumentForm {
        held: checked.iter().all(Checked::is_proved),
        assertions: checked.iter().map(|checked| form(checked, engine)).collect(),
    };
    // Writing this form to memory cannot fail.
    serde_json::to_string(&form).unwrap_or_default() + "\n"
}

/// Returns the answer about one assertion.
///
/// Every form starts with the three members that all have. The match adds those of the outcome, so
/// that a member is never written with a value that means nothing.
fn form<'a>(checked: &'a Checked<'_>, engine: &Engine) -> AssertionForm<'a> {
    let mut form = AssertionForm {
        id: checked.assertion().id(),
        requirement: checked.assertion().requirement().as_str(),
        outcome: checked.outcome().as_str(),
        ..AssertionForm::default()
    };
    match checked.outcome() {
        Outcome::Violated(counterexample) => {
            let violation = counterexample.violation();
            form.offence = Some(violation.code());
            match violation {
                Violation::Forbidden { bucket } => form.bucket = Some(bucket.as_str()),
                // Two objects prove it: the witness is the delete marker, and `Object` the version
                // of the same key that is replicated.
                Violation::DeleteMarkerNotReplicated { bucket, object } => {
                    (form.bucket, form.object) = (Some(bucket.as_str()), Some(object));
                }
                _ => {}
            }
            form.witness = Some(counterexample.witness());
        }
        Outcome::Undecided(undecided) => {
            form.doubt = Some(undecided.code());
            // The other reasons name neither facts nor an object.
            if let Undecided::MissingFacts { facts, witness } = undecided {
                let missing = facts.iter();
                form.missing = missing
                    .map(|missing| MissingForm { bucket: &missing.bucket, fact: missing.fact })
                    .collect();
                form.witness = Some(witness);
            }
        }
        _ => {}
    }
    form.replications = form.witness.map(|witness| replications(witness, engine));
    form
}

/// Returns the decision about an object, as `decide` writes it, so that the claim can be checked.
fn replications(witness: &Witness, engine: &Engine) -> serde_json::Value {
    let version = witness.version();
    let decision: Decision<'_> = engine.decide(&version, witness.event());
    serde_json::to_value(Replications(&decision)).unwrap_or_default()
}
