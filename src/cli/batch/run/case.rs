use s3_replication::batch::job::{self, Job};
use s3_replication::batch::request::{JobSource, JobSpecification};
use s3_replication::model::{BucketArn, KnownBuckets, Region, Timestamp};
use s3_replication::text::SourceText;
use s3_replication::{Engine, ReplicationConfiguration};

use super::doubts::Doubts;
use super::list::List;
use super::stage::Stage;
use super::trouble;
use super::versions::Versions;
use crate::cli::output;
use crate::cli::{Failure, Status};

/// A job, and what it runs on.
pub(super) struct Case<'c> {
    pub(super) configuration: &'c ReplicationConfiguration,
    pub(super) engine: Engine,
    pub(super) specification: JobSpecification,
    pub(super) list: List,
    pub(super) versions: Versions,
    pub(super) stage: Stage<'c>,
    /// Of the job, which is that of its source bucket.
    pub(super) region: Region,
    pub(super) at: Timestamp,
}

impl Case<'_> {
    /// Refuses a job that S3 would not create in its Region.
    pub(super) fn check_regions(&self, known: &KnownBuckets) -> Result<(), Failure> {
        let source = Some(self.stage.source);
        let refused = self.specification.check_regions(&self.region, source, known);
        if refused.is_empty() {
            return Ok(());
        }
        output::tell(&refused.render_with(&SourceText::new("job", ""), output::error_rendering()));
        Err(Failure::Reported(Status::Found))
    }

    /// Creates the job.
    pub(super) fn job(&self) -> Result<Job, Failure> {
        let id = "batch-run".parse().map_err(|error| trouble(&error))?;
        let partition = self.specification.role_arn().partition().clone();
        let name = job::Name::new(id, partition, self.region.clone());
        Ok(Job::create(name, self.specification.clone(), self.at))
    }

    pub(super) fn doubts(&self) -> Result<Doubts, Failure> {
        Doubts::new(self.stage.source, self.engine.clone(), self.versions.facts())
    }

    /// Returns the bucket of the completion report.
    pub(super) fn report_bucket(&self) -> Option<&BucketArn> {
        self.specification.report().bucket.as_ref()
    }

    /// Returns the bucket that a generated list is kept in.
    pub(super) fn output_bucket(&self) -> Option<&BucketArn> {
        match self.specification.source() {
            JobSource::Generator(generator) => {
                generator.manifest_output_location.as_ref().map(|location| &location.bucket)
            }
            JobSource::Manifest(_) => None,
        }
    }
}
