//! GetObject and HeadObject.

use std::ops::Range as Span;
use std::sync::Arc;

use s3_replication::StorageClass;
use s3_replication::model::{EncryptionStatus, ReplicationStatus};
use s3_replication::storage::StoredVersion;
use s3_replication_s3s::{FromS3s as _, ToS3s as _};
use s3s::dto::{
    ETag, ETagCondition, GetObjectInput, GetObjectOutput, HeadObjectInput, HeadObjectOutput,
    ObjectLockMode, Range, Timestamp, TimestampFormat,
};
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, S3Result};

use super::{respond, version_of};
use crate::attributes::Attributes;
use crate::blob::Segment;
use crate::errors;
use crate::service::{Shared, lock};

/// A version that a request reads.
pub(crate) struct Found {
    pub(crate) version: StoredVersion<Arc<[u8]>>,
    pub(crate) attributes: Attributes,
    pub(crate) segments: Arc<[Segment]>,
    pub(crate) status: Option<ReplicationStatus>,
    pub(crate) restore: Option<String>,
}

/// Finds a version with a body.
///
/// # Errors
///
/// `NoSuchKey`, `NoSuchVersion`, and the errors about a delete marker.
pub(crate) fn find(shared: &Shared, bucket: &str, key: &str, id: Option<&str>) -> S3Result<Found> {
    let name = errors::bucket_name(bucket)?;
    let core = lock(&shared.core);
    let bucket = core.store.bucket(&name);
    let found = version_of(&core.store, &name, key, id)?;
    let version = bucket.version(key, &found).map_err(errors::of_store)?;
    let status = bucket.status(key, &found).map_err(errors::of_store)?;
    let Some(body) = &version.body else {
        return Err(errors::delete_marker(&found, id.is_some()));
    };
    let segments = shared.blobs.segments(body, version.size);
    let restored = bucket.restored_until(key, &found).ok().flatten();
    let restore =
        restored.map(|until| format!("ongoing-request=\"false\", expiry-date=\"{until}\""));
    let attributes = Attributes(version.user_metadata.clone());
    Ok(Found { version, attributes, segments, status, restore })
}

impl Found {
    pub(crate) fn e_tag(&self) -> ETag {
        let body = self.version.body.as_deref().unwrap_or_default();
        self.attributes.e_tag(body)
    }
}

/// The conditions of a read.
#[expect(clippy::struct_field_names, reason = "the names of the headers")]
struct Conditions {
    if_match: Option<ETagCondition>,
    if_none_match: Option<ETagCondition>,
    if_modified_since: Option<Timestamp>,
    if_unmodified_since: Option<Timestamp>,
}

impl Conditions {
    fn check(&self, found: &Found) -> S3Result<()> {
        let e_tag = found.e_tag();
        let matches = |condition: &ETagCondition| {
            condition.is_any() || condition.as_etag().is_some_and(|given| given.weak_cmp(&e_tag))
        };
        let modified = found.version.last_modified;
        // Headers have seconds.
        let is_after = |since: &Timestamp| {
            s3_replication::model::Timestamp::from_s3s(since)
                .is_ok_and(|since| modified.to_utc().timestamp() > since.to_utc().timestamp())
        };
        match (&self.if_match, &self.if_unmodified_since) {
            (Some(given), _) if !matches(given) => return Err(errors::precondition_failed()),
            (None, Some(since)) if is_after(since) => return Err(errors::precondition_failed()),
            _ => {}
        }
        let is_unmodified = match (&self.if_none_match, &self.if_modified_since) {
            (Some(given), _) => matches(given),
            (None, Some(since)) => !is_after(since),
            (None, None) => false,
        };
        if is_unmodified {
            return Err(S3Error::with_message(S3ErrorCode::NotModified, "Not Modified"));
        }
        Ok(())
    }
}

/// Returns the range to read, and true if it is not the whole body.
fn range_of(range: Option<Range>, size: u64) -> S3Result<(Span<u64>, bool)> {
    let Some(range) = range else { return Ok((0..size, false)) };
    let invalid = |_| {
        let text = "The requested range is not satisfiable";
        S3Error::with_message(S3ErrorCode::InvalidRange, text)
    };
    Ok((range.check(size).map_err(invalid)?, true))
}

/// Refuses a read of an object with a key of the customer which does not bring that key.
fn check_customer_key(found: &Found, algorithm: Option<&str>, md5: Option<&str>) -> S3Result<()> {
    let encrypted = found.version.encryption == Some(EncryptionStatus::SseC);
    let key = found.attributes.customer_key();
    match (encrypted, algorithm) {
        (true, None) => {
            let text = "The object was stored using a form of Server Side Encryption. The correct \
                        parameters must be provided to retrieve the object.";
            Err(S3Error::with_message(S3ErrorCode::InvalidRequest, text))
        }
        (true, Some(_)) if md5 != key.as_deref() => {
            Err(S3Error::with_message(S3ErrorCode::AccessDenied, "Access Denied"))
        }
        (false, Some(_)) => {
            let text = "The encryption parameters are not applicable to this object.";
            Err(S3Error::with_message(S3ErrorCode::InvalidRequest, text))
        }
        _ => Ok(()),
    }
}

/// Refuses a read of an archived object.
fn check_archived(found: &Found) -> S3Result<()> {
    if found.version.storage_class.is_archived() && found.restore.is_none() {
        let text = "The operation is not valid for the object's storage class";
        return Err(S3Error::with_message(S3ErrorCode::InvalidObjectState, text));
    }
    Ok(())
}

pub(crate) fn get(
    shared: &Arc<Shared>,
    request: S3Request<GetObjectInput>,
) -> S3Result<S3Response<GetObjectOutput>> {
    let input = request.input;
    let found = find(shared, &input.bucket, &input.key, input.version_id.as_deref())?;
    check_customer_key(
        &found,
        input.sse_customer_algorithm.as_deref(),
        input.sse_customer_key_md5.as_deref(),
    )?;
    check_archived(&found)?;
    let conditions = Conditions {
        if_match: input.if_match,
        if_none_match: input.if_none_match,
        if_modified_since: input.if_modified_since,
        if_unmodified_since: input.if_unmodified_since,
    };
    conditions.check(&found)?;
    let size = found.version.size;
    let (range, is_part) = range_of(input.range, size)?;
    let mut output = describe(&found);
    if is_part {
        let last = range.end.saturating_sub(1);
        output.content_range = Some(format!("bytes {}-{last}/{size}", range.start));
    }
    output.content_length = i64::try_from(range.end - range.start).ok();
    if is_part || input.checksum_mode.is_none() {
        remove_checksums(&mut output);
    }
    let tags = found.version.metadata.tags.len();
    output.tag_count = i32::try_from(tags).ok().filter(|count| *count > 0);
    output.body = Some(shared.blobs.read(&found.segments, range));
    // The headers that the request asks for replace those of the object.
    output.cache_control = input.response_cache_control.or(output.cache_control);
    output.content_disposition = input.response_content_disposition.or(output.content_disposition);
    output.content_encoding = input.response_content_encoding.or(output.content_encoding);
    output.content_language = input.response_content_language.or(output.content_language);
    output.content_type = input.response_content_type.or(output.content_type);
    output.expires = input.response_expires.or(output.expires);
    let mut response = S3Response::new(output);
    if is_part {
        response.status = Some(http::StatusCode::PARTIAL_CONTENT);
    }
    Ok(response)
}

fn remove_checksums(output: &mut GetObjectOutput) {
    output.checksum_crc32 = None;
    output.checksum_crc32c = None;
    output.checksum_crc64nvme = None;
    output.checksum_sha1 = None;
    output.checksum_sha256 = None;
    output.checksum_type = None;
}

/// Returns everything that a response says about a version, but for its body.
fn describe(found: &Found) -> GetObjectOutput {
    let version = &found.version;
    let headers = found.attributes.headers();
    let checksum = found.attributes.checksum();
    let lock = version.metadata.lock;
    let written = super::write::Written::of(version);
    let is_standard = version.storage_class == StorageClass::STANDARD;
    GetObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        bucket_key_enabled: written.bucket_key_enabled,
        cache_control: headers.cache_control,
        checksum_crc32: checksum.checksum_crc32,
        checksum_crc32c: checksum.checksum_crc32c,
        checksum_crc64nvme: checksum.checksum_crc64nvme,
        checksum_sha1: checksum.checksum_sha1,
        checksum_sha256: checksum.checksum_sha256,
        checksum_type: checksum.checksum_type,
        content_disposition: headers.content_disposition,
        content_encoding: headers.content_encoding,
        content_language: headers.content_language,
        content_length: i64::try_from(version.size).ok(),
        content_type: headers.content_type.or_else(|| Some("binary/octet-stream".to_owned())),
        e_tag: Some(found.e_tag()),
        expires: headers
            .expires
            .and_then(|text| Timestamp::parse(TimestampFormat::HttpDate, &text).ok()),
        last_modified: Some(version.last_modified.to_s3s()),
        metadata: Some(found.attributes.user()),
        object_lock_legal_hold_status: lock.legal_hold.and_then(|hold| hold.to_s3s().status),
        object_lock_mode: lock.retention.map(|kept| ObjectLockMode::from(kept.mode.to_string())),
        object_lock_retain_until_date: lock.retention.map(|kept| kept.retain_until.to_s3s()),
        parts_count: None,
        replication_status: found.status.map(|status| status.to_s3s()),
        restore: found.restore.clone(),
        sse_customer_algorithm: written.customer_key_md5.as_ref().map(|_| "AES256".to_owned()),
        sse_customer_key_md5: written.customer_key_md5,
        ssekms_key_id: written.kms_key_id,
        server_side_encryption: written.encryption,
        storage_class: (!is_standard).then(|| version.storage_class.to_s3s()),
        version_id: written.version_id,
        website_redirect_location: headers.website_redirect_location,
        ..Default::default()
    }
}

pub(crate) fn head(
    shared: &Arc<Shared>,
    request: S3Request<HeadObjectInput>,
) -> S3Result<S3Response<HeadObjectOutput>> {
    let input = request.input;
    let found = find(shared, &input.bucket, &input.key, input.version_id.as_deref())?;
    check_customer_key(
        &found,
        input.sse_customer_algorithm.as_deref(),
        input.sse_customer_key_md5.as_deref(),
    )?;
    let conditions = Conditions {
        if_match: input.if_match,
        if_none_match: input.if_none_match,
        if_modified_since: input.if_modified_since,
        if_unmodified_since: input.if_unmodified_since,
    };
    conditions.check(&found)?;
    let size = found.version.size;
    let (range, is_part) = range_of(input.range, size)?;
    let mut about = describe(&found);
    if is_part || input.checksum_mode.is_none() {
        remove_checksums(&mut about);
    }
    let content_range =
        is_part.then(|| format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1)));
    let parts_count = input.part_number.and_then(|_| found.attributes.parts());
    respond(HeadObjectOutput {
        accept_ranges: about.accept_ranges,
        bucket_key_enabled: about.bucket_key_enabled,
        cache_control: about.cache_control,
        checksum_crc32: about.checksum_crc32,
        checksum_crc32c: about.checksum_crc32c,
        checksum_crc64nvme: about.checksum_crc64nvme,
        checksum_sha1: about.checksum_sha1,
        checksum_sha256: about.checksum_sha256,
        checksum_type: about.checksum_type,
        content_disposition: about.content_disposition,
        content_encoding: about.content_encoding,
        content_language: about.content_language,
        content_length: i64::try_from(range.end - range.start).ok(),
        content_range,
        content_type: about.content_type,
        e_tag: about.e_tag,
        expires: about.expires,
        last_modified: about.last_modified,
        metadata: about.metadata,
        object_lock_legal_hold_status: about.object_lock_legal_hold_status,
        object_lock_mode: about.object_lock_mode,
        object_lock_retain_until_date: about.object_lock_retain_until_date,
        parts_count,
        replication_status: about.replication_status,
        restore: about.restore,
        sse_customer_algorithm: about.sse_customer_algorithm,
        sse_customer_key_md5: about.sse_customer_key_md5,
        ssekms_key_id: about.ssekms_key_id,
        server_side_encryption: about.server_side_encryption,
        storage_class: about.storage_class,
        version_id: about.version_id,
        website_redirect_location: about.website_redirect_location,
        ..Default::default()
    })
}
