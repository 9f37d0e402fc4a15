use std::fmt;
#[cfg(feature = "async")]
use std::future::Future;

use crate::model::{BucketName, VersionId};
use crate::replication::ObjectKey;
#[cfg(feature = "async")]
use crate::storage::{AsyncDestination, AsyncSource};
use crate::storage::{Destination, MetadataChange, Source, StoredVersion};

/// A store to check: both sides of replication, and the writes of clients.
pub trait Candidate {
    /// The bytes of an object, or a handle to read them from.
    type Body;
    /// The error of the store.
    type Error: fmt::Display;
    /// A bucket of the store, as a source of replication.
    type Bucket<'c>: Source<Body = Self::Body, Error = Self::Error>
    where
        Self: 'c;

    /// Returns a bucket to read and list. The bucket need not exist.
    fn bucket<'c>(&'c self, name: &'c BucketName) -> Self::Bucket<'c>;

    /// Returns the destination side, which writes replicas to any bucket of the store.
    fn destination(&self) -> &impl Destination<Self::Body, Error = Self::Error>;

    /// Writes an object or adds a delete marker, as a client does, but with the given version ID and
    /// creation time.
    ///
    /// # Errors
    ///
    /// Any error of the store. The case fails then.
    fn put(
        &self,
        bucket: &BucketName,
        version: StoredVersion<Self::Body>,
    ) -> Result<(), Self::Error>;

    /// Changes one aspect of the metadata of a version as a client does. The stamp contains the time
    /// and the bucket of the change.
    ///
    /// # Errors
    ///
    /// Any error of the store. The case fails then.
    fn change_metadata(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &VersionId,
        change: MetadataChange,
    ) -> Result<(), Self::Error>;

    /// Creates a body from bytes.
    fn body(&self, bytes: &[u8]) -> Self::Body;

    /// Returns the bytes of a body.
    fn bytes(&self, body: Self::Body) -> Vec<u8>;
}

/// An asynchronous store to check (feature `async`): both sides of replication, and the writes of
/// clients.
///
/// An implementation can use `async fn`. Its futures need not be `Send`.
#[cfg(feature = "async")]
pub trait AsyncCandidate {
    /// The bytes of an object, or a handle to read them from.
    type Body;
    /// The error of the store.
    type Error: fmt::Display;
    /// A bucket of the store, as a source of replication.
    type Bucket<'c>: AsyncSource<Body = Self::Body, Error = Self::Error>
    where
        Self: 'c;

    /// Returns a bucket to read and list. The bucket need not exist.
    fn bucket<'c>(&'c self, name: &'c BucketName) -> Self::Bucket<'c>;

    /// Returns the destination side, which writes replicas to any bucket of the store.
    fn destination(&self) -> &impl AsyncDestination<Self::Body, Error = Self::Error>;

    /// Writes an object or adds a delete marker, as [`Candidate::put`] does.
    ///
    /// # Errors
    ///
    /// Any error of the store. The case fails then.
    fn put(
        &self,
        bucket: &BucketName,
        version: StoredVersion<Self::Body>,
    ) -> impl Future<Output = Result<(), Self::Error>>;

    /// Changes one aspect of the metadata of a version, as [`Candidate::change_metadata`] does.
    ///
    /// # Errors
    ///
    /// Any error of the store. The case fails then.
    fn change_metadata(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &VersionId,
        change: MetadataChange,
    ) -> impl Future<Output = Result<(), Self::Error>>;

    /// Creates a body from bytes.
    fn body(&self, bytes: &[u8]) -> Self::Body;

    /// Returns the bytes of a body.
    fn bytes(&self, body: Self::Body) -> impl Future<Output = Vec<u8>>;
}
