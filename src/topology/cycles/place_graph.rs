//! The links that an object with one key can take.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::analysis::{Case, Place, Trail};
use crate::model::BucketArn;
use crate::topology::cycles::components::components;
use crate::topology::query::{Link, Queries, WRITTEN};

/// The links among the buckets of a component that objects of a case, with keys of a place, can take:
/// those of cycles of three buckets or more.
pub(super) struct PlaceGraph<'q, 's, 'a> {
    /// The kind of object: rules may select objects under SSE-KMS, or not.
    case: Case,
    /// The place of the key space that the keys are in.
    place: Place,
    // INVARIANT: sorted by source; both ends are in the same strongly connected component.
    links: Vec<&'q Link<'s, 'a>>,
}

impl<'q, 's, 'a> PlaceGraph<'q, 's, 'a> {
    /// Returns the graphs of all cases and places that have cycles.
    ///
    /// The places are those of any link of the component. A link goes into the graph of each place
    /// at which it takes some object, so an object that goes around a cycle is in one graph with
    /// all links of the cycle.
    pub(super) fn all(
        queries: &'q Queries<'s, 'a>,
        component: &BTreeSet<&'a BucketArn>,
    ) -> Vec<Self> {
        // A link out of the component is in no cycle, at any place.
        let is_inside =
            |link: &&Link<'_, '_>| component.contains(link.from) && component.contains(link.to);
        let links: Vec<&Link<'s, 'a>> = queries.links().iter().filter(is_inside).collect();
        let mut graphs = Vec::new();
        for case in WRITTEN {
            let places: BTreeSet<Place> =
                links.iter().flat_map(|link| link.route.places(case)).collect();
            let places: Vec<Place> = places.into_iter().collect();
            let mut by_place: BTreeMap<Place, Vec<&Link<'s, 'a>>> = BTreeMap::new();
            for link in &links {
                for place in link.route.places_where_it_goes(case, &places) {
                    by_place.entry(place).or_default().push(link);
                }
            }
            let all = by_place.into_iter().map(|(place, links)| Self { case, place, links });
            graphs.extend(all.map(Self::reduced));
        }
        // Most places have no cycle at all.
        graphs.retain(|graph| !graph.links.is_empty());
        graphs
    }

    /// Iterates over the links from a bucket, by destination.
    pub(super) fn links_from(&self, from: &BucketArn) -> impl Iterator<Item = &'q Link<'s, 'a>> {
        // The links are sorted, so those of one bucket stand together.
        let first = self.links.partition_point(|link| link.from < from);
        let links = self.links.iter().skip(first).copied();
        links.take_while(move |link| link.from == from)
    }

    /// Returns the ways in which some object goes on along a link.
    ///
    /// `before` has what the links of the path so far restrict; `None` is the first link. Without a
    /// result, no object goes along the whole path.
    pub(super) fn trails(
        &self,
        link: &'q Link<'s, 'a>,
        before: Option<&Rc<Trail<'q, 's, 'a>>>,
        queries: &Queries<'s, 'a>,
    ) -> Vec<Trail<'q, 's, 'a>> {
        Trail::along(&link.route, (self.case, self.place), before, queries.routes())
    }

    /// Removes a bucket, and the links that are then in no cycle.
    ///
    /// The caller has shown that no object goes around through the bucket.
    pub(super) fn remove(&mut self, bucket: &BucketArn) {
        let before = self.links.len();
        self.links.retain(|link| link.from != bucket && link.to != bucket);
        // Nothing was removed from the graphs of other places.
        if self.links.len() < before {
            let links = std::mem::take(&mut self.links);
            *self = Self { links, ..*self }.reduced();
        }
    }

    /// Removes the links that are in no cycle of three buckets or more.
    ///
    /// A link between two components is in no cycle, and neither is one in a component of two
    /// buckets.
    fn reduced(mut self) -> Self {
        let ends = self.links.iter().map(|link| (link.from, link.to));
        let components = components(ends);
        let numbered = components.iter().enumerate();
        let numbers: BTreeMap<&BucketArn, usize> = numbered
            .flat_map(|(number, buckets)| buckets.iter().map(move |bucket| (*bucket, number)))
            .collect();
        self.links.retain(|link| {
            let (from, to) = (numbers.get(link.from), numbers.get(link.to));
            // Small components have no number.
            from.is_some() && from == to
        });
        self.links.sort_by_key(|link| (link.from, link.to));
        self
    }
}
