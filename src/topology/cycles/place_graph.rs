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
    case: Case,
    place: Place,
    // INVARIANT: sorted by source; both ends are in the same strongly connected component.
    links: Vec<&'q Link<'s, 'a>>,
}

impl<'q, 's, 'a> PlaceGraph<'q, 's, 'a> {
    /// Returns the graphs of all cases and places that have cycles.
    pub(super) fn all(
        queries: &'q Queries<'s, 'a>,
        component: &BTreeSet<&'a BucketArn>,
    ) -> Vec<Self> {
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
        graphs.retain(|graph| !graph.links.is_empty());
        graphs
    }

    /// Iterates over the links from a bucket, by destination.
    pub(super) fn links_from(&self, from: &BucketArn) -> impl Iterator<Item = &'q Link<'s, 'a>> {
        let first = self.links.partition_point(|link| link.from < from);
        let links = self.links.iter().skip(first).copied();
        links.take_while(move |link| link.from == from)
    }

    /// Returns the ways in which some object goes on along a link.
    pub(super) fn trails(
        &self,
        link: &'q Link<'s, 'a>,
        before: Option<&Rc<Trail<'q, 's, 'a>>>,
        queries: &Queries<'s, 'a>,
    ) -> Vec<Trail<'q, 's, 'a>> {
        Trail::along(&link.route, (self.case, self.place), before, queries.routes())
    }

    /// Removes a bucket, and the links that are then in no cycle.
    pub(super) fn remove(&mut self, bucket: &BucketArn) {
        let before = self.links.len();
        self.links.retain(|link| link.from != bucket && link.to != bucket);
        if self.links.len() < before {
            let links = std::mem::take(&mut self.links);
            *self = Self { links, ..*self }.reduced();
        }
    }

    /// Removes the links that are in no cycle of three buckets or more.
    fn reduced(mut self) -> Self {
        let ends = self.links.iter().map(|link| (link.from, link.to));
        let components = components(ends);
        let numbered = components.iter().enumerate();
        let numbers: BTreeMap<&BucketArn, usize> = numbered
            .flat_map(|(number, buckets)| buckets.iter().map(move |bucket| (*bucket, number)))
            .collect();
        self.links.retain(|link| {
            let (from, to) = (numbers.get(link.from), numbers.get(link.to));
            from.is_some() && from == to
        });
        self.links.sort_by_key(|link| (link.from, link.to));
        self
    }
}
