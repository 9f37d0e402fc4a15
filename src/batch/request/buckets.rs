//! The effect of the state of buckets on a job: refusals when it is created, and failures later.
//!
//! Two checks at two moments, with the facts of a caller:
//!
//! ```text
//! check_regions     when the job is created     refusals, with BadRequestException
//! owner_failures    when the job is prepared    failures of the job
//! ```
//!
//! A fact that is unknown causes neither. `dry_run/buckets.rs` has the effects of buckets on single
//! tasks.

use crate::batch::job;
use crate::batch::request::form::bad_request;
use crate::batch::request::{JobSource, JobSpecification};
use crate::clause;
use crate::diagnostic::{Diagnostic, Report};
use crate::dialect::job::{GeneratorOwner, JobDialect};
use crate::model::{AccountId, BucketArn, BucketName, KnownBuckets, Region};
use crate::path::FieldPath;

impl JobSpecification {
    /// Returns the refusals of the service when the job is created in a Region (REP-922). Unknown
    /// buckets are not checked. The source bucket of a manifest is an argument, since the
    /// specification names only that of a generator.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::request::JobSpecification;
    /// use s3_replication::model::{BucketSettings, KnownBuckets, Region};
    ///
    /// fn may_create(specification: &JobSpecification, region: &Region, buckets: &KnownBuckets) -> bool {
    ///     specification.check_regions(region, None, buckets).is_empty()
    /// }
    /// ```
    #[must_use]
    pub fn check_regions(
        &self,
        region: &Region,
        source: Option<&BucketName>,
        buckets: &KnownBuckets,
    ) -> Report {
        let mut report = Report::new();
        // `None` for an unknown bucket, and for one whose Region is unknown.
        let region_of =
            |bucket: &BucketName| buckets.get(bucket).and_then(|facts| facts.region.as_ref());
        let mut refuse = |code: &'static str, path: FieldPath, message: String, help: String| {
            let finding =
                Diagnostic::refusal(code, &clause::JOB_REGION, path, message, bad_request());
            report.push(finding.with_help(help));
        };
        let root = FieldPath::root();
        let (source, source_at, output) = match self.source() {
            // A manifest of the caller may be in any Region.
            JobSource::Manifest(_) => (source, root.field("Manifest"), None),
            JobSource::Generator(generator) => {
                let at = root.field("ManifestGenerator").field("S3JobManifestGenerator");
                let output = generator.manifest_output_location.as_ref().map(|location| {
                    let at = at.clone().field("ManifestOutputLocation").field("Bucket");
                    (location.bucket.name(), at)
                });
                (Some(generator.source_bucket.name()), at.field("SourceBucket"), output)
            }
        };
        let source_region = source.and_then(region_of);
        // The first check: the job and the source bucket.
        if let (Some(source), Some(its_region)) = (source, source_region)
            && its_region != region
        {
            let message =
                format!("the source bucket `{source}` is in {its_region}, the job in {region}");
            let help = format!("create the job in {its_region}");
            refuse("job-in-other-region", source_at, message, help);
        }
        // Without a known Region of the source, that of the job is the best evidence.
        let needed = source_region.unwrap_or(region);
        if let Some((bucket, at)) = output
            && let Some(its_region) = region_of(bucket)
            && its_region != needed
        {
            let message = format!(
                "the bucket `{bucket}` of the manifest is in {its_region}, the source bucket in {needed}"
            );
            let help = format!("keep the manifest in a bucket in {needed}");
            refuse("manifest-in-other-region", at, message, help);
        }
        report
    }

    /// Returns the failures caused by the owners of buckets (REP-923): one for each bucket whose
    /// known owner is not the expected one.
    ///
    /// A bucket that is expected to have two different owners has up to two failures.
    #[must_use]
    pub fn owner_failures(
        &self,
        buckets: &KnownBuckets,
        dialect: &JobDialect,
    ) -> Vec<job::Failure> {
        let expected = self.expected_owners(dialect);
        let wrong = expected.into_iter().filter(|(bucket, owner)| {
            let known = buckets.get(bucket.name()).and_then(|facts| facts.account);
            known.is_some_and(|account| account != *owner)
        });
        let failure = |(bucket, owner): (&BucketArn, AccountId)| {
            let reason = format!("The bucket {} is not owned by {owner}", bucket.name());
            job::Failure::new(job::FailureCode::EXPECTED_OWNER_MISMATCH, reason)
        };
        wrong.map(failure).collect()
    }

    /// Returns each bucket with the owner that the job expects.
    ///
    /// Only buckets that the job uses: a report that is disabled and a manifest that is not kept
    /// expect nothing.
    fn expected_owners(&self, dialect: &JobDialect) -> Vec<(&BucketArn, AccountId)> {
        let mut expected = Vec::new();
        let mut expect = |bucket: Option<_>, owner: Option<_>| expected.extend(bucket.zip(owner));
        expect(self.report().written_to(), self.report().expected_bucket_owner);
        if let JobSource::Generator(generator) = self.source() {
            let output = generator.saved_at();
            // Sources differ on the bucket that `ExpectedBucketOwner` is about. In the second
            // reading it is about no bucket if no manifest is kept.
            let meant = match dialect.generator_owner() {
                GeneratorOwner::SourceBucket => Some(&generator.source_bucket),
                GeneratorOwner::ManifestBucket => output.map(|output| &output.bucket),
            };
            expect(meant, generator.expected_bucket_owner);
            let owner = output.and_then(|output| output.expected_manifest_bucket_owner);
            expect(output.map(|output| &output.bucket), owner);
        }
        expected
    }
}
