//! The failures of tasks that follow from the settings of buckets, not from versions.
//!
//! Unknown settings count as the ones that let a task pass. A forecast of failures that may not
//! happen would stop a job without need; the check of a set-up (`topology`) is the place for open
//! questions.
//!
//! ```text
//! failure of a destination                    of versions
//! DstBucketNotFound                           all
//! DstBucketObjectLockConfigMissing            all if the source has Object Lock, else locked ones
//! DstBucketUnversioned                        all
//! DstPutObjectNotPermitted                    those with SSE-C, if the bucket blocks SSE-C
//! ```

use std::collections::BTreeMap;

use crate::model::{
    BucketName, BucketSettings, EncryptionStatus, KnownBuckets, ObjectLock, ObjectLockStatus,
    ObjectVersion, Region, ReplicationRule, Versioning,
};
use crate::replication::FailureReason;

/// The buckets of a job, as far as they are known.
#[derive(Debug)]
pub(super) struct Buckets {
    // For source buckets of rows, which are not destinations.
    known: KnownBuckets,
    destinations: BTreeMap<BucketName, Destination>,
}

/// A destination bucket, as far as it matters to replication.
#[derive(Debug)]
struct Destination {
    /// The reason why no version can be replicated here.
    ///
    /// Computed once, as it is the same for every version.
    failure: Option<FailureReason>,
    // Also true if it is unknown, unless the bucket is known to be without versioning.
    has_lock: bool,
    /// True if the bucket blocks versions encrypted with SSE-C (REP-629).
    blocks_sse_c: bool,
}

impl Buckets {
    // Disabled rules are among them, too: no replication asks for their destinations.
    pub(super) fn new(
        source: &BucketName,
        rules: &[ReplicationRule],
        known: &KnownBuckets,
    ) -> Self {
        let source_has_lock = known.get(source).is_some_and(has_lock);
        let names = rules.iter().map(|rule| rule.destination.bucket.name());
        let destinations = names.map(|name| {
            let destination = Destination::new(name, known, source_has_lock);
            (name.clone(), destination)
        });
        Self { destinations: destinations.collect(), known: known.clone() }
    }

    /// Returns true for a bucket that is known not to exist.
    ///
    /// False for an unknown bucket.
    pub(super) fn is_missing(&self, name: &BucketName) -> bool {
        self.known.is_missing(name)
    }

    /// Returns the reason why a version cannot be replicated to a bucket; of several reasons the one
    /// that S3 meets first.
    ///
    /// `None` also for a bucket that is not a destination of a rule.
    pub(super) fn failure_of_destination(
        &self,
        bucket: &BucketName,
        version: &ObjectVersion<'_>,
    ) -> Option<FailureReason> {
        let destination = self.destinations.get(bucket)?;
        let needs_lock = version.lock != ObjectLock::default();
        let lacks_lock = needs_lock && !destination.has_lock;
        let lock_missing = FailureReason::DST_BUCKET_OBJECT_LOCK_CONFIG_MISSING;
        let is_blocked = destination.blocks_sse_c && version.encryption == EncryptionStatus::SseC;
        let blocked = FailureReason::DST_PUT_OBJECT_NOT_PERMITTED;
        destination
            .failure
            .clone()
            .or(lacks_lock.then_some(lock_missing))
            .or(is_blocked.then_some(blocked))
    }

    /// Returns the reason why the task of a row fails that names another source bucket (REP-982).
    ///
    /// A bucket that exists in the right Region has no configuration of its own here, as a job has
    /// one source.
    pub(super) fn failure_of_source(&self, name: &BucketName, region: &Region) -> FailureReason {
        let known = self.known.get(name).and_then(|settings| settings.region.as_ref());
        if self.known.is_missing(name) {
            FailureReason::SRC_BUCKET_NOT_FOUND
        } else if known.is_some_and(|known| known != region) {
            FailureReason::SRC_BUCKET_INVALID_REGION
        } else {
            FailureReason::SRC_BUCKET_REPLICATION_CONFIG_MISSING
        }
    }
}

impl Destination {
    /// Judges a destination once, and not for each of its versions. A source bucket with Object
    /// Lock needs it in each destination, whether a version is locked or not.
    fn new(name: &BucketName, known: &KnownBuckets, source_has_lock: bool) -> Self {
        let settings = known.get(name);
        let versioning = settings.and_then(|settings| settings.versioning);
        let is_versioned = versioning.unwrap_or(Versioning::Enabled) == Versioning::Enabled;
        // A bucket without a known setting is expected to have the one that lets replication pass.
        // A bucket whose versioning is suspended never had Object Lock.
        let has_lock = match settings.and_then(|settings| settings.object_lock) {
            Some(status) => status == ObjectLockStatus::Enabled,
            None => is_versioned,
        };
        // In the order in which S3 meets them: no bucket, no lock, no versioning.
        let failure = if known.is_missing(name) {
            Some(FailureReason::DST_BUCKET_NOT_FOUND)
        } else if source_has_lock && !has_lock {
            Some(FailureReason::DST_BUCKET_OBJECT_LOCK_CONFIG_MISSING)
        } else if !is_versioned {
            Some(FailureReason::DST_BUCKET_UNVERSIONED)
        } else {
            None
        };
        let blocks_sse_c = settings.is_some_and(|settings| settings.blocks(EncryptionStatus::SseC));
        Self { failure, has_lock, blocks_sse_c }
    }
}

/// Returns true if the bucket is known to have Object Lock.
fn has_lock(settings: &BucketSettings) -> bool {
    settings.object_lock == Some(ObjectLockStatus::Enabled)
}
