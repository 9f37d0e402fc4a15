//! The buckets that a job is about, in memory.

use std::collections::BTreeSet;
use std::sync::Arc;

use s3_replication::ObjectVersion;
use s3_replication::batch::manifest::{self, RowError};
use s3_replication::diagnostic::ServiceError;
use s3_replication::model::{
    BucketArn, BucketName, KnownBuckets, ObjectLockStatus, OwnerAccess, Region, ReplicationStatus,
    Tag, Timestamp, Versioning,
};
use s3_replication::replication::{FailureReason, ObjectKey};
use s3_replication::storage::{InjectedFault, MemoryStore, Metadata, NewBucket, StoredVersion};

use super::case::Case;
use super::doubts::Doubts;
use super::faults::BrokenBucket;
use super::listing::Listing;
use super::versions::{Found, Versions};
use crate::cli::{Failure, Status, output};

/// The buckets that a job is about.
pub(super) struct Stage<'k> {
    pub(super) store: MemoryStore,
    pub(super) source: &'k BucketName,
    known: &'k KnownBuckets,
}

impl<'k> Stage<'k> {
    pub(super) fn new(known: &'k KnownBuckets, source: &'k BucketName) -> Self {
        Self { store: MemoryStore::new(), source, known }
    }

    /// Makes the buckets, and puts the configuration on the source. What keeps S3 from taking a
    /// configuration may have come about later: a bucket that is not there any more, or has its
    /// versioning suspended, is made so then.
    pub(super) fn build(
        &self,
        case: &Case<'_>,
        rows: &[Result<manifest::Row, RowError>],
    ) -> Result<(), Failure> {
        if self.known.is_missing(self.source) {
            let message = format!("the context says that `{}` does not exist", self.source);
            return Err(Failure::Message(message));
        }
        let rules = case.configuration.rules().iter();
        let destinations = rules.map(|rule| rule.destination.bucket.name());
        let others = case.report_bucket().into_iter().chain(case.output_bucket());
        let others = others.map(BucketArn::name).chain([self.source]);
        let listed = rows.iter().flatten().map(|row| &row.bucket);
        let all: BTreeSet<_> = destinations.chain(others).chain(listed).collect();
        for name in &all {
            self.create(name).map_err(|error| refused(name, &error))?;
        }
        let dialect = case.engine.dialect();
        let put = self.store.put_replication(self.source, case.configuration, dialect);
        put.map_err(|error| refused(self.source, &error))?;
        for name in all {
            self.spoil_as_known(name).map_err(|error| refused(name, &error))?;
        }
        Ok(())
    }

    fn create(&self, name: &BucketName) -> Result<(), ServiceError> {
        let mut settings = NewBucket::default();
        let facts = self.known.get(name);
        if let Some(facts) = facts {
            settings.region.clone_from(&facts.region);
            settings.account = facts.account;
            settings.default_encryption = facts.default_encryption;
        }
        settings.object_lock = match facts.and_then(|facts| facts.object_lock) {
            Some(lock) => lock == ObjectLockStatus::Enabled,
            // Of a destination nobody knows anything of, the best is expected.
            None => name != self.source && self.versioning(name) == Versioning::Enabled,
        };
        self.store.create_bucket(name, settings)?;
        self.store.put_versioning(name, Versioning::Enabled)
    }

    fn spoil_as_known(&self, name: &BucketName) -> Result<(), ServiceError> {
        if self.known.is_missing(name) {
            return self.store.delete_bucket(name);
        }
        match self.versioning(name) {
            Versioning::Enabled => Ok(()),
            // One that was versioned once is suspended at most.
            _ => self.store.put_versioning(name, Versioning::Suspended),
        }
    }

    fn versioning(&self, name: &BucketName) -> Versioning {
        let facts = self.known.get(name);
        facts.and_then(|facts| facts.versioning).unwrap_or(Versioning::Enabled)
    }

    /// Returns with what the task of a row fails that is about another bucket.
    pub(super) fn other_bucket(&self, name: &BucketName, region: &Region) -> FailureReason {
        let known = self.known.get(name).and_then(|facts| facts.region.as_ref());
        if self.known.is_missing(name) {
            FailureReason::SRC_BUCKET_NOT_FOUND
        } else if known.is_some_and(|known| known != region) {
            FailureReason::SRC_BUCKET_INVALID_REGION
        } else {
            FailureReason::SRC_BUCKET_REPLICATION_CONFIG_MISSING
        }
    }

    /// Puts the versions into the source bucket, each with its status, and counts the doubts about
    /// what is on the list.
    pub(super) fn fill(
        &self,
        versions: &Versions,
        mut list: Listing,
        doubts: &mut Doubts,
        at: Timestamp,
    ) -> Result<Status, Failure> {
        let mut others = 0;
        let status = versions.each(|Found { bucket, version }| {
            if bucket.is_some_and(|bucket| bucket != self.source) {
                others += 1;
                return Ok(());
            }
            let stored = stored(&version, self.source, at)?;
            match list.take(&version) {
                Ok(times) => doubts.tasks(&version, times),
                Err(exclusion) => doubts.leave_out(exclusion),
            }
            let admitted =
                self.store.import_version(self.source, stored, version.replication_status);
            admitted.map_err(|error| error.to_string())
        })?;
        if others > 0 {
            let others = output::counted_all(others, "version");
            output::tell(&format!("note: {others} of other buckets left out\n"));
        }
        Ok(status)
    }

    /// Makes buckets refuse.
    pub(super) fn spoil(&self, faults: &[BrokenBucket]) -> Result<(), Failure> {
        for BrokenBucket { bucket, reason } in faults {
            let fault = InjectedFault::Refusal(reason.clone());
            if self.store.inject_fault(bucket, Some(fault)).is_err() {
                let buckets = self.store.buckets();
                let buckets: Vec<_> = buckets.iter().map(BucketName::as_str).collect();
                return Err(Failure::Message(format!(
                    "`--fail`: the job has nothing to do with `{bucket}`, only with `{}`",
                    buckets.join("`, `")
                )));
            }
        }
        Ok(())
    }

    /// Counts the replicas in a bucket, and their bytes. Lists and reports of jobs may be kept
    /// there, too.
    pub(super) fn replicas(&self, name: &BucketName) -> (u64, u64) {
        const PAGE: usize = 1000;
        let (mut versions, mut bytes, mut after) = (0, 0_u64, None);
        loop {
            let place = after.as_ref().map(|(key, id)| (key, id));
            let page = self.store.list(name, place, PAGE).unwrap_or_default();
            let Some(last) = page.last() else { return (versions, bytes) };
            for version in &page {
                let status = self.store.status(name, version.key.clone(), &version.version_id);
                if matches!(status, Ok(Some(ReplicationStatus::Replica))) {
                    versions += 1;
                    bytes = bytes.saturating_add(version.size);
                }
            }
            after = Some((last.key.clone(), last.version_id.clone()));
        }
    }
}

/// Says what the store has against a bucket.
fn refused(name: &BucketName, error: &ServiceError) -> Failure {
    output::complain(&format!("`{name}`: S3 would answer {error}"));
    Failure::Reported(Status::Found)
}

fn stored(
    version: &ObjectVersion<'_>,
    source: &BucketName,
    at: Timestamp,
) -> Result<StoredVersion<Arc<[u8]>>, String> {
    if version.owner_access == OwnerAccess::Unreadable {
        let message = "a version that the owner of the bucket can't read has no place in a store \
                       in memory; count it with `--dry-run`";
        return Err(message.to_owned());
    }
    let Some(id) = version.version_id else { return Err("the version has no id".to_owned()) };
    let mut metadata = Metadata::new(version.last_modified.unwrap_or(at), source.clone());
    let tags = version.tags.iter().map(|(key, value)| Tag::new(key, value));
    metadata.tags = tags.collect::<Result<_, _>>().map_err(|error| error.to_string())?;
    metadata.lock = version.lock;
    let key = ObjectKey::from(version.key);
    if let Some(origin) = version.delete_marker {
        return Ok(StoredVersion::delete_marker(key, id.clone(), origin, metadata));
    }
    let body = (Arc::default(), version.size);
    let mut stored = StoredVersion::new(key, id.clone(), body, metadata);
    stored.storage_class = version.storage_class.clone();
    stored.access_tier = version.access_tier;
    stored.encryption = Some(version.encryption);
    stored.bucket_key = version.bucket_key;
    Ok(stored)
}
