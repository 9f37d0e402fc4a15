//! The permissions of the role of a job, as the store enforces them.

use std::sync::{Arc, PoisonError};

use super::{Job, MemoryStore, job};
use crate::batch::request::JobSource;
use crate::dialect::Dialect;
use crate::model::BucketName;
use crate::permissions::{GivenDocuments, JobStep, Refusal, Setup, Verdict};
use crate::replication::FailureReason;
use crate::storage::memory::requests::facts_of;

impl MemoryStore {
    /// Sets the policies under which jobs run: those of their role, and of the buckets and KMS keys
    /// that it uses. `None` permits everything, which is the default.
    ///
    /// A step that the policies do not permit fails the job or its task as S3 reports it (REP-1230 to
    /// REP-1236). Where a decision depends on an unknown condition key, a task or a report waits, and
    /// preparation fails with a code of this crate, `PermissionUndecided`.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::permissions::GivenDocuments;
    /// use s3_replication::storage::MemoryStore;
    ///
    /// let store = MemoryStore::new();
    /// store.put_job_policies(Some(GivenDocuments::new()));
    /// ```
    pub fn put_job_policies(&self, policies: Option<GivenDocuments>) {
        // No holder of this lock panics, so a value is there in any case.
        *self.job_policies.lock().unwrap_or_else(PoisonError::into_inner) = policies.map(Arc::new);
    }

    /// Judges a step of a job about a bucket. The caller must not hold the lock of the buckets.
    pub(super) fn judge_job(&self, job: &Job, bucket: &BucketName, step: JobStep<'_>) -> Verdict {
        let policies = self.job_policies.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(policies) = policies else { return Verdict::Permitted };
        let known = facts_of(&self.lock());
        // The needs of a job are the same in every dialect that has jobs.
        Setup::of_job(job.specification(), bucket.clone(), &Dialect::AWS, &known)
            .judge_job(&policies, step)
    }

    /// Fails a job whose role may not prepare it.
    pub(super) fn check_preparation(&self, job: &Job) -> Result<(), job::Failure> {
        let bucket = match job.specification().source() {
            JobSource::Generator(generator) => Some(generator.source_bucket.name().clone()),
            // The manifest names the source buckets, and may not be readable.
            JobSource::Manifest(manifest) => manifest.location.object_arn.bucket(),
        };
        let Some(bucket) = bucket else { return Ok(()) };
        match self.judge_job(job, &bucket, JobStep::Preparation) {
            Verdict::NotPermitted(refusal) => Err(failure_of(&refusal)),
            Verdict::Undecided(depends_on) => {
                let depends_on = depends_on.into_iter().collect::<Vec<_>>().join(", ");
                let text = format!("a permission of the role depends on {depends_on}");
                Err(job::Failure::new(job::FailureCode::from("PermissionUndecided"), text))
            }
            Verdict::Permitted | Verdict::WithoutTags => Ok(()),
        }
    }

    /// Returns the answer about writing the report: permitted, refused, or unknown for now.
    pub(super) fn may_report(&self, job: &Job) -> Verdict {
        let report = job.specification().report().bucket.as_ref();
        report.map_or(Verdict::Permitted, |bucket| {
            self.judge_job(job, bucket.name(), JobStep::Report)
        })
    }
}

fn failure_of(refusal: &Refusal) -> job::Failure {
    match refusal.failure_reason {
        Some(job::Failure::MANIFEST_UNREADABLE) => job::Failure::manifest_forbidden(),
        Some(job::Failure::MANIFEST_UNWRITTEN) => job::Failure::manifest_not_written(),
        Some(reason) => {
            let text = FailureReason::from(reason).meaning().unwrap_or(reason).to_owned();
            job::Failure::new(job::FailureCode::from(reason), text)
        }
        // S3 publishes no code for a manifest that it may not generate.
        None => {
            let Refusal { action, document, .. } = refusal;
            let text = format!("{document} does not permit `{action}`");
            job::Failure::new(job::FailureCode::MANIFEST_NOT_GENERATED, text)
        }
    }
}
