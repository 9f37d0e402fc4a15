//! Comma-separated values as S3 writes and reads them, in bounded memory.
//!
//! A bad record does not affect the next one: a line that is too long is skipped, and an unclosed
//! quote ends with its line where fields cannot contain line breaks.
//!
//! This file is written by hand because a general reader fails the needs of a manifest in three
//! ways. It recovers from an unclosed quote at the end of the file, so that one bad key costs all
//! rows after it. It has no limit, so that a file without line breaks fills the memory. And it
//! accepts more than S3 does, while a lint needs to know where S3 would stop.
//!
//! Two kinds of files are read. In manifests and inventories a record is a line, because keys are
//! percent-encoded. In completion reports a message may hold line breaks in quotes.

mod cutter;
mod quotes;
mod scanner;

use std::io::{self, BufRead, Read as _};
use std::ops::Range;

use memchr::memchr;

pub(in crate::batch) use self::cutter::Cutter;
pub use self::cutter::Piece;

use self::quotes::is_open_after;
use self::scanner::{Scanner, find_fields};
use crate::batch::manifest::RowErrorKind;

/// The places where a record may contain line breaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::batch) enum LineBreaks {
    /// Nowhere: a record is a line.
    Never,
    /// In quotes.
    InQuotes,
}

/// Reads records, one at a time.
#[derive(Debug)]
pub(in crate::batch) struct Records<R> {
    reader: R,
    // Decides whether records are lines, and so whether the fast way may be taken.
    line_breaks: LineBreaks,
    /// The number of lines so far.
    line: u64,
    // The current line, for the way that copies.
    buffer: Vec<u8>,
    // Also holds the places of fields for the fast way.
    scanner: Scanner,
    /// The length of the record that was returned from the buffer of the reader. It is consumed before
    /// the next record is read, because the record borrows it.
    used: usize,
    // True after an error of the reader; the end of the file is found by reading.
    has_ended: bool,
}

/// The fields of one record.
#[derive(Clone, Copy, Debug)]
pub(in crate::batch) struct Record<'b> {
    // The line itself on the fast way, with quotes; else the text of the scanner.
    text: &'b str,
    fields: &'b [Range<usize>],
    /// True if the record ends with a space outside of quotes.
    pub(in crate::batch) ends_with_space: bool,
}

impl<'b> Record<'b> {
    // The number of fields; an empty record does not exist.
    pub(in crate::batch) const fn len(self) -> usize {
        self.fields.len()
    }

    /// Returns a field.
    #[expect(
        clippy::indexing_slicing,
        clippy::string_slice,
        reason = "INVARIANT: readers ask for a field after they have compared the number of fields \
                  with that of the columns, and fields are ranges of the text"
    )]
    pub(in crate::batch) fn field(self, at: usize) -> &'b str {
        &self.text[self.fields[at].clone()]
    }
}

impl<R: BufRead> Records<R> {
    /// The greatest number of bytes of a record, quotes and line breaks included. A key has at most
    /// 1,024 bytes and an access control list some thousands, so S3 writes no longer record.
    pub(in crate::batch) const LIMIT: usize = 1024 * 1024;

    pub(in crate::batch) fn new(reader: R, line_breaks: LineBreaks) -> Self {
        let (buffer, scanner) = (Vec::new(), Scanner::default());
        Self { reader, line_breaks, line: 0, buffer, scanner, used: 0, has_ended: false }
    }

    /// Counts lines from the one after this.
    ///
    /// For a piece of a file, whose first line is not line 1.
    pub(in crate::batch) fn after_line(self, line: u64) -> Self {
        Self { line, ..self }
    }

    // The record that was returned last is consumed first, so that the reader continues behind it.
    pub(in crate::batch) fn into_inner(mut self) -> R {
        self.reader.consume(self.used);
        self.reader
    }

    /// Returns the next record and the number of the line it begins on; `None` at the end.
    pub(in crate::batch) fn next(&mut self) -> Option<(u64, Result<Record<'_>, RowErrorKind>)> {
        let start = self.line + 1;
        self.reader.consume(std::mem::take(&mut self.used));
        // Nearly every record is a whole line in the buffer of the reader, and is not copied.
        match self.buffered_line() {
            Ok(Some(end)) => return Some((start, self.buffered_record(end))),
            Ok(None) => {}
            Err(problem) => return Some((start, Err(problem))),
        }
        match self.read() {
            Ok(true) => Some((start, self.scanner.record())),
            Ok(false) => None,
            Err(problem) => Some((start, Err(problem))),
        }
    }

    /// Returns the length of the next line, if the line is a record and is completely in the buffer
    /// of the reader. A record with line breaks in quotes needs the scanner, as does a line that
    /// the buffer has only a part of. Both take the slow way, which copies.
    fn buffered_line(&mut self) -> Result<Option<usize>, RowErrorKind> {
        if self.has_ended {
            return Ok(None);
        }
        let may_go_on = self.line_breaks == LineBreaks::InQuotes;
        match self.reader.fill_buf() {
            Ok(available) => {
                // A longer line takes the slow way, which finds that it is too long.
                let end = memchr(b'\n', available).filter(|end| *end < Self::LIMIT);
                let line = |end: &usize| available.get(..*end).unwrap_or_default();
                Ok(end.filter(|end| !may_go_on || !is_open_after(line(end), false)))
            }
            // The slow way repeats the read, as `read_until` does.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(None),
            Err(error) => {
                self.has_ended = true;
                Err(unreadable(&error))
            }
        }
    }

    /// Returns the record of a line in the buffer of the reader, without copying it. `fill_buf` is
    /// called again and gives the same bytes, since nothing was consumed. The borrow checker does
    /// not accept a slice that a first call has returned conditionally.
    fn buffered_record(&mut self, end: usize) -> Result<Record<'_>, RowErrorKind> {
        let Self { reader, scanner, line, used, .. } = self;
        *line += 1;
        *used = end + 1;
        let available = reader.fill_buf().map_err(|error| unreadable(&error))?;
        let text = checked(content(available.get(..=end).unwrap_or_default()), *line, true)?;
        if find_fields(text, &mut scanner.fields) {
            // The last field ends with the line only if it is not in quotes.
            let is_bare = scanner.fields.last().is_some_and(|last| last.end == text.len());
            let ends_with_space = is_bare && text.ends_with(' ');
            return Ok(Record { text, fields: &scanner.fields, ends_with_space });
        }
        // Some quote is not of the plain kind. The scanner knows why, and what the fields are if it
        // is allowed.
        scanner.clear();
        scanner.take(text);
        if scanner.is_open() { Err(RowErrorKind::UnclosedQuote) } else { scanner.record() }
    }

    /// Reads the lines of a record into the scanner; returns false at the end of the file.
    fn read(&mut self) -> Result<bool, RowErrorKind> {
        self.scanner.clear();
        let mut size = 0;
        loop {
            let (line, line_break) = match self.read_line(Self::LIMIT - size)? {
                Some(read) => read,
                None if size > 0 => return Err(RowErrorKind::UnclosedQuote),
                None => return Ok(false),
            };
            let bytes = self.buffer.get(..line).unwrap_or_default();
            self.scanner.take(checked(bytes, self.line, size == 0)?);
            if !self.scanner.is_open() {
                return Ok(true);
            }
            // The limit is one for the record and not for each of its lines.
            size += line + line_break;
            if self.line_breaks == LineBreaks::Never || line_break == 0 || size >= Self::LIMIT {
                return Err(RowErrorKind::UnclosedQuote);
            }
            // The line break belongs to the field, in the form that the file has.
            self.scanner.take(if line_break == 1 { "\n" } else { "\r\n" });
        }
    }

    /// Reads a line into the buffer, and returns the lengths of its content and its line break.
    /// After an error of the reader the file has ended: repeating the read could give the same
    /// error for ever.
    ///
    /// `None` at the end of the file. The limit is what is left of that of the record.
    fn read_line(&mut self, limit: usize) -> Result<Option<(usize, usize)>, RowErrorKind> {
        self.buffer.clear();
        if self.has_ended {
            return Ok(None);
        }
        let whole = self.read_whole_line(limit).map_err(|error| {
            self.has_ended = true;
            unreadable(&error)
        })?;
        if self.buffer.is_empty() {
            return Ok(None);
        }
        self.line += 1;
        if !whole {
            return Err(RowErrorKind::TooLong { limit: Self::LIMIT });
        }
        let content = content(&self.buffer).len();
        Ok(Some((content, self.buffer.len() - content)))
    }

    /// Returns false for a line that is longer than the limit, and skips its rest.
    fn read_whole_line(&mut self, limit: usize) -> io::Result<bool> {
        let limit = limit as u64 + 1;
        let read = self.reader.by_ref().take(limit).read_until(b'\n', &mut self.buffer)?;
        let whole = (read as u64) < limit;
        if !whole && !self.buffer.ends_with(b"\n") {
            self.reader.skip_until(b'\n')?;
        }
        Ok(whole)
    }
}

/// Returns the error of a row for an error of the reader.
///
/// The text of the error is kept, since an error of a reader cannot be cloned.
fn unreadable(error: &io::Error) -> RowErrorKind {
    RowErrorKind::Unreadable { error: error.to_string().into() }
}

/// Returns a line without its line break.
fn content(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Returns the text of a line, or the error in its bytes. A byte-order mark is looked for in the
/// first line only, where an editor puts it; elsewhere the character is part of a key. An empty
/// line within a quoted field is content, and so is no error.
///
/// The number of a bad byte counts from one, as an editor's columns do.
fn checked(bytes: &[u8], line: u64, is_first_of_record: bool) -> Result<&str, RowErrorKind> {
    const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
    if line == 1 && bytes.starts_with(BYTE_ORDER_MARK) {
        return Err(RowErrorKind::ByteOrderMark);
    }
    if is_first_of_record && bytes.is_empty() {
        return Err(RowErrorKind::EmptyLine);
    }
    str::from_utf8(bytes).map_err(|error| RowErrorKind::NotUtf8 { byte: error.valid_up_to() + 1 })
}

/// Appends a field in quotes to `out`; quotes in the field are doubled.
///
/// Line breaks are kept: callers refuse them where a record is a line.
pub(in crate::batch) fn quote(field: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in field {
        if *byte == b'"' {
            out.push(b'"');
        }
        out.push(*byte);
    }
    out.push(b'"');
}

/// Appends a field to `out`, in quotes if the field needs them.
pub(in crate::batch) fn quote_if_needed(field: &[u8], out: &mut Vec<u8>) {
    let is_special = |byte: &u8| matches!(byte, b',' | b'"' | b'\n' | b'\r');
    // Readers refuse a space at the end of a line, and a byte-order mark at the beginning of a file,
    // unless they are in quotes.
    let is_odd = field.ends_with(b" ") || field.starts_with(b"\xEF\xBB\xBF");
    if is_odd || field.iter().any(is_special) {
        quote(field, out);
    } else {
        out.extend_from_slice(field);
    }
}
