//! Nested prefixes, and the places of keys among them.
//!
//! An example: the prefixes `""`, `logs/`, `logs/app/` and `tax/` have the places 0 to 3. The key
//! `logs/x` is at place 1, since it begins with `logs/` and with no longer prefix. The region of
//! `logs/` is 1..3: its own place and that of `logs/app/`.

/// The number of a prefix among the sorted prefixes of a key space.
///
/// A place is an atom of keys: those that begin with its prefix and with none of the longer prefixes.
/// Every prefix of the space either begins all keys of an atom or none of them, so one key answers
/// for the whole atom.
pub(crate) type Place = usize;

/// The prefixes of some filters, sorted, each with the prefixes nested in it.
#[derive(Debug)]
pub(crate) struct Prefixes<'a> {
    // INVARIANT: sorted and unique. So the prefixes that begin with one follow it without a gap.
    sorted: Vec<&'a str>,
    /// The region of each prefix.
    regions: Vec<Region>,
    /// The longest shorter prefix that begins each one.
    parents: Vec<Option<Place>>,
    /// A character that begins none of the prefixes; see [`Prefixes::outside`].
    outside: char,
}

/// The places whose keys begin with a prefix: its own place and those of all longer prefixes that
/// begin with it, which is one range. Two regions are therefore nested or disjoint.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Region {
    start: Place,
    end: Place,
}

impl Region {
    /// Returns the place of the shortest key.
    pub(crate) const fn outermost(self) -> Place {
        self.start
    }

    /// Returns true when the keys of a place are in the region.
    pub(crate) const fn contains(self, place: Place) -> bool {
        self.start <= place && place < self.end
    }

    /// Returns the places of both regions; `None` when they have no key in common.
    pub(crate) const fn intersection(self, other: Self) -> Option<Self> {
        if self.contains(other.start) {
            Some(other)
        } else if other.contains(self.start) {
            Some(self)
        } else {
            None
        }
    }
}

impl<'a> Prefixes<'a> {
    /// Sorts the prefixes, without duplicates, and finds how they nest.
    pub(crate) fn new(prefixes: impl Iterator<Item = &'a str>) -> Self {
        let mut sorted: Vec<&str> = prefixes.collect();
        sorted.sort_unstable();
        sorted.dedup();
        let regions = sorted.iter().enumerate().map(|(start, prefix)| {
            let (_, following) = sorted.split_at(start + 1);
            // In sorted order, the prefixes that begin with this one come first among those after
            // it.
            let nested = following.partition_point(|other| other.starts_with(prefix));
            Region { start, end: start + 1 + nested }
        });
        let regions = regions.collect();
        let parents = parents(&sorted, |outer, inner| inner.starts_with(outer));
        Self { regions, parents, outside: outside(&sorted), sorted }
    }

    /// Returns the number of places.
    pub(crate) const fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Returns the place of a prefix; `None` when the space does not have it.
    pub(crate) fn place(&self, prefix: &str) -> Option<Place> {
        self.sorted.binary_search(&prefix).ok()
    }

    /// Iterates over the prefixes with their places. A prefix comes after its parent.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Place, &'a str)> {
        self.sorted.iter().copied().enumerate()
    }

    /// Returns the prefix of a place.
    #[expect(clippy::indexing_slicing, reason = "INVARIANT: places come from this space")]
    pub(crate) fn get(&self, place: Place) -> &'a str {
        self.sorted[place]
    }

    /// Returns the region of the prefix of a place.
    #[expect(clippy::indexing_slicing, reason = "INVARIANT: places come from this space")]
    pub(crate) fn region(&self, place: Place) -> Region {
        self.regions[place]
    }

    /// Returns the place of the longest shorter prefix that begins the prefix of a place.
    pub(crate) fn parent(&self, place: Place) -> Option<Place> {
        self.parents.get(place).copied().flatten()
    }

    /// Returns the longer prefixes that begin with the prefix of a place, sorted.
    pub(crate) fn nested(&self, place: Place) -> &[&'a str] {
        let (inside, _) = self.sorted.split_at(self.region(place).end);
        inside.split_at(place + 1).1
    }

    /// Returns a character that begins none of the prefixes: as a key, it is at the place of the
    /// empty prefix only.
    pub(crate) const fn outside(&self) -> char {
        self.outside
    }
}

/// Returns for each item of a sorted list the index of the innermost earlier item that contains it.
///
/// Containment must be nested: of two items that contain a third, the earlier contains the later.
/// Prefixes in sorted order are so, since the prefixes of a text come before it, shortest first.
pub(crate) fn parents<T>(sorted: &[T], contains: impl Fn(&T, &T) -> bool) -> Vec<Option<usize>> {
    // The chain of items around the current one, the innermost last.
    let mut chain: Vec<(usize, &T)> = Vec::new();
    let parents = sorted.iter().enumerate().map(|(index, item)| {
        while chain.last().is_some_and(|(_, outer)| !contains(outer, item)) {
            chain.pop();
        }
        let parent = chain.last().map(|(index, _)| *index);
        chain.push((index, item));
        parent
    });
    parents.collect()
}

/// Returns a character that begins none of some sorted prefixes. There are more characters than
/// rules in any document.
///
/// Letters and digits are tried first, because a person reads the witness.
fn outside(sorted: &[&str]) -> char {
    let begins_one = |c: &char| {
        let first = sorted.partition_point(|prefix| prefix.chars().next() < Some(*c));
        sorted.get(first).is_some_and(|prefix| prefix.starts_with(*c))
    };
    let mut characters = ('a'..='z').chain('0'..='9').chain('\u{A1}'..=char::MAX);
    characters.find(|c| !begins_one(c)).unwrap_or('a')
}
