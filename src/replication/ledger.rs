use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::engine::Engine;
use crate::model::{
    BucketArn, BucketName, Event, EventKind, ObjectVersion, ReplicationStatus, Timestamp, VersionId,
};
use crate::replication::meter::Totals;
use crate::replication::progress::Progress;
use crate::replication::task::Order;
use crate::replication::{
    DestinationProgress, FailureReason, Meter, Notification, NotificationName, ObjectKey, Outcome,
    Task, TaskId, VersionMap, VersionName, VersionRef, first_late_moment, is_late,
};

/// The account of one source bucket: what was asked for, how far it has come, how it ended.
///
/// See the [module](crate::replication) for an example. A bucket that is the destination of one
/// configuration and the source of another has a ledger of its own for the latter, which must be
/// told about replicas that arrive ([`Ledger::record_replica`]): they do not replicate again, but
/// changes of their metadata may.
#[derive(Clone, Debug)]
pub struct Ledger {
    pub(super) source: BucketName,
    pub(super) engine: Engine,
    /// The names of the rules, by their position.
    pub(super) rules: Box<[Arc<str>]>,
    pub(super) versions: VersionMap<Progress>,
    pub(super) open: BTreeMap<TaskId, OpenTask>,
    pub(super) meters: BTreeMap<(Arc<str>, BucketArn), Meter>,
    /// The tasks under Time Control that are not late yet.
    pub(super) watched: BTreeSet<(Timestamp, TaskId)>,
    pub(super) next_task: u64,
}

/// A task that is not settled.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct OpenTask {
    pub(super) task: Arc<Task>,
    pub(super) missed: bool,
}

/// What came of an event.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct LedgerUpdate {
    /// What is to be done, sorted by destination bucket.
    pub tasks: Vec<Arc<Task>>,
    /// What S3 would send.
    pub notifications: Vec<Notification>,
    /// The status that S3 shows for the version now; `None` for one that the ledger does not know.
    pub status: Option<ReplicationStatus>,
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
        let (rules, versions, open, meters, watched) = Default::default();
        let mut ledger =
            Self { source, engine, rules, versions, open, meters, watched, next_task: 1 };
        ledger.read_rules();
        ledger
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
        self.read_rules();
    }

    /// Notes what the rules are called, and begins to measure those with metrics; S3 publishes
    /// zeros, too.
    fn read_rules(&mut self) {
        let rules = self.engine.rules().iter();
        self.rules = rules.map(|rule| rule.name().to_string().into()).collect();
        let rules = self.engine.rules().iter();
        let measured = rules.filter(|rule| rule.is_enabled() && rule.has_metrics());
        for rule in measured {
            let name = (rule.name().to_string().into(), rule.destination.bucket.clone());
            self.meters.entry(name).or_default();
        }
    }

    /// Takes in that something happened to a version, and returns what is to be done.
    ///
    /// What the ledger knows of the version's status counts. Of a version it does not know, the
    /// status given with it is kept, so that a ledger can be opened on a bucket that has replicated
    /// before. Observing a creation twice asks for nothing twice; events of one version have to
    /// come in order. What replication itself does in this bucket is no event, or metadata would
    /// echo between two buckets: see [`Ledger::record_replica`].
    ///
    /// # Errors
    ///
    /// A version without an id can't be kept account of.
    pub fn observe(
        &mut self,
        version: &ObjectVersion<'_>,
        event: Event,
        at: Timestamp,
    ) -> Result<LedgerUpdate, NoVersionId> {
        let id = version.version_id.ok_or(NoVersionId)?;
        let key = ObjectKey::from(version.key);
        Ok(self.observe_named(VersionRef::new(&key, id), version, event, at))
    }

    /// Takes in that something happened to a version of this name.
    pub(crate) fn observe_named(
        &mut self,
        name: VersionRef<'_>,
        version: &ObjectVersion<'_>,
        event: Event,
        at: Timestamp,
    ) -> LedgerUpdate {
        let mut observed = LedgerUpdate::default();
        let is_new = matches!(event.kind(), EventKind::Creation | EventKind::DeleteMarkerByUser);
        let is_gone = event.deletes_version();
        if is_gone || is_new && name.id.is_null() {
            // A null version that is written again is another version under the same name.
            observed.notifications = self.forget(name, at);
        }
        if is_gone {
            return observed;
        }
        let engine = self.engine.clone();
        let precedence = engine.dialect().status_precedence();
        let known = self.versions.get_mut(&name).map(|progress| {
            // A replica whose metadata is under way shows another status, and is one all the same.
            let replica = progress.is_replica().then_some(ReplicationStatus::Replica);
            let mut version = version.clone();
            version.replication_status = replica.or(progress.shown(precedence));
            (progress, version)
        });
        let (known, version) = match known {
            Some((progress, version)) => (Some(progress), Cow::Owned(version)),
            None => (None, Cow::Borrowed(version)),
        };
        let decision = engine.decide(&version, event);
        if !decision.replicates() {
            observed.status = known.and_then(|progress| progress.shown(precedence));
            return observed;
        }
        let progress = if let Some(progress) = known {
            progress
        } else {
            let since = Progress::since(version.replication_status);
            self.versions.entry(name.owned()).insert(since).into_mut()
        };
        if event.kind() == EventKind::BatchReplication {
            progress.keep_only(|bucket| decision.to(bucket).is_some());
        }
        let is_first = progress.is_unknown();
        let order = Order { name, size: version.size, since: at, event };
        for made in decision.replications() {
            let rule = self.rules.get(made.rule().position).cloned().unwrap_or_default();
            let task = Arc::new(Task::new(TaskId(self.next_task), rule, &order, made));
            if progress.begin(&task, is_first) {
                self.next_task += 1;
                observed.tasks.push(task);
            }
        }
        observed.status = progress.shown(precedence);
        for task in &observed.tasks {
            self.track(OpenTask { task: Arc::clone(task), missed: false });
        }
        observed
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

    /// Takes in how a task ended, and returns what S3 would send, and the tasks that waited for
    /// it: metadata that changed while its object was under way. A task that was settled before
    /// changes nothing, and neither does one whose version is gone.
    ///
    /// # Errors
    ///
    /// A task that this ledger never handed out.
    pub fn complete(
        &mut self,
        task: TaskId,
        outcome: Outcome,
        at: Timestamp,
    ) -> Result<LedgerUpdate, UnknownTask> {
        if task.0 == 0 || task.0 >= self.next_task {
            return Err(UnknownTask(task));
        }
        let mut observed = LedgerUpdate::default();
        observed.notifications.extend(self.miss(task, at));
        let failure = match outcome {
            Outcome::Transient => {
                observed.status = self.open_task(task).and_then(|task| self.status_of(task));
                return Ok(observed);
            }
            Outcome::Replicated => None,
            Outcome::Failed(reason) => Some(reason.current()),
        };
        let Some(OpenTask { task, missed }) = self.untrack(task) else { return Ok(observed) };
        let precedence = self.engine.dialect().status_precedence();
        if task.metrics {
            let Totals { replicated, failed, on_time, .. } = &mut self.meter_of(&task).totals;
            *(if failure.is_some() { failed } else { replicated }) += 1;
            *on_time += u64::from(task.time_control && failure.is_none() && !missed);
        }
        observed.notifications.extend(ended(&task, failure.as_ref(), missed, at));
        let name = VersionRef::new(&task.key, &task.version_id);
        let Some(progress) = self.versions.get_mut(&name) else { return Ok(observed) };
        if let Some(waiting) = progress.end(&task.bucket, task.id, failure) {
            let task = Arc::new(waiting.numbered(TaskId(self.next_task)));
            if progress.begin(&task, false) {
                self.next_task += 1;
                observed.tasks.push(task);
            }
        }
        observed.status = progress.shown(precedence);
        for task in &observed.tasks {
            self.track(OpenTask { task: Arc::clone(task), missed: false });
        }
        Ok(observed)
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
        let task = Arc::clone(&open.task);
        self.meter_of(&task).totals.missed += 1;
        Some(Notification::new(NotificationName::OperationMissedThreshold, &task, at))
    }

    /// Takes in that replication brought a version into this bucket. A version that this ledger
    /// replicates itself stays what it is.
    pub fn record_replica(&mut self, key: impl Into<ObjectKey>, version_id: &VersionId) {
        self.import_status(key, version_id, ReplicationStatus::Replica);
    }

    /// Takes in the status of a version from before this ledger, or one that was
    /// [retired](Ledger::evict). What the ledger knows of a version counts more.
    pub fn import_status(
        &mut self,
        key: impl Into<ObjectKey>,
        version_id: &VersionId,
        status: ReplicationStatus,
    ) {
        let name = VersionName::new(key.into(), version_id.clone());
        self.versions.entry(name).or_insert_with(|| Progress::since(Some(status)));
    }

    /// Forgets a version that nothing is under way for, to save memory, and returns its status for
    /// the store to keep. `None` when there is nothing to forget, or something is under way.
    pub fn evict(
        &mut self,
        key: impl Into<ObjectKey>,
        version_id: &VersionId,
    ) -> Option<ReplicationStatus> {
        let key = key.into();
        let name = VersionRef::new(&key, version_id);
        let progress = self.versions.get(&name)?;
        if progress.is_open() {
            return None;
        }
        let status = progress.shown(self.engine.dialect().status_precedence());
        self.versions.remove(&name);
        status
    }

    /// Iterates over the versions that the ledger knows, in no order, each with its status.
    pub fn versions(
        &self,
    ) -> impl Iterator<Item = (&ObjectKey, &VersionId, Option<ReplicationStatus>)> {
        let precedence = self.engine.dialect().status_precedence();
        self.versions
            .iter()
            .map(move |(name, progress)| (&name.key, &name.id, progress.shown(precedence)))
    }

    /// Takes in that a version is gone for good: its tasks are over, and those with metrics are no
    /// longer tracked.
    pub(crate) fn forget(&mut self, name: VersionRef<'_>, at: Timestamp) -> Vec<Notification> {
        let Some(progress) = self.versions.remove(&name) else { return Vec::new() };
        let over = progress.open().filter_map(|task| self.untrack(task));
        let over = over.filter(|open| open.task.metrics && !open.task.batch);
        let name = NotificationName::OperationNotTracked;
        over.map(|OpenTask { task, .. }| Notification::new(name, &task, at)).collect()
    }

    pub(super) fn meter_of(&mut self, task: &Task) -> &mut Meter {
        self.meters.entry((task.rule.clone(), task.bucket.clone())).or_default()
    }

    /// Iterates over the tasks that are not settled, the oldest first: what to run after a restart,
    /// and again after a transient fault.
    pub fn open_tasks(&self) -> impl Iterator<Item = &Arc<Task>> {
        self.open.values().map(|open| &open.task)
    }

    /// Iterates over the tasks that are not settled and have this number or a higher one, the
    /// oldest first.
    pub fn open_tasks_from(&self, first: TaskId) -> impl Iterator<Item = &Arc<Task>> {
        self.open.range(first..).map(|(_, open)| &open.task)
    }

    /// Returns the number that the next task will have.
    #[must_use]
    pub const fn next_task(&self) -> TaskId {
        TaskId(self.next_task)
    }

    /// Returns the first moment at which [`advance`](Self::advance) will have something to say, if
    /// nothing happens before.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.watched.first().map(|(since, _)| first_late_moment(*since))
    }

    /// Returns a task that is not settled.
    #[must_use]
    pub fn open_task(&self, task: TaskId) -> Option<&Arc<Task>> {
        self.open.get(&task).map(|open| &open.task)
    }

    /// Returns the status that S3 shows for a version; `None` when no rule ever applied to it.
    #[must_use]
    pub fn status(
        &self,
        key: impl Into<ObjectKey>,
        version_id: &VersionId,
    ) -> Option<ReplicationStatus> {
        self.progress_of(key, version_id)?.shown(self.engine.dialect().status_precedence())
    }

    /// Returns how far a version has come in each destination, which S3 itself does not show.
    #[must_use]
    pub fn destinations(
        &self,
        key: impl Into<ObjectKey>,
        version_id: &VersionId,
    ) -> &[DestinationProgress] {
        self.progress_of(key, version_id).map_or(&[], Progress::destinations)
    }

    fn status_of(&self, task: &Task) -> Option<ReplicationStatus> {
        self.status(&task.key, &task.version_id)
    }

    fn progress_of(&self, key: impl Into<ObjectKey>, version_id: &VersionId) -> Option<&Progress> {
        self.versions.get(&VersionRef::new(&key.into(), version_id))
    }

    /// Returns true when lifecycle must leave a version alone for now: expiration and transition
    /// wait while it is `PENDING` or `FAILED` (REP-707).
    #[must_use]
    pub fn holds_off_lifecycle(&self, key: impl Into<ObjectKey>, version_id: &VersionId) -> bool {
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
    failure: Option<&FailureReason>,
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
