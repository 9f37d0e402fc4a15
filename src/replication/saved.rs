use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::engine::Engine;
use crate::model::{BucketArn, BucketName, VersionId};
use crate::replication::ledger::OpenTask;
use crate::replication::meter::Totals;
use crate::replication::progress::Progress;
use crate::replication::{Ledger, ObjectKey, Task, TaskId, VersionMap, VersionName, VersionRef};

/// A ledger in a form that can be stored: everything but the configuration. Reading one back refuses
/// what no ledger can have stored.
///
/// # Examples
///
/// ```
/// use s3_replication::Engine;
/// use s3_replication::replication::{Ledger, SavedLedger};
///
/// fn restart(ledger: &Ledger, engine: Engine) -> serde_json::Result<Ledger> {
///     let stored = serde_json::to_string(&ledger.save())?;
///     let ledger = serde_json::from_str::<SavedLedger>(&stored)?.resume(engine);
///     // Hand out `ledger.open_tasks()` again: a task that ran twice changes nothing.
///     Ok(ledger)
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
pub struct SavedLedger(
    // INVARIANT: what `TryFrom` checks.
    Unchecked,
);

/// What was stored, by this crate or by somebody else.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Unchecked {
    source: BucketName,
    next_task: u64,
    versions: Vec<SavedVersion>,
    open: Vec<SavedTask>,
    meters: Vec<SavedMeter>,
}

/// What keeps something stored from being a ledger.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
enum Damage {
    #[error("the number of the next task, {0}, is not one that any ledger comes to")]
    NextTask(u64),
    #[error("task {0} is there twice, or is not below the number of the next")]
    Task(TaskId),
    #[error("no version waits for task {0}")]
    Unawaited(TaskId),
    #[error("version `{id}` of `{key}` is there twice, or its destinations are out of order")]
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
        const MOST: u64 = 1 << 62;
        if !(1..=MOST).contains(&self.next_task) {
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
    /// Returns everything but the engine, to be stored. Equal ledgers save equally.
    #[must_use]
    pub fn save(&self) -> SavedLedger {
        let versions = self.versions.iter().map(|(name, progress)| SavedVersion {
            key: name.key.clone(),
            version_id: name.id.clone(),
            progress: progress.clone(),
        });
        let mut versions: Vec<_> = versions.collect();
        versions.sort_by(|a, b| (&a.key, &a.version_id).cmp(&(&b.key, &b.version_id)));
        let open = self.open.values();
        let meters = self.meters.iter().map(|((rule, bucket), meter)| SavedMeter {
            rule: rule.clone(),
            bucket: bucket.clone(),
            totals: meter.totals,
        });
        SavedLedger(Unchecked {
            source: self.source.clone(),
            next_task: self.next_task,
            versions,
            open: open
                .map(|open| SavedTask { missed: open.missed, task: open.task.clone() })
                .collect(),
            meters: meters.collect(),
        })
    }
}

impl SavedLedger {
    /// Opens the ledger again, with the configuration that counts now.
    #[must_use]
    pub fn resume(self, engine: Engine) -> Ledger {
        let Unchecked { source, next_task, versions, open, meters } = self.0;
        let mut ledger = Ledger::new(source, engine);
        ledger.next_task = next_task;
        let versions = versions.into_iter();
        ledger.versions = versions
            .map(|saved| (VersionName::new(saved.key, saved.version_id), saved.progress))
            .collect();
        for SavedMeter { rule, bucket, totals } in meters {
            ledger.meters.entry((rule, bucket)).or_default().totals = totals;
        }
        for SavedTask { missed, task } in open {
            ledger.track(OpenTask { task, missed });
        }
        ledger
    }
}
