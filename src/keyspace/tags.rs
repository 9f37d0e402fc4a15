//! Sets of tags that one object can have.
//!
//! Tags are numbers here: comparing two sets costs no comparison of texts. Numbers follow the order
//! of keys, then values, so tags with the same key, which exclude each other, have neighbouring
//! numbers.

use std::cmp::Ordering;

use arrayvec::ArrayVec;

use crate::model::{ObjectVersion, Tag};

/// The tags of some filters, numbered in order.
#[derive(Debug)]
pub(crate) struct KnownTags<'a> {
    // INVARIANT: sorted and unique. So tags with the same key are neighbours.
    sorted: Vec<&'a Tag>,
}

/// A set of tags that one object can have: at most ten, one value for each key.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct TagSet(
    // INVARIANT: ascending numbers of tags with different keys.
    ArrayVec<usize, { ObjectVersion::TAG_LIMIT }>,
);

impl TagSet {
    /// Returns the number of tags.
    pub(crate) const fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Iterates over the numbers of the tags.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().copied()
    }

    /// Returns true when every tag of `others` is in the set.
    pub(crate) fn contains_all(&self, others: &Self) -> bool {
        // One pass over both: the search for each tag goes on where that for the one before ended.
        let mut own = self.0.iter();
        others.0.iter().all(|other| own.any(|tag| tag == other))
    }
}

/// Any number of tags, which no object need have together.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) struct TagNumbers(
    // INVARIANT: ascending.
    Vec<usize>,
);

impl TagNumbers {
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) const fn len(&self) -> usize {
        self.0.len()
    }

    /// Iterates over the numbers of the tags.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().copied()
    }

    pub(crate) fn has(&self, tag: usize) -> bool {
        self.0.binary_search(&tag).is_ok()
    }

    /// Returns true when one of the tags is in a set.
    pub(crate) fn has_any_of(&self, tags: &TagSet) -> bool {
        !self.is_empty() && tags.iter().any(|tag| self.has(tag))
    }

    /// Adds a tag; one that is present is not added again.
    pub(crate) fn add(&mut self, tag: usize) {
        if let Err(at) = self.0.binary_search(&tag) {
            self.0.insert(at, tag);
        }
    }

    /// Returns the tags that are in one of two, or in both.
    pub(crate) fn union(&self, other: &Self) -> Self {
        let (mut longer, shorter) = if self.0.len() < other.0.len() {
            (other.clone(), self)
        } else {
            (self.clone(), other)
        };
        if !shorter.is_empty() {
            longer.0.extend_from_slice(&shorter.0);
            longer.0.sort_unstable();
            longer.0.dedup();
        }
        longer
    }
}

impl FromIterator<usize> for TagNumbers {
    fn from_iter<I: IntoIterator<Item = usize>>(numbers: I) -> Self {
        let mut numbers: Vec<usize> = numbers.into_iter().collect();
        numbers.sort_unstable();
        numbers.dedup();
        Self(numbers)
    }
}

impl<'a> KnownTags<'a> {
    /// Sorts the tags, without duplicates.
    pub(crate) fn new(tags: impl Iterator<Item = &'a Tag>) -> Self {
        let mut sorted: Vec<&Tag> = tags.collect();
        sorted.sort_unstable();
        sorted.dedup();
        Self { sorted }
    }

    /// Returns the set of some tags, sorted by key; `None` when no object can have them all, or one
    /// of them is not known.
    pub(crate) fn set(&self, tags: &[Tag]) -> Option<TagSet> {
        let mut set = TagSet::default();
        for tag in tags {
            set.0.try_push(self.sorted.binary_search(&tag).ok()?).ok()?;
        }
        Some(set)
    }

    /// Returns the tags of a set, sorted by key.
    pub(crate) fn tags(&self, set: &TagSet) -> impl Iterator<Item = &'a Tag> {
        set.iter().filter_map(|number| self.sorted.get(number).copied())
    }

    /// Returns the tags of both sets; `None` when no object can have them all: they are too many,
    /// or a key would have two values.
    pub(crate) fn union(&self, a: &TagSet, b: &TagSet) -> Option<TagSet> {
        let mut union = TagSet::default();
        let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
        loop {
            let next = match (a.peek(), b.peek()) {
                (None, None) => return Some(union),
                (Some(_), None) => a.next(),
                (None, Some(_)) => b.next(),
                (Some(first), Some(second)) => match first.cmp(second) {
                    Ordering::Less => a.next(),
                    Ordering::Greater => b.next(),
                    // Both sides move on, so a common tag is taken once.
                    Ordering::Equal => a.next().and(b.next()),
                },
            };
            let next = next?;
            // Tags with the same key are neighbours, so only the last one can clash.
            if union.0.last().is_some_and(|last| self.key(*last) == self.key(next)) {
                return None;
            }
            union.0.try_push(next).ok()?;
        }
    }

    /// Returns the numbers of some tags. Those that are not known are left out.
    pub(crate) fn numbers(&self, tags: &[Tag]) -> TagNumbers {
        tags.iter().filter_map(|tag| self.sorted.binary_search(&tag).ok()).collect()
    }

    /// Returns the tags of a set and another one; `None` when no object can have them all.
    pub(crate) fn with(&self, tags: &TagSet, tag: usize) -> Option<TagSet> {
        let single = TagSet(std::iter::once(tag).collect());
        self.union(tags, &single)
    }

    /// Returns the key of a tag.
    fn key(&self, number: usize) -> Option<&'a str> {
        self.sorted.get(number).map(|tag| tag.key())
    }
}
