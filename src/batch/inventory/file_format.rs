//! The formats of data files, each of which spells `fileSchema` in its own way.
//!
//! ```text
//! CSV      Bucket, Key, VersionId, IsLatest
//! ORC      struct<bucket:string,key:string,version_id:string,is_latest:boolean>
//! Parquet  message s3.inventory { required binary bucket (UTF8); required binary key (UTF8); … }
//! ```
//!
//! All three name the same columns, so they are read into the same [`Schema`]. The types that ORC and
//! Parquet add are not compared: a data file has its own schema, and that one counts.

use crate::batch::inventory::{Field, InvalidSchema, Schema};

closed_vocabulary! {
    /// The format of the data files of an inventory, as `fileFormat` names it (REP-951).
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::inventory::FileFormat;
    ///
    /// assert_eq!("Parquet".parse(), Ok(FileFormat::Parquet));
    /// assert!("PARQUET".parse::<FileFormat>().is_err());
    /// ```
    #[non_exhaustive]
    pub enum FileFormat("`CSV`, `ORC` or `Parquet`") {
        /// CSV, compressed with gzip. Keys are percent-encoded. The only format of a manifest.
        Csv = "CSV",
        /// Apache ORC, compressed with zlib.
        Orc = "ORC",
        /// Apache Parquet, compressed with Snappy.
        Parquet = "Parquet",
    }
}

/// The kinds of values that columns have in ORC and Parquet.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Boolean,
    Number,
    Time,
}

impl Kind {
    /// Returns the kind of a column. A column that this crate does not know is text, as most are.
    fn of(field: &Field) -> Self {
        match field {
            &Field::IS_LATEST | &Field::IS_DELETE_MARKER | &Field::IS_MULTIPART_UPLOADED => {
                Self::Boolean
            }
            &Field::SIZE => Self::Number,
            &Field::LAST_MODIFIED_DATE
            | &Field::OBJECT_LOCK_RETAIN_UNTIL_DATE
            | &Field::LIFECYCLE_EXPIRATION_DATE
            | &Field::INTELLIGENT_TIERING_REFERENCE_DATE => Self::Time,
            _ => Self::Text,
        }
    }
}

impl FileFormat {
    /// Reads the columns that a `fileSchema` names in the spelling of this format.
    pub(super) fn read_schema(self, text: &str) -> Result<Schema, InvalidSchema> {
        let text = text.trim_ascii();
        let unlike = || InvalidSchema::NotOfFormat { format: self };
        match self {
            Self::Csv => text.parse(),
            Self::Orc => {
                let columns = text.strip_prefix("struct<").and_then(|rest| rest.strip_suffix('>'));
                named(columns.ok_or_else(unlike)?, ',', |column| Some(column.split_once(':')?.0))
            }
            Self::Parquet => {
                let body = text.strip_prefix("message ").and_then(|rest| rest.split_once('{'));
                let columns = body.and_then(|(_, rest)| rest.strip_suffix('}'));
                // `optional binary key (UTF8)`: repetition, type, name and meaning of the type.
                named(columns.ok_or_else(unlike)?, ';', |column| {
                    column.split(['(', ' ', '\t', '\n']).filter(|word| !word.is_empty()).nth(2)
                })
            }
        }
    }

    /// Writes columns as the `fileSchema` of this format.
    pub(super) fn write_schema(self, schema: &Schema) -> String {
        let columns = schema.as_slice().iter();
        match self {
            Self::Csv => schema.to_string(),
            Self::Orc => {
                let columns = columns.map(|field| {
                    let kind = match Kind::of(field) {
                        Kind::Text => "string",
                        Kind::Boolean => "boolean",
                        Kind::Number => "bigint",
                        Kind::Time => "timestamp",
                    };
                    format!("{}:{kind}", field.snake_case())
                });
                format!("struct<{}>", columns.collect::<Vec<_>>().join(","))
            }
            Self::Parquet => {
                let columns = columns.map(|field| {
                    let is_required = matches!(field, &Field::BUCKET | &Field::KEY);
                    let repetition = if is_required { "required" } else { "optional" };
                    let (kind, meaning) = match Kind::of(field) {
                        Kind::Text => ("binary", " (UTF8)"),
                        Kind::Boolean => ("boolean", ""),
                        Kind::Number => ("int64", ""),
                        Kind::Time => ("int64", " (TIMESTAMP_MILLIS)"),
                    };
                    format!("{repetition} {kind} {}{meaning};", field.snake_case())
                });
                format!("message s3.inventory {{ {} }}", columns.collect::<Vec<_>>().join(" "))
            }
        }
    }
}

/// Returns the schema of columns that are written between separators, each with its name somewhere in
/// it. The last one may be followed by a separator too.
fn named<'t>(
    columns: &'t str,
    separator: char,
    name: impl Fn(&'t str) -> Option<&'t str>,
) -> Result<Schema, InvalidSchema> {
    let columns = columns.split(separator).map(str::trim_ascii).filter(|column| !column.is_empty());
    let fields = columns.take(Schema::LIMIT + 1).map(|column| match name(column) {
        Some(name) => Ok(Field::from_snake_case(name.trim_ascii())),
        None => Err(InvalidSchema::NoColumn { found: crate::batch::row_error::excerpt(column) }),
    });
    Schema::new(fields.collect::<Result<Vec<_>, _>>()?)
}

impl Field {
    /// Returns the name of the column in ORC and Parquet files, in lower case with underscores.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::inventory::Field;
    ///
    /// assert_eq!(Field::E_TAG.snake_case(), "e_tag");
    /// assert_eq!(Field::OBJECT_LOCK_RETAIN_UNTIL_DATE.snake_case(), "object_lock_retain_until_date");
    /// ```
    #[must_use]
    pub fn snake_case(&self) -> String {
        let mut name = String::new();
        for character in self.as_str().chars() {
            if character.is_ascii_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.push(character.to_ascii_lowercase());
        }
        name
    }

    /// Returns the column with a name in lower case with underscores.
    fn from_snake_case(name: &str) -> Self {
        let words = name.split('_').map(|word| match word.split_at_checked(1) {
            Some((first, rest)) => first.to_ascii_uppercase() + rest,
            None => word.to_owned(),
        });
        Self::from(words.collect::<String>().as_str())
    }
}
