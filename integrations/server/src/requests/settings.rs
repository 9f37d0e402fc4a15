//! Settings of buckets and versions.

use std::sync::Arc;

use s3_replication::model as m;
use s3_replication::model::{DefaultRetention, EncryptionStatus, LegalHold, Retention, Tag};
use s3_replication_s3s::{FromS3s as _, ToS3s as _};
use s3s::dto::{
    DeleteBucketEncryptionInput, DeleteBucketEncryptionOutput, DeleteBucketReplicationInput,
    DeleteBucketReplicationOutput, DeleteObjectTaggingInput, DeleteObjectTaggingOutput,
    GetBucketEncryptionInput, GetBucketEncryptionOutput, GetBucketVersioningInput,
    GetBucketVersioningOutput, GetObjectLegalHoldInput, GetObjectLegalHoldOutput,
    GetObjectLockConfigurationInput, GetObjectLockConfigurationOutput, GetObjectRetentionInput,
    GetObjectRetentionOutput, GetObjectTaggingInput, GetObjectTaggingOutput,
    ObjectLockConfiguration, ObjectLockEnabled, ObjectLockLegalHold, ObjectLockLegalHoldStatus,
    ObjectLockRule, PutBucketEncryptionInput, PutBucketEncryptionOutput, PutBucketVersioningInput,
    PutBucketVersioningOutput, PutObjectLegalHoldInput, PutObjectLegalHoldOutput,
    PutObjectLockConfigurationInput, PutObjectLockConfigurationOutput, PutObjectRetentionInput,
    PutObjectRetentionOutput, PutObjectTaggingInput, PutObjectTaggingOutput,
    ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
};
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, S3Result};

use super::record::{checked, kms_key};
use super::{region_of, respond, version_of};
use crate::core::{Change, Command, Core};
use crate::errors;
use crate::service::{Shared, lock};

/// Returns the settings of a bucket.
fn bucket_settings(shared: &Shared, bucket: &str) -> S3Result<m::BucketSettings> {
    let bucket = errors::bucket_name(bucket)?;
    lock(&shared.core).store.bucket(&bucket).settings().map_err(errors::of_store)
}

fn commit(shared: &Shared, command: Command) -> S3Result<()> {
    lock(&shared.core).commit(command).map(drop).map_err(errors::of_store)
}

pub(crate) fn versioning(
    shared: &Arc<Shared>,
    request: S3Request<GetBucketVersioningInput>,
) -> S3Result<S3Response<GetBucketVersioningOutput>> {
    let settings = bucket_settings(shared, &request.input.bucket)?;
    let status = settings.versioning.and_then(|versioning| versioning.to_s3s());
    respond(GetBucketVersioningOutput { status, ..Default::default() })
}

pub(crate) fn put_versioning(
    shared: &Arc<Shared>,
    request: S3Request<PutBucketVersioningInput>,
) -> S3Result<S3Response<PutBucketVersioningOutput>> {
    let bucket = errors::bucket_name(&request.input.bucket)?;
    let status = request.input.versioning_configuration.status;
    let Some(status) = status else {
        return Err(errors::custom(
            "IllegalVersioningConfigurationException",
            http::StatusCode::BAD_REQUEST,
            "The Versioning element must be specified",
        ));
    };
    let versioning = m::Versioning::from_s3s(&status).map_err(errors::of_dto)?;
    commit(shared, Command::PutVersioning { bucket, versioning })?;
    respond(PutBucketVersioningOutput::default())
}

pub(crate) fn delete_replication(
    shared: &Arc<Shared>,
    request: S3Request<DeleteBucketReplicationInput>,
) -> S3Result<S3Response<DeleteBucketReplicationOutput>> {
    let bucket = errors::bucket_name(&request.input.bucket)?;
    commit(shared, Command::DeleteReplication { bucket })?;
    let mut response = S3Response::new(DeleteBucketReplicationOutput::default());
    response.status = Some(http::StatusCode::NO_CONTENT);
    Ok(response)
}

pub(crate) fn encryption(
    shared: &Arc<Shared>,
    request: S3Request<GetBucketEncryptionInput>,
) -> S3Result<S3Response<GetBucketEncryptionOutput>> {
    let settings = bucket_settings(shared, &request.input.bucket)?;
    let status = settings.default_encryption.unwrap_or(EncryptionStatus::SseS3);
    let algorithm = status.to_s3s();
    let default = algorithm.map(|sse_algorithm| ServerSideEncryptionByDefault {
        kms_master_key_id: settings.default_kms_key_id.map(|key| key.to_string()),
        sse_algorithm,
    });
    let rule = ServerSideEncryptionRule {
        apply_server_side_encryption_by_default: default,
        bucket_key_enabled: Some(settings.bucket_key_enabled.unwrap_or(false)),
    };
    let configuration = ServerSideEncryptionConfiguration { rules: vec![rule] };
    respond(GetBucketEncryptionOutput { server_side_encryption_configuration: Some(configuration) })
}

pub(crate) fn put_encryption(
    shared: &Arc<Shared>,
    request: S3Request<PutBucketEncryptionInput>,
) -> S3Result<S3Response<PutBucketEncryptionOutput>> {
    let bucket = errors::bucket_name(&request.input.bucket)?;
    let region = region_of(&request);
    let mut rules = request.input.server_side_encryption_configuration.rules;
    let (Some(rule), true) = (rules.pop(), rules.is_empty()) else {
        return Err(errors::malformed_xml());
    };
    let default = rule.apply_server_side_encryption_by_default;
    let algorithm =
        default.as_ref().map(|default| EncryptionStatus::from_s3s(&default.sse_algorithm));
    let encryption = algorithm.transpose().map_err(|_| errors::malformed_xml())?;
    if encryption.is_some_and(EncryptionStatus::is_of_other_service) {
        return Err(errors::malformed_xml());
    }
    let key = default.and_then(|default| default.kms_master_key_id);
    if key.is_some() && !encryption.is_some_and(EncryptionStatus::is_kms) {
        let text = "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse";
        return Err(errors::invalid_argument(text));
    }
    let command = Command::PutEncryption {
        bucket,
        encryption,
        kms_key_id: kms_key(key, encryption, region.as_ref())?,
        bucket_key: rule.bucket_key_enabled == Some(true),
    };
    commit(shared, command)?;
    respond(PutBucketEncryptionOutput::default())
}

pub(crate) fn delete_encryption(
    shared: &Arc<Shared>,
    request: S3Request<DeleteBucketEncryptionInput>,
) -> S3Result<S3Response<DeleteBucketEncryptionOutput>> {
    let bucket = errors::bucket_name(&request.input.bucket)?;
    let none = None;
    commit(
        shared,
        Command::PutEncryption { bucket, encryption: none, kms_key_id: None, bucket_key: false },
    )?;
    let mut response = S3Response::new(DeleteBucketEncryptionOutput::default());
    response.status = Some(http::StatusCode::NO_CONTENT);
    Ok(response)
}

pub(crate) fn object_lock(
    shared: &Arc<Shared>,
    request: S3Request<GetObjectLockConfigurationInput>,
) -> S3Result<S3Response<GetObjectLockConfigurationOutput>> {
    let settings = bucket_settings(shared, &request.input.bucket)?;
    if !settings.has_object_lock() {
        return Err(errors::custom(
            "ObjectLockConfigurationNotFoundError",
            http::StatusCode::NOT_FOUND,
            "Object Lock configuration does not exist for this bucket",
        ));
    }
    let enabled = ObjectLockEnabled::from_static(ObjectLockEnabled::ENABLED);
    let rule = settings
        .default_retention
        .map(|retention| ObjectLockRule { default_retention: Some(retention.to_s3s()) });
    let configuration = ObjectLockConfiguration { object_lock_enabled: Some(enabled), rule };
    respond(GetObjectLockConfigurationOutput { object_lock_configuration: Some(configuration) })
}

pub(crate) fn put_object_lock(
    shared: &Arc<Shared>,
    request: S3Request<PutObjectLockConfigurationInput>,
) -> S3Result<S3Response<PutObjectLockConfigurationOutput>> {
    let bucket = errors::bucket_name(&request.input.bucket)?;
    let configuration =
        request.input.object_lock_configuration.ok_or_else(errors::malformed_xml)?;
    let enabled = configuration.object_lock_enabled.as_ref().map(ObjectLockEnabled::as_str);
    if enabled != Some(ObjectLockEnabled::ENABLED) {
        return Err(errors::malformed_xml());
    }
    let retention = configuration.rule.and_then(|rule| rule.default_retention);
    let default_retention =
        retention.as_ref().map(DefaultRetention::from_s3s).transpose().map_err(errors::of_dto)?;
    commit(shared, Command::PutObjectLock { bucket, default_retention })?;
    respond(PutObjectLockConfigurationOutput::default())
}

/// Finds the version of a request about the settings of an object.
fn find(
    core: &Core,
    bucket: &m::BucketName,
    key: &str,
    id: Option<&str>,
) -> S3Result<(m::VersionId, s3_replication::storage::Metadata)> {
    let found = version_of(&core.store, bucket, key, id)?;
    let version = core.store.bucket(bucket).version(key, &found).map_err(errors::of_store)?;
    if version.body.is_none() {
        return Err(errors::delete_marker(&found, true));
    }
    Ok((found, version.metadata))
}

/// Returns the version ID of a response; `None` in a bucket that was never versioned.
fn shown(id: &m::VersionId) -> Option<String> {
    (!id.is_null()).then(|| id.to_string())
}

/// Changes a setting of an object.
fn change(
    shared: &Shared,
    bucket: &str,
    key: String,
    id: Option<&str>,
    change: Change,
) -> S3Result<Option<String>> {
    let bucket = errors::bucket_name(bucket)?;
    let mut core = lock(&shared.core);
    let (id, _) = find(&core, &bucket, &key, id)?;
    let command = Command::ChangeMetadata { bucket, key, id: id.clone(), change };
    core.commit(command).map_err(errors::of_store)?;
    Ok(shown(&id))
}

pub(crate) fn tagging(
    shared: &Arc<Shared>,
    request: S3Request<GetObjectTaggingInput>,
) -> S3Result<S3Response<GetObjectTaggingOutput>> {
    let input = request.input;
    let bucket = errors::bucket_name(&input.bucket)?;
    let (id, metadata) =
        find(&lock(&shared.core), &bucket, &input.key, input.version_id.as_deref())?;
    respond(GetObjectTaggingOutput { tag_set: metadata.tags.to_s3s(), version_id: shown(&id) })
}

pub(crate) fn put_tagging(
    shared: &Arc<Shared>,
    request: S3Request<PutObjectTaggingInput>,
) -> S3Result<S3Response<PutObjectTaggingOutput>> {
    let input = request.input;
    let tags = Vec::<Tag>::from_s3s(&input.tagging.tag_set).map_err(errors::of_dto)?;
    let tags = Change::Tags(checked(tags)?);
    let version_id = change(shared, &input.bucket, input.key, input.version_id.as_deref(), tags)?;
    respond(PutObjectTaggingOutput { version_id })
}

pub(crate) fn delete_tagging(
    shared: &Arc<Shared>,
    request: S3Request<DeleteObjectTaggingInput>,
) -> S3Result<S3Response<DeleteObjectTaggingOutput>> {
    let input = request.input;
    let none = Change::Tags(Vec::new());
    let version_id = change(shared, &input.bucket, input.key, input.version_id.as_deref(), none)?;
    let mut response = S3Response::new(DeleteObjectTaggingOutput { version_id });
    response.status = Some(http::StatusCode::NO_CONTENT);
    Ok(response)
}

/// Returns the error for a retention or a legal hold that was never set.
fn no_lock() -> S3Error {
    errors::custom(
        "NoSuchObjectLockConfiguration",
        http::StatusCode::NOT_FOUND,
        "The specified object does not have a ObjectLock configuration",
    )
}

/// Refuses a question about the lock of an object in a bucket without Object Lock.
fn check_object_lock(core: &Core, bucket: &m::BucketName) -> S3Result<()> {
    let settings = core.store.bucket(bucket).settings().map_err(errors::of_store)?;
    if settings.has_object_lock() {
        return Ok(());
    }
    let text = "Bucket is missing Object Lock Configuration";
    Err(S3Error::with_message(S3ErrorCode::InvalidRequest, text))
}

pub(crate) fn retention(
    shared: &Arc<Shared>,
    request: S3Request<GetObjectRetentionInput>,
) -> S3Result<S3Response<GetObjectRetentionOutput>> {
    let input = request.input;
    let bucket = errors::bucket_name(&input.bucket)?;
    let core = lock(&shared.core);
    check_object_lock(&core, &bucket)?;
    let (_, metadata) = find(&core, &bucket, &input.key, input.version_id.as_deref())?;
    let retention = metadata.lock.retention.ok_or_else(no_lock)?;
    respond(GetObjectRetentionOutput { retention: Some(retention.to_s3s()) })
}

pub(crate) fn put_retention(
    shared: &Arc<Shared>,
    request: S3Request<PutObjectRetentionInput>,
) -> S3Result<S3Response<PutObjectRetentionOutput>> {
    let input = request.input;
    let given = input.retention.unwrap_or_default();
    let retention = Option::<Retention>::from_s3s(&given).map_err(errors::of_dto)?;
    let retention = Change::Retention(retention);
    change(shared, &input.bucket, input.key, input.version_id.as_deref(), retention)?;
    respond(PutObjectRetentionOutput::default())
}

pub(crate) fn legal_hold(
    shared: &Arc<Shared>,
    request: S3Request<GetObjectLegalHoldInput>,
) -> S3Result<S3Response<GetObjectLegalHoldOutput>> {
    let input = request.input;
    let bucket = errors::bucket_name(&input.bucket)?;
    let core = lock(&shared.core);
    check_object_lock(&core, &bucket)?;
    let (_, metadata) = find(&core, &bucket, &input.key, input.version_id.as_deref())?;
    let hold = metadata.lock.legal_hold.ok_or_else(no_lock)?;
    let status = Some(ObjectLockLegalHoldStatus::from(hold.to_string()));
    respond(GetObjectLegalHoldOutput { legal_hold: Some(ObjectLockLegalHold { status }) })
}

pub(crate) fn put_legal_hold(
    shared: &Arc<Shared>,
    request: S3Request<PutObjectLegalHoldInput>,
) -> S3Result<S3Response<PutObjectLegalHoldOutput>> {
    let input = request.input;
    let given = input.legal_hold.ok_or_else(errors::malformed_xml)?;
    let hold = Change::LegalHold(LegalHold::from_s3s(&given).map_err(errors::of_dto)?);
    change(shared, &input.bucket, input.key, input.version_id.as_deref(), hold)?;
    respond(PutObjectLegalHoldOutput::default())
}
