//! The state of each version in each destination. Two questions make this more than a set of open
//! tasks: a change of metadata can happen while the object is still on its way, and Batch
//! Replication can repeat what live replication has done or failed at. The answers are in
//! [`Progress::begin`] and [`Progress::end`].
//!
//! ```text
//! object created       backup: object Open(1)
//! tags changed         backup: object Open(1), tags waiting
//! task 1 succeeds      backup: object Done, tags Open(2)
//! task 2 succeeds      backup: object Done, tags Done          COMPLETED
//! ```
//!
//! A ledger holds one [`Progress`] for each version, and saves it. So fields are few, and a field
//! with its usual value is not written.

use std::iter;
use std::ops::Not;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::dialect::StatusPrecedence;
use crate::engine::Action;
use crate::model::{BucketArn, MetadataAspect, Owner, ReplicationStatus};
use crate::replication::{FailureReason, Task, TaskId};

/// The replication progress of one version.
#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Progress {
    /// The status from before this ledger; `None` for a version that had none. Attempts of this
    /// ledger replace `PENDING` and `FAILED`; `COMPLETED` and `REPLICA` stay forever.
    pub(super) before: Option<ReplicationStatus>,
    // INVARIANT: sorted by bucket, and each bucket occurs once.
    destinations: Vec<DestinationProgress>,
    /// True if the version was permanently deleted. The destinations are then those where a task that
    /// deletes the replica is open.
    #[serde(default, skip_serializing_if = "Not::not")]
    deleted: bool,
}

/// The replication progress of a version in one destination bucket.
///
/// The transfer of the object, or delete marker, and later changes of each aspect of its metadata have
/// separate states (REP-708).
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DestinationProgress {
    bucket: BucketArn,
    /// The state of the object, or delete marker, itself; for a deleted version, that of the
    /// delete.
    object: TransferState,
    // INVARIANT: sorted by aspect, and each aspect occurs once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    metadata: Vec<AspectProgress>,
    /// True if the object, or delete marker, was replicated at least once.
    #[serde(default)]
    arrived: bool,
    /// The owner of the replica that arrived, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<Owner>,
}

/// The progress of one aspect of the metadata in one destination bucket.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct AspectProgress {
    aspect: MetadataAspect,
    /// The state of the last task for this aspect.
    state: TransferState,
    /// The task for the last change that may have come too late for an open task. It has no number
    /// yet, and begins when the open task ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waiting: Option<Arc<Task>>,
}

/// The state of the last task for an object, or for an aspect of its metadata.
#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
enum TransferState {
    /// There was no task.
    #[default]
    #[serde(rename = "Unasked")]
    NotRequested,
    /// The task is open.
    Open(TaskId),
    /// The last task succeeded.
    Done,
    /// The last task failed permanently.
    Failed(FailureReason),
}

impl DestinationProgress {
    /// Creates the progress in a bucket to which nothing was replicated.
    const fn new(bucket: BucketArn) -> Self {
        Self {
            bucket,
            object: TransferState::NotRequested,
            metadata: Vec::new(),
            arrived: false,
            owner: None,
        }
    }

    /// Returns the destination bucket.
    #[must_use]
    pub const fn bucket(&self) -> &BucketArn {
        &self.bucket
    }

    /// Returns the status in this destination: `PENDING`, `COMPLETED` or `FAILED`.
    ///
    /// One open task makes it `PENDING`, whatever else failed. There always was a task here, so it
    /// is never absent.
    #[must_use]
    pub fn status(&self) -> ReplicationStatus {
        if self.is_open() {
            ReplicationStatus::Pending
        } else if self.failure().is_some() {
            ReplicationStatus::Failed
        } else {
            ReplicationStatus::Completed
        }
    }

    /// Returns the reason why the object, or otherwise its metadata, failed permanently.
    #[must_use]
    pub fn failure(&self) -> Option<&FailureReason> {
        self.states().find_map(TransferState::failure)
    }

    /// Returns the open task for the object, or delete marker, if there is one.
    #[must_use]
    pub const fn object_task(&self) -> Option<TaskId> {
        self.object.task()
    }

    /// Returns the reason why the object, or delete marker, failed permanently.
    #[must_use]
    pub const fn object_failure(&self) -> Option<&FailureReason> {
        self.object.failure()
    }

    /// Returns true if the last task for the object, or delete marker, succeeded.
    #[must_use]
    pub fn has_object(&self) -> bool {
        self.object == TransferState::Done
    }

    /// Returns true if the object, or delete marker, was replicated at least once.
    pub(super) const fn has_arrived(&self) -> bool {
        self.arrived
    }

    /// Returns the owner of the replica, if a replica arrived and its owner is known.
    pub(super) const fn owner(&self) -> Option<Owner> {
        self.owner
    }

    /// Iterates over the open tasks.
    pub(super) fn open(&self) -> impl Iterator<Item = TaskId> {
        self.states().filter_map(TransferState::task)
    }

    /// Iterates over the states of the object and of its metadata.
    fn states(&self) -> impl Iterator<Item = &TransferState> {
        iter::once(&self.object).chain(self.metadata.iter().map(|progress| &progress.state))
    }

    /// Returns true while a task is open.
    fn is_open(&self) -> bool {
        self.open().next().is_some()
    }

    /// Returns true if no ledger contradicts the fields. Those of a saved ledger may contradict each
    /// other.
    fn is_sound(&self) -> bool {
        // Something can wait only for an open task.
        let is_waiting_sound = |progress: &AspectProgress| {
            let blocks = self.object.task().or_else(|| progress.state.task());
            progress.waiting.is_none() || blocks.is_some()
        };
        // An aspect is listed only if there was a task for it.
        let is_idle = |progress: &AspectProgress| {
            progress.state == TransferState::NotRequested && progress.waiting.is_none()
        };
        self.metadata.is_sorted_by(|a, b| a.aspect < b.aspect)
            && self.metadata.iter().all(is_waiting_sound)
            && !self.metadata.iter().any(is_idle)
            // The last lines: only a replica has an owner, what was transferred has arrived, what
            // has arrived was requested, and a destination exists because of some task.
            && (self.arrived || self.owner.is_none())
            && (self.arrived || self.object != TransferState::Done)
            && !(self.arrived && self.object == TransferState::NotRequested)
            && !(self.metadata.is_empty() && self.object == TransferState::NotRequested)
    }

    /// Returns the progress of an aspect.
    ///
    /// A new aspect has the state `NotRequested`, and the caller must set another one or let a task
    /// wait.
    fn aspect_mut(&mut self, aspect: MetadataAspect) -> &mut AspectProgress {
        let found = self.metadata.binary_search_by_key(&aspect, |progress| progress.aspect);
        let at = found.unwrap_or_else(|at| {
            let (state, waiting) = (TransferState::NotRequested, None);
            self.metadata.insert(at, AspectProgress { aspect, state, waiting });
            at
        });
        #[expect(clippy::indexing_slicing, reason = "INVARIANT: `at` was found or inserted above")]
        &mut self.metadata[at]
    }

    /// Begins a task for an aspect of the metadata, or lets it wait. Returns true if it began.
    fn begin_metadata(&mut self, aspect: MetadataAspect, task: &Arc<Task>) -> bool {
        let is_object_open = self.object.task().is_some();
        let progress = self.aspect_mut(aspect);
        if !is_object_open && progress.state.task().is_none() {
            progress.state = TransferState::Open(task.id);
            return true;
        }
        // The open task may have read the source before this change or after it, so the change waits
        // and is then replicated in any case. Several changes of the aspect take one task, which has
        // been waiting since the first of them.
        // Under another rule it is another task for the metrics, so the time of its own event
        // counts.
        let waiting = progress.waiting.as_ref().filter(|waiting| waiting.rule == task.rule);
        let since = waiting.map_or(task.since, |waiting| waiting.since);
        progress.waiting = Some(Arc::new(Task { since, ..(**task).clone() }));
        false
    }

    /// Ends the task for the object, or delete marker.
    ///
    /// ```text
    /// success    object Done, arrived, failures of metadata are resolved
    /// failure    object Failed; without a replica, changes that waited are dropped
    /// ```
    fn end_object(&mut self, task: &Task, failure: Option<FailureReason>) {
        let Some(reason) = failure else {
            // The object was replicated with its current metadata, so an earlier failure of its
            // metadata is resolved.
            for progress in &mut self.metadata {
                if progress.state.failure().is_some() {
                    progress.state = TransferState::Done;
                }
            }
            // A later task of Batch Replication may have found the replica, with its first owner, or
            // may have written it again.
            self.owner = if self.arrived {
                self.owner.filter(|owner| *owner == task.owner)
            } else {
                Some(task.owner)
            };
            (self.object, self.arrived) = (TransferState::Done, true);
            return;
        };
        if !self.arrived {
            // There is no replica whose metadata could change.
            for progress in &mut self.metadata {
                progress.waiting = None;
            }
            self.metadata.retain(|progress| progress.state != TransferState::NotRequested);
        }
        self.object = TransferState::Failed(reason);
    }

    /// Takes the waiting tasks that no open task blocks any more.
    ///
    /// None while the object is open: its task may read the source before or after the change.
    fn take_waiting(&mut self) -> Vec<Arc<Task>> {
        if self.object.task().is_some() {
            return Vec::new();
        }
        let free = self.metadata.iter_mut().filter(|progress| progress.state.task().is_none());
        free.filter_map(|progress| progress.waiting.take()).collect()
    }
}

impl TransferState {
    /// Returns the open task.
    const fn task(&self) -> Option<TaskId> {
        match self {
            Self::Open(task) => Some(*task),
            _ => None,
        }
    }

    /// Returns the reason of a permanent failure.
    const fn failure(&self) -> Option<&FailureReason> {
        match self {
            Self::Failed(reason) => Some(reason),
            _ => None,
        }
    }
}

impl Progress {
    /// Creates the progress of a version that already has this status.
    ///
    /// `None` is a version that this ledger sees from its first event.
    pub(super) const fn since(before: Option<ReplicationStatus>) -> Self {
        Self { before, destinations: Vec::new(), deleted: false }
    }

    /// Creates the progress of a version that was permanently deleted.
    ///
    /// What was known about it is given up: only the deletes of its replicas matter from here on.
    pub(super) const fn of_deleted() -> Self {
        Self { before: None, destinations: Vec::new(), deleted: true }
    }

    /// Returns true if the version was permanently deleted.
    pub(super) const fn is_deleted(&self) -> bool {
        self.deleted
    }

    /// Returns true if the version was permanently deleted, and so were its replicas as far as possible.
    ///
    /// The ledger forgets it then.
    pub(super) const fn is_over(&self) -> bool {
        self.deleted && self.destinations.is_empty()
    }

    /// Returns true if the destinations are sorted and unique, and their fields agree with each other.
    /// A saved ledger may violate both.
    pub(super) fn is_sound(&self) -> bool {
        self.destinations.is_sorted_by(|a, b| a.bucket < b.bucket)
            && self.destinations.iter().all(DestinationProgress::is_sound)
            && !self.is_unknown()
            && (!self.deleted || self.is_sound_delete())
    }

    /// Returns true if there is nothing but tasks that delete replicas.
    /// A delete that has ended leaves no destination, so each of them is open.
    fn is_sound_delete(&self) -> bool {
        self.before.is_none()
            && self.destinations.iter().all(|destination| {
                let DestinationProgress { object, metadata, arrived, .. } = destination;
                object.task().is_some() && metadata.is_empty() && !arrived
            })
    }

    /// Returns true if this task is open here, for its destination bucket and its kind of action.
    ///
    /// It compares a task of a saved state with the version that it names.
    pub(super) fn has_open(&self, task: &Task) -> bool {
        let Some(destination) = self.destination(&task.bucket) else { return false };
        // A deleted version has only deletes, and any other version has none.
        if self.deleted != (task.action == Action::ReplicateVersionDelete) {
            return false;
        }
        let state = match task.event.aspect() {
            None => Some(&destination.object),
            Some(aspect) => {
                let mut all = destination.metadata.iter();
                all.find(|progress| progress.aspect == aspect).map(|progress| &progress.state)
            }
        };
        state == Some(&TransferState::Open(task.id))
    }

    /// Iterates over the tasks that wait for open tasks, each with its destination bucket and aspect.
    pub(super) fn waiting(&self) -> impl Iterator<Item = (&BucketArn, MetadataAspect, &Task)> {
        self.destinations.iter().flat_map(|destination| {
            destination.metadata.iter().filter_map(|progress| {
                let task = progress.waiting.as_deref()?;
                Some((&destination.bucket, progress.aspect, task))
            })
        })
    }

    /// Returns the progress in a destination bucket.
    pub(super) fn destination(&self, bucket: &BucketArn) -> Option<&DestinationProgress> {
        self.destinations.get(self.position(bucket).ok()?)
    }

    /// Returns the progress in each destination bucket, sorted by bucket.
    pub(super) fn destinations(&self) -> &[DestinationProgress] {
        &self.destinations
    }

    pub(super) fn open(&self) -> impl Iterator<Item = TaskId> {
        self.destinations.iter().flat_map(DestinationProgress::open)
    }

    /// Returns true while a task for any destination is open.
    pub(super) fn is_open(&self) -> bool {
        self.destinations.iter().any(DestinationProgress::is_open)
    }

    /// Removes the completed and failed destinations that `is_named` rejects.
    ///
    /// An open task stays, so that its outcome has a place.
    pub(super) fn keep_only(&mut self, is_named: impl Fn(&BucketArn) -> bool) {
        self.destinations
            .retain(|destination| destination.is_open() || is_named(&destination.bucket));
    }

    /// Returns true if the version had no status before, and no task so far.
    pub(super) fn is_unknown(&self) -> bool {
        self.before.is_none() && self.destinations.is_empty()
    }

    /// Returns true if replication has not attempted the version yet. A replica has a status from the
    /// start.
    pub(super) const fn has_no_attempt(&self) -> bool {
        matches!(self.before, None | Some(ReplicationStatus::Replica))
            && self.destinations.is_empty()
    }

    /// Begins a task, unless there is nothing to do or the task has to wait. Returns true if it
    /// began. `is_new` is true for tasks of the first event of the version.
    pub(super) fn begin(&mut self, task: &Arc<Task>, is_new: bool) -> bool {
        match task.event.aspect() {
            Some(aspect) => self.begin_metadata(aspect, task),
            None => self.begin_object(task, is_new),
        }
    }

    /// Begins a task for the whole version, if replication may attempt it again.
    fn begin_object(&mut self, task: &Task, is_new: bool) -> bool {
        // Live replication attempts each destination once, when the version is new (REP-706): it
        // does not repeat a failure, and does not fill a bucket that a later rule names. Batch
        // Replication does both, but does not overtake an open task.
        let may_begin = match self.destination_mut(&task.bucket) {
            Some(destination) => task.batch && destination.object.task().is_none(),
            None => task.batch || is_new,
        };
        if may_begin {
            self.destination_or_insert(&task.bucket).object = TransferState::Open(task.id);
        }
        may_begin
    }

    /// Begins a task for an aspect of the metadata, if there can be a replica.
    fn begin_metadata(&mut self, aspect: MetadataAspect, task: &Arc<Task>) -> bool {
        // The replica may exist in a bucket that this ledger has never replicated to, if the version
        // is itself a replica or older than the ledger. For any other version, a bucket without
        // progress has no replica whose metadata could change.
        if self.destination_mut(&task.bucket).is_none() && self.before.is_none() {
            return false;
        }
        self.destination_or_insert(&task.bucket).begin_metadata(aspect, task)
    }

    /// Ends a task. Returns the tasks that waited for it, which have no valid numbers yet.
    ///
    /// A task for the object can free changes of several aspects, and one for an aspect the next
    /// change of it.
    pub(super) fn end(&mut self, task: &Task, failure: Option<FailureReason>) -> Vec<Arc<Task>> {
        if self.deleted {
            self.destinations.retain(|destination| destination.bucket != task.bucket);
            return Vec::new();
        }
        let Some(destination) = self.destination_mut(&task.bucket) else { return Vec::new() };
        if let Some(aspect) = task.event.aspect() {
            let progress = destination.aspect_mut(aspect);
            progress.state = failure.map_or(TransferState::Done, TransferState::Failed);
            return destination.take_waiting();
        }
        let attempt = match failure {
            None => ReplicationStatus::Completed,
            Some(_) => ReplicationStatus::Failed,
        };
        destination.end_object(task, failure);
        let waiting = destination.take_waiting();
        self.before = self.before.map(|before| status_after(before, attempt));
        waiting
    }

    /// Returns the progress in a bucket, if there is any.
    fn destination_mut(&mut self, bucket: &BucketArn) -> Option<&mut DestinationProgress> {
        let at = self.position(bucket).ok()?;
        self.destinations.get_mut(at)
    }

    /// Returns the progress in a bucket, which is created if there is none.
    fn destination_or_insert(&mut self, bucket: &BucketArn) -> &mut DestinationProgress {
        let at = self.position(bucket).unwrap_or_else(|at| {
            // Most versions have one or two destinations, and a ledger may hold millions of versions.
            self.destinations.reserve_exact(1);
            self.destinations.insert(at, DestinationProgress::new(bucket.clone()));
            at
        });
        #[expect(clippy::indexing_slicing, reason = "INVARIANT: `at` was found or inserted above")]
        &mut self.destinations[at]
    }

    /// Returns the place of a bucket in the sorted destinations, or the place where it belongs.
    fn position(&self, bucket: &BucketArn) -> Result<usize, usize> {
        self.destinations
            .binary_search_by(|destination| destination.bucket.as_str().cmp(bucket.as_str()))
    }

    /// Returns the replication status that S3 shows for the version (REP-701 to REP-703).
    ///
    /// ```text
    /// before     destinations            shown
    /// none       none                    none: no rule replicated the version
    /// none       done, open              PENDING
    /// none       failed, open            PENDING, or FAILED under `FailedFirst`
    /// none       done, failed            FAILED
    /// REPLICA    none, or all done       REPLICA
    /// FAILED     done                    COMPLETED, since `end` has replaced `FAILED`
    /// ```
    pub(super) fn shown(&self, precedence: StatusPrecedence) -> Option<ReplicationStatus> {
        use ReplicationStatus::{Completed, Failed, Pending};
        if self.deleted {
            return None;
        }
        let any = |status| {
            self.before == Some(status)
                || self.destinations.iter().any(|destination| destination.status() == status)
        };
        let (pending, failed) = (any(Pending), any(Failed));
        match precedence {
            StatusPrecedence::FailedFirst if failed => Some(Failed),
            _ if pending => Some(Pending),
            _ if failed => Some(Failed),
            _ if self.before.is_some() => self.before,
            _ if self.destinations.is_empty() => None,
            _ => Some(Completed),
        }
    }

    /// Returns the replication status that decisions about the version depend on.
    ///
    /// S3 shows another status for a replica while its metadata is being replicated, but the version
    /// is still a replica.
    pub(super) fn status_for_decision(
        &self,
        precedence: StatusPrecedence,
    ) -> Option<ReplicationStatus> {
        match self.before {
            Some(ReplicationStatus::Replica) => self.before,
            _ => self.shown(precedence),
        }
    }
}

/// Returns the status from before this ledger, after the ledger has made an attempt.
const fn status_after(before: ReplicationStatus, attempt: ReplicationStatus) -> ReplicationStatus {
    match before {
        ReplicationStatus::Pending | ReplicationStatus::Failed => attempt,
        ReplicationStatus::Completed | ReplicationStatus::Replica => before,
    }
}
