//! Two ways lead through a line. [`find_fields`] only finds the places of fields, and is enough for
//! nearly every row. A [`Scanner`] copies, and handles what remains: doubled quotes, line breaks
//! within quotes, and text after a closing quote, which is a mistake. `"a ""b""",c` has the fields
//! `a "b"` and `c`.
//!
//! `csv.rs` decides which way a line takes, and has the limits. Neither way here checks lengths or
//! bytes. Both give the same fields for every line that [`find_fields`] accepts.

use std::ops::Range;

use memchr::memchr;

use crate::batch::csv::Record;
use crate::batch::manifest::RowErrorKind;

/// Finds the fields of a line, without the quotes around them. Returns false if a field is not one
/// piece of the line, such as one with doubled quotes, and must be assembled by a [`Scanner`].
///
/// ```text
/// a,b          0..1, 2..3
/// "a",b        1..2, 4..5: without the quotes
/// a,           0..1, 2..2: the last field is empty
/// "a""b"       false: doubled quotes
/// "a           false: the quotes are open
/// ```
pub(super) fn find_fields(line: &str, fields: &mut Vec<Range<usize>>) -> bool {
    fields.clear();
    let bytes = line.as_bytes();
    let find = |mark, from: usize| Some(find_near(mark, bytes.get(from..)?)? + from);
    let mut start = 0;
    while let Some(first) = bytes.get(start) {
        if *first == b'"' {
            let Some(end) = find(b'"', start + 1) else { return false };
            fields.push(start + 1..end);
            match bytes.get(end + 1) {
                Some(b',') => start = end + 2,
                // A quote that is doubled, or text after a closing one.
                Some(_) => return false,
                None => return true,
            }
        } else if let Some(end) = find(b',', start) {
            fields.push(start..end);
            start = end + 1;
        } else {
            break;
        }
    }
    // The last field, which is empty after a comma and for an empty line.
    fields.push(start..bytes.len());
    true
}

/// Finds a byte. Most fields are so short that comparing their first words at once is faster than
/// `memchr`, which is made for long texts.
///
/// The first of them; `None` if there is none.
pub(super) fn find_near(mark: u8, bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::MAX / 0xFF;
    /// The number of words to compare before `memchr` takes over.
    const WORDS: usize = 3;
    let (words, _) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().take(WORDS).enumerate() {
        // A byte equal to the mark becomes zero. Subtracting one from each byte then borrows first at
        // the lowest zero byte, which sets its highest bit; bits above it may be wrong, but only the
        // lowest one is used.
        let word = u64::from_le_bytes(*word) ^ (ONES * u64::from(mark));
        let found = word.wrapping_sub(ONES) & !word & (ONES << 7);
        if found != 0 {
            return Some(8 * at + found.trailing_zeros() as usize / 8);
        }
    }
    let compared = 8 * words.len().min(WORDS);
    Some(memchr(mark, bytes.get(compared..)?)? + compared)
}

/// Splits a record into fields. A record continues on the next line while a quote is open.
///
/// It is used for one record after the other, so that its memory is kept. `clear` begins a record,
/// `take` appends its parts, and `record` ends it.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    /// The concatenated fields, without the quotes around them.
    text: String,
    /// The position of each field in `text`.
    pub(super) fields: Vec<Range<usize>>,
    state: State,
    /// The number of the first field with text after its closing quote, from one.
    text_after_quote: Option<usize>,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum State {
    /// The next character begins a field.
    #[default]
    Start,
    /// The field has no quotes.
    Bare,
    /// The quotes are open.
    Quoted,
    /// The last character was a quote: it closes the field unless another quote follows.
    Closed,
}

impl Scanner {
    /// Begins a new record.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.fields.clear();
        self.state = State::Start;
        self.text_after_quote = None;
    }

    /// Returns true while a quote is open.
    pub(super) fn is_open(&self) -> bool {
        self.state == State::Quoted
    }

    /// Ends the record, and returns it.
    ///
    /// An error about text after a quote comes here and not in `take`, after all fields have been
    /// split.
    pub(super) fn record(&mut self) -> Result<Record<'_>, RowErrorKind> {
        let ends_with_space = self.state == State::Bare && self.text.ends_with(' ');
        self.end_field();
        match self.text_after_quote {
            Some(column) => Err(RowErrorKind::TextAfterQuote { column }),
            None => Ok(Record { text: &self.text, fields: &self.fields, ends_with_space }),
        }
    }

    /// Appends a part of a record.
    ///
    /// A part may begin and end anywhere, since the state is kept: the line break of a field in
    /// quotes is a part of its own.
    pub(super) fn take(&mut self, mut text: &str) {
        while let Some(first) = text.as_bytes().first() {
            text = match (self.state, first) {
                (State::Start, b'"') => self.quoted(after(text, Some(0))),
                (State::Start | State::Bare, _) => {
                    let end = memchr(b',', text.as_bytes());
                    self.copy(text, end);
                    if end.is_some() {
                        self.end_field();
                    } else {
                        self.state = State::Bare;
                    }
                    after(text, end)
                }
                (State::Quoted, _) => self.quoted(text),
                // Two quotes in a row are one quote of the field, which goes on.
                (State::Closed, b'"') => {
                    self.text.push('"');
                    self.go(State::Quoted, after(text, Some(0)))
                }
                (State::Closed, b',') => {
                    self.end_field();
                    after(text, Some(0))
                }
                // Such a field is refused at the end of the record, so that the message can name
                // its column.
                (State::Closed, _) => {
                    self.text_after_quote.get_or_insert(self.fields.len() + 1);
                    self.go(State::Bare, text)
                }
            };
        }
    }

    /// Ends a field where the text ends now.
    fn end_field(&mut self) {
        let start = self.fields.last().map_or(0, |before| before.end);
        self.fields.push(start..self.text.len());
        self.state = State::Start;
    }

    /// Appends the text up to the closing quote, and skips the comma after it, because most fields end
    /// there. Returns the rest.
    fn quoted<'t>(&mut self, text: &'t str) -> &'t str {
        let end = memchr(b'"', text.as_bytes());
        self.copy(text, end);
        self.state = if end.is_some() { State::Closed } else { State::Quoted };
        // After a closing quote nearly always comes a comma, which saves a turn of the loop.
        let rest = after(text, end);
        let Some(next) = rest.strip_prefix(',') else { return rest };
        self.end_field();
        next
    }

    /// Changes the state, and hands the rest through.
    fn go<'t>(&mut self, state: State, rest: &'t str) -> &'t str {
        self.state = state;
        rest
    }

    /// Appends the text up to an end, or all of it.
    fn copy(&mut self, text: &str, end: Option<usize>) {
        self.text.push_str(text.get(..end.unwrap_or(text.len())).unwrap_or_default());
    }
}

/// Returns the text after the comma or quote at `at`; an empty text if there is none.
fn after(text: &str, at: Option<usize>) -> &str {
    at.and_then(|at| text.get(at + 1..)).unwrap_or_default()
}
