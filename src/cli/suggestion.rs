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
//!
//! What is near is up to `spelling`, a file of the library.

use crate::spelling::nearest;

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
