//! Data files in Apache Parquet and ORC, as the text of a CSV inventory with the same rows.
//!
//! Everything behind the data files reads CSV: row errors with their lines, pieces on every core,
//! manifests. So the columns are written as the CSV that S3 would have written, and no command
//! knows the difference.
//!
//! ```text
//! key: a b    version_id: NULL   is_latest: true   last_modified_date: 1514944800000
//! "a%20b",    "",                "true",           "2018-01-03T02:00:00.000Z"
//! ```
//!
//! Keys are not percent-encoded in these formats, and become so here. Values that no command uses,
//! such as ACLs, which can be the greater part of a file, stay unread and are empty.
//!
//! The places of the columns are in the footer of a file, so it is read in many places and not from front
//! to back. Therefore its checksum is compared first, and a file that differs is not decoded at all.

mod footer;
mod orc_types;
mod parquet_types;

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use arrow_array::cast::AsArray as _;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_cast::{CastOptions, cast_with_options};
use arrow_schema::{ArrowError, DataType, Schema, TimeUnit};
use chrono::{DateTime, SecondsFormat};
use orc_rust::ArrowReaderBuilder as OrcReaderBuilder;
use orc_rust::projection::ProjectionMask as OrcProjection;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use s3_replication::batch::checksum::{self, Md5Checksum};
use s3_replication::batch::inventory::{self, Field, FileFormat};
use s3_replication::batch::manifest;

use crate::cli::Failure;
use crate::cli::columns;
use crate::cli::input::Input;
use crate::cli::progress::BytesRead;

/// The rows that are decoded at once.
///
/// More would only move them out of the cache before they are written. A hostile file can store one long
/// value once for all of them, so their number also bounds the memory.
const ROWS: usize = 1024;

/// The text that is written at once, in bytes.
const TEXT: usize = 512 * 1024;

/// The message about a file on which a decoder panicked.
const DAMAGED: &str = "it is damaged, or not a file of this format";

type Batches = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>;

/// A data file as the text of a CSV inventory.
pub(super) struct Columnar {
    /// The rows that are left; none for a file that differs from its checksum.
    batches: Batches,
    columns: Vec<Column>,
    /// The decoded rows that are not all written yet.
    decoded: Decoded,
    text: Vec<u8>,
    /// The place in the text up to which it was read.
    at: usize,
    measured: (Md5Checksum, u64),
    share: Share,
}

/// A column of the inventory, and its name in the data file; `None` where it stays unread.
struct Column {
    is_key: bool,
    name: Option<String>,
}

/// The count of the bytes of a file, by the rows that were decoded of it.
struct Share {
    bytes: BytesRead,
    size: u64,
    rows: u64,
}

/// Some rows, and how many of them are written.
#[derive(Default)]
struct Decoded {
    values: Vec<Values>,
    rows: usize,
    written: usize,
}

/// The values of a column in some rows.
enum Values {
    Unread,
    Text(StringArray),
    Key(StringArray),
    Time { values: Int64Array, unit: TimeUnit },
}

impl Columnar {
    /// Opens a data file whose entry in the document is known.
    pub(super) fn open(
        input: &Input,
        format: FileFormat,
        entry: &inventory::File,
        schema: &inventory::Schema,
        bytes: &BytesRead,
    ) -> Result<Self, Failure> {
        let Input::File(path) = input else {
            return Err(Failure::Message(format!("{format} cannot be read from a pipe")));
        };
        let file = File::open(path).map_err(|error| input.unread(&error))?;
        let measured = checksum::Reader::new(&file).finish();
        let measured = measured.map_err(|error| input.unread(&error))?;
        let mut columnar = Self {
            batches: Box::new(std::iter::empty()),
            columns: Vec::new(),
            decoded: Decoded::default(),
            text: Vec::new(),
            at: 0,
            measured,
            share: Share { bytes: bytes.clone(), size: entry.size, rows: 0 },
        };
        if entry.check(measured.0, measured.1).is_err() {
            // The caller compares again when it has read all rows, and reports the difference.
            return Ok(columnar);
        }
        let damaged = |error: String| Failure::Message(format!("cannot read `{input}`: {error}"));
        columnar.columns = schema.as_slice().iter().map(Column::of).collect();
        let wanted = columnar.columns.iter().filter_map(|column| column.name.clone());
        let wanted: Vec<_> = wanted.collect();
        let opened = caught(|| match format {
            FileFormat::Parquet => parquet(file, &wanted),
            _ => orc(file, &wanted),
        });
        let opened = opened.unwrap_or_else(|| Err(DAMAGED.to_owned()));
        (columnar.batches, columnar.share.rows) = opened.map_err(damaged)?;
        Ok(columnar)
    }

    /// Returns the checksum and the size of the file.
    pub(super) const fn measured(&self) -> (Md5Checksum, u64) {
        self.measured
    }

    /// Writes the next rows as text; false at the end of the file.
    fn advance(&mut self) -> io::Result<bool> {
        self.text.clear();
        self.at = 0;
        while self.decoded.written == self.decoded.rows {
            if !self.decode()? {
                return Ok(false);
            }
        }
        let Decoded { values, rows, written } = &mut self.decoded;
        while *written < *rows && self.text.len() < TEXT {
            for (at, values) in values.iter().enumerate() {
                self.text.extend_from_slice(if at > 0 { b",\"" } else { b"\"" });
                values.write(*written, &mut self.text);
                self.text.push(b'"');
            }
            self.text.push(b'\n');
            *written += 1;
        }
        Ok(true)
    }

    /// Decodes the next rows; false at the end of the file.
    fn decode(&mut self) -> io::Result<bool> {
        let Self { batches, columns, .. } = self;
        let decoded = caught(|| {
            let batch = batches.next()?;
            let decoded = batch.and_then(|batch| {
                let values = columns.iter().map(|column| column.values(&batch));
                Ok(Decoded {
                    values: values.collect::<Result<_, _>>()?,
                    rows: batch.num_rows(),
                    written: 0,
                })
            });
            Some(decoded)
        });
        match decoded {
            Some(None) => Ok(false),
            Some(Some(Ok(decoded))) => {
                self.share.advance(decoded.rows as u64);
                self.decoded = decoded;
                Ok(true)
            }
            // A decoder that failed may be in any state.
            failed => {
                self.batches = Box::new(std::iter::empty());
                Err(io::Error::other(match failed {
                    Some(Some(Err(error))) => described(&error.to_string()),
                    _ => DAMAGED.to_owned(),
                }))
            }
        }
    }
}

impl Share {
    /// Counts the bytes of some rows. They are estimated: a column is stored apart from others.
    fn advance(&mut self, rows: u64) {
        let share = u128::from(self.size) * u128::from(rows) / u128::from(self.rows.max(1));
        self.bytes.add(u64::try_from(share).unwrap_or(self.size));
    }
}

/// Opens a Parquet file; returns its rows and their number.
fn parquet(mut file: File, wanted: &[String]) -> Result<(Batches, u64), String> {
    parquet_types::check(&mut file)?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file);
    let builder = builder.map_err(|error| error.to_string())?;
    check_columns(builder.schema(), wanted)?;
    let rows = builder.metadata().file_metadata().num_rows();
    let names = wanted.iter().map(String::as_str);
    let mask = ProjectionMask::columns(builder.parquet_schema(), names);
    let reader = builder.with_projection(mask).with_batch_size(ROWS).build();
    let reader = reader.map_err(|error| error.to_string())?;
    Ok((Box::new(reader), u64::try_from(rows).unwrap_or(0)))
}

/// Opens an ORC file; returns its rows and their number.
fn orc(mut file: File, wanted: &[String]) -> Result<(Batches, u64), String> {
    orc_types::check(&mut file)?;
    let builder = OrcReaderBuilder::try_new(file).map_err(|error| error.to_string())?;
    check_columns(&builder.schema(), wanted)?;
    let rows = builder.file_metadata().number_of_rows();
    let mask = OrcProjection::named_roots(builder.file_metadata().root_data_type(), wanted);
    Ok((Box::new(builder.with_projection(mask).with_batch_size(ROWS).build()), rows))
}

/// Returns the message about an error of a decoder. Those of codecs that S3 does not write are not built
/// in, and the decoder has words for that which only its authors understand.
fn described(error: &str) -> String {
    match error.split_once("Disabled feature at compile time: ") {
        Some((_, codec)) => {
            format!("it is compressed with {codec}; S3 compresses Parquet with Snappy")
        }
        None => error.to_owned(),
    }
}

/// Refuses a file that lacks a wanted column.
fn check_columns(schema: &Schema, wanted: &[String]) -> Result<(), String> {
    match wanted.iter().find(|name| schema.fields().find(name).is_none()) {
        Some(name) => Err(format!("it has no column `{name}`, which the document names")),
        None => Ok(()),
    }
}

thread_local! {
    /// True while a decoder runs on this thread.
    static IS_DECODING: Cell<bool> = const { Cell::new(false) };
}

/// Returns the result of a decoder; `None` where it panicked.
///
/// Damage is mostly found by the checksum before. What is left is a file that was wrong when its
/// checksum was computed, and both decoders panic on some of these. It must not end the program with
/// all other rows unread, and the backtrace of a decoder is no help to the user of the file. A stack
/// that overflows cannot be caught, see [`footer`].
fn caught<T>(decode: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let shown = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_DECODING.get() {
                shown(panic);
            }
        }));
    });
    IS_DECODING.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(decode));
    IS_DECODING.set(false);
    result.ok()
}

impl Column {
    fn of(field: &Field) -> Self {
        let name = columns::is_read(field).then(|| field.snake_case());
        Self { is_key: *field == Field::KEY, name }
    }

    /// Returns the values of the column in some rows, whatever type the file stores them in.
    fn values(&self, batch: &RecordBatch) -> Result<Values, ArrowError> {
        let Some(name) = &self.name else { return Ok(Values::Unread) };
        let Some(array) = batch.column_by_name(name) else {
            return Err(ArrowError::SchemaError(format!("the column `{name}` is missing")));
        };
        if let DataType::Timestamp(unit, _) = array.data_type() {
            // A time zone names a way to show a time. The number counts from 1970 in UTC without it.
            let values = strict(array, &DataType::Int64)?.as_primitive::<Int64Type>().clone();
            return Ok(Values::Time { values, unit: *unit });
        }
        let text = strict(array, &DataType::Utf8)?.as_string::<i32>().clone();
        Ok(if self.is_key { Values::Key(text) } else { Values::Text(text) })
    }
}

/// Converts an array. A value that cannot be converted is an error and does not become null.
fn strict(array: &ArrayRef, to: &DataType) -> Result<ArrayRef, ArrowError> {
    cast_with_options(array, to, &CastOptions { safe: false, ..CastOptions::default() })
}

impl Values {
    /// Appends the value of a row, as it is between the quotation marks of CSV. Null is nothing.
    fn write(&self, row: usize, out: &mut Vec<u8>) {
        match self {
            Self::Key(keys) if keys.is_valid(row) => {
                manifest::encode_key(keys.value(row).as_bytes(), out);
            }
            Self::Text(texts) if texts.is_valid(row) => {
                for byte in texts.value(row).bytes() {
                    match byte {
                        b'"' => out.extend_from_slice(b"\"\""),
                        // No value has a line break. Written as one, it would be the end of the row.
                        b'\n' | b'\r' => out.push(b' '),
                        byte => out.push(byte),
                    }
                }
            }
            Self::Time { values, unit } if values.is_valid(row) => {
                let value = values.value(row);
                let time = match unit {
                    TimeUnit::Second => DateTime::from_timestamp(value, 0),
                    TimeUnit::Millisecond => DateTime::from_timestamp_millis(value),
                    TimeUnit::Microsecond => DateTime::from_timestamp_micros(value),
                    TimeUnit::Nanosecond => Some(DateTime::from_timestamp_nanos(value)),
                };
                // The number of an impossible time is a mistake in its row, and in no other.
                let text = time.map_or_else(
                    || value.to_string(),
                    |time| time.to_rfc3339_opts(SecondsFormat::Millis, true),
                );
                out.extend_from_slice(text.as_bytes());
            }
            _ => {}
        }
    }
}

impl Read for Columnar {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Columnar {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        // A batch may have no rows, which is not yet the end.
        while self.at == self.text.len() && self.advance()? {}
        Ok(self.text.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.at = self.text.len().min(self.at + count);
    }
}
