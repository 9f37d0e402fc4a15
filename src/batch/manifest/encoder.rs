//! The text of rows, as S3 writes it.
//!
//! ```text
//! Plain        photos,Tax/doc%201.pdf,v1         quotes only where a version ID needs them
//! Inventory    "photos","Tax/doc%201.pdf","v1"   every field in quotes
//! ```
//!
//! What is written reads back equal, or is refused. `writer.rs` adds the checksum, and `csv.rs` the
//! quotes.

use std::io;

use crate::batch::csv::{quote, quote_if_needed};
use crate::batch::encoding;
use crate::batch::inventory;
use crate::batch::manifest::{Field, Fields, RowRef};
use crate::model::ObjectVersion;

/// Turns rows into the text of a manifest, in memory of the caller.
///
/// A [`Writer`] passes the text on to a writer and computes its checksum. Threads that each make a
/// part of a manifest use an encoder.
///
/// [`Writer`]: crate::batch::manifest::Writer
///
/// # Examples
///
/// ```
/// use s3_replication::batch::manifest;
///
/// let fields: manifest::Fields = "Bucket,Key,VersionId".parse()?;
/// let mut rows = manifest::Reader::new(&b"photos,a+b,v1\n"[..], &fields);
/// let mut text = Vec::new();
/// manifest::Encoder::new(&fields).encode(rows.next_ref().unwrap()?, &mut text)?;
/// assert_eq!(text, b"photos,a%20b,v1\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Encoder {
    columns: Columns,
}

#[derive(Clone, Debug)]
enum Columns {
    Plain(Fields),
    Inventory(inventory::Schema),
}

impl Encoder {
    /// Creates an encoder of `S3BatchOperations_CSV_20180820` manifests.
    #[must_use]
    pub fn new(fields: &Fields) -> Self {
        Self { columns: Columns::Plain(fields.clone()) }
    }

    /// Creates an encoder of data files of inventories or of generated manifests, with every field in
    /// quotes (REP-953).
    #[must_use]
    pub fn inventory(schema: &inventory::Schema) -> Self {
        Self { columns: Columns::Inventory(schema.clone()) }
    }

    /// Appends a row and a line break.
    ///
    /// # Errors
    ///
    /// `InvalidInput` for a row that could not be read back unchanged: one with a line break in the
    /// version ID or a fact (REP-940); with a key that is empty, not UTF-8 or longer than 1,024 bytes
    /// (REP-945); without a version ID where there is a column for it (REP-947), or with one where
    /// there is none. Nothing is appended then.
    pub fn encode<'r>(&self, row: impl Into<RowRef<'r>>, out: &mut Vec<u8>) -> io::Result<()> {
        let (row, start) = (row.into(), out.len());
        self.check(row).map_err(unwritable)?;
        match &self.columns {
            Columns::Plain(fields) => {
                for field in fields.as_slice() {
                    plain_field(*field, row, out);
                    out.push(b',');
                }
            }
            Columns::Inventory(schema) => {
                for field in schema.as_slice() {
                    inventory_field(field, row, out);
                    out.push(b',');
                }
            }
        }
        out.pop();
        if out.get(start..).is_some_and(|line| line.contains(&b'\n')) {
            out.truncate(start);
            return Err(unwritable("a field of a manifest cannot contain a line break"));
        }
        out.push(b'\n');
        Ok(())
    }

    // The mistakes that the texts of fields do not show: they would give a line that reads as
    // another row.
    fn check(&self, row: RowRef<'_>) -> Result<(), &'static str> {
        let has_version_ids = match &self.columns {
            Columns::Plain(fields) => fields.has_version_ids(),
            Columns::Inventory(schema) => schema.has_version_ids(),
        };
        match (has_version_ids, row.version_id) {
            (true, None) => {
                return Err("the row has no version ID; write `null` for the null version");
            }
            (false, Some(_)) => return Err("the manifest has no column for the version ID"),
            _ => {}
        }
        match row.key.len() {
            0 => Err("the key is empty"),
            1..=ObjectVersion::KEY_LIMIT if str::from_utf8(row.key).is_err() => {
                Err("the key is not UTF-8")
            }
            1..=ObjectVersion::KEY_LIMIT => Ok(()),
            _ => Err("the key has more than 1,024 bytes"),
        }
    }
}

fn unwritable(message: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, message)
}

fn plain_field(field: Field, row: RowRef<'_>, line: &mut Vec<u8>) {
    match field {
        Field::Bucket => line.extend(row.bucket.as_str().bytes()),
        Field::Key => encoding::encode_key(row.key, line),
        Field::VersionId => quote_if_needed(row.version_id.unwrap_or_default().as_bytes(), line),
        // The column stays, and is empty.
        Field::Ignore => {}
    }
}

fn inventory_field(field: &inventory::Field, row: RowRef<'_>, line: &mut Vec<u8>) {
    match *field {
        inventory::Field::BUCKET => quote(row.bucket.as_str().as_bytes(), line),
        inventory::Field::KEY => {
            line.push(b'"');
            encoding::encode_key(row.key, line);
            line.push(b'"');
        }
        inventory::Field::VERSION_ID => quote(row.version_id.unwrap_or_default().as_bytes(), line),
        ref field => {
            let text = row.facts.and_then(|facts| facts.text(field));
            quote(text.unwrap_or_default().as_bytes(), line);
        }
    }
}
