//! Which versions are on the list of a job.

use s3_replication::batch::generator::{Exclusion, ListedFacts, ManifestGenerator};
use s3_replication::batch::manifest::{self, RowError};
use s3_replication::batch::request::{JobSource, JobSpecification};
use s3_replication::model::BucketName;
use s3_replication::{Engine, ObjectVersion};

use super::names::Names;

/// The list of a job, which says of version after version whether it is there.
pub(super) enum Listing {
    /// S3 makes it.
    Generated(Box<ManifestGenerator>),
    /// The job brings it.
    Rows(Names),
}

impl Listing {
    /// The list that S3 would make from what is known of the versions; `None` for a job that brings
    /// one.
    pub(super) fn generated(
        specification: &JobSpecification,
        engine: Engine,
        facts: ListedFacts,
    ) -> Option<Self> {
        let JobSource::Generator(generator) = specification.source() else { return None };
        let generator = ManifestGenerator::of_job(generator, engine).with_facts(facts);
        Some(Self::Generated(Box::new(generator)))
    }

    /// A list of rows, of which those of other buckets do not count.
    pub(super) fn of_rows<'r>(
        rows: impl Iterator<Item = &'r Result<manifest::Row, RowError>>,
        source: &BucketName,
    ) -> Self {
        let mut names = Names::default();
        for row in rows.flatten().filter(|row| row.bucket == *source) {
            names.add_row(row);
        }
        Self::Rows(names.sorted())
    }

    /// Returns how often a version of the source bucket is on the list.
    ///
    /// # Errors
    ///
    /// Why S3 does not list it.
    pub(super) fn take(&mut self, version: &ObjectVersion<'_>) -> Result<u64, Exclusion> {
        match self {
            Self::Generated(generator) => generator.judge(version, None).map(|()| 1),
            Self::Rows(names) => Ok(names.take(version)),
        }
    }
}
