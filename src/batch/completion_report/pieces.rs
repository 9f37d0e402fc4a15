use std::io::BufRead;
use std::iter::FusedIterator;
use std::sync::Arc;

use crate::batch::completion_report::Reader;
use crate::batch::csv::Cutter;
pub use crate::batch::csv::Piece;

/// The rows of one part of a completion report in pieces, each of which can be read on a thread of
/// its own.
///
/// [`Reader::into_pieces`] creates it. The rows of all pieces, in order, are the rows of the part, and
/// their errors name the same lines. A row with line breaks in its message is in one piece.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::completion_report::{Reader, Summary};
///
/// let part = b"src,a,v1,succeeded,200,,success\nsrc,b,v1,failed,403,AccessDenied,\"no,\nnever\"\n";
/// let mut summary = Summary::new();
/// for mut piece in Reader::new(&part[..]).into_pieces(20) {
///     // On a thread of its own, if the part is large.
///     let mut counts = Summary::new();
///     while let Some(counted) = counts.add_next(&mut piece) {
///         counted?;
///     }
///     summary.append(counts);
/// }
/// assert_eq!((summary.succeeded(), summary.failed()), (1, 1));
/// # Ok::<(), s3_replication::batch::manifest::RowError>(())
/// ```
#[derive(Debug)]
pub struct Pieces<R> {
    cutter: Cutter<R>,
    file: Arc<str>,
}

impl<R: BufRead> Pieces<R> {
    pub(super) fn new(cutter: Cutter<R>, file: Arc<str>) -> Self {
        Self { cutter, file }
    }

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
        Some(Reader::over(self.cutter.next()?, self.file.clone()))
    }
}

impl<R: BufRead> FusedIterator for Pieces<R> {}
