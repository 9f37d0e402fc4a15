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

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use s3_replication::analysis::{Difference, DifferenceCondition, ObjectKind, Witness};
use s3_replication::engine::Replication;
use s3_replication::model::Prefix;
use s3_replication::text::Visible;
use s3_replication::{Engine, RuleFilter};

use crate::cli::answer::ReplicationForm;
use crate::cli::describe;

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
        // Writing this form to memory can't fail.
        to_raw_value(&form).unwrap_or_else(|_| RawValue::NULL.to_owned())
    }

    /// Returns a difference as text: the objects, both decisions about them, and an example.
    pub(super) fn text(&self, difference: &Difference<'_>) -> String {
        let (witness, bucket) = (difference.witness(), difference.bucket());
        let mut text = String::new();
        let kinds = kind_name(difference.object_kind(), &difference.conditions());
        let _ = writeln!(text, "{bucket}: {kinds}\n  of {}", objects(difference));
        let version = witness.version();
        for (side, engine) in [("old", &self.old), ("new", &self.new)] {
            let decision = engine.decide(&version, witness.event());
            let _ = writeln!(text, "  {side}: {}", replica(decision.to(bucket), &witness));
        }
        let _ = writeln!(text, "  such as: {}\n", Visible(&witness.to_string()));
        text
    }
}

/// Describes one side of a difference.
fn replica(replication: Option<&Replication<'_>>, witness: &Witness) -> String {
    let Some(replication) = replication else { return "nothing".to_owned() };
    let rule = replication.rule().name().to_string();
    let replica = describe::replica_of_kind(replication, witness.event());
    format!("{replica}, by rule `{}`", Visible(&rule))
}

/// Names the objects of a difference, with the conditions under which they differ.
fn kind_name(kind: ObjectKind, conditions: &[DifferenceCondition]) -> String {
    let kind = match kind {
        ObjectKind::ObjectsUnderKms => "objects encrypted with SSE-KMS".to_owned(),
        kind => kind.as_str().replace('-', " "),
    };
    let of = if kind.ends_with("modifications") { " of replicas" } else { "" };
    let conditions: Vec<String> = conditions.iter().map(ToString::to_string).collect();
    match conditions.as_slice() {
        [] => kind,
        conditions => format!("{kind}{of} {}", conditions.join(", or ")),
    }
}

/// The most excluded prefixes, and the most excluded tags, that a description lists.
const LISTED: usize = 5;

/// Describes the objects of a difference: those that both rules match and no other rule wins.
fn objects(difference: &Difference<'_>) -> String {
    let rules = [difference.old_rule(), difference.new_rule()].into_iter().flatten();
    let filters = || rules.clone().map(|rule| &rule.filter);
    let prefix = filters().map(|filter| filter.key_prefix().as_str());
    let prefix = prefix.max_by_key(|prefix| prefix.len()).unwrap_or_default();
    let keys = match prefix {
        "" => "all keys".to_owned(),
        prefix => format!("keys that begin with `{}`", Visible(prefix)),
    };
    let excluded = filters().flat_map(|filter| filter.exclusion().prefixes());
    let excluded = excluded.map(Prefix::as_str).filter(|excluded| excluded.starts_with(prefix));
    let except = match listed(excluded.map(str::to_owned), " or ") {
        None => String::new(),
        Some(prefixes) if prefix.is_empty() => format!(" except those that begin with {prefixes}"),
        Some(prefixes) => format!(" but not with {prefixes}"),
    };
    let tags = filters().flat_map(RuleFilter::tags).map(ToString::to_string);
    let tagged = listed_all(tags, " and ").map_or(String::new(), |tags| format!(" tagged {tags}"));
    let without = filters().flat_map(|filter| filter.exclusion().tags()).map(ToString::to_string);
    let untagged = match listed(without, " or ") {
        None => String::new(),
        Some(tags) if tagged.is_empty() => format!(" not tagged {tags}"),
        Some(tags) => format!(" and not {tags}"),
    };
    format!("{keys}{except}{tagged}{untagged}, unless another rule wins")
}

/// Lists some texts, each once; `None` when there are none.
fn listed_all(texts: impl Iterator<Item = String>, word: &str) -> Option<String> {
    let texts: BTreeSet<String> = texts.collect();
    let texts: Vec<String> = texts.iter().map(|text| format!("`{}`", Visible(text))).collect();
    (!texts.is_empty()).then(|| texts.join(word))
}

/// Lists the first of some texts, each once, and the number of the others.
fn listed(texts: impl Iterator<Item = String>, word: &str) -> Option<String> {
    let texts: BTreeSet<String> = texts.collect();
    let others = texts.len().saturating_sub(LISTED);
    let first = listed_all(texts.into_iter().take(LISTED), word)?;
    Some(if others > 0 { format!("{first}{word}{others} others") } else { first })
}
