//! The delete markers of the objects that a rule replicates.
//!
//! A delete marker has no tags, so a rule with tags never selects it, and the copy of a deleted
//! object stays visible in the destination. Whether that happens depends on the other rules for the
//! bucket: one without tags may take the marker along. The lint `tag-filter-leaves-delete-markers`
//! reports it.
//!
//! ```text
//! rules to backup: `kept` (tag keep=yes), `all` (prefix logs/, delete markers enabled)
//! object a with keep=yes      goes by `kept`, its marker stays        reported for `kept`
//! object logs/a with keep=yes goes by `kept`, its marker by `all`     `some_follow` is true
//! ```

use std::collections::BTreeMap;

use crate::analysis::Witness;
use crate::analysis::case::Case;
use crate::analysis::joint_search::{Constraint, JointSearch};
use crate::analysis::route::{Route, Routes};
use crate::dialect::Dialect;
use crate::model::{ReplicationConfiguration, ReplicationRule};

/// Delete markers that are not replicated although their objects are.
#[derive(Debug)]
pub(crate) struct DeleteMarkersLeft {
    /// True if some delete marker goes where an object of the rule goes.
    pub(crate) some_follow: bool,
    /// A delete marker that does not go where its object goes.
    pub(crate) left: Witness,
}

/// Returns, by position, the rules with tags that replicate an object whose delete marker does not
/// go to the same bucket.
///
/// Buckets to which no rule replicates delete markers are left out: their owner does not want any.
pub(crate) fn delete_markers_left(
    configuration: &ReplicationConfiguration,
    dialect: &Dialect,
) -> BTreeMap<usize, DeleteMarkersLeft> {
    let routes = Routes::new(&[configuration], dialect);
    // A rule has one destination bucket, so no two routes have an entry for the same position.
    routes.all().iter().flat_map(|route| left_on(route, &routes)).collect()
}

/// Returns the same for one route.
fn left_on<'s, 'a>(
    route: &Route<'s, 'a>,
    routes: &'s Routes<'a>,
) -> BTreeMap<usize, DeleteMarkersLeft> {
    let mut by_rule = BTreeMap::new();
    // Without tags, an object and its delete marker are won by the same rule, whose own setting
    // decides. That is no surprise to report.
    let has_tags = route.rules().any(|rule| !rule.filter.tags().is_empty());
    let replicates_markers = route.rules().any(ReplicationRule::replicates_delete_markers);
    if !has_tags || !replicates_markers {
        return by_rule;
    }
    // The delete marker has the key of the object, but never tags: so it is a second object.
    let marker_goes = Constraint::goes(route, Case::DeleteMarker).of_second_object();
    let marker_stays = Constraint::stays(route, Case::DeleteMarker).of_second_object();
    let objects = [Case::Object, Case::ObjectUnderKms].map(|case| Constraint::goes(route, case));
    for object in objects {
        for mut solution in JointSearch::new(routes, &[object, marker_stays]).by_rule() {
            let rule = solution.rules.first().copied().flatten();
            let rule = rule.filter(|rule| !rule.filter.tags().is_empty());
            let (Some(rule), Some(left)) = (rule, solution.witnesses.pop()) else { continue };
            // The first case is versions with SSE-S3. Its witness stays, since it is the simpler
            // one.
            let entry = by_rule.entry(rule.position);
            entry.or_insert(DeleteMarkersLeft { some_follow: false, left });
        }
    }
    for object in objects {
        for solution in JointSearch::new(routes, &[object, marker_goes]).by_rule() {
            let rule = solution.rules.first().copied().flatten();
            // Only rules that leave a marker are in the map. A rule whose markers all follow is no
            // finding.
            if let Some(markers) = rule.and_then(|rule| by_rule.get_mut(&rule.position)) {
                markers.some_follow = true;
            }
        }
    }
    by_rule
}
