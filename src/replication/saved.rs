use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::engine::Engine;
use crate::model::{BucketArn, BucketName, VersionId};
use crate::replication::ledger::OpenTask;
use crate::replication::meter::Totals;
use crate::replication::progress::Progress;
use crate::replication::{Ledger, ObjectKey, Task, VersionName};

/// A ledger in a form that can be stored: everything but the configuration.
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
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SavedLedger {
    source: BucketName,
    next_task: u64,
    versions: Vec<SavedVersion>,
    open: Vec<SavedTask>,
    meters: Vec<SavedMeter>,
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
        SavedLedger {
            source: self.source.clone(),
            next_task: self.next_task,
            versions,
            open: open
                .map(|open| SavedTask { missed: open.missed, task: open.task.clone() })
                .collect(),
            meters: meters.collect(),
        }
    }
}

impl SavedLedger {
    /// Opens the ledger again, with the configuration that counts now.
    #[must_use]
    pub fn resume(self, engine: Engine) -> Ledger {
        let mut ledger = Ledger::new(self.source, engine);
        let highest = self.open.iter().map(|open| open.task.id.get()).max().unwrap_or(0);
        ledger.next_task = self.next_task.max(highest.saturating_add(1)).max(1);
        let versions = self.versions.into_iter();
        ledger.versions = versions
            .map(|saved| (VersionName::new(saved.key, saved.version_id), saved.progress))
            .collect();
        for SavedMeter { rule, bucket, totals } in self.meters {
            ledger.meters.entry((rule, bucket)).or_default().totals = totals;
        }
        for SavedTask { missed, task } in self.open {
            ledger.track(OpenTask { task, missed });
        }
        ledger
    }
}
