//! The stores under test: synchronous and asynchronous ones behind one interface.
//!
//! The cases are written once, as asynchronous functions. A synchronous store answers at once, so none
//! of its cases waits.
//!
//! ```text
//! case ─▶ Store ─┬─ Synchronous(Candidate)         Source, Destination and the writes of clients
//!                └─ Asynchronous(AsyncCandidate)   the same, with `.await` behind each call
//! ```
//!
//! `Store` joins three interfaces, so that a case has one value to call: the source side of any
//! bucket, the destination side, and what a client does. `fixture.rs` wraps it for the cases, with
//! keys and IDs as texts.

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
    /// The body of the candidate, which a case makes from bytes and turns back into them.
    type Body;
    /// The error of the candidate. It is only shown in messages; a case looks at the kind of a
    /// `Fault`.
    type Error: Display;

    /// Reads a version of any bucket, as the source of a replication does.
    async fn read(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &VersionId,
    ) -> Result<StoredVersion<Self::Body>, Fault<Self::Error>>;

    /// Lists one page of a bucket, behind the version `after`.
    async fn versions(
        &self,
        bucket: &BucketName,
        after: Option<(&ObjectKey, &VersionId)>,
        limit: usize,
    ) -> Result<Vec<StoredVersion<()>>, Fault<Self::Error>>;

    /// Writes a replica to a bucket that need not exist.
    async fn put_replica(
        &self,
        bucket: &BucketArn,
        replica: StoredVersion<Self::Body>,
    ) -> Result<(), Fault<Self::Error>>;

    /// Changes one aspect of a replica.
    async fn put_metadata(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        id: &VersionId,
        change: &MetadataChange,
    ) -> Result<(), Fault<Self::Error>>;

    /// Deletes a version permanently, as a task of a ledger does.
    async fn delete_replica(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        id: &VersionId,
        at: Timestamp,
    ) -> Result<(), Fault<Self::Error>>;

    /// Runs the open tasks of the ledger of a bucket.
    async fn replicate(&self, ledger: &mut Ledger, at: Timestamp) -> RunSummary;

    /// Writes a version as a client does, with the ID and the time that the case chooses.
    async fn put(
        &self,
        bucket: &BucketName,
        version: StoredVersion<Self::Body>,
    ) -> Result<(), Self::Error>;

    /// Changes one aspect of a version as a client of that bucket does.
    async fn change_metadata(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &VersionId,
        change: MetadataChange,
    ) -> Result<(), Self::Error>;

    /// Makes a body of bytes.
    fn body(&self, bytes: &[u8]) -> Self::Body;

    /// Reads a body to its end. For an asynchronous store this may wait.
    async fn bytes(&self, body: Self::Body) -> Vec<u8>;
}

/// Goes on after every task: a case looks at the result of all of them.
const fn go_on(_: &Task, _: &Outcome) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Implements [`Store`] over a candidate. The calls of the two kinds differ only in that one waits.
///
/// The arguments are the type to implement for, the trait of its candidate, how it runs the tasks
/// of a ledger, and `await` for an asynchronous store. In `$(.$wait)?` the last one becomes
/// `.await`, or nothing.
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
///
/// The field is the candidate.
pub(super) struct Synchronous<C>(pub(super) C);

store!(Synchronous over Candidate, |ledger, source, destination, at| {
    replicate(ledger, source, destination, at, go_on)
});

/// An asynchronous store. One task runs after the other, so that a case has one result.
///
/// More tasks at a time would be allowed, and would make the order of calls differ between two
/// runs.
#[cfg(feature = "async")]
pub(super) struct Asynchronous<C>(pub(super) C);

#[cfg(feature = "async")]
store!(Asynchronous over AsyncCandidate, |ledger, source, destination, at| {
    replicate_async(ledger, source, destination, std::num::NonZeroUsize::MIN, || at, go_on)
}, await);

/// Runs a future of a [`Synchronous`] store.
///
/// It must not be given a future of an asynchronous store, for which it would turn for ever.
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
