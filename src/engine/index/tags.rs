//! An index of rules by the tags that they require, for prefixes with too many rules to look at
//! each.
//!
//! A version has at most ten tags (REP-305), a prefix can have thousands of rules with tags. So the
//! search starts at the tags of the version: ten look-ups replace a scan of the rules.
//!
//! Hashes are seeded at random for each index. With a fixed seed, an author of tags could choose
//! values that share one hash and make every look-up a scan. The seed never reaches an answer,
//! because the caller compares the tags themselves.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use super::trie::{NONE, Range};
use crate::model::{ObjectTags, Tag};

/// The slots of rules with tags. Each is filed once, under the tag of its filter that the fewest
/// rules require: an object that matches the rule has that tag, so the rule is found, and a common
/// tag does not make every rule a candidate.
///
/// The index may yield slots that do not match: tags can share a hash, and a signature can hold
/// more tags than it was made of. The caller compares the tags.
#[derive(Debug, Default)]
pub(super) struct TagIndex {
    hasher: RandomState,
    // INVARIANT: the hashes of tags, ascending, each with its range of `filed`.
    hashes: Box<[u64]>,
    ranges: Box<[Range]>,
    filed: Box<[Filed]>,
    /// The rank of the longest other prefix that begins each prefix, or [`NONE`].
    outer: Box<[u32]>,
}

/// A slot under the hash of a tag; those of one hash are in order of prefix.
#[derive(Clone, Copy, Debug)]
struct Filed {
    prefix: u32,
    slot: u32,
    tags: Signature,
}

/// The number of slots under one tag that are compared one by one, whatever their prefixes.
const FEW: usize = 16;

/// A set of tags as a Bloom filter of 64 bits: one bit for each tag, chosen by its hash.
///
/// A rule with the tags `a`, `b` and `c` is filed under one of them only. The signature rejects
/// most of the versions that have that tag but lack another, without comparing texts.
#[derive(Clone, Copy, Debug, Default)]
struct Signature(u64);

impl Signature {
    /// Returns the signature of the tags with these hashes.
    fn of(hashes: impl Iterator<Item = u64>) -> Self {
        Self(hashes.fold(0, |bits, hash| bits | 1 << (hash % 64)))
    }

    /// Returns false only if some of `others` are not among these tags.
    const fn may_hold(self, others: Self) -> bool {
        others.0 & !self.0 == 0
    }
}

impl TagIndex {
    /// Files slots, each with the rank of its prefix and the tags of its filter.
    ///
    /// A slot is its number, the rank of its prefix, and its tags. Slots without tags are skipped.
    pub(super) fn new(slots: &[(u32, u32, &[Tag])], outer: &[u32]) -> Self {
        let mut frequency: HashMap<&Tag, usize> = HashMap::new();
        for tag in slots.iter().flat_map(|(_, _, tags)| *tags) {
            *frequency.entry(tag).or_default() += 1;
        }
        let state = RandomState::new();
        let hash = |tag: &Tag| state.hash_one((tag.key(), tag.value()));
        let filed = slots.iter().filter_map(|(slot, prefix, tags)| {
            // Of equally rare tags the first is taken; any one would do.
            let rarest = tags.iter().min_by_key(|tag| frequency.get(tag))?;
            let tags = Signature::of(tags.iter().map(hash));
            Some((hash(rarest), Filed { prefix: *prefix, slot: *slot, tags }))
        });
        // Order by prefix within one hash, so that the slots of each nested prefix can be found by
        // a binary search.
        let mut filed: Vec<(u64, Filed)> = filed.collect();
        filed.sort_unstable_by_key(|(hash, filed)| (*hash, filed.prefix, filed.slot));
        // Hashes are apart from ranges, so that the binary search of a decision reads hashes only.
        let (mut hashes, mut ranges) = (Vec::new(), Vec::new());
        let mut all: Vec<Filed> = Vec::with_capacity(filed.len());
        for of_one_hash in filed.chunk_by(|(a, _), (b, _)| a == b) {
            let start = all.len();
            all.extend(of_one_hash.iter().map(|(_, filed)| *filed));
            hashes.extend(of_one_hash.first().map(|(hash, _)| *hash));
            ranges.push(Range::since(start, &all));
        }
        Self {
            hasher: state,
            hashes: hashes.into(),
            ranges: ranges.into(),
            filed: all.into(),
            outer: outer.into(),
        }
    }

    /// Iterates over slots that may match an object, given its tags and the rank of the longest
    /// prefix of its key. It yields all slots that do match, and possibly others.
    pub(super) fn candidates<'a>(
        &'a self,
        tags: ObjectTags<'a>,
        prefix: u32,
    ) -> impl Iterator<Item = u32> {
        let hash = |tag: (&str, &str)| self.hasher.hash_one(tag);
        let present = Signature::of(tags.iter().map(hash));
        let ranges = tags.iter().filter_map(move |tag| {
            let at = self.hashes.binary_search(&hash(tag)).ok()?;
            Some(self.ranges.get(at)?.of(&self.filed))
        });
        ranges
            .flat_map(move |filed| self.with_prefix_of_key(filed, prefix))
            .filter(move |filed| present.may_hold(filed.tags))
            .map(|filed| filed.slot)
    }

    /// Returns the slots whose prefixes begin the key; all slots when they are few, because that
    /// is faster than a search for each nested prefix.
    fn with_prefix_of_key<'a>(
        &'a self,
        filed: &'a [Filed],
        prefix: u32,
    ) -> impl Iterator<Item = &'a Filed> {
        // One of the two halves of the chain is empty: either all are compared one by one, or each
        // prefix that begins the key is searched for. Both have one type, so nothing is boxed.
        let (all, prefix) = if filed.len() <= FEW { (filed, NONE) } else { (&[][..], prefix) };
        let prefix = Some(prefix).filter(|rank| *rank != NONE);
        // Every prefix that begins the key is the longest one, or begins it.
        let nested = std::iter::successors(prefix, |rank| self.outer_of(*rank));
        let with_prefix = nested.flat_map(move |rank| {
            let start = filed.partition_point(|filed| filed.prefix < rank);
            filed.iter().skip(start).take_while(move |filed| filed.prefix == rank)
        });
        all.iter().chain(with_prefix)
    }

    /// Returns the rank of the longest other prefix that begins a prefix.
    fn outer_of(&self, rank: u32) -> Option<u32> {
        self.outer.get(rank as usize).copied().filter(|outer| *outer != NONE)
    }
}
