use std::io::{self, BufRead, Read as _};

use memchr::memchr;

use crate::batch::csv::scanner::Scanner;
use crate::batch::fault::RowProblem;

/// May a field in quotes hold line breaks?
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::batch) enum LineBreaks {
    /// No: a record is a line.
    Never,
    /// Yes.
    InQuotes,
}

/// Reads records, one at a time.
#[derive(Debug)]
pub(in crate::batch) struct Records<R> {
    reader: R,
    line_breaks: LineBreaks,
    /// How many lines were read.
    line: u64,
    buffer: Vec<u8>,
    scanner: Scanner,
    ends_with_space: bool,
    has_ended: bool,
}

/// The fields of one record.
#[derive(Clone, Copy, Debug)]
pub(in crate::batch) struct Record<'b> {
    text: &'b str,
    ends: &'b [usize],
    /// Whether a space ends the record, outside of quotes.
    pub(in crate::batch) ends_with_space: bool,
}

impl<'b> Record<'b> {
    pub(in crate::batch) const fn len(self) -> usize {
        self.ends.len()
    }

    /// Returns a field; an empty text when there are not as many.
    pub(in crate::batch) fn field(self, at: usize) -> &'b str {
        let before = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let range = before.zip(self.ends.get(at).copied()).map(|(start, end)| start..end);
        range.and_then(|range| self.text.get(range)).unwrap_or_default()
    }
}

impl<R: BufRead> Records<R> {
    /// The most bytes of a record, quotes and line breaks included. A key has at most 1,024, a
    /// grant list not many thousands; whatever is longer is no record of S3's.
    pub(in crate::batch) const LIMIT: usize = 1024 * 1024;

    pub(in crate::batch) fn new(reader: R, line_breaks: LineBreaks) -> Self {
        let (buffer, scanner) = (Vec::new(), Scanner::default());
        let (ends_with_space, has_ended) = (false, false);
        Self { reader, line_breaks, line: 0, buffer, scanner, ends_with_space, has_ended }
    }

    pub(in crate::batch) fn into_inner(self) -> R {
        self.reader
    }

    /// Returns the next record and the number of the line it begins on; `None` at the end.
    pub(in crate::batch) fn next(&mut self) -> Option<(u64, Result<Record<'_>, RowProblem>)> {
        let start = self.line + 1;
        match self.read() {
            Ok(true) => Some((start, Ok(self.record()))),
            Ok(false) => None,
            Err(problem) => Some((start, Err(problem))),
        }
    }

    fn record(&self) -> Record<'_> {
        let Scanner { text, ends, .. } = &self.scanner;
        Record { text, ends, ends_with_space: self.ends_with_space }
    }

    /// Reads the lines of a record; says false when there is none.
    fn read(&mut self) -> Result<bool, RowProblem> {
        self.scanner.clear();
        if self.line_breaks == LineBreaks::Never
            && let Some(taken) = self.take_line_at_once()
        {
            return taken.and_then(|()| self.end_record());
        }
        let mut size = 0;
        loop {
            let (line, line_break) = match self.read_line(Self::LIMIT - size)? {
                Some(read) => read,
                None if size > 0 => return Err(RowProblem::UnclosedQuote),
                None => return Ok(false),
            };
            let bytes = self.buffer.get(..line).unwrap_or_default();
            self.scanner.take(checked(bytes, self.line, size == 0)?);
            if !self.scanner.is_open() {
                break;
            }
            size += line + line_break;
            if self.line_breaks == LineBreaks::Never || line_break == 0 || size >= Self::LIMIT {
                return Err(RowProblem::UnclosedQuote);
            }
            self.scanner.take(if line_break == 1 { "\n" } else { "\r\n" });
        }
        self.end_record()
    }

    fn end_record(&mut self) -> Result<bool, RowProblem> {
        self.ends_with_space = self.scanner.ends_with_space();
        self.scanner.end_field();
        match self.scanner.text_after_quote {
            Some(column) => Err(RowProblem::TextAfterQuote { column }),
            None => Ok(true),
        }
    }

    /// Takes a line that the reader has at hand, without a copy of it. `None` when it has not the
    /// whole of it.
    fn take_line_at_once(&mut self) -> Option<Result<(), RowProblem>> {
        let Self { reader, scanner, line, has_ended, .. } = self;
        if *has_ended {
            return None;
        }
        let available = match reader.fill_buf() {
            Ok(available) => available,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return None,
            Err(error) => {
                *has_ended = true;
                return Some(Err(RowProblem::Unreadable { error: error.to_string().into() }));
            }
        };
        let end = memchr(b'\n', available).filter(|end| *end < Self::LIMIT)?;
        let content = available.get(..end).unwrap_or_default();
        *line += 1;
        let text = checked(content.strip_suffix(b"\r").unwrap_or(content), *line, true);
        let taken = text.and_then(|text| {
            scanner.take(text);
            if scanner.is_open() { Err(RowProblem::UnclosedQuote) } else { Ok(()) }
        });
        reader.consume(end + 1);
        Some(taken)
    }

    /// Reads a line, and returns the lengths of its content and of its line break.
    fn read_line(&mut self, limit: usize) -> Result<Option<(usize, usize)>, RowProblem> {
        self.buffer.clear();
        if self.has_ended {
            return Ok(None);
        }
        let whole = self.read_whole_line(limit).map_err(|error| {
            self.has_ended = true;
            RowProblem::Unreadable { error: error.to_string().into() }
        })?;
        if self.buffer.is_empty() {
            return Ok(None);
        }
        self.line += 1;
        if !whole {
            return Err(RowProblem::TooLong { limit: Self::LIMIT });
        }
        let content = self.buffer.strip_suffix(b"\n").unwrap_or(&self.buffer);
        let content = content.strip_suffix(b"\r").unwrap_or(content).len();
        Ok(Some((content, self.buffer.len() - content)))
    }

    /// Says false for a line that is longer than the limit, and skips the rest of it.
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

/// Returns the text of a line, before it is cut into fields, or says what is wrong with its bytes.
fn checked(bytes: &[u8], line: u64, is_first_of_record: bool) -> Result<&str, RowProblem> {
    const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
    if line == 1 && bytes.starts_with(BYTE_ORDER_MARK) {
        return Err(RowProblem::ByteOrderMark);
    }
    if is_first_of_record && bytes.is_empty() {
        return Err(RowProblem::EmptyLine);
    }
    str::from_utf8(bytes).map_err(|error| RowProblem::NotUtf8 { byte: error.valid_up_to() + 1 })
}
