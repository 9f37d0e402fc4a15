//! The keys and tags that can make a difference.

use std::cmp::Ordering;

use arrayvec::ArrayVec;

use crate::model::{ObjectVersion, RuleFilter, Tag};

/// The tags of an object, as numbers in the space, ascending.
pub(super) type Tags = ArrayVec<usize, { ObjectVersion::TAG_LIMIT }>;

/// All prefixes and tags of some filters. A *place* is the number of a prefix.
#[derive(Debug)]
pub(super) struct Space<'a> {
    // INVARIANT: sorted and unique, so that those that a prefix begins stand in one row behind it.
    prefixes: Vec<&'a str>,
    /// Behind the last prefix that each one begins.
    ends: Vec<usize>,
    // INVARIANT: sorted and unique, so that tags with one key stand side by side.
    tags: Vec<&'a Tag>,
    /// Begins no prefix.
    outside: char,
}

/// Where a filter stands in a space.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Position {
    pub(super) place: usize,
    end: usize,
    pub(super) tags: Tags,
}

impl Position {
    /// Returns true when the key of `place` begins with the prefix.
    pub(super) const fn covers(&self, place: usize) -> bool {
        self.place <= place && place < self.end
    }

    /// Returns the places whose keys begin with the prefix.
    pub(super) const fn places(&self) -> std::ops::Range<usize> {
        self.place..self.end
    }

    /// Returns the place of the longer prefix; `None` when neither begins the other.
    pub(super) const fn longer(&self, other: &Self) -> Option<usize> {
        if self.covers(other.place) {
            Some(other.place)
        } else if other.covers(self.place) {
            Some(self.place)
        } else {
            None
        }
    }

    /// Returns true when all tags asked for are among `tags`.
    pub(super) fn has_tags_in(&self, tags: &[usize]) -> bool {
        let mut present = tags.iter();
        self.tags.iter().all(|wanted| present.any(|tag| tag == wanted))
    }
}

impl<'a> Space<'a> {
    pub(super) fn new(filters: impl Iterator<Item = &'a RuleFilter> + Clone) -> Self {
        let mut prefixes: Vec<&str> =
            filters.clone().map(|filter| filter.key_prefix().as_str()).collect();
        prefixes.sort_unstable();
        prefixes.dedup();
        let mut tags: Vec<&Tag> = filters.flat_map(RuleFilter::tags).collect();
        tags.sort_unstable();
        tags.dedup();
        let ends = prefixes.iter().enumerate().map(|(place, prefix)| {
            let behind = prefixes.get(place + 1..).unwrap_or_default();
            place + 1 + behind.partition_point(|other| other.starts_with(prefix))
        });
        Self { ends: ends.collect(), outside: outside(&prefixes), prefixes, tags }
    }

    /// Returns how many places there are.
    pub(super) const fn len(&self) -> usize {
        self.prefixes.len()
    }

    /// Returns where one of the filters of the space stands, if an object can have all its tags.
    pub(super) fn position(&self, filter: &RuleFilter) -> Option<Position> {
        let place = self.prefixes.binary_search(&filter.key_prefix().as_str()).ok()?;
        let mut tags = Tags::new();
        for tag in filter.tags() {
            tags.try_push(self.tags.binary_search(&tag).ok()?).ok()?;
        }
        Some(Position { place, end: *self.ends.get(place)?, tags })
    }

    /// Returns where a filter would stand that asks for as much as two together; `None` when no object
    /// matches both.
    pub(super) fn both(&self, a: &Position, b: &Position) -> Option<Position> {
        let place = a.longer(b)?;
        let end = if place == a.place { a.end } else { b.end };
        Some(Position { place, end, tags: self.union(&a.tags, &b.tags)? })
    }

    /// Returns the tags of both; `None` when they are too many for one object, or have two values
    /// for one key.
    pub(super) fn union(&self, a: &Tags, b: &Tags) -> Option<Tags> {
        let mut union = Tags::new();
        let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
        loop {
            let next = match (a.peek(), b.peek()) {
                (None, None) => return Some(union),
                (Some(_), None) => a.next(),
                (None, Some(_)) => b.next(),
                (Some(first), Some(second)) => match first.cmp(second) {
                    Ordering::Less => a.next(),
                    Ordering::Greater => b.next(),
                    Ordering::Equal => a.next().and(b.next()),
                },
            };
            let next = *next?;
            if union.last().is_some_and(|last| self.key(*last) == self.key(next)) {
                return None;
            }
            union.try_push(next).ok()?;
        }
    }

    fn key(&self, tag: usize) -> Option<&'a str> {
        self.tags.get(tag).map(|tag| tag.key())
    }

    /// Returns a character that begins none of the prefixes.
    pub(super) const fn outside(&self) -> char {
        self.outside
    }
}

/// Returns a character that begins none of the prefixes. There are more characters than rules in
/// any document.
fn outside(prefixes: &[&str]) -> char {
    let begins = |c: &char| {
        let at = prefixes.partition_point(|prefix| prefix.chars().next() < Some(*c));
        prefixes.get(at).is_some_and(|prefix| prefix.starts_with(*c))
    };
    let mut characters = ('a'..='z').chain('0'..='9').chain('\u{A1}'..=char::MAX);
    characters.find(|c| !begins(c)).unwrap_or('a')
}
