//! What a store has to offer, drivers that replicate over it, and a kit that tests it.
//!
//! Four methods: [`Source::read`] gives a version as it is now, [`Source::versions`] lists them,
//! [`Destination::put_replica`] writes one under its own version id and time, and
//! [`Destination::put_metadata`] brings tags, ACL and lock of one up to date. Whether a store keeps
//! what they promise, the kit in [`conformance`] tells.
//!
//! What to do is decided elsewhere: the [`Ledger`] hands out tasks, and [`replicate`] runs them one
//! after the other, [`replicate_concurrently`] on several threads, and `replicate_async` (feature
//! `async`) on any runtime. [`generate`] and [`run_job`] do the same for jobs of Batch Replication.
//! [`MemoryStore`] implements both sides, and behaves like S3.
//!
//! [`Ledger`]: crate::replication::Ledger

#[cfg(feature = "async")]
mod asynchronous;
pub mod conformance;
mod driver;
mod job;
mod memory;
mod version;

use crate::model::{BucketArn, VersionId};
use crate::replication::{FailureReason, ObjectKey};

#[cfg(feature = "async")]
pub use self::asynchronous::{AsyncDestination, AsyncSource, Immediate};
#[cfg(feature = "async")]
pub use self::driver::replicate_async;
pub use self::driver::{RunSummary, replicate, replicate_concurrently};
pub use self::job::{GenerateError, GenerateSummary, JobRunSummary, JobStop, generate, run_job};
pub use self::memory::{
    InjectedFault, MemoryBucket, MemoryJob, MemoryStore, NewBucket, NewObject, TaskRun,
};
pub use self::version::{Metadata, StoredVersion};

/// A bucket to replicate from.
pub trait Source {
    /// The bytes of an object, or something to read them from.
    type Body;
    /// What goes wrong.
    type Error;

    /// Reads a version as it is now; a delete marker has no body.
    ///
    /// # Errors
    ///
    /// [`Fault::Transient`] when trying again may help, else [`Fault::Permanent`] with the reason that S3
    /// would give, such as [`FailureReason::SRC_VERSION_NOT_FOUND`].
    fn read(
        &self,
        key: &ObjectKey,
        version_id: &VersionId,
    ) -> Result<StoredVersion<Self::Body>, Fault<Self::Error>>;

    /// Lists up to `limit` versions and delete markers, as `ListObjectVersions` does: by key, byte
    /// by byte, the latest of a key first (REP-614). A page begins behind the version named by
    /// `after`, or, when that is gone by now, with its key, or the key that follows where that is
    /// gone, too: a version may be listed twice, but none is left out. An empty page is the end.
    ///
    /// # Errors
    ///
    /// As for reading; [`FailureReason::SRC_BUCKET_NOT_FOUND`] when there is no bucket to list.
    fn versions(
        &self,
        after: Option<(&ObjectKey, &VersionId)>,
        limit: usize,
    ) -> Result<Vec<StoredVersion<()>>, Fault<Self::Error>>;
}

/// Buckets to replicate to.
pub trait Destination<Body> {
    /// What goes wrong.
    type Error;

    /// Writes a replica: an object, or a delete marker. It keeps the key, the version id and the
    /// creation time it comes with, and its replication status is `REPLICA`. Among the versions of
    /// its key it has the place of its creation time: one that comes late is not the latest.
    ///
    /// Writing it twice is the same as writing it once, also when its metadata changed in between:
    /// what is [newer](Metadata::is_newer_than) stays, and so does retention when none comes. Another
    /// null version takes the place of the one before, with all it has.
    /// [`StoredVersion::in_place_of`] says what to write over a version that is there.
    ///
    /// # Errors
    ///
    /// [`Fault::Transient`] when trying again may help, else [`Fault::Permanent`] with the reason that S3
    /// would give, such as [`FailureReason::DST_BUCKET_UNVERSIONED`].
    fn put_replica(
        &self,
        bucket: &BucketArn,
        replica: StoredVersion<Body>,
    ) -> Result<(), Fault<Self::Error>>;

    /// Brings the metadata of a version up to date, unless what is there is
    /// [newer](Metadata::is_newer_than). Retention stays when none comes: it may be the default of
    /// the bucket. The ACL stays when the owner of the bucket owns the version.
    /// [`StoredVersion::update_metadata`] does all that. It is no event that replicates.
    ///
    /// # Errors
    ///
    /// As for replicas; [`FailureReason::DST_VERSION_NOT_FOUND`] when the version is not there.
    fn put_metadata(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        metadata: &Metadata,
    ) -> Result<(), Fault<Self::Error>>;
}

impl<S: Source + ?Sized> Source for &S {
    type Body = S::Body;
    type Error = S::Error;

    fn read(
        &self,
        key: &ObjectKey,
        version_id: &VersionId,
    ) -> Result<StoredVersion<Self::Body>, Fault<Self::Error>> {
        (**self).read(key, version_id)
    }

    fn versions(
        &self,
        after: Option<(&ObjectKey, &VersionId)>,
        limit: usize,
    ) -> Result<Vec<StoredVersion<()>>, Fault<Self::Error>> {
        (**self).versions(after, limit)
    }
}

impl<Body, D: Destination<Body> + ?Sized> Destination<Body> for &D {
    type Error = D::Error;

    fn put_replica(
        &self,
        bucket: &BucketArn,
        replica: StoredVersion<Body>,
    ) -> Result<(), Fault<Self::Error>> {
        (**self).put_replica(bucket, replica)
    }

    fn put_metadata(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        metadata: &Metadata,
    ) -> Result<(), Fault<Self::Error>> {
        (**self).put_metadata(bucket, key, version_id, metadata)
    }
}

/// What keeps a store from doing what it was asked for.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "trying again helps or it does not")]
pub enum Fault<E> {
    /// It passes: a bucket, Region or network out of reach. The task stays pending.
    #[error("out of reach for now: {0}")]
    Transient(E),
    /// It does not: the task fails, for the reason that S3 gives.
    #[error("{0}: {1}")]
    Permanent(FailureReason, E),
}
