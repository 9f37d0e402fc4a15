use std::fmt;
use std::str::FromStr;

use crate::batch::facts::{Fact, FactSet};
use crate::batch::inventory::FileFormat;
use crate::batch::manifest;

/// The columns of the data files of an inventory, from `fileSchema` (REP-952).
///
/// # Examples
///
/// ```
/// use s3_replication::batch::inventory;
///
/// let schema: inventory::Schema = "Bucket, Key, VersionId, IsLatest".parse()?;
/// assert_eq!(schema.as_slice()[3], inventory::Field::IS_LATEST);
/// assert_eq!(schema.to_string(), "Bucket, Key, VersionId, IsLatest");
///
/// let error = "struct<bucket:string,key:string>".parse::<inventory::Schema>().unwrap_err();
/// assert_eq!(error.to_string(), "this is the schema of an ORC file; only CSV can be a manifest");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Schema(Vec<Field>);

impl Schema {
    /// The greatest number of columns; S3 has 21.
    pub const LIMIT: usize = 256;

    /// Creates a schema.
    ///
    /// # Errors
    ///
    /// When `Bucket` or `Key` is missing, or a column occurs twice.
    pub fn new(fields: impl Into<Vec<Field>>) -> Result<Self, InvalidSchema> {
        let fields = fields.into();
        if fields.len() > Self::LIMIT {
            return Err(InvalidSchema::TooMany { found: fields.len() });
        }
        for field in [Field::BUCKET, Field::KEY] {
            if !fields.contains(&field) {
                return Err(InvalidSchema::Missing { field });
            }
        }
        let mut before = fields.iter().enumerate();
        let twice = before.find(|(at, field)| fields.iter().take(*at).any(|other| other == *field));
        match twice {
            Some((_, field)) => Err(InvalidSchema::Repeated { field: field.clone() }),
            None => Ok(Self(fields)),
        }
    }

    /// Returns the schema of generated manifests: bucket, key and version ID (REP-957).
    #[must_use]
    pub fn generated() -> Self {
        Self(vec![Field::BUCKET, Field::KEY, Field::VERSION_ID])
    }

    /// Returns the columns, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Field] {
        &self.0
    }

    /// Returns the columns as a job reads them: bucket, key and version ID, and no others, so that an
    /// invalid value in another column is no error.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::inventory;
    /// use s3_replication::batch::manifest;
    ///
    /// let schema: inventory::Schema = "Bucket, Key, Size, VersionId".parse()?;
    /// let fields = schema.manifest_fields();
    /// assert_eq!(fields.to_string(), "Bucket,Key,Ignore,VersionId");
    ///
    /// let text = br#""photos","cat.jpg","huge","v1""#;
    /// assert!(manifest::Reader::inventory(&text[..], &schema).next().unwrap().is_err());
    /// assert!(manifest::Reader::new(&text[..], &fields).next().unwrap().is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn manifest_fields(&self) -> manifest::Fields {
        manifest::Fields::of_schema(self)
    }

    /// Returns the facts that an inventory with these columns contains.
    ///
    /// An inventory does not contain tags, the creator of a delete marker, or whether the bucket
    /// owner can read a version: a delete marker counts as a user's, and every version as readable
    /// (REP-956).
    #[must_use]
    pub fn facts(&self) -> FactSet {
        let has_column = |fact: &Fact| self.0.contains(&Field::from(fact.as_str()));
        Fact::ALL.iter().copied().filter(has_column).collect()
    }

    /// Returns true if a column holds version IDs.
    #[must_use]
    pub fn has_version_ids(&self) -> bool {
        self.0.contains(&Field::VERSION_ID)
    }
}

impl FromStr for Schema {
    type Err = InvalidSchema;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim_ascii();
        if text.starts_with("struct<") {
            return Err(InvalidSchema::NotCsv { format: "an ORC" });
        }
        if text.starts_with("message ") {
            return Err(InvalidSchema::NotCsv { format: "a Parquet" });
        }
        let names = text.split(',').take(Self::LIMIT + 1);
        Self::new(names.map(|name| Field::from(name.trim_ascii())).collect::<Vec<_>>())
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, field) in self.0.iter().enumerate() {
            write!(f, "{}{field}", if at > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}

text_serde!(Schema, "the columns of an inventory", |word| word.parse::<Schema>());

/// The error returned when a text is not a [`Schema`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSchema {
    /// A required column is missing.
    #[error("the inventory has no column `{field}`")]
    Missing {
        /// The column.
        field: Field,
    },
    /// A column occurs twice.
    #[error("the column `{field}` occurs twice")]
    Repeated {
        /// The column.
        field: Field,
    },
    /// The schema has more columns than any inventory.
    #[error("more than {} columns", Schema::LIMIT)]
    TooMany {
        /// The number of columns.
        found: usize,
    },
    /// A column of ORC or Parquet has no name.
    #[error("`{found}` is not a column")]
    NoColumn {
        /// The column.
        found: Box<str>,
    },
    /// The schema is not one of the format of the data files.
    #[error("this is not a schema of {format}")]
    NotOfFormat {
        /// The format.
        format: FileFormat,
    },
    /// The data files are not CSV.
    #[error("this is the schema of {format} file; only CSV can be a manifest")]
    NotCsv {
        /// The format, with its article.
        format: &'static str,
    },
}
open_vocabulary! {
    /// A column of an S3 Inventory (REP-952).
    ///
    /// S3 adds columns over time. The values of an unknown column are kept as text.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::inventory;
    ///
    /// assert_eq!(inventory::Field::from("ETag"), inventory::Field::E_TAG);
    /// assert!(!inventory::Field::from("Colour").is_known());
    /// ```
    pub struct Field(Word) {
        /// The source bucket; present in every inventory.
        BUCKET: Bucket = "Bucket",
        /// The key, percent-encoded; present in every inventory.
        KEY: Key = "Key",
        /// The version ID; in inventories of all versions. Empty for the null version.
        VERSION_ID: VersionId = "VersionId",
        /// True for the current version; in inventories of all versions.
        IS_LATEST: IsLatest = "IsLatest",
        /// True for a delete marker; in inventories of all versions.
        IS_DELETE_MARKER: IsDeleteMarker = "IsDeleteMarker",
        /// The size in bytes; empty for a delete marker.
        SIZE: Size = "Size",
        /// The time of creation.
        LAST_MODIFIED_DATE: LastModifiedDate = "LastModifiedDate",
        /// The entity tag; empty for a delete marker.
        E_TAG: ETag = "ETag",
        /// The storage class.
        STORAGE_CLASS: StorageClass = "StorageClass",
        /// True for a multipart upload; empty for a delete marker.
        IS_MULTIPART_UPLOADED: IsMultipartUploaded = "IsMultipartUploaded",
        /// The replication status; empty if no rule ever applied.
        REPLICATION_STATUS: ReplicationStatus = "ReplicationStatus",
        /// The encryption.
        ENCRYPTION_STATUS: EncryptionStatus = "EncryptionStatus",
        /// The time until which Object Lock retains the version.
        OBJECT_LOCK_RETAIN_UNTIL_DATE: RetainUntil = "ObjectLockRetainUntilDate",
        /// The mode of the retention.
        OBJECT_LOCK_MODE: LockMode = "ObjectLockMode",
        /// The legal hold.
        OBJECT_LOCK_LEGAL_HOLD_STATUS: LegalHold = "ObjectLockLegalHoldStatus",
        /// The status of the event hold.
        OBJECT_LOCK_EVENT_HOLD_STATUS: EventHoldStatus = "ObjectLockEventHoldStatus",
        /// The duration of the event hold; kept as text, because its format is not published.
        OBJECT_LOCK_EVENT_HOLD_DURATION: EventHoldDuration = "ObjectLockEventHoldDuration",
        /// The tier within `INTELLIGENT_TIERING`.
        INTELLIGENT_TIERING_ACCESS_TIER: AccessTier = "IntelligentTieringAccessTier",
        /// The use of an S3 Bucket Key.
        BUCKET_KEY_STATUS: BucketKeyStatus = "BucketKeyStatus",
        /// The algorithm of the checksum.
        CHECKSUM_ALGORITHM: ChecksumAlgorithm = "ChecksumAlgorithm",
        /// The ACL, in Base64.
        OBJECT_ACCESS_CONTROL_LIST: AccessControlList = "ObjectAccessControlList",
        /// The object owner.
        OBJECT_OWNER: Owner = "ObjectOwner",
        /// The time at which a lifecycle rule removes the object.
        LIFECYCLE_EXPIRATION_DATE: LifecycleExpiration = "LifecycleExpirationDate",
        /// The time from which S3 Intelligent-Tiering counts.
        INTELLIGENT_TIERING_REFERENCE_DATE: ReferenceDate = "IntelligentTieringReferenceDate",
    }
}

impl Field {
    /// Returns true for a column that is not part of the name of a version.
    pub(in crate::batch) fn is_fact(&self) -> bool {
        !matches!(self, &Self::BUCKET | &Self::KEY | &Self::VERSION_ID)
    }
}
