//! Manifests that the store generates for jobs.
//!
//! Rows come from the versions of the source bucket, in the order of a listing, each judged by
//! `batch::generator`. What is kept is an inventory of one data file:
//!
//! ```text
//! <prefix>/…/1.csv            "photos","cat.jpg","v1"
//! <prefix>/…/manifest.json    the columns, and the name, size and checksum of 1.csv
//! ```
//!
//! The rows are used from memory, whether or not the manifest is kept. `prepare.rs` calls both
//! functions, and hands the place of the manifest to the job.

use super::{MemoryStore, report};
use crate::batch::checksum::Md5Checksum;
use crate::batch::generator::{self, ManifestGenerator};
use crate::batch::inventory;
use crate::batch::job::{self, GeneratedManifest, Job};
use crate::batch::manifest;
use crate::batch::request::{JobManifestLocation, S3JobManifestGenerator};
use crate::model::Timestamp;
use crate::replication::{FailureReason, Ledger};
use crate::storage::{NewObject, generate};

impl MemoryStore {
    /// Generates the rows of the manifest of a job.
    ///
    /// # Errors
    ///
    /// The failure of the job: a missing bucket or configuration with the reason of S3, and a
    /// bucket that cannot be listed with the code `MANIFEST_NOT_GENERATED`, which is one of this
    /// crate. A manifest without rows is not an error here; the job fails for it later.
    pub(super) fn generate_rows(
        &self,
        job: &Job,
        generator: &S3JobManifestGenerator,
    ) -> Result<Vec<manifest::Row>, job::Failure> {
        let source = generator.source_bucket.name();
        let unlisted = |reason: FailureReason| {
            let text = reason.meaning().unwrap_or_default();
            job::Failure::new(job::FailureCode::from(reason.as_str()), text)
        };
        // The causes that a user can remove come first, each with the failure reason of S3 that
        // names it.
        if self.bucket(source).settings().is_err() {
            return Err(unlisted(FailureReason::SRC_BUCKET_NOT_FOUND));
        }
        // The ledger stays when a configuration is deleted, so its engine alone shows no
        // configuration.
        let replicates = self.bucket(source).with(|bucket| Ok(bucket.replicates)).unwrap_or(false);
        let engine = self.bucket(source).read_ledger(|ledger: &Ledger| ledger.engine().clone());
        let Some(engine) = engine.filter(|_| replicates) else {
            return Err(unlisted(FailureReason::SRC_BUCKET_REPLICATION_CONFIG_MISSING));
        };
        let asked = ManifestGenerator::of_job(generator, engine).with_dialect(*job.dialect());
        let mut rows = Vec::new();
        // The status is in the ledger and not in the version, so the generator asks for it.
        let status = |key: &_, id: &_| self.bucket(source).status(key, id).unwrap_or_default();
        let made = generate(&self.bucket(source), &asked, status, |_, offered| {
            rows.extend(offered);
            Ok(())
        });
        match made {
            Ok(_) => Ok(rows),
            Err(error) => {
                Err(job::Failure::new(job::FailureCode::MANIFEST_NOT_GENERATED, error.to_string()))
            }
        }
    }

    /// Saves a generated manifest, if the job asks for it and the manifest has rows.
    ///
    /// `None` if the manifest is not saved.
    ///
    /// # Errors
    ///
    /// Whatever prevents writing is the same failure, because S3 has one text for it.
    pub(super) fn keep_manifest(
        &self,
        job: &Job,
        generator: &S3JobManifestGenerator,
        rows: &[manifest::Row],
        at: Timestamp,
    ) -> Result<Option<GeneratedManifest>, job::Failure> {
        let Some(location) = generator.saved_at() else { return Ok(None) };
        // The job fails for an empty manifest, so none is kept.
        if rows.is_empty() {
            return Ok(None);
        }
        let unwritten = job::Failure::manifest_not_written;
        let schema = inventory::Schema::generated();
        let mut writer = manifest::Writer::inventory(Vec::new(), &schema);
        for row in rows {
            writer.write(row).map_err(|_| unwritten())?;
        }
        // The location names the files, below the prefix of the job.
        let place = generator::Location::of_job(location, job.id().clone())
            .with_prefix_join(job.dialect().prefix_join());
        let (text, file) = writer.finish(place.file_key("1.csv")).map_err(|_| unwritten())?;
        let default =
            self.bucket(place.bucket()).settings().ok().and_then(|facts| facts.default_encryption);
        let (encryption, key) = location.encryption(default);
        let put = |name: &str, text: &[u8]| {
            let mut object = NewObject::new(name, text);
            object.encryption = Some(encryption);
            // A key that is named by its ID alone is not kept, since a version has an ARN.
            object.kms_key_id = key.and_then(|key| key.parse().ok());
            self.put_for_job(place.bucket(), object, &report::version_of(name), at)
        };
        put(&file.key, &text).map_err(|_| unwritten())?;
        let source = generator.source_bucket.name().clone();
        let mut document = inventory::Manifest::new(source, location.bucket.clone(), at, schema);
        document.files.push(file);
        // The data file is written first, since the document names its checksum.
        let text = document.to_json();
        let manifest_key = place.manifest_key();
        let version = put(&manifest_key, text.as_bytes()).map_err(|_| unwritten())?;
        let arn = format!("{}/{manifest_key}", location.bucket);
        let arn = arn.parse().map_err(|_| unwritten())?;
        let mut location = JobManifestLocation::new(arn, Md5Checksum::of(&text).to_string());
        // A bucket without versioning has no version to name.
        location.object_version_id = (!version.is_null()).then(|| version.as_str().into());
        let format = manifest::GeneratedFormat::S3InventoryReportCsv20211130;
        Ok(Some(GeneratedManifest { format, location }))
    }
}
