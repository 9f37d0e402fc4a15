use std::collections::BTreeMap;

use s3_replication::batch::{
    Exclusion, FailureThreshold, JobFailure, ListedFact, ListedFacts, TaskErrorCode,
};
use s3_replication::engine::{Action, Count, Tally};
use s3_replication::model::{BucketArn, Event};
use s3_replication::replication::FailureReason;
use s3_replication::{Engine, ObjectVersion, StorageClass};

/// What a job comes to, in memory that does not grow with it.
pub(super) struct Counts {
    engine: Engine,
    facts: ListedFacts,
    pub(super) versions: Count,
    pub(super) listed: Count,
    pub(super) left_out: BTreeMap<String, LeftOut>,
    pub(super) replicas: Vec<Replicas>,
    /// By the position of the rule.
    pub(super) rules: Vec<Count>,
    /// The tasks of versions that no rule takes.
    ineligible: Tally,
    /// The tasks that fail for other reasons.
    failing: BTreeMap<String, u64>,
    /// The tasks of versions that a rule asks for tags, which nobody knows.
    pub(super) by_tags: u64,
    pub(super) failure: Option<JobFailure>,
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
    pub(super) fn new(engine: Engine, facts: ListedFacts) -> Self {
        Self {
            facts,
            versions: Count::default(),
            listed: Count::default(),
            left_out: BTreeMap::new(),
            replicas: Vec::new(),
            rules: vec![Count::default(); engine.rules().len()],
            ineligible: Tally::new(&engine),
            failing: BTreeMap::new(),
            by_tags: 0,
            failure: None,
            engine,
        }
    }

    pub(super) const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Counts a version of the bucket.
    pub(super) fn look_at(&mut self, version: &ObjectVersion<'_>) {
        add(&mut self.versions, version.size);
    }

    /// Counts a version that is not on the list.
    pub(super) fn leave_out(&mut self, exclusion: Exclusion, size: u64) {
        let new = || LeftOut { exclusion, count: Count::default() };
        add(&mut self.left_out.entry(exclusion.to_string()).or_insert_with(new).count, size);
    }

    /// Counts the task of a version.
    pub(super) fn task(&mut self, version: &ObjectVersion<'_>) {
        const EVENT: Event = Event::BatchReplication;
        add(&mut self.listed, version.size);
        self.by_tags += u64::from(self.depends_on_tags(version));
        let Self { engine, replicas, rules, .. } = self;
        let decision = engine.decide(version, EVENT);
        for made in decision.replications() {
            let is_whole = made.action() == Action::ReplicateObject;
            let size = if is_whole { version.size } else { 0 };
            if let Some(count) = rules.get_mut(made.rule().position) {
                add(count, size);
            }
            let class = Some(made.replica().storage_class).filter(|class| class.is_known());
            let class = class.filter(|_| is_whole);
            let same = replicas.iter_mut().find(|one| {
                one.action == made.action()
                    && one.storage_class.as_ref() == class
                    && one.bucket == *made.bucket()
            });
            match same {
                Some(one) => add(&mut one.count, size),
                None => replicas.push(Replicas {
                    bucket: made.bucket().clone(),
                    action: made.action(),
                    storage_class: class.cloned(),
                    count: Count { versions: 1, bytes: size },
                }),
            }
        }
        if !decision.replicates() {
            self.ineligible.add(version, EVENT);
        }
    }

    /// Counts tasks that fail whatever the rules say.
    pub(super) fn fail_tasks(&mut self, code: &TaskErrorCode, tasks: u64) {
        if tasks > 0 {
            *self.failing.entry(code.to_string()).or_default() += tasks;
        }
    }

    pub(super) fn fail_job(&mut self, failure: JobFailure) {
        self.failure = Some(failure);
    }

    /// Returns how many tasks there are.
    pub(super) fn tasks(&self) -> u64 {
        self.listed.versions + self.failing.values().sum::<u64>()
    }

    /// Returns how many of them fail.
    pub(super) fn failed(&self) -> u64 {
        self.failing().iter().map(|failing| failing.tasks).sum()
    }

    /// Returns the tasks that fail, the most frequent reason first.
    pub(super) fn failing(&self) -> Vec<Failing> {
        let ineligible = self.ineligible.nowhere().map(|(reason, count)| Failing {
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

    /// Returns how many versions may be on the list or not.
    pub(super) fn unknown(&self) -> u64 {
        let unknown = self.left_out.values().filter(|one| one.exclusion.is_unknown());
        unknown.map(|one| one.count.versions).sum()
    }

    /// Returns true when the job fails, tasks of it do, or nobody knows.
    pub(super) fn has_doubts(&self) -> bool {
        self.failure.is_some() || self.failed() + self.unknown() + self.by_tags > 0
    }

    fn depends_on_tags(&self, version: &ObjectVersion<'_>) -> bool {
        if self.facts.has(ListedFact::Tags) {
            return false;
        }
        self.engine.rules().iter().any(|rule| {
            rule.is_enabled()
                && !rule.filter.tags().is_empty()
                && version.key.starts_with(rule.filter.key_prefix().as_str().as_bytes())
        })
    }
}

/// Counts a version of this size.
const fn add(count: &mut Count, bytes: u64) {
    count.versions = count.versions.saturating_add(1);
    count.bytes = count.bytes.saturating_add(bytes);
}
