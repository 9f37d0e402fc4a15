use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::engine::Engine;
use crate::model::{BucketArn, BucketName, VersionId};
use crate::replication::meter::Totals;
use crate::replication::open_tasks::OpenTask;
use crate::replication::progress::Progress;
use crate::replication::{Ledger, ObjectKey, Task, TaskId, VersionMap, VersionName, VersionRef};

/// The state of a [`Ledger`] in a form that can be saved: everything but the configuration.
///
/// Deserializing rejects a state that no ledger can have.
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
    source: BucketName,
    next_task: u64,
    versions: Vec<SavedVersion>,
    open: Vec<SavedTask>,
    meters: Vec<SavedMeter>,
}

/// The reason why a state is rejected.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
enum Damage {
    #[error("no ledger can have {0} as the number of its next task")]
    NextTask(u64),
    #[error("task {0} occurs twice, or its number is not below that of the next task")]
    Task(TaskId),
    #[error("no version waits for task {0}")]
    Unawaited(TaskId),
    #[error("version `{id}` of `{key}` occurs twice, or its destinations are not sorted")]
    Version { key: ObjectKey, id: VersionId },
}

impl TryFrom<Unchecked> for SavedLedger {
    type Error = Damage;

    fn try_from(stored: Unchecked) -> Result<Self, Damage> {
        stored.check()?;
        Ok(Self(stored))
    }
}

impl Unchecked {
    fn check(&self) -> Result<(), Damage> {
        // Far below the maximum, so that the numbers of later tasks never overflow.
        const MAX: u64 = 1 << 62;
        if !(1..=MAX).contains(&self.next_task) {
            return Err(Damage::NextTask(self.next_task));
        }
        let (mut versions, mut tasks) = (VersionMap::new(), BTreeSet::new());
        for SavedVersion { key, version_id, progress } in &self.versions {
            let name = VersionName::new(key.clone(), version_id.clone());
            if versions.insert(name, progress).is_some() || !progress.is_sound() {
                return Err(Damage::Version { key: key.clone(), id: version_id.clone() });
            }
        }
        for SavedTask { task, .. } in &self.open {
            if !tasks.insert(task.id) || task.id.get() >= self.next_task || task.id.get() == 0 {
                return Err(Damage::Task(task.id));
            }
            let progress = versions.get(&VersionRef::new(&task.key, &task.version_id));
            if !progress.is_some_and(|progress| progress.open().any(|open| open == task.id)) {
                return Err(Damage::Unawaited(task.id));
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

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct SavedVersion {
    key: ObjectKey,
    version_id: VersionId,
    #[serde(flatten)]
    progress: Progress,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct SavedTask {
    missed: bool,
    #[serde(flatten)]
    task: Arc<Task>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct SavedMeter {
    rule: Arc<str>,
    bucket: BucketArn,
    #[serde(flatten)]
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
        versions.sort_by(|a, b| (&a.key, &a.version_id).cmp(&(&b.key, &b.version_id)));
        let open = self.tasks.by_id.values();
        let meters = self.tasks.meters.iter().map(|((rule, bucket), meter)| SavedMeter {
            rule: rule.clone(),
            bucket: bucket.clone(),
            totals: meter.totals,
        });
        SavedLedger(Unchecked {
            source: self.source.clone(),
            next_task: self.tasks.next_id,
            versions,
            open: open
                .map(|open| SavedTask { missed: open.missed, task: open.task.clone() })
                .collect(),
            meters: meters.collect(),
        })
    }
}

impl SavedLedger {
    /// Creates a ledger with this state and the current configuration.
    #[must_use]
    pub fn resume(self, engine: Engine) -> Ledger {
        let Unchecked { source, next_task, versions, open, meters } = self.0;
        let mut ledger = Ledger::new(source, engine);
        ledger.tasks.next_id = next_task;
        let versions = versions.into_iter();
        ledger.versions = versions
            .map(|saved| (VersionName::new(saved.key, saved.version_id), saved.progress))
            .collect();
        for SavedMeter { rule, bucket, totals } in meters {
            ledger.tasks.meters.entry((rule, bucket)).or_default().totals = totals;
        }
        for SavedTask { missed, task } in open {
            ledger.tasks.track(OpenTask { task, missed });
        }
        ledger
    }
}
