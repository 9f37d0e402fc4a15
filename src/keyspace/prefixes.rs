//! Nested prefixes, and the places of keys among them.
//!
//! An example: the prefixes `""`, `logs/`, `logs/app/` and `tax/` have the places 0 to 3. The key
//! `logs/x` is at place 1, since it begins with `logs/` and with no longer prefix. The region of
//! `logs/` is 1..3: its own place and that of `logs/app/`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::model::key_behind;

/// The number of a prefix among the sorted prefixes of a key space.
///
/// A place is an atom of keys: those that begin with its prefix and with none of the longer prefixes.
/// Every prefix of the space either begins all keys of an atom or none of them, so the shortest key
/// answers for the whole atom.
pub(crate) type Place = usize;

/// The prefixes of some filters, sorted, each with the prefixes nested in it.
#[derive(Debug)]
pub(crate) struct Prefixes<'a> {
    // INVARIANT: sorted and unique. So the prefixes that begin with one follow it without a gap.
    sorted: Vec<Cow<'a, str>>,
    /// The region of each prefix.
    regions: Vec<Region>,
    /// The longest shorter prefix that begins each one.
    parents: Vec<Option<Place>>,
    /// A key that begins with none of the prefixes; see [`Prefixes::outside`].
    outside: String,
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
        Self::of(prefixes.map(Cow::Borrowed).collect())
    }

    fn of(mut sorted: Vec<Cow<'a, str>>) -> Self {
        sorted.sort_unstable();
        sorted.dedup();
        let regions = sorted.iter().enumerate().map(|(start, prefix)| {
            let (_, following) = sorted.split_at(start + 1);
            // In sorted order, the prefixes that begin with this one come first among those after
            // it.
            let nested = following.partition_point(|other| other.starts_with(&**prefix));
            Region { start, end: start + 1 + nested }
        });
        let regions = regions.collect();
        let parents = parents(&sorted, |outer, inner| inner.starts_with(&**outer));
        Self { regions, parents, outside: outside(&sorted, None), sorted }
    }

    /// Splits the places whose keys some filters match up to a text only; `ends` are the prefixes of
    /// these filters and the texts. All of them are prefixes of the space.
    ///
    /// Each place around such a text gets a nested prefix for its keys behind the text, so that the
    /// shortest key that is left to the place is before it.
    ///
    /// ```text
    /// "", logs/, logs/b      logs/ up to logs/b      adds logs/c, for keys such as logs/x
    /// ```
    pub(super) fn split(self, ends: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Self {
        // Behind a text in a place is the same as behind the prefix of the place in which the text is.
        let mut inner = vec![false; self.len()];
        for (prefix, end) in ends.clone() {
            let mut place = self.place(end);
            while let Some(at) = place {
                let around = self.parent(at);
                if !around.is_some_and(|around| self.get(around).starts_with(prefix)) {
                    break;
                }
                inner.get_mut(at).into_iter().for_each(|is_inner| *is_inner = true);
                place = around;
            }
        }
        // From the last, so that a place asks for the key behind the next one only once.
        let mut behind: BTreeMap<Place, Option<String>> = BTreeMap::new();
        for (at, _) in inner.iter().enumerate().rev().filter(|(_, is_inner)| **is_inner) {
            let key = self.first_behind(at, &behind);
            behind.insert(at, key);
        }
        let first = ends.filter(|(prefix, _)| prefix.is_empty()).map(|(_, end)| end).min();
        let behind = behind.into_values().flatten().map(Cow::Owned);
        let split = Self::of(self.sorted.into_iter().chain(behind).collect());
        Self { outside: outside(&split.sorted, first), ..split }
    }

    /// Returns the first key behind those of a place that is at the place around it; `known` has the
    /// answers about some later places.
    fn first_behind(
        &self,
        place: Place,
        known: &BTreeMap<Place, Option<String>>,
    ) -> Option<String> {
        let around = self.region(self.parent(place)?);
        let mut place = place;
        loop {
            let key = key_behind(self.get(place))?;
            if !key.starts_with(self.get(around.start)) {
                return None;
            }
            // The key is the least behind a place, so the next place begins it only if it is the same.
            let next = Some(self.region(place).end).filter(|next| around.contains(*next));
            match next.filter(|next| self.get(*next) == key) {
                None => return Some(key),
                Some(next) => match known.get(&next) {
                    Some(known) => return known.clone(),
                    None => place = next,
                },
            }
        }
    }

    /// Returns the number of places.
    pub(crate) const fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Returns the place of a prefix; `None` when the space does not have it.
    pub(crate) fn place(&self, prefix: &str) -> Option<Place> {
        self.sorted.binary_search_by(|other| (**other).cmp(prefix)).ok()
    }

    /// Iterates over the prefixes with their places. A prefix comes after its parent.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Place, &str)> {
        self.sorted.iter().map(|prefix| &**prefix).enumerate()
    }

    /// Returns the prefix of a place.
    #[expect(clippy::indexing_slicing, reason = "INVARIANT: places come from this space")]
    pub(crate) fn get(&self, place: Place) -> &str {
        &self.sorted[place]
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
    pub(crate) fn nested(&self, place: Place) -> &[Cow<'a, str>] {
        let (inside, _) = self.sorted.split_at(self.region(place).end);
        inside.split_at(place + 1).1
    }

    /// Iterates over the regions that together hold the places of one region from some place on.
    pub(super) fn regions_from(&self, first: Place, of: Region) -> impl Iterator<Item = Region> {
        let at = move |place| of.contains(place).then(|| self.region(place));
        std::iter::successors(at(first), move |region| at(region.end))
    }

    /// Returns a key that begins with none of the prefixes: it is at the place of the empty prefix
    /// only. Where a filter matches every key before a text, it is before the text.
    pub(crate) fn outside(&self) -> &str {
        &self.outside
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

/// Returns a key that begins with none of some sorted prefixes, and is before a text.
///
/// Letters and digits are tried first, because a person reads the witness. There are more characters
/// than rules in any document, so only the text can exclude all of them. The last one is a character
/// that no prefix has.
fn outside(sorted: &[Cow<'_, str>], before: Option<&str>) -> String {
    let begins_one = |c: &char| {
        let first = sorted.partition_point(|prefix| prefix.chars().next() < Some(*c));
        sorted.get(first).is_some_and(|prefix| prefix.starts_with(*c))
    };
    let is_before = |c: &char| before.is_none_or(|text| text.chars().next() > Some(*c));
    let readable = ('a'..='z').chain('0'..='9').chain(' '..='/').chain('\u{A1}'..=char::MAX);
    let found = readable.into_iter().find(|c| is_before(c) && !begins_one(c));
    found.unwrap_or('\0').to_string()
}
