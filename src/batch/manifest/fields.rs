use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::batch::inventory;
use crate::batch::job::{self, InvalidManifestContent};

closed_vocabulary! {
    /// The format of a manifest that a job brings (REP-911).
    #[non_exhaustive]
    pub enum Format(
        "`S3BatchOperations_CSV_20180820` or `S3InventoryReport_CSV_20161130`"
    ) {
        /// CSV with the columns that `Fields` names.
        S3BatchOperationsCsv20180820 = "S3BatchOperations_CSV_20180820",
        /// The `manifest.json` of an S3 Inventory report in CSV.
        S3InventoryReportCsv20161130 = "S3InventoryReport_CSV_20161130",
    }
}

closed_vocabulary! {
    /// The format of a manifest that S3 generates (REP-911).
    #[non_exhaustive]
    pub enum GeneratedFormat("`S3InventoryReport_CSV_20211130`") {
        /// Like an S3 Inventory report in CSV.
        S3InventoryReportCsv20211130 = "S3InventoryReport_CSV_20211130",
    }
}

closed_vocabulary! {
    /// The content of a column of a manifest (REP-911).
    #[non_exhaustive]
    pub enum Field("`Ignore`, `Bucket`, `Key` or `VersionId`") {
        /// Content that S3 ignores.
        Ignore = "Ignore",
        /// The name of the bucket.
        Bucket = "Bucket",
        /// The key.
        Key = "Key",
        /// The version ID.
        VersionId = "VersionId",
    }
}

/// The columns of an `S3BatchOperations_CSV_20180820` manifest, which has no header row (REP-941).
///
/// One column holds the bucket and one the key; one may hold the version ID; any others are ignored.
/// The columns may have any order.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::manifest;
///
/// let fields: manifest::Fields = "Bucket, Key, VersionId".parse()?;
/// assert!(fields.has_version_ids());
/// assert_eq!(fields.to_string(), "Bucket,Key,VersionId");
///
/// let error = "Bucket,VersionId".parse::<manifest::Fields>().unwrap_err();
/// assert_eq!(error.to_string(), "the columns of a manifest need one `Key`, found 0");
/// let failure = error.job_failure();
/// assert_eq!(failure.failure_reason(), "Required fields are missing in the schema: Key");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "Vec<Field>", into = "Vec<Field>")]
pub struct Fields(Vec<Field>);

impl Fields {
    /// Creates the columns.
    ///
    /// # Errors
    ///
    /// When `Bucket` or `Key` is missing, or a column other than `Ignore` occurs twice.
    pub fn new(fields: impl Into<Vec<Field>>) -> Result<Self, InvalidFields> {
        let fields = fields.into();
        let wrong = Self::wrong_counts(&fields).next();
        match wrong {
            Some((field, found)) => Err(InvalidFields::Count { field, found }),
            None => Ok(Self(fields)),
        }
    }

    /// Iterates over the columns that occur too often or not at all, with their number.
    pub(in crate::batch) fn wrong_counts(fields: &[Field]) -> impl Iterator<Item = (Field, usize)> {
        let columns = [Field::Bucket, Field::Key, Field::VersionId];
        columns.into_iter().filter_map(|column| {
            let count = fields.iter().filter(|field| **field == column).count();
            let may_lack = column == Field::VersionId;
            let is_right = count == 1 || count == 0 && may_lack;
            (!is_right).then_some((column, count))
        })
    }

    /// Returns the columns of an inventory, whose schema has one bucket, one key and no column twice.
    pub(in crate::batch) fn of_schema(schema: &inventory::Schema) -> Self {
        let fields = schema.as_slice().iter().map(|field| match *field {
            inventory::Field::BUCKET => Field::Bucket,
            inventory::Field::KEY => Field::Key,
            inventory::Field::VERSION_ID => Field::VersionId,
            _ => Field::Ignore,
        });
        Self(fields.collect())
    }

    /// Returns the columns, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Field] {
        &self.0
    }

    /// Returns true if a column holds version IDs.
    #[must_use]
    pub fn has_version_ids(&self) -> bool {
        self.0.contains(&Field::VersionId)
    }
}

/// Bucket, key and version ID.
impl Default for Fields {
    fn default() -> Self {
        Self(vec![Field::Bucket, Field::Key, Field::VersionId])
    }
}

impl TryFrom<Vec<Field>> for Fields {
    type Error = InvalidFields;

    fn try_from(fields: Vec<Field>) -> Result<Self, Self::Error> {
        Self::new(fields)
    }
}

impl From<Fields> for Vec<Field> {
    fn from(fields: Fields) -> Self {
        fields.0
    }
}

impl FromStr for Fields {
    type Err = InvalidFields;

    /// Parses names separated by commas.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = text.split(',').map(str::trim);
        let fields = names.map(|name| {
            let unknown = |_| InvalidFields::Unknown { found: name.into() };
            name.parse().map_err(unknown)
        });
        Self::new(fields.collect::<Result<Vec<_>, _>>()?)
    }
}

impl fmt::Display for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, field) in self.0.iter().enumerate() {
            write!(f, "{}{field}", if at > 0 { "," } else { "" })?;
        }
        Ok(())
    }
}

/// The error returned when columns are not [`Fields`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidFields {
    /// A required column is missing, or a column occurs twice.
    #[error("the columns of a manifest need one `{field}`, found {found}")]
    Count {
        /// The column.
        field: Field,
        /// The number of times it occurs.
        found: usize,
    },
    /// No column has this name.
    #[error(
        "`{found}` is not a column of a manifest; use `Bucket`, `Key`, `VersionId` and `Ignore`"
    )]
    Unknown {
        /// The name.
        found: Box<str>,
    },
}

impl InvalidFields {
    /// Returns the failure of a job whose manifest has these columns, as far as AWS publishes it.
    #[must_use]
    pub fn job_failure(&self) -> job::Failure {
        match self {
            Self::Count { field, found: 0 } => job::Failure::fields_missing(field.as_str()),
            _ => job::Failure::invalid_manifest(InvalidManifestContent::Content),
        }
    }
}
