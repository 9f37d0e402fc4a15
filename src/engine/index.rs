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

mod build;
mod tags;
mod trie;

pub(crate) use self::build::sort_by_precedence;

use self::tags::TagIndex;
use self::trie::{NONE, Range, Trie};
use crate::dialect::Dialect;
use crate::engine::capabilities::{Capabilities, Required};
use crate::engine::small_vec::SmallVec;
use crate::model::{ObjectVersion, ReplicationRule};

/// The rules of a configuration, arranged for decisions.
#[derive(Debug)]
pub(super) struct Index {
    prefixes: Trie<Candidates>,
    slots: Box<[Slot]>,
    /// The lists of all [`Candidates`], one after the other.
    listed: Box<[u32]>,
    /// The slots of all rules without tags.
    untagged: Box<[u32]>,
    /// The tags that filters require: ranges of `text`, key and value.
    required_tags: Box<[(Range, Range)]>,
    text: Box<[u8]>,
    /// Filled only when some prefix has too many rules with tags for a list.
    tags: TagIndex,
}

/// One enabled rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    /// The position of the rule in the configuration.
    pub(super) position: u32,
    /// The capabilities of the rule.
    pub(super) capabilities: Capabilities,
    /// The rank of the destination bucket.
    destination: u32,
    /// The rank of the prefix.
    first: u32,
    /// The rank after the last prefix that begins with the prefix of the rule.
    end: u32,
    /// The required tags. They are copied here because reading them from the rule is slow.
    tags: Range,
}

impl Slot {
    /// Returns true when the rule matches every key whose longest prefix has this rank.
    const fn covers(&self, rank: u32) -> bool {
        self.first <= rank && rank < self.end
    }
}

/// The slots that match the keys under one prefix. A list is `None` where it exceeds the budget.
#[derive(Clone, Copy, Debug)]
struct Candidates {
    untagged: Option<Range>,
    tagged: Option<Range>,
}

/// The first competing slot with tags of each destination, ascending.
type Tagged = SmallVec<u32>;

impl Index {
    pub(super) fn new(rules: &[ReplicationRule], dialect: &Dialect) -> Self {
        build::index(rules, dialect)
    }

    /// Returns true when no rule is enabled.
    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Passes the winner of each destination bucket to `take`, sorted by bucket. Returns the
    /// longest prefix of the key, or `None` when the key begins with no prefix.
    #[inline]
    pub(super) fn winners(
        &self,
        version: &ObjectVersion<'_>,
        required: Required,
        take: impl FnMut(&Slot),
    ) -> Option<LongestPrefix> {
        let (rank, candidates) = self.prefixes.longest(version.key)?;
        let tagged = match candidates.tagged {
            _ if required.excludes_tags() || version.tags.is_empty() => Tagged::new(),
            Some(list) => self.tagged_from_list(list, version, required),
            None => self.tagged_from_index(rank, version, required),
        };
        match candidates.untagged {
            // The slots of a list all cover its prefix.
            Some(list) => {
                self.take_winners(list.of(&self.listed), NONE, &tagged, required, take);
            }
            None => self.take_winners(&self.untagged, rank, &tagged, required, take),
        }
        Some(LongestPrefix { rank, candidates })
    }

    /// Merges slots without tags and slots with tags, both ascending, and takes the first of each
    /// destination. Unless `rank` is [`NONE`], slots without tags have to cover it.
    #[inline]
    fn take_winners(
        &self,
        untagged: &[u32],
        rank: u32,
        tagged: &[u32],
        required: Required,
        mut take: impl FnMut(&Slot),
    ) {
        let mut last_destination = NONE;
        let mut take_first = |slot: &Slot| {
            if slot.destination != last_destination {
                last_destination = slot.destination;
                take(slot);
            }
        };
        let mut tagged = tagged.iter().copied().peekable();
        for number in untagged.iter().copied() {
            let slot = self.slot(number);
            if rank != NONE && !slot.covers(rank) || !slot.capabilities.include(required.to_compete)
            {
                continue;
            }
            while let Some(before) = tagged.next_if(|before| *before < number) {
                take_first(self.slot(before));
            }
            take_first(slot);
        }
        tagged.for_each(|number| take_first(self.slot(number)));
    }

    fn tagged_from_list(
        &self,
        list: Range,
        version: &ObjectVersion<'_>,
        required: Required,
    ) -> Tagged {
        let mut tagged = Tagged::new();
        let mut last_destination = NONE;
        for number in list.of(&self.listed) {
            let slot = self.slot(*number);
            if slot.destination != last_destination && self.competes(slot, version, required) {
                last_destination = slot.destination;
                tagged.push(*number);
            }
        }
        tagged
    }

    /// The tag index yields slots in no particular order, so the best of each destination is kept
    /// by insertion.
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
            if rival.as_ref().is_some_and(|rival| **rival <= number)
                || !self.competes(slot, version, required)
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
    pub(super) fn longest_prefix(&self, version: &ObjectVersion<'_>) -> Option<LongestPrefix> {
        let (rank, candidates) = self.prefixes.longest(version.key)?;
        Some(LongestPrefix { rank, candidates })
    }

    /// Iterates over rules whose filter matches a version.
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

    #[inline]
    fn competes(&self, slot: &Slot, version: &ObjectVersion<'_>, required: Required) -> bool {
        let mut tags = slot.tags.of(&self.required_tags).iter();
        slot.capabilities.include(required.to_compete)
            && tags.all(|(key, value)| version.tags.has(key.of(&self.text), value.of(&self.text)))
    }

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
#[derive(Clone, Copy, Debug)]
pub(super) struct LongestPrefix {
    rank: u32,
    candidates: Candidates,
}
