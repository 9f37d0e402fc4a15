//! The nearest known word to one that is misspelt.
//!
//! The command line is a crate of its own, and compiles this file, too: so it suggests what the library
//! suggests, without a public function for that. It therefore uses nothing else of either crate.

/// Returns the most likely intended candidate for a misspelt word: one that differs only in case or
/// punctuation, or else the nearest within a third of its length.
///
/// ```text
/// Prefx    Prefix    one letter is missing
/// Kyes     Keys      two letters are swapped
/// Metrics  None      nothing is near
/// ```
///
/// The length of the candidate counts, and not that of the word: a long word must not be near to
/// everything. Of several that are equally near, the first counts.
pub(crate) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let folded = fold(word);
    let scored = candidates.into_iter().map(|candidate| {
        let folded_candidate = fold(candidate);
        let limit = folded_candidate.len().max(3) / 3;
        (edit_distance(&folded, &folded_candidate, limit), limit, candidate)
    });
    scored
        .filter(|(distance, limit, _)| distance <= limit)
        .min_by_key(|(distance, _, _)| *distance)
        .map(|(_, _, candidate)| candidate)
}

/// Returns true when two words differ in case and punctuation only.
pub(crate) fn is_same_but_for_case(word: &str, other: &str) -> bool {
    fold(word) == fold(other)
}

/// Reduces a word to lower-case letters and digits, and to the length of the longest name.
fn fold(word: &str) -> Vec<char> {
    // The table of a comparison has the square of this at most, whatever a document contains.
    const LONGEST_NAME: usize = 64;
    word.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .take(LONGEST_NAME)
        .collect()
}

/// Returns the number of letters to change, add, leave out or swap with the next one. A distance above
/// `limit` may be returned as `limit + 1`.
///
/// This is the optimal string alignment distance, with three rows of its table: two letters that are
/// swapped are one slip, and the most common one.
fn edit_distance(a: &[char], b: &[char], limit: usize) -> usize {
    // Each letter that is too many costs one, so the table is not needed.
    if a.len().abs_diff(b.len()) > limit {
        return limit + 1;
    }
    let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
    let before = |letters: &[char], at: usize| letters.get(at.wrapping_sub(1)).copied();
    // The row before the last one, for two letters that are swapped.
    let mut above: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let replaced = cell(&row, j) + usize::from(from != to);
            let mut best = replaced.min(cell(&row, j + 1) + 1).min(cell(&next, j) + 1);
            if before(a, i) == Some(*to) && before(b, j) == Some(*from) {
                best = best.min(cell(&above, j.wrapping_sub(1)) + 1);
            }
            next.push(best);
        }
        above = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let names = ["Prefix", "Tag", "And", "ReplicaKmsKeyID"];
        assert_eq!(nearest("Prefx", names), Some("Prefix"));
        assert_eq!(nearest("prefix", names), Some("Prefix"));
        assert_eq!(nearest("ReplicaKmsKeyId", names), Some("ReplicaKmsKeyID"));
        assert_eq!(nearest("Tags", names), Some("Tag"));
        assert_eq!(nearest("Kyes", ["Id", "Keys"]), Some("Keys"));
        assert_eq!(nearest("ekyS", ["Id", "Keys"]), Some("Keys"));
        assert_eq!(nearest("yeks", ["Id", "Keys"]), None);
        assert_eq!(nearest("Metrics", names), None);
        assert_eq!(nearest("", names), None);
    }
}
