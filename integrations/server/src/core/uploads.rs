//! Multipart uploads in progress.

use std::collections::BTreeMap;

use s3_replication::diagnostic::{ServiceError, ServiceErrorCode};
use s3_replication::model::{BucketName, Timestamp, VersionId};
use serde::{Deserialize, Serialize};

use super::{Core, Effect, ObjectRecord};
use crate::attributes::{Attributes, hex};
use crate::blob::Segment;

/// A multipart upload in progress.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) bucket: BucketName,
    /// The object without its segments.
    pub(crate) object: ObjectRecord,
    pub(crate) parts: BTreeMap<i32, Part>,
    pub(crate) initiated: Timestamp,
}

/// A part of an upload.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) segments: Vec<Segment>,
    pub(crate) size: u64,
    pub(crate) e_tag: String,
    pub(crate) uploaded: Timestamp,
}

/// A part as a request names it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UploadedPart {
    pub(crate) number: i32,
    pub(crate) e_tag: String,
}

/// A change of an upload.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all_fields = "PascalCase")]
pub(crate) enum UploadChange {
    Create { id: String, bucket: BucketName, object: ObjectRecord },
    PutPart { id: String, number: i32, segments: Vec<Segment>, e_tag: String },
    Complete { id: String, parts: Vec<UploadedPart>, version: VersionId },
    Abort { id: String },
}

/// The smallest size of a part that is not the last one.
const SMALLEST_PART: u64 = 5 << 20;

impl Core {
    /// Returns an upload of this key.
    ///
    /// # Errors
    ///
    /// `NoSuchUpload`
    pub(crate) fn upload(
        &self,
        id: &str,
        bucket: &BucketName,
        key: &str,
    ) -> Result<&Upload, ServiceError> {
        let upload = self.uploads.get(id);
        let upload = upload.filter(|upload| upload.bucket == *bucket && upload.object.key == key);
        upload.ok_or_else(no_such_upload)
    }

    pub(super) fn change_upload(
        &mut self,
        change: UploadChange,
        at: Timestamp,
    ) -> Result<Effect, ServiceError> {
        match change {
            UploadChange::Create { id, bucket, object } => {
                self.store.bucket(&bucket).settings()?;
                let parts = BTreeMap::new();
                self.uploads.insert(id, Upload { bucket, object, parts, initiated: at });
            }
            UploadChange::PutPart { id, number, segments, e_tag } => {
                let upload = self.uploads.get_mut(&id).ok_or_else(no_such_upload)?;
                let size = crate::blob::size_of(&segments);
                upload.parts.insert(number, Part { segments, size, e_tag, uploaded: at });
            }
            UploadChange::Complete { id, parts, version } => {
                let upload = self.uploads.get(&id).ok_or_else(no_such_upload)?;
                let object = upload.assemble(&parts)?;
                let bucket = upload.bucket.clone();
                let made = self.put_object(&bucket, object, &version, at)?;
                self.uploads.remove(&id);
                return Ok(Effect::Version(made));
            }
            UploadChange::Abort { id } => {
                self.uploads.remove(&id).ok_or_else(no_such_upload)?;
            }
        }
        Ok(Effect::Done)
    }
}

impl Upload {
    /// Returns the object of these parts.
    pub(crate) fn assemble(&self, parts: &[UploadedPart]) -> Result<ObjectRecord, ServiceError> {
        let error = |code: &'static str, text: &'static str| {
            Err(ServiceError::new(ServiceErrorCode::from(code), text))
        };
        if parts.is_empty() {
            return Err(ServiceError::malformed_xml());
        }
        let is_sorted =
            parts.iter().zip(parts.iter().skip(1)).all(|(part, next)| part.number < next.number);
        if !is_sorted {
            return error(
                "InvalidPartOrder",
                "The list of parts was not in ascending order. Parts must be ordered by part number.",
            );
        }
        let mut object = self.object.clone();
        let mut md5 = <md5::Md5 as md5::Digest>::new();
        for (at, named) in parts.iter().enumerate() {
            let part = self.parts.get(&named.number).filter(|part| part.e_tag == named.e_tag);
            let Some(part) = part else {
                return error(
                    "InvalidPart",
                    "One or more of the specified parts could not be found.  The part may not have \
                     been uploaded, or the specified entity tag may not match the part's entity tag.",
                );
            };
            if part.size < SMALLEST_PART && at + 1 < parts.len() {
                return error(
                    "EntityTooSmall",
                    "Your proposed upload is smaller than the minimum allowed size",
                );
            }
            object.segments.extend(part.segments.iter().cloned());
            md5::Digest::update(&mut md5, bytes_of_hex(&part.e_tag));
        }
        let mut attributes = Attributes(std::mem::take(&mut object.attributes));
        attributes.set_e_tag(format!("{}-{}", hex(&md5::Digest::finalize(md5)), parts.len()));
        attributes.set_parts(Some(parts.len()));
        object.attributes = attributes.0;
        Ok(object)
    }
}

fn bytes_of_hex(text: &str) -> Vec<u8> {
    let pair = |at: usize| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..text.len()).step_by(2).filter_map(pair).collect()
}

fn no_such_upload() -> ServiceError {
    let text = "The specified upload does not exist. The upload ID may be invalid, or the upload \
                may have been aborted or completed.";
    ServiceError::new(ServiceErrorCode::from("NoSuchUpload"), text)
}
