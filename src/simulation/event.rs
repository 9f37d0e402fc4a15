//! The events of a script: requests of users, actions of S3, and faults.
//!
//! `read::event` makes them of JSON, `draft` checks them, and `perform` carries them out. Each has
//! a word, by which a script names it and a timeline shows it: the name of an event of S3, or one
//! of four others.

use crate::model::{
    AccessTier, BucketName, Event, EventHold, LegalHold, ReplicationConfiguration, Retention,
    StorageClass, Tag, Timestamp, VersionId, Versioning,
};
use crate::replication::ObjectKey;
use crate::storage::{InjectedFault, NewObject};

/// A scripted request to a bucket at a point in time.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ScriptedEvent {
    /// The time of the request.
    pub at: Timestamp,
    /// The bucket.
    pub bucket: BucketName,
    /// The request.
    pub request: Request,
}

impl ScriptedEvent {
    /// Creates an event.
    #[must_use]
    pub const fn new(at: Timestamp, bucket: BucketName, request: Request) -> Self {
        Self { at, bucket, request }
    }
}

/// A request to a bucket, an action of S3 itself, or a fault.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Request {
    /// A user writes an object, with this version ID if versioning is enabled.
    Put(Box<NewObject>, VersionId),
    /// A change of an existing version.
    Version {
        /// The key.
        key: ObjectKey,
        /// The version ID; `None` is the latest version.
        version_id: Option<VersionId>,
        /// The change.
        change: VersionChange,
    },
    /// A user deletes an object without naming a version, which adds a delete marker with this ID.
    Delete(ObjectKey, VersionId),
    /// A lifecycle rule expires an object, which adds a delete marker with this ID.
    Expire(ObjectKey, VersionId),
    /// A user puts a replication configuration on the bucket.
    PutReplication(Box<ReplicationConfiguration>),
    /// A user deletes the replication configuration.
    DeleteReplication,
    /// A user enables or suspends versioning.
    PutVersioning(Versioning),
    /// A fault is injected into the bucket, or removed (`None`).
    Fault(Option<InjectedFault>),
}

/// A change of an existing version.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum VersionChange {
    /// A user permanently deletes the version.
    Delete,
    /// A lifecycle rule permanently deletes the version.
    Expire,
    /// A lifecycle rule moves the version to another storage class.
    Transition(StorageClass),
    /// S3 Intelligent-Tiering moves the version to another access tier.
    MoveToTier(AccessTier),
    /// The restore of an archived version completes, and the copy is readable until this time.
    Restore(Timestamp),
    /// A user replaces the tags.
    PutTags(Vec<Tag>),
    /// A user deletes the tags.
    DeleteTags,
    /// A user puts an ACL, in any format.
    PutAcl(String),
    /// A user sets the retention.
    PutRetention(Retention),
    /// A user sets or removes the legal hold.
    PutLegalHold(LegalHold),
    /// A user sets or releases the event hold.
    PutEventHold(EventHold),
    /// A task of S3 Batch Replication replicates the version.
    BatchReplicate,
}

impl Request {
    /// Names of requests that are not events of S3. The last one is our own.
    pub(super) const PUT_REPLICATION: &'static str = "PutBucketReplication";
    pub(super) const DELETE_REPLICATION: &'static str = "DeleteBucketReplication";
    pub(super) const PUT_VERSIONING: &'static str = "PutBucketVersioning";
    pub(super) const FAULT: &'static str = "Fault";

    /// Returns the event that the request is for replication; `None` for a request about the bucket.
    #[must_use]
    pub fn event(&self) -> Option<Event> {
        Some(match self {
            Self::Put(object, _) => object.event,
            Self::Version { change, .. } => change.event(),
            Self::Delete(..) => Event::ObjectRemovedDeleteMarkerCreated,
            Self::Expire(..) => Event::LifecycleExpirationDeleteMarkerCreated,
            _ => return None,
        })
    }

    /// Returns the name of the request in a script.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::PutReplication(_) => Self::PUT_REPLICATION,
            Self::DeleteReplication => Self::DELETE_REPLICATION,
            Self::PutVersioning(_) => Self::PUT_VERSIONING,
            Self::Fault(_) => Self::FAULT,
            request => request.event().map_or("", Event::as_str),
        }
    }

    /// Returns the key and the version ID that the request names.
    pub(super) fn version(&self) -> Option<(&ObjectKey, Option<&VersionId>)> {
        match self {
            Self::Put(object, id) => Some((&object.key, Some(id))),
            Self::Version { key, version_id, .. } => Some((key, version_id.as_ref())),
            Self::Delete(key, id) | Self::Expire(key, id) => Some((key, Some(id))),
            _ => None,
        }
    }

    /// Returns true if the request creates a version.
    ///
    /// Only such a request may name a version ID that no event has named before.
    pub(super) const fn creates(&self) -> bool {
        matches!(self, Self::Put(..) | Self::Delete(..) | Self::Expire(..))
    }
}

impl VersionChange {
    /// Returns the event of the change.
    pub(super) const fn event(&self) -> Event {
        match self {
            Self::Delete => Event::ObjectRemovedDelete,
            Self::Expire => Event::LifecycleExpirationDelete,
            Self::Transition(_) => Event::LifecycleTransition,
            Self::MoveToTier(_) => Event::IntelligentTiering,
            Self::Restore(_) => Event::ObjectRestoreCompleted,
            Self::PutTags(_) => Event::ObjectTaggingPut,
            Self::DeleteTags => Event::ObjectTaggingDelete,
            Self::PutAcl(_) => Event::ObjectAclPut,
            Self::PutRetention(_) => Event::ObjectRetentionPut,
            Self::PutLegalHold(_) => Event::ObjectLegalHoldPut,
            Self::PutEventHold(_) => Event::ObjectEventHoldPut,
            Self::BatchReplicate => Event::BatchReplication,
        }
    }
}
