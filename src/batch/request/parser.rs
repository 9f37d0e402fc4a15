use serde::Deserialize;

use crate::batch::checksum::Md5Checksum;
use crate::batch::request::form::{
    DESCRIBE_JOB, GENERATOR_FILTER, JOB_DESCRIPTOR, create_job, read,
};
use crate::batch::request::{
    JobManifestDraft, JobManifestGeneratorDraft, JobManifestGeneratorFilterDraft,
    JobOperationDraft, JobReportDraft, JobSpecification, JobSpecificationDraft,
};
use crate::batch::{generator, job};
use crate::clause;
use crate::diagnostic::{Diagnostic, Place, Report};
use crate::dialect::job::JobDialect;
use crate::form::{self, Form};
use crate::model::{AccountId, ReplicationConfiguration, RoleArn};
use crate::path::Step;

/// A parser of requests of CreateJob that reports every mistake.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::request::JobParser;
/// use s3_replication::text::SourceText;
///
/// let text = "<CreateJobRequest><Priority>high</Priority></CreateJobRequest>";
/// let read = JobParser::new().with_account("111122223333".parse()?).parse_xml(text);
/// let rendered = read.report().render(&SourceText::new("job.xml", text));
/// assert!(rendered.contains("job.xml:1:29"));
/// assert!(read.into_specification().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct JobParser {
    dialect: JobDialect,
    account: Option<AccountId>,
    advice: Advice,
}

/// The extent of the advice.
#[derive(Clone, Debug, Default)]
enum Advice {
    #[default]
    No,
    /// Advice on the job alone.
    OfJob,
    /// Advice on the job and the configuration of its source bucket.
    WithConfiguration(ReplicationConfiguration),
}

impl JobParser {
    /// Creates a parser for AWS.
    #[must_use]
    pub const fn new() -> Self {
        Self { dialect: JobDialect::AWS, account: None, advice: Advice::No }
    }

    /// Sets the dialect.
    #[must_use]
    pub fn with_dialect(self, dialect: JobDialect) -> Self {
        Self { dialect, ..self }
    }

    /// Sets the account, which in XML is the header `x-amz-account-id` and not an element. An
    /// account in a JSON document takes precedence.
    #[must_use]
    pub fn with_account(self, account: AccountId) -> Self {
        Self { account: Some(account), ..self }
    }

    /// Adds advice on jobs that S3 accepts, see [`JobSpecification::advise`]. With the replication
    /// configuration of the source bucket there is more of it.
    #[must_use]
    pub fn with_advice(self, configuration: Option<&ReplicationConfiguration>) -> Self {
        let advice = match configuration {
            Some(configuration) => Advice::WithConfiguration(configuration.clone()),
            None => Advice::OfJob,
        };
        Self { advice, ..self }
    }

    /// Reads the body of a request.
    #[must_use]
    pub fn parse_xml(&self, text: &str) -> ParsedJob {
        self.parse(text, Form::Xml)
    }

    /// Reads what `aws s3control create-job --cli-input-json` takes, or what `describe-job` prints.
    ///
    /// The AWS CLI takes the account from an option and makes the token itself (REP-998). Without a
    /// `ClientRequestToken` the token is the checksum of the text, and without an `AccountId` the
    /// account is that of [`with_account`](Self::with_account), or else that of the role. What the
    /// CLI would refuse before it sends the request has no answer of the service.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::request::JobParser;
    ///
    /// let specification = JobParser::new().parse_json(
    ///     r#"{"ConfirmationRequired": false, "Priority": 10,
    ///         "RoleArn": "arn:aws:iam::111122223333:role/batch",
    ///         "Operation": {"S3ReplicateObject": {}}, "Report": {"Enabled": false},
    ///         "ManifestGenerator": {"S3JobManifestGenerator": {
    ///             "SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": false}}}"#,
    /// ).into_specification()?;
    /// assert_eq!(specification.account_id().to_string(), "111122223333");
    /// # Ok::<(), s3_replication::Report>(())
    /// ```
    #[must_use]
    pub fn parse_json(&self, text: &str) -> ParsedJob {
        self.parse(text, Form::CliJson)
    }

    /// Reads the `Filter` of a generator alone, as it is written in what [`parse_json`](Self::parse_json) reads.
    /// There is no filter when the report has errors; its paths begin at the filter.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::request::JobParser;
    ///
    /// let (filter, report) = JobParser::new().parse_filter_json(r#"{"CreatedAfter": "2026-11-22"}"#);
    /// assert!(filter.is_some() && report.is_empty());
    /// let (filter, report) = JobParser::new().parse_filter_json("[]");
    /// assert!(filter.is_none() && report.has_errors());
    /// ```
    #[must_use]
    pub fn parse_filter_json(&self, text: &str) -> (Option<generator::Filter>, Report) {
        let (filter, report) = read(text, Form::CliJson, &GENERATOR_FILTER, |draft| {
            let draft: JobManifestGeneratorFilterDraft = draft;
            match draft.validate(&self.dialect) {
                Ok(filter) => (Some(filter), Report::new()),
                Err(report) => (None, report),
            }
        });
        (filter.flatten().filter(|_| !report.has_errors()), report)
    }

    fn parse(&self, text: &str, form: Form) -> ParsedJob {
        if let Some(description) = Description::recognise(text, form) {
            return self.parse_description(text, form, description);
        }
        let (result, mut report) = read(text, form, create_job(form), |draft| {
            let mut draft: JobSpecificationDraft = draft;
            self.complete(&mut draft, text, form);
            let (specification, report) = self.check(&draft);
            ((draft, specification), report)
        });
        if form == Form::CliJson {
            report = report.into_iter().map(without_answer_to_client).collect();
        }
        let (draft, specification) = result.unzip();
        ParsedJob { draft, specification: specification.flatten(), report }
    }

    /// Reads the job that DescribeJob describes.
    fn parse_description(&self, text: &str, form: Form, description: Description) -> ParsedJob {
        let check = |mut draft: JobSpecificationDraft| {
            self.complete(&mut draft, text, Form::CliJson);
            let (specification, report) = self.check(&draft);
            let at = |finding: Diagnostic| description.locate(without_answer_to_client(finding));
            ((draft, specification), report.into_iter().map(at).collect())
        };
        let (result, report) = match description {
            Description::Answer => {
                read(text, form, &DESCRIBE_JOB, |Answer { job }| check(job.into()))
            }
            Description::Alone => {
                read(text, form, &JOB_DESCRIPTOR, |job: DescribedJob| check(job.into()))
            }
        };
        let (draft, specification) = result.unzip();
        ParsedJob { draft, specification: specification.flatten(), report }
    }

    /// Adds what a client adds to a request.
    fn complete(&self, draft: &mut JobSpecificationDraft, text: &str, form: Form) {
        draft.account_id = draft.account_id.or(self.account);
        if form == Form::CliJson {
            let of_role = || draft.role_arn.as_ref().map(RoleArn::account);
            draft.account_id = draft.account_id.or_else(of_role);
            let token = || Md5Checksum::of(text.as_bytes()).to_string();
            draft.client_request_token.get_or_insert_with(token);
        }
    }

    fn check(&self, draft: &JobSpecificationDraft) -> (Option<JobSpecification>, Report) {
        let (specification, mut report) = draft.check(&self.dialect);
        if let Some(specification) = &specification {
            report.append(self.advice.about(specification));
        }
        (specification, report)
    }
}

/// The place of the job in a description of one.
#[derive(Clone, Copy)]
enum Description {
    /// The answer of DescribeJob, which holds the job in a member.
    Answer,
    /// The job alone.
    Alone,
}

impl Description {
    /// The member of the answer.
    const JOB: &'static str = "Job";

    /// Returns the place of the job, if the text describes one.
    fn recognise(text: &str, form: Form) -> Option<Self> {
        let document = form::tree(text, form).ok()?;
        let root = document.root();
        let has = |name: &str| root.children().any(|child| child.name() == name);
        match form {
            Form::Xml => (root.name() == DESCRIBE_JOB.root).then_some(Self::Answer),
            Form::CliJson if has("JobId") => Some(Self::Alone),
            _ => has(Self::JOB).then_some(Self::Answer),
        }
    }

    /// Puts the place of a finding about the job below the member that holds it.
    fn locate(self, mut finding: Diagnostic) -> Diagnostic {
        if let Self::Answer = self {
            let steps = finding.primary.path().steps().iter().cloned();
            let path = [Step::Field(Self::JOB.into())].into_iter().chain(steps).collect();
            finding.primary = Place::field(path);
        }
        finding
    }
}

/// Removes the answer of the service from what a client refuses before it sends the request.
fn without_answer_to_client(finding: Diagnostic) -> Diagnostic {
    const OF_CLIENT: &[&str] =
        &["element-missing", "element-unknown", "invalid-type", "malformed-document"];
    if finding.service_error.is_none() || !OF_CLIENT.contains(&finding.code) {
        return finding;
    }
    Diagnostic { service_error: None, clause: Some(&clause::JOB_CLIENT), ..finding }
}

/// The answer of DescribeJob.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    job: DescribedJob,
}

/// A job as DescribeJob describes it, as far as a request has the same members.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribedJob {
    confirmation_required: Option<bool>,
    description: Option<String>,
    job_arn: Option<String>,
    manifest: Option<JobManifestDraft>,
    operation: Option<JobOperationDraft>,
    priority: Option<job::Priority>,
    report: Option<JobReportDraft>,
    role_arn: Option<RoleArn>,
    manifest_generator: Option<JobManifestGeneratorDraft>,
}

impl From<DescribedJob> for JobSpecificationDraft {
    fn from(job: DescribedJob) -> Self {
        let account = job.job_arn.as_deref().and_then(|arn| arn.split(':').nth(4)?.parse().ok());
        Self {
            account_id: account,
            confirmation_required: job.confirmation_required,
            operation: job.operation,
            report: job.report,
            manifest: job.manifest,
            description: job.description,
            priority: job.priority,
            role_arn: job.role_arn,
            manifest_generator: job.manifest_generator,
            ..Self::default()
        }
    }
}

impl Advice {
    fn about(&self, specification: &JobSpecification) -> Report {
        match self {
            Self::No => Report::new(),
            Self::OfJob => specification.advise(None),
            Self::WithConfiguration(configuration) => specification.advise(Some(configuration)),
        }
    }
}

/// A document that was read, with everything there is to say about it.
#[derive(Clone, Debug)]
pub struct ParsedJob {
    draft: Option<JobSpecificationDraft>,
    specification: Option<JobSpecification>,
    report: Report,
}

impl ParsedJob {
    /// Returns the draft, right or wrong; `None` when the text is not well-formed.
    #[must_use]
    pub const fn draft(&self) -> Option<&JobSpecificationDraft> {
        self.draft.as_ref()
    }

    /// Returns all findings about the document.
    #[must_use]
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// Returns the specification.
    ///
    /// # Errors
    ///
    /// Returns the report when the service would refuse the document.
    pub fn into_specification(self) -> Result<JobSpecification, Report> {
        match self.specification {
            Some(specification) if !self.report.has_errors() => Ok(specification),
            _ => Err(self.report),
        }
    }
}
