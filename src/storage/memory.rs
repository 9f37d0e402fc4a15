use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::model::{BucketName, BucketSettings};
use crate::permissions::GivenDocuments;
use crate::replication::{FailureReason, Ledger};

mod bucket;
mod endpoints;
mod job;
mod lifecycle;
mod new_object;
mod reads;
mod requests;
mod versions;

use self::bucket::Bucket;
pub use self::endpoints::TaskRun;
pub use self::job::MemoryJob;
pub use self::new_object::NewObject;

/// The bytes of an object, shared by its replicas.
type Body = Arc<[u8]>;

/// Buckets in memory that behave like those of S3 as far as replication is concerned.
///
/// [`MemoryStore::bucket`] returns a [`MemoryBucket`], which takes the requests to one bucket. Times
/// and version IDs are arguments. Nothing replicates in the background:
/// [`MemoryStore::replicate`] runs the pending tasks.
///
/// All methods take `&self` and lock the store, so threads can share one. An operation on one
/// bucket is atomic.
///
/// # Examples
///
/// ```
/// use s3_replication::model::{BucketSettings, ReplicationStatus, Timestamp, Versioning};
/// use s3_replication::storage::{MemoryStore, NewObject};
/// use s3_replication::{Dialect, ReplicationConfiguration};
///
/// # let configuration = ReplicationConfiguration::from_json(
/// #     r#"{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [
/// #         {"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {},
/// #          "DeleteMarkerReplication": {"Status": "Disabled"},
/// #          "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
/// # )?;
/// let now: Timestamp = "2026-11-22T09:00:00Z".parse()?;
/// let names = ["photos".parse()?, "backup".parse()?];
/// let store = MemoryStore::new();
/// for name in &names {
///     store.create_bucket(name, BucketSettings::new().with_versioning(Versioning::Enabled))?;
/// }
/// let [photos, backup] = [store.bucket(&names[0]), store.bucket(&names[1])];
/// photos.put_replication(&configuration, &Dialect::AWS)?;
///
/// let id = "v1".parse()?;
/// photos.put_object(NewObject::new("cat.jpg", "meow"), &id, now)?;
/// assert_eq!(photos.status("cat.jpg", &id)?, Some(ReplicationStatus::Pending));
///
/// store.replicate(now);
/// assert_eq!(photos.status("cat.jpg", &id)?, Some(ReplicationStatus::Completed));
/// assert_eq!(backup.status("cat.jpg", &id)?, Some(ReplicationStatus::Replica));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct MemoryStore {
    buckets: Mutex<BTreeMap<BucketName, Bucket>>,
    /// The policies under which jobs run; `None` permits everything.
    job_policies: Mutex<Option<Arc<GivenDocuments>>>,
}

/// One bucket of a [`MemoryStore`]: takes requests, and is a [`Source`](crate::storage::Source) to
/// replicate from.
///
/// A handle is a pair of references and can be copied. The bucket need not exist when the handle is
/// created.
#[derive(Clone, Copy, Debug)]
pub struct MemoryBucket<'s> {
    store: &'s MemoryStore,
    name: &'s BucketName,
}

/// A fault that prevents replication from or to a bucket until it is removed.
///
/// # Examples
///
/// ```
/// use s3_replication::model::{BucketName, BucketSettings};
/// use s3_replication::storage::{InjectedFault, MemoryStore};
///
/// let (store, backup) = (MemoryStore::new(), "backup".parse::<BucketName>()?);
/// store.create_bucket(&backup, BucketSettings::new())?;
/// store.bucket(&backup).inject_fault(Some(InjectedFault::Outage))?;
/// // … tasks to `backup` stay pending, until:
/// store.bucket(&backup).inject_fault(None)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[non_exhaustive]
pub enum InjectedFault {
    /// The bucket is unavailable. Tasks stay pending.
    Outage,
    /// The bucket refuses all requests for this reason. Tasks fail.
    Refusal(FailureReason),
    /// The bucket is slow. A task stays pending until this many seconds after its event.
    #[serde(rename = "SlowSeconds")]
    Slow(u32),
}

impl MemoryStore {
    /// Creates a store without buckets.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<BucketName, Bucket>> {
        // No operation panics halfway: closures of the caller run before or after a change.
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls a closure with the ledger of a bucket; `None` if the bucket never had a replication
    /// configuration.
    fn with_ledger<T>(&self, name: &BucketName, work: impl FnOnce(&mut Ledger) -> T) -> Option<T> {
        self.lock().get_mut(name)?.ledger.as_mut().map(work)
    }

    /// Creates a bucket. A setting that is not given has the default value of S3.
    ///
    /// A bucket with Object Lock is versioned. ACLs are disabled, and SSE-C is blocked, unless the settings
    /// allow them (REP-629, REP-631): [`BucketSettings::of_older_bucket`] does.
    ///
    /// # Errors
    ///
    /// `BucketAlreadyExists`; `InvalidBucketState` for Object Lock without versioning.
    pub fn create_bucket(
        &self,
        name: &BucketName,
        settings: BucketSettings,
    ) -> Result<(), ServiceError> {
        let mut buckets = self.lock();
        if buckets.contains_key(name) {
            let text = "The requested bucket name is not available. The bucket namespace is \
                        shared by all users of the system. Please select a different name and \
                        try again.";
            return Err(ServiceError::new(ServiceErrorCode::BUCKET_ALREADY_EXISTS, text));
        }
        buckets.insert(name.clone(), Bucket::new(name.clone(), settings)?);
        Ok(())
    }

    /// Deletes an empty bucket.
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

    /// Returns the names of the buckets.
    #[must_use]
    pub fn buckets(&self) -> Vec<BucketName> {
        self.lock().keys().cloned().collect()
    }

    /// Returns a handle to a bucket, for requests and for replication from it.
    ///
    /// The bucket need not exist: each method returns `NoSuchBucket` if it does not.
    #[must_use]
    pub const fn bucket<'s>(&'s self, name: &'s BucketName) -> MemoryBucket<'s> {
        MemoryBucket { store: self, name }
    }
}

fn no_such_bucket() -> ServiceError {
    let text = "The specified bucket does not exist";
    ServiceError::new(ServiceErrorCode::NO_SUCH_BUCKET, text)
}
