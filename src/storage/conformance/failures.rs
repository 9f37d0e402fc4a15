//! Permanent failures for missing versions and buckets, with the reasons of S3.
//!
//! A store must distinguish these from transient faults. A driver repeats a task after a transient
//! fault, and would repeat a task about a missing version without end. The reason of a permanent
//! fault goes into the event `s3:Replication:OperationFailedReplication`.
//!
//! The case names the call, and the reason is one of the published words: `SrcVersionNotFound`,
//! `DstVersionNotFound`, `SrcBucketNotFound`, `DstBucketNotFound`.

use super::difference::Mismatch;
use super::fixture::{Fixture, arn_of, expect_failure};
use super::{Row, Store};
use crate::clause::FAILURE_REASONS;
use crate::replication::FailureReason;
use crate::storage::MetadataValue;

pub(super) fn cases<S: Store>() -> Vec<Row<S>> {
    vec![
        case!("missing-version-is-not-read", &FAILURE_REASONS, version_to_read),
        case!("missing-version-has-no-metadata", &FAILURE_REASONS, version_to_change),
        case!("missing-source-bucket-is-refused", &FAILURE_REASONS, source_bucket),
        case!("missing-destination-bucket-is-refused", &FAILURE_REASONS, destination_bucket),
    ]
}

/// The key exists with another version. A store that falls back to the latest version would
/// replicate the wrong bytes.
async fn version_to_read<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    fixture.put(fixture.object("cat.jpg", "v1", 0, b"meow")?).await?;
    let source = &fixture.buckets.source;
    let read = fixture.store.read(source, &"cat.jpg".into(), &"v2".parse()?).await;
    expect_failure("reading a missing version", read, &FailureReason::SRC_VERSION_NOT_FOUND)
}

/// The key exists with another version, which must not get the tags.
async fn version_to_change<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    fixture.replicate(fixture.object("cat.jpg", "v1", 0, b"meow")?).await?;
    let (bucket, key, id) = (arn_of(&fixture.buckets.destination), "cat.jpg".into(), "v2".parse()?);
    let change = fixture.change(MetadataValue::Tags(Vec::new()), 5);
    let put = fixture.store.put_metadata(&bucket, &key, &id, &change).await;
    let what = "updating a missing version";
    expect_failure(what, put, &FailureReason::DST_VERSION_NOT_FOUND)
}

/// Reading and listing give the same reason. A listing of a missing bucket must not be empty: a job
/// over all objects would end as a success.
async fn source_bucket<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let (bucket, reason) = (&fixture.buckets.missing, FailureReason::SRC_BUCKET_NOT_FOUND);
    let read = fixture.store.read(bucket, &"cat.jpg".into(), &"v1".parse()?).await;
    expect_failure("reading from a missing bucket", read, &reason)?;
    let listed = fixture.store.versions(bucket, None, 10).await;
    expect_failure("listing a missing bucket", listed, &reason)
}

/// Writing must not create the bucket, which would have no versioning, policy or encryption.
async fn destination_bucket<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let (bucket, reason) = (arn_of(&fixture.buckets.missing), FailureReason::DST_BUCKET_NOT_FOUND);
    let version = fixture.object("cat.jpg", "v1", 0, b"meow")?;
    let (key, id) = (version.key.clone(), version.version_id.clone());
    let put = fixture.store.put_replica(&bucket, version).await;
    expect_failure("writing a replica to a missing bucket", put, &reason)?;
    let change = fixture.change(MetadataValue::Tags(Vec::new()), 5);
    let put = fixture.store.put_metadata(&bucket, &key, &id, &change).await;
    expect_failure("updating metadata in a missing bucket", put, &reason)
}
