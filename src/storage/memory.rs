use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::diagnostic::{ServiceError, ServiceErrorCode, Severity};
use crate::dialect::Dialect;
use crate::engine::Engine;
use crate::lint::{self, Subject};
use crate::model::{
    AccountId, BucketArn, BucketName, DeleteMarkerOrigin, EncryptionStatus, Event, KnownBuckets,
    Region, ReplicationConfiguration, ReplicationStatus, RetentionMode, StorageClass, Tag,
    Timestamp, VersionId, Versioning,
};
use crate::replication::{FailureReason, Ledger, Notification, ObjectKey};
use crate::storage::driver::drive;
use crate::storage::{Destination, Drive, Fault, Metadata, Source, StoredVersion};

mod bucket;

use self::bucket::Bucket;

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

/// What is said about an object when it is written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NewObject {
    /// The key.
    pub key: ObjectKey,
    /// The bytes.
    pub body: Arc<[u8]>,
    /// The tags.
    pub tags: Vec<Tag>,
    /// The metadata that stays as it is, such as `Content-Type`.
    pub user_metadata: BTreeMap<String, String>,
    /// The storage class.
    pub storage_class: StorageClass,
    /// The encryption; `None` is the default of the bucket.
    pub encryption: Option<EncryptionStatus>,
}

impl NewObject {
    /// Creates an object with S3's values for everything but key and body.
    #[must_use]
    pub fn new(key: &str, body: impl AsRef<[u8]>) -> Self {
        Self {
            key: key.into(),
            body: body.as_ref().into(),
            tags: Vec::new(),
            user_metadata: BTreeMap::new(),
            storage_class: StorageClass::STANDARD,
            encryption: None,
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
        let subject = Subject::new(&draft, dialect, &known).with_source(Some(name));
        let found = lint::check(&subject).into_iter();
        let found = found.map(|(lint, found)| (lint.stage, found)).collect();
        let report = lint::in_order_of_store(found);
        let refusal = report.iter().find(|found| found.severity == Severity::Error);
        if let Some(answer) = refusal.and_then(|found| found.service_error.clone()) {
            return Err(answer);
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

    /// Writes an object. In a bucket with versioning it is a new version with the id given; in
    /// another it is the null version, in place of the one before.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub fn put_object(
        &self,
        name: &BucketName,
        object: NewObject,
        id: &VersionId,
        at: Timestamp,
    ) -> Result<VersionId, ServiceError> {
        self.within(name, |bucket| {
            let id = bucket.id_for(id);
            let mut metadata = Metadata::new(at, name.clone());
            metadata.tags = object.tags;
            let size = object.body.len() as u64;
            let key = object.key;
            let body = (object.body, size);
            let mut version = StoredVersion::new(key.clone(), id.clone(), body, metadata);
            version.user_metadata = object.user_metadata;
            version.storage_class = object.storage_class;
            version.encryption = object.encryption;
            bucket.insert(version, false);
            bucket.observe_version(&key, &id, Event::ObjectCreatedPut, at);
            Ok(id)
        })
    }

    /// Deletes an object without naming a version: makes a delete marker with the id given.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub fn delete_object(
        &self,
        name: &BucketName,
        key: &str,
        id: &VersionId,
        at: Timestamp,
    ) -> Result<VersionId, ServiceError> {
        let event = Event::ObjectRemovedDeleteMarkerCreated;
        self.within(name, |bucket| {
            Ok(bucket.mark(&key.into(), id, DeleteMarkerOrigin::User, event, at))
        })
    }

    /// Deletes a version, or a delete marker, for good.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`; `AccessDenied` for a version under legal hold or retention.
    pub fn delete_version(
        &self,
        name: &BucketName,
        key: &str,
        id: &VersionId,
        at: Timestamp,
    ) -> Result<Vec<Notification>, ServiceError> {
        self.within(name, |bucket| bucket.remove(&key.into(), id, Event::ObjectRemovedDelete, at))
    }

    /// Changes tags, ACL or lock of a version; `event` says which.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`; `MethodNotAllowed` for a delete marker.
    pub fn change_metadata(
        &self,
        name: &BucketName,
        (key, id): (&str, &VersionId),
        event: Event,
        at: Timestamp,
        change: impl FnOnce(&mut Metadata),
    ) -> Result<(), ServiceError> {
        self.within(name, |bucket| {
            let held = bucket.get_mut(&key.into(), id)?;
            if held.version.body.is_none() {
                let text = "The specified method is not allowed against this resource.";
                return Err(ServiceError::new(ServiceErrorCode::METHOD_NOT_ALLOWED, text));
            }
            change(&mut held.version.metadata);
            (held.version.metadata.changed, held.version.metadata.changed_in) = (at, name.clone());
            bucket.observe_version(&key.into(), id, event, at);
            Ok(())
        })
    }

    /// Does what a lifecycle rule would: moves a version to another class. Returns false when
    /// replication holds it off (REP-707).
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`.
    pub fn transition(
        &self,
        name: &BucketName,
        (key, id): (&str, &VersionId),
        class: StorageClass,
        at: Timestamp,
    ) -> Result<bool, ServiceError> {
        self.within(name, |bucket| {
            if bucket.holds_lifecycle(&key.into(), id) {
                return Ok(false);
            }
            bucket.get_mut(&key.into(), id)?.version.storage_class = class;
            bucket.observe_version(&key.into(), id, Event::LifecycleTransition, at);
            Ok(true)
        })
    }

    /// Does what a lifecycle rule would: makes a delete marker. Returns false when replication
    /// holds it off (REP-707).
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub fn expire(
        &self,
        name: &BucketName,
        key: &str,
        id: &VersionId,
        at: Timestamp,
    ) -> Result<bool, ServiceError> {
        let event = Event::LifecycleExpirationDeleteMarkerCreated;
        self.within(name, |bucket| {
            let held = bucket.latest(&key.into()).is_some_and(|latest| {
                bucket.holds_lifecycle(&key.into(), &latest.version.version_id)
            });
            if !held {
                bucket.mark(&key.into(), id, DeleteMarkerOrigin::Lifecycle, event, at);
            }
            Ok(!held)
        })
    }

    /// Puts a bucket out of reach, or makes it refuse whatever replication asks, until it is mended
    /// with `None`. A bucket that only refuses does so for the reason given.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub fn break_bucket(
        &self,
        name: &BucketName,
        fault: Option<Fault<()>>,
    ) -> Result<(), ServiceError> {
        self.within(name, |bucket| {
            bucket.fault = fault;
            Ok(())
        })
    }

    /// Runs what is pending in all buckets, each task once, and returns what came of it. Others may
    /// use the store meanwhile.
    pub fn replicate(&self, at: Timestamp) -> Drive {
        let names: Vec<BucketName> = self.lock().keys().cloned().collect();
        let mut all = Drive::default();
        for name in &names {
            let with_ledger = |work: &mut dyn FnMut(&mut Ledger)| {
                let mut buckets = self.lock();
                buckets.get_mut(name).and_then(|bucket| bucket.ledger.as_mut()).map(work);
            };
            let source = Side { store: self, source: name };
            let each = |_: &_, _: &_| ControlFlow::Continue(());
            all.append(drive(with_ledger, &source, self, at, each));
        }
        all
    }

    /// Returns the status that S3 shows for a version.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`.
    pub fn status(
        &self,
        name: &BucketName,
        key: &str,
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
        key: &str,
        id: &VersionId,
    ) -> Result<StoredVersion<Arc<[u8]>>, ServiceError> {
        self.within(name, |bucket| Ok(bucket.get_mut(&key.into(), id)?.version.clone()))
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
        self.within(name, |bucket| Ok(bucket.versions().cloned().collect()))
    }
}

/// One bucket of the store, to replicate from.
struct Side<'s> {
    store: &'s MemoryStore,
    source: &'s BucketName,
}

impl Source for Side<'_> {
    type Body = Body;
    type Error = ServiceError;

    fn read(
        &self,
        key: &ObjectKey,
        version_id: &VersionId,
    ) -> Result<StoredVersion<Body>, Fault<ServiceError>> {
        let mut buckets = self.store.lock();
        let bucket = buckets
            .get_mut(self.source)
            .ok_or_else(|| Fault::Final(FailureReason::SRC_BUCKET_NOT_FOUND, no_such_bucket()))?;
        bucket.check_fault()?;
        let held = bucket.get_mut(key, version_id);
        let held =
            held.map_err(|error| Fault::Final(FailureReason::SRC_VERSION_NOT_FOUND, error))?;
        Ok(held.version.clone())
    }
}

impl MemoryStore {
    /// Does something in a destination bucket, which must be there and versioned.
    fn within_destination(
        &self,
        bucket: &BucketArn,
        work: impl FnOnce(&mut Bucket) -> Result<(), Fault<ServiceError>>,
    ) -> Result<(), Fault<ServiceError>> {
        let mut buckets = self.lock();
        let missing = || Fault::Final(FailureReason::DST_BUCKET_NOT_FOUND, no_such_bucket());
        let bucket = buckets.get_mut(bucket.name()).ok_or_else(missing)?;
        bucket.check_fault()?;
        if bucket.versioning != Versioning::Enabled {
            let text = "Destination bucket must have versioning enabled.";
            let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, text);
            return Err(Fault::Final(FailureReason::DST_BUCKET_UNVERSIONED, error));
        }
        work(bucket)
    }
}

impl Destination<Body> for MemoryStore {
    type Error = ServiceError;

    fn put_replica(
        &self,
        bucket: &BucketArn,
        replica: StoredVersion<Body>,
    ) -> Result<(), Fault<ServiceError>> {
        self.within_destination(bucket, |bucket| bucket.insert_replica(replica))
    }

    fn put_metadata(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        metadata: &Metadata,
    ) -> Result<(), Fault<ServiceError>> {
        self.within_destination(bucket, |bucket| {
            let held = bucket.get_mut(key, version_id);
            let held =
                held.map_err(|error| Fault::Final(FailureReason::DST_VERSION_NOT_FOUND, error))?;
            if metadata.is_newer_than(&held.version.metadata) {
                let kept = held.version.metadata.lock.retention;
                held.version.metadata = metadata.clone();
                held.version.metadata.lock.retention = metadata.lock.retention.or(kept);
            }
            Ok(())
        })
    }
}

/// Returns what the store knows of the destinations of a configuration, and of all buckets.
fn known(
    buckets: &BTreeMap<BucketName, Bucket>,
    configuration: &ReplicationConfiguration,
) -> KnownBuckets {
    let named = configuration.rules().iter().map(|rule| rule.destination.bucket.name());
    let missing = named.filter(|name| !buckets.contains_key(*name)).cloned();
    let known = missing.fold(KnownBuckets::new(), KnownBuckets::without);
    buckets.iter().fold(known, |known, (name, bucket)| known.with(name.clone(), bucket.facts()))
}

fn no_such_bucket() -> ServiceError {
    let text = "The specified bucket does not exist";
    ServiceError::new(ServiceErrorCode::NO_SUCH_BUCKET, text)
}
