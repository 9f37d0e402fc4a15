//! The completion report of a job, and the objects that the store writes for jobs.
//!
//! ```text
//! <prefix>/job-<id>/results/<40 digits>.csv    one file for each status of tasks
//! <prefix>/job-<id>/manifest.json              the files with their checksums
//! <prefix>/job-<id>/manifest.json.md5          the checksum of the document
//! ```
//!
//! The same job gives the same names and version IDs, so a report that is written again after an
//! outage replaces the first part of itself.

use std::io;

use super::MemoryStore;
use crate::batch::checksum::Md5Checksum;
use crate::batch::completion_report::{self, PartName, TaskResult};
use crate::batch::job::{self, Job};
use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::model::{BucketName, EncryptionStatus, Timestamp, VersionId};
use crate::permissions::Verdict;
use crate::storage::{Fault, InjectedFault, NewObject};

impl MemoryStore {
    /// Writes the completion report of a job, and returns the event for the job; `None` if the bucket
    /// of the report is temporarily unavailable, or the permission to write to it is unknown.
    ///
    /// A job that owes no report must not come here.
    pub(super) fn write_report(
        &self,
        job: &Job,
        results: &[TaskResult],
        at: Timestamp,
    ) -> Option<job::Event> {
        match self.may_report(job) {
            Verdict::NotPermitted(_) => {
                return Some(job::Event::ReportFailed(job::Failure::report_not_written()));
            }
            // The job stays as it is, and the next run asks again.
            Verdict::Undecided(_) => return None,
            Verdict::Permitted | Verdict::WithoutTags => {}
        }
        match self.try_report(job, results, at) {
            Ok(()) => Some(job::Event::Settled),
            Err(_) if self.is_report_bucket_unavailable(job) => None,
            Err(_) => Some(job::Event::ReportFailed(job::Failure::report_not_written())),
        }
    }

    /// Returns true if the report can be written later. Any other failure is final.
    ///
    /// False for a bucket that is missing or refuses the request.
    fn is_report_bucket_unavailable(&self, job: &Job) -> bool {
        let buckets = self.lock();
        let report = job.specification().report().bucket.as_ref();
        let bucket = report.and_then(|bucket| buckets.get(bucket.name()));
        bucket.is_some_and(|bucket| matches!(bucket.fault, Some(InjectedFault::Outage)))
    }

    /// Writes the parts, then the document that names them, then its checksum: a reader that finds
    /// the document finds everything else.
    ///
    /// No results within the scope of the report give no files, and that is a success.
    fn try_report(
        &self,
        job: &Job,
        results: &[TaskResult],
        at: Timestamp,
    ) -> Result<(), ServiceError> {
        let report = job.specification().report();
        let bucket = report.bucket.as_ref().ok_or_else(super::no_such_bucket)?.name();
        // S3 cannot write a report to a bucket with a default retention.
        if self.bucket(bucket).with(|bucket| Ok(bucket.retains_by_default()))? {
            return Err(ServiceError::object_locked());
        }
        let prefix = report.prefix.as_deref().unwrap_or_default();
        let place = completion_report::Location::new(bucket.clone(), job.id().clone())
            .with_prefix(prefix)
            .with_prefix_join(job.dialect().prefix_join());
        let scope = report.report_scope.unwrap_or(completion_report::Scope::AllTasks);
        let mut writer = completion_report::Writer::new(place, scope, |status| {
            // One part for each status, however many results it has.
            Ok((part_name(&format!("{}/{status}", job.arn()))?, Vec::new()))
        });
        let unwritten = |error: io::Error| {
            ServiceError::new(ServiceErrorCode::INTERNAL_ERROR, error.to_string())
        };
        for result in results {
            writer.write(result).map_err(unwritten)?;
        }
        let Some((document, parts)) = writer.finish(at).map_err(unwritten)? else { return Ok(()) };
        for (part, text) in document.manifest.results.iter().zip(parts) {
            self.write_for_job(bucket, &part.key, text, at)?;
        }
        self.write_for_job(bucket, &document.key, document.text.as_bytes(), at)?;
        let checksum = document.checksum.to_string();
        self.write_for_job(bucket, &document.checksum_key, checksum, at)
    }

    /// Writes an object of a completion report, encrypted with SSE-S3.
    ///
    /// The ID of the version that is written is not needed.
    fn write_for_job(
        &self,
        bucket: &BucketName,
        key: &str,
        text: impl AsRef<[u8]>,
        at: Timestamp,
    ) -> Result<(), ServiceError> {
        let mut object = NewObject::new(key, text);
        object.encryption = Some(EncryptionStatus::SseS3);
        self.put_for_job(bucket, object, &version_of(key), at).map(drop)
    }

    /// Writes an object with the role of a job, which fails if the bucket has a fault.
    ///
    /// It also writes generated manifests. The permission of the role was judged before.
    pub(super) fn put_for_job(
        &self,
        bucket: &BucketName,
        object: NewObject,
        id: &VersionId,
        at: Timestamp,
    ) -> Result<VersionId, ServiceError> {
        self.bucket(bucket).with(|bucket| {
            bucket
                .check_fault()
                .map_err(|(Fault::Transient(error) | Fault::Permanent(_, error))| error)
        })?;
        self.bucket(bucket).put_object(object, id, at)
    }
}

/// Returns the name of a part of a report, which is always the same for the same job and status.
///
/// Two checksums of 32 digits, of which the first 40 digits are taken.
fn part_name(seed: &str) -> io::Result<PartName> {
    let (first, second) = (Md5Checksum::of(seed), Md5Checksum::of(format!("{seed}/")));
    let digits = format!("{first}{second}");
    digits.chars().take(40).collect::<String>().parse().map_err(io::Error::other)
}

/// Returns the version ID of an object that is written for a job. The key contains the ID of the job,
/// so it is written only once.
pub(super) fn version_of(key: &str) -> VersionId {
    let id = Md5Checksum::of(key).to_string();
    id.parse().unwrap_or_else(|_| VersionId::null())
}
