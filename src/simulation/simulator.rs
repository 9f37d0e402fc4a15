//! A simulation is a queue of actions by time. Scripted events come from outside; what they start
//! (tasks, and the deadlines of S3 RTC) is put into the queue. Nothing looks at a clock and nothing
//! is random, so the same script has the same timeline on every machine.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use chrono::TimeDelta;

use crate::dialect::Dialect;
use crate::model::{BucketName, ReplicationStatus, Timestamp, VersionId};
use crate::replication::{Ledger, Notification, ObjectKey, Outcome, Task, TaskId};
use crate::simulation::perform::{Answer, perform};
use crate::simulation::{ScriptedEvent, State, TimelineEvent, TimelineKind};
use crate::storage::{InjectedFault, MemoryStore, TaskRun};

/// Applies scripted events to the buckets of a store in order of time, and replicates between them.
///
/// A task runs a fixed number of seconds after its event (the latency). A task that finds a bucket
/// unavailable runs again when the fault is removed. Work that falls due at the time of an event runs
/// before that event. The same script always produces the same timeline.
///
/// # Examples
///
/// ```
/// use s3_replication::model::{BucketSettings, Timestamp, Versioning};
/// use s3_replication::simulation::{Request, ScriptedEvent, Simulator};
/// use s3_replication::storage::{MemoryStore, NewObject};
/// use s3_replication::{Dialect, ReplicationConfiguration};
///
/// # let configuration = ReplicationConfiguration::from_json(
/// #     r#"{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [
/// #         {"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {},
/// #          "DeleteMarkerReplication": {"Status": "Disabled"},
/// #          "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
/// # )?;
/// let store = MemoryStore::new();
/// for name in ["photos".parse()?, "backup".parse()?] {
///     store.create_bucket(&name, BucketSettings::new().with_versioning(Versioning::Enabled))?;
/// }
/// store.bucket(&"photos".parse()?).put_replication(&configuration, &Dialect::AWS)?;
///
/// let mut simulator = Simulator::new(store, Dialect::AWS).with_latency(5);
/// let nine: Timestamp = "2026-11-22T09:00:00Z".parse()?;
/// let put = Request::Put(Box::new(NewObject::sized("cat.jpg", 4096)), "v1".parse()?);
/// let mut timeline = Vec::new();
/// let mut each = |event| timeline.push(format!("{event}"));
/// simulator.apply(ScriptedEvent::new(nine, "photos".parse()?, put), &mut each)?;
/// simulator.finish(&mut each);
/// assert_eq!(timeline, [
///     "2026-11-22T09:00:00Z  photos  ObjectCreated:Put cat.jpg v1  PENDING",
///     "2026-11-22T09:00:05Z  photos    object of cat.jpg v1 to backup, rule `all`: replicated  COMPLETED",
/// ]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Simulator {
    /// The buckets, which only requests of the script and tasks change.
    store: MemoryStore,
    dialect: Dialect,
    latency: u32,
    /// The time of the last event or action; `None` before the first.
    now: Option<Timestamp>,
    /// The planned actions, the earliest first.
    due: BinaryHeap<Reverse<Due>>,
    /// Tasks that wait for a fault to be removed. A task that waits for a slow bucket is in `due`
    /// as well, since it runs when the bucket is ready or when the fault is removed.
    parked: Vec<Due>,
    /// True if there may be slow buckets. A task is asked for its earliest time only then.
    may_be_slow: bool,
    /// The number of entries ever added to `due`.
    planned: u64,
    totals: Totals,
}

/// The totals of a simulation so far.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Totals {
    /// The number of scripted events.
    pub events: u64,
    /// The number of scripted events that S3 refused.
    pub refused: u64,
    /// The number of lifecycle actions that replication held off (REP-707).
    pub held_off: u64,
    /// The number of replication tasks.
    pub tasks: u64,
    /// The number of tasks that succeeded.
    pub replicated: u64,
    /// The number of tasks that failed permanently.
    pub failed: u64,
    /// The number of attempts that met a transient fault.
    pub transient: u64,
    /// The number of event notifications about replication.
    pub notifications: u64,
}

/// An action at a point in time.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Due {
    at: Timestamp,
    /// A unique number, so that actions at the same time run in the order in which they were
    /// planned.
    order: u64,
    /// The bucket whose ledger has the task.
    source: BucketName,
    action: DueAction,
}

/// The variants have an order only because the queue needs one; the number of the action decides
/// first.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum DueAction {
    Run {
        task: TaskId,
        destination: BucketName,
    },
    /// Check for tasks that miss the threshold of S3 Replication Time Control.
    Threshold,
}

/// The error returned when an event is earlier than the current time of the simulation.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("time runs backwards: {at} comes after {now}")]
#[non_exhaustive]
pub struct TimeRunsBackwards {
    /// The time of the event.
    pub at: Timestamp,
    /// The current time of the simulation.
    pub now: Timestamp,
}

impl Simulator {
    /// The default latency of replication, in seconds.
    pub const DEFAULT_LATENCY: u32 = 1;

    /// Creates a simulator that starts with the state of a store. Configurations that the script
    /// puts follow the dialect.
    #[must_use]
    pub fn new(store: MemoryStore, dialect: Dialect) -> Self {
        let may_be_slow = store.has_slow_buckets();
        let mut simulator = Self {
            store,
            dialect,
            latency: Self::DEFAULT_LATENCY,
            now: None,
            due: BinaryHeap::new(),
            parked: Vec::new(),
            may_be_slow,
            planned: 0,
            totals: Totals::default(),
        };
        for bucket in simulator.store.buckets() {
            simulator.plan_tasks(&bucket, TaskId::FIRST);
        }
        simulator
    }

    /// Sets the latency of replication, in seconds.
    #[must_use]
    pub const fn with_latency(mut self, seconds: u32) -> Self {
        self.latency = seconds;
        self
    }

    /// Returns the store in its current state.
    #[must_use]
    pub const fn store(&self) -> &MemoryStore {
        &self.store
    }

    /// Returns the current time; `None` before the first event.
    #[must_use]
    pub const fn now(&self) -> Option<Timestamp> {
        self.now
    }

    /// Returns the totals so far.
    #[must_use]
    pub const fn totals(&self) -> Totals {
        self.totals
    }

    /// Returns the current state of all buckets and their versions.
    #[must_use]
    pub fn state(&self) -> State {
        State::of(self, true)
    }

    /// Returns the current state of all buckets without their versions, which are only counted.
    #[must_use]
    pub fn summary(&self) -> State {
        State::of(self, false)
    }

    /// Advances the time to a scripted event and applies it. Calls `each` with every event of the
    /// timeline, in order.
    ///
    /// # Errors
    ///
    /// [`TimeRunsBackwards`] if the event is earlier than the current time. The simulation does not
    /// change then.
    pub fn apply(
        &mut self,
        event: ScriptedEvent,
        each: &mut impl FnMut(TimelineEvent),
    ) -> Result<(), TimeRunsBackwards> {
        self.run_until(event.at, each)?;
        let ScriptedEvent { at, bucket: name, request } = event;
        self.totals.events += 1;
        let (word, key) = (request.as_str(), request.version().map(|(key, _)| key.clone()));
        let bucket = self.store.bucket(&name);
        // The tasks from this number on are those of the event.
        let first = self.next_task(&name);
        let mut sent = Vec::new();
        let answer = perform(bucket, request, &self.dialect, at, &mut sent);
        let tasks = self.plan_tasks(&name, first);
        // A refusal is an answer like any other: the script goes on, as users do.
        let kind = match answer {
            Ok(Answer::Version(key, version_id)) => {
                let status = self.status(&name, &key, &version_id);
                TimelineKind::Version { request: word, key, version_id, tasks, status }
            }
            Ok(Answer::HeldOff(key)) => {
                self.totals.held_off += 1;
                TimelineKind::HeldOff { request: word, key }
            }
            Ok(Answer::Bucket) => TimelineKind::Bucket { request: word },
            Ok(Answer::Fault(fault)) => {
                self.may_be_slow |= matches!(fault, Some(InjectedFault::Slow(_)));
                if fault != Some(InjectedFault::Outage) {
                    self.unpark(at, &name);
                }
                TimelineKind::Fault(fault)
            }
            Err(error) => {
                self.totals.refused += 1;
                TimelineKind::Refused { request: word, key, error }
            }
        };
        each(TimelineEvent { at, bucket: name.clone(), kind });
        self.notify(&name, at, sent, each);
        Ok(())
    }

    /// Advances the time to a point, and does everything that falls due until then.
    ///
    /// # Errors
    ///
    /// [`TimeRunsBackwards`] if the point is earlier than the current time. The simulation does not
    /// change then.
    pub fn run_until(
        &mut self,
        at: Timestamp,
        each: &mut impl FnMut(TimelineEvent),
    ) -> Result<(), TimeRunsBackwards> {
        if let Some(now) = self.now.filter(|now| *now > at) {
            return Err(TimeRunsBackwards { at, now });
        }
        while self.due.peek().is_some_and(|Reverse(due)| due.at <= at) {
            self.step(each);
        }
        self.now = Some(at);
        Ok(())
    }

    /// Advances the time until nothing more falls due. Tasks that wait for a fault to be removed
    /// stay pending.
    pub fn finish(&mut self, each: &mut impl FnMut(TimelineEvent)) {
        while !self.due.is_empty() {
            self.step(each);
        }
    }

    /// Does what falls due next.
    fn step(&mut self, each: &mut impl FnMut(TimelineEvent)) {
        // The time never goes back: an action that was put off runs at the current time.
        let Some(Reverse(due)) = self.due.pop() else { return };
        let at = self.now.map_or(due.at, |now| now.max(due.at));
        let DueAction::Run { task, destination } = due.action.clone() else {
            return self.check_threshold(&due.source, at, each);
        };
        self.run_task(task, &destination, due, at, each);
    }

    /// Reports the tasks that miss the threshold of S3 Replication Time Control.
    fn check_threshold(
        &mut self,
        source: &BucketName,
        at: Timestamp,
        each: &mut impl FnMut(TimelineEvent),
    ) {
        let bucket = self.store.bucket(source);
        let deadline = bucket.read_ledger(Ledger::next_deadline).flatten();
        // The task may have ended in time. Then nothing happens now, and the clock does not move.
        if deadline.is_some_and(|deadline| deadline <= at) {
            self.now = Some(at);
            let late = bucket.advance(at);
            self.notify(source, at, late, each);
        }
    }

    /// Runs a task, or puts it off: until a slow bucket is ready, or until a fault is removed.
    fn run_task(
        &mut self,
        task: TaskId,
        destination: &BucketName,
        due: Due,
        at: Timestamp,
        each: &mut impl FnMut(TimelineEvent),
    ) {
        let bucket = self.store.bucket(&due.source);
        if self.may_be_slow
            && let Some(ready) = bucket.task_ready_at(task).filter(|ready| *ready > at)
        {
            // The task runs when the bucket is ready or when the fault is removed, whichever comes
            // first. The later of the two entries then finds that the task has ended.
            self.due.push(Reverse(Due { at: ready, ..due.clone() }));
            return self.parked.push(due);
        }
        // Where the store replicates replicas on, the task leads to tasks of its destination bucket.
        let next = self.next_task(destination);
        // A task has already ended if its version was deleted, or if its other entry ran first.
        let Some(TaskRun { task, outcome, update }) = bucket.run_task(task, at) else {
            return;
        };
        self.now = Some(at);
        let source = due.source.clone();
        match outcome {
            Outcome::Replicated => self.totals.replicated += 1,
            Outcome::Failed(_) => self.totals.failed += 1,
            Outcome::Transient => {
                self.totals.transient += 1;
                self.parked.push(due);
            }
        }
        for task in &update.tasks {
            self.plan_task(&source, task);
        }
        self.plan_tasks(destination, next);
        let status = update.status.or_else(|| self.status(&source, &task.key, &task.version_id));
        let kind = TimelineKind::Task { task, outcome, status };
        each(TimelineEvent { at, bucket: source.clone(), kind });
        self.notify(&source, at, update.notifications, each);
    }

    /// Returns the number of the next task of a bucket.
    ///
    /// Tasks are numbered per bucket in the order in which they are made, so all from this number
    /// on are newer.
    fn next_task(&self, bucket: &BucketName) -> TaskId {
        self.store.bucket(bucket).read_ledger(Ledger::next_task).unwrap_or(TaskId::FIRST)
    }

    /// Plans the open tasks of a bucket from this number on, and returns their number.
    fn plan_tasks(&mut self, source: &BucketName, first: TaskId) -> usize {
        let tasks = self
            .store
            .bucket(source)
            .read_ledger(|ledger| -> Vec<_> { ledger.open_tasks_from(first).cloned().collect() });
        let tasks = tasks.unwrap_or_default();
        for task in &tasks {
            self.plan_task(source, task);
        }
        tasks.len()
    }

    /// Plans a task, and the time at which it misses the threshold of S3 RTC.
    fn plan_task(&mut self, source: &BucketName, task: &Task) {
        self.totals.tasks += 1;
        let at = task.since.later_by(TimeDelta::seconds(self.latency.into()));
        let destination = task.bucket.name().clone();
        self.plan(at, source, DueAction::Run { task: task.id, destination });
        if let Some(deadline) = task.deadline() {
            self.plan(deadline, source, DueAction::Threshold);
        }
    }

    /// Puts an action into the queue.
    fn plan(&mut self, at: Timestamp, source: &BucketName, action: DueAction) {
        self.planned += 1;
        self.due.push(Reverse(Due { at, order: self.planned, source: source.clone(), action }));
    }

    /// Plans the parked tasks from and to a bucket again, because its fault has changed.
    ///
    /// Each waits for one of its two buckets, and may find the other one unavailable when it runs.
    /// It is then parked again.
    fn unpark(&mut self, at: Timestamp, bucket: &BucketName) {
        let at = at.later_by(TimeDelta::seconds(self.latency.into()));
        let waits_for_bucket = |due: &mut Due| {
            due.source == *bucket
                || matches!(&due.action, DueAction::Run { destination, .. } if destination == bucket)
        };
        let ready = self.parked.extract_if(.., waits_for_bucket);
        self.due.extend(ready.map(|due| Reverse(Due { at, ..due })));
    }

    /// Adds event notifications to the timeline.
    fn notify(
        &mut self,
        bucket: &BucketName,
        at: Timestamp,
        notifications: Vec<Notification>,
        each: &mut impl FnMut(TimelineEvent),
    ) {
        for notification in notifications {
            self.totals.notifications += 1;
            let facts = self.store.bucket(bucket).settings();
            let region = facts.ok().and_then(|facts| facts.region);
            let notification = Box::new(notification);
            let kind = TimelineKind::Notification { notification, region };
            each(TimelineEvent { at, bucket: bucket.clone(), kind });
        }
    }

    /// Returns the replication status of a version.
    fn status(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &VersionId,
    ) -> Option<ReplicationStatus> {
        self.store.bucket(bucket).status(key, id).ok().flatten()
    }
}
