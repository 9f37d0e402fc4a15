//! The keys that an assertion is about.
//!
//! The search for the shortest key of an assertion at one place. A key belongs to a place when it
//! begins with the prefix of the place and with none of the longer prefixes, so the search walks
//! along two things at once: the automaton of the globs, and the nested prefixes that the key still
//! begins like.
//!
//! The shortest key is wanted because a person reads it. An empty result proves that the assertion
//! is not about any key of the place.
//!
//! ```text
//! Keys ["logs/**"], ExceptKeys ["**/*.tmp"], prefix `logs/a`, nested prefixes `logs/a/x`
//!   -> `logs/a`             the prefix itself, which is a key of the set
//! Keys ["*.gz"], prefix `logs/`
//!   -> `logs/.gz`           the fewest bytes
//! Keys ["photos/*"], prefix `logs/`
//!   -> None                 a proof that no key of the place is in the set
//! ```

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use crate::model::ObjectVersion;
use crate::policy::automaton::{Automaton, Budget, States, Token};
use crate::policy::characters::{Characters, RankedCharacter, readable};
use crate::policy::glob::{KeyGlob, Piece, Separator};

/// The keys that one of some globs matches and none of some others does.
#[derive(Clone, Debug)]
pub(super) struct KeySet {
    /// The globs of both kinds, read side by side.
    automaton: Automaton,
}

/// The state of a set after the first characters of a key.
pub(super) type KeyState = States;

impl KeySet {
    /// Compiles some globs. A key is in the set if one of `included` matches and none of `excluded`
    /// does.
    pub(super) fn new(included: &[KeyGlob], excluded: &[KeyGlob], separator: Separator) -> Self {
        let tokens = |glob: &KeyGlob| tokens(glob.pieces(), separator);
        let automaton = Automaton::new(included.iter().map(tokens), excluded.iter().map(tokens));
        Self { automaton }
    }

    /// Returns true when a key is in the set; `None` when the budget is used up.
    pub(super) fn contains(&self, key: &str, budget: &mut Budget) -> Option<bool> {
        let start = self.automaton.start();
        let states =
            key.chars().try_fold(start, |states, c| self.automaton.step(&states, c, budget))?;
        Some(self.automaton.accepts(&states))
    }

    /// Returns the state before the first character.
    pub(super) fn start(&self) -> KeyState {
        self.automaton.start()
    }

    /// Returns the state after one more character; `None` when the budget is used up.
    pub(super) fn step(
        &self,
        state: &KeyState,
        character: char,
        budget: &mut Budget,
    ) -> Option<KeyState> {
        self.automaton.step(state, character, budget)
    }

    /// Returns true when this key, or a longer one, may be in the set; false is certain.
    pub(super) fn is_alive(&self, state: &KeyState) -> bool {
        self.automaton.is_alive(state)
    }

    /// Returns the shortest key of the set that begins with `prefix` and with none of the `nested`
    /// prefixes. These are sorted and all begin with `prefix`; `state` is the state after `prefix`.
    pub(super) fn shortest(
        &self,
        state: &KeyState,
        prefix: &str,
        nested: &[Cow<'_, str>],
        budget: &mut Budget,
    ) -> Option<String> {
        // A prefix has 1,024 characters at most, which may be more bytes than a key has.
        if prefix.len() > ObjectVersion::KEY_LIMIT {
            return None;
        }
        // A search of its own for each place: what is seen depends on the nested prefixes.
        let mut search = Search {
            set: self,
            nested,
            steps: Vec::new(),
            open: BinaryHeap::new(),
            seen: HashSet::new(),
            states_kept: 0,
        };
        // Bytes are compared with nested prefixes behind the prefix of the place, which all begin
        // with.
        let start =
            Node { state: state.clone(), first: 0, end: nested.len(), offset: prefix.len() };
        search.add(start, prefix.len(), 0, None);
        let last = search.run(budget)?;
        Some(prefix.to_owned() + &search.characters_up_to(last))
    }
}

impl KeyGlob {
    /// Returns true when the glob matches a whole key.
    #[must_use]
    pub fn matches(&self, key: &str, separator: Separator) -> bool {
        let set = KeySet::new(std::slice::from_ref(self), &[], separator);
        // One glob and one key of bounded lengths are small work.
        set.contains(key, &mut Budget::unlimited()) == Some(true)
    }
}

/// Translates a glob for the automaton.
fn tokens(pieces: &[Piece], separator: Separator) -> Vec<Token> {
    match pieces {
        // Alone, `**` is every key, not only those that end in `/`.
        [Piece::Folders] => vec![Token::Many(Characters::all())],
        pieces => pieces.iter().flat_map(|piece| tokens_of(piece, separator)).collect(),
    }
}

/// Translates one piece.
fn tokens_of(piece: &Piece, separator: Separator) -> Vec<Token> {
    let slash = || Token::One(Characters::one('/'));
    // With the separator `/`, `*`, `?` and two stars that mean no folders stop at it.
    let wild = || match separator {
        Separator::None => Characters::all(),
        Separator::Slash => Characters::one('/').complement(),
    };
    // Nothing, or anything that ends in `/`.
    let folders = || Token::Either(vec![Vec::new(), vec![Token::Many(Characters::all()), slash()]]);
    match piece {
        // The pieces of globset that mean folders cross separators whatever the separator is.
        Piece::Literal(character) => vec![Token::One(Characters::one(*character))],
        Piece::Any => vec![Token::One(wild())],
        Piece::Many => vec![Token::Many(wild())],
        Piece::Class { is_negated, ranges } => {
            let listed = Characters::of(ranges.iter().copied());
            vec![Token::One(if *is_negated { listed.complement() } else { listed })]
        }
        Piece::Folders => vec![folders()],
        Piece::FoldersBetween => vec![slash(), folders()],
        Piece::Below => vec![slash(), Token::Many(Characters::all())],
        Piece::Either(branches) => {
            let branch = |pieces: &Vec<Piece>| {
                pieces.iter().flat_map(|piece| tokens_of(piece, separator)).collect()
            };
            vec![Token::Either(branches.iter().map(branch).collect())]
        }
    }
}

/// A node of the search: all that matters about the beginning of a key. Beginnings with the same node
/// can be continued in the same ways.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct Node {
    /// The states of the globs.
    state: KeyState,
    /// The nested prefixes that begin like the key: from `first` to `end`, and the number of bytes
    /// compared so far.
    first: usize,
    end: usize,
    offset: usize,
}

/// A step of the search: a node, and the way to it.
struct Step {
    /// The node, which a step of another way may have, too.
    node: Node,
    /// The length of the beginning in bytes, with the prefix of the place.
    bytes: usize,
    /// The step before, and the character that leads here.
    from: Option<(usize, char)>,
}

/// The priority of a step; the greatest is taken first. It prefers the least bytes of a complete key,
/// then the longest beginning, which is nearest to its end, then the more readable character.
type StepPriority = (Reverse<usize>, usize, Reverse<(usize, usize)>);

/// An A* search over the beginnings of keys, by the least number of bytes that a complete key has.
///
/// The automaton gives that bound: the characters from its states to the end of a glob, each at least
/// a byte. It never overestimates, so the first key that is found is a shortest one.
struct Search<'k> {
    /// The keys that are looked for.
    set: &'k KeySet,
    /// The prefixes that the key must not begin with, sorted.
    nested: &'k [Cow<'k, str>],
    /// Every step that was added. A step is known by its position, and leads back to the start.
    steps: Vec<Step>,
    /// The steps that were not taken yet, by priority.
    open: BinaryHeap<StepPriority>,
    /// The nodes that were taken. The first way to a node is a shortest one.
    seen: HashSet<Node>,
    /// The memory that the steps take, in states.
    states_kept: usize,
}

/// The most states that a search keeps: some megabytes.
const STATES_LIMIT: usize = 1_000_000;

impl Search<'_> {
    /// Returns the last step of a shortest key; `None` when there is no key, or the budget is used
    /// up.
    fn run(&mut self, budget: &mut Budget) -> Option<usize> {
        while let Some((_, _, Reverse((_, index)))) = self.open.pop() {
            let step = self.steps.get(index)?;
            let node = step.node.clone();
            if self.states_kept > STATES_LIMIT {
                budget.give_up();
                return None;
            }
            // The empty key is no key: its node is not marked as seen, because a key of one
            // character or more can come to the same node, and may end there.
            let is_empty = step.bytes == 0;
            if !is_empty && !self.seen.insert(node.clone()) {
                continue;
            }
            if !is_empty && self.set.automaton.accepts(&node.state) {
                return Some(index);
            }
            // One of each kind of characters that lead on alike, and not a million.
            for next in self.next_characters(&node, budget)? {
                self.read(&node, index, next, budget)?;
            }
        }
        None
    }

    /// Adds the step behind one more character, unless the key would begin with a nested prefix, be
    /// too long, or never be in the set; `None` when the budget is used up.
    fn read(
        &mut self,
        node: &Node,
        index: usize,
        RankedCharacter { rank, character }: RankedCharacter,
        budget: &mut Budget,
    ) -> Option<()> {
        let bytes = self.steps.get(index)?.bytes + character.len_utf8();
        let state = self.set.automaton.step(&node.state, character, budget)?;
        if bytes > ObjectVersion::KEY_LIMIT || !self.set.automaton.is_alive(&state) {
            return Some(());
        }
        let nested = self.nested_at(node);
        let next_of = |prefix: &Cow<'_, str>| next_character(prefix, node.offset);
        let first = nested.partition_point(|prefix| next_of(prefix) < Some(character));
        let end = nested.partition_point(|prefix| next_of(prefix) <= Some(character));
        let offset = node.offset + character.len_utf8();
        // The prefixes are sorted, so those that continue with this character are consecutive, and
        // the first of them is the shortest.
        // The nested prefixes that the key begins like after this character, too.
        let alike = nested.split_at(end).0.split_at(first).1;
        if alike.first().is_some_and(|prefix| prefix.len() == offset) {
            // The key begins with a nested prefix: it belongs to another place.
            return Some(());
        }
        // Nodes are compared for equality, so what does not matter any more is set to zero: keys
        // that left all nested prefixes behind meet in the same node.
        let next = if alike.is_empty() {
            // No nested prefix is left, and it does not matter any more which there were.
            Node { state, first: 0, end: 0, offset: 0 }
        } else {
            Node { state, first: node.first + first, end: node.first + end, offset }
        };
        self.add(next, bytes, rank, Some((index, character)));
        Some(())
    }

    /// Adds a step, unless its node was taken before with a key that is not longer.
    fn add(&mut self, node: Node, bytes: usize, rank: usize, from: Option<(usize, char)>) {
        if !self.seen.contains(&node) {
            self.states_kept += node.state.len() + 1;
            // Exact so far, and at least so much to come.
            let least_bytes = bytes + self.set.automaton.distance(&node.state);
            self.open.push((Reverse(least_bytes), bytes, Reverse((rank, self.steps.len()))));
            self.steps.push(Step { node, bytes, from });
        }
    }

    /// Returns one character for each set of characters that lead to the same node;
    /// `None` when the budget is used up.
    fn next_characters(&self, node: &Node, budget: &mut Budget) -> Option<Vec<RankedCharacter>> {
        let mut borders = Vec::new();
        self.set.automaton.add_borders(&node.state, &mut borders);
        let nested = self.nested_at(node);
        for prefix in nested {
            let next = next_character(prefix, node.offset).map(u32::from);
            borders.extend(next.into_iter().flat_map(|number| [number, number + 1]));
        }
        // Characters of different lengths in UTF-8 lead to keys of different lengths.
        borders.extend([0x80, 0x800, 0x1_0000]);
        budget.spend(nested.len() + borders.len())?;
        borders.sort_unstable();
        borders.dedup();
        // Between two borders all characters are alike, so the most readable one stands for them.
        let ranges = borders.iter().zip(borders.iter().skip(1));
        let mut characters: Vec<_> =
            ranges.filter_map(|(first, end)| readable(*first, *end)).collect();
        characters.sort_unstable();
        Some(characters)
    }

    /// Returns the nested prefixes that begin like the key of a node.
    #[expect(clippy::indexing_slicing, reason = "INVARIANT: a node has a range of these prefixes")]
    fn nested_at(&self, node: &Node) -> &[Cow<'_, str>] {
        &self.nested[node.first..node.end]
    }

    /// Returns the characters that lead to a step, in reading order.
    fn characters_up_to(&self, last: usize) -> String {
        let from = |step: usize| self.steps.get(step).and_then(|step| step.from);
        let backwards = std::iter::successors(from(last), |(before, _)| from(*before));
        let characters: Vec<char> = backwards.map(|(_, character)| character).collect();
        characters.into_iter().rev().collect()
    }
}

/// Returns the next character of a prefix after some bytes; `None` at its end.
fn next_character(prefix: &str, offset: usize) -> Option<char> {
    prefix.get(offset..).and_then(|rest| rest.chars().next())
}
