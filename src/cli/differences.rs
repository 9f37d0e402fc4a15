//! Differences between two configurations, as text and as JSON.
//!
//! A difference as text:
//!
//! ```text
//! arn:aws:s3:::backup: objects in another storage class than STANDARD_IA
//!   of keys that begin with `Tax/`, unless another rule wins
//!   old: the object, in STANDARD_IA, encrypted with SSE-S3, …, by rule `tax`
//!   new: the object, in the storage class of the source (here STANDARD), …, by rule `all`
//!   such as: {"Key":"Tax/","Event":"ObjectCreated:Put"}
//! ```
//!
//! and as JSON, where the replications are shortened:
//!
//! ```json
//! {"Bucket": "arn:aws:s3:::backup", "Subjects": ["objects"],
//!  "Conditions": [{"StorageClassOtherThan": "STANDARD_IA"}],
//!  "Witness": {"Key": "Tax/", "Event": "ObjectCreated:Put"},
//!  "Old": {"Bucket": "arn:aws:s3:::backup", "Rule": "tax", "StorageClass": "STANDARD_IA"},
//!  "New": {"Bucket": "arn:aws:s3:::backup", "Rule": "all", "StorageClass": "STANDARD"}}
//! ```

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use s3_replication::Engine;
use s3_replication::analysis::{Difference, DifferenceCondition, ObjectKind, Witness};
use s3_replication::engine::Replication;
use s3_replication::text::Visible;

use crate::cli::answer::ReplicationForm;
use crate::cli::describe;
use crate::cli::styles::Styles;

/// The answer where a comparison gives up.
pub(super) const NOT_DECIDED: &str =
    "not decided: the tags and prefixes that the rules exclude are too complex to compare";

/// The engines of both configurations. They decide about the witness of a difference.
pub(super) struct Engines {
    old: Engine,
    new: Engine,
}

/// A difference as JSON. `Old` and `New` are the replications of the witness to the bucket, `null`
/// where there is none.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DifferenceForm<'a> {
    bucket: &'a str,
    subjects: [ObjectKind; 1],
    /// The objects of the kind, where not all differ: those for which one condition holds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conditions: Vec<DifferenceCondition>,
    witness: &'a Witness,
    old: Option<ReplicationForm<'a>>,
    new: Option<ReplicationForm<'a>>,
}

impl Engines {
    /// Creates the engines of the old and the new configuration.
    pub(super) const fn new(old: Engine, new: Engine) -> Self {
        Self { old, new }
    }

    /// Returns a difference as JSON.
    pub(super) fn json(&self, difference: &Difference<'_>) -> Box<RawValue> {
        let (witness, bucket) = (difference.witness(), difference.bucket());
        let version = witness.version();
        let old = self.old.decide(&version, witness.event());
        let new = self.new.decide(&version, witness.event());
        let form = DifferenceForm {
            bucket: bucket.as_str(),
            subjects: [difference.object_kind()],
            conditions: difference.conditions(),
            witness: &witness,
            old: old.to(bucket).map(ReplicationForm::new),
            new: new.to(bucket).map(ReplicationForm::new),
        };
        // Writing this form to memory cannot fail.
        to_raw_value(&form).unwrap_or_else(|_| RawValue::NULL.to_owned())
    }

    /// Returns a difference as text: the objects, both decisions about them, and an example.
    pub(super) fn text(&self, difference: &Difference<'_>, styles: Styles) -> String {
        let (witness, bucket) = (difference.witness(), difference.bucket());
        let mut text = String::new();
        let (kinds, keys) = (difference.subject(), difference.keys());
        let bucket_name = styles.heading(bucket.as_str());
        let _ = writeln!(text, "{bucket_name}: {kinds}\n  of {keys}");
        let version = witness.version();
        let (old, new) = (styles.error("old"), styles.success("new"));
        for (side, engine) in [(old, &self.old), (new, &self.new)] {
            let decision = engine.decide(&version, witness.event());
            let _ = writeln!(text, "  {side}: {}", replica(decision.to(bucket), &witness));
        }
        let _ = writeln!(text, "  such as: {}\n", Visible(&witness.to_string()));
        text
    }
}

/// Describes one side of a difference: the replica and its rule, or `nothing`.
fn replica(replication: Option<&Replication<'_>>, witness: &Witness) -> String {
    let Some(replication) = replication else { return "nothing".to_owned() };
    let rule = replication.rule().name().to_string();
    let replica = describe::replica_of_kind(replication, witness.event());
    format!("{replica}, by rule `{}`", Visible(&rule))
}
