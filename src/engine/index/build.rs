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

/// How many numbers all lists may hold together, for each rule; so memory stays linear.
const BUDGET_PER_RULE: usize = 32;

pub(super) fn index(rules: &[ReplicationRule], dialect: &Dialect) -> Index {
    let mut enabled: Vec<&ReplicationRule> =
        rules.iter().filter(|rule| rule.is_enabled()).collect();
    sort(&mut enabled, dialect.priority_order());
    let mut prefixes: Vec<&[u8]> = enabled.iter().map(|rule| prefix_of(rule)).collect();
    prefixes.sort_unstable();
    prefixes.dedup();
    let matter = Offers::that_matter(dialect);
    let slots = slots_of(&enabled, &prefixes, matter);
    let tags_of = |slot: &Slot| -> &[Tag] {
        rules.get(slot.position as usize).map_or(&[], |rule| rule.filter.tags())
    };
    let numbered = || slots.iter().enumerate().map(|(number, slot)| (small(number), slot));
    let untagged = numbered().filter(|(_, slot)| tags_of(slot).is_empty());
    let lists = Lists::of(&slots, prefixes.len(), matter, |slot| tags_of(slot).is_empty());
    let tags = if lists.places.iter().any(|place| place.tagged.is_none()) {
        let tagged = numbered().map(|(number, slot)| (number, tags_of(slot)));
        TagIndex::new(&tagged.collect::<Vec<_>>())
    } else {
        TagIndex::default()
    };
    Index {
        prefixes: Trie::new(&prefixes),
        places: lists.places.into(),
        listed: lists.listed.into(),
        untagged: untagged.map(|(number, _)| number).collect(),
        slots: slots.into(),
        tags,
    }
}

fn prefix_of(rule: &ReplicationRule) -> &[u8] {
    rule.filter.key_prefix().as_str().as_bytes()
}

/// Sorts by destination bucket, then from the rule that beats all others to the one that beats
/// none. That is a total order: priorities decide, and the position where they do not.
fn sort(rules: &mut [&ReplicationRule], order: PriorityOrder) {
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
fn slots_of(enabled: &[&ReplicationRule], prefixes: &[&[u8]], matter: Offers) -> Vec<Slot> {
    let ends = ends_of(prefixes);
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
        slots.push(Slot { position, offers, group, first: small(first), end });
    }
    slots
}

/// Returns for each prefix the rank behind the last one that begins with it.
fn ends_of(prefixes: &[&[u8]]) -> Vec<u32> {
    let mut ends = vec![small(prefixes.len()); prefixes.len()];
    let mut open: Vec<(usize, &[u8])> = Vec::new();
    for (rank, prefix) in prefixes.iter().enumerate() {
        while let Some((closed, _)) = open.pop_if(|(_, outer)| !prefix.starts_with(outer)) {
            if let Some(end) = ends.get_mut(closed) {
                *end = small(rank);
            }
        }
        open.push((rank, prefix));
    }
    ends
}

/// The lists of all places, in the making.
struct Lists<'s> {
    slots: &'s [Slot],
    matter: Offers,
    places: Vec<Place>,
    listed: Vec<u32>,
    budget: usize,
}

impl<'s> Lists<'s> {
    fn of(
        slots: &'s [Slot],
        places: usize,
        matter: Offers,
        is_untagged: impl Fn(&Slot) -> bool,
    ) -> Self {
        let mut own: Vec<(Vec<u32>, Vec<u32>)> = vec![Default::default(); places];
        let mut ends = vec![0; places];
        for (number, slot) in slots.iter().enumerate() {
            if let Some((untagged, tagged)) = own.get_mut(slot.first as usize) {
                let list = if is_untagged(slot) { untagged } else { tagged };
                list.push(small(number));
            }
            if let Some(end) = ends.get_mut(slot.first as usize) {
                *end = slot.end;
            }
        }
        let budget = BUDGET_PER_RULE * slots.len();
        let mut lists = Self { slots, matter, places: Vec::new(), listed: Vec::new(), budget };
        let mut around: Vec<(u32, Place)> = Vec::new();
        for (rank, ((untagged, tagged), end)) in own.into_iter().zip(ends).enumerate() {
            while around.pop_if(|(end, _)| *end <= small(rank)).is_some() {}
            let nowhere = Some(Range::default());
            let outer = around
                .last()
                .map_or(Place { untagged: nowhere, tagged: nowhere }, |(_, place)| *place);
            let place = lists.place(outer, &untagged, &tagged);
            lists.places.push(place);
            around.push((end, place));
        }
        lists
    }

    /// Lists what matches at a place: what matches around it, and its own rules.
    fn place(&mut self, outer: Place, untagged: &[u32], tagged: &[u32]) -> Place {
        let untagged = match outer.untagged {
            Some(list) if untagged.is_empty() => Some(list),
            Some(list) => {
                let merged = merged(list.of(&self.listed), untagged);
                self.add(self.unbeaten(merged))
            }
            None => None,
        };
        let tagged = outer.tagged.and_then(|list| {
            let mut merged = merged(list.of(&self.listed), tagged);
            if let Some(untagged) = untagged {
                let rivals = untagged.of(&self.listed);
                merged.retain(|number| !self.is_beaten(*number, rivals));
            }
            if merged.len() <= MOST_TAGGED { self.add(merged) } else { None }
        });
        Place { untagged, tagged }
    }

    fn add(&mut self, list: Vec<u32>) -> Option<Range> {
        let start = self.listed.len();
        if start + list.len() > self.budget {
            return None;
        }
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

/// Merges two ascending lists.
fn merged(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut all = [a, b].concat();
    all.sort_unstable();
    all
}
