//! From a draft to a specification: everything that the service would refuse.

mod checks;
mod filter;
mod generator;
mod manifest;
mod tags;

use crate::batch::generator::Filter;
use crate::batch::job;
use crate::batch::request::{
    JobManifestGeneratorFilterDraft, JobOperationDraft, JobReport, JobReportDraft, JobSource,
    JobSpecification, JobSpecificationDraft, OperationName,
};
use crate::clause;
use crate::diagnostic::{Diagnostic, Report};
use crate::dialect::job::{ConfirmationReading, JobDialect};
use crate::model::RoleArn;
use crate::path::FieldPath;

/// A proof under way: what was found so far.
struct Proof<'d> {
    dialect: &'d JobDialect,
    report: Report,
}

impl JobSpecificationDraft {
    /// Proves that the service would accept the draft, as far as the draft alone can show it.
    ///
    /// Warnings are told only where there is a refusal, too. One is of weight: what becomes of a
    /// job whose `ConfirmationRequired` is left out is the dialect's choice (REP-907).
    /// [`check`](Self::check) tells all of them.
    ///
    /// # Errors
    ///
    /// Returns everything the service would refuse, and the warnings besides.
    pub fn validate(&self, dialect: &JobDialect) -> Result<JobSpecification, Report> {
        match self.check(dialect) {
            (Some(specification), _) => Ok(specification),
            (None, report) => Err(report),
        }
    }

    /// Returns the specification, if the service would accept the draft, and everything there is
    /// to say about it, warnings included.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::request::JobSpecificationDraft;
    /// use s3_replication::dialect::job::JobDialect;
    ///
    /// # fn example(mut draft: JobSpecificationDraft) {
    /// draft.confirmation_required = None;
    /// let (specification, report) = draft.check(&JobDialect::AWS);
    /// assert!(specification.is_some());
    /// assert!(report.iter().any(|found| found.code == "confirmation-unstated"));
    /// # }
    /// ```
    #[must_use]
    pub fn check(&self, dialect: &JobDialect) -> (Option<JobSpecification>, Report) {
        let mut proof = Proof { dialect, report: Report::new() };
        let specification = proof.specification(self);
        (specification.filter(|_| !proof.report.has_errors()), proof.report)
    }
}

impl JobManifestGeneratorFilterDraft {
    /// Proves that the service would accept the filter. Warnings are told only where there is a
    /// refusal, too.
    ///
    /// # Errors
    ///
    /// Returns everything the service would refuse, with paths that begin at the filter.
    pub fn validate(&self, dialect: &JobDialect) -> Result<Filter, Report> {
        let mut proof = Proof { dialect, report: Report::new() };
        let filter = proof.filter(self, &FieldPath::root());
        if proof.report.has_errors() { Err(proof.report) } else { Ok(filter) }
    }
}

impl Proof<'_> {
    fn specification(&mut self, draft: &JobSpecificationDraft) -> Option<JobSpecification> {
        const TOKEN: &str = "ClientRequestToken";
        let at = FieldPath::root();
        let account_id = self.required(draft.account_id.as_ref(), &at, "AccountId");
        let account_id = self.account(account_id, &at, "AccountId");
        let needs_confirmation = self.confirmation(draft.confirmation_required);
        let operation = self.required(draft.operation.as_ref(), &at, "Operation");
        let operation = operation.map(|operation| self.operation(operation, &at));
        let report = self.required(draft.report.as_ref(), &at, "Report");
        let report = report.and_then(|report| self.report(report, &at.clone().field("Report")));
        let token = self.required(draft.client_request_token.as_ref(), &at, TOKEN);
        let token = self.text(token, &at, TOKEN, 64);
        let description = self.text(draft.description.as_ref(), &at, "Description", 256);
        let priority = self.required(draft.priority.as_ref(), &at, "Priority");
        let priority = priority.and_then(|priority| self.priority(*priority, &at));
        let role_arn = self.required(draft.role_arn.as_ref(), &at, "RoleArn");
        let help = "write the ARN of an IAM role, `arn:aws:iam::<12 digits>:role/<name>`";
        let role_arn: Option<RoleArn> =
            self.parse(role_arn, &at, "RoleArn", &clause::JOB_LIMITS, help);
        let tags = draft.tags.as_ref().map(|tags| self.tags(tags, &at.clone().field("Tags")));
        let source = self.source(draft, &at);
        operation?;
        Some(JobSpecification {
            dialect: *self.dialect,
            account_id: account_id?,
            confirmation_required: draft.confirmation_required,
            needs_confirmation,
            report: report?,
            client_request_token: token?,
            source: source?,
            description,
            priority: priority?,
            role_arn: role_arn?,
            tags,
        })
    }

    fn confirmation(&mut self, required: Option<bool>) -> bool {
        let Some(required) = required else {
            let suspends = self.dialect.confirmation() == ConfirmationReading::Suspends;
            let (outcome, help) = if suspends {
                ("the job is suspended until somebody confirms it", "write `false` if it is to run")
            } else {
                ("the job runs by itself", "write `true` if somebody is to confirm it")
            };
            let message = format!(
                "`ConfirmationRequired` is left out, on which sources differ; here {outcome}"
            );
            let path = FieldPath::root().field("ConfirmationRequired");
            let clause = &clause::JOB_CONFIRMATION;
            let finding = Diagnostic::warning("confirmation-unstated", clause, path, message);
            self.report.push(finding.with_help(help));
            return suspends;
        };
        required
    }

    fn operation(&mut self, draft: &JobOperationDraft, at: &FieldPath) {
        let clause = &clause::JOB_OPERATION;
        let path = || at.clone().field("Operation");
        let mut names = draft.names();
        let (Some(name), None) = (names.next(), names.next()) else {
            let message = format!("a job runs one operation, here are {}", draft.names().count());
            let help = "name `S3ReplicateObject` and nothing else";
            return self.refuse("operation-not-one", clause, path(), message, help);
        };
        if name != OperationName::S3ReplicateObject {
            let message = format!("`{name}` is an operation of S3 that this crate does not run");
            let help = "this crate runs replication only; name `S3ReplicateObject`";
            let path = path().field(name.as_str());
            self.refuse("operation-not-run", clause, path, message, help);
        }
    }

    fn priority(&mut self, priority: i64, at: &FieldPath) -> Option<job::Priority> {
        let problem = match job::Priority::try_from(priority) {
            Ok(priority) => return Some(priority),
            Err(problem) => problem.to_string(),
        };
        let help = "write an integer from 0 to 2147483647; the higher number goes first";
        let path = at.clone().field("Priority");
        self.refuse("priority-out-of-range", &clause::JOB_PRIORITY, path, problem, help);
        None
    }

    fn report(&mut self, draft: &JobReportDraft, at: &FieldPath) -> Option<JobReport> {
        let enabled = self.required(draft.enabled.as_ref(), at, "Enabled").copied();
        if enabled == Some(true) {
            let present = [
                ("Bucket", draft.bucket.is_some()),
                ("Format", draft.format.is_some()),
                ("ReportScope", draft.report_scope.is_some()),
            ];
            for (name, _) in present.into_iter().filter(|(_, is_present)| !is_present) {
                let message = format!("a report that is enabled needs `{name}`");
                let help = format!("add `{name}`, or disable the report");
                let path = at.clone().field(name);
                self.refuse("report-incomplete", &clause::JOB_REPORT, path, message, help);
            }
        }
        let clause = &clause::JOB_REPORT;
        let bucket = self.bucket(draft.bucket.as_ref(), at, "Bucket");
        let help = "write `Report_CSV_20180820`";
        let format = self.parse(draft.format.as_ref(), at, "Format", clause, help);
        let prefix = self.text(draft.prefix.as_ref(), at, "Prefix", 512);
        let help = "write `AllTasks` or `FailedTasksOnly`";
        let scope = self.parse(draft.report_scope.as_ref(), at, "ReportScope", clause, help);
        let owner = draft.expected_bucket_owner.as_ref();
        let expected_bucket_owner = self.account(owner, at, "ExpectedBucketOwner");
        let enabled = enabled?;
        Some(JobReport {
            enabled,
            bucket,
            format,
            prefix,
            report_scope: scope,
            expected_bucket_owner,
        })
    }

    fn source(&mut self, draft: &JobSpecificationDraft, at: &FieldPath) -> Option<JobSource> {
        let clause = &clause::JOB_MANIFEST_OR_GENERATOR;
        let manifest_at = || at.clone().field("Manifest");
        let generator_at = at.clone().field("ManifestGenerator");
        match (&draft.manifest, &draft.manifest_generator) {
            (None, None) => {
                let message = "neither `Manifest` nor `ManifestGenerator` says what to replicate";
                let help = "add one of them";
                self.refuse("manifest-missing", clause, manifest_at(), message, help);
                None
            }
            (Some(_), Some(_)) => {
                let message = "`Manifest` and `ManifestGenerator` exclude each other";
                let help = "keep one of them";
                self.refuse("manifest-and-generator", clause, generator_at, message, help);
                None
            }
            (Some(manifest), None) => {
                self.manifest(manifest, &manifest_at()).map(JobSource::Manifest)
            }
            (None, Some(generator)) => {
                let generator = generator.s3_job_manifest_generator.as_ref();
                let generator =
                    self.required(generator, &generator_at, "S3JobManifestGenerator")?;
                let at = generator_at.field("S3JobManifestGenerator");
                self.generator(generator, &at).map(JobSource::Generator)
            }
        }
    }
}
