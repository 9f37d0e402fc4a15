use std::collections::BTreeMap;
use std::sync::Arc;

use super::Body;
use crate::model::{
    BucketKeyStatus, BucketName, EncryptionStatus, Event, KmsKeyArn, ObjectLock, StorageClass, Tag,
    Timestamp, VersionId,
};
use crate::replication::ObjectKey;
use crate::storage::{Metadata, StoredVersion};

/// An object to write.
///
/// # Examples
///
/// ```
/// use s3_replication::StorageClass;
/// use s3_replication::model::Tag;
/// use s3_replication::storage::NewObject;
///
/// let cat = NewObject::new("cat.jpg", "meow")
///     .with_tags([Tag::new("mood", "sleepy")?])
///     .with_user_metadata("Content-Type", "image/jpeg")
///     .with_storage_class(StorageClass::STANDARD_IA);
/// assert_eq!((cat.size, cat.tags.len()), (4, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NewObject {
    /// The key.
    pub key: ObjectKey,
    /// The event of the write, one of the `ObjectCreated` events.
    pub event: Event,
    /// The bytes.
    pub body: Arc<[u8]>,
    /// The reported size in bytes, which may differ from the length of `body`.
    pub size: u64,
    /// The tags.
    pub tags: Vec<Tag>,
    /// The ACL, as text in any format; empty if the request sets none. See [`Metadata::acl`].
    pub acl: String,
    /// Retention and holds. Without retention, the object gets the default retention of the
    /// bucket.
    pub lock: ObjectLock,
    /// The metadata that never changes after creation, such as `Content-Type`.
    pub user_metadata: BTreeMap<String, String>,
    /// The storage class.
    pub storage_class: StorageClass,
    /// The encryption; `None` is the default encryption of the bucket.
    pub encryption: Option<EncryptionStatus>,
    /// The KMS key of SSE-KMS or DSSE-KMS.
    pub kms_key_id: Option<KmsKeyArn>,
    /// The use of an S3 Bucket Key.
    pub bucket_key: Option<BucketKeyStatus>,
}

impl NewObject {
    /// Creates an object with the default values of S3 for all fields but key and body.
    #[must_use]
    pub fn new(key: impl Into<ObjectKey>, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        Self { body: body.into(), ..Self::sized(key, body.len() as u64) }
    }

    /// Creates an object without bytes that reports this size, which saves memory in simulations.
    #[must_use]
    pub fn sized(key: impl Into<ObjectKey>, size: u64) -> Self {
        Self {
            key: key.into(),
            event: Event::ObjectCreatedPut,
            body: Arc::default(),
            size,
            acl: String::new(),
            lock: ObjectLock::default(),
            tags: Vec::new(),
            user_metadata: BTreeMap::new(),
            storage_class: StorageClass::STANDARD,
            encryption: None,
            kms_key_id: None,
            bucket_key: None,
        }
    }

    /// Sets the event of the write, one of the `ObjectCreated` events.
    #[must_use]
    pub fn with_event(self, event: Event) -> Self {
        Self { event, ..self }
    }

    /// Sets the tags.
    #[must_use]
    pub fn with_tags(self, tags: impl IntoIterator<Item = Tag>) -> Self {
        Self { tags: tags.into_iter().collect(), ..self }
    }

    /// Sets the ACL.
    #[must_use]
    pub fn with_acl(self, acl: impl Into<String>) -> Self {
        Self { acl: acl.into(), ..self }
    }

    /// Sets retention and legal hold.
    #[must_use]
    pub fn with_lock(self, lock: ObjectLock) -> Self {
        Self { lock, ..self }
    }

    /// Adds metadata that never changes after creation, such as `Content-Type`. The same name again
    /// replaces its value.
    #[must_use]
    pub fn with_user_metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.user_metadata.insert(name.into(), value.into());
        self
    }

    /// Sets the storage class.
    #[must_use]
    pub fn with_storage_class(self, storage_class: StorageClass) -> Self {
        Self { storage_class, ..self }
    }

    /// Sets the encryption.
    #[must_use]
    pub fn with_encryption(self, encryption: EncryptionStatus) -> Self {
        Self { encryption: Some(encryption), ..self }
    }

    /// Sets the KMS key. The encryption does not change.
    #[must_use]
    pub fn with_kms_key_id(self, kms_key_id: KmsKeyArn) -> Self {
        Self { kms_key_id: Some(kms_key_id), ..self }
    }

    /// Sets the use of an S3 Bucket Key.
    #[must_use]
    pub fn with_bucket_key(self, bucket_key: BucketKeyStatus) -> Self {
        Self { bucket_key: Some(bucket_key), ..self }
    }

    /// Returns the version that a write at this time creates.
    pub(super) fn into_version(
        self,
        id: VersionId,
        at: Timestamp,
        bucket: BucketName,
    ) -> StoredVersion<Body> {
        let mut metadata = Metadata::new(at, bucket);
        (metadata.tags, metadata.acl, metadata.lock) = (self.tags, self.acl, self.lock);
        StoredVersion {
            user_metadata: self.user_metadata,
            storage_class: self.storage_class,
            encryption: self.encryption,
            kms_key_id: self.kms_key_id,
            bucket_key: self.bucket_key,
            ..StoredVersion::new(self.key, id, self.body, self.size, metadata)
        }
    }
}
