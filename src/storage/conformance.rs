//! A conformance kit: tests a store against the contract of [`Source`] and [`Destination`].
//!
//! An implementation of [`Candidate`] defines how a client writes to the store. [`check`] runs
//! every [`Case`] on a new store. Each case rests on a clause of `SEMANTICS.md`, which the report
//! names. A store that deliberately lacks a feature, such as Object Lock, can test that
//! [`Conformance::failures`] contains the cases about that feature and no others.
//!
//! The kit is synchronous. To check an asynchronous store, implement [`Source`] and [`Destination`]
//! for a wrapper that blocks on each future.
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
//!         store.create_bucket(bucket, settings).unwrap();
//!     }
//!     Mine(store)
//! });
//! assert!(report.is_conformant(), "{report}");
//! ```

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

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use self::fixture::{Buckets, Fixture, Mismatch};
pub use self::report::{Case, Conformance};
use crate::clause::Clause;
use crate::model::{BucketName, VersionId};
use crate::replication::ObjectKey;
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

/// Runs every case on a new store, and returns the results.
///
/// `create` creates a store with two empty buckets of these names. Both are versioned and have Object
/// Lock, but no default retention.
///
/// A case fails if the store panics; the other cases run nevertheless. The panic message is printed
/// as usual. With `panic = "abort"`, a panic ends the whole check.
pub fn check<C: Candidate>(mut create: impl FnMut([&BucketName; 2]) -> C) -> Conformance {
    let cases = cases().into_iter().map(|(name, clause, run)| {
        let result = caught(|| {
            let buckets = Buckets::new()?;
            let store = create([&buckets.source, &buckets.destination]);
            // Caught before the store is dropped: a destructor that panics during unwinding would abort.
            caught(|| run(&Fixture::new(&store, &buckets)))
        });
        Case::new(name, clause, result)
    });
    Conformance::new(cases.collect())
}

/// A case: its name, its clause, and its code.
type Row<C> = (&'static str, &'static Clause, fn(&Fixture<'_, C>) -> Result<(), Mismatch>);

fn cases<C: Candidate>() -> Vec<Row<C>> {
    [
        replicas::cases(),
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

/// Calls a closure, and turns a panic into a mismatch.
fn caught(work: impl FnOnce() -> Result<(), Mismatch>) -> Result<(), Mismatch> {
    // Unwind safety: after a panic, only the destructor of the store uses it.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(Mismatch::new(format!("the store panicked: {}", text.unwrap_or("no message"))))
    })
}
