//! Several globs read side by side, character by character.

use std::collections::BTreeSet;

use crate::policy::budget::Budget;
use crate::policy::characters::Characters;
use crate::policy::glob::Token;

/// States of several globs, and how to get from one to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Automaton {
    states: Vec<State>,
    /// The states at which the globs begin.
    starts: Vec<usize>,
    /// The states before this one are of globs that take keys in, those behind of globs that
    /// leave them out.
    inner: usize,
    /// States of globs that leave out, from which they leave out whatever comes.
    finals: Vec<usize>,
    /// From each state, how many characters a key needs at least until it may end.
    needs: Vec<usize>,
}

#[derive(Clone, Debug)]
enum State {
    /// Takes one of these characters, and goes on.
    Read(Characters, usize),
    /// Goes on in each of these ways, without a character.
    Fork(Vec<usize>),
    /// The key may end here.
    End,
}

/// The states reached by the characters so far, those that read or end, ascending.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct States(Vec<usize>);

impl States {
    /// Returns how many there are.
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }
}

impl Automaton {
    pub(super) fn new<'g>(
        taken: impl Iterator<Item = Vec<Token>> + 'g,
        left_out: impl Iterator<Item = Vec<Token>> + 'g,
    ) -> Self {
        let mut automaton = Self::default();
        for tokens in taken {
            automaton.add_glob(&tokens);
        }
        automaton.inner = automaton.states.len();
        for tokens in left_out {
            let end = automaton.add_glob(&tokens);
            if matches!(tokens.last(), Some(Token::Many(any)) if *any == Characters::all()) {
                // Behind the end stands the last token: its fork, and the state that reads.
                automaton.finals.push(end + 2);
            }
        }
        automaton.count_needs();
        automaton
    }

    /// Adds a glob, and returns the state at its end.
    fn add_glob(&mut self, tokens: &[Token]) -> usize {
        let end = self.add(State::End);
        let start = self.add_tokens(tokens, end);
        self.starts.push(start);
        end
    }

    /// Each state leads to ones that were added before it, but for the loop of a `*`, and nobody
    /// needs to go round.
    fn count_needs(&mut self) {
        for state in &self.states {
            let of = |at: &usize| self.needs.get(*at).copied();
            let need = match state {
                State::End => Some(0),
                State::Read(_, next) => of(next).map(|need| need + 1),
                State::Fork(ways) => ways.iter().filter_map(of).min(),
            };
            self.needs.push(need.unwrap_or(0));
        }
    }

    fn add(&mut self, state: State) -> usize {
        self.states.push(state);
        self.states.len() - 1
    }

    /// Adds tokens from the last to the first, and returns where they begin.
    fn add_tokens(&mut self, tokens: &[Token], end: usize) -> usize {
        tokens.iter().rev().fold(end, |next, token| match token {
            Token::One(characters) => self.add(State::Read(characters.clone(), next)),
            Token::Many(characters) => {
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
        self.closed(self.starts.clone()).0
    }

    /// Returns the states behind one more character; `None` when the budget is used up.
    pub(super) fn step(
        &self,
        from: &States,
        character: char,
        budget: &mut Budget,
    ) -> Option<States> {
        let reading = from.0.iter().filter_map(|at| match self.states.get(*at) {
            Some(State::Read(characters, next)) => characters.has(character).then_some(*next),
            _ => None,
        });
        let (states, visited) = self.closed(reading.collect());
        budget.spend(from.len() + visited + self.finals.len())?;
        Some(states)
    }

    /// Follows everything that needs no character, and says how many states that took.
    fn closed(&self, mut open: Vec<usize>) -> (States, usize) {
        let (mut closed, mut passed) = (Vec::new(), BTreeSet::new());
        let mut visited = 0;
        while let Some(at) = open.pop() {
            visited += 1;
            match self.states.get(at) {
                Some(State::Fork(ways)) if passed.insert(at) => open.extend(ways),
                Some(State::Read(..) | State::End) => closed.push(at),
                _ => {}
            }
        }
        closed.sort_unstable();
        closed.dedup();
        (States(closed), visited)
    }

    /// Returns true when a key that ends here is taken, and not left out.
    pub(super) fn accepts(&self, states: &States) -> bool {
        let ends = |at: &&usize| matches!(self.states.get(**at), Some(State::End));
        let mut ends = states.0.iter().filter(ends);
        // Ascending: a glob that leaves out comes last.
        ends.next().is_some_and(|at| *at < self.inner) && ends.all(|at| *at < self.inner)
    }

    /// Returns true when a key that goes on may yet be taken.
    pub(super) fn is_alive(&self, states: &States) -> bool {
        let is_left_out = self.finals.iter().any(|at| states.0.binary_search(at).is_ok());
        !is_left_out && states.0.first().is_some_and(|at| *at < self.inner)
    }

    /// Returns how many more characters a key needs at least until one of the globs takes it.
    pub(super) fn need(&self, states: &States) -> usize {
        let inner = states.0.iter().take_while(|at| **at < self.inner);
        inner.filter_map(|at| self.needs.get(*at)).min().copied().unwrap_or(0)
    }

    /// Returns the numbers of characters at which something changes for the next step.
    pub(super) fn borders(&self, states: &States, borders: &mut Vec<u32>) {
        for at in &states.0 {
            if let Some(State::Read(characters, _)) = self.states.get(*at) {
                borders.extend(characters.borders());
            }
        }
    }
}
