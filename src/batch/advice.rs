//! What S3 accepts of a job and hardly anybody means.

use crate::batch::generator::{self, FilterMember};
use crate::batch::identity::output_prefix;
use crate::batch::request::{JobSource, JobSpecification, S3JobManifestGenerator};
use crate::clause;
use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::model::{BucketArn, ReplicationConfiguration};
use crate::path::FieldPath;

impl JobSpecification {
    /// Gives advice about the job; about more of it when the replication configuration of its source
    /// bucket is given.
    ///
    /// | code | finds |
    /// | --- | --- |
    /// | `job-filter-lists-nothing` | bounds of time or size between which nothing lies |
    /// | `job-lists-ineligible-versions` | a generator that lists what no rule takes |
    /// | `job-lists-replicated-versions` | a generator that lists what is replicated already |
    /// | `job-role-replicates` | the role of the replication configuration as that of the job |
    /// | `job-writes-to-source` | a report or a list that is written where it is replicated |
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::request::JobParser;
    ///
    /// let job = r#"{"AccountId": "123456789012", "ConfirmationRequired": false, "Priority": 1,
    ///     "Operation": {"S3ReplicateObject": {}}, "RoleArn": "arn:aws:iam::123456789012:role/job",
    ///     "ClientRequestToken": "t", "Report": {"Enabled": false},
    ///     "ManifestGenerator": {"S3JobManifestGenerator": {
    ///         "SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": false}}}"#;
    /// let job = JobParser::new().parse_json(job).into_specification()?;
    /// let codes: Vec<_> = job.advise(None).iter().map(|found| found.code).collect();
    /// assert_eq!(codes, ["job-lists-ineligible-versions", "job-lists-replicated-versions"]);
    /// # Ok::<(), s3_replication::Report>(())
    /// ```
    #[must_use]
    pub fn advise(&self, configuration: Option<&ReplicationConfiguration>) -> Report {
        let mut found = Vec::new();
        if let JobSource::Generator(generator) = self.source() {
            let path = FieldPath::root().field("ManifestGenerator").field("S3JobManifestGenerator");
            let filter = generator.filter.as_ref().unwrap_or(&generator::Filter::ALL);
            let of_filter = path.clone().field("Filter");
            found.extend(lists_ineligible(filter, of_filter.clone()));
            found.extend(lists_replicated(filter, of_filter.clone()));
            found.extend(lists_nothing(filter, &of_filter));
            found.extend(self.writes(generator, configuration));
        }
        found.extend(configuration.and_then(|configuration| self.shares_role(configuration)));
        found.into_iter().collect()
    }

    /// Finds reports and lists that become objects of the source bucket.
    fn writes<'a>(
        &'a self,
        generator: &'a S3JobManifestGenerator,
        configuration: Option<&'a ReplicationConfiguration>,
    ) -> impl Iterator<Item = Diagnostic> + use<'a> {
        let report = self.report();
        let report = report.bucket.as_ref().filter(|_| report.enabled).map(|bucket| {
            let prefix = report.prefix.as_deref().unwrap_or_default();
            let prefix = output_prefix(prefix, self.dialect().prefix_join());
            (bucket, prefix, FieldPath::root().field("Report"), "report")
        });
        let output = generator.manifest_output_location.as_ref();
        let output = output.filter(|_| generator.enable_manifest_output).map(|output| {
            let path = FieldPath::root().field("ManifestGenerator").field("S3JobManifestGenerator");
            let path = path.field("ManifestOutputLocation");
            let prefix = output.manifest_prefix.as_deref().unwrap_or_default().to_owned();
            (&output.bucket, prefix, path, "list")
        });
        let written = [report, output].into_iter().flatten();
        let in_source = written.filter(|(bucket, ..)| **bucket == generator.source_bucket);
        in_source.filter_map(move |(bucket, prefix, path, what)| {
            let is_taken = configuration.is_none_or(|configuration| takes(configuration, &prefix));
            is_taken.then(|| writes_to_source(bucket, path, what))
        })
    }

    /// Finds one role for two services.
    fn shares_role(&self, configuration: &ReplicationConfiguration) -> Option<Diagnostic> {
        (self.role_arn() == configuration.role()).then(|| {
            let path = FieldPath::root().field("RoleArn");
            let message = "the job has the role of the replication configuration";
            let clause = &clause::JOB_ROLE;
            let help = "give the job a role that `batchoperations.s3.amazonaws.com` may assume and \
                        that may initiate replication; the other one is for delivering objects";
            Diagnostic::warning("job-role-replicates", clause, path, message).with_help(help)
        })
    }
}

/// Returns true when an enabled rule may take a key that begins with `prefix`, without any tags.
fn takes(configuration: &ReplicationConfiguration, prefix: &str) -> bool {
    let mut rules = configuration.rules().iter().filter(|rule| rule.is_enabled());
    rules.any(|rule| {
        let wanted = rule.filter.key_prefix().as_str();
        let is_near = wanted.starts_with(prefix) || prefix.starts_with(wanted);
        rule.filter.tags().is_empty() && is_near
    })
}

fn writes_to_source(bucket: &BucketArn, path: FieldPath, what: &str) -> Diagnostic {
    let bucket_name = bucket.name();
    let message = format!("the {what} is written to the source bucket `{bucket_name}`");
    let clause = &clause::JOB_OUTPUT_IS_OBJECTS;
    let help = "name another bucket, or a prefix that no rule takes; else it is replicated, and \
                listed by the next job";
    Diagnostic::warning("job-writes-to-source", clause, path.field("Bucket"), message)
        .with_help(help)
}

fn lists_ineligible(filter: &generator::Filter, path: FieldPath) -> Option<Diagnostic> {
    (filter.eligible_for_replication() != Some(true)).then(|| {
        let message = "the list also has versions that no rule takes, and each is a failed task";
        let clause = &clause::GENERATION;
        Diagnostic::warning("job-lists-ineligible-versions", clause, path, message)
            .with_help("set `EligibleForReplication` to `true`")
    })
}

fn lists_replicated(filter: &generator::Filter, path: FieldPath) -> Option<Diagnostic> {
    let statuses = filter.replication_statuses();
    let lists = |status| statuses.is_none_or(|statuses| statuses.contains(&status));
    let message = match (
        lists(generator::StatusFilter::Completed),
        lists(generator::StatusFilter::Replica),
    ) {
        (true, true) => "the list also has versions that are replicated already, and replicas",
        (true, false) => "the list also has versions that are replicated already",
        (false, true) => "the list also has replicas from other buckets",
        (false, false) => return None,
    };
    let clause = &clause::FILTER_STATUSES;
    let help = "ask for `NONE` and `FAILED` in `ObjectReplicationStatuses`, unless there is a new \
                destination; every task is charged";
    let path = if statuses.is_some() { path.field("ObjectReplicationStatuses") } else { path };
    let finding = Diagnostic::warning("job-lists-replicated-versions", clause, path, message);
    // Many mean it; whoever pays should know.
    Some(Diagnostic { severity: Severity::Note, ..finding.with_help(help) })
}

fn lists_nothing<'a>(
    filter: &'a generator::Filter,
    path: &'a FieldPath,
) -> impl Iterator<Item = Diagnostic> + use<'a> {
    let crossed = filter.crossed_bounds();
    crossed.map(move |member: FilterMember| {
        let message = format!("nothing lies below `{member}` and above the other bound");
        let clause = &clause::FILTER_BOUNDS;
        let path = path.clone().field(member.as_str());
        Diagnostic::warning("job-filter-lists-nothing", clause, path, message)
            .with_help("leave room between the bounds; both are excluded")
    })
}
