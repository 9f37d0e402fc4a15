//! Permanent deletes, which only some stores replicate.
//!
//! Amazon S3 never replicates the delete of a version. Some other stores do, so that a destination
//! has a call for it. It must be as careful as a delete by a client: it takes the named version
//! only, and it respects Object Lock.

use super::difference::{Mismatch, expect_equal};
use super::fixture::{Fixture, arn_of, at, expect_failure};
use super::{Row, Store};
use crate::clause::{FAILURE_REASONS, STORE_VERSION_DELETES};
use crate::model::{LegalHold, ObjectLock};
use crate::replication::FailureReason;

pub(super) fn cases<S: Store>() -> Vec<Row<S>> {
    vec![
        // A store that is only used with AWS may fail these, since no task asks for a delete there.
        case!("permanent-delete-takes-one-version", &STORE_VERSION_DELETES, takes_one),
        case!("permanent-delete-can-be-repeated", &STORE_VERSION_DELETES, is_repeated),
        case!("permanent-delete-needs-a-bucket", &FAILURE_REASONS, needs_a_bucket),
        case!("permanent-delete-respects-object-lock", &FAILURE_REASONS, respects_lock),
    ]
}

/// Deletes a version in the destination, as a task of a ledger does.
///
/// The time is that of the task, from which a lock counts as ended or not.
async fn delete<S: Store>(fixture: &Fixture<'_, S>, key: &str, id: &str) -> Result<(), Mismatch> {
    let bucket = arn_of(&fixture.buckets.destination);
    Ok(fixture.store.delete_replica(&bucket, &key.into(), &id.parse()?, at(9)).await?)
}

/// The other versions of the key and the same ID of another key stay: an ID alone does not name a
/// version.
async fn takes_one<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    for (key, id) in [("cat.jpg", "v1"), ("cat.jpg", "v2"), ("dog.jpg", "v1")] {
        fixture.replicate(fixture.object(key, id, 0, b"meow")?).await?;
    }
    delete(fixture, "cat.jpg", "v1").await?;
    let left = fixture.names().await?;
    let left: Vec<_> = left.iter().map(|(key, id)| format!("{key} {id}")).collect();
    let expected = ["cat.jpg v2", "dog.jpg v1"].map(str::to_owned);
    expect_equal("the versions that are left", &left.as_slice(), &expected.as_slice())
}

/// A task may run twice, for example after a crash. A version that is gone already, or never
/// arrived, is a success and not a failure: the state after the call is what was asked for.
async fn is_repeated<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    for (key, id) in [("cat.jpg", "v1"), ("dog.jpg", "v2")] {
        fixture.replicate(fixture.object(key, id, 0, b"meow")?).await?;
    }
    delete(fixture, "cat.jpg", "v1").await?;
    delete(fixture, "cat.jpg", "v1").await?;
    delete(fixture, "bird.jpg", "v1").await?;
    fixture.expect_ids(&["v2"]).await
}

/// A missing bucket is a failure all the same. It is a mistake in a configuration, which a silent
/// success would hide.
async fn needs_a_bucket<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let (bucket, key, id) = (arn_of(&fixture.buckets.missing), "cat.jpg".into(), "v1".parse()?);
    let deleted = fixture.store.delete_replica(&bucket, &key, &id, at(9)).await;
    let what = "deleting a replica in a missing bucket";
    expect_failure(what, deleted, &FailureReason::DST_BUCKET_NOT_FOUND)
}

/// The source may have lost its lock; that of the destination counts. The version must be readable
/// afterwards.
async fn respects_lock<S: Store>(fixture: &Fixture<'_, S>) -> Result<(), Mismatch> {
    let mut version = fixture.object("cat.jpg", "v1", 0, b"meow")?;
    version.metadata.lock = ObjectLock { legal_hold: Some(LegalHold::On), ..ObjectLock::NONE };
    fixture.replicate(version).await?;
    let bucket = arn_of(&fixture.buckets.destination);
    let deleted =
        fixture.store.delete_replica(&bucket, &"cat.jpg".into(), &"v1".parse()?, at(9)).await;
    let what = "deleting a replica under a legal hold";
    expect_failure(what, deleted, &FailureReason::DST_DEL_OBJ_NOT_PERMITTED)?;
    fixture.read("cat.jpg", "v1").await.map(drop)
}
