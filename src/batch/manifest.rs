//! The manifest of a job: read, checked and written.

mod check;
mod columns;
mod encoder;
mod fields;
mod pieces;
mod reader;
mod row;
mod row_ref;
mod writer;

pub use self::check::Check;
pub use self::encoder::Encoder;
pub use self::fields::{Field, Fields, Format, GeneratedFormat, InvalidFields};
pub use self::pieces::{Piece, Pieces};
pub use self::reader::Reader;
pub use self::row::Row;
pub use self::row_ref::RowRef;
pub use self::writer::Writer;
pub use crate::batch::encoding::{decode_key, encode_key};
pub use crate::batch::row_error::{Consequence, RowError, RowErrorKind};
