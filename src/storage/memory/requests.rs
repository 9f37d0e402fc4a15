//! Requests of users and administrators to one bucket.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bucket::Bucket;
use super::{Body, MemoryBucket, NewObject, no_such_bucket};
use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::Dialect;
use crate::engine::Engine;
use crate::lint::{self, Context};
use crate::model::{
    BucketName, DefaultRetention, DeleteMarkerOrigin, EncryptionStatus, Event, KmsKeyArn,
    KnownBuckets, MetadataAspect, ObjectLock, ReplicationConfiguration, ReplicationStatus,
    Timestamp, VersionId, Versioning,
};
use crate::permissions::{GivenDocuments, Refusal, Setup, Verdict};
use crate::replication::{Notification, ObjectKey};
use crate::storage::{InjectedFault, MetadataValue, StoredVersion};

impl MemoryBucket<'_> {
    /// Calls a closure with the bucket.
    pub(super) fn with<T>(
        &self,
        work: impl FnOnce(&mut Bucket) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        self.store.lock().get_mut(self.name).map_or_else(|| Err(no_such_bucket()), work)
    }

    /// Enables or suspends versioning.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`; `InvalidBucketState` for suspending versioning while the bucket has a
    /// replication configuration (REP-253); `IllegalVersioningConfigurationException` for returning
    /// to the unversioned state.
    pub fn put_versioning(&self, versioning: Versioning) -> Result<(), ServiceError> {
        self.with(|bucket| bucket.put_versioning(versioning))
    }

    /// Sets the encryption of objects that are written without one. `None` restores the default
    /// encryption of S3, which is SSE-S3. Existing versions do not change.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`; `InvalidArgument` for an encryption that cannot be the default of a bucket
    /// (REP-604), and for a KMS key with an encryption that has none.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::{BucketName, BucketSettings, EncryptionStatus};
    /// use s3_replication::storage::MemoryStore;
    ///
    /// let (store, backup) = (MemoryStore::new(), "backup".parse::<BucketName>()?);
    /// store.create_bucket(&backup, BucketSettings::new())?;
    /// store.bucket(&backup).put_default_encryption(Some(EncryptionStatus::SseKms), None, true)?;
    /// assert!(store.bucket(&backup).put_default_encryption(Some(EncryptionStatus::SseC), None, false).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn put_default_encryption(
        &self,
        encryption: Option<EncryptionStatus>,
        kms_key_id: Option<KmsKeyArn>,
        bucket_key_enabled: bool,
    ) -> Result<(), ServiceError> {
        self.with(|bucket| {
            let invalid =
                |text: &'static str| ServiceError::new(ServiceErrorCode::INVALID_ARGUMENT, text);
            if encryption.is_some_and(|given| !EncryptionStatus::OF_BUCKETS.contains(&given)) {
                return Err(invalid("This encryption cannot be the default of a bucket"));
            }
            if kms_key_id.is_some() && !encryption.is_some_and(EncryptionStatus::is_kms) {
                return Err(invalid("A KMS key needs SSE-KMS or DSSE-KMS"));
            }
            bucket.put_default_encryption(encryption, kms_key_id, bucket_key_enabled);
            Ok(())
        })
    }

    /// Enables Object Lock on the bucket, and sets the retention of objects that are written without
    /// one. Object Lock cannot be disabled.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`; `InvalidBucketState` if versioning is not enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::{BucketName, BucketSettings, Versioning};
    /// use s3_replication::storage::MemoryStore;
    ///
    /// let (store, backup) = (MemoryStore::new(), "backup".parse::<BucketName>()?);
    /// store.create_bucket(&backup, BucketSettings::new())?;
    /// assert!(store.bucket(&backup).put_object_lock(None).is_err());
    /// store.bucket(&backup).put_versioning(Versioning::Enabled)?;
    /// store.bucket(&backup).put_object_lock(None)?;
    /// assert!(store.bucket(&backup).settings()?.has_object_lock());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn put_object_lock(
        &self,
        default_retention: Option<DefaultRetention>,
    ) -> Result<(), ServiceError> {
        self.with(|bucket| bucket.put_object_lock(default_retention))
    }

    /// Puts a replication configuration on the bucket, and replaces an existing one.
    ///
    /// # Errors
    ///
    /// The error that S3 would return, given the state of all buckets of the store.
    pub fn put_replication(
        &self,
        configuration: &ReplicationConfiguration,
        dialect: &Dialect,
    ) -> Result<(), ServiceError> {
        let mut buckets = self.store.lock();
        if !buckets.contains_key(self.name) {
            return Err(no_such_bucket());
        }
        let known = known_buckets(&buckets, configuration);
        let draft = configuration.to_draft();
        let context = Context::new(&draft, dialect, &known).with_source(Some(self.name));
        if let Some(answer) = lint::refusals(&context).report.first_refusal() {
            return Err(answer.clone());
        }
        if let Some(bucket) = buckets.get_mut(self.name) {
            bucket.configuration = Some((configuration.clone(), dialect.clone()));
            bucket.put_replication(Engine::with_dialect(configuration, dialect));
        }
        Ok(())
    }

    /// Deletes the replication configuration. The replication statuses of versions stay.
    ///
    /// A bucket without a configuration stays as it is (REP-260).
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub fn delete_replication(&self) -> Result<(), ServiceError> {
        self.with(|bucket| {
            bucket.replicates = false;
            Ok(())
        })
    }

    /// Sets the policies under which the bucket replicates: those of the role of its configuration,
    /// and of the buckets and KMS keys that it uses. `None` permits everything, which is the default.
    ///
    /// A task that the policies do not permit fails with the reason of S3; tags may be withheld. Where
    /// S3 publishes no reason, and where a decision depends on an unknown condition key, the task
    /// stays pending.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::BucketSettings;
    /// use s3_replication::permissions::GivenDocuments;
    /// use s3_replication::storage::MemoryStore;
    ///
    /// let (store, photos) = (MemoryStore::new(), "photos".parse()?);
    /// store.create_bucket(&photos, BucketSettings::new())?;
    /// store.bucket(&photos).put_policies(Some(GivenDocuments::new()))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn put_policies(&self, policies: Option<GivenDocuments>) -> Result<(), ServiceError> {
        self.with(|bucket| {
            bucket.policies = policies.map(Arc::new);
            Ok(())
        })
    }

    /// Injects a fault, which affects replication from and to the bucket and the objects that jobs
    /// write into it. `None` removes the fault.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub fn inject_fault(&self, fault: Option<InjectedFault>) -> Result<(), ServiceError> {
        self.with(|bucket| {
            bucket.fault = fault;
            Ok(())
        })
    }

    /// Writes an object and returns its version ID.
    ///
    /// If versioning is enabled, the object is a new version with the given ID. Otherwise it
    /// replaces the null version.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`; `InvalidRequest` for retention or a hold in a bucket without Object Lock; `InvalidArgument` for retention that ends in the past; `AccessDenied` for an encryption
    /// that the bucket blocks (REP-629).
    pub fn put_object(
        &self,
        object: NewObject,
        id: &VersionId,
        at: Timestamp,
    ) -> Result<VersionId, ServiceError> {
        self.with(|bucket| {
            bucket.check_lock_change(&ObjectLock::default(), &object.lock, at)?;
            bucket.check_encryption(object.encryption)?;
            let id = bucket.id_for(id);
            let event = object.event;
            bucket.write(object.into_version(id.clone(), at, self.name.clone()), event, at);
            Ok(id)
        })
    }

    /// Deletes an object without naming a version: adds a delete marker with the given version ID,
    /// and returns the ID that it got.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`.
    pub fn delete_object(
        &self,
        key: impl Into<ObjectKey>,
        id: &VersionId,
        at: Timestamp,
    ) -> Result<VersionId, ServiceError> {
        let event = Event::ObjectRemovedDeleteMarkerCreated;
        self.with(|bucket| {
            Ok(bucket.add_delete_marker(&key.into(), id, DeleteMarkerOrigin::User, event, at))
        })
    }

    /// Permanently deletes a version or a delete marker, and returns the event notifications that S3
    /// would send.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`; `AccessDenied` if a legal hold or retention protects the version.
    pub fn delete_version(
        &self,
        key: impl Into<ObjectKey>,
        id: &VersionId,
        at: Timestamp,
    ) -> Result<Vec<Notification>, ServiceError> {
        self.with(|bucket| bucket.remove(&key.into(), id, Event::ObjectRemovedDelete, at))
    }

    /// Changes the tags, the ACL, the retention or a hold of a version. No other aspect of its
    /// metadata changes.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`; `MethodNotAllowed` for a delete marker; `InvalidRequest`
    /// for retention or a hold in a bucket without Object Lock; `AccessDenied` for weaker
    /// retention than before; `InvalidArgument` for retention that ends in the past;
    /// `AccessControlListNotSupported` for an ACL if the bucket owner owns all objects (REP-631).
    pub fn change_metadata(
        &self,
        key: impl Into<ObjectKey>,
        id: &VersionId,
        value: MetadataValue,
        at: Timestamp,
    ) -> Result<(), ServiceError> {
        self.with(|bucket| {
            let key = key.into();
            let version = &bucket.get_mut(&key, id)?.version;
            if version.body.is_none() {
                return Err(ServiceError::method_not_allowed());
            }
            if value.aspect() == MetadataAspect::Acl && bucket.has_no_acls() {
                return Err(ServiceError::new(
                    ServiceErrorCode::ACCESS_CONTROL_LIST_NOT_SUPPORTED,
                    "The bucket does not allow ACLs",
                ));
            }
            let version = &bucket.get_mut(&key, id)?.version;
            let mut metadata = version.metadata.clone();
            let (lock, event) = (metadata.lock, value.event());
            metadata.change(value, at, self.name);
            bucket.check_lock_change(&lock, &metadata.lock, at)?;
            bucket.get_mut(&key, id)?.version.metadata = metadata;
            bucket.observe_version(&key, id, event, at);
            Ok(())
        })
    }

    /// Replicates a version as a task of S3 Batch Replication does: the ledger creates tasks for
    /// every destination that does not have the version.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`, `NoSuchVersion`; `InitiateReplicationNotPermitted` or `AssumeRoleNotPermitted`,
    /// with which a job fails the task, if the [policies](Self::put_policies) of the bucket contain those
    /// of the role of a job and do not permit it (REP-1230), and `PermissionUndecided`, a code of ours, if
    /// that depends on an unknown condition key.
    pub fn batch_replicate(
        &self,
        key: impl Into<ObjectKey>,
        id: &VersionId,
        at: Timestamp,
    ) -> Result<(), ServiceError> {
        let key = key.into();
        self.check_initiation(&key)?;
        self.with(|bucket| {
            bucket.get_mut(&key, id)?;
            bucket.observe_version(&key, id, Event::BatchReplication, at);
            Ok(())
        })
    }

    /// Refuses a task of a job if the policies of the bucket do not permit it to the role of the job.
    fn check_initiation(&self, key: &ObjectKey) -> Result<(), ServiceError> {
        let buckets = self.store.lock();
        let Some(bucket) = buckets.get(self.name) else { return Ok(()) };
        let (Some(policies), Some((configuration, dialect))) =
            (bucket.policies.clone(), bucket.configuration.clone())
        else {
            return Ok(());
        };
        let known = known_buckets(&buckets, &configuration);
        drop(buckets);
        // A policy is text; a key that is not gets replacement characters, which match wildcards.
        let key = String::from_utf8_lossy(key.as_bytes());
        let setup = Setup::new(&configuration, self.name.clone(), &dialect, &known);
        let (code, message) = match setup.with_generated_job().judge_initiation(&policies, &key) {
            Verdict::NotPermitted(refusal) => {
                let Refusal { action, document, failure_reason, .. } = refusal;
                let code = failure_reason.unwrap_or("AccessDenied");
                (code, format!("{document} does not permit `{action}`"))
            }
            Verdict::Undecided(depends_on) => {
                let depends_on = depends_on.into_iter().collect::<Vec<_>>().join(", ");
                let message = format!("a permission of the role depends on {depends_on}");
                ("PermissionUndecided", message)
            }
            Verdict::Permitted | Verdict::WithoutTags => return Ok(()),
        };
        Err(ServiceError::new(ServiceErrorCode::from(code), message))
    }

    /// Imports an existing version, for instance from an inventory, with its replication status.
    ///
    /// An import is not an event, so live replication ignores it; a job may replicate the version
    /// later. The version keeps its ID even if versioning is not enabled, and replaces a version
    /// with the same key and ID.
    ///
    /// # Errors
    ///
    /// `NoSuchBucket`; `InvalidRequest` if the bucket never had a replication configuration and the
    /// status is `PENDING`, `COMPLETED` or `FAILED`: put the configuration first.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::{BucketName, BucketSettings, ReplicationStatus, Timestamp};
    /// use s3_replication::storage::{MemoryStore, Metadata, StoredVersion};
    ///
    /// let (photos, at): (BucketName, Timestamp) = ("photos".parse()?, "2026-11-22T09:00:00Z".parse()?);
    /// let store = MemoryStore::new();
    /// store.create_bucket(&photos, BucketSettings::new())?;
    ///
    /// let metadata = Metadata::new(at, photos.clone());
    /// let cat = StoredVersion::new("cat.jpg".into(), "v1".parse()?, [].into(), 4096, metadata);
    /// store.bucket(&photos).import_version(cat, Some(ReplicationStatus::Replica))?;
    /// let status = store.bucket(&photos).status("cat.jpg", &"v1".parse()?)?;
    /// assert_eq!(status, Some(ReplicationStatus::Replica));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn import_version(
        &self,
        version: StoredVersion<Body>,
        status: Option<ReplicationStatus>,
    ) -> Result<(), ServiceError> {
        self.with(|bucket| {
            let needs_ledger = status.is_some_and(|status| status != ReplicationStatus::Replica);
            if needs_ledger && bucket.ledger.is_none() {
                let text = "The bucket never had a replication configuration, so no version in it \
                            was ever replicated.";
                return Err(ServiceError::new(ServiceErrorCode::INVALID_REQUEST, text));
            }
            bucket.import_version(version, status);
            Ok(())
        })
    }
}

/// Returns the facts about all buckets of the store.
pub(super) fn facts_of(buckets: &BTreeMap<BucketName, Bucket>) -> KnownBuckets {
    buckets.iter().fold(KnownBuckets::new(), |known, (name, bucket)| {
        known.with_bucket(name.clone(), bucket.settings())
    })
}

/// Returns the facts about all buckets of the store. Destinations of the configuration that the store
/// does not have are known to be missing.
pub(super) fn known_buckets(
    buckets: &BTreeMap<BucketName, Bucket>,
    configuration: &ReplicationConfiguration,
) -> KnownBuckets {
    let destinations = configuration.rules().iter().map(|rule| rule.destination.bucket.name());
    let missing = destinations.filter(|name| !buckets.contains_key(*name)).cloned();
    missing.fold(facts_of(buckets), KnownBuckets::with_missing_bucket)
}
