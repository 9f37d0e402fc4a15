//! The manifest of a job: read, checked and written.

mod check;
mod columns;
mod fields;
mod reader;
mod row;
mod writer;

pub use self::check::Check;
pub use self::fields::{Field, Fields, Format, GeneratedFormat, InvalidFields};
pub use self::reader::Reader;
pub use self::row::Row;
pub use self::writer::Writer;
pub use crate::batch::row_error::{Consequence, RowError, RowErrorKind};
