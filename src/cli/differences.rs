//! Differences between two configurations, for people and for programs.

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use s3_replication::Engine;
use s3_replication::analysis::{Difference, ObjectKind, Witness};
use s3_replication::engine::Replication;
use s3_replication::text::Visible;

use crate::cli::answer::ReplicationForm;
use crate::cli::describe;

/// Shows differences: what each side does about the witness, its own engine says.
pub(super) struct Shown {
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

impl Shown {
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

    /// Returns a difference in words: what is concerned, what comes of it on each side, an example.
    pub(super) fn text(&self, difference: &Difference<'_>) -> String {
        let (witness, bucket) = (difference.witness(), difference.bucket());
        let version = witness.version();
        let old = self.old.decide(&version, witness.event());
        let new = self.new.decide(&version, witness.event());
        let side = |made: Option<&Replication<'_>>| match made {
            Some(made) => {
                let name = made.rule().name().to_string();
                format!("{}, by rule `{}`", describe::what(made, witness.event()), Visible(&name))
            }
            None => "nothing".to_owned(),
        };
        let subjects: Vec<String> = difference.object_kinds().into_iter().map(in_words).collect();
        format!(
            "{bucket}: {}\n  of {}\n  old: {}\n  new: {}\n  such as: {}\n\n",
            subjects.join(", "),
            objects(difference),
            side(old.to(bucket)),
            side(new.to(bucket)),
            Visible(&witness.to_string()),
        )
    }
}

fn in_words(kind: ObjectKind) -> String {
    match kind {
        ObjectKind::ObjectsUnderKms => "objects under KMS".to_owned(),
        kind => kind.as_str().replace('-', " "),
    }
}

/// Says which objects two rules win together: those that both match, as long as no other rule
/// wins them.
fn objects(difference: &Difference<'_>) -> String {
    let rules = [difference.old_rule(), difference.new_rule()].into_iter().flatten();
    let prefixes = rules.clone().map(|rule| rule.filter.key_prefix().as_str());
    let keys = match prefixes.max_by_key(|prefix| prefix.len()) {
        None | Some("") => "all keys".to_owned(),
        Some(prefix) => format!("keys that begin with `{}`", Visible(prefix)),
    };
    let tags = rules.flat_map(|rule| rule.filter.tags()).map(ToString::to_string);
    let mut tags: Vec<String> = tags.map(|tag| format!("`{}`", Visible(&tag))).collect();
    tags.sort_unstable();
    tags.dedup();
    let tagged = if tags.is_empty() { "" } else { " tagged " };
    format!("{keys}{tagged}{}, unless another rule wins", tags.join(" and "))
}
