//! Wildcards as IAM defines them: `*` for any characters, `?` for one (REP-1220).
//!
//! Matching one text is the usual loop. The harder question is whether a policy treats all keys of
//! a rule alike, which [`representatives`] answers by following all patterns at once, as an
//! automaton does.
//!
//! Three questions are answered here, and their callers differ:
//!
//! ```text
//! matches                        decision.rs, condition.rs: does this pattern match this text?
//! matches_some_beginning_with    excess.rs: does it match any key with this prefix?
//! representatives                scope.rs: which texts stand for all others?
//! ```
//!
//! A pattern is kept as tokens and not as text, because a value of a variable may contain `*` as a
//! plain character: `push_pattern` and `push_literal` build one pattern from both kinds of parts.

use std::collections::{HashMap, HashSet, VecDeque};

/// A text with wildcards.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Wildcard {
    tokens: Vec<Token>,
    // True for actions, and for comparisons that ignore case.
    ignores_case: bool,
}

/// A token matches one character, or any number of them.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum Token {
    // In lower case if the pattern ignores case.
    Character(char),
    /// One character, written `?`.
    One,
    /// Any number of characters, or none. Two in a row are one, which keeps the sets of positions
    /// small.
    Many,
}

impl Wildcard {
    /// Reads `*` and `?` as wildcards.
    pub(super) fn new(text: &str) -> Self {
        let mut wildcard = Self { tokens: Vec::new(), ignores_case: false };
        wildcard.push_pattern(text);
        wildcard
    }

    /// Reads every character as itself.
    pub(super) fn literal(text: &str) -> Self {
        let mut wildcard = Self { tokens: Vec::new(), ignores_case: false };
        wildcard.push_literal(text);
        wildcard
    }

    /// Appends a text in which `*` and `?` are wildcards.
    pub(super) fn push_pattern(&mut self, text: &str) {
        for character in text.chars() {
            let token = match character {
                '*' if self.tokens.last() == Some(&Token::Many) => continue,
                '*' => Token::Many,
                '?' => Token::One,
                other => Token::Character(other),
            };
            self.tokens.push(token);
        }
    }

    /// Appends a text in which every character is itself.
    pub(super) fn push_literal(&mut self, text: &str) {
        self.tokens.extend(text.chars().map(Token::Character));
    }

    /// Matches letters of either case.
    ///
    /// To be called last: capitals that are appended later stay, and match no folded text.
    pub(super) fn ignoring_case(mut self) -> Self {
        self.ignores_case = true;
        for token in &mut self.tokens {
            if let Token::Character(character) = token {
                *character = folded(*character);
            }
        }
        self
    }

    /// Returns true if the whole text matches.
    ///
    /// The usual loop with one way back: only the last `*` can take more, so the time is at most the
    /// product of the lengths.
    ///
    /// ```text
    /// a*c     abbc yes, ac yes, acb no
    /// a?c     abc yes, ac no
    /// ""      "" yes, a no
    /// ```
    pub(super) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> =
            text.chars().map(|c| if self.ignores_case { folded(c) } else { c }).collect();
        let (mut token, mut at) = (0, 0);
        let mut way_back: Option<(usize, usize)> = None;
        loop {
            match (self.tokens.get(token), text.get(at)) {
                (None, None) => return true,
                (Some(Token::Many), _) => {
                    // First the star takes nothing. An earlier way back is forgotten.
                    way_back = Some((token + 1, at));
                    token += 1;
                    continue;
                }
                (Some(Token::One), Some(_)) => {
                    (token, at) = (token + 1, at + 1);
                    continue;
                }
                (Some(Token::Character(wanted)), Some(found)) if wanted == found => {
                    (token, at) = (token + 1, at + 1);
                    continue;
                }
                _ => {}
            }
            // The last star takes one character more. Earlier stars need not be tried again: if the
            // part between two stars matched early, the later star can take what the earlier one
            // would have.
            let Some((after_star, from)) = way_back.filter(|(_, from)| *from < text.len()) else {
                return false;
            };
            way_back = Some((after_star, from + 1));
            (token, at) = (after_star, from + 1);
        }
    }

    /// Returns true if a text that begins like this matches. From every position in a pattern some
    /// text leads to its end.
    ///
    /// For an empty beginning this is true for every pattern.
    pub(super) fn matches_some_beginning_with(&self, beginning: &str) -> bool {
        let mut positions = self.start();
        for character in beginning.chars() {
            positions = self.step(&positions, character);
        }
        !positions.is_empty()
    }

    /// Returns the positions that the start reaches without a character.
    fn start(&self) -> Positions {
        self.closed([0].into())
    }

    /// A `*` may match nothing, so the position behind it is reached, too. Sorted, so that equal
    /// sets are equal values and a state is recognised.
    fn closed(&self, mut positions: Positions) -> Positions {
        let mut at = 0;
        while let Some(position) = positions.get(at).copied() {
            if self.tokens.get(position) == Some(&Token::Many)
                && !positions.contains(&(position + 1))
            {
                positions.push(position + 1);
            }
            at += 1;
        }
        positions.sort_unstable();
        positions
    }

    /// Returns the positions after one more character.
    ///
    /// No positions means that no text with this beginning matches, and so it stays.
    fn step(&self, positions: &[usize], character: char) -> Positions {
        let character = if self.ignores_case { folded(character) } else { character };
        let mut next = Positions::new();
        for position in positions {
            let reached = match self.tokens.get(*position) {
                Some(Token::Many) => Some(*position),
                Some(Token::One) => Some(position + 1),
                Some(Token::Character(wanted)) if *wanted == character => Some(position + 1),
                _ => None,
            };
            // A set as a short list: there are as many positions as stars, and a few more.
            next.extend(reached.filter(|reached| !next.contains(reached)));
        }
        self.closed(next)
    }

    /// Returns true if the text so far matches.
    ///
    /// The position behind the last token is the end of the pattern.
    fn accepts(&self, positions: &[usize]) -> bool {
        positions.contains(&self.tokens.len())
    }
}

/// Returns the character without its case, as far as one character shows it.
///
/// Both sides are folded in the same way, so letters whose lower case has two characters still
/// match themselves.
fn folded(character: char) -> char {
    character.to_lowercase().next().unwrap_or(character)
}

/// The positions in a pattern that a text so far may have reached.
///
/// Sorted and without duplicates. The empty list is a dead end.
type Positions = Vec<usize>;

/// The most steps of a search, which bounds its time for hostile patterns.
///
/// Beyond the limit the answer is undecided, see `check.rs`.
const MOST_STEPS: usize = 400_000;

/// Returns texts that begin with `beginning` and have at least one more character, such that every
/// text of this kind matches the same patterns as one of them. Returns `None` if that needs too long
/// a search.
///
/// All patterns are followed at once: a state is the set of positions in each of them. Texts that
/// end in states with the same accepting patterns are alike, so one shortest text for each set of
/// accepting patterns is enough. Characters that no pattern contains are alike, too.
///
/// ```text
/// beginning "raw/", patterns raw/*, raw/secret*    raw/a and raw/secret
/// beginning "raw/", no patterns                    raw/a
/// ```
///
/// The texts are sorted by length, so the first one that is refused is the shortest example.
pub(super) fn representatives(beginning: &str, patterns: &[&Wildcard]) -> Option<Vec<String>> {
    let mut start: Vec<Positions> = patterns.iter().map(|pattern| pattern.start()).collect();
    for character in beginning.chars() {
        for (pattern, positions) in patterns.iter().zip(&mut start) {
            *positions = pattern.step(positions, character);
        }
    }
    // Characters that no pattern separates are one letter of the alphabet.
    let alphabet = alphabet(patterns, &start);
    // For each set of accepting patterns, the first text.
    let mut found: HashMap<Vec<bool>, String> = HashMap::new();
    let mut seen: HashSet<Vec<Positions>> = HashSet::new();
    let mut queue: VecDeque<(Vec<Positions>, String)> = [(start, beginning.to_owned())].into();
    let mut steps = 0;
    while let Some((state, text)) = queue.pop_front() {
        for character in &alphabet {
            // Joining positions takes the square of their number.
            steps += patterns.len() + state.iter().map(|at| at.len() * at.len()).sum::<usize>();
            // Patterns such as `*a*` and `*b*` multiply the states. A policy for replication has a
            // handful of states.
            if steps > MOST_STEPS {
                return None;
            }
            let next: Vec<Positions> = patterns
                .iter()
                .zip(&state)
                .map(|(pattern, positions)| pattern.step(positions, *character))
                .collect();
            // The state was reached by a text that is not longer, so everything behind it is known.
            if !seen.insert(next.clone()) {
                continue;
            }
            let mut longer = text.clone();
            longer.push(*character);
            // Breadth first, so the first text with a set of accepting patterns is one of the
            // shortest.
            let accepting =
                patterns.iter().zip(&next).map(|(pattern, state)| pattern.accepts(state)).collect();
            found.entry(accepting).or_insert_with(|| longer.clone());
            queue.push_back((next, longer));
        }
    }
    let mut found: Vec<String> = found.into_values().collect();
    found.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    Some(found)
}

/// Returns the characters that the rest of a pattern contains, and one that none does.
///
/// With `?` and `*` alone, one character stands for all.
fn alphabet(patterns: &[&Wildcard], start: &[Positions]) -> Vec<char> {
    let mut characters: Vec<char> = Vec::new();
    for (pattern, positions) in patterns.iter().zip(start) {
        // The tokens before the first position are used up by the beginning, and a pattern without
        // positions can match no more.
        let Some(first) = positions.first() else { continue };
        for token in pattern.tokens.iter().skip(*first) {
            if let Token::Character(character) = token {
                characters.push(*character);
                // Texts may have either case, and patterns that do not ignore it see the
                // difference.
                if pattern.ignores_case {
                    characters.extend(character.to_uppercase().next());
                }
            }
        }
    }
    characters.sort_unstable();
    characters.dedup();
    // A letter reads best in an example. There are thousands of characters in the last range, and a
    // policy has at most 20,480 bytes, so one is always left.
    let other = ('a'..='z').chain('0'..='9').chain('\u{4E00}'..='\u{9FFF}');
    let other = other
        .into_iter()
        .find(|c| !characters.contains(c) && !characters.contains(&c.to_ascii_uppercase()));
    let mut alphabet: Vec<char> = other.into_iter().collect();
    alphabet.extend(characters);
    alphabet
}

#[cfg(test)]
mod tests {
    use super::{Wildcard, representatives};

    /// Every text of up to four characters matches the same patterns as a representative.
    #[test]
    fn representatives_stand_for_every_text() {
        let sets: [&[&str]; 6] = [
            &["a*", "*b", "a?b*"],
            &["*"],
            &["", "a", "ab", "abc*"],
            &["*a*", "*b*", "?"],
            &["a*b*c", "??", "*c"],
            &[],
        ];
        for set in sets {
            let wildcards: Vec<Wildcard> = set.iter().map(|text| Wildcard::new(text)).collect();
            let patterns: Vec<&Wildcard> = wildcards.iter().collect();
            for beginning in ["", "a", "ab"] {
                let found = representatives(beginning, &patterns).unwrap();
                let signature = |text: &str| -> Vec<bool> {
                    wildcards.iter().map(|pattern| pattern.matches(text)).collect()
                };
                let known: Vec<Vec<bool>> = found.iter().map(|text| signature(text)).collect();
                let mut texts = vec![beginning.to_owned()];
                for _ in 0..4 {
                    texts = texts
                        .iter()
                        .flat_map(|text| "abcz".chars().map(move |c| format!("{text}{c}")))
                        .collect();
                    for text in &texts {
                        assert!(known.contains(&signature(text)), "{set:?} {text}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_search_ends() {
        let hostile: Vec<String> =
            (0..20).map(|number| format!("*{}*", "ab".repeat(number + 1))).collect();
        let wildcards: Vec<Wildcard> = hostile.iter().map(|text| Wildcard::new(text)).collect();
        let patterns: Vec<&Wildcard> = wildcards.iter().collect();
        let _ = representatives("", &patterns);
        let long = Wildcard::new(&format!("{}b", "*a?".repeat(3000)));
        assert!(!long.matches(&"a".repeat(3000)));
    }
}
