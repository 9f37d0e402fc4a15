use std::borrow::Cow;
use std::str::FromStr;

use chrono::{SecondsFormat, Timelike as _};

use crate::batch::inventory::Field;
use crate::batch::manifest::RowErrorKind;
use crate::model::{
    AccessTier, BucketKeyStatus, DeleteMarkerOrigin, EncryptionStatus, LegalHold, ObjectVersion,
    ReplicationStatus, Retention, RetentionMode, StorageClass, Timestamp,
};

/// What an inventory says about a version besides its name; `None` where it says nothing.
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
    /// Whether the version is the current one.
    pub is_latest: Option<bool>,
    /// Whether the version is a delete marker.
    pub is_delete_marker: Option<bool>,
    /// The size in bytes.
    pub size: Option<u64>,
    /// When the version was created.
    pub last_modified: Option<Timestamp>,
    /// The entity tag.
    pub e_tag: Option<Box<str>>,
    /// The storage class.
    pub storage_class: Option<StorageClass>,
    /// Whether it was uploaded in parts.
    pub is_multipart_uploaded: Option<bool>,
    /// How far replication has come.
    pub replication_status: Option<ReplicationStatus>,
    /// How it is encrypted.
    pub encryption_status: Option<EncryptionStatus>,
    /// Until when it is retained.
    pub retain_until: Option<Timestamp>,
    /// How strictly it is retained.
    pub retention_mode: Option<RetentionMode>,
    /// Whether there is a legal hold.
    pub legal_hold: Option<LegalHold>,
    /// The tier within `INTELLIGENT_TIERING`.
    pub access_tier: Option<AccessTier>,
    /// Whether it uses an S3 Bucket Key.
    pub bucket_key_status: Option<BucketKeyStatus>,
    /// The other columns that hold something, as text: those that replication has no use for, and
    /// those that are not known here.
    pub others: Vec<(Field, Box<str>)>,
}

impl Facts {
    /// Takes what a column says. Empty says nothing.
    pub(in crate::batch) fn read(&mut self, field: &Field, text: &str) -> Result<(), RowErrorKind> {
        if text.is_empty() {
            return Ok(());
        }
        let wrong = |expected| RowErrorKind::value(field.as_str(), expected, text);
        match *field {
            Field::IS_LATEST => self.is_latest = Some(boolean(field, text)?),
            Field::IS_DELETE_MARKER => self.is_delete_marker = Some(boolean(field, text)?),
            Field::IS_MULTIPART_UPLOADED => {
                self.is_multipart_uploaded = Some(boolean(field, text)?);
            }
            Field::SIZE => {
                self.size = Some(text.parse().map_err(|_| wrong("a number of bytes"))?);
            }
            Field::LAST_MODIFIED_DATE => self.last_modified = Some(moment(field, text)?),
            Field::OBJECT_LOCK_RETAIN_UNTIL_DATE => {
                self.retain_until = Some(moment(field, text)?);
            }
            Field::E_TAG => self.e_tag = Some(text.into()),
            Field::STORAGE_CLASS => self.storage_class = Some(text.into()),
            Field::REPLICATION_STATUS => {
                let expected = "`PENDING`, `COMPLETED`, `FAILED` or `REPLICA`";
                self.replication_status = Some(word(text).ok_or_else(|| wrong(expected))?);
            }
            Field::ENCRYPTION_STATUS => {
                let expected = "`NOT-SSE`, `SSE-S3`, `SSE-KMS`, `DSSE-KMS` or `SSE-C`";
                self.encryption_status = Some(word(text).ok_or_else(|| wrong(expected))?);
            }
            Field::OBJECT_LOCK_MODE => {
                let expected = "`GOVERNANCE` or `COMPLIANCE`";
                self.retention_mode = Some(word(text).ok_or_else(|| wrong(expected))?);
            }
            Field::OBJECT_LOCK_LEGAL_HOLD_STATUS => {
                // Inventory writes `On` and `Off`, the API `ON` and `OFF`.
                let hold = word(&text.to_ascii_uppercase());
                self.legal_hold = Some(hold.ok_or_else(|| wrong("`On` or `Off`"))?);
            }
            Field::INTELLIGENT_TIERING_ACCESS_TIER => {
                let tier = word(text).ok_or_else(|| wrong("an access tier such as `FREQUENT`"))?;
                self.access_tier = Some(tier);
            }
            Field::BUCKET_KEY_STATUS => {
                let status = word(text).ok_or_else(|| wrong("`ENABLED` or `DISABLED`"))?;
                self.bucket_key_status = Some(status);
            }
            _ => self.others.push((field.clone(), text.into())),
        }
        Ok(())
    }

    /// Returns what stands in a column; `None` when it is empty.
    pub(in crate::batch) fn text(&self, field: &Field) -> Option<Cow<'_, str>> {
        let boolean = |value| Cow::Borrowed(if value { "true" } else { "false" });
        match *field {
            Field::IS_LATEST => self.is_latest.map(boolean),
            Field::IS_DELETE_MARKER => self.is_delete_marker.map(boolean),
            Field::IS_MULTIPART_UPLOADED => self.is_multipart_uploaded.map(boolean),
            Field::SIZE => self.size.map(|size| size.to_string().into()),
            Field::LAST_MODIFIED_DATE => self.last_modified.map(written),
            Field::OBJECT_LOCK_RETAIN_UNTIL_DATE => self.retain_until.map(written),
            Field::E_TAG => self.e_tag.as_deref().map(Cow::Borrowed),
            Field::STORAGE_CLASS => self.storage_class.as_ref().map(|class| class.as_str().into()),
            Field::REPLICATION_STATUS => self.replication_status.map(|word| word.as_str().into()),
            Field::ENCRYPTION_STATUS => self.encryption_status.map(|word| word.as_str().into()),
            Field::OBJECT_LOCK_MODE => self.retention_mode.map(|mode| mode.as_str().into()),
            Field::OBJECT_LOCK_LEGAL_HOLD_STATUS => self.legal_hold.map(|hold| match hold {
                LegalHold::On => "On".into(),
                LegalHold::Off => "Off".into(),
            }),
            Field::INTELLIGENT_TIERING_ACCESS_TIER => {
                self.access_tier.map(|tier| tier.as_str().into())
            }
            Field::BUCKET_KEY_STATUS => self.bucket_key_status.map(|status| status.as_str().into()),
            _ => {
                let other = self.others.iter().find(|(name, _)| name == field);
                other.map(|(_, text)| Cow::Borrowed(&**text))
            }
        }
    }

    /// Says of an object version what is known about it.
    pub(in crate::batch) fn describe(&self, version: &mut ObjectVersion<'_>) {
        version.is_latest = self.is_latest;
        version.size = self.size.unwrap_or_default();
        version.last_modified = self.last_modified;
        version.access_tier = self.access_tier;
        if let Some(class) = &self.storage_class {
            version.storage_class = class.clone();
        } else if self.access_tier.is_some() {
            version.storage_class = StorageClass::INTELLIGENT_TIERING;
        }
        if let Some(encryption) = self.encryption_status {
            version.encryption = encryption;
        }
        version.bucket_key = self.bucket_key_status;
        version.replication_status = self.replication_status;
        version.lock.legal_hold = self.legal_hold;
        // An inventory may have the one column without the other.
        version.lock.retention = self
            .retention_mode
            .zip(self.retain_until)
            .map(|(mode, retain_until)| Retention { mode, retain_until });
        if self.is_delete_marker == Some(true) {
            version.delete_marker = Some(DeleteMarkerOrigin::User);
        }
    }
}

/// Reads `true` or `false`, in any case (REP-953).
fn boolean(field: &Field, text: &str) -> Result<bool, RowErrorKind> {
    if text.eq_ignore_ascii_case("true") {
        Ok(true)
    } else if text.eq_ignore_ascii_case("false") {
        Ok(false)
    } else {
        Err(RowErrorKind::value(field.as_str(), "`true` or `false`", text))
    }
}

fn moment(field: &Field, text: &str) -> Result<Timestamp, RowErrorKind> {
    let expected = "a moment such as `2026-11-22T10:00:00.000Z`";
    text.parse().map_err(|_| RowErrorKind::value(field.as_str(), expected, text))
}

fn word<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

/// Writes a moment as S3 does, with milliseconds.
fn written(moment: Timestamp) -> Cow<'static, str> {
    let moment = moment.to_utc();
    let is_whole = moment.nanosecond().is_multiple_of(1_000_000);
    let digits = if is_whole { SecondsFormat::Millis } else { SecondsFormat::AutoSi };
    moment.to_rfc3339_opts(digits, true).into()
}
