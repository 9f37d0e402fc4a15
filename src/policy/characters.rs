//! Sets of characters.

/// A set of characters, as ranges of their numbers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Characters(
    // INVARIANT: sorted, disjoint, each with its first number not above its last.
    Vec<(u32, u32)>,
);

const LAST: u32 = char::MAX as u32;

impl Characters {
    pub(super) fn all() -> Self {
        Self(vec![(0, LAST)])
    }

    pub(super) fn one(character: char) -> Self {
        Self::of([(character, character)])
    }

    /// Returns the characters of ranges, ends included.
    pub(super) fn of(ranges: impl IntoIterator<Item = (char, char)>) -> Self {
        let ranges = ranges.into_iter().map(|(first, last)| (u32::from(first), u32::from(last)));
        let mut ranges: Vec<(u32, u32)> = ranges.filter(|(first, last)| first <= last).collect();
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::new();
        for (first, last) in ranges {
            match merged.last_mut().filter(|before| first <= before.1) {
                Some(before) => before.1 = before.1.max(last),
                None => merged.push((first, last)),
            }
        }
        Self(merged)
    }

    /// Returns all the others.
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

    pub(super) fn has(&self, character: char) -> bool {
        let number = u32::from(character);
        let at = self.0.partition_point(|(_, last)| *last < number);
        self.0.get(at).is_some_and(|(first, _)| *first <= number)
    }

    /// Returns the numbers at which a range begins, and those behind the end of one.
    pub(super) fn borders(&self) -> impl Iterator<Item = u32> {
        self.0.iter().flat_map(|(first, last)| [*first, last + 1])
    }
}

/// Returns a character from `first` up to, not including, `end`: of the shortest in UTF-8 the one
/// that reads best, with its rank among those that read well.
pub(super) fn readable(first: u32, end: u32) -> Option<(usize, char)> {
    const PLAIN: &[(char, char)] = &[('a', 'z'), ('0', '9'), ('A', 'Z'), ('!', '~'), (' ', ' ')];
    let within = |character: &char| (first..end).contains(&u32::from(*character));
    let plain = PLAIN.iter().map(|(from, to)| {
        let from = u32::from(*from).max(first);
        char::from_u32(from).filter(|found| found <= to && within(found))
    });
    if let Some((rank, found)) = plain.enumerate().find_map(|(rank, found)| Some((rank, found?))) {
        return Some((rank, found));
    }
    // Behind ASCII, not its control characters; and no surrogates, which are no characters.
    let others = [first.max(0xA1), first, 0xE000].into_iter().filter_map(char::from_u32);
    let found = others.filter(within).min_by_key(|found| found.len_utf8())?;
    Some((PLAIN.len(), found))
}
