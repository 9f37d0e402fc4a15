//! The requests of S3, by kind.

#![expect(clippy::needless_pass_by_value, reason = "all requests are taken alike")]

pub(crate) mod acl;
pub(crate) mod buckets;
pub(crate) mod copy;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod multipart;
pub(crate) mod read;
pub(crate) mod record;
pub(crate) mod settings;
pub(crate) mod write;

use s3_replication::model::{BucketName, VersionId};
use s3s::dto::Owner;
use s3s::{S3Request, S3Response, S3Result};

use crate::errors;

/// Returns a response without an HTTP status of its own.
#[expect(clippy::unnecessary_wraps, reason = "the last expression of a request")]
pub(crate) fn respond<T>(output: T) -> S3Result<S3Response<T>> {
    Ok(S3Response::new(output))
}

/// Returns the owner of everything in this server.
pub(crate) fn owner() -> Owner {
    Owner {
        display_name: Some("replication".to_owned()),
        id: Some("7265706c69636174696f6e7265706c69636174696f6e7265706c69636174696f".to_owned()),
    }
}

/// Returns the version that a request means: the given one, or the latest of the key.
///
/// # Errors
///
/// `NoSuchKey`, and the errors of the store.
pub(crate) fn version_of(
    store: &s3_replication::storage::MemoryStore,
    bucket: &BucketName,
    key: &str,
    given: Option<&str>,
) -> S3Result<VersionId> {
    if let Some(id) = errors::version_id(given)? {
        return Ok(id);
    }
    let latest = store.bucket(bucket).latest(key).map_err(errors::of_store)?;
    latest.ok_or_else(errors::no_such_key)
}

/// Returns the Region of a request, which is that of its signature.
pub(crate) fn region_of<T>(request: &S3Request<T>) -> Option<s3_replication::model::Region> {
    request.region.as_ref()?.as_str().parse().ok()
}
