//! The timeline of a simulation: what happened, in order.
//!
//! ```text
//! 2026-11-22T09:00:00Z  photos  ObjectCreated:Put a.jpg e1  PENDING
//! 2026-11-22T09:00:15Z  photos    object of a.jpg e1 to backup, rule `all`: replicated  COMPLETED
//! ```
//!
//! Lines of replication are indented: they follow from the requests before them.
//!
//! The JSON has the same events, one object each, with a member `What` for the kind:
//!
//! ```text
//! {"At": …, "Bucket": "photos", "What": "version", "Event": "ObjectCreated:Put", "Key": "a.jpg", …}
//! {"At": …, "Bucket": "photos", "What": "task", "Task": {…}, "Outcome": …, "ReplicationStatus": …}
//! {"At": …, "Bucket": "backup", "What": "fault", "Fault": "Outage"}
//! ```
//!
//! `simulator` makes the events and hands each over when it happens; none is kept.

use std::fmt;
use std::sync::Arc;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::diagnostic::ServiceError;
use crate::engine::Action;
use crate::model::{BucketName, Region, ReplicationStatus, Timestamp, VersionId};
use crate::replication::{Notification, ObjectKey, Outcome, Task};
use crate::storage::InjectedFault;

/// One event of the timeline of a simulation.
///
/// `Display` writes one line of text. Serde writes the JSON of `simulate --format json`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TimelineEvent {
    /// The time of the event.
    pub at: Timestamp,
    /// The bucket of the event. For a replication task it is the source bucket.
    pub bucket: BucketName,
    /// The kind of the event, with its details.
    pub kind: TimelineKind,
}

/// The kind of an event of the timeline.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TimelineKind {
    /// A request changed a version.
    Version {
        /// The name of the request in a script.
        request: &'static str,
        /// The key.
        key: ObjectKey,
        /// The version ID.
        version_id: VersionId,
        /// The number of replication tasks that the request caused.
        tasks: usize,
        /// The replication status that S3 shows after the request.
        status: Option<ReplicationStatus>,
    },
    /// Replication held off a lifecycle action (REP-707).
    HeldOff {
        /// The name of the request in a script.
        request: &'static str,
        /// The key.
        key: ObjectKey,
    },
    /// A request changed the settings of the bucket.
    Bucket {
        /// The name of the request in a script.
        request: &'static str,
    },
    /// A fault was injected, or removed (`None`).
    Fault(Option<InjectedFault>),
    /// S3 refused a request.
    Refused {
        /// The name of the request in a script.
        request: &'static str,
        /// The key, if the request names one.
        key: Option<ObjectKey>,
        /// The error that S3 returns.
        error: ServiceError,
    },
    /// Replication attempted a task.
    Task {
        /// The task.
        task: Arc<Task>,
        /// The outcome of the attempt.
        outcome: Outcome,
        /// The replication status that S3 shows for the source version after the attempt.
        status: Option<ReplicationStatus>,
    },
    /// S3 sent an event notification.
    Notification {
        /// The notification.
        notification: Box<Notification>,
        /// The Region of the bucket, if it is known.
        region: Option<Region>,
    },
}

impl TimelineKind {
    /// Returns the name of the kind, as in the JSON form.
    ///
    /// It is the value of `What`, by which programs know the members that follow.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Version { .. } => "version",
            Self::HeldOff { .. } => "held-off",
            Self::Bucket { .. } => "bucket",
            Self::Fault(_) => "fault",
            Self::Refused { .. } => "refused",
            Self::Task { .. } => "task",
            Self::Notification { .. } => "notification",
        }
    }
}

/// Returns the words for the part of a version that a task replicates.
///
/// Text only; the JSON has the action itself.
const fn noun(action: Action) -> &'static str {
    match action {
        Action::ReplicateObject => "object",
        Action::ReplicateDeleteMarker => "delete marker",
        Action::ReplicateMetadata => "metadata",
        Action::ReplicateVersionDelete => "version delete",
    }
}

/// Appends a status to a line, if there is one.
///
/// A version that no rule is for has none, and its line ends without one.
fn write_status(f: &mut fmt::Formatter<'_>, status: Option<ReplicationStatus>) -> fmt::Result {
    status.map_or(Ok(()), |status| write!(f, "  {status}"))
}

impl fmt::Display for TimelineEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}  {}  ", self.at, self.bucket)?;
        match &self.kind {
            TimelineKind::Version { request, key, version_id, status, .. } => {
                write!(f, "{request} {key} {version_id}")?;
                write_status(f, *status)
            }
            TimelineKind::HeldOff { request, key } => {
                write!(f, "{request} {key} is held off until replication of the version completes")
            }
            TimelineKind::Bucket { request } => f.write_str(request),
            TimelineKind::Fault(None) => f.write_str("recovers"),
            TimelineKind::Fault(Some(InjectedFault::Outage)) => f.write_str("becomes unavailable"),
            TimelineKind::Fault(Some(InjectedFault::Refusal(reason))) => {
                write!(f, "starts to refuse all requests: {reason}")
            }
            TimelineKind::Fault(Some(InjectedFault::Slow(seconds))) => {
                write!(f, "starts to delay every task by {seconds} seconds")
            }
            TimelineKind::Refused { request, key, error } => {
                write!(f, "{request} ")?;
                // A request about the bucket has no key.
                key.as_ref().map_or(Ok(()), |key| write!(f, "{key} "))?;
                write!(f, "is refused: {error}")
            }
            // Two spaces more: a task follows from an event above.
            TimelineKind::Task { task, outcome, status } => {
                let Task { action, key, version_id, bucket, rule, .. } = &**task;
                let (noun, to) = (noun(*action), bucket.name());
                write!(f, "  {noun} of {key} {version_id} to {to}, rule `{rule}`: ")?;
                match outcome {
                    Outcome::Replicated => f.write_str("replicated")?,
                    Outcome::Transient => f.write_str("bucket unavailable, stays pending")?,
                    Outcome::Failed(reason) => write!(f, "failed, {reason}")?,
                }
                write_status(f, *status)
            }
            TimelineKind::Notification { notification, .. } => {
                let Notification { name, key, version_id, .. } = &**notification;
                write!(f, "  sends {name} for {key} {version_id}")
            }
        }
    }
}

impl Serialize for TimelineEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The three members that every event has come first.
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("At", &self.at)?;
        map.serialize_entry("Bucket", &self.bucket)?;
        map.serialize_entry("What", self.kind.as_str())?;
        match &self.kind {
            TimelineKind::Version { request, key, version_id, tasks, status } => {
                map.serialize_entry("Event", request)?;
                map.serialize_entry("Key", key)?;
                map.serialize_entry("VersionId", version_id)?;
                map.serialize_entry("Tasks", tasks)?;
                map.serialize_entry("ReplicationStatus", status)?;
            }
            TimelineKind::HeldOff { request, key } => {
                map.serialize_entry("Event", request)?;
                map.serialize_entry("Key", key)?;
            }
            TimelineKind::Bucket { request } => map.serialize_entry("Event", request)?,
            // The words of a script, so that a timeline can be compared with it.
            TimelineKind::Fault(None) => map.serialize_entry("Fault", "None")?,
            TimelineKind::Fault(Some(fault)) => map.serialize_entry("Fault", fault)?,
            TimelineKind::Refused { request, key, error } => {
                map.serialize_entry("Event", request)?;
                map.serialize_entry("Key", key)?;
                map.serialize_entry("Code", &error.code)?;
                map.serialize_entry("Message", &error.message)?;
            }
            TimelineKind::Task { task, outcome, status } => {
                map.serialize_entry("Task", task)?;
                map.serialize_entry("Outcome", outcome)?;
                map.serialize_entry("ReplicationStatus", status)?;
            }
            TimelineKind::Notification { notification, region } => {
                // The form in which S3 sends it, with a configuration ID of this crate.
                let record = notification.to_record(&self.bucket, region.as_ref(), "simulation");
                map.serialize_entry("Record", &record)?;
            }
        }
        map.end()
    }
}
