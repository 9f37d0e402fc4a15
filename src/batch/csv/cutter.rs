//! Cutting a file into pieces, so that several threads can parse one manifest or report.
//!
//! A manifest has up to 20 billion rows, and parsing takes longer than reading. One thread cuts the
//! file, and others parse the pieces. Where a line break may be in quotes, that thread looks at every
//! quote: whether a line begins a record depends on all lines before. That still takes a fraction
//! of the time of parsing.
//!
//! ```text
//! file                a\nb\nc\n…        size of a piece: 3 bytes
//! pieces              a\n, b\n, c\n     whole records, as many as fit, and at least one
//! lines               1, 2, 3           each piece knows the number of its first line
//! ```
//!
//! `manifest/pieces.rs` and `completion_report/pieces.rs` make readers of the pieces, and the caller
//! gives them to its threads.

use std::io::{self, BufRead, Read};

use memchr::{memchr_iter, memrchr};

use crate::batch::csv::quotes::first_record;
use crate::batch::csv::{LineBreaks, Records};

/// Cuts a file into pieces of whole records.
///
/// A cut changes no record: a line that is too long for a record is kept as far as its error needs,
/// and an error of the reader comes after the whole lines before it.
#[derive(Debug)]
pub(in crate::batch) struct Cutter<R> {
    reader: R,
    /// The wanted size of a piece.
    ///
    /// At least 1. A longer record makes a longer piece.
    size: usize,
    line_breaks: LineBreaks,
    /// The number of lines in the pieces so far.
    line: u64,
    /// The bytes that were read and are in no piece yet.
    rest: Vec<u8>,
    has_ended: bool,
    error: Option<io::Error>,
}

/// Some whole records of a file, in memory, and the error that ended the file after them.
#[derive(Debug, Default)]
pub struct Piece {
    bytes: Vec<u8>,
    // The number of bytes that were read from the piece.
    at: usize,
    error: Option<io::Error>,
}

impl<R: BufRead> Cutter<R> {
    /// A piece ends with the record that reaches so many lines. Rows of S3 have a hundred bytes or
    /// more; a file of empty lines must not make a piece of a million errors.
    const MOST_LINES: u64 = 16 * 1024;

    /// Cuts what `records` has not read yet.
    pub(in crate::batch) fn new(records: Records<R>, size: usize) -> Self {
        let Records { line, line_breaks, has_ended, .. } = records;
        let (reader, rest) = (records.into_inner(), Vec::new());
        Self { reader, size: size.max(1), line_breaks, line, rest, has_ended, error: None }
    }

    pub(in crate::batch) fn into_inner(self) -> R {
        self.reader
    }

    /// Returns the records of the next piece; `None` at the end.
    pub(in crate::batch) fn next(&mut self) -> Option<Records<Piece>> {
        // The order of the steps keeps the numbers of lines right: each piece begins after the
        // lines of all pieces before it, however many of them a limit has left for the next call.
        let (end, lines) = self.fill();
        let tail = self.rest.split_off(end);
        let bytes = std::mem::replace(&mut self.rest, tail);
        // An error comes with the last piece only. Earlier it would hide whole lines that were
        // read.
        let error = if self.rest.is_empty() { self.error.take() } else { None };
        if bytes.is_empty() && error.is_none() {
            return None;
        }
        let records = Records::new(Piece { bytes, at: 0, error }, self.line_breaks);
        let records = records.after_line(self.line);
        self.line += lines;
        Some(records)
    }

    /// Reads at least one record, unless the file ends, and returns the length of the next piece and
    /// the number of its lines.
    fn fill(&mut self) -> (usize, u64) {
        const LIMIT: usize = Records::<&[u8]>::LIMIT;
        let mut wanted = self.size;
        loop {
            if !self.has_ended {
                self.read_up_to(wanted);
            }
            let whole = self.whole_records();
            if self.has_ended {
                return self.with_the_end(whole);
            }
            match whole {
                // The record is longer than a piece. Doubling reads each byte of it about twice at
                // most, and the limit ends it.
                (0, _) if self.rest.len() <= LIMIT => {
                    wanted = (2 * self.rest.len()).min(LIMIT + 1);
                }
                // Such a record is an error, whatever the rest of its line.
                (0, _) => {
                    // One byte more than the limit is enough for the reader of the piece to see
                    // that the record is too long.
                    self.rest.truncate(LIMIT + 1);
                    if let Err(error) = self.reader.skip_until(b'\n') {
                        self.end_with(error);
                    }
                    return self.with_the_end((0, 0));
                }
                whole => return whole,
            }
        }
    }

    /// Reads until the rest has so many bytes, or the file ends.
    ///
    /// An interrupted read is repeated by the reader; every other error ends the file.
    fn read_up_to(&mut self, wanted: usize) {
        let missing = wanted.saturating_sub(self.rest.len());
        self.rest.reserve_exact(missing);
        match self.reader.by_ref().take(missing as u64).read_to_end(&mut self.rest) {
            Ok(read) => self.has_ended = read < missing,
            Err(error) => self.end_with(error),
        }
    }

    /// Ends the file after its last whole line. The part of a line before the error is dropped. It
    /// could look like a whole row, with a key that is cut.
    fn end_with(&mut self, error: io::Error) {
        let whole = memrchr(b'\n', &self.rest).map_or(0, |end| end + 1);
        self.rest.truncate(whole);
        self.error = Some(error);
        self.has_ended = true;
    }

    /// Returns the length of the whole records of one piece, and the number of their lines.
    ///
    /// What is behind them stays, and is in the next piece.
    fn whole_records(&self) -> (usize, u64) {
        match self.line_breaks {
            LineBreaks::Never => self.whole_lines(),
            LineBreaks::InQuotes => {
                let (mut end, mut lines) = (0, 0);
                while lines < Self::MOST_LINES
                    && let Some(rest) = self.rest.get(end..)
                    && let Some(record) = first_record(rest, self.line + lines + 1)
                {
                    end += record.0;
                    lines += record.1;
                }
                (end, lines)
            }
        }
    }

    fn whole_lines(&self) -> (usize, u64) {
        let whole = memrchr(b'\n', &self.rest).map_or(0, |end| end + 1);
        let breaks = || memchr_iter(b'\n', self.rest.get(..whole).unwrap_or_default());
        let lines = breaks().count() as u64;
        if lines <= Self::MOST_LINES {
            return (whole, lines);
        }
        let last = breaks().zip(1..).find(|(_, lines)| *lines == Self::MOST_LINES);
        last.map_or((whole, lines), |(end, lines)| (end + 1, lines))
    }

    /// Adds the end of the file, which may be no whole record, unless the piece is full.
    fn with_the_end(&self, (whole, lines): (usize, u64)) -> (usize, u64) {
        if lines >= Self::MOST_LINES {
            return (whole, lines);
        }
        let end = self.rest.get(whole..).unwrap_or_default();
        // The last line of a file may have no line break.
        let last = u64::from(end.last().is_some_and(|byte| *byte != b'\n'));
        (self.rest.len(), lines + memchr_iter(b'\n', end).count() as u64 + last)
    }
}

impl Read for Piece {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Piece {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self.bytes.get(self.at..).filter(|rest| !rest.is_empty()) {
            Some(rest) => Ok(rest),
            None => self.error.take().map_or(Ok(&[]), Err),
        }
    }

    fn consume(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.bytes.len());
    }
}
