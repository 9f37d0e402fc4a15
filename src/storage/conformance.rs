//! A kit that tells whether a store keeps what [`Source`] and [`Destination`] promise.
//!
//! Whoever implements them tells the kit how to make an empty store and how a client writes to it,
//! and [`check`] runs every [`Case`] on a store of its own. Each rests on a clause of `SEMANTICS.md`,
//! which the report names. A store that leaves something out on purpose, such as Object Lock, finds
//! the cases about it in [`Conformance::unmet`], and can test that there are no others. One that
//! answers later is checked through a [`Source`] and a [`Destination`] that wait for it.
//!
//! [`Source`]: crate::storage::Source
//! [`Destination`]: crate::storage::Destination
//!
//! # Examples
//!
//! The test of a store, here of the one in memory:
//!
//! ```
//! use std::sync::Arc;
//!
//! # use s3_replication::diagnostic::ServiceError;
//! # use s3_replication::model::{BucketName, BucketSettings, Event, ObjectLockStatus, VersionId};
//! # use s3_replication::replication::ObjectKey;
//! # use s3_replication::storage::conformance::{self, Candidate};
//! # use s3_replication::storage::{
//! #     Destination, MemoryBucket, MemoryStore, Metadata, NewObject, StoredVersion,
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
//!         to: Metadata,
//!     ) -> Result<(), ServiceError> {
//!         let (event, at) = (Event::ObjectTaggingPut, to.changed);
//!         self.0.bucket(bucket).change_metadata(key, id, event, at, |metadata| *metadata = to)
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

mod bench;
mod failures;
mod keys;
mod ledgers;
mod listing;
mod metadata;
mod replicas;
mod report;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use self::bench::{Bench, Buckets, Unmet};
pub use self::report::{Case, Conformance};
use crate::clause::Clause;
use crate::model::{BucketName, VersionId};
use crate::replication::ObjectKey;
use crate::storage::{Destination, Metadata, Source, StoredVersion};

/// A store that is checked: both sides of replication, and what clients do.
pub trait Candidate {
    /// The bytes of an object, or something to read them from.
    type Body;
    /// What goes wrong.
    type Error: fmt::Display;
    /// One bucket of the store.
    type Bucket<'c>: Source<Body = Self::Body, Error = Self::Error>
    where
        Self: 'c;

    /// Returns a bucket, to replicate from and to list. It need not be there.
    fn bucket<'c>(&'c self, name: &'c BucketName) -> Self::Bucket<'c>;

    /// Returns what writes replicas, into each bucket of the store.
    fn destination(&self) -> &impl Destination<Self::Body, Error = Self::Error>;

    /// Writes a version as a client does, or makes a delete marker, but with the id and at the time
    /// that it has.
    ///
    /// # Errors
    ///
    /// What the store says; the case does not hold then.
    fn put(
        &self,
        bucket: &BucketName,
        version: StoredVersion<Self::Body>,
    ) -> Result<(), Self::Error>;

    /// Changes the metadata of a version as a client does, at the time and in the bucket that it
    /// names.
    ///
    /// # Errors
    ///
    /// What the store says; the case does not hold then.
    fn change_metadata(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &VersionId,
        to: Metadata,
    ) -> Result<(), Self::Error>;

    /// Makes a body of these bytes.
    fn body(&self, bytes: &[u8]) -> Self::Body;

    /// Returns the bytes of a body.
    fn bytes(&self, body: Self::Body) -> Vec<u8>;
}

/// Runs every case, each on a store of its own, and reports which hold.
///
/// `fresh` makes a store with the two buckets it is told of, versioned, with Object Lock but without
/// default retention, and with nothing in them.
///
/// A case in which the store panics does not hold, and the others go on; what Rust prints of a panic
/// is printed. Where a panic ends the process (`panic = "abort"`) it ends the check.
pub fn check<C: Candidate>(mut fresh: impl FnMut([&BucketName; 2]) -> C) -> Conformance {
    let cases = cases().into_iter().map(|(name, clause, run)| {
        let result = caught(|| {
            let buckets = Buckets::new()?;
            let store = fresh([&buckets.source, &buckets.destination]);
            // Caught in here, so that the store is dropped when nothing unwinds any more.
            caught(|| run(&Bench::new(&store, &buckets)))
        });
        Case::new(name, clause, result)
    });
    Conformance::new(cases.collect())
}

/// One row: what is promised, why, and how it is tried.
type Row<C> = (&'static str, &'static Clause, fn(&Bench<'_, C>) -> Result<(), Unmet>);

fn cases<C: Candidate>() -> Vec<Row<C>> {
    [
        replicas::cases(),
        metadata::cases(),
        listing::cases(),
        keys::cases(),
        failures::cases(),
        ledgers::cases(),
    ]
    .concat()
}

/// Does something, and turns a panic into what was seen.
fn caught(work: impl FnOnce() -> Result<(), Unmet>) -> Result<(), Unmet> {
    // What the panic left behind is a store that nothing but its destructor sees again.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(Unmet::new(format!("the store panicked: {}", text.unwrap_or("without a word"))))
    })
}
