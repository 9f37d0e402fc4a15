//! The keys of a set behind many prefixes, one after the other.
//!
//! A configuration has a thousand prefixes, and most of them begin like the one before and end in
//! front of the same keys. The common beginning is not read again, and no search is repeated:
//!
//! ```text
//! prefix        read        state behind it    shortest key behind it, `**/*.log`
//! tenant-1/     tenant-1/   s                  searched: `.log`
//! tenant-2/     2/          s                  known
//! tenant-25/    5/          s                  known
//! ```

use std::borrow::Cow;
use std::collections::HashMap;

use crate::model::ObjectVersion;
use crate::policy::automaton::Budget;
use crate::policy::keys::{KeySet, KeyState};

/// A walk over prefixes, which should be sorted.
pub(super) struct KeyWalk<'s> {
    set: &'s KeySet,
    /// The prefix before, as far as it was read.
    read: String,
    /// The states behind the beginnings of that prefix, with the lengths of these in bytes.
    states: Vec<(usize, KeyState)>,
    /// The state before the first character.
    start: KeyState,
    /// True if no key that begins with what was read is in the set.
    is_dead: bool,
    /// The ends of shortest keys, by the state behind the prefix.
    known: HashMap<KeyState, Behind>,
}

/// The end of the shortest key that begins with a prefix.
enum Behind {
    Text(String),
    /// No key is short enough behind a prefix of so many bytes, nor behind a longer one.
    Nothing(usize),
}

impl<'s> KeyWalk<'s> {
    /// Begins a walk over the keys of a set.
    pub(super) fn new(set: &'s KeySet) -> Self {
        let (read, states, known) = (String::new(), Vec::new(), HashMap::new());
        Self { set, read, states, start: set.start(), is_dead: false, known }
    }

    /// Returns the shortest key of the set that begins with a prefix and with none of the `nested`
    /// ones, which are sorted and all begin with the prefix; `None` when there is none, or the budget
    /// is used up.
    pub(super) fn shortest(
        &mut self,
        prefix: &str,
        nested: &[Cow<'_, str>],
        budget: &mut Budget,
    ) -> Option<String> {
        self.go_to(prefix, budget)?;
        let state = self.states.last().map_or(&self.start, |(_, state)| state);
        // The empty key is no key, so what is behind the empty prefix is behind no other one.
        if !nested.is_empty() || prefix.is_empty() {
            return self.set.shortest(state, prefix, nested, budget);
        }
        match self.known.get(state) {
            Some(Behind::Text(behind)) => {
                let is_key = prefix.len() + behind.len() <= ObjectVersion::KEY_LIMIT;
                return is_key.then(|| prefix.to_owned() + behind);
            }
            Some(Behind::Nothing(length)) if *length <= prefix.len() => return None,
            _ => {}
        }
        let key = self.set.shortest(state, prefix, nested, budget);
        let behind = key.as_deref().and_then(|key| key.strip_prefix(prefix));
        let behind = behind.map_or(Behind::Nothing(prefix.len()), |text| Behind::Text(text.into()));
        self.known.insert(state.clone(), behind);
        key
    }

    /// Goes to the state behind a prefix; `None` when no key with it is in the set, or the budget is
    /// used up.
    fn go_to(&mut self, prefix: &str, budget: &mut Budget) -> Option<()> {
        let alike = self.read.bytes().zip(prefix.bytes()).take_while(|(a, b)| a == b).count();
        if self.is_dead && alike == self.read.len() {
            return None;
        }
        // A state is behind a whole character, so what is left is one as well.
        while self.states.last().is_some_and(|(length, _)| *length > alike) {
            self.states.pop();
        }
        let length = self.states.last().map_or(0, |(length, _)| *length);
        self.read.truncate(length);
        self.is_dead = false;
        for character in prefix.get(length..)?.chars() {
            let before = self.states.last().map_or(&self.start, |(_, state)| state);
            let state = self.set.step(before, character, budget)?;
            self.read.push(character);
            self.states.push((self.read.len(), state));
        }
        let state = self.states.last().map_or(&self.start, |(_, state)| state);
        self.is_dead = !self.set.is_alive(state);
        (!self.is_dead).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::collection::{btree_set, vec};
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::KeyWalk;
    use crate::policy::automaton::Budget;
    use crate::policy::glob::{KeyGlob, Separator};
    use crate::policy::keys::KeySet;

    fn globs(most: usize) -> impl Strategy<Value = Vec<KeyGlob>> {
        let glob = "(a|b|/|é|\\*|\\*\\*/|/\\*\\*|\\?|\\[ab\\]){1,4}";
        vec(glob.prop_filter_map("a glob", |text| text.parse().ok()), 0..=most)
    }

    fn set(included: &[KeyGlob], excluded: &[KeyGlob]) -> KeySet {
        KeySet::new(included, excluded, Separator::Slash)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1024))]

        /// Remembering changes no key.
        #[test]
        fn a_walk_finds_the_keys_of_single_searches(
            included in globs(3),
            excluded in globs(2),
            sorted in btree_set("[ab/é]{0,4}", 1..8),
            common in select(&[0, 1018, 1021, 1024][..]),
        ) {
            let set = set(&included, &excluded);
            // Near the limit, no key fits behind some prefixes.
            let common = "a".repeat(common);
            let sorted = sorted.into_iter().map(|text| Cow::from(common.clone() + &text));
            let sorted: Vec<Cow<'_, str>> = sorted.collect();
            let mut walk = KeyWalk::new(&set);
            for (at, prefix) in sorted.iter().enumerate() {
                let behind = sorted.split_at(at + 1).1;
                let nested = behind.iter().take_while(|text| text.starts_with(&**prefix)).count();
                let nested = behind.split_at(nested).0;
                let mut budget = Budget::unlimited();
                let state = prefix.chars().try_fold(set.start(), |state, character| {
                    set.step(&state, character, &mut budget)
                });
                let state = state.unwrap();
                let expected = set.shortest(&state, prefix, nested, &mut budget);
                prop_assert_eq!(walk.shortest(prefix, nested, &mut budget), expected);
            }
        }
    }

    /// A key that is too long behind one prefix may fit behind a shorter one.
    #[test]
    fn the_length_of_a_key_counts_with_its_prefix() {
        let set = set(&["**/*.log".parse().unwrap()], &[]);
        let long = |first: &str| format!("{first}{}/", "x".repeat(1019));
        let mut walk = KeyWalk::new(&set);
        let mut shortest = |prefix: &str| walk.shortest(prefix, &[], &mut Budget::unlimited());
        assert_eq!(shortest(&long("a")), None);
        assert_eq!(shortest("b/"), Some("b/.log".to_owned()));
        assert_eq!(shortest(&long("c")), None);
        assert_eq!(shortest(&long("")), Some(format!("{}.log", long(""))));
    }
}
