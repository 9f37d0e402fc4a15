//! CopyObject.

use std::sync::Arc;

use s3_replication::model::{EncryptionStatus, Event};
use s3_replication_s3s::{FromS3s as _, ToS3s as _};
use s3s::dto::{
    CopyObjectInput, CopyObjectOutput, CopyObjectResult, CopySource, ETagCondition,
    MetadataDirective, TaggingDirective, Timestamp,
};
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, S3Result};

use super::read::{Found, find};
use super::record::described;
use super::write::{Conditions, LIMIT, Written, store};
use super::{region_of, respond};
use crate::attributes::Attributes;
use crate::errors;
use crate::service::Shared;

/// Finds the source of a copy.
///
/// # Errors
///
/// The errors of a read, and `InvalidRequest` for a delete marker that is named by its ID.
pub(crate) fn source(shared: &Shared, source: &CopySource) -> S3Result<Found> {
    let CopySource::Bucket { bucket, key, version_id } = source else {
        let text = "This server has no access points and no Outposts";
        return Err(S3Error::with_message(S3ErrorCode::NotImplemented, text));
    };
    let found = find(shared, bucket, key, version_id.as_deref());
    found.map_err(|error| {
        if error.code() != &S3ErrorCode::MethodNotAllowed {
            return error;
        }
        let text = "The source of a copy request may not specifically refer to a delete marker by version id.";
        S3Error::with_message(S3ErrorCode::InvalidRequest, text)
    })
}

/// The conditions on the source.
#[expect(clippy::struct_field_names, reason = "the names of the headers")]
pub(crate) struct SourceConditions {
    pub(crate) if_match: Option<ETagCondition>,
    pub(crate) if_none_match: Option<ETagCondition>,
    pub(crate) if_modified_since: Option<Timestamp>,
    pub(crate) if_unmodified_since: Option<Timestamp>,
}

impl SourceConditions {
    pub(crate) fn check(&self, found: &Found) -> S3Result<()> {
        let e_tag = found.e_tag();
        let matches = |condition: &ETagCondition| {
            condition.is_any() || condition.as_etag().is_some_and(|given| given.weak_cmp(&e_tag))
        };
        let is_after = |since: &Timestamp| {
            s3_replication::model::Timestamp::from_s3s(since).is_ok_and(|since| {
                found.version.last_modified.to_utc().timestamp() > since.to_utc().timestamp()
            })
        };
        let fails = self.if_match.as_ref().is_some_and(|given| !matches(given))
            || self.if_none_match.as_ref().is_some_and(matches)
            || self.if_modified_since.as_ref().is_some_and(|since| !is_after(since))
            || (self.if_match.is_none() && self.if_unmodified_since.as_ref().is_some_and(is_after));
        if fails { Err(errors::precondition_failed()) } else { Ok(()) }
    }
}

pub(crate) fn copy(
    shared: &Arc<Shared>,
    mut request: S3Request<CopyObjectInput>,
) -> S3Result<S3Response<CopyObjectOutput>> {
    let region = region_of(&request);
    let input = &mut request.input;
    let bucket = errors::bucket_name(&input.bucket)?;
    let found = source(shared, &input.copy_source)?;
    let conditions = SourceConditions {
        if_match: input.copy_source_if_match.take(),
        if_none_match: input.copy_source_if_none_match.take(),
        if_modified_since: input.copy_source_if_modified_since.take(),
        if_unmodified_since: input.copy_source_if_unmodified_since.take(),
    };
    conditions.check(&found)?;
    if found.version.size > LIMIT {
        let text = "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120";
        return Err(S3Error::with_message(S3ErrorCode::InvalidRequest, text));
    }
    let needs_key = found.version.encryption == Some(EncryptionStatus::SseC);
    if needs_key && input.copy_source_sse_customer_key_md5 != found.attributes.customer_key() {
        let text = "The object was stored using a form of Server Side Encryption. The correct \
                    parameters must be provided to retrieve the object.";
        return Err(S3Error::with_message(S3ErrorCode::InvalidRequest, text));
    }
    let replaces = |directive: Option<&str>| directive == Some("REPLACE");
    let replaces_metadata =
        replaces(input.metadata_directive.as_ref().map(MetadataDirective::as_str));
    let replaces_tags = replaces(input.tagging_directive.as_ref().map(TaggingDirective::as_str));
    check_changes(input, &found, replaces_metadata)?;
    let event = Event::ObjectCreatedCopy;
    let mut described = described!(input);
    let (user, headers) = (described.metadata.take(), std::mem::take(&mut described.headers));
    if !replaces_tags {
        described.tagging = None;
    }
    let mut record = described.into_record(input.key.clone(), event, region.as_ref())?;
    let mut attributes = Attributes(std::mem::take(&mut record.attributes));
    let customer_key = attributes.customer_key();
    attributes = if replaces_metadata {
        let mut changed = attributes;
        let mut headers = headers;
        headers.content_type.get_or_insert_with(|| "binary/octet-stream".to_owned());
        changed.set_headers(headers);
        changed.set_user(user);
        changed.set_checksum(found.attributes.checksum());
        changed
    } else {
        found.attributes.clone()
    };
    attributes.set_customer_key(customer_key);
    attributes.set_parts(None);
    let e_tag = found.e_tag();
    attributes.set_e_tag(e_tag.value().to_owned());
    record.attributes = attributes.0;
    if !replaces_tags {
        record.tags.clone_from(&found.version.metadata.tags);
    }
    record.segments = found.segments.to_vec();
    let stored = store(shared, &bucket, record, &Conditions::default())?;
    let written = Written::of(&stored);
    let source_id = &found.version.version_id;
    respond(CopyObjectOutput {
        bucket_key_enabled: written.bucket_key_enabled,
        copy_object_result: Some(CopyObjectResult {
            checksum_crc32: written.checksum.checksum_crc32,
            checksum_crc32c: written.checksum.checksum_crc32c,
            checksum_crc64nvme: written.checksum.checksum_crc64nvme,
            checksum_sha1: written.checksum.checksum_sha1,
            checksum_sha256: written.checksum.checksum_sha256,
            checksum_type: written.checksum.checksum_type,
            e_tag: written.e_tag,
            last_modified: Some(stored.last_modified.to_s3s()),
        }),
        copy_source_version_id: (!source_id.is_null()).then(|| source_id.to_string()),
        server_side_encryption: written.encryption,
        ssekms_key_id: written.kms_key_id,
        version_id: written.version_id,
        ..Default::default()
    })
}

/// Refuses a copy of an object onto itself which changes nothing.
fn check_changes(input: &CopyObjectInput, found: &Found, replaces: bool) -> S3Result<()> {
    let CopySource::Bucket { bucket, key, version_id } = &input.copy_source else { return Ok(()) };
    let is_itself = **bucket == input.bucket && **key == input.key && version_id.is_none();
    let changes = replaces
        || input
            .storage_class
            .as_ref()
            .is_some_and(|class| class.as_str() != found.version.storage_class.to_string())
        || input.server_side_encryption.is_some()
        || input.website_redirect_location.is_some()
        || input.sse_customer_algorithm.is_some();
    if is_itself && !changes {
        let text = "This copy request is illegal because it is trying to copy an object to itself \
                    without changing the object's metadata, storage class, website redirect \
                    location or encryption attributes.";
        return Err(S3Error::with_message(S3ErrorCode::InvalidRequest, text));
    }
    Ok(())
}
