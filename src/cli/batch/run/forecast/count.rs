use std::collections::BTreeMap;

use s3_replication::batch::completion_report::TaskErrorCode;
use s3_replication::batch::generator::Exclusion;
use s3_replication::batch::job::{self, FailureThreshold};
use s3_replication::engine::{Action, Count, Decision, Tally};
use s3_replication::model::{BucketArn, Event};
use s3_replication::replication::FailureReason;
use s3_replication::{Engine, ObjectVersion, StorageClass};

use crate::cli::batch::run::doubts::Doubts;
use crate::cli::batch::run::obstacles::Obstacles;

const EVENT: Event = Event::BatchReplication;

/// What a job comes to, in memory that does not grow with it.
pub(super) struct Counts {
    engine: Engine,
    obstacles: Obstacles,
    doubts: Doubts,
    /// Those of the bucket; `None` as long as nobody looks.
    pub(super) versions: Option<Count>,
    pub(super) listed: Count,
    pub(super) left_out: BTreeMap<String, LeftOut>,
    tasks: u64,
    pub(super) replicas: Vec<Replicas>,
    /// By the position of the rule.
    pub(super) rules: Vec<Count>,
    /// The tasks of versions that no rule takes.
    ineligible: Tally,
    /// The tasks that fail for other reasons.
    failing: BTreeMap<String, u64>,
    pub(super) failure: Option<job::Failure>,
}

/// Versions that are not on the list.
pub(super) struct LeftOut {
    pub(super) exclusion: Exclusion,
    pub(super) count: Count,
}

/// What goes to one bucket in one way.
pub(super) struct Replicas {
    pub(super) bucket: BucketArn,
    pub(super) action: Action,
    /// `None` for classes that nobody here has heard of, and for delete markers.
    pub(super) storage_class: Option<StorageClass>,
    pub(super) count: Count,
}

/// Tasks that fail.
pub(super) struct Failing {
    pub(super) code: TaskErrorCode,
    /// Which of the reasons that stand behind one code.
    pub(super) reason: Option<&'static str>,
    pub(super) tasks: u64,
}

impl Counts {
    pub(super) fn new(engine: Engine, doubts: Doubts, obstacles: Obstacles) -> Self {
        Self {
            obstacles,
            doubts,
            versions: None,
            listed: Count::default(),
            left_out: BTreeMap::new(),
            tasks: 0,
            replicas: Vec::new(),
            rules: vec![Count::default(); engine.rules().len()],
            ineligible: Tally::new(&engine),
            failing: BTreeMap::new(),
            failure: None,
            engine,
        }
    }

    pub(super) const fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(super) const fn doubts(&self) -> &Doubts {
        &self.doubts
    }

    /// To be called before versions of the bucket are counted.
    pub(super) fn begin(&mut self) {
        self.versions = Some(Count::default());
    }

    /// Counts a version of the bucket.
    pub(super) fn look_at(&mut self, version: &ObjectVersion<'_>) {
        add(self.versions.get_or_insert_default(), version.size);
    }

    /// Counts a version that is not on the list.
    pub(super) fn leave_out(&mut self, exclusion: Exclusion, size: u64) {
        let new = || LeftOut { exclusion, count: Count::default() };
        add(&mut self.left_out.entry(exclusion.to_string()).or_insert_with(new).count, size);
        self.doubts.leave_out(exclusion);
    }

    /// Counts the tasks of a version that is on the list so often. However many there are, a
    /// destination gets the version once.
    pub(super) fn tasks_of(&mut self, version: &ObjectVersion<'_>, times: u64) {
        if times == 0 {
            return;
        }
        let engine = self.engine.clone();
        let decision = engine.decide(version, EVENT);
        let obstacle = self.replicate(version, &decision);
        self.doubts.tasks(version, times);
        match obstacle {
            Some(reason) => self.fail_tasks(&reason.into(), times),
            None => self.tasks += times,
        }
        for _ in 0..times {
            add(&mut self.listed, version.size);
            if !decision.replicates() {
                self.ineligible.add(version, EVENT);
            }
        }
    }

    /// Counts what comes to the destinations, and returns the first reason why something does not.
    fn replicate(
        &mut self,
        version: &ObjectVersion<'_>,
        decision: &Decision<'_>,
    ) -> Option<FailureReason> {
        let mut obstacle = None;
        for made in decision.replications() {
            if let Some(reason) = self.obstacles.reason(made.bucket().name(), version) {
                obstacle.get_or_insert(reason);
                continue;
            }
            let is_whole = made.action() == Action::ReplicateObject;
            let size = if is_whole { version.size } else { 0 };
            if let Some(count) = self.rules.get_mut(made.rule().position) {
                add(count, size);
            }
            let class = Some(made.replica().storage_class).filter(|class| class.is_known());
            let class = class.filter(|_| is_whole);
            let same = self.replicas.iter_mut().find(|one| {
                one.action == made.action()
                    && one.storage_class.as_ref() == class
                    && one.bucket == *made.bucket()
            });
            match same {
                Some(one) => add(&mut one.count, size),
                None => self.replicas.push(Replicas {
                    bucket: made.bucket().clone(),
                    action: made.action(),
                    storage_class: class.cloned(),
                    count: Count { versions: 1, bytes: size },
                }),
            }
        }
        obstacle
    }

    /// Counts tasks that fail whatever the rules say.
    pub(super) fn fail_tasks(&mut self, code: &TaskErrorCode, tasks: u64) {
        if tasks > 0 {
            *self.failing.entry(code.to_string()).or_default() += tasks;
            self.tasks += tasks;
        }
    }

    /// Counts tasks of which nobody knows what they are about.
    pub(super) const fn leave_open(&mut self, tasks: u64) {
        self.tasks += tasks;
        self.doubts.unread += tasks;
    }

    /// Fails the job before its first task.
    pub(super) fn fail_job(&mut self, failure: job::Failure) {
        self.failure = Some(failure);
        self.tasks = 0;
        self.replicas.clear();
        self.rules.fill(Count::default());
        self.ineligible = Tally::new(&self.engine);
        self.failing.clear();
        self.doubts.forget_tasks();
    }

    /// Fails the job after its last task.
    pub(super) fn fail_report(&mut self, failure: job::Failure) {
        self.failure = Some(failure);
    }

    /// Returns how many tasks there are.
    pub(super) const fn tasks(&self) -> u64 {
        self.tasks
    }

    /// Returns how many of them fail.
    pub(super) fn failed(&self) -> u64 {
        self.failing().iter().map(|failing| failing.tasks).sum()
    }

    /// Returns how many of them can succeed.
    pub(super) fn succeeded(&self) -> u64 {
        self.tasks() - self.failed() - self.doubts.unread
    }

    /// Returns the tasks that fail, the most frequent reason first.
    pub(super) fn failing(&self) -> Vec<Failing> {
        let ineligible = self.ineligible.not_replicated().map(|(reason, count)| Failing {
            code: FailureReason::SRC_OBJECT_NOT_ELIGIBLE.into(),
            reason: Some(reason.as_str()),
            tasks: count.versions,
        });
        let others = self.failing.iter().map(|(code, tasks)| Failing {
            code: TaskErrorCode::from(code.as_str()),
            reason: None,
            tasks: *tasks,
        });
        let mut all: Vec<_> = ineligible.chain(others).collect();
        all.sort_by_key(|failing| std::cmp::Reverse(failing.tasks));
        all
    }

    /// Returns true when so many tasks fail that S3 stops the job before its end (REP-932).
    pub(super) fn is_stopped(&self) -> bool {
        FailureThreshold::is_exceeded(self.tasks(), self.failed())
    }

    /// Returns true when the job fails, tasks of it do, or nobody knows.
    pub(super) fn has_doubts(&self) -> bool {
        self.failure.is_some() || self.failed() > 0 || self.doubts.is_any()
    }
}

/// Counts a version of this size.
const fn add(count: &mut Count, bytes: u64) {
    count.versions = count.versions.saturating_add(1);
    count.bytes = count.bytes.saturating_add(bytes);
}
