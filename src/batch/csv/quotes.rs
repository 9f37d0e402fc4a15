//! The ends of records whose quotes may contain line breaks, found without splitting fields.
//!
//! ```text
//! a,"b        a quote is open at the end of this line
//! c",d        and closed here: both lines are one record
//! a"b,c       a quote within a field without quotes means nothing
//! ```

use memchr::memchr;

use crate::batch::csv::scanner::find_near;
use crate::batch::csv::{Records, checked, content};

/// Returns true if a quote is open at the end of a line, given whether one was open before it.
///
/// Agrees with [`Scanner`](super::scanner::Scanner), which splits the fields as well.
pub(super) fn is_open_after(line: &[u8], mut is_open: bool) -> bool {
    let mut at = 0;
    while let Some(found) = line.get(at..).and_then(|rest| find_near(b'"', rest)) {
        let quote = at + found;
        at = quote + 1;
        if !is_open {
            // Only a quote that begins a field opens it.
            is_open = quote == 0 || line.get(quote - 1) == Some(&b',');
        } else if line.get(at) == Some(&b'"') {
            // Two quotes in a row are one quote of the field, which goes on.
            at += 1;
        } else {
            is_open = false;
        }
    }
    is_open
}

/// Returns the length of the first record and the number of its lines, if the bytes have all of it.
///
/// It ends where [`Records`] ends it, also where a line of it is an error. `line` is the number of its
/// first line.
pub(super) fn first_record(bytes: &[u8], line: u64) -> Option<(usize, u64)> {
    let (mut end, mut lines) = (0, 0);
    loop {
        let rest = bytes.get(end..)?;
        let text = rest.get(..=memchr(b'\n', rest)?)?;
        let is_first = end == 0;
        end += text.len();
        lines += 1;
        let is_open = is_open_after(text, !is_first);
        // The record is an error from here on, and the next line begins another one.
        let is_bad = || checked(content(text), line + lines - 1, is_first).is_err();
        if !is_open || end >= Records::<&[u8]>::LIMIT || is_bad() {
            return Some((end, lines));
        }
    }
}
