use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::model::AccountId;

open_vocabulary! {
    /// A partition of AWS: a group of Regions with its own accounts and ARNs.
    ///
    /// S3 replicates only within a partition. AWS adds partitions, so this is an open set.
    pub struct Partition(PartitionWord) {
        /// The commercial Regions.
        AWS: Aws = "aws",
        /// The Regions in China.
        AWS_CN: AwsCn = "aws-cn",
        /// AWS GovCloud (US).
        AWS_US_GOV: AwsUsGov = "aws-us-gov",
        /// Top secret (US).
        AWS_ISO: AwsIso = "aws-iso",
        /// Secret (US).
        AWS_ISO_B: AwsIsoB = "aws-iso-b",
        /// Isolated (Europe).
        AWS_ISO_E: AwsIsoE = "aws-iso-e",
        /// Isolated (US, third).
        AWS_ISO_F: AwsIsoF = "aws-iso-f",
        /// The European Sovereign Cloud.
        AWS_EUSC: AwsEusc = "aws-eusc",
    }
}

impl Partition {
    /// Parses the partition of an ARN: `aws`, or `aws-` and more words.
    fn of_arn(word: &str) -> Option<Self> {
        let shaped = word == "aws" || word.starts_with("aws-") && !word.ends_with('-');
        let plain = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        (shaped && plain).then(|| Self::from(word))
    }
}

/// The name of a bucket: 3 to 255 letters, digits, dots, hyphens and underscores.
///
/// The naming rules for new buckets are stricter (63 characters, lower case), but a configuration
/// may name an older bucket.
///
/// # Examples
///
/// ```
/// use s3_replication::model::BucketName;
///
/// assert!("amzn-s3-demo-bucket".parse::<BucketName>().is_ok());
/// assert!("logs/*".parse::<BucketName>().is_err());
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct BucketName(Arc<str>);

impl BucketName {
    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Creates the name that stands for an unknown one: the expression of a template, as `${…}`.
    #[cfg(feature = "forms")]
    pub(crate) fn stand_in(expression: &str) -> Self {
        Self(expression.into())
    }

    /// Returns true if this stands for an unknown name.
    pub(crate) fn is_stand_in(&self) -> bool {
        self.0.contains(STAND_IN)
    }
}

/// The beginning of an expression that stands for an unknown value. No name or ARN contains it.
const STAND_IN: &str = "${";

impl std::borrow::Borrow<str> for BucketName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl FromStr for BucketName {
    type Err = InvalidBucketName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        if (3..=255).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidBucketName { given: text.to_owned() })
        }
    }
}

impl fmt::Display for BucketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

text_serde!(BucketName, "the name of a bucket", |word| word.parse::<BucketName>());

/// Returns advice on an address in the place of a bucket name: the name in it.
fn name_in_address(given: &str) -> String {
    let name = given
        .strip_prefix("s3://")
        .or_else(|| given.strip_prefix("arn:").and_then(|arn| arn.rsplit(':').next()))
        .and_then(|path| path.split('/').next())
        .filter(|name| name.parse::<BucketName>().is_ok());
    name.map_or_else(String::new, |name| format!("; write `{name}`"))
}

/// The error returned when a text is not a [`BucketName`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "bucket name `{given}` is not 3 to 255 letters, digits, dots, hyphens and underscores{}",
    name_in_address(.given)
)]
pub struct InvalidBucketName {
    given: String,
}

/// The code of an AWS Region, such as `eu-central-1`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Region(Box<str>);

impl Region {
    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Region {
    type Err = InvalidArn;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !text.is_empty() && text.len() <= 64 && text.bytes().all(allowed) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidArn::new("a Region such as `eu-central-1`", text))
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

text_serde!(Region, "a Region", |word| word.parse::<Region>());

/// The ARN of a bucket: `arn:<partition>:s3:::<name>` (REP-235).
///
/// # Examples
///
/// ```
/// use s3_replication::model::{BucketArn, Partition};
///
/// let arn: BucketArn = "arn:aws-cn:s3:::backup".parse()?;
/// assert_eq!(arn.partition(), &Partition::AWS_CN);
/// assert_eq!(arn.name().as_str(), "backup");
/// assert_eq!(arn.to_string(), "arn:aws-cn:s3:::backup");
/// assert!("backup".parse::<BucketArn>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct BucketArn(Arc<BucketArnParts>);

#[derive(Eq, Hash, PartialEq)]
struct BucketArnParts {
    // INVARIANT: contains `partition` and `name`, joined into an ARN of S3 or of another store; or
    // `name` alone.
    text: Box<str>,
    partition: Partition,
    name: BucketName,
    /// True for a stand-in that may be equal to another bucket of the document.
    is_ambiguous: bool,
}

impl BucketArn {
    /// Creates the ARN of a bucket, whose name may stand for an unknown one.
    #[cfg(feature = "analysis")]
    pub(crate) fn of_bucket(partition: &Partition, name: &BucketName) -> Self {
        if !name.is_stand_in() {
            return Self::new(partition.clone(), name.clone());
        }
        let (text, partition, name) = (name.as_str().into(), Partition::AWS, name.clone());
        Self(Arc::new(BucketArnParts { text, partition, name, is_ambiguous: false }))
    }

    /// Creates the ARN that stands for an unknown one, by the name that stands for its bucket. It is
    /// ambiguous if the bucket may be one that has another name in the same document.
    #[cfg(feature = "forms")]
    pub(crate) fn stand_in(name: BucketName, is_ambiguous: bool) -> Self {
        let text = name.as_str().into();
        Self(Arc::new(BucketArnParts { text, partition: Partition::AWS, name, is_ambiguous }))
    }

    /// Returns true if this stands for an unknown bucket.
    pub(crate) fn is_stand_in(&self) -> bool {
        self.0.name.is_stand_in()
    }

    /// Returns true if this stands for a bucket that a template leaves unknown, and that may be the same
    /// as another destination.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        self.0.is_ambiguous
    }

    /// Creates the ARN of a bucket.
    #[must_use]
    pub fn new(partition: Partition, name: BucketName) -> Self {
        let text = format!("arn:{partition}:s3:::{name}").into();
        Self(Arc::new(BucketArnParts { text, partition, name, is_ambiguous: false }))
    }

    /// Creates the ARN of a replication target of MinIO or RustFS,
    /// `arn:minio:replication:<region>:<id>:<bucket>` (REP-1131); `None` for any other text.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::BucketArn;
    ///
    /// let target = BucketArn::of_target("arn:minio:replication::c5acb6ac:backup").unwrap();
    /// assert_eq!(target.name().as_str(), "backup");
    /// ```
    #[must_use]
    pub fn of_target(text: &str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next();
        let (arn, store, service) = (next()?, next()?, next()?);
        let (_region, id, name) = (next()?, next()?, next()?);
        let is_target = arn == "arn" && ["minio", "rustfs"].contains(&store);
        if !is_target || service != "replication" || id.is_empty() {
            return None;
        }
        let (partition, name) = (Partition::from(store), name.parse().ok()?);
        Some(Self(Arc::new(BucketArnParts {
            text: text.into(),
            partition,
            name,
            is_ambiguous: false,
        })))
    }

    /// Returns true for the ARN of a replication target of MinIO or RustFS.
    pub(crate) fn is_target(&self) -> bool {
        Self::of_target(self.as_str()).is_some()
    }

    /// Creates the value for a store that names buckets without an ARN.
    pub(crate) fn bare(name: BucketName) -> Self {
        let text = name.as_str().into();
        Self(Arc::new(BucketArnParts {
            text,
            partition: Partition::AWS,
            name,
            is_ambiguous: false,
        }))
    }

    /// Returns the partition.
    #[must_use]
    pub fn partition(&self) -> &Partition {
        &self.0.partition
    }

    /// Returns the name of the bucket.
    #[must_use]
    pub fn name(&self) -> &BucketName {
        &self.0.name
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0.text
    }
}

impl FromStr for BucketArn {
    type Err = InvalidArn;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidArn::new("a bucket ARN such as `arn:aws:s3:::bucket`", text);
        let arn = Parts::split(text).ok_or_else(invalid)?;
        if arn.service != "s3" || !arn.region.is_empty() || !arn.account.is_empty() {
            return Err(invalid());
        }
        let name = arn.resource.parse().map_err(|_| {
            if arn.resource.contains(['/', ':']) {
                return invalid();
            }
            let expected = "the name of a bucket, which has 3 to 255 letters, digits, dots, \
                            hyphens and underscores";
            InvalidArn::new(expected, arn.resource)
        })?;
        let text = text.into();
        Ok(Self(Arc::new(BucketArnParts {
            text,
            partition: arn.partition,
            name,
            is_ambiguous: false,
        })))
    }
}

/// Compares the texts.
impl Ord for BucketArn {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.text.cmp(&other.0.text)
    }
}

impl PartialOrd for BucketArn {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for BucketArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for BucketArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BucketArn({:?})", self.as_str())
    }
}

text_serde!(BucketArn, "a bucket ARN", |word| word.parse::<BucketArn>());

/// The ARN of an IAM role: `arn:<partition>:iam::<account>:role/<path and name>` (REP-201).
///
/// # Examples
///
/// ```
/// use s3_replication::model::RoleArn;
///
/// let arn: RoleArn = "arn:aws:iam::012345678901:role/service-role/replication".parse()?;
/// assert_eq!(arn.account().as_str(), "012345678901");
/// assert_eq!(arn.path_and_name(), "service-role/replication");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct RoleArn {
    partition: Partition,
    account: AccountId,
    path_and_name: Box<str>,
}

impl RoleArn {
    /// Creates the ARN that stands for an unknown one: the expression of a template, as `${…}`.
    #[cfg(feature = "forms")]
    pub(crate) fn stand_in(expression: &str) -> Self {
        let (partition, account) = (Partition::AWS, AccountId::ZERO);
        Self { partition, account, path_and_name: expression.into() }
    }

    /// Returns the ARN that stands for the role of a store without roles.
    pub(crate) fn absent() -> &'static Self {
        static ABSENT: std::sync::LazyLock<RoleArn> = std::sync::LazyLock::new(|| {
            let (partition, account) = (Partition::AWS, AccountId::ZERO);
            RoleArn { partition, account, path_and_name: STAND_IN.into() }
        });
        &ABSENT
    }

    /// Returns true if this stands for an unknown role, whose account and partition are unknown, too.
    pub(crate) fn is_stand_in(&self) -> bool {
        self.path_and_name.contains(STAND_IN)
    }

    /// Returns the partition.
    #[must_use]
    pub const fn partition(&self) -> &Partition {
        &self.partition
    }

    /// Returns the account of the role, which owns the source bucket.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// Returns the part after `role/`.
    #[must_use]
    pub fn path_and_name(&self) -> &str {
        &self.path_and_name
    }
}

impl FromStr for RoleArn {
    type Err = InvalidArn;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid =
            || InvalidArn::new("a role ARN such as `arn:aws:iam::123456789012:role/name`", text);
        let arn = Parts::split(text).ok_or_else(invalid)?;
        let path_and_name = arn.resource.strip_prefix("role/").ok_or_else(invalid)?;
        // IAM: a path is printable ASCII (0x21 to 0x7F) between slashes, a name has these.
        let name = path_and_name.rsplit('/').next().unwrap_or_default();
        let name_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte);
        let named = !name.is_empty() && name.len() <= 64 && name.bytes().all(name_byte);
        // IAM allows a colon in a path, but in practice it means that two ARNs were joined.
        let path = path_and_name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
        let short = path_and_name.len() <= 64 + 512;
        if arn.service != "iam" || !arn.region.is_empty() || !named || !path || !short {
            return Err(invalid());
        }
        let account = arn.account.parse().map_err(|_| invalid())?;
        Ok(Self { partition: arn.partition, account, path_and_name: path_and_name.into() })
    }
}

impl fmt::Display for RoleArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_stand_in() {
            return f.write_str(&self.path_and_name);
        }
        write!(f, "arn:{}:iam::{}:role/{}", self.partition, self.account, self.path_and_name)
    }
}

text_serde!(RoleArn, "a role ARN", |word| word.parse::<RoleArn>());

/// The ARN of a KMS key or of an alias:
/// `arn:<partition>:kms:<Region>:<account>:key/<id>` or `…:alias/<name>` (REP-218).
///
/// # Examples
///
/// ```
/// use s3_replication::model::{KmsKeyArn, KmsKeyResource};
///
/// let arn: KmsKeyArn = "arn:aws:kms:eu-west-1:012345678901:key/1234abcd".parse()?;
/// assert_eq!(arn.resource(), &KmsKeyResource::Key("1234abcd".into()));
/// assert!("1234abcd".parse::<KmsKeyArn>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct KmsKeyArn(Arc<KmsKeyArnParts>);

#[derive(Debug, Eq, Hash, PartialEq)]
struct KmsKeyArnParts {
    partition: Partition,
    region: Region,
    account: AccountId,
    resource: KmsKeyResource,
}

/// The resource of a [`KmsKeyArn`].
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "KMS has keys and aliases of keys")]
pub enum KmsKeyResource {
    /// A key, by its ID.
    Key(Box<str>),
    /// An alias, by its name without `alias/`.
    Alias(Box<str>),
}

impl KmsKeyArn {
    /// Creates the ARN that stands for an unknown one: the expression of a template, as `${…}`.
    #[cfg(feature = "forms")]
    pub(crate) fn stand_in(expression: &str) -> Self {
        Self(Arc::new(KmsKeyArnParts {
            partition: Partition::AWS,
            region: Region("unknown".into()),
            account: AccountId::ZERO,
            resource: KmsKeyResource::Key(expression.into()),
        }))
    }

    /// Returns true if this stands for an unknown key, whose Region and account are unknown, too.
    pub(crate) fn is_stand_in(&self) -> bool {
        matches!(self.resource(), KmsKeyResource::Key(key) if key.contains(STAND_IN))
    }
    /// Returns the partition.
    #[must_use]
    pub fn partition(&self) -> &Partition {
        &self.0.partition
    }

    /// Returns the Region.
    #[must_use]
    pub fn region(&self) -> &Region {
        &self.0.region
    }

    /// Returns the account that owns the key or alias.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.0.account
    }

    /// Returns the key or alias.
    #[must_use]
    pub fn resource(&self) -> &KmsKeyResource {
        &self.0.resource
    }

    /// Returns the ID of a multi-Region key, which begins with `mrk-`; `None` for another key and
    /// for an alias (REP-627).
    #[must_use]
    pub fn multi_region_id(&self) -> Option<&str> {
        match self.resource() {
            KmsKeyResource::Key(id) if id.starts_with("mrk-") => Some(id),
            _ => None,
        }
    }

    /// Returns the related multi-Region key in a Region, which has the same ID and account; `None`
    /// if this is not a multi-Region key. The related key may not exist (REP-627).
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::KmsKeyArn;
    ///
    /// let key: KmsKeyArn = "arn:aws:kms:eu-west-1:012345678901:key/mrk-1234abcd".parse()?;
    /// let related = key.related_in(&"us-east-2".parse()?).unwrap();
    /// assert_eq!(related.to_string(), "arn:aws:kms:us-east-2:012345678901:key/mrk-1234abcd");
    ///
    /// let single: KmsKeyArn = "arn:aws:kms:eu-west-1:012345678901:key/1234abcd".parse()?;
    /// assert_eq!(single.related_in(&"us-east-2".parse()?), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn related_in(&self, region: &Region) -> Option<Self> {
        let id = self.multi_region_id()?;
        Some(Self(Arc::new(KmsKeyArnParts {
            partition: self.partition().clone(),
            region: region.clone(),
            account: self.account(),
            resource: KmsKeyResource::Key(id.into()),
        })))
    }
}

impl FromStr for KmsKeyArn {
    type Err = InvalidArn;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || {
            let expected = "the ARN of a KMS key or alias such as \
                            `arn:aws:kms:eu-west-1:123456789012:key/id`";
            InvalidArn::new(expected, text)
        };
        let arn = Parts::split(text).filter(|arn| arn.service == "kms").ok_or_else(invalid)?;
        Ok(Self(Arc::new(KmsKeyArnParts {
            region: arn.region.parse().map_err(|_| invalid())?,
            account: arn.account.parse().map_err(|_| invalid())?,
            resource: KmsKeyResource::of_arn(arn.resource).ok_or_else(invalid)?,
            partition: arn.partition,
        })))
    }
}

impl KmsKeyResource {
    fn of_arn(resource: &str) -> Option<Self> {
        let (kind, name) = resource.split_once('/')?;
        let key_byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let alias_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"/_-".contains(&byte);
        match kind {
            "key" if !name.is_empty() && name.bytes().all(key_byte) => Some(Self::Key(name.into())),
            "alias" if !name.is_empty() && name.bytes().all(alias_byte) => {
                Some(Self::Alias(name.into()))
            }
            _ => None,
        }
    }
}

impl fmt::Display for KmsKeyArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let KmsKeyArnParts { partition, region, account, resource } = &*self.0;
        if let (true, KmsKeyResource::Key(expression)) = (self.is_stand_in(), resource) {
            return f.write_str(expression);
        }
        write!(f, "arn:{partition}:kms:{region}:{account}:{resource}")
    }
}

impl fmt::Display for KmsKeyResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(id) => write!(f, "key/{id}"),
            Self::Alias(name) => write!(f, "alias/{name}"),
        }
    }
}

text_serde!(KmsKeyArn, "the ARN of a KMS key or alias", |word| word.parse::<KmsKeyArn>());

/// The six parts of an ARN.
struct Parts<'t> {
    partition: Partition,
    service: &'t str,
    region: &'t str,
    account: &'t str,
    resource: &'t str,
}

impl<'t> Parts<'t> {
    fn split(text: &'t str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next();
        if next()? != "arn" {
            return None;
        }
        Some(Self {
            partition: Partition::of_arn(next()?)?,
            service: next()?,
            region: next()?,
            account: next()?,
            resource: next()?,
        })
    }
}

/// The error returned when a text is not an ARN of the expected kind, or not a [`Region`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{given}` is not {expected}")]
pub struct InvalidArn {
    expected: &'static str,
    given: String,
}

impl InvalidArn {
    fn new(expected: &'static str, given: &str) -> Self {
        Self { expected, given: given.to_owned() }
    }

    /// Returns the expected text, as a phrase with an example.
    #[must_use]
    pub const fn expected(&self) -> &'static str {
        self.expected
    }
}
