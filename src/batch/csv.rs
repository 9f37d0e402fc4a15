//! Comma-separated values as S3 writes and reads them, in bounded memory.
//!
//! Nothing of a bad record leaks into the next one: a line that is too long is skipped, and a
//! quote that never closes ends with its line where fields can't hold line breaks.

mod quote;
mod records;
mod scanner;

pub(super) use self::quote::{quote, quote_if_needed};
pub(super) use self::records::{LineBreaks, Record, Records};
