//! Cycles of three buckets or more. Two buckets that replicate to each other are no surprise.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::Case;
use crate::model::BucketArn;
use crate::topology::query::{Link, Queries, Query, WRITTEN};
use crate::topology::{Finding, FindingKind};

/// The most paths that are searched among the buckets of one component.
///
/// There can be more cycles than anyone counts, but then the first one is found at once. The limit is
/// for components with many paths and no object that follows any of them to the end.
pub(super) const PATH_LIMIT: usize = 50_000;

/// Finds, from each bucket that is in no cycle found before, the shortest cycle around which an object
/// would go if replicas were replicated. Returns the components that have too many paths to search.
pub(super) fn find<'a>(
    queries: &Queries<'_, 'a>,
    findings: &mut Vec<Finding<'a>>,
) -> Vec<Vec<&'a BucketArn>> {
    let mut incomplete = Vec::new();
    for component in components(queries) {
        let mut search =
            Search { queries, component: &component, paths_left: PATH_LIMIT, is_incomplete: false };
        search.find(findings);
        if search.is_incomplete {
            incomplete.push(component.into_iter().collect());
        }
    }
    incomplete.sort_unstable();
    incomplete
}

/// The search for cycles within one component.
struct Search<'c, 's, 'a> {
    queries: &'c Queries<'s, 'a>,
    component: &'c BTreeSet<&'a BucketArn>,
    paths_left: usize,
    is_incomplete: bool,
}

impl<'c, 's, 'a> Search<'c, 's, 'a> {
    fn find(&mut self, findings: &mut Vec<Finding<'a>>) {
        let mut in_cycle: BTreeSet<&BucketArn> = BTreeSet::new();
        for start in self.component {
            if in_cycle.contains(start) {
                continue;
            }
            if let Some(cycle) = self.shortest_cycle(start) {
                in_cycle.extend(cycle.iter().map(|link| link.from));
                findings.extend(finding(self.queries, &cycle));
            }
        }
    }

    /// Returns the shortest cycle from a bucket that an object would follow, by a breadth-first
    /// search over paths. A path that no object follows to the end is not extended: an object that
    /// follows a longer path follows every part of it.
    fn shortest_cycle(&mut self, start: &'a BucketArn) -> Option<Vec<&'c Link<'s, 'a>>> {
        let mut paths: Vec<Vec<&Link<'s, 'a>>> = vec![Vec::new()];
        while !paths.is_empty() {
            let mut longer = Vec::new();
            for path in paths {
                let last = path.last().map_or(start, |link| link.to);
                for link in self.queries.links_from(last) {
                    let closes = link.to == start;
                    let is_too_short = closes && path.len() < 2;
                    let repeats = !closes && path.iter().any(|before| before.from == link.to);
                    if is_too_short || repeats || !self.component.contains(link.to) {
                        continue;
                    }
                    if self.paths_left == 0 {
                        self.is_incomplete = true;
                        return None;
                    }
                    self.paths_left -= 1;
                    let next: Vec<&Link<'s, 'a>> = path.iter().copied().chain([link]).collect();
                    if WRITTEN.into_iter().any(|case| self.queries.any(&along(&next, case))) {
                        if closes {
                            return Some(next);
                        }
                        longer.push(next);
                    }
                }
            }
            paths = longer;
        }
        None
    }
}

/// Returns the queries for an object that goes along every link of a path.
fn along<'l, 's, 'a>(path: &[&'l Link<'s, 'a>], case: Case) -> Vec<Query<'l, 's, 'a>> {
    path.iter().map(|link| link.replicates(case)).collect()
}

fn finding<'s, 'a>(queries: &Queries<'s, 'a>, cycle: &[&Link<'s, 'a>]) -> Option<Finding<'a>> {
    let mut cases = WRITTEN.into_iter();
    let (case, mut evidence) =
        cases.find_map(|case| Some((case, queries.first(&along(cycle, case))?)))?;
    evidence.object_kinds.push(case.object_kind());
    let others = cases.filter(|case| queries.any(&along(cycle, *case)));
    evidence.object_kinds.extend(others.map(Case::object_kind));
    let first = cycle.first()?.from.name();
    let names = cycle.iter().map(|link| link.from.name()).chain([first]);
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    let witness = evidence.hops.first()?.witness.to_string();
    let message = format!(
        "every bucket of the cycle {} would replicate {witness} to the next one; the object and \
         changes to its metadata go one hop only, because S3 does not replicate replicas",
        names.join(" -> ")
    );
    let help = "give each bucket a rule for every other one if all are to hold the object; the cycle \
                itself is safe on S3, but in a store that replicates replicas the object would go \
                round for ever";
    Some(Finding::new(FindingKind::ReplicationCycle, first, evidence, message, help))
}

/// The buckets to which, or from which, links lead.
type Neighbours<'a> = BTreeMap<&'a BucketArn, Vec<&'a BucketArn>>;

/// Returns the strongly connected components of three buckets or more: links lead from each bucket to
/// every other one and back. Every cycle lies within one of them.
fn components<'a>(queries: &Queries<'_, 'a>) -> Vec<BTreeSet<&'a BucketArn>> {
    let (mut forward, mut backward) = (Neighbours::new(), Neighbours::new());
    for link in queries.links() {
        forward.entry(link.from).or_default().push(link.to);
        backward.entry(link.to).or_default().push(link.from);
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
    components.retain(|component| component.len() >= 3);
    components
}

/// Adds the buckets that can be reached and were not seen before, each after those reached from it.
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
