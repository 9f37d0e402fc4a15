use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::model::{AccountId, BucketLifecycle, DefaultRetention, EncryptionStatus, Region};

closed_vocabulary! {
    /// Whether a bucket keeps versions. `Unversioned` is our word for a bucket that never had it
    /// set; S3 answers with nothing there.
    #[expect(clippy::exhaustive_enums, reason = "the three states of a bucket")]
    pub enum Versioning("`Enabled`, `Suspended` or `Unversioned`") {
        /// New versions get ids.
        Enabled = "Enabled",
        /// New versions replace the null version.
        Suspended = "Suspended",
        /// Versioning was never enabled.
        Unversioned = "Unversioned" | "Disabled" | "",
    }
}

closed_vocabulary! {
    /// Whether Object Lock is enabled for a bucket.
    #[expect(clippy::exhaustive_enums, reason = "a switch has two positions")]
    pub enum ObjectLockStatus("`Enabled` or `Disabled`") {
        /// It is, for good.
        Enabled = "Enabled",
        /// It is not.
        Disabled = "Disabled",
    }
}

closed_vocabulary! {
    /// Who owns what others write to a bucket.
    #[expect(clippy::exhaustive_enums, reason = "the three settings of S3")]
    pub enum ObjectOwnership("`BucketOwnerEnforced`, `BucketOwnerPreferred` or `ObjectWriter`") {
        /// The owner of the bucket; there are no ACLs.
        BucketOwnerEnforced = "BucketOwnerEnforced",
        /// The owner of the bucket, where the writer says so in the ACL.
        BucketOwnerPreferred = "BucketOwnerPreferred",
        /// Who writes it.
        ObjectWriter = "ObjectWriter",
    }
}

closed_vocabulary! {
    /// Who pays for requests to a bucket.
    #[expect(clippy::exhaustive_enums, reason = "the two settings of S3")]
    pub enum Payer("`BucketOwner` or `Requester`") {
        /// The owner of the bucket.
        BucketOwner = "BucketOwner",
        /// Who asks.
        Requester = "Requester",
    }
}

/// The settings of a bucket, as far as they are given.
///
/// As facts about an existing bucket, `None` means *unknown*: nothing is assumed, and what depends
/// on the setting is reported as depending on it. For a bucket that is created, `None` means S3's
/// default: no versioning, no Object Lock, encryption with SSE-S3, and so on.
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
    /// Whether the bucket keeps versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub versioning: Option<Versioning>,
    /// Where the bucket is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// Who owns the bucket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// Whether Object Lock is enabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_lock: Option<ObjectLockStatus>,
    /// How versions are encrypted when a request says nothing.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "default_encryption")]
    pub default_encryption: Option<EncryptionStatus>,
    /// The retention of versions that are written without one. It needs Object Lock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_retention: Option<DefaultRetention>,
    /// Whether KMS is asked once for the bucket rather than for each version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket_key_enabled: Option<bool>,
    /// Who owns what others write.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_ownership: Option<ObjectOwnership>,
    /// Who pays for requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payer: Option<Payer>,
    /// Whether the bucket has lifecycle rules, and what they expire.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<BucketLifecycle>,
}

impl BucketSettings {
    /// Creates settings of which none is given.
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

    /// Returns true when Object Lock is known to be enabled.
    #[must_use]
    pub fn has_object_lock(&self) -> bool {
        self.object_lock == Some(ObjectLockStatus::Enabled)
    }
}

fn default_encryption<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<EncryptionStatus>, D::Error> {
    let status = Option::<EncryptionStatus>::deserialize(deserializer)?;
    match status.filter(|status| !EncryptionStatus::OF_BUCKETS.contains(status)) {
        Some(status) => Err(D::Error::custom(format_args!(
            "no bucket encrypts by default with `{status}`, but with `SSE-S3`, `SSE-KMS` or \
             `DSSE-KMS`"
        ))),
        None => Ok(status),
    }
}
