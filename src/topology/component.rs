//! Buckets from each of which ways lead to every other one, and back: only among these there are
//! circles.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::BucketArn;
use crate::topology::survey::Survey;

/// Where ways lead from each bucket.
type Ways<'a> = BTreeMap<&'a BucketArn, Vec<&'a BucketArn>>;

/// Returns the sets of such buckets, as large as can be; none of fewer than three.
pub(super) fn components<'a>(survey: &Survey<'_, 'a>) -> Vec<BTreeSet<&'a BucketArn>> {
    let (mut there, mut back) = (Ways::new(), Ways::new());
    for link in survey.links() {
        there.entry(link.from).or_default().push(link.to);
        back.entry(link.to).or_default().push(link.from);
    }
    // Backwards from whatever was left last, ways lead to nothing but its own component.
    let (mut order, mut seen) = (Vec::new(), BTreeSet::new());
    for start in there.keys() {
        visit(&there, start, &mut seen, &mut order);
    }
    let (mut components, mut seen) = (Vec::new(), BTreeSet::new());
    for start in order.into_iter().rev() {
        let mut component = Vec::new();
        visit(&back, start, &mut seen, &mut component);
        components.push(BTreeSet::from_iter(component));
    }
    components.retain(|component| component.len() >= 3);
    components
}

/// Adds the buckets that ways lead to and that were not seen before, each after those behind it.
fn visit<'a>(
    ways: &Ways<'a>,
    start: &'a BucketArn,
    seen: &mut BTreeSet<&'a BucketArn>,
    left: &mut Vec<&'a BucketArn>,
) {
    let mut open = vec![(start, false)];
    while let Some((bucket, is_behind_done)) = open.pop() {
        if is_behind_done {
            left.push(bucket);
        } else if seen.insert(bucket) {
            open.push((bucket, true));
            open.extend(ways.get(bucket).into_iter().flatten().map(|next| (*next, false)));
        }
    }
}
