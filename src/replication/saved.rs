//! Saved ledgers: the form in JSON, and the checks when it is read.
//!
//! ```text
//! {"Source": "photos", "NextTask": 3,
//!  "Versions": [{"Key": "cat.jpg", "VersionId": "v1", "Progress": {…}}],
//!  "Open": [{"Missed": false, "Task": {…}}], "Meters": […], "Checksum": "…"}
//! ```
//!
//! What a store replicates after a restart depends on this document, so it is refused as a whole
//! when anything in it is wrong. There are two checks. The fields must agree with each other, which
//! also finds a document that was written by a wrong program; and the checksum must be right, which
//! finds damage that contradicts nothing. The former comes first, because its errors name the
//! place.
//!
//! Deadlines and the counts of pending operations are not saved: open tasks give them again.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::engine::Engine;
use crate::model::{BucketArn, BucketName, VersionId};
use crate::replication::meter::Totals;
use crate::replication::open_tasks::OpenTask;
use crate::replication::progress::Progress;
use crate::replication::{Ledger, ObjectKey, Task, TaskId, VersionMap, VersionName, VersionRef};
use crate::seal::{BrokenSeal, Seal, Sealed};

/// The state of a [`Ledger`] in a form that can be saved: everything but the configuration.
///
/// Deserializing rejects a state that no ledger can have, such as one that has lost its open tasks, and
/// one that was damaged since it was saved, which its checksum shows.
///
/// # Examples
///
/// ```
/// use s3_replication::Engine;
/// use s3_replication::replication::{Ledger, SavedLedger};
///
/// fn restart(ledger: &Ledger, engine: Engine) -> serde_json::Result<Ledger> {
///     let json = serde_json::to_string(&ledger.save())?;
///     let ledger = serde_json::from_str::<SavedLedger>(&json)?.resume(engine);
///     // Run `ledger.open_tasks()` again: running a task twice does no harm.
///     Ok(ledger)
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
pub struct SavedLedger(
    // INVARIANT: `check` has accepted the state.
    Unchecked,
);

/// A state that has not been checked.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Unchecked {
    /// The source bucket.
    source: BucketName,
    /// The number of the next task, above those of all open tasks.
    next_task: u64,
    /// The versions with their progress, sorted by key and ID, so that equal ledgers have equal
    /// states.
    versions: Vec<SavedVersion>,
    /// The open tasks, from the oldest.
    open: Vec<SavedTask>,
    /// The totals of all rules with metrics, sorted by rule and bucket.
    meters: Vec<SavedMeter>,
    /// The hash of the other members.
    checksum: Seal,
}

impl Sealed for Unchecked {
    fn seal_mut(&mut self) -> &mut Seal {
        &mut self.checksum
    }
}

/// The reason why a state is rejected.
///
/// Each variant names the first place that is wrong, as a person has to find it in a large
/// document.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
enum Damage {
    #[error("no ledger can have {0} as the number of its next task")]
    NextTask(u64),
    #[error("task {0} occurs twice, or its number is not below that of the next task")]
    Task(TaskId),
    #[error("the fields of task {0} contradict each other")]
    ContradictoryTask(TaskId),
    #[error("no version waits for task {0}")]
    Unawaited(TaskId),
    #[error("version `{id}` of `{key}` waits for a task that is not open")]
    LostTask { key: ObjectKey, id: VersionId },
    #[error(
        "version `{id}` of `{key}` occurs twice, or its destinations are not sorted or contradict each other"
    )]
    Version { key: ObjectKey, id: VersionId },
    #[error("the metrics of rule `{rule}` and {bucket} occur twice, or are too large")]
    Meter { rule: Arc<str>, bucket: BucketArn },
    #[error(transparent)]
    Seal(#[from] BrokenSeal),
}

impl TryFrom<Unchecked> for SavedLedger {
    type Error = Damage;

    fn try_from(mut state: Unchecked) -> Result<Self, Damage> {
        state.check()?;
        state.check_seal()?;
        Ok(Self(state))
    }
}

impl Unchecked {
    /// Checks the state in both directions: each open task belongs to a version, and each version
    /// that waits for a task has one. Without the latter check, a state that lost its open tasks
    /// would leave versions `PENDING` forever.
    fn check(&self) -> Result<(), Damage> {
        // A larger number could overflow when the ledger goes on.
        if !(1..=Task::MAX).contains(&self.next_task) {
            return Err(Damage::NextTask(self.next_task));
        }
        let mut versions = VersionMap::new();
        for SavedVersion { key, version_id, progress } in &self.versions {
            let name = VersionName::new(key.clone(), version_id.clone());
            if versions.insert(name, progress).is_some() || !progress.is_sound() {
                return Err(Damage::Version { key: key.clone(), id: version_id.clone() });
            }
        }
        // From tasks to versions first, then from versions to tasks.
        let tasks = self.check_tasks(&versions)?;
        for SavedVersion { key, version_id, progress } in &self.versions {
            // A task in `tasks` has exactly one place in one version, so it is enough that every
            // place has a task.
            if !progress.open().all(|task| tasks.contains(&task)) {
                return Err(Damage::LostTask { key: key.clone(), id: version_id.clone() });
            }
            for (bucket, aspect, task) in progress.waiting() {
                // A task that waits has no place in `open`, so it is compared with where it waits.
                let is_same_version = task.key == *key && task.version_id == *version_id;
                let is_here = task.bucket == *bucket && task.event.aspect() == Some(aspect);
                if !is_same_version || !is_here {
                    return Err(Damage::ContradictoryTask(task.id));
                }
            }
        }
        self.check_meters()
    }

    /// Checks the open tasks, and returns their numbers. Numbers are unique, also among the places
    /// of versions.
    fn check_tasks(&self, versions: &VersionMap<&Progress>) -> Result<BTreeSet<TaskId>, Damage> {
        // A task that was read agrees with itself.
        let mut tasks = BTreeSet::new();
        for SavedTask { task, missed } in &self.open {
            if !tasks.insert(task.id) || task.id.get() >= self.next_task || task.id.get() == 0 {
                return Err(Damage::Task(task.id));
            }
            // Only S3 Replication Time Control has a threshold that a task can miss.
            if *missed && !task.time_control {
                return Err(Damage::ContradictoryTask(task.id));
            }
            // The version must wait for this very task, in its bucket and for its action.
            let progress = versions.get(&VersionRef::new(&task.key, &task.version_id));
            if !progress.is_some_and(|progress| progress.has_open(task)) {
                return Err(Damage::Unawaited(task.id));
            }
        }
        // Two places with the same number would both be found in `tasks`.
        let mut places = BTreeSet::new();
        let mut open = versions.values().flat_map(|progress| progress.open());
        open.find(|task| !places.insert(*task)).map_or(Ok(tasks), |task| Err(Damage::Task(task)))
    }

    /// Checks that no meter occurs twice, and that its counts leave space for more.
    fn check_meters(&self) -> Result<(), Damage> {
        let mut seen = BTreeSet::new();
        for SavedMeter { rule, bucket, totals } in &self.meters {
            let Totals { replicated, failed, on_time, missed } = *totals;
            let is_small = [replicated, failed, on_time, missed].iter().all(|n| *n <= Task::MAX);
            if !seen.insert((rule, bucket)) || !is_small {
                return Err(Damage::Meter { rule: rule.clone(), bucket: bucket.clone() });
            }
        }
        Ok(())
    }
}

impl From<SavedLedger> for Unchecked {
    fn from(saved: SavedLedger) -> Self {
        saved.0
    }
}

/// A version with its progress. Evicted versions are not here: the store keeps their status.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct SavedVersion {
    key: ObjectKey,
    version_id: VersionId,
    progress: Progress,
}

/// An open task.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct SavedTask {
    /// True if it has missed the threshold of S3 RTC, so that the notification is not sent again.
    missed: bool,
    task: Arc<Task>,
}

/// The metrics of a rule and a bucket, without what is pending.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct SavedMeter {
    rule: Arc<str>,
    bucket: BucketArn,
    totals: Totals,
}

impl Ledger {
    /// Returns the state of the ledger without its engine. Equal ledgers have equal states.
    #[must_use]
    pub fn save(&self) -> SavedLedger {
        let versions = self.versions.iter().map(|(name, progress)| SavedVersion {
            key: name.key.clone(),
            version_id: name.id.clone(),
            progress: progress.clone(),
        });
        let mut versions: Vec<_> = versions.collect();
        // The map has no order.
        versions.sort_by(|a, b| (&a.key, &a.version_id).cmp(&(&b.key, &b.version_id)));
        let open = self.tasks.by_id.values();
        let meters = self.tasks.meters.iter().map(|((rule, bucket), meter)| SavedMeter {
            rule: rule.clone(),
            bucket: bucket.clone(),
            totals: meter.totals,
        });
        let state = Unchecked {
            source: self.source.clone(),
            next_task: self.tasks.next_id,
            versions,
            open: open
                .map(|open| SavedTask { missed: open.missed, task: open.task.clone() })
                .collect(),
            meters: meters.collect(),
            checksum: Seal::default(),
        };
        SavedLedger(state.sealed())
    }
}

impl SavedLedger {
    /// Creates a ledger with this state and the current configuration.
    ///
    /// The configuration may be another one than before. Open tasks keep the rule and the
    /// properties that they were created with, and later events are decided by the new one.
    #[must_use]
    pub fn resume(self, engine: Engine) -> Ledger {
        // A new ledger has the meters of the current rules, at zero.
        let Unchecked { source, next_task, versions, open, meters, .. } = self.0;
        let mut ledger = Ledger::new(source, engine);
        // Numbers go on from here, so that an outcome of an old task is never taken for that of a
        // new one.
        ledger.tasks.next_id = next_task;
        let versions = versions.into_iter();
        ledger.versions = versions
            .map(|saved| (VersionName::new(saved.key, saved.version_id), saved.progress))
            .collect();
        for SavedMeter { rule, bucket, totals } in meters {
            ledger.tasks.meters.entry((rule, bucket)).or_default().totals = totals;
        }
        for SavedTask { missed, task } in open {
            // This counts the task as pending and sets its deadline, as when it was created.
            ledger.tasks.track(OpenTask { task, missed });
        }
        ledger
    }
}
