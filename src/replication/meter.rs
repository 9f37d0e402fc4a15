use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::model::Timestamp;
use crate::replication::{Task, TaskId, seconds_between};

/// The replication metrics of one rule and its destination bucket (REP-801, REP-802).
///
/// Pending operations are those of live replication. Failures include those of S3 Batch
/// Replication. [`Meter::data`] returns the metrics with the names and units of CloudWatch.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Meter {
    /// The pending operations, the oldest first.
    pub(super) pending: BTreeSet<(Timestamp, TaskId)>,
    /// A `u128`, because the sum of many `u64` sizes may overflow a `u64`.
    pub(super) bytes_pending: u128,
    pub(super) totals: Totals,
}

/// The counters of a meter. They are saved with the ledger; everything else follows from the open
/// tasks.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Totals {
    pub(super) replicated: u64,
    pub(super) failed: u64,
    pub(super) on_time: u64,
    pub(super) missed: u64,
}

/// A value of a CloudWatch metric.
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
    /// True if S3 publishes the metric in the Region of the source bucket, false for the Region of
    /// the destination bucket.
    pub in_source_region: bool,
}

impl Meter {
    /// The share of objects that S3 Replication Time Control is designed to replicate within 15
    /// minutes (REP-803).
    pub const DESIGN_SHARE: f64 = 0.9999;

    /// The share of objects that the service level agreement of S3 RTC covers (REP-803).
    pub const AGREED_SHARE: f64 = 0.999;

    /// The CloudWatch dimensions of the metrics: source bucket, destination bucket and rule ID.
    pub const DIMENSIONS: [&'static str; 3] = ["SourceBucket", "DestinationBucket", "RuleId"];

    /// Returns the number of pending operations: objects, delete markers and metadata.
    #[must_use]
    pub fn operations_pending(&self) -> u64 {
        self.pending.len() as u64
    }

    /// Returns the number of pending bytes.
    #[must_use]
    pub fn bytes_pending(&self) -> u64 {
        u64::try_from(self.bytes_pending).unwrap_or(u64::MAX)
    }

    /// Returns the age of the oldest pending operation in seconds; 0 if nothing is pending.
    #[must_use]
    pub fn latency(&self, at: Timestamp) -> u64 {
        self.pending.first().map_or(0, |(since, _)| seconds_between(*since, at))
    }

    /// Returns the number of operations that succeeded.
    #[must_use]
    pub const fn operations_replicated(&self) -> u64 {
        self.totals.replicated
    }

    /// Returns the number of operations that failed permanently.
    #[must_use]
    pub const fn operations_failed(&self) -> u64 {
        self.totals.failed
    }

    /// Returns the share of operations, from 0 to 1, that S3 Replication Time Control covers and that
    /// were replicated within the threshold.
    ///
    /// The total is the number of operations that were replicated in time or missed the threshold;
    /// `None` if there are none yet. An operation that failed in time does not count.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a share need not be exact beyond 2^52")]
    pub fn share_on_time(&self) -> Option<f64> {
        let Totals { on_time, missed, .. } = self.totals;
        (on_time + missed > 0).then(|| on_time as f64 / (on_time + missed) as f64)
    }

    /// Returns the metrics that S3 publishes to CloudWatch, with the dimensions
    /// [`DIMENSIONS`](Self::DIMENSIONS).
    ///
    /// `OperationsFailedReplication` is the total since the ledger was created. Publish the
    /// difference from the previous call.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::Timestamp;
    /// use s3_replication::replication::Ledger;
    ///
    /// fn publish(ledger: &Ledger, now: Timestamp) {
    ///     for (rule, destination, meter) in ledger.meters() {
    ///         let dimensions = [ledger.source().as_str(), destination.name().as_str(), rule];
    ///         for datum in meter.data(now) {
    ///             println!("{} {} {} {dimensions:?}", datum.metric_name, datum.value, datum.unit);
    ///         }
    ///     }
    /// }
    /// ```
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

    /// Counts a task as pending. S3 does not count tasks of Batch Replication.
    pub(super) fn begin(&mut self, task: &Task) {
        if !task.batch && self.pending.insert((task.since, task.id)) {
            self.bytes_pending += u128::from(task.size);
        }
    }

    /// Counts a task as no longer pending.
    pub(super) fn end(&mut self, task: &Task) {
        if self.pending.remove(&(task.since, task.id)) {
            self.bytes_pending -= u128::from(task.size);
        }
    }
}
