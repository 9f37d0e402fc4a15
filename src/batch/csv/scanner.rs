use memchr::memchr;

/// Cuts lines into fields, one line after the other while a quote is open.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    /// The fields, one behind the other, without the quotes around them.
    pub(super) text: Vec<u8>,
    /// Where each field ends in `text`.
    pub(super) ends: Vec<usize>,
    state: State,
    /// The column in which text stands behind a closing quote, from one.
    pub(super) text_after_quote: Option<usize>,
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
        self.ends.clear();
        self.state = State::Start;
        self.text_after_quote = None;
    }

    /// Returns true while a quote is open.
    pub(super) fn is_open(&self) -> bool {
        self.state == State::Quoted
    }

    /// Returns true when a space ends the record, outside of quotes.
    pub(super) fn ends_with_space(&self) -> bool {
        self.state == State::Bare && self.text.ends_with(b" ")
    }

    /// Takes part of a record.
    pub(super) fn take(&mut self, mut bytes: &[u8]) {
        while let Some((first, behind)) = bytes.split_first() {
            bytes = match (self.state, first) {
                (State::Start, b'"') => self.go(State::Quoted, behind),
                (State::Start | State::Bare, _) => {
                    let end = memchr(b',', bytes);
                    self.copy(bytes, end);
                    if end.is_some() {
                        self.end_field();
                    } else {
                        self.state = State::Bare;
                    }
                    behind_of(bytes, end)
                }
                (State::Quoted, _) => {
                    let end = memchr(b'"', bytes);
                    self.copy(bytes, end);
                    if end.is_some() {
                        self.state = State::Closed;
                    }
                    behind_of(bytes, end)
                }
                (State::Closed, b'"') => {
                    self.text.push(b'"');
                    self.go(State::Quoted, behind)
                }
                (State::Closed, b',') => {
                    self.end_field();
                    behind
                }
                (State::Closed, _) => {
                    self.text_after_quote.get_or_insert(self.ends.len() + 1);
                    self.go(State::Bare, bytes)
                }
            };
        }
    }

    /// Ends the last field of a record.
    pub(super) fn end_field(&mut self) {
        self.ends.push(self.text.len());
        self.state = State::Start;
    }

    fn go<'b>(&mut self, state: State, rest: &'b [u8]) -> &'b [u8] {
        self.state = state;
        rest
    }

    fn copy(&mut self, bytes: &[u8], end: Option<usize>) {
        self.text.extend_from_slice(bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default());
    }
}

/// Returns what stands behind the byte at `at`; nothing if there is no such byte.
fn behind_of(bytes: &[u8], at: Option<usize>) -> &[u8] {
    at.and_then(|at| bytes.get(at + 1..)).unwrap_or_default()
}
