//! The manifest of a job: read, checked and written.
//!
//! ```text
//! photos,Tax/doc%201.pdf,v1        S3BatchOperations_CSV_20180820: Bucket, Key, VersionId
//! "photos","cat.jpg","v2","0"      a data file of an inventory, all fields in quotes
//! ```
//!
//! [`Reader`] turns text into rows, and [`Writer`] turns rows into text. [`Pieces`] and [`Encoder`]
//! are the same for several threads. [`Check`] finds what a job would stumble over, such as
//! repeated rows.

// Lines are split in `batch/csv.rs`, and keys are decoded in `batch/encoding.rs`.
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
