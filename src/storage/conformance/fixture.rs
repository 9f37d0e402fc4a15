//! The vocabulary of the cases: versions, the buckets of the kit, and expectations.
//!
//! A case gets a fixture with a new store, and calls these methods. Those that return a value end
//! the case with a message if the store fails; [`expect_failure`] is for a failure that is
//! expected.
//!
//! ```text
//! fixture.replicate(fixture.object("cat.jpg", "v1", 10, b"meow")?).await?;
//! fixture.update("cat.jpg", "v1", &fixture.change(tags, 20)).await?;
//! fixture.expect_ids(&["v1"]).await
//! ```
//!
//! Messages come from `difference.rs`. The fixture knows nothing of ledgers; those are in
//! `ledgers.rs`.

use std::fmt::Display;

use chrono::{DateTime, TimeDelta};

use super::difference::{Mismatch, expect_equal, shown};
use super::store::Store;
use crate::model::{
    BucketArn, BucketName, DeleteMarkerOrigin, Partition, Tag, Timestamp, VersionId,
};
use crate::replication::{FailureReason, ObjectKey};
use crate::storage::{Fault, Metadata, MetadataChange, MetadataValue, Stamp, StoredVersion};

/// The buckets of the kit. The name of the source bucket sorts after that of the destination bucket,
/// so its change wins when two changes happen at the same time.
pub(super) struct Buckets {
    pub(super) source: BucketName,
    pub(super) destination: BucketName,
    // A bucket that the kit never creates.
    pub(super) missing: BucketName,
}

impl Buckets {
    /// Creates the names. They are valid; an error would be one of this crate.
    pub(super) fn new() -> Result<Self, Mismatch> {
        Ok(Self {
            source: "kit-source".parse()?,
            destination: "kit-destination".parse()?,
            missing: "kit-missing".parse()?,
        })
    }
}

/// Returns the time that is this many seconds after the beginning of 2026.
///
/// Negative numbers are before it.
pub(super) fn at(seconds: i64) -> Timestamp {
    const BEGIN: i64 = 1_767_225_600; // 2026-01-01T00:00:00Z
    (DateTime::UNIX_EPOCH + TimeDelta::seconds(BEGIN + seconds)).into()
}

/// Returns a set of one tag with this value.
///
/// One tag is enough for the cases: an aspect is replaced as a whole.
pub(super) fn tagged(value: &str) -> Result<Vec<Tag>, Mismatch> {
    Ok(vec![Tag::new("team", value)?])
}

/// Returns the ARN of a bucket of the kit.
///
/// The partition is that of AWS.
pub(super) fn arn_of(bucket: &BucketName) -> BucketArn {
    BucketArn::new(Partition::AWS, bucket.clone())
}

/// A new store for one case. The methods take keys and IDs as text and times as seconds after the
/// beginning of 2026, so that a case reads as a short story: `object("cat.jpg", "v1", 10,
/// b"meow")`.
pub(super) struct Fixture<'c, S> {
    pub(super) store: &'c S,
    pub(super) buckets: &'c Buckets,
}

impl<'c, S: Store> Fixture<'c, S> {
    pub(super) const fn new(store: &'c S, buckets: &'c Buckets) -> Self {
        Self { store, buckets }
    }

    /// Creates an object of the source bucket with this creation time.
    ///
    /// It is only a value; `put` or `replicate` writes it. Tags, ACL and lock are empty, and a case
    /// sets what it needs.
    pub(super) fn object(
        &self,
        key: &str,
        id: &str,
        seconds: i64,
        bytes: &[u8],
    ) -> Result<StoredVersion<S::Body>, Mismatch> {
        let body = self.store.body(bytes);
        let metadata = self.changed(seconds);
        Ok(StoredVersion::new(key.into(), id.parse()?, body, bytes.len() as u64, metadata))
    }

    /// Creates a delete marker of the source bucket with this creation time.
    pub(super) fn marker(
        &self,
        key: &str,
        id: &str,
        seconds: i64,
    ) -> Result<StoredVersion<S::Body>, Mismatch> {
        let (origin, metadata) = (DeleteMarkerOrigin::User, self.changed(seconds));
        Ok(StoredVersion::delete_marker(key.into(), id.parse()?, origin, metadata))
    }

    /// Returns metadata that was changed in the source bucket at this time.
    ///
    /// Every aspect has this stamp.
    pub(super) fn changed(&self, seconds: i64) -> Metadata {
        Metadata::new(at(seconds), self.buckets.source.clone())
    }

    /// Writes a version to the source bucket, as a client does.
    pub(super) async fn put(&self, version: StoredVersion<S::Body>) -> Result<(), Mismatch> {
        Ok(self.store.put(&self.buckets.source, version).await?)
    }

    /// Writes a replica to the destination bucket.
    ///
    /// `put_replica`, without a ledger.
    pub(super) async fn replicate(&self, replica: StoredVersion<S::Body>) -> Result<(), Mismatch> {
        let bucket = arn_of(&self.buckets.destination);
        Ok(self.store.put_replica(&bucket, replica).await?)
    }

    /// Returns a change of metadata that was made in the source bucket at this time.
    pub(super) fn change(&self, value: MetadataValue, seconds: i64) -> MetadataChange {
        let stamp = Stamp { at: at(seconds), bucket: self.buckets.source.clone() };
        MetadataChange { value, stamp }
    }

    /// Updates the metadata of a version in the destination bucket.
    pub(super) async fn update(
        &self,
        key: &str,
        id: &str,
        change: &MetadataChange,
    ) -> Result<(), Mismatch> {
        let bucket = arn_of(&self.buckets.destination);
        Ok(self.store.put_metadata(&bucket, &key.into(), &id.parse()?, change).await?)
    }

    /// Reads a version of the destination bucket.
    pub(super) async fn read(
        &self,
        key: &str,
        id: &str,
    ) -> Result<StoredVersion<S::Body>, Mismatch> {
        Ok(self.store.read(&self.buckets.destination, &key.into(), &id.parse()?).await?)
    }

    /// Returns the bytes of a version.
    ///
    /// `None` for a delete marker.
    pub(super) async fn bytes(&self, version: StoredVersion<S::Body>) -> Option<Vec<u8>> {
        match version.body {
            Some(body) => Some(self.store.bytes(body).await),
            None => None,
        }
    }

    /// Lists a bucket page by page. A page with more versions than the limit, or a version that was
    /// listed before, is a mismatch: without this check a store that ignores the marker would list
    /// the first page for ever.
    pub(super) async fn list(
        &self,
        bucket: &BucketName,
        limit: usize,
    ) -> Result<Vec<StoredVersion<()>>, Mismatch> {
        let mut all: Vec<StoredVersion<()>> = Vec::new();
        loop {
            // The marker of the next page is the last version seen, as in `ListObjectVersions`.
            let after = all.last().map(|last| (&last.key, &last.version_id));
            let page = self.store.versions(bucket, after, limit).await?;
            if page.len() > limit {
                return Err(
                    format!("a page has {} versions; the limit is {limit}", page.len()).into()
                );
            }
            if page.is_empty() {
                return Ok(all);
            }
            for version in page {
                // No case deletes versions during a listing, so this version would be listed again
                // and again.
                let is_same = |other: &StoredVersion<()>| {
                    (&other.key, &other.version_id) == (&version.key, &version.version_id)
                };
                if all.iter().any(is_same) {
                    let StoredVersion { key, version_id, .. } = version;
                    return Err(format!("`{version_id}` of {} is listed twice", shown(&key)).into());
                }
                all.push(version);
            }
        }
    }

    /// Lists the destination bucket, and returns keys and IDs.
    ///
    /// In one page, unless the store returns fewer versions than it is asked for.
    pub(super) async fn names(&self) -> Result<Vec<(ObjectKey, VersionId)>, Mismatch> {
        let all = self.list(&self.buckets.destination, 1_000).await?;
        Ok(all.into_iter().map(|version| (version.key, version.version_id)).collect())
    }

    /// Reads the only version of the destination bucket, whatever its key and ID. As
    /// [`oldest`](Self::oldest), it finds the version even if the store changed its key or ID.
    pub(super) async fn only(&self) -> Result<StoredVersion<S::Body>, Mismatch> {
        let names = self.names().await?;
        let [(key, id)] = names.as_slice() else {
            let names = shown(&names);
            return Err(format!("the destination has the versions {names} instead of one").into());
        };
        Ok(self.store.read(&self.buckets.destination, key, id).await?)
    }

    /// Reads the oldest version of a key in the destination bucket. The cases of one version per
    /// key use it, because it needs no ID: a store that changes IDs fails the case about IDs, and
    /// not every other case as well.
    pub(super) async fn oldest(&self, key: &str) -> Result<StoredVersion<S::Body>, Mismatch> {
        let names = self.names().await?;
        let Some((key, id)) = names.iter().rfind(|(other, _)| *other == key.into()) else {
            let (names, key) = (shown(&names), shown(key));
            return Err(
                format!("the destination has the versions {names}, but none of {key}").into()
            );
        };
        Ok(self.store.read(&self.buckets.destination, key, id).await?)
    }

    /// Checks the IDs of the versions of the destination bucket, in the order of the listing.
    ///
    /// The keys are not compared: the cases that use it have one key, or IDs that differ.
    pub(super) async fn expect_ids(&self, expected: &[&str]) -> Result<(), Mismatch> {
        let names = self.names().await?;
        let ids: Vec<&str> = names.iter().map(|(_, id)| id.as_str()).collect();
        expect_equal("the versions listed in the destination", &ids.as_slice(), &expected)
    }
}

/// Returns an error unless the operation failed permanently for this reason.
pub(super) fn expect_failure<T, E: Display>(
    what: &str,
    result: Result<T, Fault<E>>,
    expected: &FailureReason,
) -> Result<(), Mismatch> {
    match result {
        Ok(_) => Err(format!("{what} succeeded").into()),
        // A driver would repeat the task for ever, so this is worth a message of its own.
        Err(Fault::Transient(error)) => {
            Err(format!("{what} failed with a transient fault: {error}").into())
        }
        Err(Fault::Permanent(reason, _)) => {
            expect_equal(what, &reason.as_str(), &expected.as_str())
        }
    }
}
