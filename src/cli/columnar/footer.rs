//! The end of a data file, which is looked at before a decoder sees it.
//!
//! Both decoders recurse into the types that a footer declares. Too deep a type fills the stack, which
//! ends the program and cannot be caught, so the depth is checked first.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

/// The longest footer that is read, compressed or not. That of an inventory has some kilobytes.
pub(super) const LONGEST: u64 = 16 * 1024 * 1024;

/// The deepest type that is decoded. The columns of an inventory are not nested.
pub(super) const DEEPEST: usize = 32;

/// Reads so many bytes before a place of a file.
pub(super) fn tail(file: &mut File, end: u64, length: u64) -> Result<Vec<u8>, String> {
    let start = end.checked_sub(length).filter(|_| length <= LONGEST);
    let start = start.ok_or_else(|| super::DAMAGED.to_owned())?;
    let mut bytes = Vec::new();
    let read = file.seek(SeekFrom::Start(start));
    let read = read.and_then(|_| file.take(length).read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|error: io::Error| error.to_string())
}

/// Returns the length of a file.
pub(super) fn length(file: &mut File) -> Result<u64, String> {
    file.seek(SeekFrom::End(0)).map_err(|error| error.to_string())
}
