use std::fmt;
use std::sync::Arc;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::diagnostic::ServiceError;
use crate::engine::Action;
use crate::model::{BucketName, Region, ReplicationStatus, Timestamp, VersionId};
use crate::replication::{Notification, ObjectKey, Outcome, Task};
use crate::storage::InjectedFault;

/// One line of the timeline: what happened, when, and in which bucket.
///
/// `Display` writes it for people, serde for programs.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TimelineEvent {
    /// When.
    pub at: Timestamp,
    /// The bucket it happened in; the source bucket for what replication did.
    pub bucket: BucketName,
    /// What.
    pub kind: TimelineKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TimelineKind {
    /// Something was done to a version.
    Version {
        /// The word for it in a script.
        request: &'static str,
        /// The key.
        key: ObjectKey,
        /// The version.
        version_id: VersionId,
        /// How many tasks came of it.
        tasks: usize,
        /// The status that S3 shows now.
        status: Option<ReplicationStatus>,
    },
    /// A lifecycle rule had to leave a version alone (REP-707).
    HeldOff {
        /// The word for it in a script.
        request: &'static str,
        /// The key.
        key: ObjectKey,
    },
    /// Something was done to the bucket.
    Bucket {
        /// The word for it in a script.
        request: &'static str,
    },
    /// The bucket broke, or was mended.
    Fault(Option<InjectedFault>),
    /// S3 refused what was asked.
    Refused {
        /// The word for it in a script.
        request: &'static str,
        /// The key, if it was about one.
        key: Option<ObjectKey>,
        /// What S3 answers.
        error: ServiceError,
    },
    /// A task was run.
    Task {
        /// The task.
        task: Arc<Task>,
        /// How it ended.
        outcome: Outcome,
        /// The status that S3 shows now for the source version.
        status: Option<ReplicationStatus>,
    },
    /// S3 would send an event.
    Notification {
        /// What it says.
        sent: Box<Notification>,
        /// The Region of the bucket, where it is known.
        region: Option<Region>,
    },
}

impl TimelineKind {
    /// Returns the word for the kind of line.
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

const fn noun(action: Action) -> &'static str {
    match action {
        Action::ReplicateObject => "object",
        Action::ReplicateDeleteMarker => "delete marker",
        Action::ReplicateMetadata => "metadata",
    }
}

/// Writes a status behind a line, if there is one.
fn shown(f: &mut fmt::Formatter<'_>, status: Option<ReplicationStatus>) -> fmt::Result {
    status.map_or(Ok(()), |status| write!(f, "  {status}"))
}

impl fmt::Display for TimelineEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}  {}  ", self.at, self.bucket)?;
        match &self.kind {
            TimelineKind::Version { request, key, version_id, status, .. } => {
                write!(f, "{request} {key} {version_id}")?;
                shown(f, *status)
            }
            TimelineKind::HeldOff { request, key } => {
                write!(f, "{request} {key} waits: replication is not done with the version")
            }
            TimelineKind::Bucket { request } => f.write_str(request),
            TimelineKind::Fault(None) => f.write_str("is mended"),
            TimelineKind::Fault(Some(InjectedFault::Outage)) => f.write_str("is out of reach"),
            TimelineKind::Fault(Some(InjectedFault::Refusal(reason))) => {
                write!(f, "refuses: {reason}")
            }
            TimelineKind::Fault(Some(InjectedFault::Slow(seconds))) => {
                write!(f, "takes {seconds} seconds for everything")
            }
            TimelineKind::Refused { request, key, error } => {
                write!(f, "{request} ")?;
                key.as_ref().map_or(Ok(()), |key| write!(f, "{key} "))?;
                write!(f, "is refused: {error}")
            }
            TimelineKind::Task { task, outcome, status } => {
                let Task { action, key, version_id, bucket, rule, .. } = &**task;
                let (noun, to) = (noun(*action), bucket.name());
                write!(f, "  {noun} of {key} {version_id} to {to}, rule `{rule}`: ")?;
                match outcome {
                    Outcome::Replicated => f.write_str("replicated")?,
                    Outcome::Transient => f.write_str("out of reach, waits")?,
                    Outcome::Failed(reason) => write!(f, "failed, {reason}")?,
                }
                shown(f, *status)
            }
            TimelineKind::Notification { sent, .. } => {
                let Notification { name, key, version_id, .. } = &**sent;
                write!(f, "  sends {name} for {key} {version_id}")
            }
        }
    }
}

impl Serialize for TimelineEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
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
            TimelineKind::Notification { sent, region } => {
                let record = sent.to_record(&self.bucket, region.as_ref(), "simulation");
                map.serialize_entry("Record", &record)?;
            }
        }
        map.end()
    }
}
