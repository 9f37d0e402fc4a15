use serde::{Deserialize, Serialize};

use crate::dialect::StatusPrecedence;
use crate::engine::Action;
use crate::model::{BucketArn, ReplicationStatus};
use crate::replication::{FailureReason, TaskId};

/// How far one version has come: in each destination, and as S3 shows it.
#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Progress {
    /// Whether replication made the version.
    pub(super) replica: bool,
    pub(super) destinations: Vec<DestinationProgress>,
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
}

#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Part {
    /// The tasks that are not settled, the oldest first.
    open: Vec<TaskId>,
    /// The youngest task that is, for it has seen the latest state, and its failure if it failed.
    last: Option<(TaskId, Option<FailureReason>)>,
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
        if !(self.object.open.is_empty() && self.metadata.open.is_empty()) {
            ReplicationStatus::Pending
        } else if self.failure().is_some() {
            ReplicationStatus::Failed
        } else {
            ReplicationStatus::Completed
        }
    }

    /// Returns why it failed, unless something is under way.
    #[must_use]
    pub fn failure(&self) -> Option<&FailureReason> {
        self.object.failure().or_else(|| self.metadata.failure())
    }

    /// Iterates over the tasks that are not settled.
    pub(super) fn open(&self) -> impl Iterator<Item = TaskId> {
        self.object.open.iter().chain(&self.metadata.open).copied()
    }

    fn part(&mut self, action: Action) -> &mut Part {
        match action {
            Action::ReplicateMetadata => &mut self.metadata,
            _ => &mut self.object,
        }
    }
}

impl Part {
    fn failure(&self) -> Option<&FailureReason> {
        let (_, failure) = self.last.as_ref()?;
        failure.as_ref().filter(|_| self.open.is_empty())
    }
}

impl Progress {
    /// Returns true when the object was attempted in a bucket before, or is being.
    pub(super) fn is_attempted(&self, bucket: &BucketArn) -> bool {
        let found = self.destinations.iter().find(|progress| progress.bucket == *bucket);
        found.is_some_and(|found| !found.object.open.is_empty() || found.object.last.is_some())
    }

    /// Returns true when the object is under way to a bucket.
    pub(super) fn is_open(&self, bucket: &BucketArn) -> bool {
        let found = self.destinations.iter().find(|progress| progress.bucket == *bucket);
        found.is_some_and(|found| !found.object.open.is_empty())
    }

    pub(super) fn begin(&mut self, bucket: &BucketArn, action: Action, task: TaskId) {
        let mut found = self.destinations.iter_mut();
        if let Some(progress) = found.find(|progress| progress.bucket == *bucket) {
            progress.part(action).open.push(task);
            return;
        }
        let (object, metadata) = Default::default();
        let mut progress = DestinationProgress { bucket: bucket.clone(), object, metadata };
        progress.part(action).open.push(task);
        self.destinations.push(progress);
    }

    pub(super) fn end(
        &mut self,
        bucket: &BucketArn,
        action: Action,
        task: TaskId,
        failure: Option<FailureReason>,
    ) {
        let mut found = self.destinations.iter_mut();
        let Some(progress) = found.find(|progress| progress.bucket == *bucket) else { return };
        let part = progress.part(action);
        part.open.retain(|open| *open != task);
        if part.last.as_ref().is_none_or(|(last, _)| *last < task) {
            part.last = Some((task, failure));
        }
    }

    /// Returns the status that S3 shows for the version (REP-701 to REP-703).
    pub(super) fn shown(&self, precedence: StatusPrecedence) -> Option<ReplicationStatus> {
        use ReplicationStatus::{Completed, Failed, Pending, Replica};
        let any = |status| self.destinations.iter().any(|progress| progress.status() == status);
        let (pending, failed) = (any(Pending), any(Failed));
        match precedence {
            StatusPrecedence::FailedFirst if failed => Some(Failed),
            _ if pending => Some(Pending),
            _ if failed => Some(Failed),
            _ if self.replica => Some(Replica),
            _ if self.destinations.is_empty() => None,
            _ => Some(Completed),
        }
    }
}
