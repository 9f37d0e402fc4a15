//! Advice about jobs that S3 accepts but that are probably mistakes.
//!
//! Nothing here is an error, and nothing refuses a job: `JobSpecification::advise` returns warnings
//! and notes, and [`JobParser`](crate::batch::request::JobParser) adds them to its report if it is
//! asked to. What S3 refuses is found in `request/validate.rs`.

use crate::batch::generator::{self, FilterMember};
use crate::batch::identity::output_prefix;
use crate::batch::request::{JobSource, JobSpecification, S3JobManifestGenerator};
use crate::clause;
use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::model::{BucketArn, ReplicationConfiguration};
use crate::path::FieldPath;

impl JobSpecification {
    /// Gives advice about the job. With the replication configuration of the source bucket, more of the
    /// job is checked.
    ///
    /// | code | finds |
    /// | --- | --- |
    /// | `job-filter-lists-nothing` | bounds of time or size that no version can satisfy |
    /// | `job-lists-ineligible-versions` | a generated manifest with versions that no rule replicates |
    /// | `job-lists-replicated-versions` | a generated manifest with versions that are replicated already |
    /// | `job-role-replicates` | a job with the role of the replication configuration |
    /// | `job-writes-to-source` | a report or a manifest that is written to the source bucket |
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
    /// let codes: Vec<_> = job.advise(None).iter().map(|finding| finding.code).collect();
    /// assert_eq!(codes, ["job-lists-ineligible-versions", "job-lists-replicated-versions"]);
    /// # Ok::<(), s3_replication::Report>(())
    /// ```
    #[must_use]
    pub fn advise(&self, configuration: Option<&ReplicationConfiguration>) -> Report {
        let mut findings = Vec::new();
        if let JobSource::Generator(generator) = self.source() {
            let path = FieldPath::root().field("ManifestGenerator").field("S3JobManifestGenerator");
            // A generator without a filter lists every version, so the advice is the same as for an
            // empty filter.
            let filter = generator.filter.as_ref().unwrap_or(&generator::Filter::ALL);
            let of_filter = path.clone().field("Filter");
            findings.extend(lists_ineligible(filter, of_filter.clone()));
            findings.extend(lists_replicated(filter, of_filter.clone()));
            findings.extend(lists_nothing(filter, &of_filter));
            findings.extend(self.writes(generator, configuration));
        }
        // The role matters for every job. The rest needs a generator, which names the source
        // bucket.
        findings.extend(configuration.and_then(|configuration| self.shares_role(configuration)));
        findings.into_iter().collect()
    }

    /// Finds completion reports and manifests that become objects of the source bucket.
    ///
    /// A manifest of the caller is not considered, since nothing shows its source bucket. Without a
    /// configuration every prefix may be replicated.
    fn writes<'a>(
        &'a self,
        generator: &'a S3JobManifestGenerator,
        configuration: Option<&'a ReplicationConfiguration>,
    ) -> impl Iterator<Item = Diagnostic> + use<'a> {
        let report = self.report();
        let report = report.written_to().map(|bucket| {
            let prefix = report.prefix.as_deref().unwrap_or_default();
            let prefix = output_prefix(prefix, self.dialect().prefix_join());
            (bucket, prefix, FieldPath::root().field("Report"), "report")
        });
        let output = generator.saved_at().map(|output| {
            let path = FieldPath::root().field("ManifestGenerator").field("S3JobManifestGenerator");
            let path = path.field("ManifestOutputLocation");
            let prefix = output.manifest_prefix.as_deref().unwrap_or_default().to_owned();
            (&output.bucket, prefix, path, "manifest")
        });
        let written = [report, output].into_iter().flatten();
        let in_source = written.filter(|(bucket, ..)| **bucket == generator.source_bucket);
        in_source.filter_map(move |(bucket, prefix, path, what)| {
            let may_replicate =
                configuration.is_none_or(|configuration| replicates_below(configuration, &prefix));
            may_replicate.then(|| writes_to_source(bucket, path, what))
        })
    }

    /// Finds a role that two services use.
    ///
    /// Nothing if the configuration names no role.
    fn shares_role(&self, configuration: &ReplicationConfiguration) -> Option<Diagnostic> {
        (Some(self.role_arn()) == configuration.role()).then(|| {
            let path = FieldPath::root().field("RoleArn");
            let message = "the job uses the role of the replication configuration";
            let clause = &clause::JOB_ROLE;
            let help = "use a role that `batchoperations.s3.amazonaws.com` can assume and that may \
                        initiate replication; the other role delivers the objects";
            Diagnostic::warning("job-role-replicates", clause, path, message).with_help(help)
        })
    }
}

/// Returns true if an enabled rule that requires no tags may match a key that begins with `prefix`.
///
/// ```text
/// rule         output      result
/// logs/        logs/x/     true: the rule selects the output
/// logs/x/      logs/       true: it selects a part of it
/// logs/        other/      false
/// logs/, tags  logs/       false: reports have no tags
/// ```
fn replicates_below(configuration: &ReplicationConfiguration, prefix: &str) -> bool {
    let mut rules = configuration.rules().iter().filter(|rule| rule.is_enabled());
    rules.any(|rule| {
        let of_rule = rule.filter.key_prefix().as_str();
        let longer = if of_rule.starts_with(prefix) { of_rule } else { prefix };
        // What leaves out the longer one leaves out every key under both.
        longer.starts_with(of_rule)
            && rule.filter.tags().is_empty()
            && !rule.filter.leaves_out(longer.as_bytes())
    })
}

fn writes_to_source(bucket: &BucketArn, path: FieldPath, what: &str) -> Diagnostic {
    let bucket_name = bucket.name();
    let message = format!("the {what} is written to the source bucket `{bucket_name}`");
    let clause = &clause::JOB_OUTPUT_IS_OBJECTS;
    let help = "name another bucket, or a prefix that no rule matches; otherwise it is replicated, \
                and the next job lists it";
    Diagnostic::warning("job-writes-to-source", clause, path.field("Bucket"), message)
        .with_help(help)
}

/// Finds a filter that does not ask for eligible versions. `false` selects ineligible ones, or has
/// no effect, depending on the dialect; neither avoids failing tasks.
fn lists_ineligible(filter: &generator::Filter, path: FieldPath) -> Option<Diagnostic> {
    (filter.eligible_for_replication() != Some(true)).then(|| {
        let message =
            "the manifest also lists versions that no rule replicates, and their tasks fail";
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
        (true, true) => {
            "the manifest also lists versions that are replicated already, and replicas"
        }
        (true, false) => "the manifest also lists versions that are replicated already",
        (false, true) => "the manifest also lists replicas from other buckets",
        (false, false) => return None,
    };
    let clause = &clause::FILTER_STATUSES;
    let help = "select `NONE` and `FAILED` in `ObjectReplicationStatuses`, unless the destination is \
                new; every task is charged";
    let path = if statuses.is_some() { path.field("ObjectReplicationStatuses") } else { path };
    let finding = Diagnostic::warning("job-lists-replicated-versions", clause, path, message);
    // Often intended, but every task costs money.
    Some(Diagnostic { severity: Severity::Note, ..finding.with_help(help) })
}

/// Finds bounds that cross. Each finding is at the upper one; the help is about both.
fn lists_nothing<'a>(
    filter: &'a generator::Filter,
    path: &'a FieldPath,
) -> impl Iterator<Item = Diagnostic> + use<'a> {
    let crossed = filter.crossed_bounds();
    crossed.map(move |member: FilterMember| {
        let message = format!("no value satisfies both `{member}` and the other bound");
        let clause = &clause::FILTER_BOUNDS;
        let path = path.clone().field(member.as_str());
        Diagnostic::warning("job-filter-lists-nothing", clause, path, message)
            .with_help("choose bounds with values between them; both are exclusive")
    })
}
