use std::io::{self, Write};

use crate::batch::checksum;
use crate::batch::inventory;
use crate::batch::manifest::{Encoder, Fields, RowRef};

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
    encoder: Encoder,
    line: Vec<u8>,
}

impl<W: Write> Writer<W> {
    /// Writes an `S3BatchOperations_CSV_20180820` manifest.
    pub fn new(writer: W, fields: &Fields) -> Self {
        Self::with_encoder(writer, Encoder::new(fields))
    }

    /// Writes a data file of an inventory or of a generated manifest, with every field in quotes
    /// (REP-953). S3 compresses such files: pass a writer that does.
    pub fn inventory(writer: W, schema: &inventory::Schema) -> Self {
        Self::with_encoder(writer, Encoder::inventory(schema))
    }

    fn with_encoder(writer: W, encoder: Encoder) -> Self {
        Self { out: checksum::Writer::new(writer), encoder, line: Vec::new() }
    }

    /// Writes a row.
    ///
    /// # Errors
    ///
    /// The error of the writer, and that of [`Encoder::encode`]. Nothing is written then.
    pub fn write<'r>(&mut self, row: impl Into<RowRef<'r>>) -> io::Result<()> {
        self.line.clear();
        self.encoder.encode(row, &mut self.line)?;
        self.out.write_all(&self.line)
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
