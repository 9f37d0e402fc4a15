//! The commands that change the state, in the form in which the journal has them.

use std::collections::BTreeMap;

use s3_replication::StorageClass;
use s3_replication::batch::job;
use s3_replication::model::{
    BucketKeyStatus, BucketName, DefaultRetention, EncryptionStatus, Event, KmsKeyArn, LegalHold,
    ObjectLock, Region, Retention, Tag, VersionId, Versioning,
};
use s3_replication::replication::TaskId;
use s3_replication::storage::MetadataValue;
use serde::{Deserialize, Serialize};

use super::jobs::JobChange;
use super::uploads::UploadChange;
use crate::blob::Segment;

/// A change of the state.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all_fields = "PascalCase")]
pub(crate) enum Command {
    CreateBucket {
        bucket: BucketName,
        region: Option<Region>,
        object_lock: bool,
    },
    DeleteBucket {
        bucket: BucketName,
    },
    PutVersioning {
        bucket: BucketName,
        versioning: Versioning,
    },
    PutReplication {
        bucket: BucketName,
        document: String,
    },
    DeleteReplication {
        bucket: BucketName,
    },
    PutObjectLock {
        bucket: BucketName,
        default_retention: Option<DefaultRetention>,
    },
    PutEncryption {
        bucket: BucketName,
        encryption: Option<EncryptionStatus>,
        kms_key_id: Option<KmsKeyArn>,
        bucket_key: bool,
    },
    PutObject {
        bucket: BucketName,
        object: ObjectRecord,
        id: VersionId,
    },
    DeleteObject {
        bucket: BucketName,
        key: String,
        id: VersionId,
    },
    DeleteVersion {
        bucket: BucketName,
        key: String,
        id: VersionId,
    },
    ChangeMetadata {
        bucket: BucketName,
        key: String,
        id: VersionId,
        change: Change,
    },
    RunTask {
        bucket: BucketName,
        task: TaskId,
    },
    Upload(UploadChange),
    Job(JobChange),
}

impl Command {
    /// Returns the segments of the body that the command brings.
    pub(crate) fn segments(&self) -> &[Segment] {
        match self {
            Self::PutObject { object, .. } => &object.segments,
            Self::Upload(UploadChange::PutPart { segments, .. }) => segments,
            _ => &[],
        }
    }
}

/// The result of a command.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    Done,
    /// The task stays open: its bucket is temporarily unavailable.
    Open,
    Version(VersionId),
    Job(job::Id),
}

impl Effect {
    /// Returns the version ID that a client sees; `None` in a bucket that was never versioned.
    pub(crate) fn version_id(&self) -> Option<VersionId> {
        match self {
            Self::Version(id) => Some(id.clone()),
            _ => None,
        }
    }
}

/// An object to write.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ObjectRecord {
    pub(crate) key: String,
    pub(crate) event: Event,
    pub(crate) segments: Vec<Segment>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) acl: String,
    pub(crate) lock: ObjectLock,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) storage_class: StorageClass,
    pub(crate) encryption: Option<EncryptionStatus>,
    pub(crate) kms_key_id: Option<KmsKeyArn>,
    pub(crate) bucket_key: Option<BucketKeyStatus>,
}

/// A change of the metadata of a version.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) enum Change {
    Tags(Vec<Tag>),
    Acl(String),
    Retention(Option<Retention>),
    LegalHold(LegalHold),
}

impl From<Change> for MetadataValue {
    fn from(change: Change) -> Self {
        match change {
            Change::Tags(tags) => Self::Tags(tags),
            Change::Acl(acl) => Self::Acl(acl),
            Change::Retention(retention) => Self::Retention(retention),
            Change::LegalHold(hold) => Self::LegalHold(Some(hold)),
        }
    }
}
