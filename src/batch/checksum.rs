//! MD5 checksums of the files of inventories and completion reports.

use std::fmt;
use std::io::{self, BufRead, Read, Write};
use std::str::FromStr;

use md5::{Digest as _, Md5};

/// An MD5 checksum of 32 hexadecimal digits, as S3 writes it beside inventories and completion
/// reports (REP-954).
///
/// # Examples
///
/// ```
/// use s3_replication::batch::checksum::Md5Checksum;
///
/// let checksum = Md5Checksum::of(b"hello world");
/// assert_eq!(checksum.to_string(), "5eb63bbbe01eeed093cb22bb8f5acdc3");
/// assert_eq!("5EB63BBBE01EEED093CB22BB8F5ACDC3\n".parse(), Ok(checksum));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Md5Checksum([u8; 16]);

impl Md5Checksum {
    /// Computes the checksum of bytes in memory.
    #[must_use]
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        Self(Md5::digest(bytes).into())
    }
}

impl FromStr for Md5Checksum {
    type Err = InvalidChecksum;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.trim_ascii();
        let mut bytes = [0; 16];
        let is_hexadecimal = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        for (at, byte) in bytes.iter_mut().enumerate() {
            let pair = digits.get(2 * at..2 * at + 2).filter(|_| is_hexadecimal);
            let value = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok());
            *byte = value.ok_or(InvalidChecksum)?;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Md5Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

text_serde!(Md5Checksum, "32 hexadecimal digits", |word| word.parse::<Md5Checksum>());

/// The error returned when a text is not a [`Md5Checksum`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("an MD5 checksum is 32 hexadecimal digits")]
#[non_exhaustive]
pub struct InvalidChecksum;

/// A reader that computes the checksum of the bytes that are read through it.
///
/// S3 computes checksums of files as they are stored, so put this reader below a decompressor.
///
/// # Examples
///
/// ```
/// use std::io::Read;
/// use s3_replication::batch::checksum::{self, Md5Checksum};
///
/// let mut file = checksum::Reader::new(&b"hello world"[..]);
/// let mut first = [0; 5];
/// file.read_exact(&mut first)?;
/// // The rest of the file counts as well.
/// assert_eq!(file.finish()?, (Md5Checksum::of("hello world"), 11));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Reader<R> {
    reader: R,
    meter: Meter,
}

impl<R: Read> Reader<R> {
    /// Wraps a reader.
    pub fn new(reader: R) -> Self {
        Self { reader, meter: Meter::default() }
    }

    /// Reads the rest, and returns the checksum and the number of bytes.
    ///
    /// # Errors
    ///
    /// The error of the reader.
    pub fn finish(mut self) -> io::Result<(Md5Checksum, u64)> {
        io::copy(&mut self.reader, &mut self.meter)?;
        Ok(self.meter.finish())
    }
}

impl<R: Read> Read for Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.meter.add(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Reader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        // The bytes are in the buffer, so `fill_buf` returns them without reading.
        if count > 0
            && let Ok(buffer) = self.reader.fill_buf()
        {
            self.meter.add(buffer.get(..count).unwrap_or(buffer));
        }
        self.reader.consume(count);
    }
}

/// A writer that computes the checksum of the bytes that are written through it.
#[derive(Debug)]
pub struct Writer<W> {
    writer: W,
    meter: Meter,
}

impl<W: Write> Writer<W> {
    /// Wraps a writer.
    pub fn new(writer: W) -> Self {
        Self { writer, meter: Meter::default() }
    }

    /// Flushes, and returns the writer, the checksum and the number of bytes.
    ///
    /// # Errors
    ///
    /// The error of the writer.
    pub fn finish(mut self) -> io::Result<(W, Md5Checksum, u64)> {
        self.writer.flush()?;
        let (checksum, size) = self.meter.finish();
        Ok((self.writer, checksum, size))
    }
}

impl<W: Write> Write for Writer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.writer.write(bytes)?;
        self.meter.add(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

#[derive(Clone, Debug, Default)]
struct Meter {
    digest: Md5,
    size: u64,
}

impl Meter {
    fn add(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
        self.size += bytes.len() as u64;
    }

    fn finish(self) -> (Md5Checksum, u64) {
        (Md5Checksum(self.digest.finalize().into()), self.size)
    }
}

impl Write for Meter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.add(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
