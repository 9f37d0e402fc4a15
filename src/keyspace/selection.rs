//! The objects that a filter selects.
//!
//! A selection is a set of pairs of a place and a set of tags: the places of one region without
//! some holes, and the sets that contain `tags` and none of `without`. Such sets are closed under
//! intersection, which is what makes questions about several filters as easy as those about one.

use crate::keyspace::prefixes::{Place, Region};
use crate::keyspace::tags::{TagNumbers, TagSet};

/// The objects that a filter selects, or several filters together.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Selection {
    /// The places of the keys that begin with the prefix.
    pub(crate) keys: Region,
    // INVARIANT: sorted and disjoint, within `keys`, and none of them contains its outermost place.
    /// The places of the excluded prefixes.
    pub(super) holes: Vec<Region>,
    /// The tags that all objects have.
    pub(crate) tags: TagSet,
    /// The tags that no object has.
    pub(crate) without: TagNumbers,
}

impl Selection {
    /// Returns the place of the shortest keys.
    pub(crate) const fn place(&self) -> Place {
        self.keys.outermost()
    }

    /// Returns the places of the excluded prefixes, ascending. Prefixes within others are left out.
    pub(crate) fn holes(&self) -> impl Iterator<Item = Place> {
        self.holes.iter().map(|hole| hole.outermost())
    }

    /// Returns true when the keys of a place are selected.
    pub(crate) fn contains(&self, place: Place) -> bool {
        self.keys.contains(place) && (self.holes.is_empty() || !self.is_in_hole(place))
    }

    /// Returns true when a hole contains a place. Holes are sorted and disjoint, so only the last
    /// one that starts at or before the place can.
    fn is_in_hole(&self, place: Place) -> bool {
        let after = self.holes.partition_point(|hole| hole.outermost() <= place);
        let last = after.checked_sub(1).and_then(|last| self.holes.get(last));
        last.is_some_and(|hole| hole.contains(place))
    }

    /// Returns true when objects at a place with just these tags are selected.
    pub(crate) fn matches(&self, place: Place, tags: &TagSet) -> bool {
        self.contains(place) && self.has_tags(tags)
    }

    /// Returns true when objects with just these tags are selected, at places that are.
    pub(crate) fn has_tags(&self, tags: &TagSet) -> bool {
        tags.contains_all(&self.tags) && !self.without.has_any_of(tags)
    }

    /// Returns the selection without the tags that objects must not have.
    pub(crate) fn without_excluded_tags(self) -> Self {
        Self { without: TagNumbers::default(), ..self }
    }

    /// Returns true when an object at one of the places stays selected whatever tags it gets.
    pub(crate) fn excludes_no_tags(&self) -> bool {
        self.without.is_empty()
    }

    /// Returns true when every object at one of the places is selected, whatever its tags.
    pub(crate) fn accepts_any_tags(&self) -> bool {
        self.tags.is_empty() && self.without.is_empty()
    }

    /// Returns the objects of both selections; `None` when there are none. `tags` are those of both.
    ///
    /// Returns `None` also when a tag that one filter requires is excluded by the other.
    pub(super) fn intersection(&self, other: &Self, tags: TagSet) -> Option<Self> {
        let keys = self.keys.intersection(other.keys)?;
        // A hole around the outermost place is around all of them.
        let place = keys.outermost();
        if !self.contains(place) || !other.contains(place) {
            return None;
        }
        let without = self.without.union(&other.without);
        if without.has_any_of(&tags) {
            return None;
        }
        let holes = self.holes.iter().chain(&other.holes).copied();
        let holes = outermost(holes.filter(|hole| keys.contains(hole.outermost())).collect());
        Some(Self { keys, holes, tags, without })
    }
}

/// Returns the regions without those that lie within another, sorted.
pub(super) fn outermost(mut regions: Vec<Region>) -> Vec<Region> {
    regions.sort_unstable_by_key(|region| region.outermost());
    // Two regions are nested or disjoint, so the outer one comes first.
    regions.dedup_by(|inner, outer| outer.contains(inner.outermost()));
    regions
}
