//! A conformance kit: tests a store against the contract of [`Source`] and [`Destination`].
//!
//! An implementation of [`Candidate`] defines how a client writes to the store. [`check`] runs
//! every [`Case`] on a new store. Each case rests on a clause of `SEMANTICS.md`, which the report
//! names. A store that deliberately lacks a feature, such as Object Lock, can test that
//! [`Conformance::failures`] contains the cases about that feature and no others.
//!
//! `AsyncCandidate` and `check_async` (feature `async`) do the same for an asynchronous store, with the
//! same cases.
//!
//! [`Source`]: crate::storage::Source
//! [`Destination`]: crate::storage::Destination
//!
//! # Examples
//!
//! A conformance test of the memory store:
//!
//! ```
//! use std::sync::Arc;
//!
//! # use s3_replication::diagnostic::ServiceError;
//! # use s3_replication::model::{BucketName, BucketSettings, ObjectLockStatus, VersionId};
//! # use s3_replication::replication::ObjectKey;
//! # use s3_replication::storage::conformance::{self, Candidate};
//! # use s3_replication::storage::{
//! #     Destination, MemoryBucket, MemoryStore, MetadataChange, NewObject, StoredVersion,
//! # };
//! struct Mine(MemoryStore);
//!
//! impl Candidate for Mine {
//!     type Body = Arc<[u8]>;
//!     type Error = ServiceError;
//!     type Bucket<'c> = MemoryBucket<'c>;
//!
//!     fn bucket<'c>(&'c self, name: &'c BucketName) -> MemoryBucket<'c> {
//!         self.0.bucket(name)
//!     }
//!
//!     fn destination(&self) -> &impl Destination<Arc<[u8]>, Error = ServiceError> {
//!         &self.0
//!     }
//!
//!     fn put(&self, bucket: &BucketName, v: StoredVersion<Arc<[u8]>>) -> Result<(), ServiceError> {
//!         let Some(body) = v.body else {
//!             return self.0.bucket(bucket).delete_object(&v.key, &v.version_id, v.last_modified).map(drop);
//!         };
//!         let mut object = NewObject::new(&v.key, body);
//!         (object.tags, object.acl, object.lock) = (v.metadata.tags, v.metadata.acl, v.metadata.lock);
//!         self.0.bucket(bucket).put_object(object, &v.version_id, v.last_modified).map(drop)
//!     }
//!
//!     fn change_metadata(
//!         &self,
//!         bucket: &BucketName,
//!         key: &ObjectKey,
//!         id: &VersionId,
//!         change: MetadataChange,
//!     ) -> Result<(), ServiceError> {
//!         self.0.bucket(bucket).change_metadata(key, id, change.value, change.stamp.at)
//!     }
//!
//!     fn body(&self, bytes: &[u8]) -> Arc<[u8]> {
//!         bytes.into()
//!     }
//!
//!     fn bytes(&self, body: Arc<[u8]>) -> Vec<u8> {
//!         body.to_vec()
//!     }
//! }
//!
//! let report = conformance::check(|buckets| {
//!     let store = MemoryStore::new();
//!     for bucket in buckets {
//!         // A bucket with Object Lock is versioned.
//!         let settings = BucketSettings::new().with_object_lock(ObjectLockStatus::Enabled);
//!         // The kit writes ACLs, which are disabled in a new bucket.
//!         let settings = settings.of_older_bucket();
//!         store.create_bucket(bucket, settings).unwrap();
//!     }
//!     Mine(store)
//! });
//! assert!(report.is_conformant(), "{report}");
//! ```

/// Writes a row of a table of cases.
macro_rules! case {
    ($name:literal, $clause:expr, $run:ident) => {
        ($name, $clause, |fixture| Box::pin($run(fixture)))
    };
}

mod candidate;
mod deletes;
mod difference;
mod failures;
mod fixture;
mod keys;
mod ledgers;
mod listing;
mod locks;
mod metadata;
mod replicas;
mod report;
mod rewrites;
mod store;

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;

#[cfg(feature = "async")]
pub use self::candidate::AsyncCandidate;
pub use self::candidate::Candidate;
use self::difference::Mismatch;
use self::fixture::{Buckets, Fixture};
pub use self::report::{Case, Conformance};
#[cfg(feature = "async")]
use self::store::Asynchronous;
use self::store::{Store, Synchronous, at_once};
use crate::clause::Clause;
use crate::model::BucketName;

/// Runs every case on a new store, and returns the results.
///
/// `create` creates a store with two empty buckets of these names. Both are versioned and have Object
/// Lock, but no default retention.
///
/// A case fails if the store panics; the other cases run nevertheless. The panic message is printed
/// as usual. With `panic = "abort"`, a panic ends the whole check.
pub fn check<C: Candidate>(mut create: impl FnMut([&BucketName; 2]) -> C) -> Conformance {
    at_once(run(async |buckets| Synchronous(create(buckets))))
}

/// Runs every case on a new asynchronous store, and returns the results (feature `async`).
///
/// The cases are those of [`check`]. They run one after the other, on any runtime. The future is not
/// `Send`: await it in a test such as `#[tokio::test]`, or pass it to the `block_on` of a runtime.
///
/// # Examples
///
/// ```
/// use s3_replication::storage::conformance::{self, AsyncCandidate};
///
/// # trait Create: AsyncCandidate + Sized {
/// #     async fn create(buckets: [&str; 2]) -> Self;
/// # }
/// // In a test of a runtime, such as `#[tokio::test]`:
/// async fn my_store_is_conformant<MyStore: Create>() {
///     let report = conformance::check_async(async |buckets| {
///         MyStore::create(buckets.map(|bucket| bucket.as_str())).await
///     })
///     .await;
///     assert!(report.is_conformant(), "{report}");
/// }
/// ```
#[cfg(feature = "async")]
pub async fn check_async<C: AsyncCandidate>(
    mut create: impl AsyncFnMut([&BucketName; 2]) -> C,
) -> Conformance {
    run(async |buckets| Asynchronous(create(buckets).await)).await
}

/// Runs every case.
async fn run<S: Store>(mut create: impl AsyncFnMut([&BucketName; 2]) -> S) -> Conformance {
    let mut results = Vec::new();
    for (name, clause, case) in cases() {
        let result = caught(async {
            let buckets = Buckets::new()?;
            let store = create([&buckets.source, &buckets.destination]).await;
            // Caught before the store is dropped: a destructor that panics during unwinding would abort.
            caught(case(&Fixture::new(&store, &buckets))).await
        });
        results.push(Case::new(name, clause, result.await));
    }
    Conformance::new(results)
}

/// A case in progress.
type Running<'f> = Pin<Box<dyn Future<Output = Result<(), Mismatch>> + 'f>>;

/// A case: its name, its clause, and its code.
type Row<S> = (&'static str, &'static Clause, for<'f> fn(&'f Fixture<'f, S>) -> Running<'f>);

fn cases<S: Store>() -> Vec<Row<S>> {
    [
        replicas::cases(),
        deletes::cases(),
        metadata::cases(),
        locks::cases(),
        rewrites::cases(),
        listing::cases(),
        keys::cases(),
        failures::cases(),
        ledgers::cases(),
    ]
    .concat()
}

/// Polls a future, and turns a panic into a mismatch.
async fn caught(work: impl Future<Output = Result<(), Mismatch>>) -> Result<(), Mismatch> {
    let mut work = pin!(work);
    poll_fn(|context| {
        // Unwind safety: after a panic, only the destructors of the future and the store use them.
        catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            let text = text.unwrap_or("no message");
            Poll::Ready(Err(Mismatch::new(format!("the store panicked: {text}"))))
        })
    })
    .await
}
