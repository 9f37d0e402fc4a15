//! Preparation of a job: reading or generating its manifest.
//!
//! ```text
//! PreparationBegan ─▶ owners of buckets ─▶ permissions of the role ─▶ manifest ─▶ Prepared
//!                           └────────────────────┴──────────────────────┴──────▶ PreparationFailed
//! ```
//!
//! A manifest of the caller is read from the store, or comes as rows. Either way a row that fails
//! the job fails it here, and a row that fails its task is kept, and fails when it is its turn.
//! Generated manifests are in `generated.rs`.

use std::sync::Arc;

use super::{MemoryJob, MemoryStore};
use crate::batch::checksum::Md5Checksum;
use crate::batch::inventory;
use crate::batch::job::{self, GeneratedManifest, InvalidManifestContent, Job, RefusedEvent};
use crate::batch::manifest::{self, Consequence, RowError};
use crate::batch::request::{JobManifest, JobSource};
use crate::batch::run::JobRun;
use crate::dialect::job::PlusReading;
use crate::model::{BucketName, EncryptionStatus, Timestamp};
use crate::storage::memory::requests::facts_of;

/// The rows of a manifest. A row that fails its task is kept as an error.
type Rows = Vec<Result<manifest::Row, RowError>>;

impl MemoryStore {
    /// Prepares a job. Reads its manifest, which is an object of this store, or generates the
    /// manifest and saves it where the job specifies. The job is then ready, waits for confirmation,
    /// or has failed.
    ///
    /// A job with a manifest generator fails if its source bucket does not exist, has no replication
    /// configuration or cannot be listed; AWS does not document the failure codes. The ETag of an
    /// object is the MD5 of its bytes. Data files of inventories must not be compressed.
    ///
    /// # Errors
    ///
    /// [`RefusedEvent`] if the status of the job is not `New`. The job does not change then.
    pub fn prepare_job(
        &self,
        job: &mut Job,
        at: Timestamp,
    ) -> Result<(MemoryJob, Vec<job::Transition>), RefusedEvent> {
        // The event is refused before anything is read.
        let transitions = job.handle(job::Event::PreparationBegan, at)?;
        let listed = self.listed(job, at);
        Self::prepared(job, listed, transitions, at)
    }

    /// Prepares a job whose manifest is not an object of this store. `rows` are the rows that the
    /// caller has read, for instance from compressed files, or the failure of reading them.
    ///
    /// # Errors
    ///
    /// [`RefusedEvent`] if the status of the job is not `New`. The job does not change then.
    pub fn prepare_job_with(
        &self,
        job: &mut Job,
        rows: Result<Vec<Result<manifest::Row, RowError>>, job::Failure>,
        at: Timestamp,
    ) -> Result<(MemoryJob, Vec<job::Transition>), RefusedEvent> {
        let transitions = job.handle(job::Event::PreparationBegan, at)?;
        let may_prepare = self.check_owners(job).and_then(|()| self.check_preparation(job));
        let listed = may_prepare.and(rows).and_then(|rows| {
            rows.iter().try_for_each(check_row)?;
            Ok((rows, None))
        });
        Self::prepared(job, listed, transitions, at)
    }

    /// Hands the manifest, or the failure of reading it, to the job, and returns the state of the
    /// run.
    ///
    /// After a failure the rows are empty, and the job takes none.
    fn prepared(
        job: &mut Job,
        listed: Result<(Rows, Option<GeneratedManifest>), job::Failure>,
        mut transitions: Vec<job::Transition>,
        at: Timestamp,
    ) -> Result<(MemoryJob, Vec<job::Transition>), RefusedEvent> {
        let (rows, event) = match listed {
            Ok((rows, generated_manifest)) => {
                let objects = rows.len().try_into().unwrap_or(u64::MAX);
                (rows, job::Event::Prepared { objects, generated_manifest })
            }
            Err(failure) => (Vec::new(), job::Event::PreparationFailed(failure)),
        };
        transitions.extend(job.handle(event, at)?);
        Ok((MemoryJob { rows, run: JobRun::new(job), results: Vec::new() }, transitions))
    }

    /// Reads or generates the manifest, after the owners of all buckets are checked.
    fn listed(
        &self,
        job: &Job,
        at: Timestamp,
    ) -> Result<(Rows, Option<GeneratedManifest>), job::Failure> {
        self.check_owners(job)?;
        self.check_preparation(job)?;
        match job.specification().source() {
            JobSource::Manifest(manifest) => Ok((self.read_manifest(job, manifest)?, None)),
            JobSource::Generator(generator) => {
                let rows = self.generate_rows(job, generator)?;
                let kept = self.keep_manifest(job, generator, &rows, at)?;
                Ok((rows.into_iter().map(Ok).collect(), kept))
            }
        }
    }

    /// Refuses a job that names a bucket with another owner than the job expects (REP-923).
    ///
    /// Of several failures the first one is reported.
    fn check_owners(&self, job: &Job) -> Result<(), job::Failure> {
        let known = facts_of(&self.lock());
        let failures = job.specification().owner_failures(&known, job.dialect());
        failures.into_iter().next().map_or(Ok(()), Err)
    }

    /// Reads the manifest of a job, up to the first row that fails the job.
    fn read_manifest(&self, job: &Job, manifest: &JobManifest) -> Result<Rows, job::Failure> {
        let location = &manifest.location;
        let (Some(bucket), Some(key)) = (location.object_arn.bucket(), location.object_arn.key())
        else {
            return Err(job::Failure::manifest_forbidden());
        };
        let version = location.object_version_id.as_deref();
        // A list of rows; the other format is a document that names the files with the rows.
        let is_list = manifest.format == manifest::Format::S3BatchOperationsCsv20180820;
        let text = self.read_text(&bucket, key, version, is_list)?;
        // The object may have been replaced since the job was created (REP-990).
        if !location.has_e_tag(&Md5Checksum::of(&text).to_string()) {
            return Err(job::Failure::manifest_changed());
        }
        let mut rows = Vec::new();
        if is_list {
            let fields = manifest::Fields::new(manifest.fields.clone().unwrap_or_default());
            let fields = fields.map_err(|error| error.job_failure())?;
            read_rows(job, &text, &fields, job.dialect().plus(), &mut rows)?;
            return Ok(rows);
        }
        let document =
            inventory::Manifest::from_json(&text).map_err(|error| error.job_failure())?;
        // Columns beyond bucket, key and version ID do not matter to a job.
        let fields = document.schema.manifest_fields();
        for file in &document.files {
            let bucket = document.destination_bucket.name();
            // The document names no versions of its files, so the current ones are read, and
            // checked by their checksums.
            let text = self.read_text(bucket, &file.key, None, false)?;
            let checksum = Md5Checksum::of(&text);
            let size = text.len().try_into().unwrap_or(u64::MAX);
            file.check(checksum, size)
                .map_err(|_| job::Failure::invalid_manifest(InvalidManifestContent::Content))?;
            read_rows(job, &text, &fields, PlusReading::Space, &mut rows)?;
        }
        Ok(rows)
    }

    /// Reads an object for a job. A missing object fails as forbidden, as in S3 without permission to
    /// list the bucket. So does an object whose encryption Batch Operations cannot read (REP-988).
    ///
    /// `is_list` is true for a CSV manifest.
    fn read_text(
        &self,
        bucket: &BucketName,
        key: &str,
        version: Option<&str>,
        is_list: bool,
    ) -> Result<Arc<[u8]>, job::Failure> {
        let forbidden = job::Failure::manifest_forbidden;
        let id = match version {
            Some(version) => version.parse().ok(),
            None => self.bucket(bucket).latest(key).ok().flatten(),
        };
        // Neither a version ID that is not valid nor a key without versions names an object.
        let id = id.ok_or_else(forbidden)?;
        let stored = self.bucket(bucket).version(key, &id).map_err(|_| forbidden())?;
        // Batch Operations reads a CSV manifest without the permission to use KMS keys.
        let unreadable = match stored.encryption {
            Some(EncryptionStatus::SseC) => true,
            Some(encryption) => is_list && encryption.is_kms(),
            None => false,
        };
        stored.body.filter(|_| !unreadable).ok_or_else(forbidden)
    }
}

/// Reads the rows of a file. A row that fails the job ends the reading.
fn read_rows(
    job: &Job,
    text: &[u8],
    fields: &manifest::Fields,
    plus: PlusReading,
    rows: &mut Rows,
) -> Result<(), job::Failure> {
    let reader = manifest::Reader::new(text, fields).with_dialect(job.dialect()).with_plus(plus);
    for row in reader {
        check_row(&row)?;
        rows.push(row);
    }
    Ok(())
}

/// Returns the job failure that a row causes, if any.
///
/// A row whose only mistake is in a fact of an inventory causes none: the runner turns it into the row
/// that S3 runs a task for.
fn check_row(row: &Result<manifest::Row, RowError>) -> Result<(), job::Failure> {
    let Err(error) = row else { return Ok(()) };
    match (error.consequence(), error.row()) {
        (Some(Consequence::JobFails(failure)), _) => Err(failure.clone()),
        (Some(Consequence::TaskFails(_)), _) | (None, Some(_)) => Ok(()),
        (None, None) => Err(job::Failure::invalid_manifest(InvalidManifestContent::Content)),
    }
}
