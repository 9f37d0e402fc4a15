use std::ops::Range;

use memchr::memchr;

use crate::batch::csv::Record;
use crate::batch::manifest::RowErrorKind;

/// Finds the fields of a line that can be used where they stand, without quotes around them. Says
/// false when a field can't be, and must be put together by a [`Scanner`].
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
    fields.push(start..bytes.len());
    true
}

/// Finds a byte. Most fields are so short that looking at their first words at once is faster than a
/// search that is made for long texts.
fn find_near(mark: u8, bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::MAX / 0xFF;
    /// Words that are looked at before the search.
    const WORDS: usize = 3;
    let (words, _) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().take(WORDS).enumerate() {
        // Zero where the mark is: the lowest such byte is the lowest that borrows.
        let word = u64::from_le_bytes(*word) ^ (ONES * u64::from(mark));
        let found = word.wrapping_sub(ONES) & !word & (ONES << 7);
        if found != 0 {
            return Some(8 * at + found.trailing_zeros() as usize / 8);
        }
    }
    let behind = 8 * words.len().min(WORDS);
    Some(memchr(mark, bytes.get(behind..)?)? + behind)
}

/// Cuts lines into fields, one line after the other while a quote is open.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    /// The fields, one behind the other, without the quotes around them.
    text: String,
    /// Where each field stands in `text`.
    pub(super) fields: Vec<Range<usize>>,
    state: State,
    /// The column in which text stands behind a closing quote, from one.
    text_after_quote: Option<usize>,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum State {
    /// At the beginning of a field.
    #[default]
    Start,
    /// Within a field without quotes.
    Bare,
    /// Within quotes.
    Quoted,
    /// Behind a quote that closes, unless another one follows.
    Closed,
}

impl Scanner {
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
    pub(super) fn record(&mut self) -> Result<Record<'_>, RowErrorKind> {
        let ends_with_space = self.state == State::Bare && self.text.ends_with(' ');
        self.end_field();
        match self.text_after_quote {
            Some(column) => Err(RowErrorKind::TextAfterQuote { column }),
            None => Ok(Record { text: &self.text, fields: &self.fields, ends_with_space }),
        }
    }

    /// Takes part of a record.
    pub(super) fn take(&mut self, mut text: &str) {
        while let Some(first) = text.as_bytes().first() {
            text = match (self.state, first) {
                (State::Start, b'"') => self.quoted(behind_of(text, Some(0))),
                (State::Start | State::Bare, _) => {
                    let end = memchr(b',', text.as_bytes());
                    self.copy(text, end);
                    if end.is_some() {
                        self.end_field();
                    } else {
                        self.state = State::Bare;
                    }
                    behind_of(text, end)
                }
                (State::Quoted, _) => self.quoted(text),
                (State::Closed, b'"') => {
                    self.text.push('"');
                    self.go(State::Quoted, behind_of(text, Some(0)))
                }
                (State::Closed, b',') => {
                    self.end_field();
                    behind_of(text, Some(0))
                }
                (State::Closed, _) => {
                    self.text_after_quote.get_or_insert(self.fields.len() + 1);
                    self.go(State::Bare, text)
                }
            };
        }
    }

    fn end_field(&mut self) {
        let start = self.fields.last().map_or(0, |before| before.end);
        self.fields.push(start..self.text.len());
        self.state = State::Start;
    }

    /// Takes what stands in quotes, and the comma behind them: most fields are that and no more.
    fn quoted<'t>(&mut self, text: &'t str) -> &'t str {
        let end = memchr(b'"', text.as_bytes());
        self.copy(text, end);
        self.state = if end.is_some() { State::Closed } else { State::Quoted };
        let behind = behind_of(text, end);
        let Some(next) = behind.strip_prefix(',') else { return behind };
        self.end_field();
        next
    }

    fn go<'t>(&mut self, state: State, rest: &'t str) -> &'t str {
        self.state = state;
        rest
    }

    fn copy(&mut self, text: &str, end: Option<usize>) {
        self.text.push_str(text.get(..end.unwrap_or(text.len())).unwrap_or_default());
    }
}

/// Returns what stands behind the comma or quote at `at`; nothing if there is none.
fn behind_of(text: &str, at: Option<usize>) -> &str {
    at.and_then(|at| text.get(at + 1..)).unwrap_or_default()
}
