//! Buckets.

use std::sync::Arc;

use s3_replication::model::BucketName;
use s3_replication_s3s::ToS3s as _;
use s3s::dto::{
    Bucket, BucketLocationConstraint, CreateBucketInput, CreateBucketOutput, DeleteBucketInput,
    DeleteBucketOutput, GetBucketLocationInput, GetBucketLocationOutput, HeadBucketInput,
    HeadBucketOutput, ListBucketsInput, ListBucketsOutput,
};
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, S3Result};

use super::{owner, region_of, respond};
use crate::core::{Command, Core};
use crate::errors;
use crate::service::{Shared, lock};

pub(crate) fn create(
    shared: &Arc<Shared>,
    request: S3Request<CreateBucketInput>,
) -> S3Result<S3Response<CreateBucketOutput>> {
    let bucket = errors::bucket_name(&request.input.bucket)?;
    let configuration = request.input.create_bucket_configuration.as_ref();
    let constraint = configuration.and_then(|given| given.location_constraint.as_ref());
    let region =
        match constraint.map(BucketLocationConstraint::as_str).filter(|name| !name.is_empty()) {
            // The only word that is not the name of a Region.
            Some("EU") => "eu-west-1".parse().ok(),
            Some(name) => Some(name.parse().map_err(|_| {
                let text = "The specified location-constraint is not valid";
                S3Error::with_message(S3ErrorCode::InvalidLocationConstraint, text)
            })?),
            None => region_of(&request),
        };
    let object_lock = request.input.object_lock_enabled_for_bucket == Some(true);
    let mut core = lock(&shared.core);
    if core.created.contains_key(&bucket) {
        // The North Virginia Region repeats its answer; the others refuse.
        let is_legacy = region.as_ref().is_some_and(|region| region.as_str() == "us-east-1");
        if is_legacy && region == region_of_bucket(&core, &bucket) {
            return respond(created(&bucket));
        }
        let text =
            "Your previous request to create the named bucket succeeded and you already own it.";
        return Err(S3Error::with_message(S3ErrorCode::BucketAlreadyOwnedByYou, text));
    }
    let command = Command::CreateBucket { bucket: bucket.clone(), region, object_lock };
    core.commit(command).map_err(errors::of_store)?;
    respond(created(&bucket))
}

fn created(bucket: &BucketName) -> CreateBucketOutput {
    CreateBucketOutput { location: Some(format!("/{bucket}")) }
}

fn region_of_bucket(core: &Core, bucket: &BucketName) -> Option<s3_replication::model::Region> {
    core.store.bucket(bucket).settings().ok()?.region
}

pub(crate) fn delete(
    shared: &Arc<Shared>,
    request: S3Request<DeleteBucketInput>,
) -> S3Result<S3Response<DeleteBucketOutput>> {
    let bucket = errors::bucket_name(&request.input.bucket)?;
    let deleted = lock(&shared.core).commit(Command::DeleteBucket { bucket });
    deleted.map_err(errors::of_store)?;
    respond(DeleteBucketOutput::default())
}

pub(crate) fn head(
    shared: &Arc<Shared>,
    request: S3Request<HeadBucketInput>,
) -> S3Result<S3Response<HeadBucketOutput>> {
    let bucket = errors::bucket_name(&request.input.bucket)?;
    let settings = lock(&shared.core).store.bucket(&bucket).settings().map_err(errors::of_store)?;
    let bucket_region = settings.region.map(|region| region.to_string());
    respond(HeadBucketOutput { bucket_region, ..Default::default() })
}

pub(crate) fn location(
    shared: &Arc<Shared>,
    request: S3Request<GetBucketLocationInput>,
) -> S3Result<S3Response<GetBucketLocationOutput>> {
    let bucket = errors::bucket_name(&request.input.bucket)?;
    let settings = lock(&shared.core).store.bucket(&bucket).settings().map_err(errors::of_store)?;
    let region = settings.region.map(|region| region.to_string());
    // The oldest Region has no name here.
    let region = region.filter(|region| region != "us-east-1");
    let location_constraint = region.map(BucketLocationConstraint::from);
    respond(GetBucketLocationOutput { location_constraint })
}

pub(crate) fn list(
    shared: &Arc<Shared>,
    request: S3Request<ListBucketsInput>,
) -> S3Result<S3Response<ListBucketsOutput>> {
    let input = request.input;
    let prefix = input.prefix.clone().unwrap_or_default();
    let limit = usize::try_from(input.max_buckets.unwrap_or(10_000)).unwrap_or(0).max(1);
    let core = lock(&shared.core);
    let after = input.continuation_token.unwrap_or_default();
    let matching = core
        .created
        .iter()
        .filter(|(name, _)| name.as_str().starts_with(&prefix) && name.as_str() > after.as_str());
    let mut buckets: Vec<_> = matching
        .take(limit + 1)
        .map(|(name, created)| Bucket {
            bucket_region: region_of_bucket(&core, name).map(|region| region.to_string()),
            creation_date: Some(created.to_s3s()),
            name: Some(name.to_string()),
        })
        .collect();
    let is_truncated = buckets.len() > limit;
    buckets.truncate(limit);
    let last = buckets.last().and_then(|bucket| bucket.name.clone());
    respond(ListBucketsOutput {
        buckets: Some(buckets),
        continuation_token: last.filter(|_| is_truncated),
        owner: Some(owner()),
        prefix: input.prefix,
    })
}
