use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::model::{
    AccessTier, BucketKeyStatus, BucketName, DeleteMarkerOrigin, EncryptionStatus, KmsKeyArn,
    ObjectLock, ObjectVersion, Owner, StorageClass, Tag, Timestamp, VersionId,
};
use crate::replication::{ObjectKey, Task};

/// A version of an object, or a delete marker, as a store holds it.
///
/// `Body` is the type of the bytes, or of a handle to read them from; it is `()` in listings. Serde
/// includes every field but the body, so a store can keep the JSON beside the bytes.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", bound = "")]
#[non_exhaustive]
pub struct StoredVersion<Body> {
    /// The key.
    pub key: ObjectKey,
    /// The version ID.
    pub version_id: VersionId,
    /// The creation time. A replica has the creation time of its source version.
    pub last_modified: Timestamp,
    /// The bytes; `None` for a delete marker. Listings have `Some(())` for an object.
    #[serde(skip)]
    pub body: Option<Body>,
    /// The size in bytes.
    pub size: u64,
    /// The origin of a delete marker; `None` for an object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_marker: Option<DeleteMarkerOrigin>,
    /// The metadata that never changes after creation, such as `Content-Type`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub user_metadata: BTreeMap<String, String>,
    /// The metadata that can change after creation.
    pub metadata: Metadata,
    /// The storage class.
    pub storage_class: StorageClass,
    /// The access tier in `INTELLIGENT_TIERING`. A replica has none until it is moved to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_tier: Option<AccessTier>,
    /// The encryption; `None` for a replica with the default encryption of the destination bucket.
    pub encryption: Option<EncryptionStatus>,
    /// The KMS key of SSE-KMS or DSSE-KMS, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<KmsKeyArn>,
    /// The use of an S3 Bucket Key, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket_key: Option<BucketKeyStatus>,
    /// The owner: the owner of the source object, or the owner of the bucket that holds the version.
    pub owner: Owner,
}

/// The metadata of a version that can change after creation, with the time of the last change.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Metadata {
    /// The tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// The ACL, in any format that the store understands; empty if none was ever set. An empty ACL
    /// is not replicated.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub acl: String,
    /// Retention and legal hold.
    #[serde(default)]
    pub lock: ObjectLock,
    /// The time of the last change of any field. It is always later than the time of the metadata
    /// that it replaced, see [`stamp`](Self::stamp).
    pub changed: Timestamp,
    /// The bucket in which that change was made.
    pub changed_in: BucketName,
}

impl Metadata {
    /// Creates the metadata of a new version without tags, ACL or Object Lock settings.
    #[must_use]
    pub const fn new(changed: Timestamp, changed_in: BucketName) -> Self {
        let lock = ObjectLock { retention: None, legal_hold: None };
        Self { tags: Vec::new(), acl: String::new(), lock, changed, changed_in }
    }

    /// Records a change made at this time in this bucket.
    ///
    /// The recorded time is always later than that of the replaced metadata, even if both changes
    /// happen in the same millisecond or the clock went backwards. Otherwise the other buckets would
    /// ignore the change.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::{BucketName, Timestamp};
    /// use s3_replication::storage::Metadata;
    ///
    /// let (photos, now): (BucketName, Timestamp) = ("photos".parse()?, "2026-11-22T09:00:00Z".parse()?);
    /// let before = Metadata::new(now, photos.clone());
    /// let mut after = before.clone();
    /// after.stamp(now, &photos);
    /// assert!(after.is_newer_than(&before));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn stamp(&mut self, at: Timestamp, bucket: &BucketName) {
        let after = self.changed.later_by(TimeDelta::milliseconds(1));
        (self.changed, self.changed_in) = (after.max(at), bucket.clone());
    }

    /// Returns true if this metadata changed after `other`.
    ///
    /// Of two changes at the same time, the one made in the bucket whose name sorts last is newer.
    /// Both sides of a two-way replication therefore reach the same result, in whatever order
    /// changes arrive. Tags, ACL and Object Lock settings count as a unit: of two concurrent changes,
    /// one is lost. AWS does not document how S3 decides; this rule is our own (REP-610).
    #[must_use]
    pub fn is_newer_than(&self, other: &Self) -> bool {
        (self.changed, &self.changed_in) > (other.changed, &other.changed_in)
    }
}

impl<Body> StoredVersion<Body> {
    /// Creates an object with the default values of S3 for all other fields.
    pub fn new(
        key: ObjectKey,
        version_id: VersionId,
        body: Body,
        size: u64,
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

    /// Creates a version with the fields that objects and delete markers share.
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

    /// Returns the version with another body, for instance a handle instead of the bytes.
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

    /// Returns the version as it appears in listings.
    pub(super) fn without_bytes(self) -> StoredVersion<()> {
        let body = self.body.as_ref().map(|_| ());
        self.with_body(body)
    }

    /// Returns the version in the form that the engine and the ledger take. Its replication status
    /// is `None`, because the ledger keeps the status.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::Event;
    /// use s3_replication::replication::{Ledger, LedgerUpdate, NoVersionId};
    /// use s3_replication::storage::StoredVersion;
    ///
    /// fn written(ledger: &mut Ledger, version: &StoredVersion<()>) -> Result<LedgerUpdate, NoVersionId> {
    ///     let at = version.last_modified;
    ///     ledger.observe(&version.as_object_version(), Event::ObjectCreatedPut, at)
    /// }
    /// ```
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

    /// Returns the metadata to send to other buckets. The ACL stays behind if an owner override gave
    /// the version to the owner of this bucket: it names principals of that account.
    #[must_use]
    pub(super) fn metadata_for_others(self) -> Metadata {
        let acl = if self.owner == Owner::Destination { String::new() } else { self.metadata.acl };
        Metadata { acl, ..self.metadata }
    }

    /// Turns a source version into the replica that a task describes. The replica has the current
    /// metadata of the source version, which may be newer than the event.
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

    /// Updates the metadata of a version as [`Destination::put_metadata`] requires. Returns true if
    /// the update was [newer](Metadata::is_newer_than).
    ///
    /// An update without retention or ACL leaves the existing one. If the bucket owner owns the
    /// version, the ACL always stays (REP-613).
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::Tag;
    /// use s3_replication::storage::{Metadata, StoredVersion};
    ///
    /// let created = Metadata::new("2026-11-22T09:00:00Z".parse()?, "photos".parse()?);
    /// let mut replica = StoredVersion::new("cat.jpg".into(), "v1".parse()?, (), 4096, created);
    ///
    /// let mut changed = Metadata::new("2026-11-22T10:00:00Z".parse()?, "photos".parse()?);
    /// changed.tags.push(Tag::new("mood", "sleepy")?);
    /// assert!(replica.update_metadata(&changed));
    /// assert_eq!(replica.metadata.tags, changed.tags);
    /// // The same update again is not newer, and changes nothing.
    /// assert!(!replica.update_metadata(&changed));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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

    /// Returns the replica to store in place of an existing version with the same key and ID, as
    /// [`Destination::put_replica`] requires.
    ///
    /// Newer metadata of the existing version stays (REP-612). An existing version with another
    /// creation time is an earlier null version, and nothing of it stays (REP-616).
    ///
    /// [`Destination::put_replica`]: crate::storage::Destination::put_replica
    #[must_use]
    pub fn in_place_of<Other>(mut self, existing: &StoredVersion<Other>) -> Self {
        if existing.last_modified != self.last_modified {
            return self;
        }
        let acl = match (self.owner, existing.owner) {
            // The ACL belongs to the rest of the metadata, whichever side is newer.
            (Owner::Source, Owner::Source) => None,
            (Owner::Destination, Owner::Destination) => Some(existing.metadata.acl.clone()),
            // The owner changes with this replica, and the ACL of one owner is not valid for another.
            _ => Some(self.metadata.acl.clone()),
        };
        if existing.metadata.is_newer_than(&self.metadata) {
            self.metadata = existing.metadata.clone();
        }
        let lock = &mut self.metadata.lock;
        lock.retention = lock.retention.or(existing.metadata.lock.retention);
        if let Some(acl) = acl {
            self.metadata.acl = acl;
        }
        self
    }
}
