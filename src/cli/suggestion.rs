//! Suggestions for misspelt words.
//!
//! A suggestion is offered only if it is near: a wrong one is worse than none.
//!
//! ```text
//! shadowd-rule   `shadowed-rule`     one letter is missing
//! lastmodified   `LastModified`      case and punctuation do not count
//! Fliter         `Filter`            two letters are swapped
//! xyz            nothing
//! ```

/// Returns ``; did you mean `…`?`` with the candidate that is nearest, or nothing.
pub(super) fn did_you_mean<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> String {
    match nearest(word, candidates) {
        Some(candidate) => format!("; did you mean `{candidate}`?"),
        None => String::new(),
    }
}

/// Returns the nearest candidate as [`did_you_mean`] does, or else the few candidates that contain the
/// word: a user who types `metrics` may look for `metrics-absent`.
pub(super) fn did_you_mean_or_part<'c>(
    word: &str,
    candidates: impl Iterator<Item = &'c str> + Clone,
) -> Option<String> {
    // More than this is no suggestion but a list, for which messages name a command.
    const FEW: usize = 5;
    let meant = did_you_mean(word, candidates.clone());
    if !meant.is_empty() {
        return Some(meant);
    }
    let is_part = |candidate: &&str| !word.is_empty() && candidate.contains(word);
    let mut parts: Vec<String> =
        candidates.filter(is_part).take(FEW + 1).map(|one| format!("`{one}`")).collect();
    parts.sort_unstable();
    match parts.as_slice() {
        [one] => Some(format!("; did you mean {one}?")),
        [first @ .., last] if parts.len() <= FEW => {
            Some(format!("; did you mean {} or {last}?", first.join(", ")))
        }
        _ => None,
    }
}

/// Returns true when two words differ in case and punctuation only.
pub(super) fn is_same_but_for_case(word: &str, other: &str) -> bool {
    fold(word) == fold(other)
}

/// Returns the candidate a word most likely stood for: one that differs in case or punctuation
/// only, else the nearest within a third of its length.
///
/// A third of the length is two slips in `Prefix`, and seven in `DeleteMarkerReplication`.
fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word = fold(word);
    let scored = candidates.into_iter().map(|candidate| {
        let folded = fold(candidate);
        // The length of the candidate counts and not that of the word: a long word of nonsense must
        // not be near to everything.
        (distance(&word, &folded), folded.len().max(3) / 3, candidate)
    });
    // Of several that are equally near, the first candidate counts.
    let near = scored.filter(|(distance, limit, _)| distance <= limit);
    near.min_by_key(|(distance, ..)| *distance).map(|(.., candidate)| candidate)
}

/// Letters and digits only, lower case, and no more of them than any name has.
///
/// The bound keeps the table small for words that come from a file.
fn fold(word: &str) -> Vec<char> {
    const LONGEST_NAME: usize = 64;
    let letters = word.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).take(LONGEST_NAME).collect()
}

/// Returns the number of letters to change, add, leave out or swap with the next one.
///
/// This is the optimal string alignment distance, with three rows of its table.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&row, j) + usize::from(from != to);
            let mut best = replaced.min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            // Two letters that are swapped are one slip, and the most common one.
            let previous = |letters: &[char], at: usize| letters.get(at.wrapping_sub(1)).copied();
            if previous(a, i) == Some(*to) && previous(b, j) == Some(*from) {
                best = best.min(at(&before, j.wrapping_sub(1)) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or_default()
}
