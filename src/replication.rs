//! Live replication without I/O: events go in, tasks come out, outcomes go in, statuses come out.
//!
//! A [`Ledger`] tracks one source bucket. For each event it asks the engine for a decision and
//! creates one [`Task`] for each destination bucket. The store performs the tasks, and their
//! outcomes go back to the ledger. From these it derives, for each version, the status in each
//! destination and the status that S3 shows ([`ReplicationStatus`]), the replication metrics
//! ([`Meter`]), and the event notifications that S3 would send ([`Notification`]).
//!
//! Time is an argument. A ledger is plain data, which can be [saved](Ledger::save) and
//! [resumed](SavedLedger::resume).
//!
//! [`ReplicationStatus`]: crate::model::ReplicationStatus
//!
//! # Examples
//!
//! ```
//! use s3_replication::model::{Event, ReplicationStatus, Timestamp, VersionId};
//! use s3_replication::replication::{FailureReason, Ledger, NotificationName, Outcome};
//! use s3_replication::{Engine, ObjectVersion, ReplicationConfiguration};
//!
//! # let configuration = ReplicationConfiguration::from_json(
//! #     r#"{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [
//! #         {"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {},
//! #          "DeleteMarkerReplication": {"Status": "Disabled"},
//! #          "Destination": {"Bucket": "arn:aws:s3:::backup", "Metrics": {"Status": "Enabled"}}}]}"#,
//! # )?;
//! let mut ledger = Ledger::new("photos".parse()?, Engine::new(&configuration));
//! let (nine, later): (Timestamp, Timestamp) =
//!     ("2026-11-22T09:00:00Z".parse()?, "2026-11-22T09:00:07Z".parse()?);
//!
//! let id: VersionId = "v1".parse()?;
//! let version = ObjectVersion::new("cat.jpg").with_version_id(&id);
//! let tasks = ledger.observe(&version, Event::ObjectCreatedPut, nine)?.tasks;
//! assert_eq!(tasks[0].bucket.as_str(), "arn:aws:s3:::backup");
//! assert_eq!(ledger.status("cat.jpg", &id), Some(ReplicationStatus::Pending));
//!
//! // The store attempts to copy the version, and fails.
//! let reason = FailureReason::DST_BUCKET_UNVERSIONED;
//! let update = ledger.complete(tasks[0].id, Outcome::Failed(reason), later)?;
//! assert_eq!(update.notifications[0].name, NotificationName::OperationFailedReplication);
//! assert_eq!(ledger.status("cat.jpg", &id), Some(ReplicationStatus::Failed));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod failure;
mod ledger;
mod meter;
mod notification;
mod object_key;
mod open_tasks;
mod progress;
mod saved;
mod task;

pub use self::failure::FailureReason;
pub use self::ledger::{Ledger, LedgerUpdate, NoVersionId, UnknownTask};
pub use self::meter::{Datum, Meter};
pub use self::notification::{Notification, NotificationName};
pub use self::object_key::ObjectKey;
pub(crate) use self::object_key::{VersionMap, VersionName, VersionRef};
pub use self::progress::DestinationProgress;
pub use self::saved::SavedLedger;
pub use self::task::{Outcome, ReplicaPlan, Task, TaskId};

use crate::model::{TimeControl, Timestamp};

/// Returns the whole seconds from one time to another; 0 if time runs backwards.
fn seconds_between(from: Timestamp, to: Timestamp) -> u64 {
    (to.to_utc() - from.to_utc()).num_seconds().try_into().unwrap_or(0)
}

/// Returns true if an operation since this time has missed the threshold of S3 RTC.
fn is_late(since: Timestamp, at: Timestamp) -> bool {
    at >= first_late_moment(since)
}

/// Returns the earliest time, in milliseconds, after the threshold of S3 RTC.
fn first_late_moment(since: Timestamp) -> Timestamp {
    let threshold = chrono::TimeDelta::minutes(TimeControl::THRESHOLD.get().into());
    since.later_by(threshold + chrono::TimeDelta::milliseconds(1))
}
