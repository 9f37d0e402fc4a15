use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{BucketName, ReplicationStatus, Timestamp, Versioning};
use crate::replication::Datum;
use crate::simulation::{Simulator, Totals};
use crate::storage::StoredVersion;

/// What there is to see of all buckets at a moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct State {
    /// The moment; `None` when nothing ever happened.
    pub at: Option<Timestamp>,
    /// What was done so far.
    pub totals: Totals,
    /// The buckets.
    pub buckets: BTreeMap<BucketName, BucketState>,
}

/// What there is to see of one bucket.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct BucketState {
    /// Whether it keeps versions.
    pub versioning: Option<Versioning>,
    /// How many versions and delete markers show which status; `NONE` for those without one.
    pub statuses: BTreeMap<String, u64>,
    /// How many tasks are pending.
    pub pending: usize,
    /// What is measured, for each rule with metrics and its destination.
    pub metrics: Vec<MeterState>,
    /// The versions and delete markers, by key, the latest first.
    pub versions: Vec<VersionState>,
}

/// What there is to see of a version.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct VersionState {
    /// The version.
    #[serde(flatten)]
    pub version: StoredVersion<()>,
    /// Whether it is the latest of its key.
    pub is_latest: bool,
    /// The status that S3 shows.
    pub replication_status: Option<ReplicationStatus>,
}

/// What is measured about a rule and a destination.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct MeterState {
    /// The name of the rule.
    pub rule_id: String,
    /// The destination bucket.
    pub destination_bucket: BucketName,
    /// The figures under the names of CloudWatch.
    pub data: Vec<Datum>,
    /// How many operations were replicated.
    pub operations_replicated: u64,
    /// Which share of what Time Control covers was replicated within its threshold.
    pub share_on_time: Option<f64>,
}

impl State {
    /// Looks at all buckets of a simulator; at every version, or only at how many there are.
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
    fn of(simulator: &Simulator, name: &BucketName, with_versions: bool) -> Self {
        let store = simulator.store();
        let at = simulator.now();
        let ledger = store.read_ledger(name, |ledger| {
            let meters = ledger.meters().filter_map(|(rule, bucket, meter)| {
                Some(MeterState {
                    rule_id: rule.to_owned(),
                    destination_bucket: bucket.name().clone(),
                    data: meter.data(at?).to_vec(),
                    operations_replicated: meter.operations_replicated(),
                    share_on_time: meter.share_on_time(),
                })
            });
            (ledger.open_tasks().count(), meters.collect())
        });
        let (pending, metrics) = ledger.unwrap_or_default();
        let versioning = store.facts(name).ok().and_then(|facts| facts.versioning);
        let (statuses, versions) = Default::default();
        let mut state = Self { versioning, statuses, pending, metrics, versions };
        state.look_at_versions(simulator, name, with_versions);
        state
    }

    /// Counts the versions page by page, so that nothing but the counts is held, and keeps them if
    /// they are asked for.
    fn look_at_versions(&mut self, simulator: &Simulator, name: &BucketName, keep: bool) {
        const PAGE: usize = 1000;
        let store = simulator.store();
        let mut last: Option<StoredVersion<()>> = None;
        loop {
            let after = last.as_ref().map(|last| (&last.key, &last.version_id));
            let page = store.list(name, after, PAGE).unwrap_or_default();
            if page.is_empty() {
                return;
            }
            for version in page {
                let status = store.status(name, &version.key, &version.version_id).ok().flatten();
                let word = status.map_or("NONE", ReplicationStatus::as_str);
                *self.statuses.entry(word.to_owned()).or_default() += 1;
                if keep {
                    let is_latest = last.as_ref().is_none_or(|last| last.key != version.key);
                    let version = version.clone();
                    self.versions.push(VersionState {
                        version,
                        is_latest,
                        replication_status: status,
                    });
                }
                last = Some(version);
            }
        }
    }
}
