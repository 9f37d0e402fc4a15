use std::io::BufRead;
use std::iter::FusedIterator;

pub use crate::batch::csv::Piece;

use crate::batch::csv::{Cutter, LineBreaks, Records};
use crate::batch::manifest::Reader;
use crate::batch::manifest::reader::Settings;

/// The rows of a file in pieces, each of which can be read on a thread of its own.
///
/// [`Reader::into_pieces`] creates it. Each piece is a reader over bytes in memory, with the settings
/// of the reader of the whole file. The rows of all pieces, in order, are the rows of the file, and
/// their errors name the same lines.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::manifest;
///
/// let fields: manifest::Fields = "Bucket,Key,VersionId".parse()?;
/// let file = b"photos,a,v1\nphotos,b%2,v1\nphotos,c,v1\nphotos,d,v1\n";
/// let pieces: Vec<_> = manifest::Reader::new(&file[..], &fields).into_pieces(20).collect();
/// let counted = std::thread::scope(|scope| {
///     let count = |rows: manifest::Reader<_>| rows.filter(Result::is_ok).count();
///     let threads: Vec<_> = pieces.into_iter().map(|rows| scope.spawn(move || count(rows))).collect();
///     threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
/// });
/// assert_eq!(counted, 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Pieces<R> {
    cutter: Cutter<R>,
    settings: Settings,
    has_begun: bool,
}

impl<R: BufRead> Reader<R> {
    /// Splits the rows that are left into pieces of about so many bytes.
    ///
    /// A piece has whole rows, so that it may be longer or shorter, and at most some thousands of
    /// them. Only the pieces that the caller keeps are in memory.
    #[must_use]
    pub fn into_pieces(self, size: usize) -> Pieces<R> {
        let Self { records, settings, has_begun, .. } = self;
        Pieces { cutter: Cutter::new(records, size), settings, has_begun }
    }
}

impl<R: BufRead> Pieces<R> {
    /// Returns the inner reader, such as a [`checksum::Reader`] whose checksum is needed.
    ///
    /// [`checksum::Reader`]: crate::batch::checksum::Reader
    pub fn into_inner(self) -> R {
        self.cutter.into_inner()
    }
}

impl<R: BufRead> Iterator for Pieces<R> {
    type Item = Reader<Piece>;

    fn next(&mut self) -> Option<Self::Item> {
        let records = self.cutter.next();
        // The mistakes of a whole manifest are reported before its first row, also where there is none.
        let has_begun = std::mem::replace(&mut self.has_begun, true);
        let records = if has_begun {
            records?
        } else {
            records.unwrap_or_else(|| Records::new(Piece::default(), LineBreaks::Never))
        };
        Some(Reader::over(records, self.settings.clone(), has_begun))
    }
}

impl<R: BufRead> FusedIterator for Pieces<R> {}
