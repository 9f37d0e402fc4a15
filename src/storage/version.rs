use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::model::{
    AccessTier, BucketKeyStatus, BucketName, DeleteMarkerOrigin, EncryptionStatus, KmsKeyArn,
    ObjectLock, ObjectVersion, Owner, StorageClass, Tag, Timestamp, VersionId,
};
use crate::replication::{ObjectKey, Task};

/// A version as a store holds it, with its body or without.
///
/// Serde writes and reads everything but the body, so that a store without a place for all this
/// can keep it beside the bytes.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", bound = "")]
#[non_exhaustive]
pub struct StoredVersion<Body> {
    /// The key.
    pub key: ObjectKey,
    /// The id.
    pub version_id: VersionId,
    /// When it was created, at the source if it is a replica.
    pub last_modified: Timestamp,
    /// The bytes; `None` for a delete marker.
    #[serde(skip)]
    pub body: Option<Body>,
    /// How many bytes.
    pub size: u64,
    /// Who made it, if it is a delete marker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_marker: Option<DeleteMarkerOrigin>,
    /// The metadata that was given when it was created, such as `Content-Type`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub user_metadata: BTreeMap<String, String>,
    /// The metadata that can change.
    pub metadata: Metadata,
    /// The storage class.
    pub storage_class: StorageClass,
    /// The tier, where the class has tiers; a replica begins in the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_tier: Option<AccessTier>,
    /// The encryption; `None` for a replica that the destination bucket encrypts as it likes.
    pub encryption: Option<EncryptionStatus>,
    /// The KMS key, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<KmsKeyArn>,
    /// Whether it uses an S3 Bucket Key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket_key: Option<BucketKeyStatus>,
    /// Whether the owner of the source object owns it, or the owner of the bucket it is in.
    pub owner: Owner,
}

/// What can change about a version after it was created, and when it last did.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Metadata {
    /// The tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// The ACL, in the store's own writing; empty when nobody has set one, so that there is none to
    /// bring along.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub acl: String,
    /// Retention and legal hold.
    #[serde(default)]
    pub lock: ObjectLock,
    /// When any of it changed last: later than what it replaced, see [`stamp`](Self::stamp).
    pub changed: Timestamp,
    /// In which bucket.
    pub changed_in: BucketName,
}

impl Metadata {
    /// Creates the metadata of a version that was just created: no tags, ACL or lock.
    #[must_use]
    pub const fn new(changed: Timestamp, changed_in: BucketName) -> Self {
        let lock = ObjectLock { retention: None, legal_hold: None };
        Self { tags: Vec::new(), acl: String::new(), lock, changed, changed_in }
    }

    /// Notes that it changed, in this bucket. A change is later than what it replaces, also when
    /// both fall on one moment or a clock is behind: else the other side would not take it.
    pub fn stamp(&mut self, at: Timestamp, bucket: &BucketName) {
        let after = self.changed.later_by(TimeDelta::milliseconds(1));
        (self.changed, self.changed_in) = (after.max(at), bucket.clone());
    }

    /// Returns true when this changed after `other`; of changes at one moment, the one in the
    /// bucket whose name sorts last. Both sides of a two-way replication come to the same answer
    /// in whatever order changes arrive. Tags, ACL and lock count as one: of two changes that did not
    /// know of each other, one is lost. S3 does not say how it decides; the rule is ours (REP-610).
    #[must_use]
    pub fn is_newer_than(&self, other: &Self) -> bool {
        (self.changed, &self.changed_in) > (other.changed, &other.changed_in)
    }
}

impl<Body> StoredVersion<Body> {
    /// Creates an object with S3's values for everything that is not given.
    pub fn new(
        key: ObjectKey,
        version_id: VersionId,
        (body, size): (Body, u64),
        metadata: Metadata,
    ) -> Self {
        Self {
            body: Some(body),
            size,
            encryption: Some(EncryptionStatus::SseS3),
            ..Self::without_body(key, version_id, metadata)
        }
    }

    /// Creates a delete marker.
    #[must_use]
    pub fn delete_marker(
        key: ObjectKey,
        version_id: VersionId,
        origin: DeleteMarkerOrigin,
        metadata: Metadata,
    ) -> Self {
        Self { delete_marker: Some(origin), ..Self::without_body(key, version_id, metadata) }
    }

    /// What objects and delete markers have in common.
    const fn without_body(key: ObjectKey, version_id: VersionId, metadata: Metadata) -> Self {
        Self {
            key,
            version_id,
            last_modified: metadata.changed,
            body: None,
            size: 0,
            delete_marker: None,
            user_metadata: BTreeMap::new(),
            metadata,
            storage_class: StorageClass::STANDARD,
            access_tier: None,
            encryption: None,
            kms_key_id: None,
            bucket_key: None,
            owner: Owner::Source,
        }
    }

    /// Returns the version with another body, or with one that stands for it.
    #[must_use]
    pub fn with_body<Other>(self, body: Option<Other>) -> StoredVersion<Other> {
        StoredVersion {
            body,
            key: self.key,
            version_id: self.version_id,
            last_modified: self.last_modified,
            size: self.size,
            delete_marker: self.delete_marker,
            user_metadata: self.user_metadata,
            metadata: self.metadata,
            storage_class: self.storage_class,
            access_tier: self.access_tier,
            encryption: self.encryption,
            kms_key_id: self.kms_key_id,
            bucket_key: self.bucket_key,
            owner: self.owner,
        }
    }

    /// Returns the version as listings have it.
    pub(super) fn without_bytes(self) -> StoredVersion<()> {
        let body = self.body.as_ref().map(|_| ());
        self.with_body(body)
    }

    /// Returns the version as questions about replication are asked; its status is that of the
    /// ledger.
    #[must_use]
    pub fn as_object_version(&self) -> ObjectVersion<'_> {
        let mut version = ObjectVersion::new(self.key.as_bytes()).with_tags(&self.metadata.tags);
        version.version_id = Some(&self.version_id);
        version.size = self.size;
        version.last_modified = Some(self.last_modified);
        version.storage_class = self.storage_class.clone();
        version.access_tier = self.access_tier;
        version.encryption = self.encryption.unwrap_or(EncryptionStatus::NotSse);
        version.bucket_key = self.bucket_key;
        version.lock = self.metadata.lock;
        version.delete_marker = self.delete_marker;
        version
    }

    /// Returns the metadata to bring to other buckets. The ACL of a version that the owner of its
    /// bucket got by owner override is nobody else's.
    #[must_use]
    pub(super) fn metadata_for_others(self) -> Metadata {
        let acl = if self.owner == Owner::Destination { String::new() } else { self.metadata.acl };
        Metadata { acl, ..self.metadata }
    }

    /// Turns what was read at the source into the replica that a task asks for. Metadata is as it
    /// is now, which may be later than the event.
    #[must_use]
    pub fn into_replica(mut self, task: &Task) -> Self {
        let Some(plan) = &task.replica else { return self };
        if task.owner == Owner::Destination {
            self.metadata.acl.clear();
        }
        Self {
            storage_class: plan.storage_class.clone(),
            access_tier: None,
            encryption: plan.encryption,
            kms_key_id: plan.kms_key_id.clone(),
            bucket_key: plan.bucket_key,
            owner: task.owner,
            ..self
        }
    }

    /// Brings the metadata of a version up to date, as [`Destination::put_metadata`] asks for, and
    /// returns true when what came was [newer](Metadata::is_newer_than). What the version has stays
    /// where nothing comes in its place: its retention, its ACL, and the latter always when the owner
    /// of the bucket owns it (REP-613).
    ///
    /// [`Destination::put_metadata`]: crate::storage::Destination::put_metadata
    pub fn update_metadata(&mut self, metadata: &Metadata) -> bool {
        if !metadata.is_newer_than(&self.metadata) {
            return false;
        }
        let before = std::mem::replace(&mut self.metadata, metadata.clone());
        let lock = &mut self.metadata.lock;
        lock.retention = lock.retention.or(before.lock.retention);
        if self.owner == Owner::Destination || metadata.acl.is_empty() {
            self.metadata.acl = before.acl;
        }
        true
    }

    /// Returns a replica as it is to be written over the version of the same key and id that is
    /// there, as [`Destination::put_replica`] asks for. Metadata that is newer there stays (REP-612).
    /// A version with another creation time is another one, and leaves nothing (REP-616).
    ///
    /// [`Destination::put_replica`]: crate::storage::Destination::put_replica
    #[must_use]
    pub fn in_place_of<Other>(mut self, there: &StoredVersion<Other>) -> Self {
        if there.last_modified != self.last_modified {
            return self;
        }
        let acl = match (self.owner, there.owner) {
            (Owner::Source, Owner::Source) => None, // it goes with the rest
            (Owner::Destination, Owner::Destination) => Some(there.metadata.acl.clone()),
            _ => Some(self.metadata.acl.clone()),
        };
        if there.metadata.is_newer_than(&self.metadata) {
            self.metadata = there.metadata.clone();
        }
        let lock = &mut self.metadata.lock;
        lock.retention = lock.retention.or(there.metadata.lock.retention);
        if let Some(acl) = acl {
            self.metadata.acl = acl;
        }
        self
    }
}
