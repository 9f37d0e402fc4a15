use crate::model::{
    AccessTier, BucketName, Event, LegalHold, ReplicationConfiguration, Retention, StorageClass,
    Tag, Timestamp, VersionId, Versioning,
};
use crate::replication::ObjectKey;
use crate::storage::{InjectedFault, NewObject};

/// Something that happens in a bucket at a moment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ScriptedEvent {
    /// When.
    pub at: Timestamp,
    /// In which bucket.
    pub bucket: BucketName,
    /// What.
    pub request: Request,
}

impl ScriptedEvent {
    /// Creates an event.
    #[must_use]
    pub const fn new(at: Timestamp, bucket: BucketName, request: Request) -> Self {
        Self { at, bucket, request }
    }
}

/// What somebody asks of a bucket, or what befalls it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Request {
    /// A user writes an object, under this version id where the bucket keeps versions.
    Put(Box<NewObject>, VersionId),
    /// Something is done to a version.
    Version {
        /// The key.
        key: ObjectKey,
        /// The version; the latest when none is named.
        version_id: Option<VersionId>,
        /// What is done.
        change: VersionChange,
    },
    /// A user deletes an object without naming a version, which makes a delete marker of this id.
    Delete(ObjectKey, VersionId),
    /// A lifecycle rule expires an object, which makes a delete marker of this id.
    Expire(ObjectKey, VersionId),
    /// A replication configuration is put on the bucket.
    PutReplication(Box<ReplicationConfiguration>),
    /// The replication configuration is taken away.
    DeleteReplication,
    /// Versioning is enabled or suspended.
    PutVersioning(Versioning),
    /// Replication from and to the bucket is kept from happening, or allowed again.
    Fault(Option<InjectedFault>),
}

/// What is done to a version that is there.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum VersionChange {
    /// A user deletes it for good.
    Delete,
    /// A lifecycle rule deletes it for good.
    Expire,
    /// A lifecycle rule moves it to another storage class.
    Transition(StorageClass),
    /// S3 Intelligent-Tiering moves it to another access tier.
    MoveToTier(AccessTier),
    /// It is restored from an archive, until this moment.
    Restore(Timestamp),
    /// It gets these tags instead of those it has.
    PutTags(Vec<Tag>),
    /// It loses its tags.
    DeleteTags,
    /// It gets this ACL, in any writing.
    PutAcl(String),
    /// Its retention is set.
    PutRetention(Retention),
    /// Its legal hold is set.
    PutLegalHold(LegalHold),
    /// It is on the list of a Batch Replication job.
    BatchReplicate,
}

impl Request {
    /// The words for what S3 calls requests and not events; the last is ours.
    pub(super) const PUT_REPLICATION: &'static str = "PutBucketReplication";
    pub(super) const DELETE_REPLICATION: &'static str = "DeleteBucketReplication";
    pub(super) const PUT_VERSIONING: &'static str = "PutBucketVersioning";
    pub(super) const FAULT: &'static str = "Fault";

    /// Returns the event that it is for replication; `None` for what is done to the bucket.
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

    /// Returns the word for it in a script.
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

    /// Returns the key and the version that it names.
    pub(super) fn version(&self) -> Option<(&ObjectKey, Option<&VersionId>)> {
        match self {
            Self::Put(object, id) => Some((&object.key, Some(id))),
            Self::Version { key, version_id, .. } => Some((key, version_id.as_ref())),
            Self::Delete(key, id) | Self::Expire(key, id) => Some((key, Some(id))),
            _ => None,
        }
    }

    /// Returns true when it brings a version into being.
    pub(super) const fn creates(&self) -> bool {
        matches!(self, Self::Put(..) | Self::Delete(..) | Self::Expire(..))
    }
}

impl VersionChange {
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
            Self::BatchReplicate => Event::BatchReplication,
        }
    }
}
