//! Multipart uploads.

use std::sync::Arc;

use s3_replication::model::Event;
use s3_replication_s3s::ToS3s as _;
use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput,
    CompleteMultipartUploadOutput, CopyPartResult, CreateMultipartUploadInput,
    CreateMultipartUploadOutput, ETag, ListMultipartUploadsInput, ListMultipartUploadsOutput,
    ListPartsInput, ListPartsOutput, MultipartUpload, Part, Range, UploadPartCopyInput,
    UploadPartCopyOutput, UploadPartInput, UploadPartOutput,
};
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, S3Result};

use super::copy::{SourceConditions, source};
use super::record::described;
use super::write::{Conditions, Expected, Written, checksum};
use super::{owner, region_of, respond};
use crate::attributes::hex;
use crate::core::{Command, Upload, UploadChange, UploadedPart};
use crate::service::{Shared, lock};
use crate::{clock, errors};

/// The size in bytes above which a part is in a file: an upload has many parts.
const PART_IN_MEMORY: usize = 64 << 10;

pub(crate) fn create(
    shared: &Arc<Shared>,
    mut request: S3Request<CreateMultipartUploadInput>,
) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
    let region = region_of(&request);
    let input = &mut request.input;
    let bucket = errors::bucket_name(&input.bucket)?;
    let event = Event::ObjectCreatedCompleteMultipartUpload;
    let object = described!(input).into_record(input.key.clone(), event, region.as_ref())?;
    let id = clock::new_id();
    let encryption = object.encryption.and_then(|encryption| encryption.to_s3s());
    let change = UploadChange::Create { id: id.clone(), bucket, object };
    lock(&shared.core).commit(Command::Upload(change)).map_err(errors::of_store)?;
    respond(CreateMultipartUploadOutput {
        bucket: Some(input.bucket.clone()),
        checksum_algorithm: input.checksum_algorithm.take(),
        checksum_type: input.checksum_type.take(),
        key: Some(input.key.clone()),
        server_side_encryption: encryption,
        upload_id: Some(id),
        ..Default::default()
    })
}

/// Refuses a part number that S3 does not have.
fn check_number(number: i32) -> S3Result<()> {
    if (1..=10_000).contains(&number) {
        return Ok(());
    }
    Err(errors::invalid_argument("Part number must be an integer between 1 and 10000, inclusive"))
}

/// Returns an upload.
fn find(shared: &Shared, id: &str, bucket: &str, key: &str) -> S3Result<Upload> {
    let bucket = errors::bucket_name(bucket)?;
    lock(&shared.core).upload(id, &bucket, key).cloned().map_err(errors::of_store)
}

pub(crate) async fn put_part(
    shared: &Arc<Shared>,
    mut request: S3Request<UploadPartInput>,
) -> S3Result<S3Response<UploadPartOutput>> {
    let trailers = request.trailing_headers.take();
    let input = &mut request.input;
    check_number(input.part_number)?;
    find(shared, &input.upload_id, &input.bucket, &input.key)?;
    let expected = Expected {
        length: input.content_length,
        md5: input.content_md5.take(),
        checksum: checksum!(input),
        trailers: &|| trailers.as_ref().and_then(s3s::TrailingHeaders::take),
        algorithm: input.checksum_algorithm.take(),
    };
    let body = input.body.take();
    let received = expected.receive(shared, body, &request.headers, PART_IN_MEMORY).await?;
    let e_tag = hex(&received.md5);
    let change = UploadChange::PutPart {
        id: input.upload_id.clone(),
        number: input.part_number,
        segments: vec![received.segment],
        e_tag: e_tag.clone(),
    };
    lock(&shared.core).commit(Command::Upload(change)).map_err(errors::of_store)?;
    respond(UploadPartOutput {
        checksum_crc32: received.checksum.checksum_crc32,
        checksum_crc32c: received.checksum.checksum_crc32c,
        checksum_crc64nvme: received.checksum.checksum_crc64nvme,
        checksum_sha1: received.checksum.checksum_sha1,
        checksum_sha256: received.checksum.checksum_sha256,
        e_tag: Some(ETag::Strong(e_tag)),
        ..Default::default()
    })
}

pub(crate) async fn copy_part(
    shared: &Arc<Shared>,
    request: S3Request<UploadPartCopyInput>,
) -> S3Result<S3Response<UploadPartCopyOutput>> {
    let input = request.input;
    check_number(input.part_number)?;
    find(shared, &input.upload_id, &input.bucket, &input.key)?;
    let found = source(shared, &input.copy_source)?;
    let conditions = SourceConditions {
        if_match: input.copy_source_if_match,
        if_none_match: input.copy_source_if_none_match,
        if_modified_since: input.copy_source_if_modified_since,
        if_unmodified_since: input.copy_source_if_unmodified_since,
    };
    conditions.check(&found)?;
    let size = found.version.size;
    let range = match input.copy_source_range.as_deref().map(Range::parse) {
        None => 0..size,
        Some(Ok(range)) => range.check(size).map_err(|_| {
            errors::invalid_argument("Range specified is not valid for source object")
        })?,
        Some(Err(_)) => {
            let text = "The x-amz-copy-source-range value must be of the form bytes=first-last \
                        where first and last are the zero-based offsets of the first and last \
                        bytes to copy";
            return Err(errors::invalid_argument(text));
        }
    };
    // The bytes are read and written again, since a part has an ETag of its own.
    let body = shared.blobs.read(&found.segments, range);
    let hasher = s3s::checksum::ChecksumHasher::default();
    let receiver = crate::blob::Receiver::new(&shared.blobs, hasher, PART_IN_MEMORY);
    let part = receiver.receive(Some(body), u64::MAX).await.map_err(errors::of_body)?;
    let e_tag = hex(&part.md5);
    let change = UploadChange::PutPart {
        id: input.upload_id,
        number: input.part_number,
        segments: vec![part.segment],
        e_tag: e_tag.clone(),
    };
    let mut core = lock(&shared.core);
    core.commit(Command::Upload(change)).map_err(errors::of_store)?;
    let id = &found.version.version_id;
    respond(UploadPartCopyOutput {
        copy_part_result: Some(CopyPartResult {
            e_tag: Some(ETag::Strong(e_tag)),
            last_modified: Some(core.now().to_s3s()),
            ..Default::default()
        }),
        copy_source_version_id: (!id.is_null()).then(|| id.to_string()),
        ..Default::default()
    })
}

pub(crate) fn complete(
    shared: &Arc<Shared>,
    request: S3Request<CompleteMultipartUploadInput>,
) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
    let input = request.input;
    let bucket = errors::bucket_name(&input.bucket)?;
    let parts = input.multipart_upload.and_then(|upload| upload.parts).unwrap_or_default();
    let parts = parts.into_iter().map(|part| {
        let number = part.part_number.ok_or_else(errors::malformed_xml)?;
        let e_tag = part.e_tag.ok_or_else(errors::malformed_xml)?;
        Ok(UploadedPart { number, e_tag: e_tag.value().to_owned() })
    });
    let parts = parts.collect::<S3Result<Vec<_>>>()?;
    let conditions = Conditions { if_match: input.if_match, if_none_match: input.if_none_match };
    let mut core = lock(&shared.core);
    let upload = core.upload(&input.upload_id, &bucket, &input.key).map_err(errors::of_store)?;
    // Refused before the journal has it.
    upload.assemble(&parts).map_err(errors::of_store)?;
    conditions.check(&core, &bucket, &input.key)?;
    let version = clock::new_version_id();
    let change = UploadChange::Complete { id: input.upload_id, parts, version };
    let effect = core.commit(Command::Upload(change)).map_err(errors::of_store)?;
    let id = effect.version_id().ok_or_else(errors::no_such_key)?;
    let stored = core.store.bucket(&bucket).version(&input.key, &id).map_err(errors::of_store)?;
    let written = Written::of(&stored);
    respond(CompleteMultipartUploadOutput {
        bucket: Some(input.bucket.clone()),
        bucket_key_enabled: written.bucket_key_enabled,
        e_tag: written.e_tag,
        location: Some(format!("/{}/{}", input.bucket, input.key)),
        key: Some(input.key),
        server_side_encryption: written.encryption,
        ssekms_key_id: written.kms_key_id,
        version_id: written.version_id,
        ..Default::default()
    })
}

pub(crate) fn abort(
    shared: &Arc<Shared>,
    request: S3Request<AbortMultipartUploadInput>,
) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
    let input = request.input;
    find(shared, &input.upload_id, &input.bucket, &input.key)?;
    let change = UploadChange::Abort { id: input.upload_id };
    lock(&shared.core).commit(Command::Upload(change)).map_err(errors::of_store)?;
    let mut response = S3Response::new(AbortMultipartUploadOutput::default());
    response.status = Some(http::StatusCode::NO_CONTENT);
    Ok(response)
}

pub(crate) fn parts(
    shared: &Arc<Shared>,
    request: S3Request<ListPartsInput>,
) -> S3Result<S3Response<ListPartsOutput>> {
    let input = request.input;
    let upload = find(shared, &input.upload_id, &input.bucket, &input.key)?;
    let limit = usize::try_from(input.max_parts.unwrap_or(1000).min(1000)).map_err(|_| {
        S3Error::with_message(S3ErrorCode::InvalidArgument, "max-parts must not be negative")
    })?;
    let after = input.part_number_marker.unwrap_or(0);
    let mut rest = upload.parts.range(after.saturating_add(1)..);
    let parts: Vec<_> = rest
        .by_ref()
        .take(limit)
        .map(|(number, part)| Part {
            e_tag: Some(ETag::Strong(part.e_tag.clone())),
            last_modified: Some(part.uploaded.to_s3s()),
            part_number: Some(*number),
            size: i64::try_from(part.size).ok(),
            ..Default::default()
        })
        .collect();
    let last = parts.last().and_then(|part| part.part_number);
    let is_truncated = rest.next().is_some() && limit > 0;
    respond(ListPartsOutput {
        bucket: Some(input.bucket),
        is_truncated: Some(is_truncated),
        key: Some(input.key),
        max_parts: i32::try_from(limit).ok(),
        next_part_number_marker: last.filter(|_| is_truncated),
        owner: Some(owner()),
        part_number_marker: Some(after),
        parts: Some(parts),
        storage_class: Some(upload.object.storage_class.to_s3s()),
        upload_id: Some(input.upload_id),
        ..Default::default()
    })
}

pub(crate) fn uploads(
    shared: &Arc<Shared>,
    request: S3Request<ListMultipartUploadsInput>,
) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
    let input = request.input;
    let bucket = errors::bucket_name(&input.bucket)?;
    let core = lock(&shared.core);
    core.store.bucket(&bucket).settings().map_err(errors::of_store)?;
    let prefix = input.prefix.clone().unwrap_or_default();
    let mut found: Vec<_> = core
        .uploads
        .iter()
        .filter(|(_, upload)| upload.bucket == bucket && upload.object.key.starts_with(&prefix))
        .collect();
    found.sort_by(|(a, one), (b, other)| (&one.object.key, a).cmp(&(&other.object.key, b)));
    let uploads = found.into_iter().map(|(id, upload)| MultipartUpload {
        initiated: Some(upload.initiated.to_s3s()),
        key: Some(upload.object.key.clone()),
        owner: Some(owner()),
        storage_class: Some(upload.object.storage_class.to_s3s()),
        upload_id: Some(id.clone()),
        ..Default::default()
    });
    respond(ListMultipartUploadsOutput {
        bucket: Some(input.bucket),
        is_truncated: Some(false),
        prefix: input.prefix,
        uploads: Some(uploads.collect()),
        ..Default::default()
    })
}
