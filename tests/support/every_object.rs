//! Every object between which configurations can distinguish, and the effect of a decision on it.

use std::collections::BTreeSet;

use proptest::prelude::*;
use s3_replication::engine::{Action, Replication};
use s3_replication::model::{Event, Tag};
use s3_replication::{Engine, ObjectVersion, ReplicationConfiguration};

/// Describes the effect on one bucket. A change of metadata writes no replica, so what a rule says
/// about replicas is no part of it.
pub(crate) fn effect(made: &Replication<'_>) -> String {
    let replica = made.replica();
    let is_whole = made.action() == Action::ReplicateObject;
    let whole = is_whole.then(|| format!("{}, {:?}", replica.storage_class, replica.encryption));
    let watched = (made.is_time_controlled(), made.has_metrics());
    format!("{} to {}: {whole:?}, {}, {watched:?}", made.action(), made.bucket(), replica.owner)
}

pub(crate) fn effects(engine: &Engine, version: &ObjectVersion<'_>, event: Event) -> Vec<String> {
    engine.decide(version, event).replications().map(effect).collect()
}

/// Every key near a prefix: the prefix, one byte shorter, longer, and different.
pub(crate) fn keys<'a>(
    configurations: impl IntoIterator<Item = &'a ReplicationConfiguration>,
) -> Vec<String> {
    // Behind and before every prefix that tests draw.
    let mut keys = BTreeSet::from(["z".to_owned(), "!".to_owned()]);
    let rules = configurations.into_iter().flat_map(ReplicationConfiguration::rules);
    let prefixes = rules.flat_map(|rule| {
        std::iter::once(rule.filter.key_prefix()).chain(rule.filter.exclusion().prefixes())
    });
    for prefix in prefixes {
        let prefix = prefix.as_str();
        keys.insert(prefix.to_owned());
        keys.insert(prefix.to_owned() + "z");
        keys.insert(prefix.to_owned() + "a");
        if let Some(shorter) = prefix.get(..prefix.len().saturating_sub(1)) {
            keys.insert(shorter.to_owned());
            keys.insert(shorter.to_owned() + "z");
        }
    }
    keys.remove("");
    keys.into_iter().collect()
}

/// Every set of tags that rules require or exclude and one object can have.
pub(crate) fn tag_sets<'a>(
    configurations: impl IntoIterator<Item = &'a ReplicationConfiguration>,
) -> Vec<Vec<Tag>> {
    let rules = configurations.into_iter().flat_map(ReplicationConfiguration::rules);
    let tags =
        rules.flat_map(|rule| rule.filter.tags().iter().chain(rule.filter.exclusion().tags()));
    sets_of(tags.collect())
}

/// Every set of these tags that one object can have: it has a key once.
pub(crate) fn sets_of(tags: BTreeSet<&Tag>) -> Vec<Vec<Tag>> {
    let mut sets: Vec<Vec<Tag>> = vec![Vec::new()];
    for tag in tags {
        for at in 0..sets.len() {
            if sets[at].iter().all(|other| other.key() != tag.key()) {
                sets.push([sets[at].as_slice(), std::slice::from_ref(tag)].concat());
            }
        }
    }
    sets
}

/// Asks about every object and event between which the configurations can distinguish, if `kinds`
/// are the versions without key and tags, and the events, that differ for their dialects.
pub(crate) fn for_every_object<'a, K: Copy>(
    kinds: Vec<(ObjectVersion<'static>, Event, K)>,
    configurations: impl IntoIterator<Item = &'a ReplicationConfiguration> + Clone,
    mut ask: impl FnMut(&ObjectVersion<'_>, Event, K) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let (keys, sets) = (keys(configurations.clone()), tag_sets(configurations));
    for (rest, event, kind) in kinds {
        for (key, tags) in keys.iter().flat_map(|key| sets.iter().map(move |tags| (key, tags))) {
            let mut version: ObjectVersion<'_> = rest.clone();
            version.key = key.as_bytes();
            version.tags = tags.into();
            ask(&version, event, kind)?;
        }
    }
    Ok(())
}
