//! Answers for programs.

use serde::Serialize;

use s3_replication::Engine;
use s3_replication::analysis::Witness;
use s3_replication::engine::Decision;
use s3_replication::model::{BucketArn, BucketName};
use s3_replication::policy::{Checked, Fact, Outcome, Undecided, Violation};

use crate::cli::answer::Replications;

#[derive(Serialize)]
struct DocumentForm<'a> {
    held: bool,
    assertions: Vec<AssertionForm<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AssertionForm<'a> {
    id: &'a str,
    requirement: &'static str,
    outcome: &'static str,
    /// Why it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    doubt: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offence: Option<&'static str>,
    /// The destination bucket that the offence is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<&'a str>,
    /// The object whose delete marker stays behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<&'a Witness>,
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<&'a Witness>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replications: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<MissingForm<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct MissingForm<'a> {
    bucket: &'a BucketName,
    fact: Fact,
}

/// Returns everything as one document, with what the engine decides about each object.
pub(super) fn document(checked: &[Checked<'_>], engine: &Engine) -> String {
    let assertions = checked.iter().map(|checked| form(checked, engine)).collect();
    let held = checked.iter().all(Checked::is_proved);
    let form = DocumentForm { held, assertions };
    // Writing this form to memory can't fail.
    serde_json::to_string(&form).unwrap_or_default() + "\n"
}

fn form<'a>(checked: &'a Checked<'_>, engine: &Engine) -> AssertionForm<'a> {
    let assertion = checked.assertion();
    let held = AssertionForm {
        id: assertion.id(),
        requirement: assertion.requirement().as_str(),
        outcome: "held",
        doubt: None,
        offence: None,
        bucket: None,
        object: None,
        witness: None,
        replications: None,
        missing: Vec::new(),
    };
    match checked.outcome() {
        Outcome::Violated(found) => {
            let (offence, bucket, object) = match found.violation() {
                Violation::TooFew { .. } => ("too-few", None, None),
                Violation::Forbidden { bucket } => ("forbidden", Some(bucket), None),
                Violation::DeleteMarkerNotReplicated { bucket, object } => {
                    ("marker-left", Some(bucket), Some(object))
                }
                _ => ("other", None, None),
            };
            AssertionForm {
                outcome: "failed",
                offence: Some(offence),
                bucket: bucket.map(BucketArn::as_str),
                object,
                witness: Some(found.witness()),
                replications: Some(decided(found.witness(), engine)),
                ..held
            }
        }
        Outcome::Undecided(Undecided::MissingFacts { facts, witness }) => AssertionForm {
            outcome: "unknown",
            doubt: Some("missing-facts"),
            witness: Some(witness),
            replications: Some(decided(witness, engine)),
            missing: facts
                .iter()
                .map(|missing| MissingForm { bucket: &missing.bucket, fact: missing.fact })
                .collect(),
            ..held
        },
        Outcome::Undecided(doubt) => {
            let doubt = if *doubt == Undecided::TooComplex { "too-complex" } else { "other" };
            AssertionForm { outcome: "unknown", doubt: Some(doubt), ..held }
        }
        _ => held,
    }
}

fn decided(witness: &Witness, engine: &Engine) -> serde_json::Value {
    let version = witness.version();
    let decision: Decision<'_> = engine.decide(&version, witness.event());
    serde_json::to_value(Replications(&decision)).unwrap_or_default()
}
