//! Reading a scenario: as much as its events need, and no more.
//!
//! A scenario may have millions of events, so the limit on the whole is high. An input that is no
//! scenario must not be kept up to that limit: an endless device, or one text without an end. So
//! the input is watched while it is read, and reading ends where it cannot become a scenario.
//!
//! ```text
//! /dev/zero                    no `{`: reading ends after a piece, and the parser refuses it
//! {"Buckets": "aaaa…           ends after 1 MiB of one text
//! {"Events": [[[[[[…           ends after 128 open brackets
//! {"Events": [ … 4 GiB …       ends there
//! {"Buckets": {…}, …}          read as a whole
//! ```
//!
//! The watch is no parser: it knows texts, punctuation marks and nesting, which is enough to bound
//! memory, and cheap for gigabytes.

use std::io::Read as _;

use crate::cli::Failure;
use crate::cli::input::Input;

/// The maximum size of a scenario in bytes.
///
/// It is checked after each piece, so a little more than that may be in memory.
const SIZE_LIMIT: usize = 4 << 30;

/// The most bytes of a text, and of anything else between two punctuation marks. Every member of a
/// scenario is far shorter.
const TOKEN_LIMIT: usize = 1 << 20;

/// The most brackets that are open at once. A configuration in an event has twelve.
const DEPTH_LIMIT: usize = 128;

/// Reads the bytes of a scenario.
pub(super) fn read(input: &Input) -> Result<Vec<u8>, Failure> {
    // Small enough that little is kept of an input that is refused.
    const PIECE: u64 = 64 * 1024;
    let mut bytes: Vec<u8> = Vec::new();
    let mut reader = input.open()?;
    let mut watch = Watch::default();
    loop {
        // The watch counts places from the beginning of a piece, so this is added to them.
        let before = bytes.len();
        let piece = reader.by_ref().take(PIECE);
        let read = { piece }.read_to_end(&mut bytes).map_err(|error| input.unread(&error))?;
        let (_, new) = bytes.split_at(before);
        // Also for a text that is cut, which the reader of scenarios refuses at its end.
        if read == 0 {
            return Ok(bytes);
        }
        match watch.see(new) {
            Ok(()) if bytes.len() <= SIZE_LIMIT => {}
            Ok(()) => {
                return Err(refusal(
                    input,
                    "it has more than 4 GiB; split it, or write fewer events",
                ));
            }
            // The reader of scenarios refuses it at its first characters, with their place.
            Err(Excess::NotAnObject) => return Ok(bytes),
            Err(Excess::Token(at)) => {
                let reason = format!(
                    "a value has more than {TOKEN_LIMIT} bytes before byte {}; shorten it",
                    before + at
                );
                return Err(refusal(input, &reason));
            }
            Err(Excess::Depth(at)) => {
                let reason = format!(
                    "more than {DEPTH_LIMIT} brackets are open at byte {}; close some",
                    before + at
                );
                return Err(refusal(input, &reason));
            }
        }
    }
}

/// Returns the failure for an input that cannot become a scenario.
fn refusal(input: &Input, reason: &str) -> Failure {
    Failure::Message(format!("`{input}` is not a scenario: {reason}"))
}

/// The reason why bytes cannot become a scenario. Places count from the first byte of a piece.
#[derive(Clone, Copy, Debug)]
enum Excess {
    /// The first character opens no object.
    NotAnObject,
    /// A token is too long.
    Token(usize),
    /// Too many brackets are open.
    Depth(usize),
}

/// The state between two pieces of JSON.
#[derive(Debug, Default)]
struct Watch {
    /// True after the first `{`. Before, only white space and a byte-order mark may come.
    has_begun: bool,
    /// True between two quotation marks, where brackets do not count.
    in_text: bool,
    /// True after a backslash in a text, so that `\"` does not end it, also at the end of a piece.
    is_escaped: bool,
    /// The bytes since the last punctuation mark.
    run: usize,
    /// The brackets that are open.
    depth: usize,
}

impl Watch {
    /// Looks at the next bytes. The check is for size only: the reader of scenarios checks the rest.
    ///
    /// Returns the first excess. White space counts towards the length of a token, so a long run of
    /// it ends the reading, too.
    fn see(&mut self, bytes: &[u8]) -> Result<(), Excess> {
        for (at, byte) in bytes.iter().enumerate() {
            if !self.has_begun {
                self.begin(*byte)?;
            }
            self.run += 1;
            if self.in_text {
                match byte {
                    _ if self.is_escaped => self.is_escaped = false,
                    b'\\' => self.is_escaped = true,
                    b'"' => (self.in_text, self.run) = (false, 0),
                    _ => {}
                }
            } else if matches!(byte, b'"' | b'{' | b'}' | b'[' | b']' | b',' | b':') {
                self.run = 0;
                self.in_text = *byte == b'"';
                match byte {
                    b'{' | b'[' => self.depth += 1,
                    // More may be closed than were opened, and that is for the reader of scenarios
                    // to refuse.
                    b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                    _ => {}
                }
            }
            if self.run > TOKEN_LIMIT {
                return Err(Excess::Token(at));
            }
            if self.depth > DEPTH_LIMIT {
                return Err(Excess::Depth(at));
            }
        }
        Ok(())
    }

    /// Looks at a byte before the first bracket.
    ///
    /// The bytes of a byte-order mark are accepted in any number, since the reader is exact about
    /// them.
    fn begin(&mut self, byte: u8) -> Result<(), Excess> {
        match byte {
            // White space, and the bytes of a byte-order mark.
            b' ' | b'\t' | b'\n' | b'\r' | 0xEF | 0xBB | 0xBF => Ok(()),
            b'{' => {
                self.has_begun = true;
                Ok(())
            }
            _ => Err(Excess::NotAnObject),
        }
    }
}
