//! The keys that an assertion is about.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use crate::model::ObjectVersion;
use crate::policy::automaton::{Automaton, States};
use crate::policy::budget::Budget;
use crate::policy::characters::readable;
use crate::policy::glob::{KeyGlob, Separator, tokens};

/// The keys that one of some globs matches, and none of others.
#[derive(Clone, Debug)]
pub(super) struct KeySet {
    automaton: Automaton,
}

/// What is known of keys that begin alike.
pub(super) type Begun = States;

impl KeySet {
    pub(super) fn new(taken: &[KeyGlob], left_out: &[KeyGlob], separator: Separator) -> Self {
        let lowered = |glob: &KeyGlob| tokens(glob.pieces(), separator);
        let automaton = Automaton::new(taken.iter().map(lowered), left_out.iter().map(lowered));
        Self { automaton }
    }

    /// Returns true when a key is in the set; `None` when the budget is used up.
    pub(super) fn has(&self, key: &str, budget: &mut Budget) -> Option<bool> {
        let start = self.automaton.start();
        let states =
            key.chars().try_fold(start, |states, c| self.automaton.step(&states, c, budget));
        Some(self.automaton.accepts(&states?))
    }

    /// Returns what is known of all keys.
    pub(super) fn start(&self) -> Begun {
        self.automaton.start()
    }

    /// Returns what is known of keys that go on so; `None` when none of them is in the set, or
    /// the budget is used up.
    pub(super) fn follow(&self, begun: &Begun, more: &str, budget: &mut Budget) -> Option<Begun> {
        let mut states = begun.clone();
        for character in more.chars() {
            states = self.automaton.step(&states, character, budget)?;
        }
        self.automaton.is_alive(&states).then_some(states)
    }

    /// Returns the shortest key of the set that begins with `prefix` and with none of `longer`,
    /// which all begin with it and are sorted. `begun` is what is known of keys that begin with it.
    pub(super) fn shortest(
        &self,
        begun: &Begun,
        prefix: &str,
        longer: &[&str],
        budget: &mut Budget,
    ) -> Option<String> {
        let mut search = Search {
            set: self,
            longer,
            ways: Vec::new(),
            open: BinaryHeap::new(),
            seen: HashSet::new(),
            kept: 0,
        };
        let here = Place { states: begun.clone(), first: 0, end: longer.len(), at: prefix.len() };
        search.reach(here, prefix.len(), 0, None);
        let way = search.run(budget)?;
        Some(prefix.to_owned() + &search.text(way))
    }
}

/// How far a key has come: among the states of the globs, and among the longer prefixes that begin
/// as it does, a row of them, of which `at` bytes are read.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct Place {
    states: States,
    first: usize,
    end: usize,
    at: usize,
}

/// The last step of a way: the way before, and its character.
struct Way {
    place: Place,
    bytes: usize,
    last: Option<(usize, char)>,
}

/// Where the search may go on: the greatest comes first. Bytes in the end, bytes by now, and the rank
/// of the last character with the number of the way. Of keys that come to the same, the one that has
/// come farthest goes on.
type Next = (Reverse<usize>, usize, Reverse<(usize, usize)>);

/// The search that is called A*: keys in the order of the bytes that they have at least in the end.
struct Search<'k> {
    set: &'k KeySet,
    longer: &'k [&'k str],
    ways: Vec<Way>,
    open: BinaryHeap<Next>,
    seen: HashSet<Place>,
    /// How many states are kept in memory.
    kept: usize,
}

/// The most states that a search keeps: some megabytes.
const KEPT_LIMIT: usize = 1_000_000;

impl Search<'_> {
    fn run(&mut self, budget: &mut Budget) -> Option<usize> {
        while let Some((_, _, Reverse((_, number)))) = self.open.pop() {
            let Way { place, bytes, .. } = self.ways.get(number)?;
            let (place, bytes) = (place.clone(), *bytes);
            if self.kept > KEPT_LIMIT {
                budget.give_up();
                return None;
            }
            // Where no byte is read yet no key ends, though keys may end at the same place later.
            if bytes > 0 && !self.seen.insert(place.clone()) {
                continue;
            }
            if bytes > 0 && self.set.automaton.accepts(&place.states) {
                return Some(number);
            }
            for (rank, character) in self.next_characters(&place, budget)? {
                self.go(&place, (number, bytes), (rank, character), budget)?;
            }
        }
        None
    }

    /// Goes on by one character, unless the key then begins with a longer prefix, is too long, or
    /// can't be in the set any more; `None` when the budget is used up.
    fn go(
        &mut self,
        place: &Place,
        (number, bytes): (usize, usize),
        (rank, character): (usize, char),
        budget: &mut Budget,
    ) -> Option<()> {
        let bytes = bytes + character.len_utf8();
        let states = self.set.automaton.step(&place.states, character, budget)?;
        if bytes > ObjectVersion::KEY_LIMIT || !self.set.automaton.is_alive(&states) {
            return Some(());
        }
        let row = self.longer.get(place.first..place.end).unwrap_or_default();
        let next_of = |prefix: &&str| prefix.get(place.at..).and_then(|rest| rest.chars().next());
        let first = row.partition_point(|prefix| next_of(prefix) < Some(character));
        let end = row.partition_point(|prefix| next_of(prefix) <= Some(character));
        let at = place.at + character.len_utf8();
        let alike = row.get(first..end).unwrap_or_default();
        if alike.first().is_some_and(|prefix| prefix.len() == at) {
            return Some(());
        }
        let next = if alike.is_empty() {
            // Free of all longer prefixes, whichever they were.
            Place { states, first: 0, end: 0, at: 0 }
        } else {
            Place { states, first: place.first + first, end: place.first + end, at }
        };
        self.reach(next, bytes, rank, Some((number, character)));
        Some(())
    }

    fn reach(&mut self, place: Place, bytes: usize, rank: usize, last: Option<(usize, char)>) {
        if !self.seen.contains(&place) {
            self.kept += place.states.len() + 1;
            let in_the_end = bytes + self.set.automaton.need(&place.states);
            self.open.push((Reverse(in_the_end), bytes, Reverse((rank, self.ways.len()))));
            self.ways.push(Way { place, bytes, last });
        }
    }

    /// Returns one character for all that lead to the same place, with its rank; `None` when the
    /// budget is used up.
    fn next_characters(&self, place: &Place, budget: &mut Budget) -> Option<Vec<(usize, char)>> {
        let mut borders = Vec::new();
        self.set.automaton.borders(&place.states, &mut borders);
        let row = self.longer.get(place.first..place.end).unwrap_or_default();
        for prefix in row {
            let next = prefix.get(place.at..).and_then(|rest| rest.chars().next());
            borders.extend(next.into_iter().flat_map(|c| [u32::from(c), u32::from(c) + 1]));
        }
        // Characters of different length in UTF-8 differ too.
        borders.extend([0x80, 0x800, 0x1_0000]);
        budget.spend(row.len() + borders.len())?;
        borders.sort_unstable();
        borders.dedup();
        let pairs = borders.iter().zip(borders.iter().skip(1));
        let mut found: Vec<_> = pairs.filter_map(|(from, end)| readable(*from, *end)).collect();
        found.sort_unstable();
        Some(found)
    }

    fn text(&self, way: usize) -> String {
        let last = |way: usize| self.ways.get(way).and_then(|way| way.last);
        let back = std::iter::successors(last(way), |(before, _)| last(*before));
        let characters: Vec<char> = back.map(|(_, character)| character).collect();
        characters.into_iter().rev().collect()
    }
}
