use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::dialect::StatusPrecedence;
use crate::engine::Action;
use crate::model::{BucketArn, ReplicationStatus};
use crate::replication::{FailureReason, Task, TaskId};

/// The replication progress of one version.
#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Progress {
    /// The status from before this ledger. Attempts of this ledger replace `PENDING` and `FAILED`;
    /// `COMPLETED` and `REPLICA` stay forever.
    pub(super) before: Option<ReplicationStatus>,
    // INVARIANT: sorted by bucket, and each bucket occurs once.
    destinations: Vec<DestinationProgress>,
}

/// The replication progress of a version in one destination bucket.
///
/// The transfer of the object, or delete marker, and later changes of its metadata have separate
/// states (REP-708).
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DestinationProgress {
    bucket: BucketArn,
    object: TransferState,
    metadata: TransferState,
    /// The task for the last change of metadata that may have come too late for the open task. It
    /// has no number yet, and begins when the open task ends.
    changed: Option<Arc<Task>>,
    /// True if the object, or delete marker, was replicated at least once.
    #[serde(default)]
    arrived: bool,
}

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
    const fn new(bucket: BucketArn) -> Self {
        Self {
            bucket,
            object: TransferState::NotRequested,
            metadata: TransferState::NotRequested,
            changed: None,
            arrived: false,
        }
    }

    /// Returns the destination bucket.
    #[must_use]
    pub const fn bucket(&self) -> &BucketArn {
        &self.bucket
    }

    /// Returns the status in this destination: `PENDING`, `COMPLETED` or `FAILED`.
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
    pub const fn failure(&self) -> Option<&FailureReason> {
        match (&self.object, &self.metadata) {
            (TransferState::Failed(reason), _) | (_, TransferState::Failed(reason)) => Some(reason),
            _ => None,
        }
    }

    /// Returns the open task for the object, or delete marker, if there is one.
    #[must_use]
    pub const fn object_task(&self) -> Option<TaskId> {
        self.object.task()
    }

    /// Returns the reason why the object, or delete marker, failed permanently.
    #[must_use]
    pub const fn object_failure(&self) -> Option<&FailureReason> {
        match &self.object {
            TransferState::Failed(reason) => Some(reason),
            _ => None,
        }
    }

    /// Returns true if the last task for the object, or delete marker, succeeded.
    #[must_use]
    pub fn has_object(&self) -> bool {
        self.object == TransferState::Done
    }

    /// Iterates over the open tasks.
    pub(super) fn open(&self) -> impl Iterator<Item = TaskId> {
        [&self.object, &self.metadata].into_iter().filter_map(TransferState::task)
    }

    fn is_open(&self) -> bool {
        self.open().next().is_some()
    }

    /// Takes the waiting task, unless another task is still open.
    fn take_waiting(&mut self) -> Option<Arc<Task>> {
        if self.is_open() { None } else { self.changed.take() }
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
}

impl Progress {
    /// Creates the progress of a version that already has this status.
    pub(super) const fn since(before: Option<ReplicationStatus>) -> Self {
        Self { before, destinations: Vec::new() }
    }

    /// Returns true if the destinations are sorted and unique, and metadata waits only for open tasks.
    /// A saved ledger may violate both.
    pub(super) fn is_sound(&self) -> bool {
        self.destinations.is_sorted_by(|a, b| a.bucket < b.bucket)
            && self
                .destinations
                .iter()
                .all(|destination| destination.changed.is_none() || destination.is_open())
    }

    /// Returns true if this task is open here, for its destination bucket and its kind of action.
    pub(super) fn has_open(&self, task: &Task) -> bool {
        let Ok(at) = self.position(&task.bucket) else { return false };
        let Some(destination) = self.destinations.get(at) else { return false };
        let state = match task.action {
            Action::ReplicateMetadata => &destination.metadata,
            Action::ReplicateObject | Action::ReplicateDeleteMarker => &destination.object,
        };
        *state == TransferState::Open(task.id)
    }

    /// Iterates over the tasks that wait for open tasks, each with its destination bucket.
    pub(super) fn waiting(&self) -> impl Iterator<Item = (&BucketArn, &Task)> {
        self.destinations.iter().filter_map(|destination| {
            destination.changed.as_deref().map(|task| (&destination.bucket, task))
        })
    }

    pub(super) fn destinations(&self) -> &[DestinationProgress] {
        &self.destinations
    }

    pub(super) fn open(&self) -> impl Iterator<Item = TaskId> {
        self.destinations.iter().flat_map(DestinationProgress::open)
    }

    pub(super) fn is_open(&self) -> bool {
        self.destinations.iter().any(DestinationProgress::is_open)
    }

    /// Removes the completed and failed destinations that `is_named` rejects.
    pub(super) fn keep_only(&mut self, is_named: impl Fn(&BucketArn) -> bool) {
        self.destinations
            .retain(|destination| destination.is_open() || is_named(&destination.bucket));
    }

    /// Returns true if the version had no status before, and no task so far.
    pub(super) fn is_unknown(&self) -> bool {
        self.before.is_none() && self.destinations.is_empty()
    }

    /// Begins a task, unless there is nothing to do or the task has to wait. Returns true if it
    /// began. `is_new` is true for tasks of the first event of the version.
    pub(super) fn begin(&mut self, task: &Arc<Task>, is_new: bool) -> bool {
        match task.action {
            Action::ReplicateMetadata => self.begin_metadata(task),
            Action::ReplicateObject | Action::ReplicateDeleteMarker => {
                self.begin_object(task, is_new)
            }
        }
    }

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

    fn begin_metadata(&mut self, task: &Arc<Task>) -> bool {
        // The replica may exist in a bucket that this ledger has never replicated to, if the version
        // is itself a replica or older than the ledger. For any other version, a bucket without
        // progress has no replica whose metadata could change.
        if self.destination_mut(&task.bucket).is_none() && self.before.is_none() {
            return false;
        }
        let destination = self.destination_or_insert(&task.bucket);
        if !destination.is_open() {
            destination.metadata = TransferState::Open(task.id);
            return true;
        }
        // The open task may have read the source before this change or after it, so the change waits
        // and is then replicated in any case. Several changes take one task, which has been waiting
        // since the first of them.
        let waiting = destination.changed.as_ref().filter(|waiting| waiting.rule == task.rule);
        let since = waiting.map_or(task.since, |waiting| waiting.since);
        destination.changed = Some(Arc::new(Task { since, ..(**task).clone() }));
        false
    }

    /// Ends a task. Returns the task that waited for it, which has no valid number yet.
    pub(super) fn end(
        &mut self,
        bucket: &BucketArn,
        task: TaskId,
        failure: Option<FailureReason>,
    ) -> Option<Arc<Task>> {
        let destination = self.destination_mut(bucket)?;
        let result = failure.map_or(TransferState::Done, TransferState::Failed);
        if destination.metadata == TransferState::Open(task) {
            destination.metadata = result;
            return destination.take_waiting();
        }
        if destination.object != TransferState::Open(task) {
            return None;
        }
        let attempt = if result == TransferState::Done {
            // The object was replicated with its current metadata, so an earlier failure of its
            // metadata is resolved.
            if matches!(destination.metadata, TransferState::Failed(_)) {
                destination.metadata = TransferState::Done;
            }
            destination.arrived = true;
            ReplicationStatus::Completed
        } else {
            if !destination.arrived {
                // There is no replica whose metadata could change.
                destination.changed = None;
            }
            ReplicationStatus::Failed
        };
        destination.object = result;
        let waiting = destination.take_waiting();
        self.before = self.before.map(|before| status_after(before, attempt));
        waiting
    }

    fn destination_mut(&mut self, bucket: &BucketArn) -> Option<&mut DestinationProgress> {
        let at = self.position(bucket).ok()?;
        self.destinations.get_mut(at)
    }

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

    fn position(&self, bucket: &BucketArn) -> Result<usize, usize> {
        self.destinations
            .binary_search_by(|destination| destination.bucket.as_str().cmp(bucket.as_str()))
    }

    /// Returns the replication status that S3 shows for the version (REP-701 to REP-703).
    pub(super) fn shown(&self, precedence: StatusPrecedence) -> Option<ReplicationStatus> {
        use ReplicationStatus::{Completed, Failed, Pending};
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
