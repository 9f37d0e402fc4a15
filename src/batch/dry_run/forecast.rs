//! The counts of a dry run.
//!
//! A forecast is filled version by version and keeps no version, so that it is as small for a
//! billion of them as for ten: what grows is the number of destinations, rules, reasons and error
//! codes.
//!
//! `dry_run.rs` decides about versions, and calls the methods here that are not public. The numbers
//! hang together in this way:
//!
//! ```text
//! generated manifest    versions = listed + left out
//! manifest of rows      tasks = rows; listed = rows whose version was added
//! both                  tasks = failing + succeeding + unread
//!                       failing = ineligible, by reason + others, by error code
//! ```
//!
//! Replicas are counted once for each version, and tasks once for each row: two rows for one
//! version are two tasks and one replica.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::batch::completion_report::TaskErrorCode;
use crate::batch::generator::Exclusion;
use crate::batch::job::{self, FailureThreshold};
use crate::engine::{Action, Count, Engine, Reason, Replication, Tally};
use crate::model::{BucketArn, Event, ObjectVersion, ReplicationRule, StorageClass};
use crate::replication::FailureReason;

/// The result of a [`DryRun`](crate::batch::dry_run::DryRun): what the job would do, counted.
#[derive(Clone, Debug)]
pub struct Forecast {
    // Set by the first version, or at the end of a dry run without versions.
    pub(super) versions: Option<Count>,
    // A failure of the job and not of its tasks.
    pub(super) failure: Option<job::Failure>,
    pub(super) undecided: Undecided,
    // For the rules, and to begin again in `fail_job`.
    engine: Engine,
    listed: Count,
    /// One for each exclusion; there are few.
    left_out: Vec<LeftOut>,
    tasks: u64,
    destinations: Vec<DestinationCount>,
    // INVARIANT: one for each rule of the engine, in the same order.
    rules: Vec<Count>,
    /// The tasks of versions that no rule replicates, by reason.
    ineligible: Tally,
    /// The tasks that fail for other reasons, by error code.
    ///
    /// By the text of the code, because codes have no order.
    failing: BTreeMap<String, u64>,
}

/// Versions that a generated manifest leaves out for one reason.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct LeftOut {
    /// The reason.
    pub exclusion: Exclusion,
    /// The number of versions, and their bytes.
    pub count: Count,
}

/// Replicas of one kind in one destination bucket.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct DestinationCount {
    /// The destination bucket.
    pub bucket: BucketArn,
    /// The kind of replication.
    pub action: Action,
    /// The storage class of the replicas; `None` for delete markers, and for classes that this
    /// version of the crate does not know.
    pub storage_class: Option<StorageClass>,
    /// The number of replicas, and the bytes that are copied.
    pub count: Count,
}

/// Tasks that fail with one error code.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct FailingTasks {
    /// The error code in the completion report.
    pub code: TaskErrorCode,
    /// The reason why no rule replicates the versions, where that is what the code means.
    pub reason: Option<Reason>,
    /// The number of tasks.
    pub tasks: u64,
}

/// The part of a forecast that could be different, because something is unknown.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Undecided {
    /// Versions that S3, which knows more, could list in a generated manifest. The forecast leaves
    /// them out.
    pub versions: u64,
    /// Tasks whose destinations or replicas depend on tags.
    pub tasks_by_tags: u64,
    /// Tasks whose destinations depend on columns that the inventory lacks.
    pub tasks_by_columns: u64,
    /// Tasks of rows whose version may be one that could not be read.
    pub unread: u64,
}

impl Undecided {
    /// Removes what is undecided about tasks, as for a job without tasks.
    ///
    /// Versions that S3 could list stay undecided, since they may be the reason why there are no
    /// tasks.
    #[must_use]
    pub const fn without_tasks(self) -> Self {
        Self { versions: self.versions, tasks_by_tags: 0, tasks_by_columns: 0, unread: 0 }
    }

    /// Returns true when nothing is undecided.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.versions == 0
            && self.tasks_by_tags == 0
            && self.tasks_by_columns == 0
            && self.unread == 0
    }
}

impl Forecast {
    /// Creates a forecast in which everything is zero; its rules are there from the beginning.
    pub(super) fn new(engine: &Engine) -> Self {
        Self {
            versions: None,
            failure: None,
            undecided: Undecided::default(),
            listed: Count::default(),
            left_out: Vec::new(),
            tasks: 0,
            destinations: Vec::new(),
            rules: vec![Count::default(); engine.rules().len()],
            ineligible: Tally::new(engine),
            failing: BTreeMap::new(),
            engine: engine.clone(),
        }
    }

    /// Returns the versions that were added; `None` when the job failed before any was needed.
    #[must_use]
    pub const fn versions(&self) -> Option<Count> {
        self.versions
    }

    /// Returns the versions that the manifest lists, each as often as it does. Rows whose version
    /// was not added do not count.
    #[must_use]
    pub const fn listed(&self) -> Count {
        self.listed
    }

    /// Iterates over the reasons why a generated manifest leaves out versions, sorted by their texts.
    pub fn left_out(&self) -> impl Iterator<Item = &LeftOut> {
        let mut all: Vec<_> = self.left_out.iter().collect();
        all.sort_by_cached_key(|one| one.exclusion.to_string());
        all.into_iter()
    }

    /// Returns the number of tasks.
    #[must_use]
    pub const fn tasks(&self) -> u64 {
        self.tasks
    }

    /// Returns the number of tasks that fail.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failing().iter().map(|failing| failing.tasks).sum()
    }

    /// Returns the number of tasks that can succeed. Tasks of rows that could not be read are
    /// neither: a version that was not seen may succeed or fail.
    #[must_use]
    pub fn succeeding(&self) -> u64 {
        self.tasks.saturating_sub(self.failed()).saturating_sub(self.undecided.unread)
    }

    /// Returns the tasks that fail, the most frequent cause first. Causes with equally many tasks
    /// are in the order of the rules' reasons and of the codes, since the sort keeps the order of
    /// equals.
    #[must_use]
    pub fn failing(&self) -> Vec<FailingTasks> {
        let ineligible = self.ineligible.not_replicated().map(|(reason, count)| FailingTasks {
            code: FailureReason::SRC_OBJECT_NOT_ELIGIBLE.into(),
            reason: Some(reason),
            tasks: count.versions,
        });
        let others = self.failing.iter().map(|(code, tasks)| FailingTasks {
            code: TaskErrorCode::from(code.as_str()),
            reason: None,
            tasks: *tasks,
        });
        let mut all: Vec<_> = ineligible.chain(others).collect();
        all.sort_by_key(|failing| Reverse(failing.tasks));
        all
    }

    /// Returns the replicas that the job writes, sorted by bucket.
    #[must_use]
    pub fn destinations(&self) -> Vec<&DestinationCount> {
        let mut all: Vec<_> = self.destinations.iter().collect();
        all.sort_by_cached_key(|one| {
            let class = one.storage_class.as_ref().map(ToString::to_string);
            (one.bucket.to_string(), one.action.as_str(), class)
        });
        all
    }

    /// Iterates over the rules of the configuration, each with the replicas that it asks for.
    ///
    /// A rule without replicas is among them, with zero.
    pub fn rules(&self) -> impl Iterator<Item = (&ReplicationRule, Count)> {
        self.engine.rules().iter().zip(self.rules.iter().copied())
    }

    /// Returns the reason why the job fails, if it does.
    #[must_use]
    pub const fn failure(&self) -> Option<&job::Failure> {
        self.failure.as_ref()
    }

    /// Returns true when so many tasks fail that S3 stops the job before its end (REP-932).
    ///
    /// The tasks are taken as if they all had run, so the job may be stopped earlier, with other
    /// numbers.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        FailureThreshold::is_exceeded(self.tasks, self.failed())
    }

    /// Returns the part that could be different, because something is unknown.
    #[must_use]
    pub const fn undecided(&self) -> Undecided {
        self.undecided
    }

    /// Returns true when the job completes and all its tasks succeed, whatever the unknown facts are.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.failure.is_none() && self.failed() == 0 && self.undecided.is_empty()
    }

    /// Counts a version that the generated manifest leaves out. A linear search is enough: there is
    /// one entry for each reason, and most versions have that of the version before.
    pub(super) fn leave_out(&mut self, exclusion: Exclusion, size: u64) {
        let same = self.left_out.iter_mut().find(|one| one.exclusion == exclusion);
        if let Some(same) = same {
            add(&mut same.count, size);
        } else {
            let count = Count { versions: 1, bytes: size };
            self.left_out.push(LeftOut { exclusion, count });
        }
        self.undecided.versions += u64::from(exclusion.is_unknown());
    }

    /// Counts a version that the manifest lists once.
    ///
    /// `replicates` is the decision of the engine. An ineligible version is counted by its reason;
    /// the number of tasks is counted apart.
    pub(super) fn list(&mut self, version: &ObjectVersion<'_>, replicates: bool) {
        add(&mut self.listed, version.size);
        if !replicates {
            self.ineligible.add(version, Event::BatchReplication);
        }
    }

    /// Counts tasks that may succeed, and those of ineligible versions: the reasons of the latter
    /// are in `list`.
    pub(super) const fn add_tasks(&mut self, tasks: u64) {
        self.tasks += tasks;
    }

    /// Counts tasks that fail whatever the rules are.
    ///
    /// These tasks are new ones, so they add to the number of all tasks.
    pub(super) fn fail_tasks(&mut self, code: &TaskErrorCode, tasks: u64) {
        if tasks > 0 {
            *self.failing.entry(code.to_string()).or_default() += tasks;
            self.tasks += tasks;
        }
    }

    /// Counts tasks whose versions may be among those that could not be read.
    pub(super) const fn leave_unread(&mut self, tasks: u64) {
        self.tasks += tasks;
        self.undecided.unread += tasks;
    }

    /// Counts a replica.
    pub(super) fn add_replication(&mut self, replication: &Replication<'_>, size: u64) {
        let action = replication.action();
        let is_object = action == Action::ReplicateObject;
        // A delete marker is written and has no bytes.
        let size = if is_object { size } else { 0 };
        // The position is that of the rule in the engine, which `rules` follows.
        if let Some(count) = self.rules.get_mut(replication.rule().position) {
            add(count, size);
        }
        let class = replication.replica().storage_class;
        let class = Some(class).filter(|class| is_object && class.is_known());
        let same = self.destinations.iter_mut().find(|one| {
            one.action == action
                && one.storage_class.as_ref() == class
                && one.bucket == *replication.bucket()
        });
        match same {
            Some(same) => add(&mut same.count, size),
            None => self.destinations.push(DestinationCount {
                bucket: replication.bucket().clone(),
                action,
                storage_class: class.cloned(),
                count: Count { versions: 1, bytes: size },
            }),
        }
    }

    /// Fails the job before its first task: what the tasks would have done does not count.
    ///
    /// Versions and exclusions stay: they show why the manifest is as it is.
    pub(super) fn fail_job(&mut self, failure: job::Failure) {
        *self = Self {
            failure: Some(failure),
            versions: self.versions,
            listed: self.listed,
            left_out: std::mem::take(&mut self.left_out),
            undecided: self.undecided.without_tasks(),
            ..Self::new(&self.engine)
        };
    }
}

/// Counts a version of this size.
///
/// The counts stop at their limit; they do not overflow.
pub(super) const fn add(count: &mut Count, bytes: u64) {
    count.versions = count.versions.saturating_add(1);
    count.bytes = count.bytes.saturating_add(bytes);
}
