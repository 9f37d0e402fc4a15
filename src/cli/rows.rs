//! The rows of manifests and inventories, cut into pieces and read on every core.
//!
//! A manifest is cut at line breaks, which one thread does quickly.
//! Parsing the rows takes most of the time, and happens on all cores.

use s3_replication::batch::manifest::{self, Piece, Reader, Row, RowError};

use crate::cli::Failure;
use crate::cli::cores::{self, Part, Work};
use crate::cli::files::Content;

/// The rows of a file.
pub(super) type Rows = Reader<Content>;

/// A row, or the error in it, with the line that it begins on.
pub(super) type RowOfFile = (u64, Result<Row, RowError>);

/// The end of a file: what is wrong with the file as a whole, or the reason why it cannot be opened.
///
/// ```text
/// Ok(None)       there is nothing to report beside the errors of its rows
/// Ok(Some(…))    a sentence, such as that the checksum or the size differs
/// Err(…)         it was not opened, so it has no rows
/// ```
pub(super) type FileEnd = Result<Option<String>, Failure>;

/// The work on the pieces of some files.
pub(super) struct Pieces<'f, F, O, A, C> {
    pub(super) files: &'f [F],
    /// Opens a file, and sets the readings of its rows.
    pub(super) open: O,
    /// Works on the rows of a piece.
    pub(super) answer: A,
    /// Returns the mistake in a file whose rows were read, if there is one.
    pub(super) close: C,
}

impl<F, O, A, C, T> Work for Pieces<'_, F, O, A, C>
where
    F: Sync,
    O: Fn(&F) -> Result<Rows, Failure> + Sync,
    A: Fn(Reader<Piece>) -> T + Sync,
    C: Fn(&F, Content) -> Option<String> + Sync,
    T: Send,
{
    type Pieces = manifest::Pieces<Content>;
    type Answer = T;
    type End = FileEnd;

    fn open(&self, file: usize) -> Result<Self::Pieces, FileEnd> {
        let file = self.files.get(file).ok_or(Ok(None))?;
        (self.open)(file).map(|rows| rows.into_pieces(PIECE)).map_err(Err)
    }

    fn answer(&self, piece: Reader<Piece>) -> T {
        (self.answer)(piece)
    }

    fn close(&self, file: usize, pieces: Self::Pieces) -> FileEnd {
        Ok(self.files.get(file).and_then(|file| (self.close)(file, pieces.into_inner())))
    }
}

/// The size of a piece in bytes: some thousand rows.
///
/// Larger pieces would leave cores idle at the end of a file, and smaller ones would spend the time
/// on handing them over.
pub(super) const PIECE: usize = 512 * 1024;

/// Passes each row of a piece to `take`.
///
/// Other threads have read, decompressed and cut the piece meanwhile. They do not make its rows:
/// memory that one thread takes for each row and another gives back costs more than is gained.
pub(super) fn each(
    mut rows: Reader<Piece>,
    mut take: impl FnMut(RowOfFile) -> Result<(), Failure>,
) -> Result<(), Failure> {
    while let Some(row) = rows.next() {
        take((rows.line(), row))?;
    }
    Ok(())
}

/// Passes each row of one file to `take`, in order.
///
/// A single file uses the same way as many.
pub(super) fn each_of_file(
    rows: Rows,
    mut take: impl FnMut(RowOfFile) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let opened = cores::opened(rows);
    let open = |(): &()| opened();
    let (answer, close) = (|piece| piece, |(): &(), _| None);
    cores::in_order(1, &Pieces { files: &[()], open, answer, close }, |_, part| match part {
        Part::Answer(piece) => each(piece, &mut take),
        Part::End(end) => end.map(drop),
    })
}
