use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::batch::{
    InvalidManifestContent, InventoryField, InventorySchema, JobFailure, JobManifestField,
};

/// The columns of an `S3BatchOperations_CSV_20180820` manifest, which has no header row (REP-941).
///
/// There is one bucket and one key, at most one version id, and any number of columns to ignore,
/// in any order.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::ManifestFields;
///
/// let fields: ManifestFields = "Bucket, Key, VersionId".parse()?;
/// assert!(fields.has_version_ids());
/// assert_eq!(fields.to_string(), "Bucket,Key,VersionId");
///
/// let error = "Bucket,VersionId".parse::<ManifestFields>().unwrap_err();
/// assert_eq!(error.to_string(), "the columns of a manifest need one `Key`, found 0");
/// let failure = error.job_failure();
/// assert_eq!(failure.failure_reason(), "Required fields are missing in the schema: Key");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "Vec<JobManifestField>", into = "Vec<JobManifestField>")]
pub struct ManifestFields(Vec<JobManifestField>);

impl ManifestFields {
    /// Proves a list of columns.
    ///
    /// # Errors
    ///
    /// When bucket or key are missing, or anything but `Ignore` is there twice.
    pub fn new(fields: impl Into<Vec<JobManifestField>>) -> Result<Self, InvalidManifestFields> {
        let fields = fields.into();
        let wrong = Self::wrong_counts(&fields).next();
        match wrong {
            Some((field, found)) => Err(InvalidManifestFields::Count { field, found }),
            None => Ok(Self(fields)),
        }
    }

    /// Iterates over the columns that are not there as often as they must be, with how often they
    /// are.
    pub(in crate::batch) fn wrong_counts(
        fields: &[JobManifestField],
    ) -> impl Iterator<Item = (JobManifestField, usize)> {
        let columns =
            [JobManifestField::Bucket, JobManifestField::Key, JobManifestField::VersionId];
        columns.into_iter().filter_map(|column| {
            let found = fields.iter().filter(|field| **field == column).count();
            let may_lack = column == JobManifestField::VersionId;
            let is_right = found == 1 || found == 0 && may_lack;
            (!is_right).then_some((column, found))
        })
    }

    /// Takes over what a schema has proven: one bucket, one key, nothing twice.
    pub(in crate::batch) fn of_schema(schema: &InventorySchema) -> Self {
        let fields = schema.as_slice().iter().map(|field| match *field {
            InventoryField::BUCKET => JobManifestField::Bucket,
            InventoryField::KEY => JobManifestField::Key,
            InventoryField::VERSION_ID => JobManifestField::VersionId,
            _ => JobManifestField::Ignore,
        });
        Self(fields.collect())
    }

    /// Returns the columns, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[JobManifestField] {
        &self.0
    }

    /// Returns true when a column holds version ids.
    #[must_use]
    pub fn has_version_ids(&self) -> bool {
        self.0.contains(&JobManifestField::VersionId)
    }
}

/// Bucket, key and version id.
impl Default for ManifestFields {
    fn default() -> Self {
        Self(vec![JobManifestField::Bucket, JobManifestField::Key, JobManifestField::VersionId])
    }
}

impl TryFrom<Vec<JobManifestField>> for ManifestFields {
    type Error = InvalidManifestFields;

    fn try_from(fields: Vec<JobManifestField>) -> Result<Self, Self::Error> {
        Self::new(fields)
    }
}

impl From<ManifestFields> for Vec<JobManifestField> {
    fn from(fields: ManifestFields) -> Self {
        fields.0
    }
}

impl FromStr for ManifestFields {
    type Err = InvalidManifestFields;

    /// Reads names between commas.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = text.split(',').map(str::trim);
        let fields = names.map(|name| {
            let unknown = |_| InvalidManifestFields::Unknown { found: name.into() };
            name.parse().map_err(unknown)
        });
        Self::new(fields.collect::<Result<Vec<_>, _>>()?)
    }
}

impl fmt::Display for ManifestFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, field) in self.0.iter().enumerate() {
            write!(f, "{}{field}", if at > 0 { "," } else { "" })?;
        }
        Ok(())
    }
}

/// The error returned when columns are no [`ManifestFields`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidManifestFields {
    /// A column that has to be there once is not there, or is there twice.
    #[error("the columns of a manifest need one `{field}`, found {found}")]
    Count {
        /// The column.
        field: JobManifestField,
        /// How often it is there.
        found: usize,
    },
    /// There is no column of that name.
    #[error(
        "`{found}` is no column of a manifest; those are `Bucket`, `Key`, `VersionId` and `Ignore`"
    )]
    Unknown {
        /// The name.
        found: Box<str>,
    },
}

impl InvalidManifestFields {
    /// Returns with what a job fails, as far as it is published.
    #[must_use]
    pub fn job_failure(&self) -> JobFailure {
        match self {
            Self::Count { field, found: 0 } => JobFailure::fields_missing(field.as_str()),
            _ => JobFailure::invalid_manifest(InvalidManifestContent::Content),
        }
    }
}
