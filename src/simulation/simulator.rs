mod answer;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use chrono::TimeDelta;

use self::answer::Answer;
use crate::dialect::Dialect;
use crate::model::{BucketName, ReplicationStatus, Timestamp, VersionId};
use crate::replication::{Ledger, Notification, ObjectKey, Outcome, Task, TaskId};
use crate::simulation::{ScriptedEvent, State, TimelineEvent, TimelineKind};
use crate::storage::{InjectedFault, MemoryStore, TaskRun};

/// Plays what happens to the buckets of a store, in order of time, and replicates between them.
///
/// A task is run so many seconds after it was asked for (the latency); when a bucket is out of
/// reach, once it is mended. What falls due at a moment is done before what is told of that moment.
/// The same script always gives the same timeline.
///
/// # Examples
///
/// ```
/// use s3_replication::model::{Timestamp, Versioning};
/// use s3_replication::simulation::{Request, ScriptedEvent, Simulator};
/// use s3_replication::storage::{MemoryStore, NewBucket, NewObject};
/// use s3_replication::{Dialect, ReplicationConfiguration};
///
/// # let configuration = ReplicationConfiguration::from_json(
/// #     r#"{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [
/// #         {"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {},
/// #          "DeleteMarkerReplication": {"Status": "Disabled"},
/// #          "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
/// # )?;
/// let store = MemoryStore::new();
/// for bucket in ["photos", "backup"] {
///     store.create_bucket(&bucket.parse()?, NewBucket::default())?;
///     store.put_versioning(&bucket.parse()?, Versioning::Enabled)?;
/// }
/// store.put_replication(&"photos".parse()?, &configuration, &Dialect::AWS)?;
///
/// let mut simulator = Simulator::new(store, Dialect::AWS).with_latency(5);
/// let nine: Timestamp = "2026-11-22T09:00:00Z".parse()?;
/// let put = Request::Put(Box::new(NewObject::sized("cat.jpg", 4096)), "v1".parse()?);
/// let mut timeline = Vec::new();
/// let mut note = |event| timeline.push(format!("{event}"));
/// simulator.apply(ScriptedEvent::new(nine, "photos".parse()?, put), &mut note)?;
/// simulator.finish(&mut note);
/// assert_eq!(timeline, [
///     "2026-11-22T09:00:00Z  photos  ObjectCreated:Put cat.jpg v1  PENDING",
///     "2026-11-22T09:00:05Z  photos    object of cat.jpg v1 to backup, rule `all`: replicated  COMPLETED",
/// ]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Simulator {
    store: MemoryStore,
    dialect: Dialect,
    latency: u32,
    now: Option<Timestamp>,
    due: BinaryHeap<Reverse<Due>>,
    /// Tasks that wait for a bucket to be mended, or for a slow one.
    parked: Vec<Due>,
    /// Whether there may be one.
    has_slow_buckets: bool,
    /// How much was ever due, to tell apart what is due at one moment.
    planned: u64,
    totals: Totals,
}

/// What a simulator has done so far.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Totals {
    /// Events it was told of.
    pub events: u64,
    /// Events that S3 would have refused.
    pub refused: u64,
    /// Lifecycle actions that had to wait.
    pub held_off: u64,
    /// Tasks that came of them.
    pub tasks: u64,
    /// Tasks that were done.
    pub replicated: u64,
    /// Tasks that failed for good.
    pub failed: u64,
    /// Attempts that met a fault that passes.
    pub transient: u64,
    /// Events that S3 would have sent about replication.
    pub notifications: u64,
}

/// Something to do at a moment; what was planned first comes first.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Due {
    at: Timestamp,
    order: u64,
    bucket: BucketName,
    /// The task to run, and to which bucket; without one, a threshold is due.
    task: Option<(TaskId, BucketName)>,
}

/// The error returned when an event lies before the one that was told before.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("time runs backwards: {at} comes after {now}")]
#[non_exhaustive]
pub struct TimeRunsBackwards {
    /// The moment of the event.
    pub at: Timestamp,
    /// The moment it is.
    pub now: Timestamp,
}

impl Simulator {
    /// The seconds that replication takes unless something else is said.
    pub const DEFAULT_LATENCY: u32 = 1;

    /// Begins with what is in a store. Configurations put later are read by the dialect.
    #[must_use]
    pub fn new(store: MemoryStore, dialect: Dialect) -> Self {
        let has_slow_buckets = store.has_slow_buckets();
        let mut simulator = Self {
            store,
            dialect,
            latency: Self::DEFAULT_LATENCY,
            now: None,
            due: BinaryHeap::new(),
            parked: Vec::new(),
            has_slow_buckets,
            planned: 0,
            totals: Totals::default(),
        };
        for bucket in simulator.store.buckets() {
            simulator.plan(&bucket, None);
        }
        simulator
    }

    /// Sets how many seconds replication takes.
    #[must_use]
    pub const fn with_latency(mut self, seconds: u32) -> Self {
        self.latency = seconds;
        self
    }

    /// Returns the store, as it is now.
    #[must_use]
    pub const fn store(&self) -> &MemoryStore {
        &self.store
    }

    /// Returns the moment it is; `None` before the first event.
    #[must_use]
    pub const fn now(&self) -> Option<Timestamp> {
        self.now
    }

    /// Returns what was done so far.
    #[must_use]
    pub const fn totals(&self) -> Totals {
        self.totals
    }

    /// Returns what there is to see of all buckets.
    #[must_use]
    pub fn state(&self) -> State {
        State::of(self, true)
    }

    /// Returns what there is to see of all buckets but their versions, which are only counted.
    #[must_use]
    pub fn summary(&self) -> State {
        State::of(self, false)
    }

    /// Lets time pass until an event, and does what it says. `each` is told of everything that
    /// happens, in order.
    ///
    /// # Errors
    ///
    /// An event that lies before what has happened already; nothing is done then.
    pub fn apply(
        &mut self,
        event: ScriptedEvent,
        each: &mut impl FnMut(TimelineEvent),
    ) -> Result<(), TimeRunsBackwards> {
        self.run_until(event.at, each)?;
        let ScriptedEvent { at, bucket, request } = event;
        self.totals.events += 1;
        let before = self.store.read_ledger(&bucket, Ledger::next_task);
        let (word, key) = (request.as_str(), request.version().map(|(key, _)| key.clone()));
        let mut sent = Vec::new();
        let answer = self.answer(&bucket, request, at, &mut sent);
        let tasks = self.plan(&bucket, before);
        let kind = match answer {
            Ok(Answer::Version(key, version_id)) => {
                let status = self.status(&bucket, &key, &version_id);
                TimelineKind::Version { request: word, key, version_id, tasks, status }
            }
            Ok(Answer::HeldOff(key)) => {
                self.totals.held_off += 1;
                TimelineKind::HeldOff { request: word, key }
            }
            Ok(Answer::Bucket) => TimelineKind::Bucket { request: word },
            Ok(Answer::Fault(fault)) => {
                self.has_slow_buckets |= matches!(fault, Some(InjectedFault::Slow(_)));
                if fault != Some(InjectedFault::Outage) {
                    self.unpark(at, &bucket);
                }
                TimelineKind::Fault(fault)
            }
            Err(error) => {
                self.totals.refused += 1;
                TimelineKind::Refused { request: word, key, error }
            }
        };
        each(TimelineEvent { at, bucket: bucket.clone(), kind });
        self.send(&bucket, at, sent, each);
        Ok(())
    }

    /// Lets time pass until a moment, and does what is due by then.
    ///
    /// # Errors
    ///
    /// A moment that lies before what has happened already; nothing is done then.
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

    /// Lets time pass until nothing is due any more. What waits for a bucket that is never mended
    /// stays pending.
    pub fn finish(&mut self, each: &mut impl FnMut(TimelineEvent)) {
        while !self.due.is_empty() {
            self.step(each);
        }
    }

    /// Does what is due next.
    fn step(&mut self, each: &mut impl FnMut(TimelineEvent)) {
        let Some(Reverse(due)) = self.due.pop() else { return };
        let at = self.now.map_or(due.at, |now| now.max(due.at));
        if due.task.is_some() {
            return self.run(due, at, each);
        }
        let deadline = self.store.read_ledger(&due.bucket, Ledger::next_deadline).flatten();
        if deadline.is_some_and(|deadline| deadline <= at) {
            self.now = Some(at);
            let late = self.store.advance(&due.bucket, at);
            self.send(&due.bucket, at, late, each);
        }
    }

    /// Runs a task.
    fn run(&mut self, due: Due, at: Timestamp, each: &mut impl FnMut(TimelineEvent)) {
        let Some((task, _)) = due.task else { return };
        if self.has_slow_buckets
            && let Some(ready) = self.store.ready_for(&due.bucket, task).filter(|ready| *ready > at)
        {
            // It is run then, or when the bucket is mended, whichever is first.
            self.due.push(Reverse(Due { at: ready, ..due.clone() }));
            return self.parked.push(due);
        }
        // A task whose version is gone by now is over, and so is one that was run before.
        let Some(TaskRun { task, outcome, update }) = self.store.run_task(&due.bucket, task, at)
        else {
            return;
        };
        self.now = Some(at);
        let bucket = due.bucket.clone();
        match outcome {
            Outcome::Replicated => self.totals.replicated += 1,
            Outcome::Failed(_) => self.totals.failed += 1,
            Outcome::Transient => {
                self.totals.transient += 1;
                self.parked.push(due);
            }
        }
        for task in &update.tasks {
            self.plan_task(&bucket, task);
        }
        let known = update.status;
        let status = known.or_else(|| self.status(&bucket, &task.key, &task.version_id));
        let kind = TimelineKind::Task { task, outcome, status };
        each(TimelineEvent { at, bucket: bucket.clone(), kind });
        self.send(&bucket, at, update.notifications, each);
    }

    /// Plans the tasks of a bucket that have this number or a higher one, and when they will be
    /// late; returns how many there are.
    fn plan(&mut self, bucket: &BucketName, first: Option<TaskId>) -> usize {
        let first = first.unwrap_or(TaskId::FIRST);
        let tasks = self.store.read_ledger(bucket, |ledger| -> Vec<_> {
            ledger.open_tasks_from(first).cloned().collect()
        });
        let tasks = tasks.unwrap_or_default();
        for task in &tasks {
            self.plan_task(bucket, task);
        }
        tasks.len()
    }

    /// Plans a task, and when it will be late.
    fn plan_task(&mut self, bucket: &BucketName, task: &Task) {
        self.totals.tasks += 1;
        let done = task.since.later_by(TimeDelta::seconds(self.latency.into()));
        self.plan_at(done, bucket, Some((task.id, task.bucket.name().clone())));
        if let Some(late) = task.deadline() {
            self.plan_at(late, bucket, None);
        }
    }

    fn plan_at(&mut self, at: Timestamp, bucket: &BucketName, task: Option<(TaskId, BucketName)>) {
        self.planned += 1;
        self.due.push(Reverse(Due { at, order: self.planned, bucket: bucket.clone(), task }));
    }

    /// Tries again what waits for a bucket, now that it has changed.
    fn unpark(&mut self, at: Timestamp, bucket: &BucketName) {
        let at = at.later_by(TimeDelta::seconds(self.latency.into()));
        let waits = |due: &mut Due| {
            due.bucket == *bucket || due.task.as_ref().is_some_and(|(_, to)| to == bucket)
        };
        let ready = self.parked.extract_if(.., waits);
        self.due.extend(ready.map(|due| Reverse(Due { at, ..due })));
    }

    /// Tells what S3 would send.
    fn send(
        &mut self,
        bucket: &BucketName,
        at: Timestamp,
        sent: Vec<Notification>,
        each: &mut impl FnMut(TimelineEvent),
    ) {
        for notification in sent {
            self.totals.notifications += 1;
            let region = self.store.facts(bucket).ok().and_then(|facts| facts.region);
            let kind = TimelineKind::Notification { sent: Box::new(notification), region };
            each(TimelineEvent { at, bucket: bucket.clone(), kind });
        }
    }

    fn status(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &VersionId,
    ) -> Option<ReplicationStatus> {
        self.store.status(bucket, key, id).ok().flatten()
    }
}
