use std::io::{self, Write};

use crate::batch::checksum;
use crate::batch::csv::{quote, quote_if_needed};
use crate::batch::encoding;
use crate::batch::inventory;
use crate::batch::manifest::{Field, Fields, Row};
use crate::model::{ObjectVersion, VersionId};

/// Writes the rows of a manifest.
///
/// Keys are encoded such that a `+` is never ambiguous (REP-943), and the null version is written as
/// `null`. Other facts of an inventory are written if the schema has a column for them.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::manifest;
///
/// let fields: manifest::Fields = "Bucket,Key,VersionId".parse()?;
/// let mut manifest = manifest::Writer::new(Vec::new(), &fields);
/// let mut row = manifest::Row::new("src".parse()?, "a+b c".into());
/// row.version_id = Some("null".parse()?);
/// manifest.write(&row)?;
/// let (text, file) = manifest.finish("list.csv")?;
/// assert_eq!(text, b"src,a%2Bb%20c,null\n");
/// assert_eq!(file.size, 19);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Writer<W> {
    out: checksum::Writer<W>,
    columns: Columns,
    line: Vec<u8>,
}

#[derive(Clone, Debug)]
enum Columns {
    Plain(Fields),
    Inventory(inventory::Schema),
}

impl<W: Write> Writer<W> {
    /// Writes an `S3BatchOperations_CSV_20180820` manifest.
    pub fn new(writer: W, fields: &Fields) -> Self {
        Self::with_columns(writer, Columns::Plain(fields.clone()))
    }

    /// Writes a data file of an inventory or of a generated manifest, with every field in quotes
    /// (REP-953). S3 compresses such files: pass a writer that does.
    pub fn inventory(writer: W, schema: &inventory::Schema) -> Self {
        Self::with_columns(writer, Columns::Inventory(schema.clone()))
    }

    fn with_columns(writer: W, columns: Columns) -> Self {
        Self { out: checksum::Writer::new(writer), columns, line: Vec::new() }
    }

    /// Writes a row.
    ///
    /// # Errors
    ///
    /// The error of the writer, and `InvalidInput` for a row that could not be read back unchanged: one
    /// with a line break in the version id or a fact (REP-940); with a key that is empty, not UTF-8
    /// or longer than 1,024 bytes (REP-945); without a version id where there is a column for it
    /// (REP-947), or with one where there is none. Nothing is written then.
    pub fn write(&mut self, row: &Row) -> io::Result<()> {
        self.check(row).map_err(unwritable)?;
        self.line.clear();
        match &self.columns {
            Columns::Plain(fields) => {
                for field in fields.as_slice() {
                    plain_field(*field, row, &mut self.line);
                    self.line.push(b',');
                }
            }
            Columns::Inventory(schema) => {
                for field in schema.as_slice() {
                    inventory_field(field, row, &mut self.line);
                    self.line.push(b',');
                }
            }
        }
        self.line.pop();
        if self.line.contains(&b'\n') {
            return Err(unwritable("a field of a manifest cannot contain a line break"));
        }
        self.line.push(b'\n');
        self.out.write_all(&self.line)
    }

    fn check(&self, row: &Row) -> Result<(), &'static str> {
        let has_version_ids = match &self.columns {
            Columns::Plain(fields) => fields.has_version_ids(),
            Columns::Inventory(schema) => schema.has_version_ids(),
        };
        match (has_version_ids, &row.version_id) {
            (true, None) => {
                return Err("the row has no version id; write `null` for the null version");
            }
            (false, Some(_)) => return Err("the manifest has no column for the version id"),
            _ => {}
        }
        let key = row.key.as_bytes();
        match key.len() {
            0 => Err("the key is empty"),
            1..=ObjectVersion::KEY_LIMIT if str::from_utf8(key).is_err() => {
                Err("the key is not UTF-8")
            }
            1..=ObjectVersion::KEY_LIMIT => Ok(()),
            _ => Err("the key has more than 1,024 bytes"),
        }
    }

    /// Flushes, and returns the writer and the entry of the file in an [`inventory::Manifest`]. The
    /// checksum is that of the bytes written here; put a [`checksum::Writer`] below a compressor to
    /// get that of the compressed bytes.
    ///
    /// # Errors
    ///
    /// The error of the writer.
    ///
    /// [`inventory::Manifest`]: crate::batch::inventory::Manifest
    pub fn finish(self, key: impl Into<String>) -> io::Result<(W, inventory::File)> {
        let (writer, md5_checksum, size) = self.out.finish()?;
        Ok((writer, inventory::File { key: key.into(), size, md5_checksum }))
    }
}

fn unwritable(message: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, message)
}

fn plain_field(field: Field, row: &Row, line: &mut Vec<u8>) {
    match field {
        Field::Bucket => line.extend(row.bucket.as_str().bytes()),
        Field::Key => encoding::encode(row.key.as_bytes(), line),
        Field::VersionId => quote_if_needed(version_id(row).as_bytes(), line),
        Field::Ignore => {}
    }
}

fn inventory_field(field: &inventory::Field, row: &Row, line: &mut Vec<u8>) {
    match *field {
        inventory::Field::BUCKET => quote(row.bucket.as_str().as_bytes(), line),
        inventory::Field::KEY => {
            line.push(b'"');
            encoding::encode(row.key.as_bytes(), line);
            line.push(b'"');
        }
        inventory::Field::VERSION_ID => quote(version_id(row).as_bytes(), line),
        ref field => {
            let text = row.facts.as_ref().and_then(|facts| facts.text(field));
            quote(text.unwrap_or_default().as_bytes(), line);
        }
    }
}

fn version_id(row: &Row) -> &str {
    row.version_id.as_ref().map_or("", VersionId::as_str)
}
