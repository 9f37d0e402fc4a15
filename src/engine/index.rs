//! The index behind [`Engine`](crate::Engine): one walk along the key, then a look at the few rules
//! that match it and can still win.
//!
//! Every enabled rule gets a *slot*. Slots are numbered by destination bucket, then by precedence,
//! so the winner of a bucket is its first slot that competes, and destinations come out sorted.
//!
//! Every distinct prefix gets a *rank*, in byte order. The rules that match a key are those whose
//! prefixes begin it, and all of them begin the longest prefix of the key. So each prefix stores
//! its *candidates*: the slots of the rules that match every key under it, in ascending order. A
//! decision finds the longest prefix of the key and reads one short list from start to end.
//!
//! The lists are pruned: a slot is left out when an earlier slot of the same bucket competes
//! wherever it does. What [`reference`](super::reference) answers stays the same, because the
//! pruned slot can neither win nor keep another rule from winning.
//!
//! Lists of nested prefixes could grow with the square of the rules. They share a budget linear in
//! the number of rules; a prefix whose list exceeds it is answered from all slots without tags, by
//! comparing ranks: the prefixes that begin with another one follow it without a gap, so a rule
//! matches a key when the rank of the key's longest prefix lies in the range of the rule.
//!
//! Rules with tags have lists of their own, which objects without tags skip; where there are many,
//! [`TagIndex`] finds them by the tags of the object.
//!
//! Excluded prefixes have ranks, too. The keys under one are those whose longest prefix lies in its
//! range, so a rule with exclusions needs one search among its ranges, and one look-up for each
//! excluded tag. Such a rule is listed, but no other is left out for its sake: it does not match
//! every key under its prefix. Configurations without exclusions skip these searches.
//!
//! An example: with the prefixes `logs/`, `logs/app/` and `tax/`, which have the ranks 0, 1 and 2,
//! the key `logs/app/1` has the longest prefix of rank 1. The rule for `logs/` has the range 0..2
//! and matches it, because 1 lies in 0..2; the rule for `tax/` has the range 2..3 and does not. The
//! candidates of rank 1 are the slots of the first two rules, sorted by bucket and precedence.

mod build;
mod tags;
mod trie;

pub(crate) use self::build::sort_by_precedence;

use self::tags::TagIndex;
use self::trie::{NONE, Range, Trie, to_u32};
use crate::dialect::Dialect;
use crate::engine::Reason;
use crate::engine::capabilities::{Capabilities, Required};
use crate::engine::small_vec::SmallVec;
use crate::model::{ObjectVersion, ReplicationRule};

/// The rules of a configuration, arranged for decisions.
///
/// All arrays are flat and hold 32-bit numbers: a decision touches few cache lines, and an index of
/// many thousand rules stays small.
#[derive(Debug)]
pub(super) struct Index {
    prefixes: Trie<Candidates>,
    slots: Box<[Slot]>,
    /// The lists of all [`Candidates`], one after the other.
    listed: Box<[u32]>,
    /// The slots of all rules without tags.
    untagged: Box<[u32]>,
    /// The exclusion of each slot; no entries when no rule has one.
    exclusions: Box<[SlotExclusion]>,
    /// The excluded prefixes of each slot, each as the range of the ranks of all prefixes that begin
    /// with it. Those of one slot are ascending and disjoint.
    excluded_ranks: Box<[(u32, u32)]>,
    /// The tags that filters require or exclude: ranges of `text`, key and value.
    tag_texts: Box<[(Range, Range)]>,
    text: Box<[u8]>,
    /// Filled only when some prefix has too many rules with tags for a list.
    tags: TagIndex,
}

/// One enabled rule.
///
/// A slot holds what a decision compares, and nothing that it only passes on: the rule itself is
/// read once the slot has won.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    /// The position of the rule in the configuration.
    pub(super) position: u32,
    /// The capabilities of the rule.
    pub(super) capabilities: Capabilities,
    /// The rank of the destination bucket.
    ///
    /// Buckets are ranked in the order of their ARNs. Equal numbers mean the same bucket, so that a
    /// decision compares no text.
    destination: u32,
    /// The rank of the prefix.
    first: u32,
    /// The rank after the last prefix that begins with the prefix of the rule.
    end: u32,
    /// The required tags. They are copied here because reading them from the rule is slow.
    tags: Range,
    /// True if the rule leaves out keys or tags under its prefix, which is in [`Index::exclusions`].
    ///
    /// A copy of that fact spares rules without exclusions a look at the other array.
    excludes: bool,
}

/// The exclusion of one slot, and where the keys of its rule end.
///
/// Ranks replace the texts of the excluded prefixes: after the walk along the key, no decision
/// compares the key again.
#[derive(Clone, Copy, Debug)]
struct SlotExclusion {
    /// The excluded prefixes under the prefix of the rule, as ranges of ranks.
    ranks: Range,
    tags: Range,
    /// The text before which a key must be, where there is one.
    before: Option<Range>,
}

impl Slot {
    /// Returns true when the rule matches every key whose longest prefix has this rank.
    const fn covers(&self, rank: u32) -> bool {
        self.first <= rank && rank < self.end
    }
}

/// The slots that match the keys under one prefix. A list is `None` where it exceeds the budget.
///
/// `Some` of an empty range means that no rule matches; `None` means that this table does not know,
/// and that the slower way has to be taken. Confusing the two would lose rules.
#[derive(Clone, Copy, Debug)]
struct Candidates {
    untagged: Option<Range>,
    tagged: Option<Range>,
}

/// The first competing slot with tags of each destination, ascending.
///
/// At most one for each bucket, so up to eight buckets cost no allocation.
type Tagged = SmallVec<u32>;

impl Index {
    /// Builds the index of the enabled rules under a dialect.
    pub(super) fn new(rules: &[ReplicationRule], dialect: &Dialect) -> Self {
        build::index(rules, dialect)
    }

    /// Returns true when no rule is enabled.
    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Returns the number of destination buckets of enabled rules.
    pub(super) fn destinations(&self) -> usize {
        self.slots.last().map_or(0, |last| last.destination as usize + 1)
    }

    /// Passes the winner of each destination bucket to `take`, sorted by bucket.
    ///
    /// A winner competes, but need not replicate: the caller compares
    /// [`Required::to_replicate`](super::capabilities::Required).
    #[inline]
    pub(super) fn winners(
        &self,
        version: &ObjectVersion<'_>,
        required: Required,
        take: impl FnMut(&Slot),
    ) {
        if let Some((rank, candidates)) = self.prefixes.longest(version.key) {
            self.winners_under(LongestPrefix { rank, candidates }, version, required, take);
        }
    }

    /// Passes the winners to `take` as [`winners`](Self::winners) does, given the longest prefix of
    /// the key.
    #[inline]
    pub(super) fn winners_under(
        &self,
        LongestPrefix { rank, candidates }: LongestPrefix,
        version: &ObjectVersion<'_>,
        required: Required,
        take: impl FnMut(&Slot),
    ) {
        // Tags are looked at first, and only if they can matter: a delete marker has none
        // (REP-512), and most objects have none either.
        let tagged = match candidates.tagged {
            _ if required.excludes_tags() || version.tags.is_empty() => Tagged::new(),
            Some(list) => self.tagged_from_list(list, rank, version, required),
            None => self.tagged_from_index(rank, version, required),
        };
        match candidates.untagged {
            // The slots of a list all cover its prefix.
            Some(list) if self.exclusions.is_empty() => {
                let list = list.of(&self.listed);
                self.take_winners(list, |_, _| true, &tagged, required, take);
            }
            // Without a list, the slots of all prefixes are scanned and compared by rank. With a
            // list and some exclusion, each slot of the list is checked for its exclusion; the
            // comparison of ranks then always succeeds and costs less than a second copy of this
            // code.
            list => {
                let list = list.map_or(&*self.untagged, |list| list.of(&self.listed));
                let matches = |number: u32, slot: &Slot| {
                    slot.covers(rank) && !self.excludes(number, slot, rank, version, required)
                };
                self.take_winners(list, matches, &tagged, required, take);
            }
        }
    }

    /// Merges slots without required tags that match and slots with tags, both ascending, and takes
    /// the first of each destination.
    ///
    /// Ascending numbers are the order of buckets and, within a bucket, of precedence. So the first
    /// slot of a bucket in the merged sequence is its winner, and all later slots of the bucket can
    /// be skipped.
    #[inline]
    fn take_winners(
        &self,
        untagged: &[u32],
        matches: impl Fn(u32, &Slot) -> bool,
        tagged: &[u32],
        required: Required,
        mut take: impl FnMut(&Slot),
    ) {
        let mut last_destination = NONE;
        // `NONE` is no bucket, so the first slot always differs.
        let mut take_first = |slot: &Slot| {
            if slot.destination != last_destination {
                last_destination = slot.destination;
                take(slot);
            }
        };
        let mut tagged = tagged.iter().copied().peekable();
        for number in untagged.iter().copied() {
            let slot = self.slot(number);
            if !slot.capabilities.include(required.to_compete) || !matches(number, slot) {
                continue;
            }
            while let Some(before) = tagged.next_if(|before| *before < number) {
                take_first(self.slot(before));
            }
            take_first(slot);
        }
        tagged.for_each(|number| take_first(self.slot(number)));
    }

    /// Finds the first competing slot of each destination in a list of slots with tags.
    ///
    /// The cheap comparison of destinations comes first: after a winner, the tags of the other
    /// slots for its bucket are never compared.
    fn tagged_from_list(
        &self,
        list: Range,
        rank: u32,
        version: &ObjectVersion<'_>,
        required: Required,
    ) -> Tagged {
        let mut tagged = Tagged::new();
        let mut last_destination = NONE;
        for number in list.of(&self.listed) {
            let slot = self.slot(*number);
            if slot.destination != last_destination
                && self.competes(slot, version, required)
                && !self.excludes(*number, slot, rank, version, required)
            {
                last_destination = slot.destination;
                tagged.push(*number);
            }
        }
        tagged
    }

    /// The tag index yields slots in no particular order, so the best of each destination is kept
    /// by insertion.
    ///
    /// Finds the same as [`tagged_from_list`](Self::tagged_from_list), from the tag index.
    fn tagged_from_index(
        &self,
        rank: u32,
        version: &ObjectVersion<'_>,
        required: Required,
    ) -> Tagged {
        let mut tagged = Tagged::new();
        for number in self.tags.candidates(version.tags, rank) {
            let slot = self.slot(number);
            if !slot.covers(rank) {
                continue;
            }
            let destination_of = |number: u32| self.slot(number).destination;
            let at = tagged.partition_point(|other| destination_of(*other) < slot.destination);
            let rival = tagged.get_mut(at);
            let rival = rival.filter(|rival| destination_of(**rival) == slot.destination);
            // A slot that loses to the present one needs no comparison of tags. The index yields a
            // slot twice when two tags of the version share a hash, hence `<=`.
            if rival.as_ref().is_some_and(|rival| **rival <= number)
                || !self.competes(slot, version, required)
                || self.excludes(number, slot, rank, version, required)
            {
                continue;
            }
            match rival {
                Some(rival) => *rival = number,
                None => tagged.insert(at, number),
            }
        }
        tagged
    }

    /// Returns the longest prefix of a key, or `None` when it begins with no prefix.
    ///
    /// This is the walk of [`winners`](Self::winners) without the choice of winners, for versions
    /// that no rule can replicate but whose reason depends on the rules of their keys.
    pub(super) fn longest_prefix(&self, version: &ObjectVersion<'_>) -> Option<LongestPrefix> {
        let (rank, candidates) = self.prefixes.longest(version.key)?;
        Some(LongestPrefix { rank, candidates })
    }

    /// Does the same, and returns how many bytes of the key decide; one more than it has, if its end
    /// decides too.
    pub(super) fn longest_prefix_and_reach(
        &self,
        version: &ObjectVersion<'_>,
    ) -> (Option<LongestPrefix>, usize) {
        let (found, reach) = self.prefixes.longest_and_reach(version.key);
        (found.map(|(rank, candidates)| LongestPrefix { rank, candidates }), reach)
    }

    /// Returns false only if no rule for the keys under a prefix requires or excludes tags.
    pub(super) fn has_tags(&self, LongestPrefix { candidates, .. }: LongestPrefix) -> bool {
        let requires = candidates.tagged.is_none_or(|list| !list.is_empty());
        let excludes = |list: Range| {
            list.of(&self.listed).iter().any(|number| {
                let exclusion = self.exclusions.get(*number as usize);
                exclusion.is_some_and(|exclusion| !exclusion.tags.is_empty())
            })
        };
        requires || !self.exclusions.is_empty() && candidates.untagged.is_none_or(excludes)
    }

    /// Iterates over rules whose filter matches a version, if it is not for their exclusion.
    ///
    /// Pruned rules are missing. They do not change the reason why a version is not replicated:
    /// each has a rival with at least its capabilities, which gets at least as far.
    pub(super) fn matching<'a>(
        &'a self,
        LongestPrefix { rank, candidates }: LongestPrefix,
        version: &'a ObjectVersion<'a>,
        rules: &'a [ReplicationRule],
    ) -> impl Iterator<Item = &'a ReplicationRule> {
        let untagged = match candidates.untagged {
            Some(list) => list.of(&self.listed),
            None => &self.untagged,
        };
        let (listed, indexed) = match candidates.tagged {
            Some(list) => (list.of(&self.listed), None),
            None => (&[][..], Some(self.tags.candidates(version.tags, rank))),
        };
        let numbers = untagged.iter().chain(listed).copied().chain(indexed.into_iter().flatten());
        numbers
            .map(|number| self.slot(number))
            .filter(move |slot| slot.covers(rank))
            .filter_map(|slot| rules.get(slot.position as usize))
            .filter(|rule| rule.filter.matches_tags(version))
    }

    /// Returns the reason why every rule whose prefix begins the key leaves it out; `None` if some rule
    /// does not.
    ///
    /// The answer distinguishes such a key from missing tags, for a version that no rule replicates.
    /// This function skips the rules that a list leaves out: each of them has a rival in the list
    /// that leaves out nothing.
    pub(super) fn reason_of_key(
        &self,
        LongestPrefix { rank, candidates }: LongestPrefix,
        key: &[u8],
    ) -> Option<Reason> {
        if self.exclusions.is_empty() {
            return None;
        }
        let reason_of = |number: u32| {
            let exclusion = *self.exclusions.get(number as usize)?;
            if self.excludes_key(exclusion, rank) {
                Some(Reason::KeyExcluded)
            } else {
                self.is_behind(exclusion, key).then_some(Reason::KeyNotCompared)
            }
        };
        let furthest = |numbers: &mut dyn Iterator<Item = u32>| {
            let mut covering = numbers.filter(|number| self.slot(*number).covers(rank));
            covering.try_fold(Reason::KeyExcluded, |furthest, number| {
                let reason = reason_of(number)?;
                Some(if reason.depth() > furthest.depth() { reason } else { furthest })
            })
        };
        match (candidates.untagged, candidates.tagged) {
            (Some(untagged), Some(tagged)) => {
                let listed = untagged.of(&self.listed).iter().chain(tagged.of(&self.listed));
                furthest(&mut listed.copied())
            }
            _ => furthest(&mut (0..to_u32(self.slots.len()))),
        }
    }

    /// Returns true when the slot has the required capabilities and the version has its tags.
    /// Prefix and exclusion are the caller's part.
    #[inline]
    fn competes(&self, slot: &Slot, version: &ObjectVersion<'_>, required: Required) -> bool {
        let mut tags = slot.tags.of(&self.tag_texts).iter();
        slot.capabilities.include(required.to_compete) && tags.all(|tag| self.has(version, *tag))
    }

    /// Returns true when the exclusion of a slot matches a version, given the rank of the longest
    /// prefix of its key.
    #[inline]
    fn excludes(
        &self,
        number: u32,
        slot: &Slot,
        rank: u32,
        version: &ObjectVersion<'_>,
        required: Required,
    ) -> bool {
        slot.excludes && self.exclusion_matches(number, rank, version, required)
    }

    /// Returns true when an excluded prefix begins the key, or the version has an excluded tag
    /// (REP-307, REP-308). Any one of them is enough, while required tags must all be present.
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: when a slot excludes, every slot has an entry"
    )]
    fn exclusion_matches(
        &self,
        number: u32,
        rank: u32,
        version: &ObjectVersion<'_>,
        required: Required,
    ) -> bool {
        let exclusion = self.exclusions[number as usize];
        // No tag excludes a delete marker: it has none, whatever the version carries.
        let mut tags = exclusion.tags.of(&self.tag_texts).iter();
        self.excludes_key(exclusion, rank)
            || self.is_behind(exclusion, version.key)
            || !required.excludes_tags() && tags.any(|tag| self.has(version, *tag))
    }

    /// Returns true when an excluded prefix begins the keys whose longest prefix has this rank.
    fn excludes_key(&self, exclusion: SlotExclusion, rank: u32) -> bool {
        let ranks = exclusion.ranks.of(&self.excluded_ranks);
        // The ranges are ascending and disjoint, so only the last one that starts at or before the
        // rank can contain it.
        let after = ranks.partition_point(|(first, _)| *first <= rank);
        let last = after.checked_sub(1).and_then(|last| ranks.get(last));
        last.is_some_and(|(_, end)| rank < *end)
    }

    /// Returns true when a key is at or behind the text before which the keys of a rule must be.
    ///
    /// The text is a prefix of the index, so the walk along the key has read each byte that this
    /// comparison depends on.
    fn is_behind(&self, exclusion: SlotExclusion, key: &[u8]) -> bool {
        exclusion.before.is_some_and(|before| before.of(&self.text) <= key)
    }

    /// Returns true when the version has a tag, given as its texts in [`Index::text`].
    #[inline]
    fn has(&self, version: &ObjectVersion<'_>, (key, value): (Range, Range)) -> bool {
        version.tags.has(key.of(&self.text), value.of(&self.text))
    }

    /// Returns the slot with a number.
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: the numbers of slots come from the construction of the index"
    )]
    #[inline]
    fn slot(&self, number: u32) -> &Slot {
        &self.slots[number as usize]
    }
}

/// The longest prefix that a key begins with: its rank and its candidates.
///
/// The type is opaque outside this module, so that a rank can reach only the index it came from.
#[derive(Clone, Copy, Debug)]
pub(super) struct LongestPrefix {
    rank: u32,
    candidates: Candidates,
}
