//! The end of a JSON value in a text that arrives line by line.
//!
//! Only as much grammar is checked as shows where a value ends, and early that it never will: a
//! line that breaks an open document is found at that line and not at the end of the input.
//!
//! ```text
//! {"a": [1,       open
//!   2]}           complete
//!
//! {"a": 1         open
//! {"b": 2}        broken: an object cannot stand here
//! ```
//!
//! `reader` feeds the lines, and reads a value that is complete with the parser of JSON.

/// The state of a value after some lines.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum State {
    /// The value is complete.
    Complete,
    /// The value goes on in the next line.
    Open,
    /// No further line can complete the value.
    Broken,
}

/// Follows the brackets and strings of one JSON value. Anything else is left to the parser.
///
/// Names, numbers and commas are not checked: the parser will, once the value is complete.
///
/// One scanner is for one value: after `Broken`, or a character after `Complete`, it is of no more
/// use.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    /// The brackets that are open.
    open: Vec<u8>,
    /// The last character outside strings and white space; a quotation mark for a whole string.
    last: Option<u8>,
    /// True when the outermost bracket was closed.
    is_done: bool,
}

impl Scanner {
    /// The most brackets that the parser accepts, one inside the other.
    ///
    /// That of `serde_json`. Without it, a text of brackets would be read to its end, or to the
    /// limit of a document, before the parser refuses it.
    const DEPTH: usize = 128;

    /// Reads one more line.
    ///
    /// The line is without its line break. A blank line changes nothing. A value that is neither an
    /// object nor a list is broken at once, even if it is JSON, since no object can be in it.
    pub(super) fn feed(&mut self, line: &[u8]) -> State {
        let mut bytes = line.iter().copied();
        while let Some(byte) = bytes.next() {
            if byte.is_ascii_whitespace() {
                continue;
            }
            let is_sound = !self.is_done
                && match byte {
                    b'"' => self.may_start_string() && skip_string(&mut bytes),
                    b'{' | b'[' => self.enter(byte),
                    b'}' => self.leave(b'{'),
                    b']' => self.leave(b'['),
                    // A part of a number, a word or a comma: right inside any bracket, for all that
                    // the scanner knows.
                    _ => !self.open.is_empty(),
                };
            if !is_sound {
                return State::Broken;
            }
            self.last = Some(byte);
        }
        if self.is_done { State::Complete } else { State::Open }
    }

    /// Opens a bracket; returns false where none may stand.
    fn enter(&mut self, bracket: u8) -> bool {
        let may_start = match self.last {
            None | Some(b'[' | b':') => true,
            // An object after a comma in an object has no name: the line before lacks its end.
            Some(b',') => self.open.last() == Some(&b'['),
            _ => false,
        };
        // In any case, which does no harm: after `false` nothing is fed.
        self.open.push(bracket);
        may_start && self.open.len() <= Self::DEPTH
    }

    /// Closes a bracket; returns false if another one is open.
    fn leave(&mut self, bracket: u8) -> bool {
        let fits = self.open.pop() == Some(bracket);
        self.is_done = self.open.is_empty();
        fits
    }

    /// Returns true where a string may begin.
    ///
    /// After a value without a comma it may not: then the line before is broken, and the reader can
    /// go on.
    fn may_start_string(&self) -> bool {
        matches!(self.last, Some(b'{' | b'[' | b',' | b':'))
    }
}

/// Skips the rest of a string; returns false if the line ends first.
///
/// A string of JSON has no line break, so a line that ends in one has broken it.
fn skip_string(bytes: &mut impl Iterator<Item = u8>) -> bool {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return true,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{Scanner, State};

    fn states(lines: &[&str]) -> Vec<State> {
        let mut scanner = Scanner::default();
        lines.iter().map(|line| scanner.feed(line.as_bytes())).collect()
    }

    #[test]
    fn values_end_at_their_last_bracket() {
        use State::{Broken, Complete, Open};
        assert_eq!(states(&["{\"a\": [1, {}]}"]), [Complete]);
        assert_eq!(states(&["{", "\"a}\\\"\": [", "{},", "{}", "]", "}"]).last(), Some(&Complete));
        assert_eq!(states(&["{\"a\": 1", "{\"b\": 2}"]), [Open, Broken]);
        assert_eq!(states(&["{\"a\": 1,", "{\"b\": 2}"]), [Open, Broken]);
        assert_eq!(states(&["{\"a\": ", "]"]), [Open, Broken]);
        assert_eq!(states(&["{\"a"]), [Broken]);
        assert_eq!(states(&["{} {}"]), [Broken]);
        assert_eq!(states(&["a,b"]), [Broken]);
        assert_eq!(states(&[&"[".repeat(129)]), [Broken]);
    }
}
