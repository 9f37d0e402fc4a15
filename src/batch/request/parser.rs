use crate::batch::generator;
use crate::batch::request::JobManifestGeneratorFilterDraft;
use crate::batch::request::form::{GENERATOR_FILTER, create_job, read};
use crate::batch::request::{JobSpecification, JobSpecificationDraft};
use crate::diagnostic::Report;
use crate::dialect::job::JobDialect;
use crate::form::Form;
use crate::model::{AccountId, ReplicationConfiguration};

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

    /// Reads what `aws s3control create-job --cli-input-json` takes.
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
        let (result, report) = read(text, form, create_job(form), |draft| {
            let mut draft: JobSpecificationDraft = draft;
            draft.account_id = draft.account_id.or(self.account);
            let (specification, mut report) = draft.check(&self.dialect);
            if let Some(specification) = &specification {
                report.append(self.advice.about(specification));
            }
            ((draft, specification), report)
        });
        let (draft, specification) = result.unzip();
        ParsedJob { draft, specification: specification.flatten(), report }
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
