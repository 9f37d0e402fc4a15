//! Fingerprints of lines, by which GitHub recognises a finding in the next version of its file.
//!
//! GitHub computes them when a log is uploaded by its action, and only then. A log that has them
//! is treated alike however it is uploaded. So they must equal GitHub's, which are documented with
//! the action: a polynomial of the 100 characters from the beginning of the line, in UTF-16, without
//! spaces and tabs and with every end of a line as a line feed. Behind the text are one -1 and zeros.
//!
//! ```text
//! text                 two lines, "a\nb"
//! normalized           a, line feed, b, -1; lines begin at 0 and 2
//! hash of each line    the next 100 units, as digits of a number to the base 37, modulo 2^64
//! fingerprint          the hash in hexadecimal, a colon, and the number among equal hashes
//! ```
//!
//! The number makes fingerprints of equal lines differ. Spaces do not count, so a change of
//! indentation keeps them.

use std::collections::HashMap;

use crate::diagnostic::Place;
use crate::diagnostic::located::LocatedReport;

/// The characters that a fingerprint covers.
const BLOCK: usize = 100;

/// The base of the polynomial.
const BASE: u64 = 37;

/// The fingerprints of the lines of texts, computed once for each text.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    texts: HashMap<String, Vec<String>>,
}

impl Fingerprints {
    /// Returns the fingerprint of the line of a place, if the place is in a text.
    pub(super) fn of(&mut self, place: &Place, report: &LocatedReport<'_>) -> Option<String> {
        let (start, _) = report.range_of(place)?;
        let text = report.text_of(place)?;
        let lines = self.texts.entry(text.name().to_owned());
        let lines = lines.or_insert_with(|| fingerprints(text.text()));
        // Lines of positions count from 1.
        lines.get(usize::try_from(start.line).ok()?.checked_sub(1)?).cloned()
    }
}

/// Returns the fingerprint of each line: the hash, and its number among equal ones.
fn fingerprints(text: &str) -> Vec<String> {
    let (units, starts) = normalized(text);
    let mut seen: HashMap<u64, usize> = HashMap::new();
    let fingerprint = |start: usize| {
        // Behind the end of the text there are zeros.
        let block = units.iter().copied().skip(start).chain(std::iter::repeat(0)).take(BLOCK);
        let hash =
            block.fold(0, |hash: u64, unit| hash.wrapping_mul(BASE).wrapping_add(u64::from(unit)));
        // Equal blocks are numbered in the order of the text, from 1.
        let count = seen.entry(hash).or_default();
        *count += 1;
        format!("{hash:x}:{count}")
    };
    starts.into_iter().map(fingerprint).collect()
}

/// Returns the characters that count, and where among them each line begins.
///
/// A carriage return, a line feed, and both together are one line feed each. The mark behind the
/// text begins a line if the text is empty or ends with a line feed: GitHub counts such a line,
/// too.
fn normalized(text: &str) -> (Vec<u16>, Vec<usize>) {
    const END: u16 = u16::MAX;
    const LINE_FEED: u16 = 0x0A;
    let (mut units, mut starts) = (Vec::with_capacity(text.len()), Vec::new());
    let (mut is_start, mut is_after_return) = (true, false);
    for unit in text.encode_utf16().chain([END]) {
        let is_line_feed = unit == LINE_FEED;
        // The line feed of a pair was written with its carriage return.
        if matches!(unit, 0x20 | 0x09) || is_after_return && is_line_feed {
            is_after_return = false;
            continue;
        }
        is_after_return = unit == 0x0D;
        if is_start {
            starts.push(units.len());
        }
        is_start = is_line_feed || is_after_return;
        units.push(if is_start { LINE_FEED } else { unit });
    }
    (units, starts)
}

#[cfg(test)]
mod tests {
    use super::fingerprints;

    #[test]
    fn lines_have_the_fingerprints_of_github() {
        assert_eq!(fingerprints(""), ["c129715d7a2bc9a3:1"]);
        let four =
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"];
        assert_eq!(fingerprints(" a\nb\n  \t\tc\n d"), four);
        let seven = [
            "e9496ae3ebfced30:1",
            "fb7c023a8b9ccb3f:1",
            "ce8ba1a563dcdaca:1",
            "e20e36e16fcb0cc8:1",
            "b3edc88f2938467e:1",
            "c8e28b0b4002a3a0:1",
            "c129715d7a2bc9a3:1",
        ];
        let text = " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n";
        assert_eq!(fingerprints(text), seven);
        let repeated = fingerprints(&"Lorem ipsum dolor sit amet.\n".repeat(10));
        assert_eq!(repeated.get(5).map(String::as_str), Some("a7f2ff13bc495cf2:6"));
        assert_eq!(repeated.get(6).map(String::as_str), Some("a7f2ff1481e87703:1"));
    }
}
