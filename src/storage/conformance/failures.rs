//! What is not there is refused for good, and for the reason that S3 gives.

use super::bench::{Bench, Unmet, arn_of, failed};
use super::{Candidate, Row};
use crate::clause::FAILURE_REASONS;
use crate::replication::FailureReason;
use crate::storage::{Destination, Source};

pub(super) fn cases<C: Candidate>() -> Vec<Row<C>> {
    vec![
        ("missing-version-is-not-read", &FAILURE_REASONS, version_to_read),
        ("missing-version-has-no-metadata", &FAILURE_REASONS, version_to_change),
        ("missing-source-bucket-is-refused", &FAILURE_REASONS, source_bucket),
        ("missing-destination-bucket-is-refused", &FAILURE_REASONS, destination_bucket),
    ]
}

fn version_to_read<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    bench.put(bench.object("cat.jpg", "v1", 0, b"meow")?)?;
    let bucket = bench.store.bucket(&bench.buckets.source);
    let read = bucket.read(&"cat.jpg".into(), &"v2".parse()?);
    failed("reading a version that is not there", read, &FailureReason::SRC_VERSION_NOT_FOUND)
}

fn version_to_change<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    bench.replicate(bench.object("cat.jpg", "v1", 0, b"meow")?)?;
    let (bucket, key, id) = (arn_of(&bench.buckets.destination), "cat.jpg".into(), "v2".parse()?);
    let put = bench.store.destination().put_metadata(&bucket, &key, &id, &bench.changed(5));
    let what = "metadata for a version that is not there";
    failed(what, put, &FailureReason::DST_VERSION_NOT_FOUND)
}

fn source_bucket<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    let bucket = bench.store.bucket(&bench.buckets.missing);
    let reason = FailureReason::SRC_BUCKET_NOT_FOUND;
    let read = bucket.read(&"cat.jpg".into(), &"v1".parse()?);
    failed("reading in a bucket that is not there", read, &reason)?;
    failed("listing a bucket that is not there", bucket.versions(None, 10), &reason)
}

fn destination_bucket<C: Candidate>(bench: &Bench<'_, C>) -> Result<(), Unmet> {
    let (bucket, destination) = (arn_of(&bench.buckets.missing), bench.store.destination());
    let reason = FailureReason::DST_BUCKET_NOT_FOUND;
    let version = bench.object("cat.jpg", "v1", 0, b"meow")?;
    let (key, id, metadata) =
        (version.key.clone(), version.version_id.clone(), version.metadata.clone());
    let put = destination.put_replica(&bucket, version);
    failed("a replica for a bucket that is not there", put, &reason)?;
    let put = destination.put_metadata(&bucket, &key, &id, &metadata);
    failed("metadata for a bucket that is not there", put, &reason)
}
