//! Finds rules by the tags they ask for, where there are too many to look at each.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use super::trie::Range;
use crate::model::{ObjectTags, Tag};

/// Slots of rules with tags, each filed once: under the tag of its filter that the fewest rules
/// ask for.
#[derive(Debug, Default)]
pub(super) struct TagIndex {
    hasher: RandomState,
    // INVARIANT: the hashes of tags, ascending, each with its part of `slots`. Two tags may have
    // one hash: whoever finds a slot here still has to compare the tags.
    hashes: Box<[u64]>,
    parts: Box<[Range]>,
    slots: Box<[u32]>,
}

impl TagIndex {
    /// Files the slots of an ascending list, each with the tags of its filter.
    pub(super) fn new(slots: &[(u32, &[Tag])]) -> Self {
        let mut frequency: HashMap<&Tag, usize> = HashMap::new();
        for tag in slots.iter().flat_map(|(_, tags)| *tags) {
            *frequency.entry(tag).or_default() += 1;
        }
        let state = RandomState::new();
        let filed = slots.iter().filter_map(|(slot, tags)| {
            let rarest = tags.iter().min_by_key(|tag| frequency.get(tag))?;
            Some((state.hash_one((rarest.key(), rarest.value())), *slot))
        });
        let mut filed: Vec<(u64, u32)> = filed.collect();
        filed.sort_unstable();
        let slots: Box<[u32]> = filed.iter().map(|(_, slot)| *slot).collect();
        let (mut hashes, mut parts, mut start) = (Vec::new(), Vec::new(), 0);
        for part in filed.chunk_by(|(a, _), (b, _)| a == b) {
            let end = start + part.len();
            hashes.extend(part.first().map(|(hash, _)| *hash));
            parts.push(Range::since(start, slots.get(..end).unwrap_or_default()));
            start = end;
        }
        Self { hasher: state, hashes: hashes.into(), parts: parts.into(), slots }
    }

    /// Iterates over the slots of which one tag at least may be among `tags`.
    pub(super) fn find<'a>(&'a self, tags: ObjectTags<'a>) -> impl Iterator<Item = u32> {
        tags.iter().flat_map(|tag| {
            let hash = self.hasher.hash_one(tag);
            let part = self.hashes.binary_search(&hash).ok().and_then(|at| self.parts.get(at));
            part.copied().unwrap_or_default().of(&self.slots).iter().copied()
        })
    }
}
