use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::model::{
    AccessTier, BucketKeyStatus, EncryptionStatus, KmsKeyArn, ObjectLock, ReplicationStatus,
    StorageClass, Tag, Tagging, Timestamp,
};

/// One version of an object in the source bucket, as far as replication depends on it.
///
/// [`new`](Self::new) gives everything except the key the value that S3 uses by default: storage
/// class `STANDARD`, SSE-S3, no tags, no lock, never replicated, readable by the owner of the
/// bucket. The struct borrows its larger parts, so decisions about millions of versions copy
/// nothing.
///
/// # Examples
///
/// ```
/// use s3_replication::{ObjectVersion, StorageClass};
/// use s3_replication::model::Tag;
///
/// let tags = [Tag::new("team", "tax")?];
/// let version = ObjectVersion::new("Tax/doc1.pdf")
///     .with_tags(&tags)
///     .with_size(1024)
///     .with_storage_class(StorageClass::GLACIER_IR);
/// assert!(!version.is_archived() && version.tags.contains(&tags[0]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ObjectVersion<'a> {
    /// The key, decoded: the bytes that S3 stores, not their URL encoding.
    pub key: &'a [u8],
    /// The version ID; `None` when it is not known. Decisions do not depend on it.
    pub version_id: Option<&'a VersionId>,
    /// True for the current version; `None` when it is not known.
    pub is_latest: Option<bool>,
    /// The size in bytes.
    pub size: u64,
    /// The creation time; `None` when it is not known. A replica has that of its source.
    pub last_modified: Option<Timestamp>,
    /// The storage class.
    pub storage_class: StorageClass,
    /// The access tier of a version in `INTELLIGENT_TIERING`; `None` when it is not known.
    pub access_tier: Option<AccessTier>,
    /// The tags at the time of the event (REP-304).
    pub tags: ObjectTags<'a>,
    /// The encryption at rest.
    pub encryption: EncryptionStatus,
    /// The KMS key, if there is one and it is known.
    pub kms_key: Option<&'a KmsKeyArn>,
    /// The state of the S3 Bucket Key of a version encrypted with a KMS key; `None` when it is not
    /// known.
    pub bucket_key: Option<BucketKeyStatus>,
    /// The Object Lock settings.
    pub lock: ObjectLock,
    /// The access of the bucket owner to the version and its ACL.
    pub owner_access: OwnerAccess,
    /// True if ACLs are disabled in the bucket of the version (Object Ownership
    /// `BucketOwnerEnforced`): its ACL cannot change, and the bucket owner can read it (REP-525).
    pub acls_disabled: bool,
    /// The replication status; `None` when no rule ever applied to the version.
    pub replication_status: Option<ReplicationStatus>,
    /// The origin of the delete marker; `None` when the version is not a delete marker.
    pub delete_marker: Option<DeleteMarkerOrigin>,
}

impl<'a> ObjectVersion<'a> {
    /// The maximum length of a key in bytes (REP-617).
    pub const KEY_LIMIT: usize = 1024;
    /// The maximum number of tags of an object (REP-305).
    pub const TAG_LIMIT: usize = 10;

    /// Creates a version of the object `key`, with S3's defaults for everything else.
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
            kms_key: None,
            bucket_key: None,
            lock: ObjectLock::default(),
            owner_access: OwnerAccess::Readable,
            acls_disabled: false,
            replication_status: None,
            delete_marker: None,
        }
    }

    /// Creates a delete marker, as a user creates it by a delete without a version ID.
    #[must_use]
    pub fn delete_marker(key: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self { delete_marker: Some(DeleteMarkerOrigin::User), ..Self::new(key) }
    }

    /// Sets the tags.
    #[must_use]
    pub fn with_tags(self, tags: impl Into<ObjectTags<'a>>) -> Self {
        Self { tags: tags.into(), ..self }
    }

    /// Sets the version ID.
    #[must_use]
    pub fn with_version_id(self, id: &'a VersionId) -> Self {
        Self { version_id: Some(id), ..self }
    }

    /// Sets if the version is the current one.
    #[must_use]
    pub fn with_is_latest(self, is_latest: bool) -> Self {
        Self { is_latest: Some(is_latest), ..self }
    }

    /// Sets the size in bytes.
    #[must_use]
    pub fn with_size(self, size: u64) -> Self {
        Self { size, ..self }
    }

    /// Sets the creation time.
    #[must_use]
    pub fn with_last_modified(self, last_modified: Timestamp) -> Self {
        Self { last_modified: Some(last_modified), ..self }
    }

    /// Sets the Object Lock settings.
    #[must_use]
    pub fn with_lock(self, lock: ObjectLock) -> Self {
        Self { lock, ..self }
    }

    /// Sets whether ACLs are disabled in the bucket of the version.
    #[must_use]
    pub fn with_acls_disabled(self, disabled: bool) -> Self {
        Self { acls_disabled: disabled, ..self }
    }

    /// Sets the encryption.
    #[must_use]
    pub fn with_encryption(self, encryption: EncryptionStatus) -> Self {
        Self { encryption, ..self }
    }

    /// Sets the KMS key. The encryption does not change.
    #[must_use]
    pub fn with_kms_key(self, kms_key: &'a KmsKeyArn) -> Self {
        Self { kms_key: Some(kms_key), ..self }
    }

    /// Sets the state of the S3 Bucket Key.
    #[must_use]
    pub fn with_bucket_key(self, bucket_key: BucketKeyStatus) -> Self {
        Self { bucket_key: Some(bucket_key), ..self }
    }

    /// Sets the storage class.
    #[must_use]
    pub fn with_storage_class(self, storage_class: StorageClass) -> Self {
        Self { storage_class, ..self }
    }

    /// Sets the access tier of a version in `INTELLIGENT_TIERING`. The storage class does not change.
    #[must_use]
    pub fn with_access_tier(self, access_tier: AccessTier) -> Self {
        Self { access_tier: Some(access_tier), ..self }
    }

    /// Sets the access of the bucket owner to the version and its ACL.
    #[must_use]
    pub fn with_owner_access(self, owner_access: OwnerAccess) -> Self {
        Self { owner_access, ..self }
    }

    /// Sets the replication status.
    #[must_use]
    pub fn with_replication_status(self, status: ReplicationStatus) -> Self {
        Self { replication_status: Some(status), ..self }
    }

    /// Turns the version into a delete marker of this origin.
    #[must_use]
    pub fn with_delete_marker(self, origin: DeleteMarkerOrigin) -> Self {
        Self { delete_marker: Some(origin), ..self }
    }

    /// Returns true when the version is a replica.
    #[must_use]
    pub fn is_replica(&self) -> bool {
        self.replication_status == Some(ReplicationStatus::Replica)
    }

    /// Returns true when the version is in another service, such as Amazon FSx or AWS Backup, and not
    /// in a bucket that replicates (REP-522).
    #[must_use]
    pub fn is_of_other_service(&self) -> bool {
        self.storage_class.is_of_other_service() || self.encryption.is_of_other_service()
    }

    /// Returns true when the version has to be restored before it can be read. S3 does not replicate
    /// such versions (REP-506, REP-507).
    #[must_use]
    pub fn is_archived(&self) -> bool {
        self.storage_class.is_archived() || self.access_tier.is_some_and(AccessTier::is_archived)
    }
}

/// The tags of an object version, borrowed as [`Tag`]s, as pairs of texts, or as the text of a header.
///
/// Pairs and headers are not validated: a tag that S3 would not accept matches no filter.
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
    // INVARIANT: nothing is encoded.
    Header(&'a str),
}

/// Iterates over the tags in the text of a header.
fn in_header(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

impl<'a> ObjectTags<'a> {
    /// Returns the tags in the text of an `x-amz-tagging` header, such as `a=b&c=d`; `None` if
    /// something in it is percent-encoded, which includes `+` for a space.
    ///
    /// Stores keep tags in this form, and most keys and values need no encoding. Such a text is
    /// compared as it is, without an allocation. Parse any other as a [`Tagging`].
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::{ObjectTags, Tagging};
    /// use s3_replication::ObjectVersion;
    ///
    /// let header = "team=tax&env=prod";
    /// let parsed: Tagging;
    /// let tags = match ObjectTags::from_header(header) {
    ///     Some(tags) => tags,
    ///     None => {
    ///         parsed = header.parse()?;
    ///         ObjectTags::from(&parsed)
    ///     }
    /// };
    /// let version = ObjectVersion::new("Tax/doc1.pdf").with_tags(tags);
    /// assert_eq!(version.tags.value_of("env"), Some("prod"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn from_header(text: &'a str) -> Option<Self> {
        let is_plain = !text.bytes().any(|byte| matches!(byte, b'%' | b'+'));
        is_plain.then_some(Self(Shape::Header(text)))
    }

    /// Iterates over the tags, as pairs of key and value.
    pub fn iter(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let (tags, pairs, header) = match self.0 {
            Shape::Tags(tags) => (tags, &[][..], ""),
            Shape::Pairs(pairs) => (&[][..], pairs, ""),
            Shape::Header(text) => (&[][..], &[][..], text),
        };
        let tags = tags.iter().map(|tag| (tag.key(), tag.value()));
        tags.chain(pairs.iter().copied()).chain(in_header(header))
    }

    /// Returns true when the version has no tags.
    #[must_use]
    pub fn is_empty(self) -> bool {
        match self.0 {
            Shape::Tags(tags) => tags.is_empty(),
            Shape::Pairs(pairs) => pairs.is_empty(),
            // Mostly an empty text, or one with tags; `&` alone is rare.
            Shape::Header(text) => text.is_empty() || in_header(text).next().is_none(),
        }
    }

    /// Returns true when the version has `tag`, with the same key and value.
    #[must_use]
    pub fn contains(self, tag: &Tag) -> bool {
        self.has(tag.key().as_bytes(), tag.value().as_bytes())
    }

    /// Returns true when the version has a tag with this key and value.
    #[inline]
    pub(crate) fn has(self, key: &[u8], value: &[u8]) -> bool {
        // Values are compared first, because they differ more often than keys.
        match self.0 {
            Shape::Tags(tags) => tags.iter().any(|tag| {
                is_same(tag.value().as_bytes(), value) && is_same(tag.key().as_bytes(), key)
            }),
            Shape::Pairs(pairs) => pairs.iter().any(|(present, its_value)| {
                is_same(its_value.as_bytes(), value) && is_same(present.as_bytes(), key)
            }),
            Shape::Header(text) => in_header(text).any(|(present, its_value)| {
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

/// Compares texts. Short ones are compared in place, which is faster than a call to `memcmp`.
#[inline]
fn is_same(a: &[u8], b: &[u8]) -> bool {
    const SHORT: usize = 8;
    a.len() == b.len() && if a.len() <= SHORT { a.iter().eq(b) } else { a == b }
}

/// The access of the source bucket owner to a version and its ACL (REP-509).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "the owner has the permission or not")]
pub enum OwnerAccess {
    /// The bucket owner can read both, as in every bucket with ACLs disabled.
    #[default]
    Readable,
    /// Another account owns the version and has not granted access.
    Unreadable,
}

closed_vocabulary! {
    /// The origin of a delete marker. The words are this crate's; S3 has none.
    #[expect(clippy::exhaustive_enums, reason = "only users and lifecycle rules delete")]
    pub enum DeleteMarkerOrigin("`user` or `lifecycle`") {
        /// A delete request of a user, without a version ID.
        User = "user",
        /// A lifecycle rule.
        Lifecycle = "lifecycle",
    }
}

/// The ID of an object version: `null`, or an opaque text that S3 generates.
///
/// The null version is written before versioning is enabled or while it is suspended. IDs have 1 to
/// 1,024 bytes.
///
/// # Examples
///
/// ```
/// use s3_replication::model::VersionId;
///
/// let id: VersionId = "null".parse()?;
/// assert!(id.is_null());
/// assert!("".parse::<VersionId>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct VersionId(Arc<str>);

impl VersionId {
    /// The ID of the null version.
    pub const NULL: &'static str = "null";
    /// The maximum length of an ID in bytes.
    pub const LIMIT: usize = 1024;

    /// Returns the ID of the null version.
    #[must_use]
    pub fn null() -> Self {
        Self(Self::NULL.into())
    }

    /// Returns true for the null version.
    #[must_use]
    pub fn is_null(&self) -> bool {
        &*self.0 == Self::NULL
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for VersionId {
    type Err = InvalidVersionId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if (1..=Self::LIMIT).contains(&text.len()) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidVersionId { bytes: text.len() })
        }
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

text_serde!(VersionId, "a version ID", |word| word.parse::<VersionId>());

/// The error returned when a text is not a [`VersionId`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a version ID has 1 to {} bytes, this one has {bytes}", VersionId::LIMIT)]
pub struct InvalidVersionId {
    bytes: usize,
}
