//! S3 Inventory as a manifest: its document, its columns and their values.
//!
//! [`Manifest`] is the `manifest.json` beside the data files, [`Schema`] names their columns, and
//! [`Facts`] are the values of one row beyond bucket, key and version ID. The rows are read by
//! [`manifest::Reader`](crate::batch::manifest::Reader).

mod document;
mod facts;
mod file_format;
mod schema;

pub use self::document::{ChecksumMismatch, File, InvalidManifest, Manifest};
pub(in crate::batch) use self::facts::Column;
pub use self::facts::Facts;
pub use self::file_format::FileFormat;
pub use self::schema::{Field, InvalidSchema, Schema};
