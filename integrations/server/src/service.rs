//! The operations of S3 as `s3s` calls them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput,
    CompleteMultipartUploadOutput, CopyObjectInput, CopyObjectOutput, CreateBucketInput,
    CreateBucketOutput, CreateMultipartUploadInput, CreateMultipartUploadOutput,
    DeleteBucketEncryptionInput, DeleteBucketEncryptionOutput, DeleteBucketInput,
    DeleteBucketOutput, DeleteBucketReplicationInput, DeleteBucketReplicationOutput,
    DeleteObjectInput, DeleteObjectOutput, DeleteObjectTaggingInput, DeleteObjectTaggingOutput,
    DeleteObjectsInput, DeleteObjectsOutput, GetBucketEncryptionInput, GetBucketEncryptionOutput,
    GetBucketLocationInput, GetBucketLocationOutput, GetBucketVersioningInput,
    GetBucketVersioningOutput, GetObjectAclInput, GetObjectAclOutput, GetObjectInput,
    GetObjectLegalHoldInput, GetObjectLegalHoldOutput, GetObjectLockConfigurationInput,
    GetObjectLockConfigurationOutput, GetObjectOutput, GetObjectRetentionInput,
    GetObjectRetentionOutput, GetObjectTaggingInput, GetObjectTaggingOutput, HeadBucketInput,
    HeadBucketOutput, HeadObjectInput, HeadObjectOutput, ListBucketsInput, ListBucketsOutput,
    ListMultipartUploadsInput, ListMultipartUploadsOutput, ListObjectVersionsInput,
    ListObjectVersionsOutput, ListObjectsInput, ListObjectsOutput, ListObjectsV2Input,
    ListObjectsV2Output, ListPartsInput, ListPartsOutput, PutBucketEncryptionInput,
    PutBucketEncryptionOutput, PutBucketVersioningInput, PutBucketVersioningOutput,
    PutObjectAclInput, PutObjectAclOutput, PutObjectInput, PutObjectLegalHoldInput,
    PutObjectLegalHoldOutput, PutObjectLockConfigurationInput, PutObjectLockConfigurationOutput,
    PutObjectOutput, PutObjectRetentionInput, PutObjectRetentionOutput, PutObjectTaggingInput,
    PutObjectTaggingOutput, UploadPartCopyInput, UploadPartCopyOutput, UploadPartInput,
    UploadPartOutput,
};
use s3s::{S3, S3Request, S3Response, S3Result};

use crate::blob::Blobs;
use crate::core::Core;
use crate::metrics::Metrics;
use crate::requests::{acl, buckets, copy, delete, list, multipart, read, settings, write};

/// What all requests and the replication in the background share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) core: Mutex<Core>,
    pub(crate) blobs: Arc<Blobs>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) delay: Duration,
}

/// Locks the state.
pub(crate) fn lock(core: &Mutex<Core>) -> MutexGuard<'_, Core> {
    // A command changes the state completely or not at all.
    core.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The service.
#[derive(Clone, Debug)]
pub(crate) struct Service(pub(crate) Arc<Shared>);

/// Implements the operations by functions that take the shared state and the request.
macro_rules! operations {
    ($($name:ident $input:ident $output:ident = $function:path $(, $wait:tt)?;)*) => {
        #[async_trait::async_trait]
        impl S3 for Service {
            $(
                async fn $name(&self, request: S3Request<$input>) -> S3Result<S3Response<$output>> {
                    $function(&self.0, request)$(.$wait)?
                }
            )*
        }
    };
}

operations! {
    create_bucket CreateBucketInput CreateBucketOutput = buckets::create;
    delete_bucket DeleteBucketInput DeleteBucketOutput = buckets::delete;
    head_bucket HeadBucketInput HeadBucketOutput = buckets::head;
    list_buckets ListBucketsInput ListBucketsOutput = buckets::list;
    get_bucket_location GetBucketLocationInput GetBucketLocationOutput = buckets::location;

    get_bucket_versioning GetBucketVersioningInput GetBucketVersioningOutput = settings::versioning;
    put_bucket_versioning PutBucketVersioningInput PutBucketVersioningOutput = settings::put_versioning;
    delete_bucket_replication DeleteBucketReplicationInput DeleteBucketReplicationOutput = settings::delete_replication;
    get_bucket_encryption GetBucketEncryptionInput GetBucketEncryptionOutput = settings::encryption;
    put_bucket_encryption PutBucketEncryptionInput PutBucketEncryptionOutput = settings::put_encryption;
    delete_bucket_encryption DeleteBucketEncryptionInput DeleteBucketEncryptionOutput = settings::delete_encryption;
    get_object_lock_configuration GetObjectLockConfigurationInput GetObjectLockConfigurationOutput = settings::object_lock;
    put_object_lock_configuration PutObjectLockConfigurationInput PutObjectLockConfigurationOutput = settings::put_object_lock;

    put_object PutObjectInput PutObjectOutput = write::put, await;
    copy_object CopyObjectInput CopyObjectOutput = copy::copy;
    get_object GetObjectInput GetObjectOutput = read::get;
    head_object HeadObjectInput HeadObjectOutput = read::head;
    delete_object DeleteObjectInput DeleteObjectOutput = delete::delete;
    delete_objects DeleteObjectsInput DeleteObjectsOutput = delete::delete_many;
    list_object_versions ListObjectVersionsInput ListObjectVersionsOutput = list::versions;
    list_objects ListObjectsInput ListObjectsOutput = list::objects_v1;
    list_objects_v2 ListObjectsV2Input ListObjectsV2Output = list::objects;

    get_object_tagging GetObjectTaggingInput GetObjectTaggingOutput = settings::tagging;
    put_object_tagging PutObjectTaggingInput PutObjectTaggingOutput = settings::put_tagging;
    delete_object_tagging DeleteObjectTaggingInput DeleteObjectTaggingOutput = settings::delete_tagging;
    get_object_retention GetObjectRetentionInput GetObjectRetentionOutput = settings::retention;
    put_object_retention PutObjectRetentionInput PutObjectRetentionOutput = settings::put_retention;
    get_object_legal_hold GetObjectLegalHoldInput GetObjectLegalHoldOutput = settings::legal_hold;
    put_object_legal_hold PutObjectLegalHoldInput PutObjectLegalHoldOutput = settings::put_legal_hold;
    get_object_acl GetObjectAclInput GetObjectAclOutput = acl::get;
    put_object_acl PutObjectAclInput PutObjectAclOutput = acl::put;

    create_multipart_upload CreateMultipartUploadInput CreateMultipartUploadOutput = multipart::create;
    upload_part UploadPartInput UploadPartOutput = multipart::put_part, await;
    upload_part_copy UploadPartCopyInput UploadPartCopyOutput = multipart::copy_part, await;
    complete_multipart_upload CompleteMultipartUploadInput CompleteMultipartUploadOutput = multipart::complete;
    abort_multipart_upload AbortMultipartUploadInput AbortMultipartUploadOutput = multipart::abort;
    list_parts ListPartsInput ListPartsOutput = multipart::parts;
    list_multipart_uploads ListMultipartUploadsInput ListMultipartUploadsOutput = multipart::uploads;
}
