//! The traits of an asynchronous store.

use std::future::{Future, ready};

use crate::model::{BucketArn, Timestamp, VersionId};
use crate::replication::ObjectKey;
use crate::storage::{Destination, Fault, MetadataChange, Source, StoredVersion};

/// A source bucket of an asynchronous store (feature `async`).
///
/// The contract is that of [`Source`]. An implementation can use `async fn`.
pub trait AsyncSource {
    /// The bytes of an object, or a handle to read them from.
    type Body;
    /// The error of the store.
    type Error;

    /// Reads the current state of a version, as [`Source::read`] does.
    ///
    /// # Errors
    ///
    /// The errors of [`Source::read`].
    fn read(
        &self,
        key: &ObjectKey,
        version_id: &VersionId,
    ) -> impl Future<Output = Result<StoredVersion<Self::Body>, Fault<Self::Error>>> + Send;

    /// Lists versions, as [`Source::versions`] does.
    ///
    /// # Errors
    ///
    /// The errors of [`Source::versions`].
    fn versions(
        &self,
        after: Option<(&ObjectKey, &VersionId)>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<StoredVersion<()>>, Fault<Self::Error>>> + Send;
}

/// The destination buckets of an asynchronous store (feature `async`).
///
/// The contract is that of [`Destination`]. An implementation can use `async fn`.
pub trait AsyncDestination<Body> {
    /// The error of the store.
    type Error;

    /// Writes a replica, as [`Destination::put_replica`] does.
    ///
    /// # Errors
    ///
    /// The errors of [`Destination::put_replica`].
    fn put_replica(
        &self,
        bucket: &BucketArn,
        replica: StoredVersion<Body>,
    ) -> impl Future<Output = Result<(), Fault<Self::Error>>> + Send;

    /// Updates the metadata of a version, as [`Destination::put_metadata`] does.
    ///
    /// # Errors
    ///
    /// The errors of [`Destination::put_metadata`].
    fn put_metadata(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        change: &MetadataChange,
    ) -> impl Future<Output = Result<(), Fault<Self::Error>>> + Send;

    /// Permanently deletes a version, as [`Destination::delete_replica`] does.
    ///
    /// # Errors
    ///
    /// The errors of [`Destination::delete_replica`].
    fn delete_replica(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        at: Timestamp,
    ) -> impl Future<Output = Result<(), Fault<Self::Error>>> + Send;
}

/// An adapter that makes a synchronous store asynchronous (feature `async`).
///
/// Each call does its work at once on the calling thread, and its future is ready immediately. Use
/// it for stores in memory and for tests. A store that blocks its thread would block the runtime.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "a wrapper has exactly one field")]
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
        change: &MetadataChange,
    ) -> impl Future<Output = Result<(), Fault<D::Error>>> + Send {
        ready(self.0.put_metadata(bucket, key, version_id, change))
    }

    fn delete_replica(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        at: Timestamp,
    ) -> impl Future<Output = Result<(), Fault<D::Error>>> + Send {
        ready(self.0.delete_replica(bucket, key, version_id, at))
    }
}
