//! The index behind [`Engine`](crate::Engine): one walk along the key, then only rules that match
//! and can still win.
//!
//! Enabled rules get *slots*: numbers in the order of destination bucket, then of precedence. The
//! rules of one bucket are a *group*, and the winner of a group is the lowest of its slots that
//! competes. For every prefix there is a list of the slots whose prefix begins it, its own
//! included, ascending, without those that a rule before them always beats. So a decision reads
//! one short list from start to end, and destinations come out sorted.
//!
//! Lists for nested prefixes could grow with the square of the rules. They share a budget linear
//! in the number of rules; a prefix whose list does not fit is answered from all slots, by
//! comparing numbers only: prefixes are ranked in ascending order, so those that a prefix begins
//! stand in one row behind it. Rules with tags are listed apart, for objects without tags need not
//! look at them; where there are many, they are found by the tags of the object.

mod build;
mod tags;
mod trie;

pub(crate) use self::build::sort;

use self::tags::TagIndex;
use self::trie::{NOTHING, Range, Trie};
use crate::dialect::Dialect;
use crate::engine::demands::{Demands, Offers};
use crate::engine::inline::Inline;
use crate::model::{ObjectVersion, ReplicationRule};

/// The rules of a configuration, arranged for deciding.
#[derive(Debug)]
pub(super) struct Index {
    prefixes: Trie<Place>,
    slots: Box<[Slot]>,
    /// The lists of all places.
    listed: Box<[u32]>,
    /// All slots of rules without tags.
    untagged: Box<[u32]>,
    /// The tags that rules ask for: parts of `text`, key and value.
    wanted: Box<[(Range, Range)]>,
    text: Box<[u8]>,
    /// Only filled when a place has too many rules with tags for a list.
    tags: TagIndex,
}

/// One enabled rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    /// The position of the rule in the configuration.
    pub(super) position: u32,
    /// What it offers.
    pub(super) offers: Offers,
    /// Which destination bucket it is for, by rank.
    group: u32,
    /// The rank of its prefix.
    first: u32,
    /// The rank behind the last prefix that begins with its prefix.
    end: u32,
    /// Which tags it asks for. They are kept here because the way to them through the rule is long.
    wanted: Range,
}

impl Slot {
    /// Returns true when every key of a place begins with the prefix of this rule.
    const fn covers(&self, place: u32) -> bool {
        self.first <= place && place < self.end
    }
}

/// The rules that match the keys whose longest prefix is this one; `None` where there are too many
/// for a list.
#[derive(Clone, Copy, Debug)]
struct Place {
    untagged: Option<Range>,
    tagged: Option<Range>,
}

/// Slots with tags that compete, the best of each group, ascending.
type Tagged = Inline<u32>;

impl Index {
    pub(super) fn new(rules: &[ReplicationRule], dialect: &Dialect) -> Self {
        build::index(rules, dialect)
    }

    /// Returns true when there is no rule to win anything.
    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Finds the winner of each destination bucket, sorted by bucket. Returns the place of the key,
    /// or `None` when it begins with no prefix.
    #[inline]
    pub(super) fn winners(
        &self,
        version: &ObjectVersion<'_>,
        demands: Demands,
        take: impl FnMut(&Slot),
    ) -> Option<Matched> {
        let (at, place) = self.prefixes.longest(version.key)?;
        let asked = !demands.no_tags() && !version.tags.is_empty();
        let tagged = match place.tagged {
            _ if !asked => Tagged::new(),
            Some(list) => self.listed_with_tags(list, version, demands),
            None => self.found_by_tags(at, version, demands),
        };
        match place.untagged {
            Some(list) => self.merge(list.of(&self.listed), NOTHING, &tagged, demands, take),
            None => self.merge(&self.untagged, at, &tagged, demands, take),
        }
        Some(Matched { at, place })
    }

    /// Goes through slots without tags, and those with tags in between, and takes the first of
    /// each group. Where a place is given, only slots that cover it count.
    #[inline]
    fn merge(
        &self,
        untagged: &[u32],
        place: u32,
        tagged: &[u32],
        demands: Demands,
        mut take: impl FnMut(&Slot),
    ) {
        let mut decided = NOTHING;
        let mut take_first = |slot: &Slot| {
            if slot.group != decided {
                decided = slot.group;
                take(slot);
            }
        };
        let mut tagged = tagged.iter().copied().peekable();
        for number in untagged.iter().copied() {
            let Some(slot) = self.slot(number) else { continue };
            if place != NOTHING && !slot.covers(place) || !slot.offers.meet(demands.to_compete) {
                continue;
            }
            while let Some(before) = tagged.next_if(|before| *before < number) {
                self.slot(before).into_iter().for_each(&mut take_first);
            }
            take_first(slot);
        }
        tagged.filter_map(|number| self.slot(number)).for_each(take_first);
    }

    fn listed_with_tags(
        &self,
        list: Range,
        version: &ObjectVersion<'_>,
        demands: Demands,
    ) -> Tagged {
        let mut tagged = Tagged::new();
        let mut decided = NOTHING;
        for number in list.of(&self.listed) {
            let Some(slot) = self.slot(*number) else { continue };
            if slot.group != decided && self.competes(slot, version, demands) {
                decided = slot.group;
                tagged.push(*number);
            }
        }
        tagged
    }

    fn found_by_tags(&self, place: u32, version: &ObjectVersion<'_>, demands: Demands) -> Tagged {
        let mut tagged = Tagged::new();
        for number in self.tags.find(version.tags, place) {
            let Some(slot) = self.slot(number).filter(|slot| slot.covers(place)) else { continue };
            let group_of = |number: &u32| self.slot(*number).map(|slot| slot.group);
            let at = tagged.partition_point(|other| group_of(other) < Some(slot.group));
            let rival = tagged.get_mut(at).filter(|rival| group_of(rival) == Some(slot.group));
            if rival.as_ref().is_some_and(|rival| **rival <= number)
                || !self.competes(slot, version, demands)
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

    /// Returns the place of a key, or `None` when it begins with no prefix.
    pub(super) fn longest_prefix(&self, version: &ObjectVersion<'_>) -> Option<Matched> {
        let (at, place) = self.prefixes.longest(version.key)?;
        Some(Matched { at, place })
    }

    /// Iterates over rules whose filter matches a version; enough of them to say why nothing came
    /// of it, for those left out were beaten by others that offer as much.
    pub(super) fn matching<'a>(
        &'a self,
        Matched { at, place }: Matched,
        version: &'a ObjectVersion<'a>,
        rules: &'a [ReplicationRule],
    ) -> impl Iterator<Item = &'a ReplicationRule> {
        let untagged = place.untagged.map_or(&*self.untagged, |list| list.of(&self.listed));
        let tagged = place.tagged.map(|list| list.of(&self.listed));
        let found =
            tagged.is_none().then(|| self.tags.find(version.tags, at)).into_iter().flatten();
        let tagged = tagged.unwrap_or_default().iter().copied().chain(found);
        let slots = untagged.iter().copied().chain(tagged).filter_map(|number| self.slot(number));
        let rules = slots
            .filter(move |slot| slot.covers(at))
            .filter_map(|slot| rules.get(slot.position as usize));
        rules.filter(|rule| rule.filter.matches_tags(version))
    }

    #[inline]
    fn competes(&self, slot: &Slot, version: &ObjectVersion<'_>, demands: Demands) -> bool {
        let mut wanted = slot.wanted.of(&self.wanted).iter();
        slot.offers.meet(demands.to_compete)
            && wanted.all(|(key, value)| version.tags.has(key.of(&self.text), value.of(&self.text)))
    }

    #[inline]
    fn slot(&self, number: u32) -> Option<&Slot> {
        self.slots.get(number as usize)
    }
}

/// The place of a key, and the rank of the longest prefix that it begins with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matched {
    at: u32,
    place: Place,
}
