//! Files that may be compressed, and those that a document names.
//!
//! An inventory or a completion report is a document and many data files. In the bucket they are
//! found by their keys; after a download they lie in folders that resemble the keys. [`beside`]
//! finds them there, and never outside of the folders around the document.
//!
//! Content is recognised by its bytes and never by its name: downloads have lost endings, and a
//! file may be called `.csv` and be compressed.
//!
//! ```text
//! Input ─ open ─▶ Bytes, measured or not ─▶ a buffer ─▶ Content ─▶ lines, rows or a document
//!                 the stored bytes                      decompressed where it is gzip
//! ```
//!
//! `inventory` and the commands of `batch` read through this file. The rows are parsed by `batch`
//! of the library, and spread over cores by `rows`.

use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use s3_replication::ObjectVersion;
use s3_replication::batch::checksum::{self, Md5Checksum};

use crate::cli::Failure;
#[cfg(feature = "parquet")]
use crate::cli::columnar::Columnar;
use crate::cli::counts::grouped;
use crate::cli::input::Input;
use crate::cli::progress::BytesRead;

/// The bytes of a file as it is stored.
///
/// Checksums are of the stored bytes, compressed or not.
pub(super) enum Bytes {
    /// Bytes whose checksum is not wanted.
    Unmeasured(Box<dyn Read + Send>),
    /// Bytes whose checksum is computed while they are read, so that no file is read twice.
    Measured(checksum::Reader<Box<dyn Read + Send>>),
}

/// A buffer over the stored bytes, so that the beginning can be looked at and read again.
type Stored = BufReader<Bytes>;

/// The content of a file, decompressed where it is compressed.
pub(super) enum Content {
    /// The content as it is stored.
    Plain(Stored),
    /// The content that is decompressed while it is read. It has a buffer of its own, and a box,
    /// since a decoder is large.
    Gzip(Box<BufReader<MultiGzDecoder<Stored>>>),
    /// A data file in Parquet or ORC, as CSV.
    #[cfg(feature = "parquet")]
    Columnar(Box<Columnar>),
}

impl Content {
    /// Opens a file whose stored bytes need no checksum.
    pub(super) fn open(input: &Input) -> Result<Self, Failure> {
        Self::of(Bytes::Unmeasured(input.open()?), input)
    }

    /// Opens a file with a known checksum, which [`measured`](Self::measured) returns at the end.
    pub(super) fn open_measured(input: &Input) -> Result<Self, Failure> {
        Self::of(Bytes::Measured(checksum::Reader::new(input.open()?)), input)
    }

    /// Opens a file with a known checksum, and counts its bytes for the progress.
    ///
    /// The bytes are counted as they are stored, because the document states their sizes so.
    pub(super) fn open_counted(input: &Input, bytes: &BytesRead) -> Result<Self, Failure> {
        let counted = bytes.counting(input.open()?);
        Self::of(Bytes::Measured(checksum::Reader::new(counted)), input)
    }

    /// Recognises gzip by its first bytes, whatever the name of the file.
    ///
    /// An empty file has no rows and is plain. An empty standard input is refused, unless it is
    /// typed.
    fn of(bytes: Bytes, input: &Input) -> Result<Self, Failure> {
        const BUFFER: usize = 128 * 1024;
        const GZIP: [u8; 2] = [0x1F, 0x8B];
        let mut stored = BufReader::with_capacity(BUFFER, bytes);
        // The bytes stay in the buffer, and are read again.
        let beginning = stored.fill_buf().map_err(|error| input.unread(&error))?;
        // The command before the pipe has probably failed, and an empty list would hide that.
        if beginning.is_empty() && *input == Input::Stdin && !input.is_typed() {
            return Err(Input::nothing("input"));
        }
        Ok(if beginning.starts_with(&GZIP) {
            // S3 writes large files as several gzip members. A decoder of one member would end
            // silently after the first.
            let decoder = MultiGzDecoder::new(stored);
            Self::Gzip(Box::new(BufReader::with_capacity(BUFFER, decoder)))
        } else {
            Self::Plain(stored)
        })
    }

    /// Returns true for a JSON document; lists begin otherwise. The beginning is looked at and not
    /// consumed.
    pub(super) fn is_document(&mut self) -> io::Result<bool> {
        Ok(self.fill_buf()?.trim_ascii_start().starts_with(b"{"))
    }

    /// Returns true for content that is decompressed. S3 takes no compressed manifest of a job,
    /// which the commands about jobs report.
    pub(super) const fn is_compressed(&self) -> bool {
        matches!(self, Self::Gzip(_))
    }

    /// Returns the format of content that is no text in UTF-8, if its beginning shows it; `None`
    /// for text, and for everything that is not in the list.
    ///
    /// It is for messages: rows of another format would each be an error that means nothing.
    pub(super) fn other_format(&mut self) -> io::Result<Option<&'static str>> {
        const FORMATS: &[(&[u8], &str)] = &[
            (b"\xFF\xFE", "text in UTF-16"),
            (b"\xFE\xFF", "text in UTF-16"),
            (b"<", "XML or HTML"),
            (b"PAR1", "Apache Parquet"),
            (b"ORC", "Apache ORC"),
            (b"PK\x03\x04", "a ZIP archive"),
            (b"BZh", "compressed with bzip2"),
            (b"\x28\xB5\x2F\xFD", "compressed with Zstandard"),
        ];
        let beginning = self.fill_buf()?;
        if is_utf_16(beginning) {
            return Ok(Some("text in UTF-16"));
        }
        let found = FORMATS.iter().find(|(magic, _)| beginning.starts_with(magic));
        // A bucket may have a name that begins like a format. Rows have commas and no control
        // characters, of which the numbers behind the mark of a format have many.
        let line = beginning.get(..64).unwrap_or(beginning);
        let is_control = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
        let is_row =
            |magic: &[u8]| magic.is_ascii() && line.contains(&b',') && !line.iter().any(is_control);
        Ok(found.filter(|(magic, _)| !is_row(magic)).map(|(_, format)| *format))
    }

    /// Reads the content to its end, and returns its checksum, decompressed.
    ///
    /// The manifest of a job has this checksum in its bucket, where it is not compressed.
    pub(super) fn checksum(self) -> io::Result<Md5Checksum> {
        Ok(checksum::Reader::new(self).finish()?.0)
    }

    /// Reads a document, and refuses one above the limit.
    pub(super) fn read_document(self, input: &Input) -> Result<Vec<u8>, Failure> {
        // An inventory of billions of objects names some ten thousand files.
        const LIMIT: usize = 64 * 1024 * 1024;
        let mut bytes = Vec::new();
        // The limit is that of the decompressed bytes: a small file may decompress to any size. One
        // byte more shows that there is more.
        let read = self.take(LIMIT as u64 + 1).read_to_end(&mut bytes);
        match read.map_err(|error| input.unread(&error))? {
            read if read > LIMIT => {
                let limit = grouped(LIMIT as u64);
                Err(Failure::Message(format!("`{input}` has more than {limit} bytes")))
            }
            _ => Ok(bytes),
        }
    }

    /// Reads what is left, and returns the checksum and the size of the file as it is stored;
    /// `None` when they were not [measured](Self::open_measured), or it cannot be read.
    ///
    /// The checksum is about all bytes of the file, also those that no row needed, such as the end of
    /// the gzip stream.
    pub(super) fn measured(self) -> Option<(Md5Checksum, u64)> {
        // The decoder is dropped, and what it has not read is read below.
        let stored = match self {
            Self::Plain(stored) => stored,
            Self::Gzip(decoder) => decoder.into_inner().into_inner(),
            #[cfg(feature = "parquet")]
            Self::Columnar(columnar) => return Some(columnar.measured()),
        };
        match stored.into_inner() {
            Bytes::Unmeasured(_) => None,
            Bytes::Measured(reader) => reader.finish().ok(),
        }
    }
}

/// Returns true for ASCII characters in UTF-16 without a byte-order mark: every other byte is zero.
///
/// Excel saves such files, in which every comma is followed by a zero byte. Either order of the
/// bytes counts. One pair alone is not enough: too many files begin like that.
fn is_utf_16(beginning: &[u8]) -> bool {
    let pairs: Vec<_> = beginning.chunks_exact(2).take(16).collect();
    let all = |zero: usize, other: usize| {
        let is_ascii = |pair: &&[u8]| {
            pair.get(zero) == Some(&0)
                && pair.get(other).is_some_and(|byte| (1..128).contains(byte))
        };
        pairs.len() > 1 && pairs.iter().all(is_ascii)
    };
    all(1, 0) || all(0, 1)
}

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Unmeasured(reader) => reader.read(buffer),
            Self::Measured(reader) => reader.read(buffer),
        }
    }
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stored) => stored.read(buffer),
            Self::Gzip(decoder) => decoder.read(buffer),
            #[cfg(feature = "parquet")]
            Self::Columnar(columnar) => columnar.read(buffer),
        }
    }
}

impl BufRead for Content {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self {
            Self::Plain(stored) => stored.fill_buf(),
            Self::Gzip(decoder) => decoder.fill_buf(),
            #[cfg(feature = "parquet")]
            Self::Columnar(columnar) => columnar.fill_buf(),
        }
    }

    fn consume(&mut self, count: usize) {
        match self {
            Self::Plain(stored) => stored.consume(count),
            Self::Gzip(decoder) => decoder.consume(count),
            #[cfg(feature = "parquet")]
            Self::Columnar(columnar) => columnar.consume(count),
        }
    }
}

/// Compares a document with the file beside it in which S3 writes its checksum, if that is there,
/// and returns how they differ.
///
/// A document without such a file is accepted: downloads often leave it out. One from the standard
/// input has no folder, and is accepted, too. A file that is there and holds no checksum is a
/// difference.
pub(super) fn unlike_checksum(document: &Input, bytes: &[u8], name: &str) -> Option<String> {
    // A checksum is 32 characters. What is longer is another file.
    const LIMIT: usize = 1024;
    let Input::File(path) = document else { return None };
    let path = path.with_file_name(name);
    let text = path.is_file().then(|| Input::File(path.clone()).read(LIMIT).ok()).flatten()?;
    let (path, found) = (Input::File(path), Md5Checksum::of(bytes));
    match String::from_utf8_lossy(&text).parse::<Md5Checksum>() {
        Ok(expected) if expected == found => None,
        Ok(expected) => {
            Some(format!("`{document}` has the checksum {found}, and `{path}` contains {expected}"))
        }
        Err(error) => Some(format!("`{path}` holds no checksum of `{document}`: {error}")),
    }
}

/// Finds the file with a key that a document names: in the folder of the document or a folder
/// around it, below as many of the folders of the key as there are.
///
/// For the document `/data/inv/2026/manifest.json` and the key `inv/data/1.csv.gz`, these are tried
/// first: the whole key in `/data/inv/2026`, then `data/1.csv.gz` and `1.csv.gz` there, then the
/// same in `/data/inv`, but for the name alone.
///
/// # Errors
///
/// When there is no such file, or the key has parts that could lead elsewhere. The message is the
/// same for both.
pub(super) fn beside(document: &Input, key: &str) -> Result<Input, Failure> {
    const FOLDERS_AROUND: usize = 6;
    const LONGEST_KEY: usize = ObjectVersion::KEY_LIMIT;
    let folder = match document {
        Input::Stdin => Path::new(""),
        Input::File(path) => path.parent().unwrap_or(Path::new("")),
    };
    let names: Vec<&str> = key.split('/').collect();
    // A document can come from anywhere. A key such as `../../etc/passwd` must not name a file
    // here.
    let is_plain = |name: &&str| !matches!(*name, "" | "." | "..") && !name.contains(['\\', '\0']);
    // Absolute, since a relative folder such as the empty one has no folders around it.
    let around = std::path::absolute(folder.join(".")).unwrap_or_else(|_| folder.to_path_buf());
    if key.len() <= LONGEST_KEY && names.iter().all(is_plain) {
        for (distance, folder) in around.ancestors().take(FOLDERS_AROUND).enumerate() {
            // Farther away a name alone may be that of another file.
            let fewest = if distance == 0 { 1 } else { 2 };
            for start in 0..=names.len().saturating_sub(fewest) {
                let path: PathBuf = names
                    .iter()
                    .skip(start)
                    .fold(folder.into(), |path: PathBuf, name| path.join(name));
                if names.len() - start >= fewest && path.is_file() {
                    return Ok(Input::File(path));
                }
            }
        }
    }
    Err(Failure::Message(format!(
        "`{document}` names `{}`, which is neither in its folder nor in one around it",
        key.chars().take(LONGEST_KEY).collect::<String>()
    )))
}
