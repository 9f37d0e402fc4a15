use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::dialect::StatusPrecedence;
use crate::engine::Action;
use crate::model::{BucketArn, ReplicationStatus};
use crate::replication::{FailureReason, Task, TaskId};

/// How far one version has come: in each destination, and as S3 shows it.
#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Progress {
    /// The status it had when this ledger first heard of it; `REPLICA` stays for ever.
    pub(super) before: Option<ReplicationStatus>,
    // INVARIANT: sorted by bucket, each there once.
    destinations: Vec<DestinationProgress>,
}

/// How far a version has come in one destination.
///
/// The object, or delete marker, and later changes of its metadata are counted apart (REP-708).
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DestinationProgress {
    bucket: BucketArn,
    object: Part,
    metadata: Part,
    /// What is to be done about the last change of metadata that no task has seen for sure; its
    /// number is not given yet.
    changed: Option<Arc<Task>>,
    /// Whether the object, or delete marker, was ever replicated.
    #[serde(default)]
    arrived: bool,
}

#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
enum Part {
    /// Nobody asked for it.
    #[default]
    Unasked,
    /// It is under way.
    Open(TaskId),
    /// It is done.
    Done,
    /// It failed for good.
    Failed(FailureReason),
}

impl DestinationProgress {
    /// Returns the destination bucket.
    #[must_use]
    pub const fn bucket(&self) -> &BucketArn {
        &self.bucket
    }

    /// Returns the status: `PENDING`, `COMPLETED` or `FAILED`.
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

    /// Returns why the object failed, or else why its metadata did.
    #[must_use]
    pub const fn failure(&self) -> Option<&FailureReason> {
        match (&self.object, &self.metadata) {
            (Part::Failed(reason), _) | (_, Part::Failed(reason)) => Some(reason),
            _ => None,
        }
    }

    /// Returns the task that is to bring the object, or delete marker, if it is not settled.
    #[must_use]
    pub const fn object_task(&self) -> Option<TaskId> {
        self.object.task()
    }

    /// Returns why the object, or delete marker, did not come, if it failed for good.
    #[must_use]
    pub const fn object_failure(&self) -> Option<&FailureReason> {
        match &self.object {
            Part::Failed(reason) => Some(reason),
            _ => None,
        }
    }

    /// Returns true when the object, or delete marker, is there.
    #[must_use]
    pub fn has_object(&self) -> bool {
        self.object == Part::Done
    }

    /// Iterates over the tasks that are not settled.
    pub(super) fn open(&self) -> impl Iterator<Item = TaskId> {
        [&self.object, &self.metadata].into_iter().filter_map(Part::task)
    }

    fn is_open(&self) -> bool {
        self.open().next().is_some()
    }
}

impl Part {
    /// Returns the task that is not settled, if there is one.
    const fn task(&self) -> Option<TaskId> {
        match self {
            Self::Open(task) => Some(*task),
            _ => None,
        }
    }
}

impl Progress {
    /// Creates the progress of a version that had this status before.
    pub(super) const fn since(before: Option<ReplicationStatus>) -> Self {
        Self { before, destinations: Vec::new() }
    }

    /// Returns true when each destination is there once, in order.
    pub(super) fn is_sound(&self) -> bool {
        self.destinations.is_sorted_by(|a, b| a.bucket < b.bucket)
    }

    pub(super) fn is_replica(&self) -> bool {
        self.before == Some(ReplicationStatus::Replica)
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

    /// Forgets what was settled in buckets that no rule names any more.
    pub(super) fn keep_only(&mut self, named: impl Fn(&BucketArn) -> bool) {
        self.destinations.retain(|one| one.is_open() || named(&one.bucket));
    }

    /// Returns true when nothing was ever asked for.
    pub(super) fn is_unknown(&self) -> bool {
        self.before.is_none() && self.destinations.is_empty()
    }

    /// Takes in that a task is asked for, by the first event of the version or a later one, and
    /// returns whether it shall be handed out. A change of metadata waits for what is under way to
    /// the same bucket, which may or may not have seen it.
    pub(super) fn begin(&mut self, task: &Arc<Task>, is_first: bool) -> bool {
        let Task { id, bucket, .. } = &**task;
        let found = self.find(bucket);
        if task.action == Action::ReplicateMetadata {
            // Replicas, and versions from before this ledger, are in buckets it does not know of.
            let at = match (found, self.before) {
                (Ok(at), _) => at,
                (Err(at), Some(_)) => self.add(at, bucket),
                (Err(_), None) => return false,
            };
            let Some(one) = self.destinations.get_mut(at) else { return false };
            if one.is_open() {
                // It has been waiting since the first change that is not there yet.
                let first = one.changed.as_ref().filter(|first| first.rule == task.rule);
                let since = first.map_or(task.since, |first| first.since);
                one.changed = Some(Arc::new(Task { since, ..(**task).clone() }));
                return false;
            }
            one.metadata = Part::Open(*id);
            return true;
        }
        // Live replication tries once, when the version is new (REP-706).
        let again = match found.ok().and_then(|at| self.destinations.get(at)) {
            Some(one) => !task.batch || matches!(one.object, Part::Open(_)),
            None => !task.batch && !is_first,
        };
        if again {
            return false;
        }
        let at = found.unwrap_or_else(|at| self.add(at, bucket));
        if let Some(one) = self.destinations.get_mut(at) {
            one.object = Part::Open(*id);
        }
        true
    }

    /// Takes in how a task ended. Returns what waited for it, still without a number.
    pub(super) fn end(
        &mut self,
        bucket: &BucketArn,
        task: TaskId,
        failure: Option<FailureReason>,
    ) -> Option<Arc<Task>> {
        let at = self.find(bucket).ok()?;
        let one = self.destinations.get_mut(at)?;
        let ended = failure.map_or(Part::Done, Part::Failed);
        if one.metadata == Part::Open(task) {
            one.metadata = ended;
        } else if one.object == Part::Open(task) {
            if ended == Part::Done {
                // An object comes with its metadata, and makes good for what failed before.
                if matches!(one.metadata, Part::Failed(_)) {
                    one.metadata = Part::Done;
                }
                one.arrived = true;
                self.before = self.before.map(|before| after(before, ReplicationStatus::Completed));
            } else {
                if !one.arrived {
                    // There is nothing that metadata could belong to.
                    one.changed = None;
                }
                self.before = self.before.map(|before| after(before, ReplicationStatus::Failed));
            }
            one.object = ended;
        }
        if one.is_open() { None } else { one.changed.take() }
    }

    fn find(&self, bucket: &BucketArn) -> Result<usize, usize> {
        self.destinations.binary_search_by(|one| one.bucket.as_str().cmp(bucket.as_str()))
    }

    fn add(&mut self, at: usize, bucket: &BucketArn) -> usize {
        let (object, metadata, changed, arrived) = Default::default();
        let one =
            DestinationProgress { bucket: bucket.clone(), object, metadata, changed, arrived };
        // Most versions go to one bucket or two.
        self.destinations.reserve_exact(1);
        self.destinations.insert(at, one);
        at
    }

    /// Returns the status that S3 shows for the version (REP-701 to REP-703).
    pub(super) fn shown(&self, precedence: StatusPrecedence) -> Option<ReplicationStatus> {
        use ReplicationStatus::{Completed, Failed, Pending};
        let any = |status| {
            self.before == Some(status)
                || self.destinations.iter().any(|one| one.status() == status)
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
}

/// Returns what is left of a status from before when an attempt ended.
const fn after(before: ReplicationStatus, attempt: ReplicationStatus) -> ReplicationStatus {
    match before {
        ReplicationStatus::Pending | ReplicationStatus::Failed => attempt,
        ReplicationStatus::Completed | ReplicationStatus::Replica => before,
    }
}
