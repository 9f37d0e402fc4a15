//! The traits of a store, drivers that replicate over them, and a conformance kit.
//!
//! A store implements five methods: [`Source::read`] reads a version, [`Source::versions`] lists
//! versions, [`Destination::put_replica`] writes a replica under its own version ID and creation
//! time, [`Destination::put_metadata`] updates the tags, ACL and Object Lock settings of a version, and
//! [`Destination::delete_replica`] deletes one, which S3 itself never asks for. The kit in [`conformance`] tests a store against the contract of these methods.
//!
//! A [`Ledger`] decides which tasks to run. Three drivers run them: [`replicate`] one after the
//! other, [`replicate_concurrently`] on several threads, and `replicate_async` (feature `async`) on
//! any runtime. [`generate`] and [`run_job`] do the same for jobs of S3 Batch Replication, and
//! `generate_async` and `run_job_async` for asynchronous stores.
//! [`MemoryStore`] implements both traits and behaves like S3.
//!
//! # Events during a run
//!
//! A driver borrows the ledger until it returns, so no event can be observed during a run. Put
//! events into a queue, observe all of them between two runs, and return [`ControlFlow::Break`]
//! from the callback to end a run early when events are waiting:
//!
//! ```
//! use std::iter;
//! use std::ops::ControlFlow;
//! use std::sync::mpsc::Receiver;
//!
//! use s3_replication::model::{Event, Timestamp};
//! use s3_replication::replication::{Ledger, NoVersionId};
//! use s3_replication::storage::{Destination, Source, StoredVersion, replicate};
//!
//! fn serve<S: Source>(
//!     ledger: &mut Ledger,
//!     source: &S,
//!     destination: &impl Destination<S::Body, Error = S::Error>,
//!     events: &Receiver<(StoredVersion<()>, Event)>,
//!     now: impl Fn() -> Timestamp,
//! ) -> Result<(), NoVersionId> {
//!     // Waits for an event, then observes all events that have arrived.
//!     while let Ok(first) = events.recv() {
//!         for (version, event) in iter::once(first).chain(events.try_iter()) {
//!             // The driver finds the new tasks in the ledger.
//!             ledger.observe(&version.as_object_version(), event, now())?;
//!         }
//!         replicate(ledger, source, destination, now(), |_, _| ControlFlow::Continue(()));
//!     }
//!     Ok(())
//! }
//! ```
//!
//! Tasks that met a transient fault stay open until the next run, so a service also needs a timer
//! that starts a run when no event arrives.
//!
//! A service whose transfers take long does not want events to wait for them. It has a loop of its own,
//! in which events and the ends of tasks are messages to the owner of the ledger. [`run_task`] and
//! `run_task_async` run a single task, on a thread or on a runtime:
//!
//! ```
//! use std::sync::Arc;
//! use std::sync::mpsc::Receiver;
//!
//! use s3_replication::model::{Event, Timestamp};
//! use s3_replication::replication::{Ledger, Outcome, Task};
//! use s3_replication::storage::StoredVersion;
//!
//! enum Message {
//!     Event(StoredVersion<()>, Event),
//!     Ended(Arc<Task>, Outcome),
//! }
//!
//! /// `begin` hands a task to a thread or a runtime, which sends `Message::Ended` afterwards.
//! fn serve(
//!     ledger: &mut Ledger,
//!     messages: &Receiver<Message>,
//!     begin: impl Fn(Arc<Task>),
//!     now: impl Fn() -> Timestamp,
//! ) -> Result<(), Box<dyn std::error::Error>> {
//!     // A ledger that was saved and resumed has open tasks.
//!     ledger.open_tasks().cloned().for_each(&begin);
//!     for message in messages {
//!         let update = match message {
//!             Message::Event(version, event) => {
//!                 ledger.observe(&version.as_object_version(), event, now())?
//!             }
//!             Message::Ended(task, outcome) => ledger.complete(task.id, outcome, now())?,
//!         };
//!         update.tasks.into_iter().for_each(&begin);
//!     }
//!     Ok(())
//! }
//! ```
//!
//! [`examples/tokio`] is such a service on tokio, with a limit of tasks in progress and a timer for tasks
//! that met a transient fault.
//!
//! [`examples/tokio`]: https://github.com/s3-replication/s3-replication/tree/main/examples/tokio
//! [`ControlFlow::Break`]: std::ops::ControlFlow::Break
//! [`Ledger`]: crate::replication::Ledger

#[cfg(feature = "async")]
mod asynchronous;
pub mod conformance;
mod generate;
mod memory;
mod metadata;
mod run;
mod run_job;
mod version;

use crate::model::{BucketArn, Timestamp, VersionId};
use crate::replication::{FailureReason, ObjectKey};

#[cfg(feature = "async")]
pub use self::asynchronous::{AsyncDestination, AsyncSource, Immediate};
#[cfg(feature = "async")]
pub use self::generate::generate_async;
pub use self::generate::{GenerateError, GenerateSummary, generate};
pub use self::memory::{InjectedFault, MemoryBucket, MemoryJob, MemoryStore, NewObject, TaskRun};
pub use self::metadata::{Metadata, MetadataChange, MetadataValue, Stamp, WeakerRetention};
pub use self::run::{RunSummary, replicate, replicate_concurrently, run_task};
#[cfg(feature = "async")]
pub use self::run::{replicate_async, run_task_async};
#[cfg(feature = "async")]
pub use self::run_job::run_job_async;
pub use self::run_job::{JobContext, JobRunSummary, JobStop, run_job};
pub use self::version::StoredVersion;

/// A source bucket: the side of a store that replication reads.
pub trait Source {
    /// The bytes of an object, or a handle to read them from.
    type Body;
    /// The error of the store.
    type Error;

    /// Reads the current state of a version. A delete marker has no body.
    ///
    /// A replica may have to be encrypted with the key of the Region of the bucket that is related to
    /// the key of its source: [`StoredVersion::in_region`].
    ///
    /// Where the bucket is a source bucket too, its ledger has to know the replica:
    /// [`record_replica`](crate::replication::Ledger::record_replica), or
    /// [`observe_replica`](crate::replication::Ledger::observe_replica) on a store that replicates replicas
    /// on.
    ///
    /// # Errors
    ///
    /// [`Fault::Transient`] if trying again may help. Otherwise [`Fault::Permanent`] with the reason
    /// that S3 would give, such as [`FailureReason::SRC_VERSION_NOT_FOUND`].
    fn read(
        &self,
        key: &ObjectKey,
        version_id: &VersionId,
    ) -> Result<StoredVersion<Self::Body>, Fault<Self::Error>>;

    /// Lists up to `limit` versions and delete markers in the order of `ListObjectVersions`: by the
    /// bytes of the key, and within a key the latest version first (REP-614).
    ///
    /// A page begins after the version named by `after`. If that version no longer exists, the page
    /// begins with the first version of its key, or of the following key if there is no version
    /// left. A version may therefore be listed twice, but none is skipped. An empty page ends the
    /// listing. The body of a listed object is `Some(())`, that of a delete marker is `None`.
    ///
    /// # Errors
    ///
    /// As for [`read`](Self::read); [`FailureReason::SRC_BUCKET_NOT_FOUND`] if the bucket does not
    /// exist.
    fn versions(
        &self,
        after: Option<(&ObjectKey, &VersionId)>,
        limit: usize,
    ) -> Result<Vec<StoredVersion<()>>, Fault<Self::Error>>;
}

/// The destination buckets: the side of a store that replication writes.
pub trait Destination<Body> {
    /// The error of the store.
    type Error;

    /// Writes a replica: an object or a delete marker.
    ///
    /// The replica keeps its key, version ID and creation time, and its replication status is
    /// `REPLICA`. The creation time determines its position among the versions of its key, so a
    /// replica that arrives late is not the latest version.
    ///
    /// If the bucket has the same version already, with the same ID and the same creation time, nothing
    /// is transferred: the version stays as it is, but for the aspects of its metadata that changed
    /// later in the replica. A null version with another creation time replaces the previous null
    /// version completely. [`StoredVersion::in_place_of`] implements these rules.
    ///
    /// A replica may have to be encrypted with the key of the Region of the bucket that is related to
    /// the key of its source: [`StoredVersion::in_region`].
    ///
    /// # Errors
    ///
    /// [`Fault::Transient`] if trying again may help. Otherwise [`Fault::Permanent`] with the reason
    /// that S3 would give, such as [`FailureReason::DST_BUCKET_UNVERSIONED`], or
    /// [`FailureReason::DST_PUT_RETENTION_NOT_PERMITTED`] for a [`WeakerRetention`].
    fn put_replica(
        &self,
        bucket: &BucketArn,
        replica: StoredVersion<Body>,
    ) -> Result<(), Fault<Self::Error>>;

    /// Applies a change of one aspect of the metadata of a version, unless that aspect changed later in
    /// the store. No other aspect changes.
    ///
    /// [`StoredVersion::update_metadata`] implements the rules. The update is not an event: do not pass
    /// it to a ledger. If it releases an event hold, the retention that follows begins at the time of the
    /// update (REP-632).
    ///
    /// # Errors
    ///
    /// As for [`put_replica`](Self::put_replica); [`FailureReason::DST_VERSION_NOT_FOUND`] if the
    /// version does not exist.
    fn put_metadata(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        change: &MetadataChange,
    ) -> Result<(), Fault<Self::Error>>;

    /// Permanently deletes a version, whose source version was permanently deleted at the time `at`.
    ///
    /// S3 never asks for this (REP-514). Stores that replicate permanent deletes do, see
    /// [`VersionDeletes`](crate::dialect::VersionDeletes). A version that does not exist is no error: it
    /// may have been deleted before, or may never have arrived.
    ///
    /// A driver must not run this beside another task about the same version and bucket, or a replica that
    /// is still on its way arrives after it. If Object Lock protects the version, the time at which the task
    /// runs decides, not `at`, where the store has a clock.
    ///
    /// The delete is no event of a ledger of this bucket, unless the store replicates replicas on.
    ///
    /// # Errors
    ///
    /// As for [`put_replica`](Self::put_replica); [`FailureReason::DST_DEL_OBJ_NOT_PERMITTED`] if Object
    /// Lock protects the version.
    fn delete_replica(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        at: Timestamp,
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
        change: &MetadataChange,
    ) -> Result<(), Fault<Self::Error>> {
        (**self).put_metadata(bucket, key, version_id, change)
    }

    fn delete_replica(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        at: Timestamp,
    ) -> Result<(), Fault<Self::Error>> {
        (**self).delete_replica(bucket, key, version_id, at)
    }
}

/// The error of a store, with the effect on the task that met it.
///
/// # Examples
///
/// ```
/// use std::io;
///
/// use s3_replication::replication::{FailureReason, Outcome};
/// use s3_replication::storage::Fault;
///
/// fn fault_of(error: io::Error) -> Fault<io::Error> {
///     match error.kind() {
///         io::ErrorKind::NotFound => {
///             Fault::Permanent(FailureReason::SRC_VERSION_NOT_FOUND, error)
///         }
///         io::ErrorKind::PermissionDenied => {
///             Fault::Permanent(FailureReason::SRC_GET_OBJECT_NOT_PERMITTED, error)
///         }
///         _ => Fault::Transient(error),
///     }
/// }
///
/// let timeout = fault_of(io::ErrorKind::TimedOut.into());
/// assert_eq!(Outcome::from(timeout), Outcome::Transient);
/// let missing = fault_of(io::ErrorKind::NotFound.into());
/// assert_eq!(Outcome::from(missing), Outcome::Failed(FailureReason::SRC_VERSION_NOT_FOUND));
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "a retry may help or it cannot")]
pub enum Fault<E> {
    /// A temporary condition, such as an unavailable bucket, Region or network. The task stays
    /// pending.
    #[error("temporarily unavailable: {0}")]
    Transient(E),
    /// A lasting condition. The task fails for this reason.
    #[error("{0}: {1}")]
    Permanent(FailureReason, E),
}
