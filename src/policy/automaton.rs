//! A nondeterministic automaton that reads several globs side by side, character by character.
//!
//! The globs of an assertion are read together because the question is about their combination: a
//! key that one including glob matches and no excluding one does. Each glob becomes a chain of
//! states, as in Thompson's construction. `log*` becomes:
//!
//! ```text
//! Read(l) → Read(o) → Read(g) → Fork ─→ End
//!                                ↑  └─→ Read(any) ─┐
//!                                └─────────────────┘
//! ```
//!
//! Sets of states are never compiled into a deterministic automaton. That could take exponential
//! memory, and a search visits few sets.

use std::collections::BTreeSet;

use crate::policy::characters::Characters;

/// The work that a search may still do, in steps of an automaton.
///
/// Globs exist on which a search takes longer than anyone waits. A search that uses up its budget is
/// given up, and its question stays undecided.
///
/// Work is counted instead of time, so that the same policy has the same answer on every machine.
#[derive(Clone, Debug)]
pub(super) struct Budget(u64);

/// The budget of a whole policy, lent to its assertions one after the other.
///
/// Each assertion gets the budget of an assertion while there is enough. A part of the whole is kept
/// for those to come, so that a few hostile assertions leave the others decided.
#[derive(Clone, Debug)]
pub(super) struct PolicyBudget {
    /// The work that is left for all of them together.
    left: u64,
    /// The number of assertions that have not had their budget.
    to_come: u64,
}

impl PolicyBudget {
    /// Some seconds of work.
    const WHOLE: u64 = 10 * Budget::ASSERTION;
    /// The part kept for each assertion to come. A thousand of them keep half of the whole.
    const SHARE: u64 = Self::WHOLE / 2000;

    /// Creates the budget of a policy with some assertions.
    pub(super) const fn new(assertions: usize) -> Self {
        Self { left: Self::WHOLE, to_come: assertions as u64 }
    }

    /// Lends the budget of the next assertion to some work, and takes back what is left of it.
    pub(super) fn lend<R>(&mut self, work: impl FnOnce(&mut Budget) -> R) -> R {
        self.to_come = self.to_come.saturating_sub(1);
        let free = self.left.saturating_sub(self.to_come.saturating_mul(Self::SHARE));
        let lent = free.min(Budget::ASSERTION);
        let mut budget = Budget(lent);
        let result = work(&mut budget);
        self.left = self.left.saturating_sub(lent - budget.0);
        result
    }
}

impl Budget {
    /// The most work of one assertion.
    const ASSERTION: u64 = 20_000_000;

    /// Less than a second of work. Assertions that people write take a hundredth of it.
    pub(super) const fn for_an_assertion() -> Self {
        Self(Self::ASSERTION)
    }

    /// Returns true when this is all that an assertion may ever use.
    pub(super) const fn is_whole(&self) -> bool {
        self.0 >= Self::ASSERTION
    }

    /// For work that is known to be small.
    pub(super) const fn unlimited() -> Self {
        Self(u64::MAX)
    }

    /// Uses up the whole budget.
    pub(super) const fn give_up(&mut self) {
        self.0 = 0;
    }

    /// Uses up some of the budget; `None` when nothing is left.
    ///
    /// One step is added to every request, so that work of size zero ends, too.
    pub(super) fn spend(&mut self, work: usize) -> Option<()> {
        self.0 = self.0.saturating_sub(work as u64 + 1);
        (self.0 > 0).then_some(())
    }

    /// Returns true when nothing is left.
    pub(super) const fn is_used_up(&self) -> bool {
        self.0 == 0
    }
}

/// A part of a glob, as the automaton reads it.
#[derive(Clone, Debug)]
pub(super) enum Token {
    /// One of these characters.
    One(Characters),
    /// Any number of these characters.
    Many(Characters),
    /// One of these sequences.
    Either(Vec<Vec<Self>>),
}

/// The states of several globs, and the transitions between them.
///
/// Some globs include keys, the others exclude keys again. The states of those that include have the
/// lower numbers, so a set of states shows at a glance which kind it has reached.
#[derive(Clone, Debug, Default)]
pub(super) struct Automaton {
    states: Vec<State>,
    /// The first state of each glob.
    starts: Vec<usize>,
    /// The first state of the globs that exclude keys.
    first_excluding: usize,
    /// States from which an excluding glob excludes whatever follows.
    exclude_rest: Vec<usize>,
    /// The least number of characters from each state to the end of its glob.
    distances: Vec<usize>,
}

/// A state, which is known by its number. It leads only to states with lower numbers, but for the
/// loop of a `*`.
#[derive(Clone, Debug)]
enum State {
    /// Reads one of these characters and goes to another state.
    Read(Characters, usize),
    /// Goes to each of these states without reading.
    Fork(Vec<usize>),
    /// The key may end here.
    End,
}

/// The states reached by a sequence of characters: those that read or end, ascending.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct States(Vec<usize>);

impl States {
    /// Returns the number of states.
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }
}

impl Automaton {
    /// Builds the automaton, including globs first, so that their states have the lower numbers.
    pub(super) fn new<'g>(
        including: impl Iterator<Item = Vec<Token>> + 'g,
        excluding: impl Iterator<Item = Vec<Token>> + 'g,
    ) -> Self {
        let mut automaton = Self::default();
        for tokens in including {
            automaton.add_glob(&tokens);
        }
        automaton.first_excluding = automaton.states.len();
        for tokens in excluding {
            let end = automaton.add_glob(&tokens);
            if matches!(tokens.last(), Some(Token::Many(any)) if *any == Characters::all()) {
                // `add_tokens` adds the last token right behind the end: its fork, then the state
                // that reads. A key that reaches the latter is excluded however it goes on.
                automaton.exclude_rest.push(end + 2);
            }
        }
        automaton.compute_distances();
        automaton
    }

    /// Adds a glob, and returns the state at its end.
    fn add_glob(&mut self, tokens: &[Token]) -> usize {
        let end = self.add(State::End);
        let start = self.add_tokens(tokens, end);
        self.starts.push(start);
        end
    }

    /// Computes the least number of characters from each state to the end of its glob.
    ///
    /// One pass is enough: every state leads to states added before it, except for the loop of a
    /// `*`, which is never part of a shortest way.
    fn compute_distances(&mut self) {
        for state in &self.states {
            let distance_of = |state: &usize| self.distances.get(*state).copied();
            let distance = match state {
                State::End => Some(0),
                State::Read(_, next) => distance_of(next).map(|distance| distance + 1),
                State::Fork(branches) => branches.iter().filter_map(distance_of).min(),
            };
            debug_assert!(distance.is_some(), "INVARIANT: every state leads to an earlier one");
            self.distances.push(distance.unwrap_or(0));
        }
    }

    /// Adds a state, and returns its number.
    fn add(&mut self, state: State) -> usize {
        self.states.push(state);
        self.states.len() - 1
    }

    /// Adds tokens from the last to the first, and returns their first state.
    fn add_tokens(&mut self, tokens: &[Token], end: usize) -> usize {
        tokens.iter().rev().fold(end, |next, token| match token {
            Token::One(characters) => self.add(State::Read(characters.clone(), next)),
            Token::Many(characters) => {
                // The fork comes first and refers to the state behind it, which is the only step to
                // a higher number.
                let read = self.states.len() + 1;
                let fork = self.add(State::Fork(vec![next, read]));
                self.add(State::Read(characters.clone(), fork));
                fork
            }
            Token::Either(branches) => {
                let starts = branches.iter().map(|branch| self.add_tokens(branch, next));
                let starts = starts.collect();
                self.add(State::Fork(starts))
            }
        })
    }

    /// Returns the states before the first character.
    pub(super) fn start(&self) -> States {
        self.closure(self.starts.clone()).0
    }

    /// Returns the states after one more character; `None` when the budget is used up.
    pub(super) fn step(
        &self,
        from: &States,
        character: char,
        budget: &mut Budget,
    ) -> Option<States> {
        let reading = from.0.iter().filter_map(|state| match self.states.get(*state) {
            Some(State::Read(characters, next)) => characters.contains(character).then_some(*next),
            _ => None,
        });
        let (states, visited) = self.closure(reading.collect());
        // The last part is the work of `is_alive`, which follows every step.
        budget.spend(from.len() + visited + self.exclude_rest.len())?;
        Some(states)
    }

    /// Follows all transitions that read nothing, and counts the states visited.
    fn closure(&self, mut open: Vec<usize>) -> (States, usize) {
        let mut states = Vec::new();
        let mut forks = BTreeSet::new();
        let mut visited = 0;
        while let Some(state) = open.pop() {
            visited += 1;
            match self.states.get(state) {
                // A fork is followed once: `{,*}*` reaches the same fork in several ways.
                Some(State::Fork(branches)) if forks.insert(state) => open.extend(branches),
                Some(State::Read(..) | State::End) => states.push(state),
                _ => {}
            }
        }
        states.sort_unstable();
        states.dedup();
        (States(states), visited)
    }

    /// Returns true when a key that ends here is included, and not excluded again.
    pub(super) fn accepts(&self, states: &States) -> bool {
        let is_end = |state: &&usize| matches!(self.states.get(**state), Some(State::End));
        let mut ends = states.0.iter().filter(is_end);
        // Ascending: the ends of excluding globs come last.
        let includes = |state: &usize| *state < self.first_excluding;
        ends.next().is_some_and(includes) && ends.all(includes)
    }

    /// Returns true when this key, or a longer one, may be accepted. False is certain, true is not: two
    /// globs that exclude the rest only together are not noticed.
    pub(super) fn is_alive(&self, states: &States) -> bool {
        let excludes_rest = |state: &usize| states.0.binary_search(state).is_ok();
        !self.exclude_rest.iter().any(excludes_rest)
            && states.0.first().is_some_and(|state| *state < self.first_excluding)
    }

    /// Returns the least number of characters after which an including glob can end.
    pub(super) fn distance(&self, states: &States) -> usize {
        let including = states.0.iter().take_while(|state| **state < self.first_excluding);
        including.filter_map(|state| self.distances.get(*state)).min().copied().unwrap_or(0)
    }

    /// Adds the character numbers at which the next step changes. Characters between two of them are
    /// alike.
    pub(super) fn add_borders(&self, states: &States, borders: &mut Vec<u32>) {
        for state in &states.0 {
            if let Some(State::Read(characters, _)) = self.states.get(*state) {
                borders.extend(characters.borders());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Budget, PolicyBudget};

    /// Hostile assertions use up what is free, and leave their share to all others.
    #[test]
    fn hostile_assertions_leave_the_others_their_share() {
        let mut policy = PolicyBudget::new(1000);
        let mut whole = 0;
        for number in 0..1000 {
            policy.lend(|budget| {
                whole += u32::from(budget.is_whole());
                assert!(budget.0 >= PolicyBudget::SHARE, "{number}: {budget:?}");
                if number < 900 {
                    budget.give_up();
                }
            });
        }
        assert!((1..10).contains(&whole), "{whole}");
        let mut all = PolicyBudget::new(5);
        assert!((0..5).all(|_| all.lend(|budget| budget.is_whole())));
        assert!(Budget::for_an_assertion().is_whole());
    }
}
