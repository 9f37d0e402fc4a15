//! Arranges the rules of a configuration: sorted into slots, and listed for each prefix.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::tags::TagIndex;
use super::trie::{NOTHING, Range, Trie, small};
use super::{Index, Place, Slot};
use crate::dialect::{Dialect, PriorityOrder};
use crate::engine::demands::Offers;
use crate::model::{ReplicationRule, Tag};

/// How many rules with tags a list may hold before it is faster to ask which tags an object has.
const MOST_TAGGED: usize = 16;

/// The place of keys that no rule matches.
const NOWHERE: Place = Place { untagged: Some(Range::EMPTY), tagged: Some(Range::EMPTY) };

/// How many numbers a list may hold besides those of its own rules, whatever others hold.
const ALWAYS_LISTED: usize = 16;

/// How many more all lists may hold together, for each rule, and how many may be merged in vain; so
/// memory and work stay linear in the number of rules.
const BUDGET_PER_RULE: usize = 32;

pub(super) fn index(rules: &[ReplicationRule], dialect: &Dialect) -> Index {
    let mut enabled: Vec<&ReplicationRule> =
        rules.iter().filter(|rule| rule.is_enabled()).collect();
    sort(&mut enabled, dialect.priority_order());
    let mut prefixes: Vec<&[u8]> = enabled.iter().map(|rule| prefix_of(rule)).collect();
    prefixes.sort_unstable();
    prefixes.dedup();
    let matter = Offers::that_matter(dialect);
    let outer = outer_of(&prefixes);
    let mut slots = slots_of(&enabled, &prefixes, &ends_of(&outer), matter);
    let (wanted, text) = add_tags(&mut slots, rules);
    let tags_of = |slot: &Slot| -> &[Tag] {
        rules.get(slot.position as usize).map_or(&[], |rule| rule.filter.tags())
    };
    let numbered = || slots.iter().enumerate().map(|(number, slot)| (small(number), slot));
    let untagged = numbered().filter(|(_, slot)| slot.wanted.is_empty());
    let lists = Lists::of(&slots, &outer, matter);
    let tags = if lists.places.iter().any(|place| place.tagged.is_none()) {
        let tagged = numbered().map(|(number, slot)| (number, slot.first, tags_of(slot)));
        TagIndex::new(&tagged.collect::<Vec<_>>(), outer)
    } else {
        TagIndex::default()
    };
    Index {
        prefixes: Trie::new(&prefixes, &lists.places, NOWHERE),
        listed: lists.listed.into(),
        untagged: untagged.map(|(number, _)| number).collect(),
        slots: slots.into(),
        wanted: wanted.into(),
        text: text.into(),
        tags,
    }
}

fn prefix_of(rule: &ReplicationRule) -> &[u8] {
    rule.filter.key_prefix().as_str().as_bytes()
}

/// Sorts by destination bucket, then from the rule that beats all others to the one that beats
/// none. That is a total order: priorities decide, and the position where they do not.
pub(crate) fn sort(rules: &mut [&ReplicationRule], order: PriorityOrder) {
    rules.sort_unstable_by(|a, b| {
        let by_priority = match order {
            PriorityOrder::HigherWins => Reverse(a.priority).cmp(&Reverse(b.priority)),
            PriorityOrder::LowerWins => a.priority.cmp(&b.priority),
        };
        let by_bucket = a.destination.bucket.as_str().cmp(b.destination.bucket.as_str());
        by_bucket.then(by_priority).then(a.position.cmp(&b.position))
    });
}

/// Gives every rule its slot, except those that a rule with the same filter always beats.
fn slots_of(
    enabled: &[&ReplicationRule],
    prefixes: &[&[u8]],
    ends: &[u32],
    matter: Offers,
) -> Vec<Slot> {
    let mut better: HashMap<(u32, u32, &[Tag]), Vec<Offers>> = HashMap::new();
    let mut slots = Vec::with_capacity(enabled.len());
    let (mut group, mut bucket) = (NOTHING, "");
    for rule in enabled {
        if group == NOTHING || bucket != rule.destination.bucket.as_str() {
            bucket = rule.destination.bucket.as_str();
            group = group.wrapping_add(1);
        }
        let first = prefixes.binary_search(&prefix_of(rule)).unwrap_or_default();
        let offers = Offers::of(rule);
        let better = better.entry((group, small(first), rule.filter.tags())).or_default();
        if better.iter().any(|better| better.meet(offers.and(matter))) {
            continue;
        }
        better.push(offers);
        let end = ends.get(first).copied().unwrap_or_default();
        let position = small(rule.position);
        let (first, wanted) = (small(first), Range::default());
        slots.push(Slot { position, offers, group, first, end, wanted });
    }
    slots
}

/// Copies the tags that rules ask for into one text, and tells the slots where theirs are.
fn add_tags(slots: &mut [Slot], rules: &[ReplicationRule]) -> (Vec<(Range, Range)>, Vec<u8>) {
    let (mut wanted, mut text) = (Vec::new(), Vec::new());
    for slot in slots {
        let start = wanted.len();
        for tag in rules.get(slot.position as usize).map_or(&[][..], |rule| rule.filter.tags()) {
            let [key, value] = [tag.key(), tag.value()].map(|part| {
                let start = text.len();
                text.extend_from_slice(part.as_bytes());
                Range::since(start, &text)
            });
            wanted.push((key, value));
        }
        slot.wanted = Range::since(start, &wanted);
    }
    (wanted, text)
}

/// Returns for each prefix the longest other one that begins it, or [`NOTHING`].
fn outer_of(prefixes: &[&[u8]]) -> Vec<u32> {
    let mut open: Vec<(usize, &[u8])> = Vec::new();
    let outer = prefixes.iter().enumerate().map(|(rank, prefix)| {
        while open.pop_if(|(_, outer)| !prefix.starts_with(outer)).is_some() {}
        let outer = open.last().map_or(NOTHING, |(rank, _)| small(*rank));
        open.push((rank, prefix));
        outer
    });
    outer.collect()
}

/// Returns for each prefix the rank behind the last one that begins with it.
fn ends_of(outer: &[u32]) -> Vec<u32> {
    let mut ends: Vec<u32> = (1..=small(outer.len())).collect();
    // Those that a prefix begins stand in one row behind it, so the last says where it ends.
    for (rank, outer) in outer.iter().enumerate().rev() {
        let end = ends.get(rank).copied().unwrap_or_default();
        if let Some(around) = ends.get_mut(*outer as usize) {
            *around = end.max(*around);
        }
    }
    ends
}

/// The lists of all places, in the making.
struct Lists<'s> {
    slots: &'s [Slot],
    matter: Offers,
    places: Vec<Place>,
    listed: Vec<u32>,
    /// What is left to be listed beyond what always is, and to be merged.
    to_list: usize,
    to_merge: usize,
}

impl<'s> Lists<'s> {
    fn of(slots: &'s [Slot], outer: &[u32], matter: Offers) -> Self {
        let mut own: Vec<(Vec<u32>, Vec<u32>)> = vec![Default::default(); outer.len()];
        for (number, slot) in slots.iter().enumerate() {
            if let Some((untagged, tagged)) = own.get_mut(slot.first as usize) {
                let list = if slot.wanted.is_empty() { untagged } else { tagged };
                list.push(small(number));
            }
        }
        let budget = BUDGET_PER_RULE * slots.len();
        let (places, listed) = Default::default();
        let mut lists = Self { slots, matter, places, listed, to_list: budget, to_merge: budget };
        for ((untagged, tagged), outer) in own.into_iter().zip(outer) {
            let outer = lists.places.get(*outer as usize).copied().unwrap_or(NOWHERE);
            let place = lists.place(outer, &untagged, &tagged);
            lists.places.push(place);
        }
        lists
    }

    /// Lists what matches at a place: what matches around it, and its own rules.
    fn place(&mut self, outer: Place, untagged: &[u32], tagged: &[u32]) -> Place {
        let untagged = match outer.untagged {
            Some(list) if untagged.is_empty() => Some(list),
            Some(list) => self.merged(list, untagged).and_then(|merged| {
                let unbeaten = self.unbeaten(merged);
                self.add(unbeaten, untagged.len())
            }),
            None => None,
        };
        let tagged = outer.tagged.and_then(|list| {
            let mut merged = self.merged(list, tagged)?;
            if let Some(untagged) = untagged {
                let rivals = untagged.of(&self.listed);
                merged.retain(|number| !self.is_beaten(*number, rivals));
            }
            if merged.len() <= MOST_TAGGED { self.add(merged, tagged.len()) } else { None }
        });
        Place { untagged, tagged }
    }

    /// Merges an outer list with an ascending one, while there is work left for that.
    fn merged(&mut self, outer: Range, own: &[u32]) -> Option<Vec<u32>> {
        let outer = outer.of(&self.listed);
        let extra = outer.len().saturating_sub(ALWAYS_LISTED);
        self.to_merge = self.to_merge.checked_sub(extra)?;
        let mut all = [outer, own].concat();
        all.sort_unstable();
        Some(all)
    }

    /// Keeps a list, if it is short or there is room left.
    fn add(&mut self, list: Vec<u32>, own: usize) -> Option<Range> {
        let extra = list.len().saturating_sub(own + ALWAYS_LISTED);
        self.to_list = self.to_list.checked_sub(extra)?;
        let start = self.listed.len();
        self.listed.extend(list);
        Some(Range::since(start, &self.listed))
    }

    /// Takes away the slots without tags that others without tags, which match the same keys,
    /// always beat.
    fn unbeaten(&self, list: Vec<u32>) -> Vec<u32> {
        let mut kept: Vec<u32> = Vec::with_capacity(list.len());
        let mut of_group = 0;
        for number in list {
            let group = |number: Option<&u32>| {
                number.and_then(|number| self.slots.get(*number as usize)).map(|slot| slot.group)
            };
            if group(kept.last()) != group(Some(&number)) {
                of_group = kept.len();
            }
            if !self.is_beaten(number, kept.get(of_group..).unwrap_or_default()) {
                kept.push(number);
            }
        }
        kept
    }

    /// Returns true when one of `rivals`, ascending, always competes where this slot does, and
    /// wins.
    fn is_beaten(&self, number: u32, rivals: &[u32]) -> bool {
        let Some(slot) = self.slots.get(number as usize) else { return false };
        let before = rivals.partition_point(|rival| *rival < number);
        let before = rivals.get(..before).unwrap_or_default().iter().rev();
        let rivals = before.filter_map(|rival| self.slots.get(*rival as usize));
        let mut rivals = rivals.take_while(|rival| rival.group == slot.group);
        rivals.any(|rival| rival.offers.meet(slot.offers.and(self.matter)))
    }
}
