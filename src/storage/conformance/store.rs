//! The stores under test: synchronous and asynchronous ones behind one interface.
//!
//! The cases are written once, as asynchronous functions. A synchronous store answers at once, so none
//! of its cases waits.

use std::fmt::Display;
use std::future::Future;
use std::ops::ControlFlow;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

#[cfg(feature = "async")]
use super::candidate::AsyncCandidate;
use super::candidate::Candidate;
use crate::model::{BucketArn, BucketName, Timestamp, VersionId};
use crate::replication::{Ledger, ObjectKey, Outcome, Task};
#[cfg(feature = "async")]
use crate::storage::{AsyncDestination, AsyncSource, replicate_async};
use crate::storage::{
    Destination, Fault, MetadataChange, RunSummary, Source, StoredVersion, replicate,
};

/// A store under test, with all its buckets.
pub(super) trait Store {
    type Body;
    type Error: Display;

    async fn read(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &VersionId,
    ) -> Result<StoredVersion<Self::Body>, Fault<Self::Error>>;

    async fn versions(
        &self,
        bucket: &BucketName,
        after: Option<(&ObjectKey, &VersionId)>,
        limit: usize,
    ) -> Result<Vec<StoredVersion<()>>, Fault<Self::Error>>;

    async fn put_replica(
        &self,
        bucket: &BucketArn,
        replica: StoredVersion<Self::Body>,
    ) -> Result<(), Fault<Self::Error>>;

    async fn put_metadata(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        id: &VersionId,
        change: &MetadataChange,
    ) -> Result<(), Fault<Self::Error>>;

    async fn delete_replica(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        id: &VersionId,
        at: Timestamp,
    ) -> Result<(), Fault<Self::Error>>;

    /// Runs the open tasks of the ledger of a bucket.
    async fn replicate(&self, ledger: &mut Ledger, at: Timestamp) -> RunSummary;

    async fn put(
        &self,
        bucket: &BucketName,
        version: StoredVersion<Self::Body>,
    ) -> Result<(), Self::Error>;

    async fn change_metadata(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &VersionId,
        change: MetadataChange,
    ) -> Result<(), Self::Error>;

    fn body(&self, bytes: &[u8]) -> Self::Body;

    async fn bytes(&self, body: Self::Body) -> Vec<u8>;
}

/// Goes on after every task: a case looks at the result of all of them.
const fn go_on(_: &Task, _: &Outcome) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Implements [`Store`] over a candidate. The calls of the two kinds differ only in that one waits.
macro_rules! store {
    ($name:ident over $candidate:ident, |$ledger:ident, $source:ident, $destination:ident, $at:ident| $replicate:expr $(, $wait:tt)?) => {
        impl<C: $candidate> Store for $name<C> {
            type Body = C::Body;
            type Error = C::Error;

            async fn read(
                &self,
                bucket: &BucketName,
                key: &ObjectKey,
                id: &VersionId,
            ) -> Result<StoredVersion<C::Body>, Fault<C::Error>> {
                self.0.bucket(bucket).read(key, id)$(.$wait)?
            }

            async fn versions(
                &self,
                bucket: &BucketName,
                after: Option<(&ObjectKey, &VersionId)>,
                limit: usize,
            ) -> Result<Vec<StoredVersion<()>>, Fault<C::Error>> {
                self.0.bucket(bucket).versions(after, limit)$(.$wait)?
            }

            async fn put_replica(
                &self,
                bucket: &BucketArn,
                replica: StoredVersion<C::Body>,
            ) -> Result<(), Fault<C::Error>> {
                self.0.destination().put_replica(bucket, replica)$(.$wait)?
            }

            async fn put_metadata(
                &self,
                bucket: &BucketArn,
                key: &ObjectKey,
                id: &VersionId,
                change: &MetadataChange,
            ) -> Result<(), Fault<C::Error>> {
                self.0.destination().put_metadata(bucket, key, id, change)$(.$wait)?
            }

            async fn delete_replica(
                &self,
                bucket: &BucketArn,
                key: &ObjectKey,
                id: &VersionId,
                at: Timestamp,
            ) -> Result<(), Fault<C::Error>> {
                self.0.destination().delete_replica(bucket, key, id, at)$(.$wait)?
            }

            async fn replicate(&self, $ledger: &mut Ledger, $at: Timestamp) -> RunSummary {
                let name = $ledger.source().clone();
                let ($source, $destination) = (&self.0.bucket(&name), self.0.destination());
                $replicate$(.$wait)?
            }

            async fn put(
                &self,
                bucket: &BucketName,
                version: StoredVersion<C::Body>,
            ) -> Result<(), C::Error> {
                self.0.put(bucket, version)$(.$wait)?
            }

            async fn change_metadata(
                &self,
                bucket: &BucketName,
                key: &ObjectKey,
                id: &VersionId,
                change: MetadataChange,
            ) -> Result<(), C::Error> {
                self.0.change_metadata(bucket, key, id, change)$(.$wait)?
            }

            fn body(&self, bytes: &[u8]) -> C::Body {
                self.0.body(bytes)
            }

            async fn bytes(&self, body: C::Body) -> Vec<u8> {
                self.0.bytes(body)$(.$wait)?
            }
        }
    };
}

/// A synchronous store.
pub(super) struct Synchronous<C>(pub(super) C);

store!(Synchronous over Candidate, |ledger, source, destination, at| {
    replicate(ledger, source, destination, at, go_on)
});

/// An asynchronous store. One task runs after the other, so that a case has one result.
#[cfg(feature = "async")]
pub(super) struct Asynchronous<C>(pub(super) C);

#[cfg(feature = "async")]
store!(Asynchronous over AsyncCandidate, |ledger, source, destination, at| {
    replicate_async(ledger, source, destination, std::num::NonZeroUsize::MIN, || at, go_on)
}, await);

/// Runs a future of a [`Synchronous`] store.
pub(super) fn at_once<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut context = Context::from_waker(Waker::noop());
    // INVARIANT: such a future never waits, so the first poll ends it.
    loop {
        if let Poll::Ready(result) = work.as_mut().poll(&mut context) {
            return result;
        }
    }
}
