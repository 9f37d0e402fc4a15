use std::fmt;
use std::str::FromStr;

use crate::batch::{InventoryField, ManifestFields};

/// The columns of the data files of an inventory, as `fileSchema` says (REP-952).
///
/// # Examples
///
/// ```
/// use s3_replication::batch::{InventoryField, InventorySchema};
///
/// let schema: InventorySchema = "Bucket, Key, VersionId, IsLatest".parse()?;
/// assert_eq!(schema.as_slice()[3], InventoryField::IS_LATEST);
/// assert_eq!(schema.to_string(), "Bucket, Key, VersionId, IsLatest");
///
/// let error = "struct<bucket:string,key:string>".parse::<InventorySchema>().unwrap_err();
/// assert_eq!(error.to_string(), "this is the schema of an ORC file; only CSV is a manifest");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct InventorySchema(Vec<InventoryField>);

impl InventorySchema {
    /// The most columns that are read; S3 has 21.
    pub const LIMIT: usize = 256;

    /// Proves a list of columns.
    ///
    /// # Errors
    ///
    /// When bucket or key are missing, or a column is there twice.
    pub fn new(fields: impl Into<Vec<InventoryField>>) -> Result<Self, InvalidInventorySchema> {
        let fields = fields.into();
        if fields.len() > Self::LIMIT {
            return Err(InvalidInventorySchema::TooMany { found: fields.len() });
        }
        for field in [InventoryField::BUCKET, InventoryField::KEY] {
            if !fields.contains(&field) {
                return Err(InvalidInventorySchema::Missing { field });
            }
        }
        let mut before = fields.iter().enumerate();
        let twice = before.find(|(at, field)| fields.iter().take(*at).any(|other| other == *field));
        match twice {
            Some((_, field)) => Err(InvalidInventorySchema::Repeated { field: field.clone() }),
            None => Ok(Self(fields)),
        }
    }

    /// Returns the schema of manifests that S3 generates: bucket, key and version id (REP-957).
    #[must_use]
    pub fn generated() -> Self {
        Self(vec![InventoryField::BUCKET, InventoryField::KEY, InventoryField::VERSION_ID])
    }

    /// Returns the columns, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[InventoryField] {
        &self.0
    }

    /// Returns the columns as a job reads them: bucket, key and version id, and nothing else. A
    /// word that is not understood in another column then costs no row.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::{InventorySchema, ManifestReader};
    ///
    /// let schema: InventorySchema = "Bucket, Key, Size, VersionId".parse()?;
    /// let fields = schema.manifest_fields();
    /// assert_eq!(fields.to_string(), "Bucket,Key,Ignore,VersionId");
    ///
    /// let text = br#""photos","cat.jpg","huge","v1""#;
    /// assert!(ManifestReader::inventory(&text[..], &schema).next().unwrap().is_err());
    /// assert!(ManifestReader::new(&text[..], &fields).next().unwrap().is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn manifest_fields(&self) -> ManifestFields {
        ManifestFields::of_schema(self)
    }

    /// Returns true when a column holds version ids.
    #[must_use]
    pub fn has_version_ids(&self) -> bool {
        self.0.contains(&InventoryField::VERSION_ID)
    }
}

impl FromStr for InventorySchema {
    type Err = InvalidInventorySchema;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim_ascii();
        if text.starts_with("struct<") {
            return Err(InvalidInventorySchema::NotCsv { format: "an ORC" });
        }
        if text.starts_with("message ") {
            return Err(InvalidInventorySchema::NotCsv { format: "a Parquet" });
        }
        let names = text.split(',').take(Self::LIMIT + 1);
        Self::new(names.map(|name| InventoryField::from(name.trim_ascii())).collect::<Vec<_>>())
    }
}

impl fmt::Display for InventorySchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, field) in self.0.iter().enumerate() {
            write!(f, "{}{field}", if at > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}

text_serde!(InventorySchema, "the columns of an inventory", |word| word.parse::<InventorySchema>());

/// The error returned when a text is no [`InventorySchema`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidInventorySchema {
    /// A column that is always there is not.
    #[error("an inventory has a column `{field}`, this one has not")]
    Missing {
        /// The column.
        field: InventoryField,
    },
    /// A column is there twice.
    #[error("the column `{field}` is there twice")]
    Repeated {
        /// The column.
        field: InventoryField,
    },
    /// There are more columns than any inventory has.
    #[error("more than {} columns", InventorySchema::LIMIT)]
    TooMany {
        /// How many were read.
        found: usize,
    },
    /// The files are not CSV.
    #[error("this is the schema of {format} file; only CSV is a manifest")]
    NotCsv {
        /// The format, with its article.
        format: &'static str,
    },
}
