//! Differences between two configurations, as text and as JSON.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use s3_replication::Engine;
use s3_replication::analysis::{Difference, ObjectKind, Witness};
use s3_replication::engine::Replication;
use s3_replication::text::Visible;

use crate::cli::answer::ReplicationForm;
use crate::cli::describe;

/// The engines of both configurations. They decide about the witness of a difference.
pub(super) struct Engines {
    old: Engine,
    new: Engine,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DifferenceForm<'a> {
    bucket: &'a str,
    subjects: Vec<ObjectKind>,
    witness: &'a Witness,
    old: Option<ReplicationForm<'a>>,
    new: Option<ReplicationForm<'a>>,
}

impl Engines {
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
            subjects: difference.object_kinds(),
            witness: &witness,
            old: old.to(bucket).map(ReplicationForm::new),
            new: new.to(bucket).map(ReplicationForm::new),
        };
        // Writing this form to memory can't fail.
        to_raw_value(&form).unwrap_or_else(|_| RawValue::NULL.to_owned())
    }

    /// Returns a difference as text: the objects, and for each kind of them both decisions about an
    /// example. Replicas of two kinds can differ, so an example answers for its own kind only.
    pub(super) fn text(&self, difference: &Difference<'_>) -> String {
        let bucket = difference.bucket();
        let mut text = String::new();
        for (index, (kind, witness)) in difference.witnesses().iter().enumerate() {
            let kind = kind_name(*kind);
            let _ = match index {
                0 => writeln!(text, "{bucket}: {kind}\n  of {}", objects(difference)),
                _ => writeln!(text, "  {kind}"),
            };
            let version = witness.version();
            for (side, engine) in [("old", &self.old), ("new", &self.new)] {
                let decision = engine.decide(&version, witness.event());
                let _ = writeln!(text, "  {side}: {}", replica(decision.to(bucket), witness));
            }
            let _ = writeln!(text, "  such as: {}", Visible(&witness.to_string()));
        }
        text.push('\n');
        text
    }
}

fn replica(replication: Option<&Replication<'_>>, witness: &Witness) -> String {
    let Some(replication) = replication else { return "nothing".to_owned() };
    let rule = replication.rule().name().to_string();
    let replica = describe::replica(replication, witness.event());
    format!("{replica}, by rule `{}`", Visible(&rule))
}

fn kind_name(kind: ObjectKind) -> String {
    match kind {
        ObjectKind::ObjectsUnderKms => "objects encrypted with SSE-KMS".to_owned(),
        kind => kind.as_str().replace('-', " "),
    }
}

/// Describes the objects of a difference: those that both rules match and no other rule wins.
fn objects(difference: &Difference<'_>) -> String {
    let rules = [difference.old_rule(), difference.new_rule()].into_iter().flatten();
    let prefixes = rules.clone().map(|rule| rule.filter.key_prefix().as_str());
    let keys = match prefixes.max_by_key(|prefix| prefix.len()) {
        None | Some("") => "all keys".to_owned(),
        Some(prefix) => format!("keys that begin with `{}`", Visible(prefix)),
    };
    let all = |texts: Vec<String>, before: &str, between: &str| {
        let mut texts: Vec<String> =
            texts.iter().map(|text| format!("`{}`", Visible(text))).collect();
        texts.sort_unstable();
        texts.dedup();
        if texts.is_empty() { String::new() } else { before.to_owned() + &texts.join(between) }
    };
    let tags = rules.clone().flat_map(|rule| rule.filter.tags()).map(ToString::to_string);
    let tags = all(tags.collect(), " tagged ", " and ");
    let exclusions = || rules.clone().map(|rule| rule.filter.exclusion());
    let excluded = exclusions().flat_map(|exclusion| exclusion.prefixes());
    let excluded = all(excluded.map(ToString::to_string).collect(), " but not with ", " or ");
    let without = exclusions().flat_map(|exclusion| exclusion.tags());
    let without = all(without.map(ToString::to_string).collect(), " without the tag ", " or ");
    format!("{keys}{excluded}{tags}{without}, unless another rule wins")
}
