use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::batch::checksum::Md5Checksum;
use crate::batch::inventory::{FileFormat, InvalidSchema, Schema};
use crate::batch::job::{self, InvalidManifestContent};
use crate::model::{BucketArn, BucketName, Timestamp};

/// The `manifest.json` of an inventory: its data files and their columns (REP-951).
///
/// # Examples
///
/// ```
/// use s3_replication::batch::inventory;
///
/// let text = r#"{
///     "sourceBucket": "photos", "destinationBucket": "arn:aws:s3:::lists",
///     "version": "2016-11-30", "creationTimestamp": "1514944800000", "fileFormat": "CSV",
///     "fileSchema": "Bucket, Key, VersionId, Size",
///     "files": [{"key": "photos/daily/data/1.csv.gz", "size": 2147,
///                "MD5checksum": "f11166069f1990abeb9c97ace9cdfabc"}]}"#;
/// let manifest = inventory::Manifest::from_json(text)?;
/// assert_eq!(manifest.source_bucket.as_str(), "photos");
/// assert_eq!(manifest.files[0].size, 2147);
/// assert_eq!(inventory::Manifest::from_json(manifest.to_json())?, manifest);
///
/// let error = inventory::Manifest::from_json(text.replace("CSV", "ORC")).unwrap_err();
/// assert_eq!(error.to_string(), "`fileFormat` is `ORC`; only `CSV` can be a manifest");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Manifest {
    /// The bucket whose objects the inventory lists.
    pub source_bucket: BucketName,
    /// The bucket that contains the inventory.
    pub destination_bucket: BucketArn,
    /// The time at which S3 began to list the bucket.
    pub created: Timestamp,
    /// The format of the data files; CSV in the manifest of a job.
    pub file_format: FileFormat,
    /// The columns of the data files.
    pub schema: Schema,
    /// The data files, in no particular order; none if the bucket is empty.
    pub files: Vec<File>,
}

/// One data file of an inventory.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "the three members that S3 writes")]
pub struct File {
    /// The key of the file in the destination bucket.
    pub key: String,
    /// Its size in bytes, compressed as it is stored.
    pub size: u64,
    /// The checksum of those bytes.
    #[serde(rename = "MD5checksum")]
    pub md5_checksum: Md5Checksum,
}

/// The document as it is written.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct WrittenManifest {
    source_bucket: Option<String>,
    destination_bucket: Option<String>,
    version: Option<String>,
    creation_timestamp: Option<String>,
    file_format: Option<String>,
    file_schema: Option<String>,
    files: Option<Vec<File>>,
}

impl Manifest {
    /// The `version` of the format.
    pub const VERSION: &'static str = "2016-11-30";

    /// Creates the document of a CSV inventory without data files.
    #[must_use]
    pub const fn new(
        source_bucket: BucketName,
        destination_bucket: BucketArn,
        created: Timestamp,
        schema: Schema,
    ) -> Self {
        Self {
            source_bucket,
            destination_bucket,
            created,
            file_format: FileFormat::Csv,
            schema,
            files: Vec::new(),
        }
    }

    /// Reads the `manifest.json` of an inventory that can be the manifest of a job. Unknown members
    /// are skipped.
    ///
    /// # Errors
    ///
    /// When the text is not JSON, lacks a member, or is not the manifest of a CSV inventory.
    pub fn from_json(bytes: impl AsRef<[u8]>) -> Result<Self, InvalidManifest> {
        let written = WrittenManifest::from_json(bytes.as_ref())?;
        match written.file_format()?.parse() {
            Ok(FileFormat::Csv) => written.read(FileFormat::Csv),
            _ => Err(InvalidManifest::Format { found: written.file_format()?.into() }),
        }
    }

    /// Reads the `manifest.json` of an inventory in any format, such as one whose rows a manifest is
    /// to be made of.
    ///
    /// # Errors
    ///
    /// When the text is not JSON, lacks a member, or is not the manifest of an inventory.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::inventory::{Field, FileFormat, Manifest};
    ///
    /// let text = r#"{
    ///     "sourceBucket": "photos", "destinationBucket": "arn:aws:s3:::lists",
    ///     "version": "2016-11-30", "creationTimestamp": "1514944800000", "fileFormat": "ORC",
    ///     "fileSchema": "struct<bucket:string,key:string,is_latest:boolean>", "files": []}"#;
    /// let manifest = Manifest::from_json_of_any_format(text)?;
    /// assert_eq!(manifest.file_format, FileFormat::Orc);
    /// assert_eq!(manifest.schema.as_slice()[2], Field::IS_LATEST);
    /// assert!(Manifest::from_json(text).is_err()); // a job has to have CSV
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_json_of_any_format(bytes: impl AsRef<[u8]>) -> Result<Self, InvalidManifest> {
        let written = WrittenManifest::from_json(bytes.as_ref())?;
        let format = written.file_format()?;
        let format = format.parse().map_err(|_| value("fileFormat", format))?;
        written.read(format)
    }

    /// Writes `manifest.json`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let written = WrittenManifest {
            source_bucket: Some(self.source_bucket.to_string()),
            destination_bucket: Some(self.destination_bucket.to_string()),
            version: Some(Self::VERSION.to_owned()),
            creation_timestamp: Some(self.created.to_utc().timestamp_millis().to_string()),
            file_format: Some(self.file_format.to_string()),
            file_schema: Some(self.file_format.write_schema(&self.schema)),
            files: Some(self.files.clone()),
        };
        // Writing texts and numbers to memory cannot fail.
        serde_json::to_string_pretty(&written).unwrap_or_default()
    }
}

impl WrittenManifest {
    fn from_json(bytes: &[u8]) -> Result<Self, InvalidManifest> {
        serde_json::from_slice(bytes)
            .map_err(|error| InvalidManifest::Json { error: error.to_string().into() })
    }

    fn file_format(&self) -> Result<&str, InvalidManifest> {
        present("fileFormat", self.file_format.as_deref())
    }

    /// Reads the members, when the format of the data files is known.
    fn read(self, file_format: FileFormat) -> Result<Manifest, InvalidManifest> {
        let version = present("version", self.version)?;
        if version != Manifest::VERSION {
            return Err(InvalidManifest::Version { found: version.into() });
        }
        let bucket = present("sourceBucket", self.source_bucket)?;
        let destination = present("destinationBucket", self.destination_bucket)?;
        let created = present("creationTimestamp", self.creation_timestamp)?;
        let milliseconds = created.parse().ok().and_then(DateTime::<Utc>::from_timestamp_millis);
        let schema = present("fileSchema", self.file_schema)?;
        Ok(Manifest {
            source_bucket: bucket.parse().map_err(|_| value("sourceBucket", &bucket))?,
            destination_bucket: destination
                .parse()
                .map_err(|_| value("destinationBucket", &destination))?,
            created: milliseconds.ok_or_else(|| value("creationTimestamp", &created))?.into(),
            file_format,
            schema: file_format.read_schema(&schema)?,
            files: present("files", self.files)?,
        })
    }
}

impl File {
    /// Compares a file with its entry in the document (REP-954).
    ///
    /// # Errors
    ///
    /// When the size or the checksum differs.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::checksum::{self, Md5Checksum};
    /// use s3_replication::batch::inventory;
    ///
    /// let md5_checksum = Md5Checksum::of("rows");
    /// let file = inventory::File { key: "1.csv".into(), size: 4, md5_checksum };
    /// let (checksum, size) = checksum::Reader::new(&b"cows"[..]).finish()?;
    /// assert!(file.check(checksum, size).is_err());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn check(&self, checksum: Md5Checksum, size: u64) -> Result<(), ChecksumMismatch> {
        if self.size == size && self.md5_checksum == checksum {
            return Ok(());
        }
        Err(ChecksumMismatch {
            key: self.key.as_str().into(),
            expected: (self.md5_checksum, self.size),
            found: (checksum, size),
        })
    }
}

fn present<T>(member: &'static str, value: Option<T>) -> Result<T, InvalidManifest> {
    value.ok_or(InvalidManifest::Missing { member })
}

fn value(member: &'static str, found: &str) -> InvalidManifest {
    InvalidManifest::Value { member, found: crate::batch::row_error::excerpt(found) }
}

/// The error returned when a text is not the `manifest.json` of an inventory that can be the manifest
/// of a job.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidManifest {
    /// The text is not JSON, or has members of other types.
    #[error("{error}")]
    Json {
        /// The error, with line and column.
        error: Box<str>,
    },
    /// A required member is missing.
    #[error("`{member}` is missing")]
    Missing {
        /// The member.
        member: &'static str,
    },
    /// The data files are not CSV.
    #[error("`fileFormat` is `{found}`; only `CSV` can be a manifest")]
    Format {
        /// The format.
        found: Box<str>,
    },
    /// The version of the format is unknown.
    #[error("`version` is `{found}`, expected `{}`", Manifest::VERSION)]
    Version {
        /// The version.
        found: Box<str>,
    },
    /// A member has an invalid value.
    #[error("`{found}` is not a valid `{member}`")]
    Value {
        /// The member.
        member: &'static str,
        /// The value.
        found: Box<str>,
    },
    /// The columns are invalid.
    #[error("`fileSchema`: {0}")]
    Schema(#[from] InvalidSchema),
}

impl InvalidManifest {
    /// Returns the failure of a job that uses this manifest (REP-950). The text for each mistake is
    /// inference.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::inventory;
    ///
    /// let error = inventory::InvalidManifest::from("Bucket, Size".parse::<inventory::Schema>().unwrap_err());
    /// assert_eq!(
    ///     error.job_failure().failure_reason(),
    ///     "Required fields are missing in the schema: Key",
    /// );
    /// ```
    #[must_use]
    pub fn job_failure(&self) -> job::Failure {
        match self {
            Self::Schema(InvalidSchema::Missing { field }) => {
                job::Failure::fields_missing(field.as_str())
            }
            Self::Json { .. } => job::Failure::invalid_manifest(InvalidManifestContent::FileFormat),
            _ => job::Failure::invalid_manifest(InvalidManifestContent::Content),
        }
    }
}

/// The error returned when a file differs from its entry in the document.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "`{key}` has {} bytes and the checksum {}, expected {} and {}",
    found.1, found.0, expected.1, expected.0
)]
pub struct ChecksumMismatch {
    key: Box<str>,
    expected: (Md5Checksum, u64),
    found: (Md5Checksum, u64),
}
