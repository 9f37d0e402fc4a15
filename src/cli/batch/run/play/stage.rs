use std::collections::BTreeSet;
use std::sync::Arc;

use s3_replication::batch::{JobFailure, JobSource, JobSpecification, ManifestRow, RowFault};
use s3_replication::diagnostic::ServiceError;
use s3_replication::model::{
    BucketArn, BucketName, KnownBuckets, ObjectLockStatus, OwnerAccess, Tag, Timestamp, Versioning,
};
use s3_replication::replication::ObjectKey;
use s3_replication::storage::{InjectedFault, MemoryStore, Metadata, NewBucket, StoredVersion};
use s3_replication::{Dialect, ObjectVersion, ReplicationConfiguration};

use crate::cli::batch::run::faults::BrokenBucket;
use crate::cli::batch::run::versions::{Found, Versions};
use crate::cli::{Failure, Status, output};

type Rows = [Result<ManifestRow, RowFault>];

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
        configuration: &ReplicationConfiguration,
        dialect: &Dialect,
        specification: &JobSpecification,
        rows: Result<&Rows, &JobFailure>,
    ) -> Result<(), Failure> {
        if self.known.is_missing(self.source) {
            let message = format!("the context says that `{}` does not exist", self.source);
            return Err(Failure::Message(message));
        }
        let rules = configuration.rules().iter();
        let destinations: BTreeSet<_> =
            rules.map(|rule| rule.destination.bucket.name()).chain([self.source]).collect();
        let report = specification.report().bucket.as_ref();
        let output = match specification.source() {
            JobSource::Generator(generator) => generator.manifest_output_location.as_ref(),
            JobSource::Manifest(_) => None,
        };
        let others = report.into_iter().chain(output.map(|output| &output.bucket));
        let others = others.map(BucketArn::name);
        let listed = rows.unwrap_or_default().iter().flatten().map(|row| &row.bucket);
        let all: BTreeSet<_> = destinations.iter().copied().chain(others).chain(listed).collect();
        for name in &all {
            self.create(name).map_err(|error| refused(name, &error))?;
        }
        let put = self.store.put_replication(self.source, configuration, dialect);
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

    /// Puts the versions into the source bucket, each with its status.
    pub(super) fn fill(&self, versions: &Versions, at: Timestamp) -> Result<Status, Failure> {
        let mut others = 0;
        let status = versions.each(|Found { bucket, version }| {
            if bucket.is_some_and(|bucket| bucket != self.source) {
                others += 1;
                return Ok(());
            }
            let stored = stored(&version, self.source, at)?;
            let admitted = self.store.admit(self.source, stored, version.replication_status);
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
            if self.store.break_bucket(bucket, Some(fault)).is_err() {
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

    /// Counts the versions of a bucket, and their bytes.
    pub(super) fn contents(&self, name: &BucketName) -> (u64, u64) {
        const PAGE: usize = 1000;
        let (mut versions, mut bytes, mut after) = (0, 0, None);
        loop {
            let place = after.as_ref().map(|(key, id)| (key, id));
            let page = self.store.list(name, place, PAGE).unwrap_or_default();
            let Some(last) = page.last() else { return (versions, bytes) };
            versions += page.len() as u64;
            bytes += page.iter().map(|version| version.size).sum::<u64>();
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
