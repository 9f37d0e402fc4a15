use crate::model::{
    AccessTier, BucketKeyStatus, EncryptionStatus, ObjectLock, ReplicationStatus, StorageClass,
    Tag, Tagging, Timestamp, VersionId,
};

/// What replication is decided about: one version of one object in the source bucket.
///
/// Everything but the key has the value that S3 gives when nothing is said: `STANDARD`, SSE-S3,
/// no tags, no lock, never replicated, readable by the owner of the bucket. The struct borrows
/// what it can, so that asking about millions of versions copies nothing.
///
/// # Examples
///
/// ```
/// use s3_replication::{ObjectVersion, StorageClass};
/// use s3_replication::model::Tag;
///
/// let tags = [Tag::new("team", "tax")?];
/// let mut version = ObjectVersion::new("Tax/doc1.pdf").with_tags(&tags);
/// version.storage_class = StorageClass::GLACIER_IR;
/// assert!(!version.is_archived() && version.tags.contains(&tags[0]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ObjectVersion<'a> {
    /// The key, as the bytes that are stored.
    pub key: &'a [u8],
    /// The version id, where it is known.
    pub version_id: Option<&'a VersionId>,
    /// Whether this is the current version, where it is known.
    pub is_latest: Option<bool>,
    /// The size in bytes.
    pub size: u64,
    /// When the version was created, where it is known; a replica keeps it.
    pub last_modified: Option<Timestamp>,
    /// The storage class.
    pub storage_class: StorageClass,
    /// The tier within `INTELLIGENT_TIERING`, where it is known.
    pub access_tier: Option<AccessTier>,
    /// The tags, as they were when the version was created (REP-304).
    pub tags: ObjectTags<'a>,
    /// How the version is encrypted.
    pub encryption: EncryptionStatus,
    /// Whether a version under KMS uses an S3 Bucket Key, where it is known.
    pub bucket_key: Option<BucketKeyStatus>,
    /// What Object Lock says about the version.
    pub lock: ObjectLock,
    /// Whether the owner of the source bucket may read the version and its ACL.
    pub owner_access: OwnerAccess,
    /// How far replication has come; `None` when no rule ever applied.
    pub replication_status: Option<ReplicationStatus>,
    /// Who made the delete marker, if the version is one.
    pub delete_marker: Option<DeleteMarkerOrigin>,
}

impl<'a> ObjectVersion<'a> {
    /// The most bytes a key may have (REP-617).
    pub const KEY_LIMIT: usize = 1024;
    /// The most tags an object may have (REP-305).
    pub const TAG_LIMIT: usize = 10;

    /// Creates a version of the object `key`, with S3's values for everything else.
    #[must_use]
    pub fn new(key: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self {
            key: key.as_ref(),
            version_id: None,
            is_latest: None,
            size: 0,
            last_modified: None,
            storage_class: StorageClass::STANDARD,
            access_tier: None,
            tags: ObjectTags::default(),
            encryption: EncryptionStatus::SseS3,
            bucket_key: None,
            lock: ObjectLock::default(),
            owner_access: OwnerAccess::Readable,
            replication_status: None,
            delete_marker: None,
        }
    }

    /// Creates a delete marker that a user's delete made.
    #[must_use]
    pub fn delete_marker(key: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self { delete_marker: Some(DeleteMarkerOrigin::User), ..Self::new(key) }
    }

    /// Sets the tags.
    #[must_use]
    pub fn with_tags(self, tags: impl Into<ObjectTags<'a>>) -> Self {
        Self { tags: tags.into(), ..self }
    }

    /// Sets the encryption.
    #[must_use]
    pub fn with_encryption(self, encryption: EncryptionStatus) -> Self {
        Self { encryption, ..self }
    }

    /// Sets the storage class.
    #[must_use]
    pub fn with_storage_class(self, storage_class: StorageClass) -> Self {
        Self { storage_class, ..self }
    }

    /// Sets the replication status.
    #[must_use]
    pub fn with_replication_status(self, status: ReplicationStatus) -> Self {
        Self { replication_status: Some(status), ..self }
    }

    /// Returns true when replication made this version.
    #[must_use]
    pub fn is_replica(&self) -> bool {
        self.replication_status == Some(ReplicationStatus::Replica)
    }

    /// Returns true when the version would have to be restored before anybody can read it, so that
    /// S3 does not replicate it (REP-506, REP-507).
    #[must_use]
    pub fn is_archived(&self) -> bool {
        self.storage_class.is_archived() || self.access_tier.is_some_and(AccessTier::is_archived)
    }
}

/// The tags of an object version, borrowed in one of two shapes.
///
/// # Examples
///
/// ```
/// use s3_replication::model::{ObjectTags, Tag};
///
/// let tags = ObjectTags::from(&[("team", "tax"), ("env", "prod")][..]);
/// assert!(tags.contains(&Tag::new("env", "prod")?));
/// assert_eq!(tags.value_of("team"), Some("tax"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ObjectTags<'a>(Shape<'a>);

#[derive(Clone, Copy, Debug)]
enum Shape<'a> {
    Tags(&'a [Tag]),
    Pairs(&'a [(&'a str, &'a str)]),
}

impl<'a> ObjectTags<'a> {
    /// Iterates over keys and values.
    pub fn iter(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let (tags, pairs) = match self.0 {
            Shape::Tags(tags) => (tags, &[][..]),
            Shape::Pairs(pairs) => (&[][..], pairs),
        };
        tags.iter().map(|tag| (tag.key(), tag.value())).chain(pairs.iter().copied())
    }

    /// Returns true when there are none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        match self.0 {
            Shape::Tags(tags) => tags.is_empty(),
            Shape::Pairs(pairs) => pairs.is_empty(),
        }
    }

    /// Returns true when `tag` is among them, key and value.
    #[must_use]
    pub fn contains(self, tag: &Tag) -> bool {
        self.has(tag.key().as_bytes(), tag.value().as_bytes())
    }

    /// Returns true when a tag with this key and value is among them. Values come first: keys are
    /// alike more often.
    #[inline]
    pub(crate) fn has(self, key: &[u8], value: &[u8]) -> bool {
        match self.0 {
            Shape::Tags(tags) => tags.iter().any(|tag| {
                is_same(tag.value().as_bytes(), value) && is_same(tag.key().as_bytes(), key)
            }),
            Shape::Pairs(pairs) => pairs.iter().any(|(present, its_value)| {
                is_same(its_value.as_bytes(), value) && is_same(present.as_bytes(), key)
            }),
        }
    }

    /// Returns the value of the tag with this key.
    #[must_use]
    pub fn value_of(self, key: &str) -> Option<&'a str> {
        self.iter().find(|(present, _)| *present == key).map(|(_, value)| value)
    }
}

impl Default for ObjectTags<'_> {
    fn default() -> Self {
        Self(Shape::Tags(&[]))
    }
}

impl PartialEq for ObjectTags<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<'a> From<&'a [Tag]> for ObjectTags<'a> {
    fn from(tags: &'a [Tag]) -> Self {
        Self(Shape::Tags(tags))
    }
}

impl<'a, const N: usize> From<&'a [Tag; N]> for ObjectTags<'a> {
    fn from(tags: &'a [Tag; N]) -> Self {
        Self(Shape::Tags(tags))
    }
}

impl<'a> From<&'a Vec<Tag>> for ObjectTags<'a> {
    fn from(tags: &'a Vec<Tag>) -> Self {
        Self(Shape::Tags(tags))
    }
}

impl<'a> From<&'a Tagging> for ObjectTags<'a> {
    fn from(tags: &'a Tagging) -> Self {
        Self(Shape::Tags(tags))
    }
}

impl<'a> From<&'a [(&'a str, &'a str)]> for ObjectTags<'a> {
    fn from(pairs: &'a [(&'a str, &'a str)]) -> Self {
        Self(Shape::Pairs(pairs))
    }
}

/// Compares texts, short ones without the call that long ones are worth.
#[inline]
fn is_same(a: &[u8], b: &[u8]) -> bool {
    const SHORT: usize = 8;
    a.len() == b.len() && if a.len() <= SHORT { a.iter().eq(b) } else { a == b }
}

/// Whether the owner of the source bucket may read a version and its ACL (REP-509).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a permission is there or not")]
pub enum OwnerAccess {
    /// The owner may, as in every bucket with ACLs disabled.
    #[default]
    Readable,
    /// Another account owns the version and did not grant it.
    Unreadable,
}

closed_vocabulary! {
    /// Who made a delete marker. The words are ours; S3 has none.
    #[expect(clippy::exhaustive_enums, reason = "users and lifecycle rules delete, nobody else")]
    pub enum DeleteMarkerOrigin("`user` or `lifecycle`") {
        /// A user, by a delete without a version id.
        User = "user",
        /// A lifecycle rule.
        Lifecycle = "lifecycle",
    }
}
