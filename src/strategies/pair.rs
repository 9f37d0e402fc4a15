//! Generators of pairs of configurations, for comparisons.
//!
//! Two unrelated configurations differ almost always, and at the first object that is tried. So
//! most pairs are a configuration and a copy with one change, which may have an effect, or none: a
//! change of a rule that never wins, for instance. Tests compare each answer with that of a slow
//! and simple comparison.

use proptest::prelude::*;
use proptest::sample::Index;

use super::configuration::few;
use super::exclusion::excluding;
use crate::dialect::{Dialect, PriorityScope};
use crate::model::{ConfigurationDraft, ReplicationConfiguration};

/// Generates two small configurations: two unrelated ones, or one and a copy of it with at most one
/// change.
///
/// The related pairs are four times as frequent.
pub fn pair() -> impl Strategy<Value = (ReplicationConfiguration, ReplicationConfiguration)> {
    let unrelated = (few(), few());
    // The copy depends on the first configuration, so it is drawn after it.
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
///
/// No change is one of the cases: the two are then equal, and have to compare so.
pub fn changed(
    configuration: &ReplicationConfiguration,
) -> impl Strategy<Value = ReplicationConfiguration> + use<> {
    let original = configuration.clone();
    let drawn = (few(), any::<Index>(), any::<Index>(), 0..15u8);
    drawn.prop_map(move |(donor, at, from, what)| {
        let mut draft = original.to_draft();
        change(&mut draft, &donor.to_draft(), at, from, what);
        // The dialect for which the generators make configurations.
        let dialect = Dialect::AWS.with_priority_scope(PriorityScope::Destination);
        // A change that makes the configuration invalid is undone.
        draft.validate(&dialect).unwrap_or_else(|_| original.clone())
    })
}

/// Copies one part from the donor, or from another rule.
///
/// `what` is one of 15 kinds: none, the order of the rules, a rule less or more, two priorities
/// exchanged, or one setting of a rule.
fn change(
    draft: &mut ConfigurationDraft,
    donor: &ConfigurationDraft,
    at: Index,
    from: Index,
    what: u8,
) {
    // The same draw picks another rule of the draft and a rule of the donor: only one of them is
    // used.
    let other = from.index(draft.rules.len());
    let at = at.index(draft.rules.len());
    match what {
        0 => return,
        // The order of the rules alone, and with it the names of rules without an ID.
        1 => return draft.rules.reverse(),
        2 => return drop(draft.rules.remove(at)),
        3 => return draft.rules.extend(donor.rules.first().cloned()),
        // Two rules exchange their priorities, so none is repeated.
        4 => {
            let priority = |at: usize| draft.rules.get(at).and_then(|rule| rule.priority);
            let (mine, its) = (priority(at), priority(other));
            draft.rules.get_mut(at).into_iter().for_each(|rule| rule.priority = its);
            draft.rules.get_mut(other).into_iter().for_each(|rule| rule.priority = mine);
            return;
        }
        _ => {}
    }
    // From here on the parts come from the donor, a configuration with settings of its own.
    let source = from.get(&donor.rules).clone();
    let (Some(rule), Some(given)) = (draft.rules.get_mut(at), source.destination) else { return };
    // Every generated rule has a destination, so neither line returns.
    let Some(destination) = &mut rule.destination else { return };
    match what {
        5 => rule.id = source.id,
        6 => rule.status = source.status,
        7 => (rule.prefix, rule.filter) = (source.prefix, source.filter),
        8 => rule.delete_marker_replication = source.delete_marker_replication,
        // Together, because a rule that selects SSE-KMS needs a key.
        9 => {
            rule.source_selection_criteria = source.source_selection_criteria;
            destination.encryption_configuration = given.encryption_configuration;
        }
        10 => destination.bucket = given.bucket,
        11 => destination.storage_class = given.storage_class,
        // Together, because an owner override needs an account.
        12 => {
            destination.account = given.account;
            destination.access_control_translation = given.access_control_translation;
        }
        // Together, because time control needs metrics.
        13 => {
            destination.replication_time = given.replication_time;
            destination.metrics = given.metrics;
        }
        _ => rule.destination = Some(given),
    }
}
