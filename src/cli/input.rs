//! Reading, never more than a bound.
//!
//! A file may be a device, a pipe or hostile. So each reading has a bound: documents have that of
//! their parser, lines one of their own, and what is longer is refused.
//!
//! ```text
//! read(limit)    everything at once, for documents      at most `limit` bytes
//! lines()        line by line, for objects              at most 1 MiB a line, any number of lines
//! open()         in pieces, for data files              the caller has a bound
//! ```
//!
//! All commands take their inputs as [`Input`], so that `-`, folders and errors are the same
//! everywhere. Content that is compressed is read by `files`.

use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal as _, Read};
use std::path::PathBuf;

use crate::cli::Failure;

/// The source of bytes: a file or the standard input.
///
/// `-` reads standard input. A file called `-` is written as `./-`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Input {
    /// The standard input.
    Stdin,
    /// A file by its path.
    File(PathBuf),
}

impl Input {
    /// Returns the name as it was given, for programs; `-` for the standard input. Messages have
    /// the name of [`Display`](fmt::Display).
    pub(super) fn given(&self) -> String {
        match self {
            Self::Stdin => "-".to_owned(),
            Self::File(path) => path.to_string_lossy().into_owned(),
        }
    }

    /// Returns the name without its folder, by whose ending a form may be recognised.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Stdin => self.given(),
            Self::File(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        }
    }

    /// Returns true for the standard input if it is a terminal; false for a file.
    ///
    /// A user who types gets a hint, and may end the input at once: that is not a sign of a command
    /// that failed.
    pub(super) fn is_typed(&self) -> bool {
        *self == Self::Stdin && io::stdin().is_terminal()
    }

    /// Opens it for reading in pieces.
    ///
    /// A folder is refused here: on some systems it can be opened, and the error comes with the
    /// first bytes and means little to a user.
    pub(super) fn open(&self) -> Result<Box<dyn Read + Send>, Failure> {
        Ok(match self {
            Self::Stdin => Box::new(io::stdin()),
            Self::File(path) if path.is_dir() => {
                // The folder of an inventory or of a report is what people complete with the tab
                // key.
                let manifest = path.join("manifest.json");
                let meant = if manifest.is_file() {
                    format!(", such as `{}`", manifest.display())
                } else {
                    String::new()
                };
                return Err(Failure::Message(format!(
                    "`{self}` is a folder; name a file in it{meant}"
                )));
            }
            Self::File(path) => Box::new(File::open(path).map_err(|error| self.unread(&error))?),
        })
    }

    /// Reads everything, up to `limit` bytes.
    ///
    /// The rest of a longer input is left out in silence. So a caller asks for one byte more than
    /// its parser takes, and the parser refuses the document. A standard input with white space
    /// only is refused; an empty file is not, because the parser has a better message for it.
    pub(super) fn read(&self, limit: usize) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let mut reader = self.open()?.take(limit as u64);
        reader.read_to_end(&mut bytes).map_err(|error| self.unread(&error))?;
        if *self == Self::Stdin && bytes.trim_ascii().is_empty() {
            return Err(Self::nothing("input"));
        }
        Ok(bytes)
    }

    /// Returns the failure of a standard input without content, which is what a command that fails
    /// passes to the next one. `what` names what was expected.
    pub(super) fn nothing(what: &str) -> Failure {
        Failure::Message(format!(
            "no {what} read: the standard input is empty; did the command before the pipe fail?"
        ))
    }

    /// Reads line by line, with a bound for each line.
    pub(super) fn lines(&self) -> Result<Lines, Failure> {
        const BUFFER: usize = 128 * 1024;
        let reader = BufReader::with_capacity(BUFFER, self.open()?);
        Ok(Lines { input: self.clone(), reader, line: Vec::new(), number: 0 })
    }

    /// Returns the failure of reading it.
    pub(super) fn unread(&self, error: &io::Error) -> Failure {
        Failure::Message(format!("cannot read `{self}`: {error}"))
    }
}

impl From<OsString> for Input {
    fn from(name: OsString) -> Self {
        if name == "-" { Self::Stdin } else { Self::File(name.into()) }
    }
}

/// The name for messages: `<stdin>`, or the path. Control characters are the matter of the output.
impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("<stdin>"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

/// The lines of an input, each at most [`Lines::LIMIT`] bytes long.
pub(super) struct Lines {
    /// The input, for the name in errors.
    input: Input,
    reader: BufReader<Box<dyn Read + Send>>,
    /// The line that was read last, with its line break. The memory is used again for the next one.
    line: Vec<u8>,
    /// The number of lines that were read so far.
    number: u64,
}

/// One line, without its line break.
pub(super) struct Line<'b> {
    /// Counted from one.
    pub(super) number: u64,
    /// The bytes; `None` when there are too many. The caller reports the line and goes on with the
    /// next.
    pub(super) bytes: Option<&'b [u8]>,
}

impl Lines {
    /// The most bytes of a line, with its line break.
    pub(super) const LIMIT: usize = 1024 * 1024;

    /// Returns the next line; `None` at the end.
    ///
    /// A line feed ends a line, and a carriage return before it belongs to the line break. The last
    /// line needs none.
    pub(super) fn next(&mut self) -> Result<Option<Line<'_>>, Failure> {
        self.line.clear();
        let read = self.read_line().map_err(|error| self.input.unread(&error))?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        let bytes = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let fits = self.line.len() <= Self::LIMIT;
        Ok(Some(Line { number: self.number, bytes: fits.then_some(bytes) }))
    }

    /// Returns true if no whole line is buffered, so that the next one may take long.
    ///
    /// A program at the other end of a pipe may wait for an answer to its last line. Then the
    /// output has to be flushed.
    pub(super) fn may_wait(&self) -> bool {
        !self.reader.buffer().contains(&b'\n')
    }

    /// Reads a line, or the beginning of one that is too long, and skips its rest.
    ///
    /// The reader drops the rest of a line that is too long, so that the next call reads the line
    /// after it.
    fn read_line(&mut self) -> io::Result<usize> {
        // One byte more than a line may have shows that there is more.
        let mut bounded = self.reader.by_ref().take(Self::LIMIT as u64 + 1);
        let read = bounded.read_until(b'\n', &mut self.line)?;
        if read > Self::LIMIT && !self.line.ends_with(b"\n") {
            self.reader.skip_until(b'\n')?;
        }
        Ok(read)
    }
}
