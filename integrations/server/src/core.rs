//! The state of the server: a memory store, jobs and uploads, which change by commands only.
//!
//! Applying the same commands again leads to the same state, because the store reads no clock and
//! makes no IDs: time and IDs are part of a command. With a data folder, each command is written to a
//! journal before it is applied.

mod command;
mod jobs;
mod uploads;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use s3_replication::batch::jobs::Jobs;
use s3_replication::diagnostic::{ServiceError, ServiceErrorCode};
use s3_replication::model::{
    AccountId, BucketName, BucketSettings, ObjectLockStatus, Region, Timestamp, VersionId,
};
use s3_replication::replication::Outcome;
use s3_replication::storage::{MemoryStore, NewObject};
use s3_replication::{Dialect, Parser, Report};

pub(crate) use self::command::{Change, Command, Effect, ObjectRecord};
pub(crate) use self::jobs::JobChange;
use self::jobs::JobWork;
pub(crate) use self::uploads::{Upload, UploadChange, UploadedPart};
use crate::blob::{Blobs, Segment};
use crate::clock;
use crate::journal::Journal;
use crate::metrics::Metrics;

/// The state of the server.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) store: MemoryStore,
    pub(crate) blobs: Arc<Blobs>,
    pub(crate) dialect: Dialect,
    /// The creation times of the buckets.
    pub(crate) created: BTreeMap<BucketName, Timestamp>,
    /// The jobs of each account in each Region.
    pub(crate) jobs: BTreeMap<(AccountId, Region), Jobs>,
    work: JobWork,
    pub(crate) uploads: BTreeMap<String, Upload>,
    pub(crate) metrics: Arc<Metrics>,
    journal: Option<Journal>,
    /// The time of the last command. Time never goes backwards, whatever the clock does.
    last: Timestamp,
}

impl Core {
    pub(crate) fn new(dialect: Dialect, blobs: Arc<Blobs>, metrics: Arc<Metrics>) -> Self {
        Self {
            store: MemoryStore::new(),
            blobs,
            dialect,
            created: BTreeMap::new(),
            jobs: BTreeMap::new(),
            work: HashMap::new(),
            uploads: BTreeMap::new(),
            metrics,
            journal: None,
            last: std::time::SystemTime::UNIX_EPOCH.into(),
        }
    }

    /// Writes all further commands to a journal.
    pub(crate) fn set_journal(&mut self, journal: Journal) {
        self.journal = Some(journal);
    }

    /// Returns the time of the next command.
    pub(crate) fn now(&self) -> Timestamp {
        clock::now().max(self.last)
    }

    /// Writes a command to the journal and applies it.
    ///
    /// # Errors
    ///
    /// The answer of S3, or `InternalError` if the journal cannot be written. The command is not
    /// applied then.
    pub(crate) fn commit(&mut self, command: Command) -> Result<Effect, ServiceError> {
        let at = self.now();
        if let Some(journal) = &mut self.journal {
            journal.append(at, &command).map_err(|error| {
                let text = format!("The request was not carried out: {error}");
                ServiceError::new(ServiceErrorCode::INTERNAL_ERROR, text)
            })?;
            command.segments().iter().for_each(Segment::keep);
        }
        self.apply(command, at)
    }

    /// Applies a command.
    ///
    /// # Errors
    ///
    /// The answer of S3. The state does not change then.
    pub(crate) fn apply(
        &mut self,
        command: Command,
        at: Timestamp,
    ) -> Result<Effect, ServiceError> {
        self.last = self.last.max(at);
        match command {
            Command::CreateBucket { bucket, region, object_lock } => {
                // A test server takes ACLs and SSE-C, which S3 disables in new buckets.
                let mut settings = BucketSettings::new().of_older_bucket();
                settings.region = region;
                if object_lock {
                    settings = settings.with_object_lock(ObjectLockStatus::Enabled);
                }
                self.store.create_bucket(&bucket, settings)?;
                self.created.insert(bucket, at);
            }
            Command::DeleteBucket { bucket } => {
                self.store.delete_bucket(&bucket)?;
                self.created.remove(&bucket);
            }
            Command::PutVersioning { bucket, versioning } => {
                self.store.bucket(&bucket).put_versioning(versioning)?;
            }
            Command::PutReplication { bucket, document } => {
                self.put_replication(&bucket, &document)?;
            }
            Command::DeleteReplication { bucket } => {
                self.store.bucket(&bucket).delete_replication()?;
            }
            Command::PutObjectLock { bucket, default_retention } => {
                self.store.bucket(&bucket).put_object_lock(default_retention)?;
            }
            Command::PutEncryption { bucket, encryption, kms_key_id, bucket_key } => {
                let bucket = self.store.bucket(&bucket);
                bucket.put_default_encryption(encryption, kms_key_id, bucket_key)?;
            }
            Command::PutObject { bucket, object, id } => {
                return self.put_object(&bucket, object, &id, at).map(Effect::Version);
            }
            Command::DeleteObject { bucket, key, id } => {
                let id = self.store.bucket(&bucket).delete_object(&key, &id, at)?;
                return Ok(Effect::Version(id));
            }
            Command::DeleteVersion { bucket, key, id } => {
                self.store.bucket(&bucket).delete_version(&key, &id, at)?;
            }
            Command::ChangeMetadata { bucket, key, id, change } => {
                self.store.bucket(&bucket).change_metadata(&key, &id, change.into(), at)?;
            }
            Command::RunTask { bucket, task } => {
                let run = self.store.bucket(&bucket).run_task(task, at);
                if let Some(run) = run {
                    self.metrics.count_task(&run.task, &run.outcome, at);
                    let is_open = run.outcome == Outcome::Transient;
                    return Ok(if is_open { Effect::Open } else { Effect::Done });
                }
            }
            Command::Upload(change) => return self.change_upload(change, at),
            Command::Job(change) => return self.change_job(change, at),
        }
        Ok(Effect::Done)
    }

    /// Puts a configuration: the document as it was sent, so that the answer is that of the store.
    fn put_replication(&self, name: &BucketName, document: &str) -> Result<(), ServiceError> {
        // A request about a bucket that does not exist is refused before its body is read.
        self.store.bucket(name).settings()?;
        let parser =
            Parser::new().with_dialect(self.dialect.clone()).with_source_bucket(name.clone());
        let parsed = parser.parse_xml(document).into_configuration();
        let configuration = parsed
            .map_err(|refused| refusal_of(refused.report(), ServiceErrorCode::INVALID_REQUEST))?;
        self.store.bucket(name).put_replication(&configuration, &self.dialect)
    }

    fn put_object(
        &self,
        bucket: &BucketName,
        object: ObjectRecord,
        id: &VersionId,
        at: Timestamp,
    ) -> Result<VersionId, ServiceError> {
        let new = self.new_object(object)?;
        self.store.bucket(bucket).put_object(new, id, at)
    }

    fn new_object(&self, record: ObjectRecord) -> Result<NewObject, ServiceError> {
        let body = self.blobs.to_body(&record.segments).map_err(|error| {
            let text = format!("The body of the object cannot be read: {error}");
            ServiceError::new(ServiceErrorCode::INTERNAL_ERROR, text)
        })?;
        let mut new = NewObject::sized(&record.key, crate::blob::size_of(&record.segments));
        new.body = body;
        new.event = record.event;
        new.tags = record.tags;
        new.acl = record.acl;
        new.lock = record.lock;
        new.user_metadata = record.attributes;
        new.storage_class = record.storage_class;
        new.encryption = record.encryption;
        new.kms_key_id = record.kms_key_id;
        new.bucket_key = record.bucket_key;
        Ok(new)
    }
}

/// Returns the answer to a refused document. Where the text of S3 is not known, it is that of the
/// finding; where only this crate refuses the document, the code is the given one.
fn refusal_of(report: &Report, code: ServiceErrorCode) -> ServiceError {
    let refused = report.iter().find(|finding| finding.service_error.is_some());
    let first = refused.or_else(|| report.iter().next());
    let mut error = report.first_refusal().cloned().unwrap_or(ServiceError::without_text(code));
    if error.message.is_none() {
        error.message = first.map(|finding| finding.message.clone().into());
    }
    error
}
