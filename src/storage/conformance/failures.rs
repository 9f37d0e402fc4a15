//! Permanent failures for missing versions and buckets, with the reasons of S3.

use super::fixture::{Fixture, Mismatch, arn_of, expect_failure};
use super::{Candidate, Row};
use crate::clause::FAILURE_REASONS;
use crate::replication::FailureReason;
use crate::storage::{Destination, MetadataValue, Source};

pub(super) fn cases<C: Candidate>() -> Vec<Row<C>> {
    vec![
        ("missing-version-is-not-read", &FAILURE_REASONS, version_to_read),
        ("missing-version-has-no-metadata", &FAILURE_REASONS, version_to_change),
        ("missing-source-bucket-is-refused", &FAILURE_REASONS, source_bucket),
        ("missing-destination-bucket-is-refused", &FAILURE_REASONS, destination_bucket),
    ]
}

fn version_to_read<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    fixture.put(fixture.object("cat.jpg", "v1", 0, b"meow")?)?;
    let bucket = fixture.store.bucket(&fixture.buckets.source);
    let read = bucket.read(&"cat.jpg".into(), &"v2".parse()?);
    expect_failure("reading a missing version", read, &FailureReason::SRC_VERSION_NOT_FOUND)
}

fn version_to_change<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    fixture.replicate(fixture.object("cat.jpg", "v1", 0, b"meow")?)?;
    let (bucket, key, id) = (arn_of(&fixture.buckets.destination), "cat.jpg".into(), "v2".parse()?);
    let change = fixture.change(MetadataValue::Tags(Vec::new()), 5);
    let put = fixture.store.destination().put_metadata(&bucket, &key, &id, &change);
    let what = "updating a missing version";
    expect_failure(what, put, &FailureReason::DST_VERSION_NOT_FOUND)
}

fn source_bucket<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let bucket = fixture.store.bucket(&fixture.buckets.missing);
    let reason = FailureReason::SRC_BUCKET_NOT_FOUND;
    let read = bucket.read(&"cat.jpg".into(), &"v1".parse()?);
    expect_failure("reading from a missing bucket", read, &reason)?;
    expect_failure("listing a missing bucket", bucket.versions(None, 10), &reason)
}

fn destination_bucket<C: Candidate>(fixture: &Fixture<'_, C>) -> Result<(), Mismatch> {
    let (bucket, destination) = (arn_of(&fixture.buckets.missing), fixture.store.destination());
    let reason = FailureReason::DST_BUCKET_NOT_FOUND;
    let version = fixture.object("cat.jpg", "v1", 0, b"meow")?;
    let (key, id) = (version.key.clone(), version.version_id.clone());
    let put = destination.put_replica(&bucket, version);
    expect_failure("writing a replica to a missing bucket", put, &reason)?;
    let change = fixture.change(MetadataValue::Tags(Vec::new()), 5);
    let put = destination.put_metadata(&bucket, &key, &id, &change);
    expect_failure("updating metadata in a missing bucket", put, &reason)
}
