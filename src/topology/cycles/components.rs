//! Strongly connected components.
//!
//! Buckets in no component of three or more are in no cycle that matters, and need no search.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::BucketArn;

/// The buckets to which, or from which, links lead.
///
/// A bucket without a link in that direction has no entry.
type Neighbours<'a> = BTreeMap<&'a BucketArn, Vec<&'a BucketArn>>;

/// Returns the strongly connected components of three buckets or more: links lead from each bucket to
/// every other one and back. Every cycle lies within one of them.
pub(super) fn components<'a>(
    links: impl Iterator<Item = (&'a BucketArn, &'a BucketArn)>,
) -> Vec<BTreeSet<&'a BucketArn>> {
    let (mut forward, mut backward) = (Neighbours::new(), Neighbours::new());
    for (from, to) in links {
        forward.entry(from).or_default().push(to);
        backward.entry(to).or_default().push(from);
    }
    // Kosaraju's algorithm: from the bucket that a forward search finished last, backward links lead
    // to nothing but its own component and to components already found.
    let mut finished = Vec::new();
    let mut seen = BTreeSet::new();
    for start in forward.keys() {
        visit(&forward, start, &mut seen, &mut finished);
    }
    let mut components = Vec::new();
    let mut seen = BTreeSet::new();
    for start in finished.into_iter().rev() {
        let mut component = Vec::new();
        visit(&backward, start, &mut seen, &mut component);
        components.push(BTreeSet::from_iter(component));
    }
    // A bucket alone and a pair are components, too, and in no cycle that is looked for.
    components.retain(|component| component.len() >= 3);
    components
}

/// Adds the buckets that can be reached and were not seen before, each after those reached from it.
///
/// This is the search in depth, with a stack of its own: a topology may have a chain of thousands
/// of buckets. A bucket is on the stack a second time, below the buckets that it leads to, and is
/// finished when that entry comes.
fn visit<'a>(
    neighbours: &Neighbours<'a>,
    start: &'a BucketArn,
    seen: &mut BTreeSet<&'a BucketArn>,
    finished: &mut Vec<&'a BucketArn>,
) {
    let mut open = vec![(start, false)];
    while let Some((bucket, is_explored)) = open.pop() {
        if is_explored {
            finished.push(bucket);
        } else if seen.insert(bucket) {
            open.push((bucket, true));
            open.extend(neighbours.get(bucket).into_iter().flatten().map(|next| (*next, false)));
        }
    }
}
