//! What a store has to offer, and a driver that replicates over it.
//!
//! Four methods: [`Source::read`] gives a version as it is now, [`Source::versions`] lists them,
//! [`Destination::put_replica`] writes one under its own version id and time, and
//! [`Destination::put_metadata`] brings tags, ACL and lock of one up to date. What to do is decided
//! elsewhere: the [`Ledger`] hands out tasks, and [`replicate`] runs them. [`generate`] and
//! [`run_job`] do the same for jobs of Batch Replication. [`MemoryStore`] implements both sides, and
//! behaves like S3.
//!
//! [`Ledger`]: crate::replication::Ledger

mod driver;
mod job;
mod memory;
mod version;

use crate::model::{BucketArn, VersionId};
use crate::replication::{FailureReason, ObjectKey};

pub use self::driver::{Drive, replicate};
pub use self::job::{Generated, JobDrive, JobStop, Unlisted, generate, run_job};
pub use self::memory::{
    InjectedFault, MemoryBucket, MemoryJob, MemoryStore, NewBucket, NewObject, Ran,
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
    /// [`Fault::Passing`] when trying again may help, else [`Fault::Final`] with the reason that S3
    /// would give, such as [`FailureReason::SRC_VERSION_NOT_FOUND`].
    fn read(
        &self,
        key: &ObjectKey,
        version_id: &VersionId,
    ) -> Result<StoredVersion<Self::Body>, Fault<Self::Error>>;

    /// Lists up to `limit` versions and delete markers, as `ListObjectVersions` does: by key, byte
    /// by byte, the latest of a key first. A page begins behind the version named by `after`, or, when
    /// that is gone by now, with its key: a version may be listed twice, but none is left out. An
    /// empty page is the end.
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

    /// Writes a replica: an object, or a delete marker. It keeps the version id and the creation
    /// time it comes with, and its replication status is `REPLICA`. Writing it twice is the same as
    /// writing it once.
    ///
    /// # Errors
    ///
    /// [`Fault::Passing`] when trying again may help, else [`Fault::Final`] with the reason that S3
    /// would give, such as [`FailureReason::DST_BUCKET_UNVERSIONED`].
    fn put_replica(
        &self,
        bucket: &BucketArn,
        replica: StoredVersion<Body>,
    ) -> Result<(), Fault<Self::Error>>;

    /// Brings the metadata of a version up to date, unless what is there is
    /// [newer](Metadata::is_newer_than). Retention stays when none comes: it may be the default of
    /// the bucket. It is no event that replicates.
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

/// What keeps a store from doing what it was asked for.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "trying again helps or it does not")]
pub enum Fault<E> {
    /// It passes: a bucket, Region or network out of reach. The task stays pending.
    #[error("out of reach for now: {0}")]
    Passing(E),
    /// It does not: the task fails, for the reason that S3 gives.
    #[error("{0}: {1}")]
    Final(FailureReason, E),
}
