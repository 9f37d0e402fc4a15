//! The configurations that a document with unknown values may stand for.
//!
//! A template leaves values open, and the command line still wants to decide about objects. An
//! unknown value has endless values, but for one object only a few differ: an unknown prefix either
//! begins the key or it does not. So each unknown value gets one choice for each of these cases,
//! and the configurations are all combinations of choices.
//!
//! ```text
//! one unknown status                       2 configurations: enabled, disabled
//! an unknown prefix and an unknown status  4
//! seven unknown values of two choices      128, which is too many: `None`
//! two readings of a template               the configurations of both
//! ```
//!
//! The caller decides with each configuration. If all answers are the same, the unknown values do
//! not matter for the object. Names of things outside, such as a role, have stand-ins and no
//! choices.

use crate::model::{
    ConfigurationDraft, FilterDraft, OwnerOverride, Prefix, Priority, ReplicationConfiguration,
    RuleDraft, RuleStatus, StorageClass, Tag,
};
use crate::parser::{Parsed, UnknownValue};
use crate::path::Step;

/// The most configurations that are compared.
///
/// Each of them is an engine for the caller, and each object is decided by every engine.
const MOST: usize = 64;

/// One value that an unknown field may have.
///
/// It sets the field in a copy of the rule. It must work for a rule without the parts around the
/// field, since reading has left a hole.
type Choice = fn(&mut RuleDraft);

impl Parsed {
    /// Returns configurations of which one decides about any object as the document will once its
    /// unknown values are known; `None` if there are too many.
    ///
    /// Where all of them make the same decision about an object, the unknown values do not matter for
    /// the object. Nothing follows about other objects. A document without unknown values stands for
    /// one configuration.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::Parser;
    ///
    /// let rule = r#"{"Status": "Enabled", "Prefix": "a", "Destination": {"Bucket": "arn:aws:s3:::b-b"}}"#;
    /// let text = format!(r#"{{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{rule}]}}"#);
    /// let parsed = Parser::new().parse_json(&text);
    /// assert_eq!(parsed.possible_configurations().unwrap().len(), 1);
    /// ```
    #[must_use]
    pub fn possible_configurations(&self) -> Option<Vec<ReplicationConfiguration>> {
        if !self.alternatives.is_empty() {
            let mut all = Vec::new();
            for reading in &self.alternatives {
                all.extend(reading.possible_configurations()?);
            }
            all.dedup();
            return (all.len() <= MOST).then_some(all);
        }
        // Each unknown value multiplies the drafts by its choices. The bound is checked each time,
        // before the next factor.
        let mut drafts = vec![self.draft.clone()?];
        for unknown in self.unknown.iter().filter(|unknown| !unknown.is_opaque()) {
            let (rule, choices) = choices_of(unknown)?;
            let mut chosen: Vec<ConfigurationDraft> = Vec::new();
            for draft in &drafts {
                for choice in choices {
                    let mut draft = draft.clone();
                    choice(draft.rules.get_mut(rule)?);
                    chosen.push(draft);
                }
            }
            drafts = chosen;
            if drafts.len() > MOST {
                return None;
            }
        }
        // A single draft that is not a configuration makes all of it `None`: nothing can be concluded
        // from the rest.
        let read = |draft| {
            let configuration = self.dialect.configuration_of(draft)?;
            Some(configuration.in_given_zones(self.zones.as_ref()))
        };
        drafts.into_iter().map(read).collect()
    }
}

/// Returns the rule of an unknown value and the values that it may have, as far as they can differ for
/// one object: a prefix either is that of its key or it is not.
///
/// Returns `None` for a value outside the rules and for a field that is not listed, such as the
/// whole `Destination` or a `Not`: then nothing about the rule is certain.
///
/// | field | choices |
/// | --- | --- |
/// | a status | enabled, disabled |
/// | priority | lowest, highest: before or behind every known one |
/// | prefix | one of all keys, one of none |
/// | tag | none at all, one that no object has |
/// | storage class | `STANDARD`, `GLACIER` |
/// | minutes | nothing to choose |
fn choices_of(unknown: &UnknownValue) -> Option<(usize, &'static [Choice])> {
    let [Step::Field(_), Step::Index(rule), fields @ ..] = unknown.path().steps() else {
        return None;
    };
    let names: Vec<&str> = fields
        .iter()
        .filter_map(|step| match step {
            Step::Field(name) => Some(&**name),
            Step::Index(_) => None,
        })
        .collect();
    let choices: &'static [Choice] = match names[..] {
        ["Status"] => &[|rule| rule.status = ENABLED, |rule| rule.status = DISABLED],
        ["Priority"] => &[
            |rule| rule.priority = Priority::new(0).ok(),
            |rule| rule.priority = Priority::new(i32::MAX.unsigned_abs()).ok(),
        ],
        ["Prefix"] => &[
            |rule| rule.prefix = Some(Prefix::EMPTY),
            |rule| rule.prefix = Some(prefix_of_nothing()),
        ],
        ["Filter"] => &[
            |rule| rule.filter = Some(FilterDraft::default()),
            |rule| {
                let prefix = Some(prefix_of_nothing());
                rule.filter = Some(FilterDraft { prefix, ..FilterDraft::default() });
            },
        ],
        ["Filter", "Prefix"] => &[
            |rule| in_filter(rule, |filter| filter.prefix = Some(Prefix::EMPTY)),
            |rule| in_filter(rule, |filter| filter.prefix = Some(prefix_of_nothing())),
        ],
        ["Filter", "Tag", ..] => &[
            |rule| in_filter(rule, |filter| filter.tag = None),
            |rule| in_filter(rule, |filter| filter.tag = tag_of_nothing()),
        ],
        ["Filter", "And", "Prefix"] => &[
            |rule| in_filter(rule, |filter| set_prefix_of_and(filter, Prefix::EMPTY)),
            |rule| in_filter(rule, |filter| set_prefix_of_and(filter, prefix_of_nothing())),
        ],
        // The tags that are known stay. The unknown one is on the object, which changes nothing, or
        // it is not.
        ["Filter", "And", "Tag", ..] => &[
            |_| {},
            |rule| {
                in_filter(rule, |filter| {
                    if let Some(and) = &mut filter.and {
                        and.tags.extend(tag_of_nothing());
                    }
                });
            },
        ],
        ["DeleteMarkerReplication", ..] => &[
            |rule| rule.delete_marker_replication = ENABLED,
            |rule| rule.delete_marker_replication = DISABLED,
        ],
        ["SourceSelectionCriteria", "SseKmsEncryptedObjects", ..] => &[
            |rule| in_selection(rule, |selection| selection.sse_kms_encrypted_objects = ENABLED),
            |rule| in_selection(rule, |selection| selection.sse_kms_encrypted_objects = DISABLED),
        ],
        ["SourceSelectionCriteria", "ReplicaModifications", ..] => &[
            |rule| in_selection(rule, |selection| selection.replica_modifications = ENABLED),
            |rule| in_selection(rule, |selection| selection.replica_modifications = DISABLED),
        ],
        ["Destination", "StorageClass"] => &[
            |rule| set_storage_class(rule, StorageClass::STANDARD),
            |rule| set_storage_class(rule, StorageClass::GLACIER),
        ],
        // The vocabulary has one word.
        ["Destination", "AccessControlTranslation", "Owner"] => &[|rule| {
            if let Some(destination) = &mut rule.destination {
                destination.access_control_translation = Some(OwnerOverride::Destination);
            }
        }],
        ["Destination", "Metrics", "Status"] => {
            &[|rule| set_metrics(rule, ENABLED), |rule| set_metrics(rule, DISABLED)]
        }
        ["Destination", "ReplicationTime", "Status"] => {
            &[|rule| set_time(rule, ENABLED), |rule| set_time(rule, DISABLED)]
        }
        // S3 takes one number only, so nothing depends on it.
        ["Destination", "Metrics" | "ReplicationTime", _, "Minutes"] => &[|_| {}],
        _ => return None,
    };
    Some((*rule, choices))
}

/// A switch that is written and on.
const ENABLED: Option<RuleStatus> = Some(RuleStatus::Enabled);

/// A switch that is written and off.
const DISABLED: Option<RuleStatus> = Some(RuleStatus::Disabled);

/// A prefix that no key has: it fills a whole key with a control character.
///
/// A key has at most 1,024 bytes, so only the key that is equal to it would match.
fn prefix_of_nothing() -> Prefix {
    "\u{7F}".repeat(1024).parse().unwrap_or(Prefix::EMPTY)
}

/// A tag that no object has.
///
/// `None` cannot happen: both parts are within the limits of a tag.
fn tag_of_nothing() -> Option<Tag> {
    Tag::new("\u{7F}".repeat(128), "\u{7F}").ok()
}

/// Changes the filter of a rule, which is created if a hole has left none.
fn in_filter(rule: &mut RuleDraft, change: impl FnOnce(&mut FilterDraft)) {
    change(rule.filter.get_or_insert_default());
}

/// Sets the prefix of `And`, which is created if a hole has left none.
fn set_prefix_of_and(filter: &mut FilterDraft, prefix: Prefix) {
    filter.and.get_or_insert_default().prefix = Some(prefix);
}

/// Changes the criteria of a rule, which are created if a hole has left none.
fn in_selection(
    rule: &mut RuleDraft,
    change: impl FnOnce(&mut crate::model::SourceSelectionDraft),
) {
    change(rule.source_selection_criteria.get_or_insert_default());
}

/// Sets the storage class of the replicas, if the rule has a destination.
fn set_storage_class(rule: &mut RuleDraft, class: StorageClass) {
    if let Some(destination) = &mut rule.destination {
        destination.storage_class = Some(class);
    }
}

/// Sets the status of the metrics, if the rule has a destination.
fn set_metrics(rule: &mut RuleDraft, status: Option<RuleStatus>) {
    if let Some(destination) = &mut rule.destination {
        destination.metrics.get_or_insert_default().status = status;
    }
}

/// Sets the status of the time control, if the rule has a destination.
fn set_time(rule: &mut RuleDraft, status: Option<RuleStatus>) {
    if let Some(destination) = &mut rule.destination {
        destination.replication_time.get_or_insert_default().status = status;
    }
}
