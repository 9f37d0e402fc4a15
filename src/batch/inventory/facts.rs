//! The values of one row of an inventory, read and written. Each column that this crate understands
//! has a row in one table: its name, the member that holds its value, and the values that it may
//! have. `manifest/columns.rs` looks up the row once for each file, and calls `Facts::read` for
//! each field.
//!
//! ```text
//! "Size"                 "5"         size: Some(5)
//! "Size"                 ""          size: None, for a delete marker
//! "Size"                 "five"      error: a number of bytes is expected
//! "ChecksumAlgorithm"    "SHA256"    others: [(ChecksumAlgorithm, "SHA256")]
//! ```
//!
//! An engine does not see these facts: `describe` puts them into an object version. Absent ones are
//! the subject of `batch/facts.rs`.

use std::borrow::Cow;

use chrono::{SecondsFormat, Timelike as _};

use crate::batch::inventory::Field;
use crate::batch::manifest::RowErrorKind;
use crate::model::{
    AccessTier, BucketKeyStatus, DeleteMarkerOrigin, EncryptionStatus, EventHold, EventHoldStatus,
    LegalHold, ObjectVersion, ReplicationStatus, Retention, RetentionMode, StorageClass, Timestamp,
};

/// The facts that an inventory contains about a version besides its name; `None` for those that it
/// does not contain.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::inventory;
/// use s3_replication::batch::manifest;
/// use s3_replication::StorageClass;
///
/// let schema: inventory::Schema = "Bucket, Key, VersionId, IsDeleteMarker, StorageClass".parse()?;
/// let file = r#""photos","cat.jpg","v1","false","GLACIER""#;
/// let row = manifest::Reader::inventory(file.as_bytes(), &schema).next().unwrap()?;
/// let facts = row.facts.as_ref().unwrap();
/// assert_eq!(facts.storage_class, Some(StorageClass::GLACIER));
/// assert_eq!(facts.size, None);
/// assert!(row.version().is_archived());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Facts {
    /// True for the current version.
    pub is_latest: Option<bool>,
    /// True for a delete marker.
    pub is_delete_marker: Option<bool>,
    /// The size in bytes.
    pub size: Option<u64>,
    /// The time of creation.
    pub last_modified: Option<Timestamp>,
    /// The entity tag.
    pub e_tag: Option<Box<str>>,
    /// The storage class.
    pub storage_class: Option<StorageClass>,
    /// True for a multipart upload.
    pub is_multipart_uploaded: Option<bool>,
    /// The replication status.
    pub replication_status: Option<ReplicationStatus>,
    /// The encryption.
    pub encryption_status: Option<EncryptionStatus>,
    /// The time until which Object Lock retains the version.
    pub retain_until: Option<Timestamp>,
    /// The mode of the retention.
    pub retention_mode: Option<RetentionMode>,
    /// The legal hold.
    pub legal_hold: Option<LegalHold>,
    /// The status of the event hold.
    pub event_hold: Option<EventHoldStatus>,
    /// The tier within `INTELLIGENT_TIERING`.
    pub access_tier: Option<AccessTier>,
    /// The use of an S3 Bucket Key.
    pub bucket_key_status: Option<BucketKeyStatus>,
    /// The other columns that are not empty, as text: columns that do not matter to replication, and
    /// columns that this version of the crate does not know.
    pub others: Vec<(Field, Box<str>)>,
}

/// A column whose values this crate understands.
#[derive(Debug)]
pub(in crate::batch) struct Column {
    // The name in the schema.
    field: Field,
    /// The values that the column may have, for messages.
    expected: &'static str,
    /// Stores a value; `None` when the text is none.
    read: fn(&mut Facts, &str) -> Option<()>,
    // Returns the text of a value; `None` if there is none.
    write: fn(&Facts) -> Option<Cow<'_, str>>,
}

/// Declares the columns, each with the member that holds its value.
macro_rules! columns {
    // `$field` is the constant of the name, `$member` the member of `Facts`, and `$expected`
    // completes the message about a wrong value. The type of the member decides how a value is
    // read.
    ($( $field:ident $member:ident: $expected:literal, )+) => {
        &[$( Column {
            field: Field::$field,
            expected: $expected,
            read: |facts, text| {
                facts.$member = Some(Value::read(text)?);
                Some(())
            },
            write: |facts| facts.$member.as_ref().map(Value::write),
        }, )+]
    };
}

static COLUMNS: &[Column] = columns![
    IS_LATEST is_latest: "`true` or `false`",
    IS_DELETE_MARKER is_delete_marker: "`true` or `false`",
    SIZE size: "a number of bytes",
    LAST_MODIFIED_DATE last_modified: "a time such as `2026-11-22T10:00:00.000Z`",
    E_TAG e_tag: "an entity tag",
    STORAGE_CLASS storage_class: "a storage class",
    IS_MULTIPART_UPLOADED is_multipart_uploaded: "`true` or `false`",
    REPLICATION_STATUS replication_status: "`PENDING`, `COMPLETED`, `FAILED` or `REPLICA`",
    ENCRYPTION_STATUS encryption_status:
        "`NOT-SSE`, `SSE-S3`, `SSE-KMS`, `DSSE-KMS` or `SSE-C`",
    OBJECT_LOCK_RETAIN_UNTIL_DATE retain_until: "a time such as `2026-11-22T10:00:00.000Z`",
    OBJECT_LOCK_MODE retention_mode: "`GOVERNANCE` or `COMPLIANCE`",
    OBJECT_LOCK_LEGAL_HOLD_STATUS legal_hold: "`On` or `Off`",
    OBJECT_LOCK_EVENT_HOLD_STATUS event_hold: "`On` or `Off`",
    INTELLIGENT_TIERING_ACCESS_TIER access_tier: "an access tier such as `FREQUENT`",
    BUCKET_KEY_STATUS bucket_key_status: "`ENABLED` or `DISABLED`",
];

impl Column {
    /// Returns the column of a field, if its values are understood.
    ///
    /// `None` for a column whose text is kept as it is. A linear search: there are 15 columns.
    pub(in crate::batch) fn of(field: &Field) -> Option<&'static Self> {
        COLUMNS.iter().find(|column| column.field == *field)
    }
}

impl Facts {
    /// Removes all values. The memory of the other columns is kept for the next row.
    ///
    /// `Columns::read_facts` calls it before each row.
    pub(in crate::batch) fn clear(&mut self) {
        let mut others = std::mem::take(&mut self.others);
        others.clear();
        *self = Self { others, ..Self::default() };
    }

    /// Stores the value of a column; an empty value is none.
    ///
    /// A column is read once for each row. A wrong value leaves the fact unknown, and the error
    /// names the column and the values that it may have.
    pub(in crate::batch) fn read(
        &mut self,
        field: &Field,
        column: Option<&Column>,
        text: &str,
    ) -> Result<(), RowErrorKind> {
        match column {
            // Inventories leave a field empty where a column does not apply.
            _ if text.is_empty() => {}
            Some(column) => (column.read)(self, text)
                .ok_or_else(|| RowErrorKind::value(field.as_str(), column.expected, text))?,
            None => self.others.push((field.clone(), text.into())),
        }
        Ok(())
    }

    /// Returns the value of a column as text; `None` when there is none.
    ///
    /// It is the reverse of `read`. An encoder writes an empty field for `None`.
    pub(in crate::batch) fn text(&self, field: &Field) -> Option<Cow<'_, str>> {
        if let Some(column) = Column::of(field) {
            return (column.write)(self);
        }
        let other = self.others.iter().find(|(name, _)| name == field);
        other.map(|(_, text)| Cow::Borrowed(&**text))
    }

    /// Sets the members of an object version that an inventory knows.
    ///
    /// The version is expected to have its defaults: a class or an encryption that is `None` leaves
    /// them.
    pub(in crate::batch) fn describe(&self, version: &mut ObjectVersion<'_>) {
        version.is_latest = self.is_latest;
        version.last_modified = self.last_modified;
        version.replication_status = self.replication_status;
        if self.is_delete_marker == Some(true) {
            // Whatever the other columns contain, a delete marker has no bytes.
            version.delete_marker = Some(DeleteMarkerOrigin::User);
            return;
        }
        version.size = self.size.unwrap_or_default();
        version.access_tier = self.access_tier;
        if let Some(class) = &self.storage_class {
            version.storage_class = class.clone();
        } else if self.access_tier.is_some() {
            // Only this class has access tiers.
            version.storage_class = StorageClass::INTELLIGENT_TIERING;
        }
        if let Some(encryption) = self.encryption_status {
            version.encryption = encryption;
        }
        version.bucket_key = self.bucket_key_status;
        version.lock.legal_hold = self.legal_hold;
        let hold = |status| EventHold { status, duration: None };
        version.lock.event_hold = self.event_hold.map(hold);
        // An inventory may have one of the two columns without the other.
        version.lock.retention = self
            .retention_mode
            // One of them alone is no retention that could be kept.
            .zip(self.retain_until)
            .map(|(mode, retain_until)| Retention { mode, retain_until });
    }
}

/// The value of a column.
trait Value: Sized {
    /// Reads a text that is not empty.
    fn read(text: &str) -> Option<Self>;
    // Returns the text as inventories have it, which `read` takes back.
    fn write(&self) -> Cow<'_, str>;
}

/// Implements the values that are words of a vocabulary.
macro_rules! words {
    // These types have the words of inventories as their own.
    ($( $name:ident )+) => {
        $( impl Value for $name {
            fn read(text: &str) -> Option<Self> {
                text.parse().ok()
            }

            fn write(&self) -> Cow<'_, str> {
                self.as_str().into()
            }
        } )+
    };
}

words!(AccessTier BucketKeyStatus EncryptionStatus ReplicationStatus RetentionMode);

impl Value for bool {
    /// Reads `true` or `false`, in upper or lower case (REP-953).
    fn read(text: &str) -> Option<Self> {
        let is = |word: &str| text.eq_ignore_ascii_case(word);
        if is("true") { Some(true) } else { is("false").then_some(false) }
    }

    fn write(&self) -> Cow<'_, str> {
        if *self { "true".into() } else { "false".into() }
    }
}

impl Value for u64 {
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn write(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}

impl Value for Box<str> {
    fn read(text: &str) -> Option<Self> {
        Some(text.into())
    }

    fn write(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl Value for StorageClass {
    fn read(text: &str) -> Option<Self> {
        Some(text.into())
    }

    fn write(&self) -> Cow<'_, str> {
        self.as_str().into()
    }
}

/// The holds of a version: inventories write `On` and `Off`, and the API writes `ON` and `OFF`. Both
/// are read. The words of inventories for event holds are not published.
macro_rules! holds {
    ($($hold:ident),+) => {$(
        impl Value for $hold {
            fn read(text: &str) -> Option<Self> {
                text.to_ascii_uppercase().parse().ok()
            }

            fn write(&self) -> Cow<'_, str> {
                match self {
                    Self::On => "On".into(),
                    Self::Off => "Off".into(),
                }
            }
        }
    )+};
}

holds!(LegalHold, EventHoldStatus);

impl Value for Timestamp {
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    /// Writes a time as S3 does, with milliseconds.
    fn write(&self) -> Cow<'_, str> {
        let time = self.to_utc();
        // A finer time keeps all its digits, so that it reads back equal.
        let is_whole = time.nanosecond().is_multiple_of(1_000_000);
        let digits = if is_whole { SecondsFormat::Millis } else { SecondsFormat::AutoSi };
        time.to_rfc3339_opts(digits, true).into()
    }
}
