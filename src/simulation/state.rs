//! The state of all buckets, as a report shows it.
//!
//! A state is a copy. It is taken from the store through the same calls that a user has, so it
//! cannot show what no request would return.
//!
//! The JSON of `simulate` has it behind the timeline:
//!
//! ```text
//! {"At": "2026-11-22T09:30:01Z", "Totals": {"Events": 3, …},
//!  "Buckets": {"photos": {"Versioning": "Enabled", "Statuses": {"COMPLETED": 1},
//!                         "Pending": 0, "Metrics": [], "Versions": […]}}}
//! ```

use std::collections::BTreeMap;

use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::model::{BucketName, ReplicationStatus, Timestamp, Versioning};
use crate::replication::Datum;
use crate::simulation::{Simulator, Totals};
use crate::storage::{MemoryBucket, StoredVersion};

/// The state of all buckets at a point in time.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct State {
    /// The time; `None` if there was no event.
    pub at: Option<Timestamp>,
    /// The totals up to this time.
    pub totals: Totals,
    /// The buckets.
    pub buckets: BTreeMap<BucketName, BucketState>,
}

/// The state of one bucket.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct BucketState {
    /// The versioning state.
    pub versioning: Option<Versioning>,
    /// The number of versions and delete markers by replication status; `NONE` if they have none.
    pub statuses: BTreeMap<String, u64>,
    /// The number of pending tasks.
    pub pending: usize,
    /// The replication metrics of each rule that has metrics enabled.
    pub metrics: Vec<MeterState>,
    /// The versions and delete markers, by key, the latest version first. Empty in a summary.
    pub versions: Vec<VersionState>,
}

/// The state of a version.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct VersionState {
    /// The version.
    #[serde(flatten, serialize_with = "compact")]
    pub version: StoredVersion<()>,
    /// True for the latest version of its key.
    pub is_latest: bool,
    /// The replication status that S3 shows.
    pub replication_status: Option<ReplicationStatus>,
}

/// Writes a version without the members that have no value. The saved form of a version writes them
/// all, so that none can be lost.
///
/// `Encryption` and the lock are kept, because their absence would be read as a default.
fn compact<S: Serializer>(version: &StoredVersion<()>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut members = serde_json::to_value(version).map_err(S::Error::custom)?;
    drop_empty(&mut members, &["Encryption"]);
    if let Some(metadata) = members.get_mut("Metadata") {
        drop_empty(metadata, &["Lock"]);
    }
    members.serialize(serializer)
}

/// Removes the members without a value, except those that are always written.
///
/// `null`, `false` and an empty text, list or object are without a value. A number is kept, also 0.
fn drop_empty(members: &mut Value, kept: &[&str]) {
    let Value::Object(members) = members else { return };
    members.retain(|name, value| {
        let is_empty = match value {
            Value::Null | Value::Bool(false) => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(inside) => inside.is_empty(),
            _ => false,
        };
        !is_empty || kept.contains(&name.as_str())
    });
}

/// The replication metrics of a rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct MeterState {
    /// The name of the rule.
    pub rule_id: String,
    /// The destination bucket.
    pub destination_bucket: BucketName,
    /// The metrics of CloudWatch.
    pub data: Vec<Datum>,
    /// The number of replicated operations.
    pub operations_replicated: u64,
    /// The share of operations covered by S3 Replication Time Control that were replicated within
    /// 15 minutes, from 0 to 1; `None` if there were none.
    pub share_on_time: Option<f64>,
}

impl State {
    /// Collects the state of all buckets, with every version or with counts only.
    ///
    /// Without versions, only their numbers by status are collected: a script may leave millions.
    pub(super) fn of(simulator: &Simulator, with_versions: bool) -> Self {
        let buckets = simulator.store().buckets().into_iter();
        let buckets = buckets.map(|name| {
            let state = BucketState::of(simulator, &name, with_versions);
            (name, state)
        });
        Self { at: simulator.now(), totals: simulator.totals(), buckets: buckets.collect() }
    }
}

impl BucketState {
    /// Collects the state of one bucket.
    fn of(simulator: &Simulator, name: &BucketName, with_versions: bool) -> Self {
        let bucket = simulator.store().bucket(name);
        let now = simulator.now();
        let ledger = bucket.read_ledger(|ledger| {
            let meters = ledger.meters().filter_map(|(rule, destination, meter)| {
                Some(MeterState {
                    rule_id: rule.to_owned(),
                    destination_bucket: destination.name().clone(),
                    data: meter.data(now?).to_vec(),
                    operations_replicated: meter.operations_replicated(),
                    share_on_time: meter.share_on_time(),
                })
            });
            (ledger.open_tasks().count(), meters.collect())
        });
        // A bucket without a ledger has no tasks and no metrics.
        let (pending, metrics) = ledger.unwrap_or_default();
        let mut state = Self {
            versioning: bucket.settings().ok().and_then(|facts| facts.versioning),
            statuses: BTreeMap::new(),
            pending,
            metrics,
            versions: Vec::new(),
        };
        state.collect_versions(bucket, with_versions);
        state
    }

    /// Counts the versions page by page, which needs little memory, and keeps them on request.
    ///
    /// Each page begins behind the last version of the one before.
    fn collect_versions(&mut self, bucket: MemoryBucket<'_>, keep: bool) {
        const PAGE: usize = 1000;
        let mut last: Option<StoredVersion<()>> = None;
        loop {
            let after = last.as_ref().map(|last| (&last.key, &last.version_id));
            // A bucket that cannot be listed counts as empty; all buckets here are of the store
            // itself.
            let page = bucket.list(after, PAGE).unwrap_or_default();
            if page.is_empty() {
                return;
            }
            for version in page {
                let status = bucket.status(&version.key, &version.version_id).ok().flatten();
                let word = status.map_or("NONE", ReplicationStatus::as_str);
                *self.statuses.entry(word.to_owned()).or_default() += 1;
                if keep {
                    self.versions.push(VersionState {
                        // The latest version comes first within its key.
                        is_latest: last.as_ref().is_none_or(|last| last.key != version.key),
                        version: version.clone(),
                        replication_status: status,
                    });
                }
                last = Some(version);
            }
        }
    }
}
