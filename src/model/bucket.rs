use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::model::{
    AccountId, BucketLifecycle, DefaultRetention, EncryptionStatus, EventHoldDuration, KmsKeyArn,
    Region,
};

closed_vocabulary! {
    /// The versioning state of a bucket.
    ///
    /// `Unversioned` is this crate's word for a bucket on which versioning was never enabled; S3
    /// returns an empty answer for it.
    #[expect(clippy::exhaustive_enums, reason = "the three states of a bucket")]
    pub enum Versioning("`Enabled`, `Suspended` or `Unversioned`") {
        /// New versions get IDs of their own.
        Enabled = "Enabled",
        /// New versions replace the null version.
        Suspended = "Suspended",
        /// Versioning was never enabled.
        Unversioned = "Unversioned" | "Disabled" | "",
    }
}

closed_vocabulary! {
    /// The state of Object Lock of a bucket.
    #[expect(clippy::exhaustive_enums, reason = "a switch has two positions")]
    pub enum ObjectLockStatus("`Enabled` or `Disabled`") {
        /// Object Lock is enabled; it cannot be disabled again.
        Enabled = "Enabled",
        /// Object Lock is not enabled.
        Disabled = "Disabled",
    }
}

closed_vocabulary! {
    /// The owner of objects that other accounts write to a bucket (S3 Object Ownership).
    #[expect(clippy::exhaustive_enums, reason = "the three settings of S3")]
    pub enum ObjectOwnership("`BucketOwnerEnforced`, `BucketOwnerPreferred` or `ObjectWriter`") {
        /// The bucket owner; ACLs are disabled.
        BucketOwnerEnforced = "BucketOwnerEnforced",
        /// The bucket owner, if the object is written with the `bucket-owner-full-control` ACL.
        BucketOwnerPreferred = "BucketOwnerPreferred",
        /// The account that writes the object.
        ObjectWriter = "ObjectWriter",
    }
}

closed_vocabulary! {
    /// The payer of requests to a bucket.
    #[expect(clippy::exhaustive_enums, reason = "the two settings of S3")]
    pub enum Payer("`BucketOwner` or `Requester`") {
        /// The bucket owner.
        BucketOwner = "BucketOwner",
        /// The account that makes the request (Requester Pays).
        Requester = "Requester",
    }
}

/// The settings of a bucket, as far as they are given.
///
/// As facts about an existing bucket, `None` means *unknown*: nothing is assumed, and what depends
/// on the setting is reported as depending on it. For a bucket that is created, `None` means S3's
/// default: no versioning, no Object Lock, encryption with SSE-S3, SSE-C blocked, and ACLs disabled.
///
/// # Examples
///
/// ```
/// use s3_replication::model::{BucketSettings, Versioning};
///
/// let settings: BucketSettings =
///     serde_json::from_str(r#"{"Versioning": "Enabled", "Region": "eu-central-1"}"#)?;
/// assert_eq!(settings.account, None);
///
/// let built = BucketSettings::new()
///     .with_versioning(Versioning::Enabled)
///     .with_region("eu-central-1".parse()?);
/// assert_eq!(built, settings);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct BucketSettings {
    /// The versioning state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub versioning: Option<Versioning>,
    /// The Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// The account that owns the bucket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// The state of Object Lock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_lock: Option<ObjectLockStatus>,
    /// The encryption of versions that are written without one.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "default_encryption")]
    pub default_encryption: Option<EncryptionStatus>,
    /// The KMS key of versions that are written without one, if the default encryption is SSE-KMS or
    /// DSSE-KMS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_kms_key_id: Option<KmsKeyArn>,
    /// The retention of versions that are written without one. It needs Object Lock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_retention: Option<DefaultRetention>,
    /// The duration of the event hold of versions that are written without Object Lock settings. It
    /// needs Object Lock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_event_hold: Option<EventHoldDuration>,
    /// True when new versions use an S3 Bucket Key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket_key_enabled: Option<bool>,
    /// The owner of objects that other accounts write.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_ownership: Option<ObjectOwnership>,
    /// The encryptions that the bucket refuses to write; S3 can block SSE-C, and does so by default on
    /// buckets that are created since April 2026 (REP-629).
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "blocked_encryption_types"
    )]
    pub blocked_encryption_types: Option<Vec<EncryptionStatus>>,
    /// The payer of requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payer: Option<Payer>,
    /// The lifecycle rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<BucketLifecycle>,
}

impl BucketSettings {
    /// Creates empty settings: every one is `None`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the versioning state.
    #[must_use]
    pub fn with_versioning(self, versioning: Versioning) -> Self {
        Self { versioning: Some(versioning), ..self }
    }

    /// Sets the Region.
    #[must_use]
    pub fn with_region(self, region: Region) -> Self {
        Self { region: Some(region), ..self }
    }

    /// Sets the account that owns the bucket.
    #[must_use]
    pub fn with_account(self, account: AccountId) -> Self {
        Self { account: Some(account), ..self }
    }

    /// Enables or disables Object Lock. A bucket with Object Lock is versioned.
    #[must_use]
    pub fn with_object_lock(self, object_lock: ObjectLockStatus) -> Self {
        Self { object_lock: Some(object_lock), ..self }
    }

    /// Sets the retention of versions that are written without one.
    #[must_use]
    pub fn with_default_retention(self, retention: DefaultRetention) -> Self {
        Self { default_retention: Some(retention), ..self }
    }

    /// Sets the encryption of versions that are written without one: SSE-S3, SSE-KMS or DSSE-KMS.
    #[must_use]
    pub fn with_default_encryption(self, encryption: EncryptionStatus) -> Self {
        Self { default_encryption: Some(encryption), ..self }
    }

    /// Sets the KMS key of versions that are written without one. The default encryption does not
    /// change.
    #[must_use]
    pub fn with_default_kms_key_id(self, key: KmsKeyArn) -> Self {
        Self { default_kms_key_id: Some(key), ..self }
    }

    /// Sets the owner of objects that other accounts write.
    #[must_use]
    pub fn with_object_ownership(self, ownership: ObjectOwnership) -> Self {
        Self { object_ownership: Some(ownership), ..self }
    }

    /// Sets the encryptions that the bucket refuses to write (REP-629).
    #[must_use]
    pub fn with_blocked_encryption_types(
        self,
        blocked: impl IntoIterator<Item = EncryptionStatus>,
    ) -> Self {
        Self { blocked_encryption_types: Some(blocked.into_iter().collect()), ..self }
    }

    /// Sets the payer of requests.
    #[must_use]
    pub fn with_payer(self, payer: Payer) -> Self {
        Self { payer: Some(payer), ..self }
    }

    /// Sets the lifecycle rules.
    #[must_use]
    pub fn with_lifecycle(self, lifecycle: BucketLifecycle) -> Self {
        Self { lifecycle: Some(lifecycle), ..self }
    }

    /// Returns true when the bucket is known to refuse versions with an encryption (REP-629).
    #[must_use]
    pub fn blocks(&self, encryption: EncryptionStatus) -> bool {
        let blocked = self.blocked_encryption_types.as_deref().unwrap_or_default();
        blocked.contains(&encryption)
    }

    /// Sets the use of S3 Bucket Keys by new versions.
    #[must_use]
    pub fn with_bucket_key_enabled(self, enabled: bool) -> Self {
        Self { bucket_key_enabled: Some(enabled), ..self }
    }

    /// Sets the default event hold. It needs Object Lock.
    #[must_use]
    pub fn with_default_event_hold(self, duration: EventHoldDuration) -> Self {
        Self { default_event_hold: Some(duration), ..self }
    }

    /// Returns the settings of an existing bucket of which nothing else is known: what is not given is
    /// the default of buckets that were created before 2023, when ACLs and SSE-C were not disabled by
    /// default (REP-629, REP-631).
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::{BucketSettings, ObjectOwnership};
    ///
    /// let settings = BucketSettings::new().of_older_bucket();
    /// assert_eq!(settings.object_ownership, Some(ObjectOwnership::ObjectWriter));
    /// assert_eq!(settings.blocked_encryption_types, Some(Vec::new()));
    /// ```
    #[must_use]
    pub fn of_older_bucket(mut self) -> Self {
        self.object_ownership.get_or_insert(ObjectOwnership::ObjectWriter);
        self.blocked_encryption_types.get_or_insert_default();
        self
    }

    /// Returns true when ACLs are known to be disabled: the bucket owner owns every object (REP-621,
    /// REP-631).
    #[must_use]
    pub fn has_acls_disabled(&self) -> bool {
        self.object_ownership == Some(ObjectOwnership::BucketOwnerEnforced)
    }

    /// Returns true when Object Lock is known to be enabled.
    #[must_use]
    pub fn has_object_lock(&self) -> bool {
        self.object_lock == Some(ObjectLockStatus::Enabled)
    }
}

/// Reads encryptions that a bucket can block; of those that this crate knows, S3 can block SSE-C.
pub(crate) fn blocked_encryption_types<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<EncryptionStatus>>, D::Error> {
    let blocked = Option::<Vec<EncryptionStatus>>::deserialize(deserializer)?;
    match blocked.iter().flatten().find(|status| **status != EncryptionStatus::SseC) {
        Some(status) => Err(D::Error::custom(format_args!(
            "S3 cannot block the encryption `{status}`; expected `SSE-C`"
        ))),
        None => Ok(blocked),
    }
}

fn default_encryption<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<EncryptionStatus>, D::Error> {
    let status = Option::<EncryptionStatus>::deserialize(deserializer)?;
    match status.filter(|status| !EncryptionStatus::OF_BUCKETS.contains(status)) {
        Some(status) => Err(D::Error::custom(format_args!(
            "`{status}` cannot be the default encryption of a bucket; expected `SSE-S3`, `SSE-KMS` or \
             `DSSE-KMS`"
        ))),
        None => Ok(status),
    }
}
