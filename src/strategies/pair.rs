use proptest::prelude::*;
use proptest::sample::Index;

use super::configuration::few;
use super::exclusion::excluding;
use crate::dialect::{Dialect, PriorityScope};
use crate::model::{ConfigurationDraft, ReplicationConfiguration};

/// Generates two small configurations: two unrelated ones, or one and a copy of it with at most one
/// change.
pub fn pair() -> impl Strategy<Value = (ReplicationConfiguration, ReplicationConfiguration)> {
    let unrelated = (few(), few());
    let related = few().prop_flat_map(|old| {
        let new = changed(&old);
        (Just(old), new)
    });
    prop_oneof![1 => unrelated, 4 => related]
}

/// Generates two small configurations whose rules exclude a lot: two unrelated ones, or one and a
/// copy of it with other exclusions or at most one change.
pub fn excluding_pair()
-> impl Strategy<Value = (ReplicationConfiguration, ReplicationConfiguration)> {
    // Boxed, because such a chain of strategies takes up a lot of the stack.
    let draw = || few().prop_flat_map(|configuration| excluding(&configuration)).boxed();
    let related = draw().prop_flat_map(|old| {
        let new = prop_oneof![3 => changed(&old).boxed(), 2 => excluding(&old).boxed()];
        (Just(old), new)
    });
    let related = related.boxed();
    prop_oneof![1 => (draw(), draw()), 4 => related]
}

/// Generates a copy of a configuration with at most one change.
pub fn changed(
    configuration: &ReplicationConfiguration,
) -> impl Strategy<Value = ReplicationConfiguration> + use<> {
    let original = configuration.clone();
    let drawn = (few(), any::<Index>(), any::<Index>(), 0..15u8);
    drawn.prop_map(move |(donor, at, from, what)| {
        let mut draft = original.to_draft();
        change(&mut draft, &donor.to_draft(), at, from, what);
        let dialect = Dialect::AWS.with_priority_scope(PriorityScope::Destination);
        // A change that makes the configuration invalid is undone.
        draft.validate(&dialect).unwrap_or_else(|_| original.clone())
    })
}

/// Copies one part from the donor, or from another rule.
fn change(
    draft: &mut ConfigurationDraft,
    donor: &ConfigurationDraft,
    at: Index,
    from: Index,
    what: u8,
) {
    let other = from.index(draft.rules.len());
    let at = at.index(draft.rules.len());
    match what {
        0 => return,
        1 => return draft.rules.reverse(),
        2 => return drop(draft.rules.remove(at)),
        3 => return draft.rules.extend(donor.rules.first().cloned()),
        4 => {
            let priority = |at: usize| draft.rules.get(at).and_then(|rule| rule.priority);
            let (mine, its) = (priority(at), priority(other));
            draft.rules.get_mut(at).into_iter().for_each(|rule| rule.priority = its);
            draft.rules.get_mut(other).into_iter().for_each(|rule| rule.priority = mine);
            return;
        }
        _ => {}
    }
    let source = from.get(&donor.rules).clone();
    let (Some(rule), Some(given)) = (draft.rules.get_mut(at), source.destination) else { return };
    let Some(destination) = &mut rule.destination else { return };
    match what {
        5 => rule.id = source.id,
        6 => rule.status = source.status,
        7 => (rule.prefix, rule.filter) = (source.prefix, source.filter),
        8 => rule.delete_marker_replication = source.delete_marker_replication,
        9 => {
            rule.source_selection_criteria = source.source_selection_criteria;
            destination.encryption_configuration = given.encryption_configuration;
        }
        10 => destination.bucket = given.bucket,
        11 => destination.storage_class = given.storage_class,
        12 => {
            destination.account = given.account;
            destination.access_control_translation = given.access_control_translation;
        }
        13 => {
            destination.replication_time = given.replication_time;
            destination.metrics = given.metrics;
        }
        _ => rule.destination = Some(given),
    }
}
