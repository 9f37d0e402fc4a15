use std::borrow::Cow;
use std::sync::Arc;

use crate::dialect::Replicas;
use crate::engine::Engine;
use crate::model::{
    BucketArn, BucketName, Event, EventKind, MetadataAspect, ObjectVersion, ReplicationStatus,
    Timestamp, VersionId,
};
use crate::replication::meter::Totals;
use crate::replication::open_tasks::{OpenTask, OpenTasks};
use crate::replication::progress::Progress;
use crate::replication::task::TaskRequest;
use crate::replication::{
    DestinationProgress, FailureReason, Meter, Notification, NotificationName, ObjectKey, Outcome,
    Task, TaskId, VersionMap, VersionName, VersionRef, first_late_moment,
};

/// The replication state of one source bucket: the status of its versions, and the open tasks.
///
/// See the [module](crate::replication) for an example. A bucket that is a destination of one
/// configuration and the source of another has a ledger for the latter. Record each replica that
/// arrives in it with [`Ledger::record_replica`]: live replication does not replicate replicas
/// again, but may replicate changes of their metadata (replica modification sync). On a store that
/// replicates replicas on, use [`Ledger::observe_replica`].
#[derive(Clone, Debug)]
pub struct Ledger {
    pub(super) source: BucketName,
    pub(super) engine: Engine,
    // INVARIANT: one name for each rule of the engine, in the same order.
    rule_names: Box<[Arc<str>]>,
    pub(super) versions: VersionMap<Progress>,
    pub(super) tasks: OpenTasks,
}

/// The effect of an event, or of the end of a task, on a [`Ledger`].
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct LedgerUpdate {
    /// The new tasks, sorted by destination bucket. The ledger keeps them as well, so that a driver
    /// such as [`replicate`](crate::storage::replicate) finds them there.
    pub tasks: Vec<Arc<Task>>,
    /// The event notifications that S3 would send.
    pub notifications: Vec<Notification>,
    /// The replication status that S3 now shows for the version; `None` if the ledger does not know
    /// the version.
    pub status: Option<ReplicationStatus>,
}

/// The error returned for a version without an ID. Every version in a versioned bucket has one.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[error("the version has no ID; a source bucket is versioned, so each of its versions has one")]
pub struct NoVersionId;

/// The error returned for a task number that the ledger has never assigned.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the ledger has never created a task with the number {0}")]
pub struct UnknownTask(pub(super) TaskId);

impl Ledger {
    /// Creates the ledger of a source bucket.
    #[must_use]
    pub fn new(source: BucketName, engine: Engine) -> Self {
        let mut ledger = Self {
            source,
            engine,
            rule_names: Box::default(),
            versions: VersionMap::new(),
            tasks: OpenTasks::new(),
        };
        ledger.prepare_rules();
        ledger
    }

    /// Returns the source bucket.
    #[must_use]
    pub const fn source(&self) -> &BucketName {
        &self.source
    }

    /// Returns the engine.
    #[must_use]
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Replaces the configuration for all later events. Open tasks do not change.
    pub fn set_engine(&mut self, engine: Engine) {
        self.engine = engine;
        self.prepare_rules();
    }

    /// Stores the names of the rules, and creates the meters of rules with metrics. S3 publishes
    /// zeros for a rule that has not replicated anything yet.
    fn prepare_rules(&mut self) {
        self.rule_names =
            self.engine.rules().iter().map(|rule| rule.name().to_string().into()).collect();
        for (rule, name) in self.engine.rules().iter().zip(&self.rule_names) {
            if rule.is_enabled() && rule.has_metrics() {
                let key = (Arc::clone(name), rule.destination.bucket.clone());
                self.tasks.meters.entry(key).or_default();
            }
        }
    }

    /// Records an event about a version, and returns the tasks that result from it.
    ///
    /// The decision uses the replication status that the ledger has for the version. If the ledger
    /// does not know the version, it uses and keeps the status given with `version`, so a ledger
    /// can be created for a bucket that has been replicated before. Observing a creation twice
    /// creates no second task. Events of the same version must be observed in order.
    ///
    /// Annotations are content of their own, which a ledger does not track: their events create no tasks
    /// (REP-523).
    ///
    /// Do not observe the writes of replication itself, or metadata changes would bounce between
    /// two buckets: see [`Ledger::record_replica`].
    ///
    /// # Errors
    ///
    /// [`NoVersionId`] if `version` has no version ID.
    ///
    /// # Examples
    ///
    /// A version that was replicated before the ledger existed keeps its status, and a change of its
    /// tags is replicated:
    ///
    /// ```
    /// use s3_replication::engine::Action;
    /// use s3_replication::model::{Event, ReplicationStatus, VersionId};
    /// use s3_replication::replication::Ledger;
    /// use s3_replication::{Engine, ObjectVersion, ReplicationConfiguration};
    ///
    /// # let configuration = ReplicationConfiguration::from_json(
    /// #     r#"{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [
    /// #         {"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {},
    /// #          "DeleteMarkerReplication": {"Status": "Disabled"},
    /// #          "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
    /// # )?;
    /// let mut ledger = Ledger::new("photos".parse()?, Engine::new(&configuration));
    /// let id: VersionId = "v1".parse()?;
    /// let version = ObjectVersion::new("cat.jpg")
    ///     .with_version_id(&id)
    ///     .with_replication_status(ReplicationStatus::Completed);
    ///
    /// let at = "2026-11-22T09:00:00Z".parse()?;
    /// let update = ledger.observe(&version, Event::ObjectTaggingPut, at)?;
    /// assert_eq!(update.tasks[0].action, Action::ReplicateMetadata);
    /// assert_eq!(update.status, Some(ReplicationStatus::Pending));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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

    /// Records an event about the version with this key and ID.
    pub(crate) fn observe_named(
        &mut self,
        name: VersionRef<'_>,
        version: &ObjectVersion<'_>,
        event: Event,
        at: Timestamp,
    ) -> LedgerUpdate {
        let mut update = LedgerUpdate::default();
        if event.is_about_annotation() {
            update.status = self.status(name.key, name.id);
            return update;
        }
        if event.deletes_version() {
            return self.observe_delete(name, version, event, at);
        }
        let is_deleted = self.is_deleted(name);
        if replaces_null_version(name, event) || is_deleted && creates_version(event) {
            update.notifications = self.forget(name, at);
        } else if is_deleted {
            // The event was observed too late: the version is gone, and its replicas are to go.
            return update;
        }
        // The engine is shared, not copied. The clone frees the borrow of the ledger, which changes
        // below.
        let engine = self.engine.clone();
        let precedence = engine.dialect().status_precedence();
        let known = self.versions.get_mut(&name);
        // The status in the ledger is newer than the one that the caller has read.
        let version = match &known {
            Some(progress) => {
                let status = progress.status_for_decision(precedence);
                Cow::Owned(ObjectVersion { replication_status: status, ..version.clone() })
            }
            None => Cow::Borrowed(version),
        };
        let decision = engine.decide(&version, decided_event(event, &version));
        if !decision.replicates() {
            // The ledger does not start to track a version that no rule replicates.
            update.status = known.and_then(|progress| progress.shown(precedence));
            return update;
        }
        let progress = if let Some(progress) = known {
            progress
        } else {
            let progress = Progress::since(version.replication_status);
            self.versions.entry(name.owned()).insert(progress).into_mut()
        };
        if event.kind() == EventKind::BatchReplication {
            // A job replicates with the current configuration. A failure in a bucket that no rule
            // names any more must not keep the version `FAILED` after the job has succeeded.
            progress.keep_only(|bucket| decision.to(bucket).is_some());
        }
        // Decided before the first task: afterwards the progress has a destination.
        let is_new = progress.has_no_attempt();
        let request = TaskRequest { name, size: version.size, since: at, event };
        update.tasks = self.tasks.open_all(&self.rule_names, progress, is_new, &request, &decision);
        update.status = progress.shown(precedence);
        update
    }

    /// Records that a version was permanently deleted: its tasks end, and S3 shows no status of it.
    ///
    /// Where the store replicates the delete, the ledger keeps the name of the version until the tasks
    /// that delete its replicas have ended.
    fn observe_delete(
        &mut self,
        name: VersionRef<'_>,
        version: &ObjectVersion<'_>,
        event: Event,
        at: Timestamp,
    ) -> LedgerUpdate {
        let known = self.versions.get(&name);
        let precedence = self.engine.dialect().status_precedence();
        let status = known.map_or(version.replication_status, |progress| {
            progress.status_for_decision(precedence)
        });
        let notifications = self.forget(name, at);
        let mut update = LedgerUpdate { notifications, ..LedgerUpdate::default() };
        let engine = self.engine.clone();
        let version = ObjectVersion { replication_status: status, ..version.clone() };
        let decision = engine.decide(&version, event);
        if decision.replicates() {
            let mut progress = Progress::of_deleted();
            let request = TaskRequest { name, size: version.size, since: at, event };
            update.tasks =
                self.tasks.open_all(&self.rule_names, &mut progress, true, &request, &decision);
            self.versions.insert(name.owned(), progress);
        }
        update
    }

    /// Returns true if the version was permanently deleted, and tasks that delete its replicas are open.
    fn is_deleted(&self, name: VersionRef<'_>) -> bool {
        self.versions.get(&name).is_some_and(Progress::is_deleted)
    }

    /// Records the outcome of a task. The update contains the event notifications that S3 would
    /// send, and the tasks that waited for this one: metadata that changed while the object was being
    /// replicated.
    ///
    /// Completing a task again changes nothing, and neither does completing a task whose version was
    /// deleted. A task with the outcome [`Outcome::Transient`] stays open.
    ///
    /// # Errors
    ///
    /// [`UnknownTask`] if this ledger has never created the task.
    pub fn complete(
        &mut self,
        task: TaskId,
        outcome: Outcome,
        at: Timestamp,
    ) -> Result<LedgerUpdate, UnknownTask> {
        // Numbers are given in order, so a number below the next one belongs to a task that exists
        // or has ended.
        if task < TaskId::FIRST || task.0 >= self.tasks.next_id {
            return Err(UnknownTask(task));
        }
        let mut update = LedgerUpdate::default();
        // The caller may complete a late task before it calls `advance`. S3 would have sent the
        // notification about the missed threshold first.
        update.notifications.extend(self.tasks.miss(task, at));
        let failure = match outcome {
            Outcome::Transient => {
                update.status = self.open_task(task).and_then(|task| self.status_of(task));
                return Ok(update);
            }
            Outcome::Replicated => None,
            Outcome::Failed(reason) => Some(reason.current()),
        };
        let Some(OpenTask { task, missed }) = self.tasks.untrack(task) else { return Ok(update) };
        if task.metrics {
            let Totals { replicated, failed, on_time, .. } =
                &mut self.tasks.meter_mut(&task).totals;
            if failure.is_some() {
                *failed += 1;
            } else {
                *replicated += 1;
                *on_time += u64::from(task.time_control && !missed);
            }
        }
        update.notifications.extend(end_notification(&task, failure.as_ref(), missed, at));
        let name = VersionRef::new(&task.key, &task.version_id);
        let Some(progress) = self.versions.get_mut(&name) else {
            debug_assert!(false, "INVARIANT: `forget` untracks the tasks of a deleted version");
            return Ok(update);
        };
        for waiting in progress.end(&task, failure) {
            let opened = self.tasks.open(progress, false, |id| waiting.numbered(id));
            update.tasks.extend(opened);
        }
        update.status = progress.shown(self.engine.dialect().status_precedence());
        if progress.is_over() {
            self.versions.remove(&name);
        }
        Ok(update)
    }

    /// Advances the time. Returns event notifications for the tasks that have missed the threshold
    /// of S3 Replication Time Control by now.
    ///
    /// Each task is reported once. [`next_deadline`](Self::next_deadline) returns the time from which
    /// a call can return anything. Without S3 RTC there is no need to call this method: statuses do
    /// not depend on the time.
    pub fn advance(&mut self, at: Timestamp) -> Vec<Notification> {
        self.tasks.miss_all(at)
    }

    /// Records that replication has written a replica into this bucket. A version that this ledger
    /// replicates itself does not change.
    pub fn record_replica(&mut self, key: impl Into<ObjectKey>, version_id: &VersionId) {
        self.import_status(key, version_id, ReplicationStatus::Replica);
    }

    /// Records that replication has written this replica, and returns the tasks that result from it
    /// where the store replicates replicas on, such as Ceph.
    ///
    /// S3 does not: there, this is [`record_replica`](Self::record_replica). Call it before or after the
    /// replica is written, but only once, and not for a version that was there before.
    ///
    /// Later changes of the metadata of a replica that replication brings do not go on: no source states
    /// that they do.
    ///
    /// # Errors
    ///
    /// [`NoVersionId`] if `replica` has no version ID.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::{ReplicationStatus, VersionId};
    /// use s3_replication::replication::Ledger;
    /// use s3_replication::{Dialect, Engine, ObjectVersion, ReplicationConfiguration};
    ///
    /// # let configuration = ReplicationConfiguration::from_json(
    /// #     r#"{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [
    /// #         {"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {},
    /// #          "DeleteMarkerReplication": {"Status": "Disabled"},
    /// #          "Destination": {"Bucket": "arn:aws:s3:::third"}}]}"#,
    /// # )?;
    /// let id: VersionId = "v1".parse()?;
    /// let replica = ObjectVersion::new("cat.jpg").with_version_id(&id);
    /// let at = "2026-11-22T09:00:00Z".parse()?;
    /// for (dialect, tasks) in [(Dialect::AWS, 0), (Dialect::CEPH, 1)] {
    ///     let engine = Engine::with_dialect(&configuration, &dialect);
    ///     let mut ledger = Ledger::new("second".parse()?, engine);
    ///     assert_eq!(ledger.observe_replica(&replica, at)?.tasks.len(), tasks);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn observe_replica(
        &mut self,
        replica: &ObjectVersion<'_>,
        at: Timestamp,
    ) -> Result<LedgerUpdate, NoVersionId> {
        let id = replica.version_id.ok_or(NoVersionId)?;
        let key = ObjectKey::from(replica.key);
        Ok(self.observe_replica_named(VersionRef::new(&key, id), replica, at))
    }

    /// Records that replication has written the replica with this key and ID.
    pub(crate) fn observe_replica_named(
        &mut self,
        name: VersionRef<'_>,
        replica: &ObjectVersion<'_>,
        at: Timestamp,
    ) -> LedgerUpdate {
        let event = match replica.delete_marker {
            None => Event::ObjectCreatedPut,
            Some(_) => Event::ObjectRemovedDeleteMarkerCreated,
        };
        let status = Some(ReplicationStatus::Replica);
        let mut update = LedgerUpdate::default();
        if self.is_deleted(name) {
            update.notifications = self.forget(name, at);
        }
        // Where replicas stay, the answer about delete markers over replicas is about those of users.
        if self.sends_replicas_on() {
            let replica = ObjectVersion { replication_status: status, ..replica.clone() };
            let observed = self.observe_named(name, &replica, event, at);
            update.tasks = observed.tasks;
            update.notifications.extend(observed.notifications);
        }
        let progress = self.versions.entry(name.owned());
        let progress = progress.or_insert_with(|| Progress::since(status));
        update.status = progress.shown(self.engine.dialect().status_precedence());
        update
    }

    /// Returns true if the store replicates what replication brings to this bucket.
    pub(crate) fn sends_replicas_on(&self) -> bool {
        self.engine.dialect().replicas() == Replicas::Replicated
    }

    /// Imports the replication status of a version: from before this ledger, or of a version that
    /// was [evicted](Ledger::evict). If the ledger knows the version, it keeps its own status.
    pub fn import_status(
        &mut self,
        key: impl Into<ObjectKey>,
        version_id: &VersionId,
        status: ReplicationStatus,
    ) {
        let name = VersionName::new(key.into(), version_id.clone());
        let progress = self.versions.entry(name).or_insert_with(|| Progress::since(Some(status)));
        if progress.is_deleted() {
            // This version has the name of one whose replicas are to be deleted, and keeps them.
            for task in progress.open() {
                self.tasks.untrack(task);
            }
            *progress = Progress::since(Some(status));
        }
    }

    /// Removes a version without open tasks to save memory. Returns its status, which the store has
    /// to keep; `None` if the ledger does not know the version or has an open task for it.
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

    /// Iterates over the versions of the ledger in no particular order, each with its replication
    /// status.
    pub fn versions(
        &self,
    ) -> impl Iterator<Item = (&ObjectKey, &VersionId, Option<ReplicationStatus>)> {
        let precedence = self.engine.dialect().status_precedence();
        self.versions
            .iter()
            .filter(|(_, progress)| !progress.is_deleted())
            .map(move |(name, progress)| (&name.key, &name.id, progress.shown(precedence)))
    }

    /// Removes a version that was permanently deleted. Its tasks end, and S3 no longer tracks those
    /// with metrics.
    pub(crate) fn forget(&mut self, name: VersionRef<'_>, at: Timestamp) -> Vec<Notification> {
        let Some(progress) = self.versions.remove(&name) else { return Vec::new() };
        let ended = progress.open().filter_map(|task| self.tasks.untrack(task));
        let untracked = ended.filter(|open| open.task.metrics && !open.task.batch);
        let name = NotificationName::OperationNotTracked;
        untracked.map(|OpenTask { task, .. }| Notification::new(name, &task, at)).collect()
    }

    /// Iterates over the open tasks, the oldest first. Run them after a restart, and again after a
    /// transient fault.
    pub fn open_tasks(&self) -> impl Iterator<Item = &Arc<Task>> {
        self.tasks.by_id.values().map(|open| &open.task)
    }

    /// Iterates over the open tasks with this number or a higher one, the oldest first.
    pub fn open_tasks_from(&self, first: TaskId) -> impl Iterator<Item = &Arc<Task>> {
        self.tasks.by_id.range(first..).map(|(_, open)| &open.task)
    }

    /// Returns the number that the next task will have.
    #[must_use]
    pub const fn next_task(&self) -> TaskId {
        TaskId(self.tasks.next_id)
    }

    /// Returns the earliest time at which [`advance`](Self::advance) will return a notification, if
    /// no task ends before; `None` if no task can miss its threshold.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.tasks.deadlines.first().map(|(since, _)| first_late_moment(*since))
    }

    /// Returns an open task; `None` if it has ended or never existed.
    #[must_use]
    pub fn open_task(&self, task: TaskId) -> Option<&Arc<Task>> {
        self.tasks.by_id.get(&task).map(|open| &open.task)
    }

    /// Returns the replication status that S3 shows for a version; `None` if no rule ever applied to
    /// it.
    #[must_use]
    pub fn status(
        &self,
        key: impl Into<ObjectKey>,
        version_id: &VersionId,
    ) -> Option<ReplicationStatus> {
        self.progress_of(key, version_id)?.shown(self.engine.dialect().status_precedence())
    }

    /// Returns the progress of a version in each destination bucket. S3 itself does not show it. For a
    /// version that was permanently deleted, these are the buckets where its replica is to be deleted.
    #[must_use]
    pub fn destinations(
        &self,
        key: impl Into<ObjectKey>,
        version_id: &VersionId,
    ) -> &[DestinationProgress] {
        self.progress_of(key, version_id).map_or(&[], Progress::destinations)
    }

    /// Returns the status of the version of a task.
    fn status_of(&self, task: &Task) -> Option<ReplicationStatus> {
        self.status(&task.key, &task.version_id)
    }

    /// Returns the progress of a version, if the ledger knows it.
    fn progress_of(&self, key: impl Into<ObjectKey>, version_id: &VersionId) -> Option<&Progress> {
        self.versions.get(&VersionRef::new(&key.into(), version_id))
    }

    /// Returns true if lifecycle must not expire or transition a version now, because its status is
    /// `PENDING` or `FAILED` (REP-707).
    #[must_use]
    pub fn holds_off_lifecycle(&self, key: impl Into<ObjectKey>, version_id: &VersionId) -> bool {
        let status = self.status(key, version_id);
        matches!(status, Some(ReplicationStatus::Pending | ReplicationStatus::Failed))
    }

    /// Iterates over the meters: the name of the rule, the destination bucket, and the metrics. Only
    /// rules with metrics have a meter.
    pub fn meters(&self) -> impl Iterator<Item = (&str, &BucketArn, &Meter)> {
        self.tasks.meters.iter().map(|((rule, bucket), meter)| (&**rule, bucket, meter))
    }
}

/// Returns the event to ask the engine about.
///
/// The engine knows the owner override of the rule, but the owner of the replica decides about its
/// ACL (REP-613). So a change of the ACL is decided like one of the tags, and the caller then looks at
/// the owner.
const fn decided_event(event: Event, version: &ObjectVersion<'_>) -> Event {
    match event.aspect() {
        Some(MetadataAspect::Acl) if !version.acls_disabled => Event::ObjectTaggingPut,
        _ => event,
    }
}

/// Returns true if an event creates a null version. It is a new version with the name of the previous
/// null version, so the progress of that one ends.
fn replaces_null_version(name: VersionRef<'_>, event: Event) -> bool {
    name.id.is_null() && creates_version(event)
}

/// Returns true if an event creates a version or a delete marker.
const fn creates_version(event: Event) -> bool {
    matches!(event.kind(), EventKind::Creation | EventKind::DeleteMarkerByUser)
}

/// Returns the event notification that S3 sends when a task ends, if any (REP-804).
fn end_notification(
    task: &Task,
    failure: Option<&FailureReason>,
    missed: bool,
    at: Timestamp,
) -> Option<Notification> {
    use NotificationName::{OperationFailedReplication, OperationReplicatedAfterThreshold};
    match failure {
        Some(reason) if task.metrics => {
            let notification = Notification::new(OperationFailedReplication, task, at);
            Some(Notification { failure_reason: Some(reason.clone()), ..notification })
        }
        None if missed => Some(Notification::new(OperationReplicatedAfterThreshold, task, at)),
        _ => None,
    }
}
