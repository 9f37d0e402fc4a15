//! Live replication without I/O: events go in, tasks come out, outcomes go in, statuses come out.
//!
//! A [`Ledger`] keeps account of one source bucket. It asks the engine about every event, hands
//! out one [`Task`] for each destination, and is told how each ended. From that it knows, for every
//! version, the status in each destination and the one S3 shows ([`ReplicationStatus`]), what is
//! pending and for how long ([`Meter`]), and which [`Notification`]s S3 would send. Time is an
//! argument, and nothing is stored but in the ledger itself, which can be saved and resumed.
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
//! let mut version = ObjectVersion::new("cat.jpg");
//! version.version_id = Some(&id);
//! let tasks = ledger.observe(&version, Event::ObjectCreatedPut, nine)?.tasks;
//! assert_eq!(tasks[0].bucket.as_str(), "arn:aws:s3:::backup");
//! assert_eq!(ledger.status("cat.jpg", &id), Some(ReplicationStatus::Pending));
//!
//! // The store copies the version, or can't.
//! let reason = FailureReason::DST_BUCKET_UNVERSIONED;
//! let sent = ledger.complete(tasks[0].id, Outcome::Failed(reason), later)?.notifications;
//! assert_eq!(sent[0].name, NotificationName::OperationFailedReplication);
//! assert_eq!(ledger.status("cat.jpg", &id), Some(ReplicationStatus::Failed));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod failure;
mod ledger;
mod meter;
mod notification;
mod object_key;
mod progress;
mod saved;
mod task;
mod version_name;

pub use self::failure::FailureReason;
pub use self::ledger::{Ledger, LedgerUpdate, NoVersionId, UnknownTask};
pub use self::meter::{Datum, Meter};
pub use self::notification::{Notification, NotificationName};
pub use self::object_key::ObjectKey;
pub use self::progress::DestinationProgress;
pub use self::saved::SavedLedger;
pub use self::task::{Outcome, ReplicaPlan, Task, TaskId};
pub(crate) use self::version_name::{VersionMap, VersionName, VersionRef};

use crate::model::{TimeControl, Timestamp};

/// Returns the whole seconds from one moment to another; 0 when time runs backwards.
fn seconds_between(from: Timestamp, to: Timestamp) -> u64 {
    (to.to_utc() - from.to_utc()).num_seconds().try_into().unwrap_or(0)
}

/// Returns true when the threshold of Time Control lies between two moments.
fn is_late(since: Timestamp, at: Timestamp) -> bool {
    at >= first_late_moment(since)
}

/// Returns the first moment behind the threshold of Time Control, to the millisecond.
fn first_late_moment(since: Timestamp) -> Timestamp {
    let threshold = chrono::TimeDelta::minutes(TimeControl::THRESHOLD.get().into());
    since.later_by(threshold + chrono::TimeDelta::milliseconds(1))
}
