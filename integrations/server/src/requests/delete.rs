//! DeleteObject and DeleteObjects.

use std::sync::Arc;

use s3_replication::model::{BucketName, VersionId};
use s3s::dto::{
    DeleteObjectInput, DeleteObjectOutput, DeleteObjectsInput, DeleteObjectsOutput, DeletedObject,
    Error,
};
use s3s::{S3Error, S3Request, S3Response, S3Result};

use super::respond;
use crate::core::{Command, Core};
use crate::service::{Shared, lock};
use crate::{clock, errors};

/// The greatest number of keys in one request.
const LIMIT: usize = 1000;

/// The result of one deletion.
struct Deleted {
    /// The version that was deleted, or the delete marker that was made.
    id: Option<VersionId>,
    /// True if that is a delete marker.
    is_marker: bool,
}

/// Deletes a version, or adds a delete marker.
fn delete_one(
    core: &mut Core,
    bucket: &BucketName,
    key: &str,
    id: Option<&str>,
) -> S3Result<Deleted> {
    if key.len() > 1024 {
        let too_long = s3s::S3ErrorCode::KeyTooLongError;
        return Err(S3Error::with_message(too_long, "Your key is too long"));
    }
    let Some(id) = errors::version_id(id)? else {
        return add_marker(core, bucket, key);
    };
    let version = core.store.bucket(bucket).version(key, &id);
    let is_marker = match version {
        Ok(version) => version.body.is_none(),
        // A version that does not exist is deleted already.
        Err(error) if error.code.to_string() == "NoSuchVersion" => {
            return Ok(Deleted { id: Some(id), is_marker: false });
        }
        Err(error) => return Err(errors::of_store(error)),
    };
    let command =
        Command::DeleteVersion { bucket: bucket.clone(), key: key.to_owned(), id: id.clone() };
    core.commit(command).map_err(errors::of_store)?;
    Ok(Deleted { id: Some(id), is_marker })
}

fn add_marker(core: &mut Core, bucket: &BucketName, key: &str) -> S3Result<Deleted> {
    use s3_replication::model::Versioning;
    let settings = core.store.bucket(bucket).settings().map_err(errors::of_store)?;
    if settings.versioning == Some(Versioning::Unversioned) {
        // Without versioning the object is deleted, and there are no delete markers.
        let null = VersionId::null();
        if core.store.bucket(bucket).version(key, &null).is_ok() {
            let command =
                Command::DeleteVersion { bucket: bucket.clone(), key: key.to_owned(), id: null };
            core.commit(command).map_err(errors::of_store)?;
        }
        return Ok(Deleted { id: None, is_marker: false });
    }
    let command = Command::DeleteObject {
        bucket: bucket.clone(),
        key: key.to_owned(),
        id: clock::new_version_id(),
    };
    let effect = core.commit(command).map_err(errors::of_store)?;
    Ok(Deleted { id: effect.version_id(), is_marker: true })
}

pub(crate) fn delete(
    shared: &Arc<Shared>,
    request: S3Request<DeleteObjectInput>,
) -> S3Result<S3Response<DeleteObjectOutput>> {
    let input = request.input;
    let bucket = errors::bucket_name(&input.bucket)?;
    let mut core = lock(&shared.core);
    let deleted = delete_one(&mut core, &bucket, &input.key, input.version_id.as_deref())?;
    let mut response = S3Response::new(DeleteObjectOutput {
        delete_marker: deleted.is_marker.then_some(true),
        version_id: deleted.id.map(|id| id.to_string()),
        ..Default::default()
    });
    response.status = Some(http::StatusCode::NO_CONTENT);
    Ok(response)
}

pub(crate) fn delete_many(
    shared: &Arc<Shared>,
    request: S3Request<DeleteObjectsInput>,
) -> S3Result<S3Response<DeleteObjectsOutput>> {
    let input = request.input;
    let bucket = errors::bucket_name(&input.bucket)?;
    let objects = input.delete.objects;
    if objects.is_empty() || objects.len() > LIMIT {
        return Err(errors::malformed_xml());
    }
    let quiet = input.delete.quiet == Some(true);
    let mut core = lock(&shared.core);
    core.store.bucket(&bucket).settings().map_err(errors::of_store)?;
    let (mut deleted, mut failed) = (Vec::new(), Vec::new());
    for object in objects {
        let given = object.version_id;
        match delete_one(&mut core, &bucket, &object.key, given.as_deref()) {
            Ok(one) => {
                let id = one.id.map(|id| id.to_string());
                deleted.push(DeletedObject {
                    delete_marker: one.is_marker.then_some(true),
                    delete_marker_version_id: id.filter(|_| one.is_marker),
                    key: Some(object.key),
                    version_id: given,
                });
            }
            Err(error) => failed.push(Error {
                code: Some(error.code().as_str().to_owned()),
                key: Some(object.key),
                message: error.message().map(str::to_owned),
                version_id: given,
            }),
        }
    }
    respond(DeleteObjectsOutput {
        deleted: Some(if quiet { Vec::new() } else { deleted }),
        errors: Some(failed),
        ..Default::default()
    })
}
