//! What cases are written with: versions, both buckets, and how to say what was seen.

use std::fmt::{Debug, Display};

use chrono::{DateTime, TimeDelta};

use super::Candidate;
use crate::model::{
    BucketArn, BucketName, DeleteMarkerOrigin, Partition, Tag, Timestamp, VersionId,
};
use crate::replication::{FailureReason, ObjectKey};
use crate::storage::{Destination, Fault, Metadata, Source, StoredVersion};

/// What was seen instead of what is promised.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Unmet(String);

impl Unmet {
    pub(super) const fn new(seen: String) -> Self {
        Self(seen)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<E: Display> From<E> for Unmet {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Returns an error unless what was seen is what is promised.
pub(super) fn same<T: Debug + PartialEq>(what: &str, seen: &T, promised: &T) -> Result<(), Unmet> {
    if seen == promised {
        return Ok(());
    }
    Err(Unmet(format!("{what}: {} instead of {}", shown(seen), shown(promised))))
}

/// Writes a value for people, of a long one only the beginning.
fn shown(value: &impl Debug) -> String {
    const MOST: usize = 400;
    let text = format!("{value:?}");
    if text.chars().count() > MOST {
        text.chars().take(MOST).chain("…".chars()).collect()
    } else {
        text
    }
}

/// The buckets of the kit. The name of the source sorts last, so that it wins a tie.
pub(super) struct Buckets {
    pub(super) source: BucketName,
    pub(super) destination: BucketName,
    pub(super) missing: BucketName,
}

impl Buckets {
    pub(super) fn new() -> Result<Self, Unmet> {
        Ok(Self {
            source: "kit-source".parse()?,
            destination: "kit-destination".parse()?,
            missing: "kit-missing".parse()?,
        })
    }
}

/// Returns a moment of the kit.
pub(super) fn at(seconds: i64) -> Timestamp {
    const BEGIN: i64 = 1_767_225_600; // 2026-01-01T00:00:00Z
    (DateTime::UNIX_EPOCH + TimeDelta::seconds(BEGIN + seconds)).into()
}

/// Returns tags with this value.
pub(super) fn tagged(value: &str) -> Result<Vec<Tag>, Unmet> {
    Ok(vec![Tag::new("team", value)?])
}

pub(super) fn arn_of(bucket: &BucketName) -> BucketArn {
    BucketArn::new(Partition::AWS, bucket.clone())
}

/// A fresh store on which one case is tried.
pub(super) struct Bench<'c, C> {
    pub(super) store: &'c C,
    pub(super) buckets: &'c Buckets,
}

impl<'c, C: Candidate> Bench<'c, C> {
    pub(super) const fn new(store: &'c C, buckets: &'c Buckets) -> Self {
        Self { store, buckets }
    }

    /// Makes an object of the source, created at this second.
    pub(super) fn object(
        &self,
        key: &str,
        id: &str,
        seconds: i64,
        bytes: &[u8],
    ) -> Result<StoredVersion<C::Body>, Unmet> {
        let body = self.store.body(bytes);
        let metadata = self.changed(seconds);
        Ok(StoredVersion::new(key.into(), id.parse()?, body, bytes.len() as u64, metadata))
    }

    /// Makes a delete marker of the source, created at this second.
    pub(super) fn marker(
        &self,
        key: &str,
        id: &str,
        seconds: i64,
    ) -> Result<StoredVersion<C::Body>, Unmet> {
        let (origin, metadata) = (DeleteMarkerOrigin::User, self.changed(seconds));
        Ok(StoredVersion::delete_marker(key.into(), id.parse()?, origin, metadata))
    }

    /// Returns metadata that changed in the source at this second.
    pub(super) fn changed(&self, seconds: i64) -> Metadata {
        Metadata::new(at(seconds), self.buckets.source.clone())
    }

    /// Writes a version into the source as a client does.
    pub(super) fn put(&self, version: StoredVersion<C::Body>) -> Result<(), Unmet> {
        Ok(self.store.put(&self.buckets.source, version)?)
    }

    /// Writes a replica into the destination.
    pub(super) fn replicate(&self, replica: StoredVersion<C::Body>) -> Result<(), Unmet> {
        let bucket = arn_of(&self.buckets.destination);
        Ok(self.store.destination().put_replica(&bucket, replica)?)
    }

    /// Brings metadata to a version in the destination.
    pub(super) fn update(&self, key: &str, id: &str, metadata: &Metadata) -> Result<(), Unmet> {
        let bucket = arn_of(&self.buckets.destination);
        let destination = self.store.destination();
        Ok(destination.put_metadata(&bucket, &key.into(), &id.parse()?, metadata)?)
    }

    /// Reads a version of the destination.
    pub(super) fn read(&self, key: &str, id: &str) -> Result<StoredVersion<C::Body>, Unmet> {
        Ok(self.store.bucket(&self.buckets.destination).read(&key.into(), &id.parse()?)?)
    }

    /// Returns the bytes of a version.
    pub(super) fn bytes(&self, version: StoredVersion<C::Body>) -> Option<Vec<u8>> {
        version.body.map(|body| self.store.bytes(body))
    }

    /// Lists a bucket, page by page.
    pub(super) fn list(
        &self,
        bucket: &BucketName,
        limit: usize,
    ) -> Result<Vec<StoredVersion<()>>, Unmet> {
        const MOST: usize = 1_000; // more than any case writes
        let bucket = self.store.bucket(bucket);
        let mut all: Vec<StoredVersion<()>> = Vec::new();
        loop {
            let after = all.last().map(|last| (&last.key, &last.version_id));
            let page = bucket.versions(after, limit)?;
            if page.len() > limit {
                return Err(format!("a page of {} where {limit} is the limit", page.len()).into());
            }
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page);
            if all.len() > MOST {
                return Err("the listing does not end".into());
            }
        }
    }

    /// Lists the destination, as keys and ids.
    pub(super) fn names(&self) -> Result<Vec<(ObjectKey, VersionId)>, Unmet> {
        let all = self.list(&self.buckets.destination, 1_000)?;
        Ok(all.into_iter().map(|one| (one.key, one.version_id)).collect())
    }

    /// Reads the one version that there is in the destination, under whatever name.
    pub(super) fn only(&self) -> Result<StoredVersion<C::Body>, Unmet> {
        let names = self.names()?;
        let [(key, id)] = names.as_slice() else {
            return Err(format!("not one version in the destination, but {names:?}").into());
        };
        Ok(self.store.bucket(&self.buckets.destination).read(key, id)?)
    }

    /// Reads the version of the destination that is listed last under this key, the oldest.
    pub(super) fn oldest(&self, key: &str) -> Result<StoredVersion<C::Body>, Unmet> {
        let names = self.names()?;
        let Some((key, id)) = names.iter().rfind(|(other, _)| *other == key.into()) else {
            return Err(format!("no version of {key:?} in the destination, but {names:?}").into());
        };
        Ok(self.store.bucket(&self.buckets.destination).read(key, id)?)
    }

    /// Checks the ids of the versions of the destination, as listed.
    pub(super) fn ids_are(&self, promised: &[&str]) -> Result<(), Unmet> {
        let names = self.names()?;
        let ids: Vec<&str> = names.iter().map(|(_, id)| id.as_str()).collect();
        same("the versions in the destination, as listed", &ids.as_slice(), &promised)
    }
}

/// Checks that something failed for good, and why.
pub(super) fn failed<T, E: Display>(
    what: &str,
    result: Result<T, Fault<E>>,
    promised: &FailureReason,
) -> Result<(), Unmet> {
    match result {
        Ok(_) => Err(format!("{what} succeeded").into()),
        Err(Fault::Transient(error)) => {
            Err(format!("{what} met a fault that passes: {error}").into())
        }
        Err(Fault::Permanent(reason, _)) => same(what, &reason.as_str(), &promised.as_str()),
    }
}
