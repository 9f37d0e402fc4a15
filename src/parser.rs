//! The front door: from bytes to a configuration. The only module that knows both paths and spans.

mod rule;

pub use self::rule::ParsedRule;

use crate::clause;
use crate::diagnostic::{Diagnostic, Holes, Report, ServiceError};
use crate::dialect::Dialect;
use crate::document::{self, Document, SyntaxError};
use crate::form::{self, Decoded, DocumentKind, Form, Locator};
use crate::lint::{self, Context, Levels, MissingFact};
use crate::model::{BucketName, ConfigurationDraft, KnownBuckets, ReplicationConfiguration};
use crate::path::{FieldPath, Step};
use crate::text::{SourceText, Span};

/// Reads configurations and reports everything that is wrong with them.
///
/// # Examples
///
/// ```
/// use s3_replication::Parser;
///
/// let text = "<ReplicationConfiguration><Role>nobody</Role></ReplicationConfiguration>";
/// let parsed = Parser::new().named("c.xml").parse_xml(text);
/// let report = parsed.report();
/// assert_eq!(report.first_refusal().unwrap().code.as_str(), "MalformedXML");
/// assert!(report.render(parsed.text()).contains("c.xml:1:33"));
/// assert!(parsed.into_configuration().is_err());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Parser {
    name: String,
    dialect: Dialect,
    buckets: KnownBuckets,
    source_bucket: Option<BucketName>,
    advice: Option<Levels>,
}

impl Parser {
    /// Creates a parser for AWS that knows nothing about buckets.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the texts that follow, for reports; usually the name of a file.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// Reads as the store of `dialect` does.
    #[must_use]
    pub fn with_dialect(self, dialect: Dialect) -> Self {
        Self { dialect, ..self }
    }

    /// Sets the known facts about buckets, so that their state is checked too.
    #[must_use]
    pub fn with_buckets(self, buckets: KnownBuckets) -> Self {
        Self { buckets, ..self }
    }

    /// Sets the source bucket of the configurations.
    #[must_use]
    pub fn with_source_bucket(self, source_bucket: BucketName) -> Self {
        Self { source_bucket: Some(source_bucket), ..self }
    }

    /// Adds advice by the lints that `levels` do not allow. Without levels a report contains the
    /// refusals of the store, and warnings about ignored parts of the document.
    #[must_use]
    pub fn with_advice(self, levels: Levels) -> Self {
        Self { advice: Some(levels), ..self }
    }

    /// Reads a document, and recognises its form by its content.
    #[must_use]
    pub fn parse_str(&self, text: &str) -> Parsed {
        match Form::recognise(text) {
            Some(Form::CliJson) => self.parse_json(text),
            Some(Form::Xml) => self.parse_xml(text),
            None => {
                let source = SourceText::new(&*self.name, text);
                Parsed::unread(None, source, unrecognised(text))
            }
        }
    }

    /// Reads the XML of the S3 API.
    #[must_use]
    pub fn parse_xml(&self, text: &str) -> Parsed {
        self.read(text, Form::Xml, document::read_xml(text))
    }

    /// Reads the JSON of the AWS CLI and SDKs, as it is put or as `get-bucket-replication` prints
    /// it.
    #[must_use]
    pub fn parse_json(&self, text: &str) -> Parsed {
        self.read(text, Form::CliJson, document::read_json(text))
    }

    /// Reads bytes of any content: with or without a byte-order mark, in UTF-8 or UTF-16, of the
    /// form given, else of the one that shows.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::Parser;
    ///
    /// let parsed = Parser::new().parse_bytes(b"\xEF\xBB\xBF{}", None);
    /// assert_eq!(parsed.form().unwrap().as_str(), "cli-json");
    /// assert!(parsed.report().has_errors());
    /// ```
    #[must_use]
    pub fn parse_bytes(&self, bytes: &[u8], form: Option<Form>) -> Parsed {
        match (document::decode(bytes), form) {
            (Ok(text), Some(Form::Xml)) => self.parse_xml(&text),
            (Ok(text), Some(Form::CliJson)) => self.parse_json(&text),
            (Ok(text), None) => self.parse_str(&text),
            (Err(error), form) => {
                let source = SourceText::new(&*self.name, document::decode_refused(bytes));
                let form = form.or_else(|| Form::recognise(source.text()));
                let kind = form::of_bytes(bytes);
                Parsed::unread(form, source, of_kind(kind, syntax_finding(&error)))
            }
        }
    }

    fn read(&self, text: &str, form: Form, document: Result<Document<'_>, SyntaxError>) -> Parsed {
        let source = SourceText::new(&*self.name, text);
        match document {
            Err(error) => {
                let kind = form::of_text(text);
                Parsed::unread(Some(form), source, of_kind(kind, syntax_finding(&error)))
            }
            Ok(document) => {
                if let Some(finding) = form::not_a_configuration(&document, form) {
                    let draft = Some(ConfigurationDraft::default());
                    return Parsed { draft, ..Parsed::unread(Some(form), source, finding) };
                }
                let (draft, report, missing_facts) = self.check(&document, form);
                let (form, draft) = (Some(form), Some(draft));
                let dialect = self.dialect.clone();
                Parsed { dialect, form, draft, report, missing_facts, source }
            }
        }
    }

    fn check(
        &self,
        document: &Document<'_>,
        form: Form,
    ) -> (ConfigurationDraft, Report, Vec<MissingFact>) {
        let Decoded { draft, found, left_out, root } = form::decode(document, form, &self.dialect);
        let decoded = found.iter().map(|(_, finding)| finding);
        let holes = Holes::of(decoded, |finding| finding.code == form::INVALID_TYPE);
        let context = Context::new(&draft, &self.dialect, &self.buckets)
            .with_source(self.source_bucket.as_ref());
        let checked = lint::check_document(&context, found, &holes, self.advice.as_ref());
        let mut report = checked.report;
        report.leave_out(left_out);
        if !report.is_empty() {
            let mut locator = Locator::new(root, &form::CONFIGURATION.content, form);
            report.locate(|path| Some(locator.find(path)));
        }
        (draft, report, checked.missing_facts)
    }
}

fn syntax_finding(error: &SyntaxError) -> Diagnostic {
    let answer = ServiceError::malformed_xml();
    let message = error.to_string();
    let finding = Diagnostic::refusal(
        "malformed-document",
        error.clause(),
        FieldPath::root(),
        message,
        answer,
    )
    .at(error.span());
    // S3 stops reading here too, so there is nothing more to say about the rest.
    finding.with_help(
        error.help().unwrap_or("fix the syntax here; the rest of the document was not read"),
    )
}

fn unrecognised(text: &str) -> Diagnostic {
    let message = if text.trim().is_empty() {
        "the document is empty"
    } else {
        "the document is neither XML nor JSON"
    };
    let (clause, path) = (&clause::DOCUMENT_WELL_FORMED, FieldPath::root());
    let answer = ServiceError::malformed_xml();
    let finding = Diagnostic::refusal("malformed-document", clause, path, message, answer);
    let help = "give the XML of the S3 API, or the JSON of the AWS CLI and SDKs";
    of_kind(form::of_text(text), finding.at(Span::default()).with_help(help))
}

/// Names the kind of a document that is not well-formed, if its text shows it.
fn of_kind(kind: Option<DocumentKind>, finding: Diagnostic) -> Diagnostic {
    let Some(kind) = kind else { return finding };
    let message = format!("this is {kind}, neither XML nor JSON");
    let help = kind.advice();
    Diagnostic { message, ..finding }.with_help(help)
}

/// A document that was read, with all findings about it.
#[derive(Clone, Debug)]
pub struct Parsed {
    dialect: Dialect,
    form: Option<Form>,
    draft: Option<ConfigurationDraft>,
    report: Report,
    missing_facts: Vec<MissingFact>,
    source: SourceText,
}

impl Parsed {
    fn unread(form: Option<Form>, source: SourceText, finding: Diagnostic) -> Self {
        let report = Report::from_iter([finding]);
        let dialect = Dialect::AWS;
        Self { dialect, form, draft: None, report, missing_facts: Vec::new(), source }
    }

    /// Returns the form of the document, if it was recognised.
    #[must_use]
    pub const fn form(&self) -> Option<Form> {
        self.form
    }

    /// Returns the draft, right or wrong; `None` if the document is not well-formed.
    #[must_use]
    pub const fn draft(&self) -> Option<&ConfigurationDraft> {
        self.draft.as_ref()
    }

    /// Returns all findings about the document.
    #[must_use]
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// Returns the missing facts about buckets that would let the report contain more.
    #[must_use]
    pub fn missing_facts(&self) -> &[MissingFact] {
        &self.missing_facts
    }

    /// Returns the text that spans in the report refer to.
    #[must_use]
    pub const fn text(&self) -> &SourceText {
        &self.source
    }

    /// Adds the positions in the text to findings that were made later. Places in other documents stay
    /// as they are.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::clause::TWO_WAY;
    /// use s3_replication::path::FieldPath;
    /// use s3_replication::{Diagnostic, Parser, Report};
    ///
    /// let parsed = Parser::new().parse_xml("<ReplicationConfiguration>\n<Rule/></ReplicationConfiguration>");
    /// let finding = Diagnostic::warning("mine", &TWO_WAY, FieldPath::rule(0), "look here");
    /// let mut report = Report::from_iter([finding]);
    /// parsed.locate(&mut report);
    /// let span = report.iter().next().unwrap().primary.span().unwrap();
    /// assert_eq!(parsed.text().position(span.start()).line, 2);
    /// ```
    pub fn locate(&self, report: &mut Report) {
        let text = self.source.text();
        let (form, document) = match self.form {
            Some(form @ Form::Xml) => (form, document::read_xml(text)),
            Some(form @ Form::CliJson) => (form, document::read_json(text)),
            None => return,
        };
        let Ok(document) = document else { return };
        let root = form::decode(&document, form, &Dialect::AWS).root;
        let mut locator = Locator::new(root, &form::CONFIGURATION.content, form);
        report.locate(|path| {
            let is_own =
                matches!(path.steps().first(), Some(Step::Field(name)) if is_own_field(name));
            is_own.then(|| locator.find(path))
        });
    }

    /// Returns the configuration.
    ///
    /// # Errors
    ///
    /// Returns the report when the store of the dialect would refuse the document.
    pub fn into_configuration(self) -> Result<ReplicationConfiguration, Report> {
        match self.draft {
            Some(draft) if !self.report.is_refused() => {
                lint::configuration_of(draft, &self.dialect)
            }
            _ => Err(self.report),
        }
    }
}

/// Returns true for the names that paths in a configuration begin with.
fn is_own_field(name: &str) -> bool {
    matches!(name, "Role" | "Rule")
}

impl ReplicationConfiguration {
    /// Reads the XML of the S3 API, as AWS does.
    ///
    /// # Errors
    ///
    /// Returns everything AWS would refuse, its own answer first. [`Parser`] offers more: other
    /// dialects, what is known about buckets, and the source text for showing the places.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::ReplicationConfiguration;
    ///
    /// let error = ReplicationConfiguration::from_xml("<Rule/>").unwrap_err();
    /// assert!(error.to_string().starts_with("error[root-unknown]: the root element is `Rule`"));
    /// ```
    pub fn from_xml(text: &str) -> Result<Self, Report> {
        Parser::new().parse_xml(text).into_configuration()
    }

    /// Reads the JSON of the AWS CLI and SDKs, as they put it to AWS.
    ///
    /// # Errors
    ///
    /// Returns everything AWS would refuse, its own answer first.
    pub fn from_json(text: &str) -> Result<Self, Report> {
        Parser::new().parse_json(text).into_configuration()
    }

    /// Returns the JSON Schema (draft 2020-12) of the JSON that the AWS CLI and SDKs put to AWS.
    ///
    /// Editors check and complete documents by it. It states names, kinds, words and ranges; the
    /// parser checks more.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::ReplicationConfiguration;
    ///
    /// assert!(ReplicationConfiguration::json_schema().contains("DeleteMarkerReplication"));
    /// ```
    #[must_use]
    pub fn json_schema() -> String {
        let title = "Replication configuration of Amazon S3";
        form::json_schema_with_wrapper(&form::CONFIGURATION, title, form::CONFIGURATION.root)
    }
}
