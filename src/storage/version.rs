use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::{
    AccessTier, BucketKeyStatus, DeleteMarkerOrigin, EncryptionStatus, KmsKeyArn, MetadataAspect,
    ObjectVersion, Owner, Region, StorageClass, Timestamp, VersionId, required,
};
use crate::replication::{ObjectKey, Task};
use crate::storage::{Metadata, MetadataChange, MetadataValue, WeakerRetention};

/// A version of an object, or a delete marker, as a store holds it.
///
/// `Body` is the type of the bytes, or of a handle to read them from; it is `()` in listings. Serde
/// includes every field but the body, so a store can keep the JSON beside the bytes.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, bound = "", remote = "Self")]
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
    #[serde(deserialize_with = "required")]
    pub delete_marker: Option<DeleteMarkerOrigin>,
    /// The metadata that never changes after creation, such as `Content-Type`.
    pub user_metadata: BTreeMap<String, String>,
    /// The metadata that can change after creation.
    pub metadata: Metadata,
    /// The storage class.
    pub storage_class: StorageClass,
    /// The access tier in `INTELLIGENT_TIERING`. A replica has none until it is moved to one.
    #[serde(deserialize_with = "required")]
    pub access_tier: Option<AccessTier>,
    /// The encryption; `None` for a replica with the default encryption of the destination bucket.
    #[serde(deserialize_with = "required")]
    pub encryption: Option<EncryptionStatus>,
    /// The KMS key of SSE-KMS or DSSE-KMS, if it is known.
    #[serde(deserialize_with = "required")]
    pub kms_key_id: Option<KmsKeyArn>,
    /// True for a replica on its way whose key is the multi-Region key that is related to
    /// [`kms_key_id`](Self::kms_key_id), in the Region of the destination bucket (REP-627).
    /// [`in_region`](Self::in_region) replaces the key.
    pub uses_related_key: bool,
    /// The use of an S3 Bucket Key, if it is known.
    #[serde(deserialize_with = "required")]
    pub bucket_key: Option<BucketKeyStatus>,
    /// The owner: the owner of the source object, or the owner of the bucket that holds the version.
    pub owner: Owner,
}

impl<'de, Body> Deserialize<'de> for StoredVersion<Body> {
    /// Reads a version that was saved, without its body. Refuses a version that no store can have.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The derived method of the same name reads the fields.
        let version = Self::deserialize(deserializer)?;
        if version.is_sound() {
            return Ok(version);
        }
        let StoredVersion { key, version_id, .. } = version;
        Err(D::Error::custom(format_args!(
            "the fields of version `{version_id}` of `{key}` contradict each other"
        )))
    }
}

impl<Body> Serialize for StoredVersion<Body> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
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
            last_modified: metadata.changed().at,
            body: None,
            size: 0,
            delete_marker: None,
            user_metadata: BTreeMap::new(),
            metadata,
            storage_class: StorageClass::STANDARD,
            access_tier: None,
            encryption: None,
            kms_key_id: None,
            uses_related_key: false,
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
            uses_related_key: self.uses_related_key,
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
        version.kms_key = self.kms_key_id.as_ref();
        version.bucket_key = self.bucket_key;
        version.lock = self.metadata.lock;
        version.delete_marker = self.delete_marker;
        version
    }

    /// Returns the last change of an aspect to send to other buckets. The ACL stays behind if an owner
    /// override gave the version to the owner of this bucket: it names principals of that account.
    #[must_use]
    pub(super) fn change_for_others(&self, aspect: MetadataAspect) -> MetadataChange {
        let mut change = self.metadata.last_change(aspect);
        if let (Owner::Destination, MetadataValue::Acl(acl)) = (self.owner, &mut change.value) {
            acl.clear();
        }
        change
    }

    /// Turns a source version into the replica that a task describes. The replica has the current
    /// metadata of the source version, which may be newer than the event.
    #[must_use]
    pub fn into_replica(mut self, task: &Task) -> Self {
        let Some(plan) = &task.replica else { return self };
        if task.owner == Owner::Destination {
            self.give_to_bucket_owner();
        }
        Self {
            storage_class: plan.storage_class.clone(),
            access_tier: None,
            encryption: plan.encryption,
            kms_key_id: if plan.uses_related_key {
                self.kms_key_id
            } else {
                plan.kms_key_id.clone()
            },
            uses_related_key: plan.uses_related_key,
            bucket_key: plan.bucket_key,
            owner: task.owner,
            ..self
        }
    }

    /// Gives a version to the owner of its bucket, for whom the ACL of its source means nothing.
    pub(super) fn give_to_bucket_owner(&mut self) {
        self.owner = Owner::Destination;
        self.metadata.clear_acl();
    }

    /// Returns a replica as it is in a bucket of a Region: encrypted with the related key there, if
    /// its rule wants that. `None` if the key of the source version is not a multi-Region key, so that
    /// no key is related to it (REP-627).
    #[must_use]
    pub fn in_region(mut self, region: &Region) -> Option<Self> {
        if self.uses_related_key {
            self.kms_key_id = Some(self.kms_key_id?.related_in(region)?);
            self.uses_related_key = false;
        }
        Some(self)
    }

    /// Applies a change of one aspect of the metadata, at this time of the store, as
    /// [`Destination::put_metadata`] requires. Returns true if the change was newer than that of the
    /// version.
    ///
    /// No other aspect changes (REP-626). An ACL, a retention or a hold that was never set leaves the
    /// existing one. If the bucket owner owns the version, the ACL always stays (REP-613). The release of
    /// an event hold begins the retention of its duration at `now` (REP-632).
    ///
    /// # Errors
    ///
    /// [`WeakerRetention`] for a retention with a lower mode or a shorter period than the existing one,
    /// which stays.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::{LegalHold, MetadataAspect, Tag};
    /// use s3_replication::storage::{Metadata, MetadataValue, StoredVersion};
    ///
    /// let created = Metadata::new("2026-11-22T09:00:00Z".parse()?, "photos".parse()?);
    /// let mut original = StoredVersion::new("cat.jpg".into(), "v1".parse()?, (), 4096, created);
    /// let mut replica = original.clone();
    ///
    /// // Each side changes something else.
    /// let tags = MetadataValue::Tags(vec![Tag::new("mood", "sleepy")?]);
    /// original.metadata.change(tags, "2026-11-22T10:00:00Z".parse()?, &"photos".parse()?);
    /// let hold = MetadataValue::LegalHold(Some(LegalHold::On));
    /// replica.metadata.change(hold, "2026-11-22T10:00:00Z".parse()?, &"backup".parse()?);
    ///
    /// let change = original.metadata.last_change(MetadataAspect::Tags);
    /// let now = "2026-11-22T10:00:05Z".parse()?;
    /// assert!(replica.update_metadata(&change, now)?);
    /// assert_eq!(replica.metadata.tags, original.metadata.tags);
    /// assert_eq!(replica.metadata.lock.legal_hold, Some(LegalHold::On));
    /// // The same change again is not newer, and changes nothing.
    /// assert!(!replica.update_metadata(&change, now)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// [`Destination::put_metadata`]: crate::storage::Destination::put_metadata
    pub fn update_metadata(
        &mut self,
        change: &MetadataChange,
        now: Timestamp,
    ) -> Result<bool, WeakerRetention> {
        if self.owner == Owner::Destination && change.value.aspect() == MetadataAspect::Acl {
            return Ok(false);
        }
        self.metadata.merge(change, now)
    }

    /// Returns true if the fields agree with each other, which those of a saved version may not: a
    /// delete marker has no content and no settings, and a KMS key belongs to its encryption.
    fn is_sound(&self) -> bool {
        let is_kms = self.encryption.is_some_and(EncryptionStatus::is_kms);
        let is_key_sound = is_kms || self.kms_key_id.is_none() && !self.uses_related_key;
        let is_tier_sound =
            self.access_tier.is_none() || self.storage_class == StorageClass::INTELLIGENT_TIERING;
        let is_empty = self.size == 0
            && self.encryption.is_none()
            && self.user_metadata.is_empty()
            && self.metadata.is_unset();
        is_key_sound && is_tier_sound && (self.delete_marker.is_none() || is_empty)
    }

    /// Returns true if this is the same version as another one: its key, ID and creation time are
    /// equal. A null version that was written again has another creation time (REP-616).
    #[must_use]
    pub fn is_same_version<Other>(&self, other: &StoredVersion<Other>) -> bool {
        self.key == other.key
            && self.version_id == other.version_id
            && self.last_modified == other.last_modified
    }

    /// Returns the version to store in place of an existing version with the same key and ID, at this
    /// time of the store, as [`Destination::put_replica`] requires.
    ///
    /// If the existing version is the [same](Self::is_same_version), it stays: its storage class, its
    /// owner and its encryption do not change (REP-980). An aspect of its metadata changes if this
    /// replica has a newer change of it (REP-612). An existing version with another creation time is
    /// an earlier null version, and nothing of it stays (REP-616).
    ///
    /// # Errors
    ///
    /// [`WeakerRetention`] if the replica has a newer retention with a lower mode or a shorter period.
    ///
    /// [`Destination::put_replica`]: crate::storage::Destination::put_replica
    pub fn in_place_of<Other: Clone>(
        self,
        existing: &StoredVersion<Other>,
        now: Timestamp,
    ) -> Result<Self, WeakerRetention> {
        if !self.is_same_version(existing) {
            return Ok(self);
        }
        let mut merged = existing.clone().with_body(self.body);
        for aspect in MetadataAspect::ALL {
            merged.update_metadata(&self.metadata.last_change(*aspect), now)?;
        }
        Ok(merged)
    }
}
