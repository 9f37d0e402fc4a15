//! Numbers and long values in sentences for people.
//!
//! Every value may come from a file, so its length is unknown. What no one can read is cut, at a
//! character and not at a byte.
//!
//! ```text
//! grouped(1234567)              1,234,567
//! counted(1, "rule")            1 rule
//! counted(2, "rule")            2 rules
//! counted(0, "rule")            0 rules
//! beginning("a key of 300 …")   its first 200 characters, and …
//! ```
//!
//! Only texts for people pass here. JSON has numbers without separators, and values as they are.

use std::borrow::Cow;

/// Returns a value for people: its beginning, if it is longer than anyone reads. The caller escapes
/// it.
pub(super) fn beginning(text: &str) -> String {
    const SHOWN: usize = 200;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Writes a number with separators: `123,456`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Writes a number with its noun: `1 rule`, `2 rules`. The plural is made with an `s`, so a phrase
/// works whose last word is the noun, such as `more bucket`.
pub(super) fn counted(number: usize, noun: &str) -> String {
    counted_all(number as u64, noun)
}

/// Writes a number with its noun, for counts that may exceed the memory of the machine, such as
/// rows of an inventory.
pub(super) fn counted_all(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

/// Cuts the words of a message that are too long to be read. They come from data.
///
/// The message as a whole may be long, and is kept: a list of unknown values has many short words.
/// A word is cut only if it has more than 400 characters, to its first 60.
pub(super) fn with_short_words(message: &str) -> Cow<'_, str> {
    const LONGEST: usize = 400;
    const SHOWN: usize = 60;
    // The usual message is returned as it is, without a copy. Its bytes are at least its
    // characters.
    if message.len() <= LONGEST {
        return Cow::Borrowed(message);
    }
    let words = message.split(' ').map(|word| {
        if word.char_indices().nth(LONGEST).is_none() {
            Cow::Borrowed(word)
        } else {
            let end = word.char_indices().nth(SHOWN).map_or(word.len(), |(end, _)| end);
            // A message quotes values in backquotes. Without the closing one, the rest of the
            // message would look like a part of the value.
            let closing = if word.starts_with('`') { "`" } else { "" };
            Cow::Owned(format!("{}…{closing}", word.get(..end).unwrap_or_default()))
        }
    });
    Cow::Owned(words.collect::<Vec<_>>().join(" "))
}
