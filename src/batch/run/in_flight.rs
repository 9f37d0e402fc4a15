//! Rows of a manifest whose tasks have begun and not ended.
//!
//! A row is one task of the job, and one line of its completion report. It may need several tasks
//! of a ledger: one for each destination. The row ends with the last of them, and fails if any
//! failed.
//!
//! A ledger also serves live replication, which may end a task first or forget a version that was
//! deleted. So a row keeps no identifiers of tasks. It keeps the names of its destinations, and
//! looks into the ledger again each time.
//!
//! ```text
//! task of the ledger                state of the destination
//! open                              Waiting
//! ended, the object is there        Replicated
//! ended with a reason               Failed, with the reason
//! the version is not in the ledger  Failed, SrcVersionNotFound
//! ```

use serde::{Deserialize, Serialize};

use crate::batch::completion_report::TaskResult;
use crate::batch::manifest;
use crate::model::{BucketArn, BucketName, VersionId, required};
use crate::replication::{
    DestinationProgress, FailureReason, Ledger, ObjectKey, TaskId, VersionName,
};

/// A row in progress.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct OpenRow {
    bucket: BucketName,
    key: ObjectKey,
    #[serde(deserialize_with = "required")]
    // The key as the manifest has it, if that differs from the decoded one.
    written_key: Option<Box<str>>,
    /// The version ID in the manifest.
    #[serde(deserialize_with = "required")]
    listed_id: Option<VersionId>,
    /// The id of the version that is replicated, even if the manifest has none.
    version_id: VersionId,
    // INVARIANT: sorted by bucket, at least one.
    destinations: Vec<OpenDestination>,
}

/// A destination of a row in progress. The state is kept here because a ledger forgets versions
/// that are deleted: a destination that has ended must not fail for it afterwards.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct OpenDestination {
    bucket: BucketArn,
    state: State,
}

/// The state of one destination.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
enum State {
    // Once a destination leaves this state, it keeps the next one.
    Waiting,
    Replicated,
    Failed(FailureReason),
}

impl OpenRow {
    /// Begins a row that waits for these destination buckets. A row without destinations has its
    /// result at once: S3 answers that no rule applies.
    pub(super) fn new(
        row: &manifest::Row,
        version_id: &VersionId,
        buckets: impl Iterator<Item = BucketArn>,
    ) -> Self {
        let waiting = |bucket| OpenDestination { bucket, state: State::Waiting };
        Self {
            bucket: row.bucket.clone(),
            key: row.key.clone(),
            written_key: row.written_key.clone(),
            listed_id: row.version_id.clone(),
            version_id: version_id.clone(),
            destinations: buckets.map(waiting).collect(),
        }
    }

    // The source bucket, by which `run.rs` skips rows of another ledger.
    pub(super) const fn bucket(&self) -> &BucketName {
        &self.bucket
    }

    /// Returns the name of the version.
    pub(super) fn name(&self) -> VersionName {
        VersionName::new(self.key.clone(), self.version_id.clone())
    }

    // A new row of a version without destinations is never kept, so a stored one without any is
    // damaged.
    pub(super) fn has_destinations(&self) -> bool {
        !self.destinations.is_empty()
    }

    /// Returns true if a destination is awaited, and the destinations are sorted and unique. The
    /// row of a saved run may violate both.
    pub(super) fn is_sound(&self) -> bool {
        self.destinations.iter().any(|destination| destination.state == State::Waiting)
            && self.destinations.is_sorted_by(|a, b| a.bucket < b.bucket)
    }

    /// Returns the progress of a destination in the ledger.
    fn progress<'l>(
        &self,
        ledger: &'l Ledger,
        bucket: &BucketArn,
    ) -> Option<&'l DestinationProgress> {
        let destinations = ledger.destinations(&self.key, &self.version_id);
        destinations.iter().find(|destination| destination.bucket() == bucket)
    }

    /// Iterates over the tasks that the row waits for.
    pub(super) fn tasks<'l>(&'l self, ledger: &'l Ledger) -> impl Iterator<Item = TaskId> {
        let is_waiting = |destination: &&OpenDestination| destination.state == State::Waiting;
        let waiting = self.destinations.iter().filter(is_waiting);
        waiting.filter_map(|destination| self.progress(ledger, &destination.bucket)?.object_task())
    }

    /// Updates the state of each destination that the row waits for.
    pub(super) fn look(&mut self, ledger: &Ledger) {
        let known = ledger.destinations(&self.key, &self.version_id);
        for destination in &mut self.destinations {
            if destination.state != State::Waiting {
                continue;
            }
            let progress = known.iter().find(|known| *known.bucket() == destination.bucket);
            destination.state = match progress {
                // Only the task of the object itself counts. Later changes of tags or ACL are live
                // replication.
                Some(known) if known.object_task().is_some() => State::Waiting,
                Some(known) => match known.object_failure() {
                    Some(reason) => State::Failed(reason.clone()),
                    None => State::Replicated,
                },
                // The ledger removes versions that are deleted.
                None => State::Failed(FailureReason::SRC_VERSION_NOT_FOUND),
            };
        }
    }

    /// Returns the result, if the row waits for no destination. The row of the report has the key
    /// as the manifest wrote it, and the version ID only if the manifest had one: a caller joins
    /// the report with the manifest by these.
    pub(super) fn result(&self) -> Option<TaskResult> {
        if self.destinations.iter().any(|destination| destination.state == State::Waiting) {
            return None;
        }
        let mut row = manifest::Row::new(self.bucket.clone(), self.key.clone());
        row.written_key.clone_from(&self.written_key);
        row.version_id.clone_from(&self.listed_id);
        // The first failure by the name of its bucket: a report has one code for a row, and the
        // same run must give the same report.
        let failed = self.destinations.iter().find_map(|destination| match &destination.state {
            State::Failed(reason) => Some(reason.clone()),
            State::Waiting | State::Replicated => None,
        });
        Some(failed.map_or_else(|| row.succeeded(), |reason| row.failed(reason)))
    }
}
