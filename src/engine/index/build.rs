//! The construction of the index: rules are sorted into slots, and slots are listed by prefix.
//!
//! The order of the steps matters. Precedence is sorted first, because slots are numbered in that
//! order and every later comparison of numbers relies on it. Prefixes are ranked before slots
//! exist, because a slot holds ranks. Lists come last and from the outermost prefix inwards,
//! because each extends the list of its outer prefix.
//!
//! Three measures keep large configurations cheap: equal filters are found by their hashes, lists
//! draw on a budget, and so does the work of merging them.

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;

use super::tags::TagIndex;
use super::trie::{NONE, Range, Trie, to_u32};
use super::{Candidates, Index, Slot, SlotExclusion};
use crate::dialect::{Dialect, PriorityOrder, Winners};
use crate::engine::capabilities::Capabilities;
use crate::model::{ReplicationRule, RuleFilter, Tag};

/// The number of rules with tags from which the tag index is faster than a list.
///
/// The number was measured; a different one changes the speed, never an answer.
const MOST_TAGGED: usize = 16;

/// The candidates of keys that no rule matches.
///
/// Both lists are known and empty.
const NO_CANDIDATES: Candidates =
    Candidates { untagged: Some(Range::EMPTY), tagged: Some(Range::EMPTY) };

/// The number of slots that a list may hold besides its own rules without using the budget.
///
/// Short lists are what the index is for. A fixed number for each prefix keeps their sum linear,
/// too.
const ALWAYS_LISTED: usize = 16;

/// The budget for each rule: the number of further slots that all lists together may hold, and the
/// number that may be merged without being listed. It keeps memory and work linear in the number
/// of rules.
///
/// With a thousand prefixes that each begin the next one, full lists would hold half a million
/// slots.
const BUDGET_PER_RULE: usize = 32;

/// Builds the index of the enabled rules. Disabled rules select nothing and outrank nothing
/// (REP-407), so they get no slot.
pub(super) fn index(rules: &[ReplicationRule], dialect: &Dialect) -> Index {
    let mut enabled: Vec<&ReplicationRule> =
        rules.iter().filter(|rule| rule.is_enabled()).collect();
    sort_by_precedence(&mut enabled, dialect);
    let prefixes = Prefixes::of(&enabled);
    let needed = Capabilities::needed_to_compete(dialect);
    let (mut slots, tag_sets) = slots_of(&enabled, &prefixes, needed, dialect);
    // Tags are copied only now: rules that were left out as always beaten need no copy.
    let mut tags = TagTexts::default();
    for (slot, set) in slots.iter_mut().zip(&tag_sets) {
        slot.tags = tags.add(set);
    }
    let Exclusions { of_slots, ranks } = Exclusions::of(&slots, rules, &prefixes, &mut tags);
    let numbered = || slots.iter().enumerate().map(|(number, slot)| (to_u32(number), slot));
    let untagged = numbered().filter(|(_, slot)| slot.tags.is_empty());
    // The tag index costs memory and a random seed, so it exists only where some list of rules with
    // tags was too long.
    let lists = Lists::of(&slots, &prefixes, needed);
    let tag_index = if lists.candidates.iter().any(|candidates| candidates.tagged.is_none()) {
        let tagged = numbered().zip(&tag_sets);
        let tagged = tagged.map(|((number, slot), tags)| (number, slot.first, *tags));
        TagIndex::new(&tagged.collect::<Vec<_>>(), &prefixes.outer)
    } else {
        TagIndex::default()
    };
    Index {
        prefixes: Trie::new(&prefixes.sorted, &lists.candidates, NO_CANDIDATES),
        listed: lists.listed.into(),
        untagged: untagged.map(|(number, _)| number).collect(),
        slots: slots.into(),
        exclusions: of_slots.into(),
        excluded_ranks: ranks.into(),
        tag_texts: tags.ranges.into(),
        text: tags.text.into(),
        tags: tag_index,
    }
}

/// Sorts rules by destination bucket, then from the rule that beats all others to the one that
/// beats none. This is a total order: priority decides, then the position in the document.
///
/// Rules for one bucket have equal priorities only in V1, which has no priorities (REP-208). Their
/// prefixes are disjoint there (REP-239), so the position decides no answer; it makes the order
/// independent of the sorting algorithm.
///
/// In a dialect with one winner over all buckets, the bucket does not matter.
pub(crate) fn sort_by_precedence(rules: &mut [&ReplicationRule], dialect: &Dialect) {
    let (order, winners) = (dialect.priority_order(), dialect.winners());
    rules.sort_unstable_by(|a, b| {
        let by_priority = match order {
            PriorityOrder::HigherWins => Reverse(a.priority).cmp(&Reverse(b.priority)),
            PriorityOrder::LowerWins => a.priority.cmp(&b.priority),
            PriorityOrder::DocumentOrder => Ordering::Equal,
        };
        let by_bucket = match winners {
            Winners::PerDestination => {
                a.destination.bucket.as_str().cmp(b.destination.bucket.as_str())
            }
            Winners::OneOverAll => Ordering::Equal,
        };
        by_bucket.then(by_priority).then(a.position.cmp(&b.position))
    });
}

/// The distinct prefixes of enabled rules, including those that they exclude, in byte order, and
/// how they nest.
///
/// The rank of a prefix is its index in `sorted`. Byte order has the property on which everything
/// else rests: the prefixes that begin with some prefix follow it directly, so that they form a
/// range.
struct Prefixes<'r> {
    sorted: Vec<&'r [u8]>,
    /// The rank of the longest other prefix that begins each prefix, or [`NONE`].
    outer: Vec<u32>,
    /// The rank after the last prefix that begins with each prefix.
    ends: Vec<u32>,
}

impl<'r> Prefixes<'r> {
    /// Ranks the prefixes of some rules.
    fn of(enabled: &[&'r ReplicationRule]) -> Self {
        let excluded = enabled.iter().flat_map(|rule| excluded_prefixes(rule));
        let mut sorted: Vec<&[u8]> = enabled.iter().map(|rule| prefix_of(rule)).collect();
        // An excluded prefix gets a rank although no rule is listed for it: it splits the keys of
        // its outer prefix into those that are excluded and those that are not.
        sorted.extend(excluded);
        sorted.sort_unstable();
        sorted.dedup();
        let outer = outer_of(&sorted);
        let ends = ends_of(&outer);
        Self { sorted, outer, ends }
    }

    /// Returns the rank of a prefix of an enabled rule, and the rank after those under it.
    ///
    /// A rule with the wrong rank would match the wrong keys, so a prefix that is not found stops
    /// the construction.
    #[expect(
        clippy::expect_used,
        clippy::indexing_slicing,
        reason = "INVARIANT: `sorted` holds the prefixes of every enabled rule, `ends` an entry for each"
    )]
    fn ranks(&self, prefix: &[u8]) -> (u32, u32) {
        let first = self.sorted.binary_search(&prefix).expect("the prefix is listed");
        (to_u32(first), self.ends[first])
    }
}

/// Returns the bytes of the prefix of a rule. Keys are compared byte by byte (REP-301).
fn prefix_of(rule: &ReplicationRule) -> &[u8] {
    rule.filter.key_prefix().as_str().as_bytes()
}

/// Iterates over the prefixes under the prefix of a rule that it excludes, in byte order. The prefix
/// of the rule stands for those that begin it, and prefixes elsewhere exclude nothing.
///
/// For the prefix `logs/`, the exclusion of `log` excludes every key of the rule and is replaced by
/// `logs/`; `logs/debug/` stays; `tax/` is left out.
fn excluded_prefixes(rule: &ReplicationRule) -> impl Iterator<Item = &[u8]> {
    let own = prefix_of(rule);
    rule.filter.exclusion().prefixes().iter().filter_map(move |excluded| {
        let excluded = excluded.as_str().as_bytes();
        if own.starts_with(excluded) {
            Some(own)
        } else {
            excluded.starts_with(own).then_some(excluded)
        }
    })
}

/// Returns for each prefix the rank of the longest other one that begins it, or [`NONE`].
///
/// Each prefix is pushed and popped once, so this takes linear time however deep prefixes nest.
fn outer_of(prefixes: &[&[u8]]) -> Vec<u32> {
    // In byte order a prefix follows those that begin it, so the open ones form a stack.
    let mut open: Vec<(u32, &[u8])> = Vec::new();
    let mut outer = Vec::with_capacity(prefixes.len());
    for (rank, prefix) in prefixes.iter().enumerate() {
        // What does not begin this prefix begins no later one either.
        while open.pop_if(|(_, outer)| !prefix.starts_with(outer)).is_some() {}
        outer.push(open.last().map_or(NONE, |(rank, _)| *rank));
        open.push((to_u32(rank), prefix));
    }
    outer
}

/// Returns for each prefix the rank after the last one that begins with it.
#[expect(
    clippy::indexing_slicing,
    reason = "INVARIANT: `outer` holds ranks of prefixes, or `NONE`"
)]
fn ends_of(outer: &[u32]) -> Vec<u32> {
    let mut ends: Vec<u32> = (1..=to_u32(outer.len())).collect();
    // The prefixes under another one follow it without a gap. From the last to the first, each has
    // its final end when it passes that end on to its outer prefix.
    for (rank, outer) in outer.iter().enumerate().rev() {
        if *outer != NONE {
            ends[*outer as usize] = ends[*outer as usize].max(ends[rank]);
        }
    }
    ends
}

/// Creates the slots, in order of precedence, without rules that one with the same filter always
/// beats.
///
/// Only rules with the same filter are compared here, by a hash of the filter. Rules with different
/// filters of which one covers the other are compared where lists are merged.
///
/// Each slot comes with its required tags. A rule for which any of its tags is enough has a slot for each tag. They follow each other, so
/// whichever matches wins for the rule.
fn slots_of<'r>(
    enabled: &[&'r ReplicationRule],
    prefixes: &Prefixes<'_>,
    needed: Capabilities,
    dialect: &Dialect,
) -> (Vec<Slot>, Vec<&'r [Tag]>) {
    let mut earlier: HashMap<(u32, &RuleFilter), Vec<Capabilities>> = HashMap::new();
    let mut slots = Vec::with_capacity(enabled.len());
    let mut tag_sets = Vec::with_capacity(enabled.len());
    let per_destination = dialect.winners() == Winners::PerDestination;
    let (mut destination, mut bucket) = (NONE, "");
    for rule in enabled {
        // Rules arrive sorted by bucket, so a new text is a new bucket. `NONE` is the largest
        // number, and adding one to it wraps to zero, the first bucket.
        let is_other = per_destination && bucket != rule.destination.bucket.as_str();
        if destination == NONE || is_other {
            bucket = rule.destination.bucket.as_str();
            destination = destination.wrapping_add(1);
        }
        let (first, end) = prefixes.ranks(prefix_of(rule));
        let capabilities = Capabilities::of(rule, dialect);
        // An earlier rule with the same filter wins wherever it competes. If it has every
        // capability of this rule that decides about competing, this rule never wins.
        // Several earlier rules can stand side by side: one that selects SSE-KMS versions does not
        // beat one that has replica modification sync.
        let earlier = earlier.entry((destination, &rule.filter)).or_default();
        if earlier.iter().any(|earlier| earlier.include(capabilities.and(needed))) {
            continue;
        }
        earlier.push(capabilities);
        let slot = Slot {
            position: to_u32(rule.position),
            capabilities,
            destination,
            first,
            end,
            tags: Range::EMPTY,
            excludes: excluded_prefixes(rule).next().is_some()
                || !rule.filter.exclusion().tags().is_empty()
                || rule.filter.keys_before().is_some(),
        };
        for tags in rule.filter.tag_sets() {
            slots.push(slot);
            tag_sets.push(tags);
        }
    }
    (slots, tag_sets)
}

/// The tags that rules require or exclude, copied into one text.
///
/// One allocation for all tags keeps the comparisons of a decision within few cache lines.
#[derive(Default)]
struct TagTexts {
    ranges: Vec<(Range, Range)>,
    text: Vec<u8>,
}

impl TagTexts {
    /// Copies a text, and returns its range.
    fn add_text(&mut self, text: &str) -> Range {
        let start = self.text.len();
        self.text.extend_from_slice(text.as_bytes());
        Range::since(start, &self.text)
    }

    /// Copies tags, and returns their range.
    fn add(&mut self, tags: &[Tag]) -> Range {
        let start = self.ranges.len();
        for tag in tags {
            let [key, value] = [tag.key(), tag.value()].map(|part| self.add_text(part));
            self.ranges.push((key, value));
        }
        Range::since(start, &self.ranges)
    }
}

/// The exclusions of all slots.
#[derive(Default)]
struct Exclusions {
    /// One entry for each slot; none when no slot excludes.
    of_slots: Vec<SlotExclusion>,
    /// The excluded prefixes of all slots, as half-open ranges of ranks.
    ranks: Vec<(u32, u32)>,
}

impl Exclusions {
    /// Computes the exclusions of all slots. If no slot has one, the table is empty, and a decision
    /// does not look into it.
    fn of(
        slots: &[Slot],
        rules: &[ReplicationRule],
        prefixes: &Prefixes<'_>,
        tags: &mut TagTexts,
    ) -> Self {
        let mut exclusions = Self::default();
        if slots.iter().any(|slot| slot.excludes) {
            for slot in slots {
                exclusions.add(slot, rules, prefixes, tags);
            }
        }
        exclusions
    }

    /// Adds the exclusion of a slot: ranges of ranks that are ascending and apart, and the texts of
    /// its tags.
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: a rule is at its position in the configuration"
    )]
    fn add(
        &mut self,
        slot: &Slot,
        rules: &[ReplicationRule],
        prefixes: &Prefixes<'_>,
        tags: &mut TagTexts,
    ) {
        let rule = &rules[slot.position as usize];
        let (start, mut covered) = (self.ranks.len(), 0);
        // In byte order a prefix follows those that begin it, which exclude its keys already.
        for prefix in excluded_prefixes(rule) {
            let (first, end) = prefixes.ranks(prefix);
            // A prefix inside the last range adds nothing, and would break the order that the
            // binary search of a decision needs.
            if first >= covered {
                self.ranks.push((first, end));
                covered = end;
            }
        }
        let ranks = Range::since(start, &self.ranks);
        let before = rule.filter.keys_before().map(|next| tags.add_text(next.as_str()));
        let tags = tags.add(rule.filter.exclusion().tags());
        self.of_slots.push(SlotExclusion { ranks, tags, before });
    }
}

/// The lists of candidates during construction.
///
/// A list that is not stored is not an error: its prefix is answered in the slower way, with the
/// same result.
struct Lists<'s> {
    slots: &'s [Slot],
    needed: Capabilities,
    /// The candidates of each prefix, by rank.
    candidates: Vec<Candidates>,
    listed: Vec<u32>,
    /// The rest of the budget for listing.
    to_list: usize,
    /// The rest of the budget for merging.
    to_merge: usize,
}

/// The slots of the rules with exactly one prefix, ascending.
#[derive(Clone, Default)]
struct OwnSlots {
    untagged: Vec<u32>,
    tagged: Vec<u32>,
}

impl<'s> Lists<'s> {
    /// Lists the candidates of every prefix, as far as the budget goes.
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: the first rank of a slot is the rank of a prefix"
    )]
    fn of(slots: &'s [Slot], prefixes: &Prefixes<'_>, needed: Capabilities) -> Self {
        let mut own = vec![OwnSlots::default(); prefixes.sorted.len()];
        for (number, slot) in slots.iter().enumerate() {
            let OwnSlots { untagged, tagged } = &mut own[slot.first as usize];
            if slot.tags.is_empty() { untagged } else { tagged }.push(to_u32(number));
        }
        let budget = BUDGET_PER_RULE * slots.len();
        let candidates = Vec::with_capacity(own.len());
        let mut lists = Self {
            slots,
            needed,
            candidates,
            listed: Vec::new(),
            to_list: budget,
            to_merge: budget,
        };
        for (own, outer) in own.iter().zip(&prefixes.outer) {
            // An outer prefix has a lower rank, so its candidates are complete.
            let outer = match *outer {
                NONE => NO_CANDIDATES,
                outer => lists.candidates[outer as usize],
            };
            let candidates = lists.candidates_of(outer, own);
            lists.candidates.push(candidates);
        }
        lists
    }

    /// Lists the candidates of a prefix: those of its outer prefix, and its own rules.
    ///
    /// The list without tags comes first, because its slots prune the list with tags.
    fn candidates_of(&mut self, outer: Candidates, own: &OwnSlots) -> Candidates {
        let untagged = match outer.untagged {
            // Shared, so that rules with tags under a prefix do not copy its list.
            Some(list) if own.untagged.is_empty() => Some(list),
            Some(list) => self.merged(list, &own.untagged).and_then(|merged| {
                let unbeaten = self.unbeaten(merged);
                self.add(unbeaten, own.untagged.len())
            }),
            // The list of the outer prefix is part of this one, so there is no list here either.
            None => None,
        };
        let tagged = outer.tagged.and_then(|list| {
            let mut merged = self.merged(list, &own.tagged)?;
            // A rule without tags can beat one with tags, which matches fewer versions; a rule with
            // tags cannot beat another one here, since a version may lack its tags.
            if let Some(untagged) = untagged {
                let rivals = untagged.of(&self.listed);
                merged.retain(|number| !self.is_beaten(*number, rivals));
            }
            if merged.len() <= MOST_TAGGED { self.add(merged, own.tagged.len()) } else { None }
        });
        Candidates { untagged, tagged }
    }

    /// Merges the list of an outer prefix with an ascending one, within the budget.
    ///
    /// Returns `None` when the budget is used up. The outer list is copied, so its length beyond
    /// [`ALWAYS_LISTED`] counts.
    fn merged(&mut self, outer: Range, own: &[u32]) -> Option<Vec<u32>> {
        let outer = outer.of(&self.listed);
        let extra = outer.len().saturating_sub(ALWAYS_LISTED);
        self.to_merge = self.to_merge.checked_sub(extra)?;
        // Ascending order is the order of buckets and precedence, which a decision and the pruning
        // rely on.
        let mut merged = [outer, own].concat();
        merged.sort_unstable();
        Some(merged)
    }

    /// Stores a list, within the budget.
    ///
    /// `own` is the number of slots whose prefix is exactly this one. They do not count: each slot
    /// has one prefix, so their sum is linear anyway.
    fn add(&mut self, list: Vec<u32>, own: usize) -> Option<Range> {
        let extra = list.len().saturating_sub(own + ALWAYS_LISTED);
        self.to_list = self.to_list.checked_sub(extra)?;
        let start = self.listed.len();
        self.listed.extend(list);
        Some(Range::since(start, &self.listed))
    }

    /// Removes the slots that an earlier one always beats. None of the slots requires tags, and
    /// without their exclusions all of them match every key under the prefix.
    ///
    /// Each slot is compared with the unbeaten ones before it. That is enough: whatever beats a
    /// beaten slot also beats all that the slot beats, since capabilities nest.
    fn unbeaten(&self, list: Vec<u32>) -> Vec<u32> {
        let mut unbeaten: Vec<u32> = Vec::with_capacity(list.len());
        for number in list {
            if !self.is_beaten(number, &unbeaten) {
                unbeaten.push(number);
            }
        }
        unbeaten
    }

    /// Returns true when one of `rivals`, ascending slots without required tags, has the same
    /// destination, comes before this slot, and competes wherever this slot does. A rival that
    /// excludes does not: this slot may match what it excludes.
    fn is_beaten(&self, number: u32, rivals: &[u32]) -> bool {
        let slot = self.slot(number);
        let before = rivals.partition_point(|rival| *rival < number);
        // From the nearest: slots of one destination are consecutive.
        let before = rivals.iter().take(before).rev();
        let mut rivals = before
            .map(|rival| self.slot(*rival))
            .take_while(|rival| rival.destination == slot.destination);
        rivals.any(|rival| {
            !rival.excludes && rival.capabilities.include(slot.capabilities.and(self.needed))
        })
    }

    /// Returns the slot with a number.
    #[expect(clippy::indexing_slicing, reason = "INVARIANT: lists hold numbers of slots")]
    fn slot(&self, number: u32) -> &'s Slot {
        &self.slots[number as usize]
    }
}
