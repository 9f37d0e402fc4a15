//! The traits of a store that answers later.

use std::future::{Future, ready};

use crate::model::{BucketArn, VersionId};
use crate::replication::ObjectKey;
use crate::storage::{Destination, Fault, Metadata, Source, StoredVersion};

/// A bucket to replicate from, as [`Source`], that answers later (feature `async`).
///
/// An implementation writes `async fn`.
pub trait AsyncSource {
    /// The bytes of an object, or something to read them from.
    type Body;
    /// What goes wrong.
    type Error;

    /// Reads a version as [`Source::read`] does.
    ///
    /// # Errors
    ///
    /// As there.
    fn read(
        &self,
        key: &ObjectKey,
        version_id: &VersionId,
    ) -> impl Future<Output = Result<StoredVersion<Self::Body>, Fault<Self::Error>>> + Send;

    /// Lists versions as [`Source::versions`] does.
    ///
    /// # Errors
    ///
    /// As there.
    fn versions(
        &self,
        after: Option<(&ObjectKey, &VersionId)>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<StoredVersion<()>>, Fault<Self::Error>>> + Send;
}

/// Buckets to replicate to, as [`Destination`], that answer later (feature `async`).
///
/// An implementation writes `async fn`.
pub trait AsyncDestination<Body> {
    /// What goes wrong.
    type Error;

    /// Writes a replica as [`Destination::put_replica`] does.
    ///
    /// # Errors
    ///
    /// As there.
    fn put_replica(
        &self,
        bucket: &BucketArn,
        replica: StoredVersion<Body>,
    ) -> impl Future<Output = Result<(), Fault<Self::Error>>> + Send;

    /// Brings metadata up to date as [`Destination::put_metadata`] does.
    ///
    /// # Errors
    ///
    /// As there.
    fn put_metadata(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        metadata: &Metadata,
    ) -> impl Future<Output = Result<(), Fault<Self::Error>>> + Send;
}

/// A synchronous store where one that answers later is wanted (feature `async`).
///
/// It does its work when it is asked, on the thread that asks, and its answer is there at once: fit
/// for stores in memory and for tests, not for those that make a thread wait.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "a wrapper is what it wraps")]
pub struct Immediate<S>(pub S);

impl<S: Source<Body: Send, Error: Send>> AsyncSource for Immediate<S> {
    type Body = S::Body;
    type Error = S::Error;

    fn read(
        &self,
        key: &ObjectKey,
        version_id: &VersionId,
    ) -> impl Future<Output = Result<StoredVersion<S::Body>, Fault<S::Error>>> + Send {
        ready(self.0.read(key, version_id))
    }

    fn versions(
        &self,
        after: Option<(&ObjectKey, &VersionId)>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<StoredVersion<()>>, Fault<S::Error>>> + Send {
        ready(self.0.versions(after, limit))
    }
}

impl<Body, D: Destination<Body, Error: Send>> AsyncDestination<Body> for Immediate<D> {
    type Error = D::Error;

    fn put_replica(
        &self,
        bucket: &BucketArn,
        replica: StoredVersion<Body>,
    ) -> impl Future<Output = Result<(), Fault<D::Error>>> + Send {
        ready(self.0.put_replica(bucket, replica))
    }

    fn put_metadata(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        metadata: &Metadata,
    ) -> impl Future<Output = Result<(), Fault<D::Error>>> + Send {
        ready(self.0.put_metadata(bucket, key, version_id, metadata))
    }
}
