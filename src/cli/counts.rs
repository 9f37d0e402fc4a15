//! Numbers and long values in sentences for people.
//!
//! Every value may come from a file, so its length is unknown. What no one can read is cut, at a
//! character and not at a byte.

use std::borrow::Cow;

/// Returns a value for people: its beginning, if it is longer than anyone reads.
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

/// Writes a number with its noun: `1 rule`, `2 rules`.
pub(super) fn counted(number: usize, noun: &str) -> String {
    counted_all(number as u64, noun)
}

/// Writes a number with its noun, for counts that may exceed the memory of the machine.
pub(super) fn counted_all(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

/// Cuts the words of a message that are too long to be read. They come from data.
pub(super) fn with_short_words(message: &str) -> Cow<'_, str> {
    const LONGEST: usize = 400;
    const SHOWN: usize = 60;
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
