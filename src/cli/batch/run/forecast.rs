//! What a job would do, counted.

mod count;
mod names;
mod told;

use s3_replication::Engine;
use s3_replication::batch::{
    Consequence, Exclusion, JobFailure, JobSource, JobSpecification, ManifestGenerator,
    TaskErrorCode,
};
use s3_replication::model::BucketName;
use s3_replication::replication::FailureReason;

use self::count::Counts;
use self::names::Names;
use super::Format;
use super::list::{List, Read};
use super::versions::{Found, Versions};
use crate::cli::output::Output;
use crate::cli::{Ended, Failure, Status};

/// What is known before anything is counted.
struct Question<'q> {
    source: &'q BucketName,
    versions: &'q Versions,
    specification: &'q JobSpecification,
}

pub(super) fn run(
    format: Format,
    engine: Engine,
    specification: &JobSpecification,
    list: &List,
    versions: &Versions,
    source: &BucketName,
) -> Ended {
    let mut counts = Counts::new(engine, versions.facts());
    let question = Question { source, versions, specification };
    let status = match (specification.source(), list) {
        (JobSource::Generator(generator), _) => {
            let generator = ManifestGenerator::of_job(generator, counts.engine().clone());
            question.generated(&generator.with_facts(versions.facts()), &mut counts)?
        }
        (JobSource::Manifest(_), list) => question.listed(list, &mut counts)?,
    };
    let mut out = Output::new();
    out.write(match format {
        Format::Text => told::text(&question, &counts),
        Format::Json => told::json(&question, &counts),
    })?;
    out.flush()?;
    Ok(status.max(if counts.has_doubts() { Status::Found } else { Status::Clean }))
}

impl Question<'_> {
    /// Counts what S3 lists, and what becomes of it.
    fn generated(
        &self,
        generator: &ManifestGenerator,
        counts: &mut Counts,
    ) -> Result<Status, Failure> {
        let status = self.versions.each(|Found { bucket, version }| {
            let judged = match bucket {
                Some(bucket) if bucket != self.source => Err(Exclusion::OtherBucket),
                _ => generator.judge(&version, None),
            };
            counts.look_at(&version);
            match judged {
                Ok(()) => counts.task(&version),
                Err(exclusion) => counts.leave_out(exclusion, version.size),
            }
            Ok(())
        })?;
        if counts.tasks() == 0 {
            counts.fail_job(JobFailure::no_keys());
        }
        Ok(status)
    }

    /// Counts what becomes of the rows of a list.
    fn listed(&self, list: &List, counts: &mut Counts) -> Result<Status, Failure> {
        let mut names = Names::default();
        let read = list.each(|row| match row {
            Ok(row) if row.bucket == *self.source => {
                if let Some(id) = &row.version_id {
                    names.add(row.key.as_bytes(), id);
                }
            }
            Ok(_) => {
                counts.fail_tasks(&FailureReason::SRC_BUCKET_REPLICATION_CONFIG_MISSING.into(), 1);
            }
            Err(fault) => {
                if let Some(Consequence::TaskFails(result)) = fault.consequence() {
                    let code = result.error_code().map_or("", TaskErrorCode::as_str);
                    counts.fail_tasks(&code.into(), 1);
                }
            }
        })?;
        let status = match read {
            Read::Whole(status) => status,
            Read::Fails(failure) => {
                counts.fail_job(failure);
                return Ok(Status::Clean);
            }
        };
        names.sort();
        let read = self.versions.each(|Found { bucket, version }| {
            counts.look_at(&version);
            let is_here = bucket.is_none_or(|bucket| bucket == self.source);
            let times = version.version_id.map_or(0, |id| names.take(version.key, id));
            for _ in 0..if is_here { times } else { 0 } {
                counts.task(&version);
            }
            Ok(())
        })?;
        counts.fail_tasks(&FailureReason::SRC_VERSION_NOT_FOUND.into(), names.left());
        Ok(status.max(read))
    }
}
