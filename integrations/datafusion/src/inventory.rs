//! The columns of inventories and of the tables of S3 Metadata, as arguments of the functions.
//!
//! S3 Inventory in Parquet and S3 Metadata use the same names for the same facts, such as
//! `storage_class`. [`csv_schema`] gives the columns of an inventory in CSV these names too, so one
//! query serves all of them.

use datafusion::arrow::datatypes::{DataType, Field, Schema};
use s3_replication::batch::inventory;

/// Returns the columns of the data files of an inventory in CSV, which have no header.
///
/// # Examples
///
/// ```
/// use s3_replication_datafusion::inventory::csv_schema;
///
/// let file_schema = "Bucket, Key, VersionId, IsDeleteMarker, Size, ETag".parse()?;
/// let schema = csv_schema(&file_schema);
/// let names: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
/// assert_eq!(names, ["bucket", "key", "version_id", "is_delete_marker", "size", "e_tag"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn csv_schema(schema: &inventory::Schema) -> Schema {
    let columns = schema.as_slice().iter().map(|field| {
        let data_type = match field {
            &inventory::Field::IS_LATEST
            | &inventory::Field::IS_DELETE_MARKER
            | &inventory::Field::IS_MULTIPART_UPLOADED => DataType::Boolean,
            &inventory::Field::SIZE => DataType::Int64,
            _ => DataType::Utf8,
        };
        Field::new(snake_case(field.as_str()), data_type, true)
    });
    Schema::new(columns.collect::<Vec<_>>())
}

/// The form of the keys in a table.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Keys {
    /// Percent-encoded, as in an inventory in CSV (REP-944).
    Encoded,
    /// As they are.
    Plain,
}

/// Returns the arguments behind the configuration, as SQL, for a table with these columns.
///
/// A fact for which the table has no column is the literal `NULL`: what depends on it is unknown.
///
/// # Examples
///
/// ```
/// use s3_replication_datafusion::inventory::{Keys, arguments, csv_schema};
///
/// let file_schema = "Bucket, Key, StorageClass, EncryptionStatus".parse()?;
/// let arguments = arguments(&csv_schema(&file_schema), Keys::Encoded);
/// assert_eq!(
///     arguments,
///     "s3_decode_key(key), NULL, encryption_status, storage_class, NULL, NULL, NULL"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn arguments(columns: &Schema, keys: Keys) -> String {
    const COLUMNS: [&str; 6] = [
        "object_tags",
        "encryption_status",
        "storage_class",
        "replication_status",
        "is_delete_marker",
        "intelligent_tiering_access_tier",
    ];
    let key = match keys {
        Keys::Encoded => "s3_decode_key(key)",
        Keys::Plain => "key",
    };
    let has = |name: &&str| columns.index_of(name).is_ok();
    let facts = COLUMNS.iter().map(|name| if has(name) { *name } else { "NULL" });
    [key].into_iter().chain(facts).collect::<Vec<_>>().join(", ")
}

/// Writes `ETag` as `e_tag`.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut letters = name.chars().peekable();
    let mut before: Option<char> = None;
    while let Some(letter) = letters.next() {
        let ends_word = before.is_some_and(char::is_lowercase)
            || (before.is_some() && letters.peek().is_some_and(|next| next.is_lowercase()));
        if letter.is_uppercase() && ends_word {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
        before = Some(letter);
    }
    snake
}
