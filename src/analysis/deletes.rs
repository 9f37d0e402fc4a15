//! Whether delete markers go where objects go.

use std::collections::BTreeMap;

use crate::analysis::Witness;
use crate::analysis::case::Case;
use crate::analysis::joint::{Condition, Joint};
use crate::analysis::way::{Way, Ways};
use crate::dialect::Dialect;
use crate::model::{ReplicationConfiguration, ReplicationRule};

/// What becomes of the delete markers of what a rule replicates.
#[derive(Debug)]
pub(crate) struct Deletes {
    /// Whether any of them goes where the object went.
    pub(crate) any_goes: bool,
    /// One that does not.
    pub(crate) stays: Witness,
}

/// Returns the rules that ask for tags and replicate an object whose delete marker does not go where
/// the object goes, by their positions. Where no rule replicates delete markers to a bucket there is
/// nothing to find out, and nothing is returned.
pub(crate) fn deletes(
    configuration: &ReplicationConfiguration,
    dialect: &Dialect,
) -> BTreeMap<usize, Deletes> {
    let ways = Ways::new(&[configuration], dialect);
    ways.all().iter().flat_map(|way| deletes_of(way, &ways)).collect()
}

fn deletes_of<'s, 'a>(way: &Way<'s, 'a>, ways: &'s Ways<'a>) -> BTreeMap<usize, Deletes> {
    let mut found = BTreeMap::new();
    let asks_for_tags = way.rules().any(|rule| !rule.filter.tags().is_empty());
    let replicates_markers = way.rules().any(ReplicationRule::replicates_delete_markers);
    if !asks_for_tags || !replicates_markers {
        return found;
    }
    // A delete marker of the key, which has no tags whatever the object has.
    let goes = Condition::goes(way, Case::DeleteMarker).of_object(1);
    let stays = Condition::stays(way, Case::DeleteMarker).of_object(1);
    let objects = [Case::Object, Case::ObjectUnderKms].map(|case| Condition::goes(way, case));
    for object in objects {
        for mut staying in Joint::new(ways, &[object, stays]).by_rule() {
            let rule = staying.rules.first().copied().flatten();
            let rule = rule.filter(|rule| !rule.filter.tags().is_empty());
            let (Some(rule), Some(stays)) = (rule, staying.witnesses.pop()) else { continue };
            found.entry(rule.position).or_insert(Deletes { any_goes: false, stays });
        }
    }
    for object in objects {
        for going in Joint::new(ways, &[object, goes]).by_rule() {
            let rule = going.rules.first().copied().flatten();
            if let Some(deletes) = rule.and_then(|rule| found.get_mut(&rule.position)) {
                deletes.any_goes = true;
            }
        }
    }
    found
}
