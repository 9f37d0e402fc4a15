//! Sets of characters.
//!
//! Ranges instead of single characters keep `*` and `[!a]` small, although Unicode has more than a
//! million characters. The search in [`keys`](super::keys) then tries one character of each range
//! that its globs treat alike.

/// A set of characters, as ranges of their numbers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Characters(
    // INVARIANT: sorted and disjoint, the first number of each not above its last.
    Vec<(u32, u32)>,
);

/// The number of the last character.
const LAST: u32 = char::MAX as u32;

impl Characters {
    /// Returns the set of all characters.
    pub(super) fn all() -> Self {
        Self(vec![(0, LAST)])
    }

    /// Returns the set of one character.
    pub(super) fn one(character: char) -> Self {
        Self::of([(character, character)])
    }

    /// Returns the characters of inclusive ranges.
    pub(super) fn of(ranges: impl IntoIterator<Item = (char, char)>) -> Self {
        let ranges = ranges.into_iter().map(|(first, last)| (u32::from(first), u32::from(last)));
        let mut ranges: Vec<(u32, u32)> = ranges.filter(|(first, last)| first <= last).collect();
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::new();
        for (first, last) in ranges {
            // Ranges that only touch are not merged. Two more borders cost a search nothing worth
            // the case.
            match merged.last_mut().filter(|before| first <= before.1) {
                Some(before) => before.1 = before.1.max(last),
                None => merged.push((first, last)),
            }
        }
        Self(merged)
    }

    /// Returns all characters that are not in the set.
    ///
    /// `[a-c]` becomes all before `a` and all after `c`. The complement of none is all, and the
    /// reverse.
    pub(super) fn complement(&self) -> Self {
        let mut others = Vec::new();
        let mut next = 0;
        for (first, last) in &self.0 {
            if let Some(before) = first.checked_sub(1).filter(|before| next <= *before) {
                others.push((next, before));
            }
            next = last + 1;
        }
        if next <= LAST {
            others.push((next, LAST));
        }
        Self(others)
    }

    /// Returns true when a character is in the set.
    pub(super) fn contains(&self, character: char) -> bool {
        let number = u32::from(character);
        // The first range that does not end before the number: no other can contain it.
        let at = self.0.partition_point(|(_, last)| *last < number);
        self.0.get(at).is_some_and(|(first, _)| *first <= number)
    }

    /// Returns the numbers at which a range begins, and those after the end of a range.
    pub(super) fn borders(&self) -> impl Iterator<Item = u32> {
        self.0.iter().flat_map(|(first, last)| [*first, last + 1])
    }
}

/// A character with its readability: the lower the rank, the better it reads in a witness.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct RankedCharacter {
    /// The position of its kind: lower-case letters, digits, upper-case letters, punctuation,
    /// space, and at last all others.
    pub(super) rank: usize,
    /// The character itself.
    pub(super) character: char,
}

/// Returns the most readable of the characters from `first` up to, but not including, `end` that are
/// shortest in UTF-8.
pub(super) fn readable(first: u32, end: u32) -> Option<RankedCharacter> {
    const PLAIN: &[(char, char)] = &[('a', 'z'), ('0', '9'), ('A', 'Z'), ('!', '~'), (' ', ' ')];
    let within = |character: &char| (first..end).contains(&u32::from(*character));
    // The first character of each kind that lies in the range: `a` of `a` to `z`, if it is in.
    let plain = PLAIN.iter().map(|(from, to)| {
        let from = u32::from(*from).max(first);
        char::from_u32(from).filter(|character| character <= to && within(character))
    });
    let mut plain = plain
        .enumerate()
        .filter_map(|(rank, character)| Some(RankedCharacter { rank, character: character? }));
    if let Some(character) = plain.next() {
        return Some(character);
    }
    // Beyond ASCII, the first character that is not a control character. Surrogates are not
    // characters, so a range that begins among them continues at U+E000.
    let others = [first.max(0xA1), first, 0xE000].into_iter().filter_map(char::from_u32);
    let character = others.filter(within).min_by_key(|character| character.len_utf8())?;
    Some(RankedCharacter { rank: PLAIN.len(), character })
}
