use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::Dialect;
use crate::engine::Engine;
use crate::lint::{self, Context};
use crate::model::{
    AccountId, BucketKeyStatus, BucketName, BucketSettings, EncryptionStatus, Event, KmsKeyArn,
    KnownBuckets, ObjectLock, Region, ReplicationConfiguration, ReplicationStatus, RetentionMode,
    StorageClass, Tag, VersionId, Versioning,
};
use crate::replication::{FailureReason, Ledger, ObjectKey};
use crate::storage::StoredVersion;

mod bucket;
mod found;
mod job;
mod lifecycle;
mod requests;
mod sides;
mod versions;

use self::bucket::Bucket;
pub use self::job::MemoryJob;
pub use self::sides::{MemoryBucket, TaskRun};

/// The bytes of an object, shared by its replicas.
type Body = Arc<[u8]>;

/// Buckets in memory that behave like S3's, as far as replication can tell.
///
/// Time and version ids are arguments. Nothing replicates by itself: [`MemoryStore::replicate`]
/// runs what is pending.
///
/// # Examples
///
/// ```
/// use s3_replication::model::{ReplicationStatus, Timestamp, Versioning};
/// use s3_replication::storage::{MemoryStore, NewBucket, NewObject};
/// use s3_replication::{Dialect, ReplicationConfiguration};
///
/// # let configuration = ReplicationConfiguration::from_json(
/// #     r#"{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [
/// #         {"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {},
/// #          "DeleteMarkerReplication": {"Status": "Disabled"},
/// #          "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
/// # )?;
/// let now: Timestamp = "2026-11-22T09:00:00Z".parse()?;
/// let (photos, backup) = ("photos".parse()?, "backup".parse()?);
/// let store = MemoryStore::new();
/// for bucket in [&photos, &backup] {
///     store.create_bucket(bucket, NewBucket::default())?;
///     store.put_versioning(bucket, Versioning::Enabled)?;
/// }
/// store.put_replication(&photos, &configuration, &Dialect::AWS)?;
///
/// let id = "v1".parse()?;
/// store.put_object(&photos, NewObject::new("cat.jpg", "meow"), &id, now)?;
/// assert_eq!(store.status(&photos, "cat.jpg", &id)?, Some(ReplicationStatus::Pending));
///
/// store.replicate(now);
/// assert_eq!(store.status(&photos, "cat.jpg", &id)?, Some(ReplicationStatus::Completed));
/// assert_eq!(store.status(&backup, "cat.jpg", &id)?, Some(ReplicationStatus::Replica));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct MemoryStore {
    buckets: Mutex<BTreeMap<BucketName, Bucket>>,
}

/// What is said about a bucket when it is created.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct NewBucket {
    /// The Region.
    pub region: Option<Region>,
    /// The account that owns it.
    pub account: Option<AccountId>,
    /// Whether Object Lock is enabled.
    pub object_lock: bool,
    /// The retention that versions get which come without: a mode and a number of days.
    pub default_retention: Option<(RetentionMode, u32)>,
    /// The encryption that versions get which come without.
    pub default_encryption: Option<EncryptionStatus>,
}

/// What keeps replication from or to a bucket, until it is taken away again.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[non_exhaustive]
pub enum InjectedFault {
    /// The bucket is out of reach: what is asked for stays pending.
    Outage,
    /// The bucket refuses everything, for this reason.
    Refusal(FailureReason),
    /// The bucket is slow: what was asked for less than this many seconds ago stays pending.
    #[serde(rename = "SlowSeconds")]
    Slow(u32),
}

/// What is said about an object when it is written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NewObject {
    /// The key.
    pub key: ObjectKey,
    /// How it is written; one of the events of creation.
    pub event: Event,
    /// The bytes.
    pub body: Arc<[u8]>,
    /// How many bytes it is said to have; there need not be that many here.
    pub size: u64,
    /// The tags.
    pub tags: Vec<Tag>,
    /// The ACL, in any writing.
    pub acl: String,
    /// Retention and legal hold; the default of the bucket where none is given.
    pub lock: ObjectLock,
    /// The metadata that stays as it is, such as `Content-Type`.
    pub user_metadata: BTreeMap<String, String>,
    /// The storage class.
    pub storage_class: StorageClass,
    /// The encryption; `None` is the default of the bucket.
    pub encryption: Option<EncryptionStatus>,
    /// The KMS key, if there is one.
    pub kms_key_id: Option<KmsKeyArn>,
    /// Whether it uses an S3 Bucket Key.
    pub bucket_key: Option<BucketKeyStatus>,
}

impl NewObject {
    /// Creates an object with S3's values for everything but key and body.
    #[must_use]
    pub fn new(key: impl Into<ObjectKey>, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        Self { body: body.into(), ..Self::sized(key, body.len() as u64) }
    }

    /// Creates an object of which only the size is known.
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
}

impl MemoryStore {
    /// Creates a store without buckets.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<BucketName, Bucket>> {
        // Whoever panicked did so between whole operations: nothing is half done.
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something in a bucket.
    fn within<T>(
        &self,
        name: &BucketName,
        work: impl FnOnce(&mut Bucket) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        self.lock().get_mut(name).map_or_else(|| Err(no_such_bucket()), work)
    }

    /// Does something with the ledger of a bucket, if it has one.
    fn with_ledger<T>(&self, name: &BucketName, work: impl FnOnce(&mut Ledger) -> T) -> Option<T> {
        self.lock().get_mut(name)?.ledger.as_mut().map(work)
    }

    /// Creates a bucket, unversioned.
    ///
    /// # Errors
    ///
    /// `BucketAlreadyExists`.
    pub fn create_bucket(
        &self,
        name: &BucketName,
        settings: NewBucket,
    ) -> Result<(), ServiceError> {
        let mut buckets = self.lock();
        if buckets.contains_key(name) {
            let text = "The requested bucket name is not available. The bucket namespace is \
                        shared by all users of the system. Please select a different name and \
                        try again.";
            return Err(ServiceError::new(ServiceErrorCode::BUCKET_ALREADY_EXISTS, text));
        }
        buckets.insert(name.clone(), Bucket::new(name.clone(), settings));
        Ok(())
    }

    /// Deletes a bucket that holds nothing.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `BucketNotEmpty`.
    pub fn delete_bucket(&self, name: &BucketName) -> Result<(), ServiceError> {
        let mut buckets = self.lock();
        let bucket = buckets.get(name).ok_or_else(no_such_bucket)?;
        if !bucket.is_empty() {
            let text = "The bucket you tried to delete is not empty. You must delete all versions \
                        in the bucket.";
            return Err(ServiceError::new(ServiceErrorCode::BUCKET_NOT_EMPTY, text));
        }
        buckets.remove(name);
        Ok(())
    }

    /// Enables or suspends versioning.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`; `InvalidBucketState` when versioning would be suspended under a replication
    /// configuration (REP-253); `IllegalVersioningConfigurationException` for taking it back.
    pub fn put_versioning(
        &self,
        name: &BucketName,
        versioning: Versioning,
    ) -> Result<(), ServiceError> {
        self.within(name, |bucket| bucket.put_versioning(versioning))
    }

    /// Puts a replication configuration on a bucket, or another in its place.
    ///
    /// # Errors
    ///
    /// What S3 would answer, given the state of the buckets here.
    pub fn put_replication(
        &self,
        name: &BucketName,
        configuration: &ReplicationConfiguration,
        dialect: &Dialect,
    ) -> Result<(), ServiceError> {
        let mut buckets = self.lock();
        if !buckets.contains_key(name) {
            return Err(no_such_bucket());
        }
        let known = known(&buckets, configuration);
        let draft = configuration.to_draft();
        let context = Context::new(&draft, dialect, &known).with_source(Some(name));
        if let Some(answer) = lint::refusals(&context).report.first_refusal() {
            return Err(answer.clone());
        }
        if let Some(bucket) = buckets.get_mut(name) {
            bucket.put_replication(Engine::with_dialect(configuration, dialect));
        }
        Ok(())
    }

    /// Takes the replication configuration away; statuses stay as they are.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub fn delete_replication(&self, name: &BucketName) -> Result<(), ServiceError> {
        self.within(name, |bucket| {
            bucket.replicates = false;
            Ok(())
        })
    }

    /// Returns the status that S3 shows for a version.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`.
    pub fn status(
        &self,
        name: &BucketName,
        key: impl Into<ObjectKey>,
        id: &VersionId,
    ) -> Result<Option<ReplicationStatus>, ServiceError> {
        self.within(name, |bucket| bucket.status(&key.into(), id))
    }

    /// Returns a version.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`.
    pub fn version(
        &self,
        name: &BucketName,
        key: impl Into<ObjectKey>,
        id: &VersionId,
    ) -> Result<StoredVersion<Arc<[u8]>>, ServiceError> {
        self.within(name, |bucket| Ok(bucket.get_mut(&key.into(), id)?.version.clone()))
    }

    /// Returns the id of the latest version of an object, which may be a delete marker.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub fn latest(
        &self,
        name: &BucketName,
        key: impl Into<ObjectKey>,
    ) -> Result<Option<VersionId>, ServiceError> {
        self.within(name, |bucket| Ok(bucket.latest(&key.into()).cloned()))
    }

    /// Returns the names of the buckets.
    #[must_use]
    pub fn buckets(&self) -> Vec<BucketName> {
        self.lock().keys().cloned().collect()
    }

    /// Returns what is known about a bucket.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub fn facts(&self, name: &BucketName) -> Result<BucketSettings, ServiceError> {
        self.within(name, |bucket| Ok(bucket.facts()))
    }

    /// Lists versions, page by page, as [`Source::versions`](crate::storage::Source::versions)
    /// does, whatever fault the bucket has.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub fn list(
        &self,
        name: &BucketName,
        after: Option<(&ObjectKey, &VersionId)>,
        limit: usize,
    ) -> Result<Vec<StoredVersion<()>>, ServiceError> {
        self.within(name, |bucket| Ok(bucket.page(after, limit)))
    }

    /// Returns all versions of a bucket, by key, the latest first.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub fn versions(
        &self,
        name: &BucketName,
    ) -> Result<Vec<StoredVersion<Arc<[u8]>>>, ServiceError> {
        self.within(name, |bucket| Ok(bucket.all()))
    }
}

/// Returns what the store knows of the destinations of a configuration, and of all buckets.
fn known(
    buckets: &BTreeMap<BucketName, Bucket>,
    configuration: &ReplicationConfiguration,
) -> KnownBuckets {
    let named = configuration.rules().iter().map(|rule| rule.destination.bucket.name());
    let missing = named.filter(|name| !buckets.contains_key(*name)).cloned();
    let known = missing.fold(KnownBuckets::new(), KnownBuckets::with_missing_bucket);
    buckets
        .iter()
        .fold(known, |known, (name, bucket)| known.with_bucket(name.clone(), bucket.facts()))
}

fn no_such_bucket() -> ServiceError {
    let text = "The specified bucket does not exist";
    ServiceError::new(ServiceErrorCode::NO_SUCH_BUCKET, text)
}
