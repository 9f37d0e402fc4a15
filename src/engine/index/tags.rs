//! Finds rules by the tags they ask for, where there are too many to look at each.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use super::trie::{NOTHING, Range};
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
    filed: Box<[Filed]>,
    /// For each prefix the longest that begins it, or [`NOTHING`].
    outer: Box<[u32]>,
}

/// A slot, in order of its prefix.
#[derive(Clone, Copy, Debug)]
struct Filed {
    prefix: u32,
    slot: u32,
    tags: Signature,
}

/// How many slots under one tag are looked at one by one.
const FEW: usize = 16;

/// One bit for each of some tags, by their hashes: what is missing here is missing there.
#[derive(Clone, Copy, Debug, Default)]
struct Signature(u64);

impl Signature {
    fn of(hashes: impl Iterator<Item = u64>) -> Self {
        Self(hashes.fold(0, |bits, hash| bits | 1 << (hash % 64)))
    }

    /// Returns true when all of `others` may be among these.
    const fn may_hold(self, others: Self) -> bool {
        others.0 & !self.0 == 0
    }
}

impl TagIndex {
    /// Files slots, each with the rank of its prefix and the tags of its filter; `outer` has for
    /// each prefix the longest that begins it.
    pub(super) fn new(slots: &[(u32, u32, &[Tag])], outer: Vec<u32>) -> Self {
        let mut frequency: HashMap<&Tag, usize> = HashMap::new();
        for tag in slots.iter().flat_map(|(_, _, tags)| *tags) {
            *frequency.entry(tag).or_default() += 1;
        }
        let state = RandomState::new();
        let hash = |tag: &Tag| state.hash_one((tag.key(), tag.value()));
        let filed = slots.iter().filter_map(|(slot, prefix, tags)| {
            let rarest = tags.iter().min_by_key(|tag| frequency.get(tag))?;
            let tags = Signature::of(tags.iter().map(hash));
            Some((hash(rarest), Filed { prefix: *prefix, slot: *slot, tags }))
        });
        let mut filed: Vec<(u64, Filed)> = filed.collect();
        filed.sort_unstable_by_key(|(hash, filed)| (*hash, filed.prefix, filed.slot));
        let (mut hashes, mut parts) = (Vec::new(), Vec::new());
        let mut all: Vec<Filed> = Vec::with_capacity(filed.len());
        for part in filed.chunk_by(|(a, _), (b, _)| a == b) {
            let start = all.len();
            all.extend(part.iter().map(|(_, filed)| *filed));
            hashes.extend(part.first().map(|(hash, _)| *hash));
            parts.push(Range::since(start, &all));
        }
        let (hashes, parts, filed, outer) = (hashes.into(), parts.into(), all.into(), outer.into());
        Self { hasher: state, hashes, parts, filed, outer }
    }

    /// Iterates over slots that a key with this longest prefix may match: their tags may all be
    /// among `tags`, and their prefixes may begin the key. Whoever finds one has to look closer.
    pub(super) fn find<'a>(
        &'a self,
        tags: ObjectTags<'a>,
        prefix: u32,
    ) -> impl Iterator<Item = u32> {
        let hash = |tag: (&str, &str)| self.hasher.hash_one(tag);
        let present = Signature::of(tags.iter().map(hash));
        let parts = tags.iter().filter_map(move |tag| {
            let at = self.hashes.binary_search(&hash(tag)).ok()?;
            Some(self.parts.get(at)?.of(&self.filed))
        });
        let filed = parts.flat_map(move |part| self.on_the_way(part, prefix));
        let filed = filed.filter(move |filed| present.may_hold(filed.tags));
        filed.map(|filed| filed.slot)
    }

    /// Returns those of a part whose prefixes begin a prefix, or all when they are few.
    fn on_the_way<'a>(&'a self, part: &'a [Filed], prefix: u32) -> impl Iterator<Item = &'a Filed> {
        let (all, from) = if part.len() <= FEW { (part, NOTHING) } else { (&[][..], prefix) };
        let way = std::iter::successors(Some(from), |at| self.outer.get(*at as usize).copied());
        let way = way.take_while(|at| *at != NOTHING);
        let found = way.flat_map(move |prefix| {
            let start = part.partition_point(|filed| filed.prefix < prefix);
            let rest = part.get(start..).unwrap_or_default().iter();
            rest.take_while(move |filed| filed.prefix == prefix)
        });
        all.iter().chain(found)
    }
}
