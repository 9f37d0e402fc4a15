use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::model::Timestamp;
use crate::replication::{Task, TaskId, seconds_between};

/// What S3 measures for one rule and one destination bucket (REP-801, REP-802).
///
/// The pending figures are those of live replication; failures are counted for Batch Replication
/// as well. Names, units and dimensions are those of CloudWatch, see [`Meter::data`].
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Meter {
    pub(super) pending: BTreeSet<(Timestamp, TaskId)>,
    /// Wide enough that no sum of sizes overflows.
    pub(super) bytes_pending: u128,
    pub(super) totals: Totals,
}

/// What only grows, and has to be stored with a ledger.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Totals {
    pub(super) replicated: u64,
    pub(super) failed: u64,
    pub(super) on_time: u64,
    pub(super) missed: u64,
}

/// One value for CloudWatch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Datum {
    /// The name of the metric.
    pub metric_name: &'static str,
    /// The value.
    pub value: u64,
    /// `Bytes`, `Count` or `Seconds`.
    pub unit: &'static str,
    /// Whether it is published in the Region of the source bucket; the others are in that of the
    /// destination bucket.
    pub in_source_region: bool,
}

impl Meter {
    /// The share of objects that S3 is designed to replicate within the threshold (REP-803).
    pub const DESIGN_SHARE: f64 = 0.9999;

    /// The share that the service level agreement promises (REP-803).
    pub const AGREED_SHARE: f64 = 0.999;

    /// The names of the dimensions of CloudWatch: the source bucket, the destination bucket and the
    /// ID of the rule.
    pub const DIMENSIONS: [&'static str; 3] = ["SourceBucket", "DestinationBucket", "RuleId"];

    /// Returns how many operations are pending: objects, delete markers and metadata.
    #[must_use]
    pub fn operations_pending(&self) -> u64 {
        self.pending.len() as u64
    }

    /// Returns how many bytes are pending.
    #[must_use]
    pub fn bytes_pending(&self) -> u64 {
        u64::try_from(self.bytes_pending).unwrap_or(u64::MAX)
    }

    /// Returns by how many seconds the destination is behind: the age of the oldest operation
    /// that is pending.
    #[must_use]
    pub fn latency(&self, at: Timestamp) -> u64 {
        self.pending.first().map_or(0, |(since, _)| seconds_between(*since, at))
    }

    /// Returns how many operations were replicated.
    #[must_use]
    pub const fn operations_replicated(&self) -> u64 {
        self.totals.replicated
    }

    /// Returns how many operations failed.
    #[must_use]
    pub const fn operations_failed(&self) -> u64 {
        self.totals.failed
    }

    /// Returns which share of what S3 Replication Time Control covers was replicated within the
    /// threshold, of all that was replicated in time or missed it; `None` before the first.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a share need not be exact beyond 2^52")]
    pub fn share_on_time(&self) -> Option<f64> {
        let Totals { on_time, missed, .. } = self.totals;
        (on_time + missed > 0).then(|| on_time as f64 / (on_time + missed) as f64)
    }

    /// Returns the figures under the names that CloudWatch has for them. Its dimensions are
    /// [`DIMENSIONS`](Self::DIMENSIONS). Failures are counted from the beginning here: publish the
    /// difference to the reading before.
    #[must_use]
    pub fn data(&self, at: Timestamp) -> [Datum; 4] {
        let datum = |metric_name, value, unit, in_source_region| Datum {
            metric_name,
            value,
            unit,
            in_source_region,
        };
        [
            datum("BytesPendingReplication", self.bytes_pending(), "Bytes", false),
            datum("OperationsPendingReplication", self.operations_pending(), "Count", false),
            datum("ReplicationLatency", self.latency(at), "Seconds", false),
            datum("OperationsFailedReplication", self.operations_failed(), "Count", true),
        ]
    }

    pub(super) fn begin(&mut self, task: &Task) {
        if !task.batch && self.pending.insert((task.since, task.id)) {
            self.bytes_pending += u128::from(task.size);
        }
    }

    pub(super) fn end(&mut self, task: &Task) {
        if self.pending.remove(&(task.since, task.id)) {
            self.bytes_pending -= u128::from(task.size);
        }
    }
}
