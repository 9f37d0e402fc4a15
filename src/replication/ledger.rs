use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::engine::{Action, Engine, Replication};
use crate::model::{
    BucketArn, BucketName, Event, EventKind, ObjectVersion, ReplicationStatus, Timestamp, VersionId,
};
use crate::replication::meter::Totals;
use crate::replication::progress::Progress;
use crate::replication::task::Order;
use crate::replication::{
    DestinationProgress, Meter, Notification, NotificationName, ObjectKey, Outcome, Task, TaskId,
    is_late,
};

/// The account of one source bucket: what was asked for, how far it has come, how it ended.
///
/// See the [module](crate::replication) for an example. A bucket that is the destination of one
/// configuration and the source of another has a ledger of its own for the latter, which must be
/// told about replicas that arrive ([`Ledger::admit_replica`]): they do not replicate again, but
/// changes of their metadata may.
#[derive(Clone, Debug)]
pub struct Ledger {
    pub(super) source: BucketName,
    pub(super) engine: Engine,
    pub(super) versions: HashMap<(ObjectKey, VersionId), Progress>,
    pub(super) open: BTreeMap<TaskId, OpenTask>,
    pub(super) meters: BTreeMap<(Box<str>, BucketArn), Meter>,
    /// The tasks under Time Control that are not late yet.
    pub(super) watched: BTreeSet<(Timestamp, TaskId)>,
    pub(super) next_task: u64,
}

/// A task that is not settled.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct OpenTask {
    pub(super) task: Task,
    pub(super) missed: bool,
}

/// What came of an event.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[must_use = "a task that nobody runs stays pending for ever"]
#[non_exhaustive]
pub struct Observed {
    /// What is to be done, sorted by destination bucket.
    pub tasks: Vec<Task>,
    /// What S3 would send.
    pub notifications: Vec<Notification>,
}

/// The error returned when a version has no id, which a version in a versioned bucket has.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[error("the version has no id; a bucket with replication is versioned, so every version has one")]
pub struct NoVersionId;

/// The error returned when a task was never handed out.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no task {0} was ever handed out")]
pub struct UnknownTask(pub(super) TaskId);

impl Ledger {
    /// Opens the ledger of a source bucket.
    #[must_use]
    pub fn new(source: BucketName, engine: Engine) -> Self {
        let (versions, open, meters, watched) = Default::default();
        Self { source, engine, versions, open, meters, watched, next_task: 1 }
    }

    /// Returns the source bucket.
    #[must_use]
    pub const fn source(&self) -> &BucketName {
        &self.source
    }

    /// Returns the engine that decides.
    #[must_use]
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Decides by another configuration from now on. What is under way goes on as it was asked for.
    pub fn set_engine(&mut self, engine: Engine) {
        self.engine = engine;
    }

    /// Takes in that something happened to a version, and returns what is to be done.
    ///
    /// What the ledger knows of the version's status counts, and the status given with the version
    /// only when it knows nothing. Observing a creation twice asks for nothing twice.
    ///
    /// # Errors
    ///
    /// A version without an id can't be kept account of.
    pub fn observe(
        &mut self,
        version: &ObjectVersion<'_>,
        event: Event,
        at: Timestamp,
    ) -> Result<Observed, NoVersionId> {
        let id = version.version_id.ok_or(NoVersionId)?;
        let name = (ObjectKey::from(version.key), id.clone());
        if matches!(event, Event::ObjectRemovedDelete | Event::LifecycleExpirationDelete) {
            let notifications = self.forget(&name, at);
            return Ok(Observed { tasks: Vec::new(), notifications });
        }
        let mut version = version.clone();
        if let Some(progress) = self.versions.get(&name) {
            let shown = progress.shown(self.engine.dialect().status_precedence());
            // A replica whose metadata is under way shows another status, and is one all the same.
            let replica = progress.replica.then_some(ReplicationStatus::Replica);
            version.replication_status = replica.or(shown);
        }
        let engine = self.engine.clone();
        let decision = engine.decide(&version, event);
        let batch = event.kind() == EventKind::BatchReplication;
        let (key, version_id) = (&name.0, &name.1);
        let order = Order { key, version_id, size: version.size, since: at, batch };
        let made = decision.replications().filter_map(|made| self.begin(&order, made, &version));
        Ok(Observed { tasks: made.collect(), notifications: Vec::new() })
    }

    /// Begins a replication, unless the object is under way already, or was once and live
    /// replication does not try again (REP-706).
    fn begin(
        &mut self,
        order: &Order<'_>,
        made: &Replication<'_>,
        version: &ObjectVersion<'_>,
    ) -> Option<Task> {
        let name = (order.key.clone(), order.version_id.clone());
        let progress = self.versions.entry(name).or_default();
        progress.replica |= version.is_replica();
        let again = match (made.action(), order.batch) {
            (Action::ReplicateMetadata, _) => false,
            (_, true) => progress.is_open(made.bucket()),
            (_, false) => progress.is_attempted(made.bucket()),
        };
        if again {
            return None;
        }
        let task = Task::new(TaskId(self.next_task), order, made);
        progress.begin(made.bucket(), made.action(), task.id);
        self.next_task += 1;
        self.track(OpenTask { task: task.clone(), missed: false });
        Some(task)
    }

    /// Keeps an open task in all accounts.
    pub(super) fn track(&mut self, open: OpenTask) {
        let OpenTask { task, missed } = &open;
        if task.metrics {
            self.meter_of(task).begin(task);
        }
        if task.time_control && !missed {
            self.watched.insert((task.since, task.id));
        }
        self.open.insert(task.id, open);
    }

    /// Takes an open task out of all accounts but the one of its version.
    fn untrack(&mut self, task: TaskId) -> Option<OpenTask> {
        let open = self.open.remove(&task)?;
        self.watched.remove(&(open.task.since, task));
        if open.task.metrics {
            self.meter_of(&open.task).end(&open.task);
        }
        Some(open)
    }

    /// Takes in how a task ended, and returns what S3 would send. A task that was settled before
    /// changes nothing, and neither does one whose version is gone.
    ///
    /// # Errors
    ///
    /// A task that this ledger never handed out.
    pub fn settle(
        &mut self,
        task: TaskId,
        outcome: Outcome,
        at: Timestamp,
    ) -> Result<Vec<Notification>, UnknownTask> {
        if task.0 == 0 || task.0 >= self.next_task {
            return Err(UnknownTask(task));
        }
        let failure = match outcome {
            Outcome::Transient => return Ok(self.miss(task, at).into_iter().collect()),
            Outcome::Replicated => None,
            Outcome::Failed(reason) => Some(reason.current()),
        };
        let mut notifications: Vec<_> = self.miss(task, at).into_iter().collect();
        let Some(OpenTask { task, missed }) = self.untrack(task) else {
            return Ok(notifications);
        };
        if task.metrics {
            let Totals { replicated, failed, on_time, .. } = &mut self.meter_of(&task).totals;
            *(if failure.is_some() { failed } else { replicated }) += 1;
            *on_time += u64::from(task.time_control && failure.is_none() && !missed);
        }
        notifications.extend(ended(&task, failure.as_ref(), missed, at));
        let name = (task.key, task.version_id);
        if let Some(progress) = self.versions.get_mut(&name) {
            progress.end(&task.bucket, task.action, task.id, failure);
        }
        Ok(notifications)
    }

    /// Lets time pass: returns the events about tasks that have missed the threshold of
    /// S3 Replication Time Control by now.
    pub fn advance(&mut self, at: Timestamp) -> Vec<Notification> {
        let due = self.watched.iter().take_while(|(since, _)| is_late(*since, at));
        let due: Vec<TaskId> = due.map(|(_, task)| *task).collect();
        due.into_iter().filter_map(|task| self.miss(task, at)).collect()
    }

    /// Marks a task as late, once, if it is.
    fn miss(&mut self, task: TaskId, at: Timestamp) -> Option<Notification> {
        let open = self.open.get_mut(&task)?;
        if !is_late(open.task.since, at) || !self.watched.remove(&(open.task.since, task)) {
            return None;
        }
        open.missed = true;
        let task = open.task.clone();
        self.meter_of(&task).totals.missed += 1;
        Some(Notification::new(NotificationName::OperationMissedThreshold, &task, at))
    }

    /// Takes in that replication brought a version into this bucket.
    pub fn admit_replica(&mut self, key: &[u8], version_id: &VersionId) {
        let name = (ObjectKey::from(key), version_id.clone());
        self.versions.entry(name).or_default().replica = true;
    }

    /// Takes in that a version is gone for good: its tasks are over, and those with metrics are no
    /// longer tracked.
    fn forget(&mut self, name: &(ObjectKey, VersionId), at: Timestamp) -> Vec<Notification> {
        let progress = self.versions.remove(name).unwrap_or_default();
        let over = progress.destinations.iter().flat_map(DestinationProgress::open);
        let over = over.filter_map(|task| self.untrack(task)).filter(|open| open.task.metrics);
        let name = NotificationName::OperationNotTracked;
        over.map(|OpenTask { task, .. }| Notification::new(name, &task, at)).collect()
    }

    pub(super) fn meter_of(&mut self, task: &Task) -> &mut Meter {
        self.meters.entry((task.rule.clone(), task.bucket.clone())).or_default()
    }

    /// Iterates over the tasks that are not settled, the oldest first: what to run after a restart,
    /// and again after a transient fault.
    pub fn open_tasks(&self) -> impl Iterator<Item = &Task> {
        self.open.values().map(|open| &open.task)
    }

    /// Returns a task that is not settled.
    #[must_use]
    pub fn open_task(&self, task: TaskId) -> Option<&Task> {
        self.open.get(&task).map(|open| &open.task)
    }

    /// Returns the status that S3 shows for a version; `None` when no rule ever applied to it.
    #[must_use]
    pub fn status(
        &self,
        key: impl AsRef<[u8]>,
        version_id: &VersionId,
    ) -> Option<ReplicationStatus> {
        let progress = self.versions.get(&(ObjectKey::from(key.as_ref()), version_id.clone()))?;
        progress.shown(self.engine.dialect().status_precedence())
    }

    /// Returns how far a version has come in each destination, which S3 itself does not show.
    #[must_use]
    pub fn destinations(
        &self,
        key: impl AsRef<[u8]>,
        version_id: &VersionId,
    ) -> &[DestinationProgress] {
        let progress = self.versions.get(&(ObjectKey::from(key.as_ref()), version_id.clone()));
        progress.map_or(&[], |progress| &progress.destinations)
    }

    /// Returns true when lifecycle must leave a version alone for now: expiration and transition
    /// wait while it is `PENDING` or `FAILED` (REP-707).
    #[must_use]
    pub fn holds_lifecycle(&self, key: impl AsRef<[u8]>, version_id: &VersionId) -> bool {
        let status = self.status(key, version_id);
        matches!(status, Some(ReplicationStatus::Pending | ReplicationStatus::Failed))
    }

    /// Iterates over the meters: the name of the rule, the destination bucket, the figures. Only
    /// rules with metrics have one.
    pub fn meters(&self) -> impl Iterator<Item = (&str, &BucketArn, &Meter)> {
        self.meters.iter().map(|((rule, bucket), meter)| (&**rule, bucket, meter))
    }
}

/// Returns what S3 sends when a task ends (REP-804).
fn ended(
    task: &Task,
    failure: Option<&crate::replication::FailureReason>,
    missed: bool,
    at: Timestamp,
) -> Option<Notification> {
    use NotificationName::{OperationFailedReplication, OperationReplicatedAfterThreshold};
    match failure {
        Some(reason) if task.metrics => {
            let failed = Notification::new(OperationFailedReplication, task, at);
            Some(Notification { failure_reason: Some(reason.clone()), ..failed })
        }
        None if missed => Some(Notification::new(OperationReplicatedAfterThreshold, task, at)),
        _ => None,
    }
}
