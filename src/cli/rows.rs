//! The rows of manifests and inventories, cut into pieces and read on every core.

use std::sync::{Mutex, PoisonError};

use s3_replication::batch::manifest::{self, Piece, Reader, Row, RowError};

use crate::cli::Failure;
use crate::cli::cores::{self, Part, Work};
use crate::cli::files::Content;

/// The rows of a file.
pub(super) type Rows = Reader<Content>;

/// A row, or the error in it, with the line that it begins on.
pub(super) type RowOfFile = (u64, Result<Row, Box<RowError>>);

/// The end of a file: what is wrong with the file as a whole, or the reason why it cannot be opened.
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
const PIECE: usize = 512 * 1024;

/// Returns the rows of a piece.
pub(super) fn of_piece(mut rows: Reader<Piece>) -> Vec<RowOfFile> {
    let mut all = Vec::new();
    while let Some(row) = rows.next() {
        all.push((rows.line(), row.map_err(Box::new)));
    }
    all
}

/// Reads the rows of one file, cut on every core; `take` gets each row in order.
pub(super) fn each_of_file(
    rows: Rows,
    mut take: impl FnMut(u64, Result<Row, Box<RowError>>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let rows = Mutex::new(Some(rows));
    let open = |(): &()| {
        let rows = rows.lock().unwrap_or_else(PoisonError::into_inner).take();
        rows.ok_or(Failure::ClosedPipe)
    };
    let work = Pieces { files: &[()], open, answer: of_piece, close: |(): &(), _| None };
    cores::in_order(1, &work, |_, part| match part {
        Part::Answer(rows) => rows.into_iter().try_for_each(|(line, row)| take(line, row)),
        Part::End(end) => end.map(drop),
    })
}
