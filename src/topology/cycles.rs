//! Cycles of three buckets or more. Two buckets that replicate to each other usually do so on
//! purpose, so they are not reported.
//!
//! ```text
//! photos ─▶ backup ─▶ archive ─▶ photos
//! ```
//!
//! On S3 such a cycle is harmless: a replica is not replicated again, so an object goes one hop. It
//! matters for two reasons. The author probably expected the object in all three buckets. And a
//! store that replicates replicas would replicate it round the cycle without end.
//!
//! A *link* is a pair of buckets, with the rules of the first that replicate to the second. An
//! object takes a link if one of these rules replicates it. A *place* is a part of the key space,
//! which prefixes divide: the keys of a place begin with the same prefixes of rules.
//!
//! The search has four steps:
//!
//! ```text
//! components    buckets from each of which links lead to all the others; the rest is left out
//! PlaceGraph    for each place, the links that objects with its keys can take
//! Search        from each bucket, the shortest path back to it that some object follows
//! finding       an object that goes round the cycle, as evidence
//! ```

mod components;
mod place_graph;

use std::collections::BTreeSet;
use std::rc::Rc;

use self::components::components;
use self::place_graph::PlaceGraph;
use crate::analysis::{Case, Trail};
use crate::model::BucketArn;
use crate::topology::query::{Link, Queries, Query, WRITTEN};
use crate::topology::{Finding, FindingKind};

/// The most paths that are searched among the buckets of one component.
///
/// A component can have very many cycles, but then the search finds one soon, and stops. The limit
/// is for components with many paths that no object follows to the end.
pub(super) const PATH_LIMIT: usize = 100_000;

/// Adds a finding for each cycle that is found, and returns the components that have too many paths
/// to search.
///
/// The search begins at each bucket that is in no earlier finding. It looks for the shortest cycle
/// that an object would follow if replicas were replicated.
pub(super) fn find<'a>(
    queries: &Queries<'_, 'a>,
    findings: &mut Vec<Finding<'a>>,
) -> Vec<Vec<&'a BucketArn>> {
    let mut incomplete = Vec::new();
    let links = queries.links().iter().map(|link| (link.from, link.to));
    for component in components(links) {
        // A cycle of links is not enough: different keys may take each link. So there is a graph
        // for each place, with the links that objects with its keys can take.
        let graphs = PlaceGraph::all(queries, &component);
        let mut search = Search { queries, graphs, paths_left: PATH_LIMIT, is_incomplete: false };
        search.find(&component, findings);
        if search.is_incomplete {
            incomplete.push(component.into_iter().collect());
        }
    }
    incomplete.sort_unstable();
    incomplete
}

/// The search for cycles within one component.
///
/// An object has one key, and so one place. Each graph belongs to one place, and has only the links
/// that are in a cycle there.
struct Search<'q, 's, 'a> {
    /// The links and the search for objects, shared by all components.
    queries: &'q Queries<'s, 'a>,
    /// A graph for each place and kind of object that has cycles.
    graphs: Vec<PlaceGraph<'q, 's, 'a>>,
    /// The paths that may still be looked at; see [`PATH_LIMIT`].
    paths_left: usize,
    /// True if the limit was reached, so that cycles may be missing.
    is_incomplete: bool,
}

/// A path that some object follows to its end.
struct Path<'q, 's, 'a> {
    /// The index of the graph in [`Search::graphs`].
    graph: usize,
    /// The last link.
    link: &'q Link<'s, 'a>,
    /// The conditions of the rules that an object must meet to follow the whole path.
    trail: Rc<Trail<'q, 's, 'a>>,
    /// The path without its last link; `None` for a path of one link.
    before: Option<Rc<Self>>,
}

impl<'q, 's, 'a> Path<'q, 's, 'a> {
    /// Iterates over the links, from the last to the first.
    fn links(&self) -> impl Iterator<Item = &'q Link<'s, 'a>> {
        let paths = std::iter::successors(Some(self), |path| path.before.as_deref());
        paths.map(|path| path.link)
    }
}

impl<'q, 's, 'a> Search<'q, 's, 'a> {
    /// Searches from each bucket of a component. A bucket that is in a found cycle is not searched
    /// again: one cycle is enough to warn about it.
    fn find(&mut self, component: &BTreeSet<&'a BucketArn>, findings: &mut Vec<Finding<'a>>) {
        let mut in_cycle: BTreeSet<&BucketArn> = BTreeSet::new();
        for start in component {
            if in_cycle.contains(start) {
                continue;
            }
            match self.shortest_cycle(start) {
                Some(cycle) => {
                    in_cycle.extend(cycle.iter().map(|link| link.from));
                    findings.extend(finding(self.queries, &cycle));
                }
                // No cycle leads through this bucket, so other cycles are found without it. At the
                // limit that is not known, but then the search finds nothing more in any case.
                None => self.graphs.iter_mut().for_each(|graph| graph.remove(start)),
            }
        }
    }

    /// Returns the shortest cycle from a bucket that an object would follow, by a breadth-first
    /// search over paths. A path that no object follows to the end is not extended: an object that
    /// follows a longer path follows every part of it.
    fn shortest_cycle(&mut self, start: &'a BucketArn) -> Option<Vec<&'q Link<'s, 'a>>> {
        // Breadth first, over all keys at once: the first path that closes is a shortest cycle.
        let graphs = (0..self.graphs.len()).map(|graph| (graph, None::<Rc<Path<'q, 's, 'a>>>));
        let mut paths: Vec<_> = graphs.collect();
        while !paths.is_empty() {
            let mut longer = Vec::new();
            for (number, path) in paths {
                let graph = self.graphs.get(number)?;
                let last = path.as_ref().map_or(start, |path| path.link.to);
                for link in graph.links_from(last) {
                    let closes = link.to == start;
                    let before = || path.iter().flat_map(|path| path.links());
                    // Two buckets that replicate to each other are no cycle worth a finding.
                    let is_too_short = closes && before().nth(1).is_none();
                    // A path that visits a bucket twice contains a shorter cycle, which the search
                    // from that bucket finds.
                    let repeats = !closes && before().any(|before| before.from == link.to);
                    if is_too_short || repeats {
                        continue;
                    }
                    let trail = path.as_ref().map(|path| &path.trail);
                    for trail in graph.trails(link, trail, self.queries) {
                        if self.paths_left == 0 {
                            self.is_incomplete = true;
                            return None;
                        }
                        self.paths_left -= 1;
                        let before = path.clone();
                        let next = Path { graph: number, link, trail: Rc::new(trail), before };
                        if closes {
                            let mut links: Vec<_> = next.links().collect();
                            links.reverse();
                            return Some(links);
                        }
                        longer.push(Rc::new(next));
                    }
                }
            }
            paths = longer.into_iter().map(|path| (path.graph, Some(path))).collect();
        }
        None
    }
}

/// Returns the queries for an object that takes every link of a path.
fn along<'l, 's, 'a>(path: &[&'l Link<'s, 'a>], case: Case) -> Vec<Query<'l, 's, 'a>> {
    path.iter().map(|link| link.replicates(case)).collect()
}

/// Returns the finding about a cycle, with an object that goes round it; `None` if the search for
/// that object gives up.
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
