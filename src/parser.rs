//! The front door: from bytes to a configuration. The only module that knows both paths and spans.
//!
//! ```text
//! bytes ──▶ text ──▶ tree ──▶ draft with findings ──▶ report of lints ──▶ Parsed
//!         decode   read_xml   form::decode            lint::check_document
//!                  read_json
//! ```
//!
//! Each step can be the last. Bytes that are no text, a text that is not a tree, and a tree of another
//! kind of document have one finding each, and no rule is read. Any other document has a draft, and
//! its findings come from reading and from lints, in the order of the store.
//!
//! `rule` reads a document with one rule, `unknown_value` has the values that a template leaves
//! open, and `possible` the configurations that such a document may stand for. Templates themselves
//! are read in `template`, which calls `Parser::parse_made` for each configuration that it finds.

mod possible;
mod rule;
mod unknown_value;
mod zones;

pub use self::rule::ParsedRule;
pub use self::unknown_value::UnknownValue;

use crate::clause;
use crate::diagnostic::{
    Diagnostic, Holes, Place, RefusedConfiguration, Report, ServiceError, Severity,
};
use crate::dialect::{Dialect, ZoneReading};
use crate::document::{self, Document, Element, SyntaxError};
use crate::form::{self, Decoded, DocumentKind, Form, Locator};
use crate::lint::{self, Context, Levels, MissingFact};
use crate::model::{
    BucketName, ConfigurationDraft, KnownBuckets, ReplicationConfiguration, ReplicationRule,
    ZonePair,
};
use crate::path::{FieldPath, Step};
use crate::text::{SourceText, Span};
use std::sync::Arc;

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
    /// The name of the texts in reports; empty if none was given.
    name: String,
    /// The store whose reading and whose refusals count.
    dialect: Dialect,
    /// What the caller knows about buckets. Lints ask for more by `missing_facts`.
    buckets: KnownBuckets,
    /// The bucket whose configurations are read, if the caller knows it.
    source_bucket: Option<BucketName>,
    /// The zones of data sync, in a store that has zones.
    zones: Option<ZonePair>,
    /// `None` for a report without advice: refusals and warnings only.
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

    /// Sets the zones between which data sync applies the configurations, in a dialect that honours
    /// zones (REP-1138). Other dialects do not read zones.
    ///
    /// The rules for other zones count as disabled in the configuration that is read, as
    /// [`ReplicationConfiguration::in_zones`] does it. Without a pair of zones, the report has a
    /// warning about each rule that names zones.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::{Dialect, Parser};
    ///
    /// let text = r#"{"Rules": [{"Status": "Enabled", "Destination": {"Bucket": "backup",
    ///     "Zones": ["us-west"]}}]}"#;
    /// let parser = Parser::new().with_dialect(Dialect::CEPH);
    /// assert_eq!(parser.parse_json(text).report().iter().next().unwrap().code, "zones-not-evaluated");
    /// let parsed = parser.with_zones("us-east,eu".parse()?).parse_json(text);
    /// assert!(parsed.report().is_empty());
    /// assert!(!parsed.into_configuration()?.rules()[0].is_enabled());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_zones(self, zones: ZonePair) -> Self {
        Self { zones: Some(zones), ..self }
    }

    /// Adds advice by the lints that `levels` do not allow. Without levels a report contains the
    /// refusals of the store, and warnings about ignored parts of the document.
    #[must_use]
    pub fn with_advice(self, levels: Levels) -> Self {
        Self { advice: Some(levels), ..self }
    }

    /// Returns the known facts about buckets.
    #[cfg(feature = "forms")]
    pub(crate) const fn buckets(&self) -> &KnownBuckets {
        &self.buckets
    }

    /// Returns the levels of advice.
    #[cfg(feature = "forms")]
    #[must_use]
    pub const fn levels(&self) -> Option<&Levels> {
        self.advice.as_ref()
    }

    /// Returns the source bucket that was set.
    #[cfg(feature = "forms")]
    pub(crate) const fn source_bucket(&self) -> Option<&BucketName> {
        self.source_bucket.as_ref()
    }

    /// Reads a document, and recognises its form by its content.
    ///
    /// A template of YAML or HCL is not recognised here, and has the finding that it is neither XML
    /// nor JSON.
    #[must_use]
    pub fn parse_str(&self, text: &str) -> Parsed {
        match Form::recognise(text) {
            Some(Form::CliJson) => self.parse_json(text),
            Some(Form::Xml) => self.parse_xml(text),
            _ => {
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

    /// Reads the YAML that the AWS CLI prints with `--output yaml`, which has the names of its JSON.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::Parser;
    ///
    /// let text = "ReplicationConfiguration:\n  Role: replication\n  Rules: []\n";
    /// let parsed = Parser::new().named("c.yaml").parse_yaml(text);
    /// assert_eq!(parsed.form().unwrap().as_str(), "cli-json");
    /// assert!(parsed.report().render(parsed.text()).contains("c.yaml:2:9"));
    /// ```
    #[cfg(feature = "forms")]
    #[must_use]
    pub fn parse_yaml(&self, text: &str) -> Parsed {
        let (source, form) = (SourceText::new(&*self.name, text), Form::CliJson);
        let document = match document::read_plain_yaml(text) {
            Ok(document) => document,
            Err(error) => return Parsed::unread(Some(form), source, syntax_finding(&error)),
        };
        let parsed = match form::not_a_configuration(&document, form) {
            Some(finding) => {
                let draft = Some(ConfigurationDraft::default());
                Parsed { draft, ..Parsed::unread(Some(form), source, finding) }
            }
            None => self.check(&document, form, source),
        };
        Parsed { made: Some(Arc::new(document)), ..parsed }
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
            (Ok(text), _) => self.parse_str(&text),
            (Err(error), form) => {
                let source = SourceText::new(&*self.name, document::decode_refused(bytes));
                let form = form.or_else(|| Form::recognise(source.text()));
                let kind = form::of_bytes(bytes);
                Parsed::unread(form, source, of_kind(kind, syntax_finding(&error)))
            }
        }
    }

    /// Checks a text that was read as a tree, or reports the one mistake for which it was not.
    ///
    /// A tree of another kind of document has an empty draft, unlike a text without a tree: it is
    /// well-formed.
    fn read(&self, text: &str, form: Form, document: Result<Document<'_>, SyntaxError>) -> Parsed {
        let source = SourceText::new(&*self.name, text);
        match document {
            Err(error) => {
                let kind = form::of_text(text);
                let finding = of_kind(kind, syntax_finding(&error));
                Parsed::unread(Some(form), source, of_list(text, finding))
            }
            Ok(document) => {
                if let Some(finding) = form::not_a_configuration(&document, form) {
                    let draft = Some(ConfigurationDraft::default());
                    return Parsed { draft, ..Parsed::unread(Some(form), source, finding) };
                }
                self.check(&document, form, source)
            }
        }
    }

    /// Checks a configuration of a template, whose places are those of `source`.
    ///
    /// The tree was made of values, so there is no text to recognise a kind by. The document is
    /// kept, because `Parsed::locate` could not make it again from the text.
    #[cfg(feature = "forms")]
    pub(crate) fn parse_made(
        &self,
        document: Document<'static>,
        form: Form,
        source: SourceText,
    ) -> Parsed {
        let parsed = match form::other_case(document.root(), form, &form::CONFIGURATION) {
            Some(finding) => {
                let draft = Some(ConfigurationDraft::default());
                Parsed { draft, ..Parsed::unread(Some(form), source, finding) }
            }
            None => self.check(&document, form, source),
        };
        Parsed { made: Some(Arc::new(document)), ..parsed }
    }

    /// Decodes a configuration and runs the lints over it.
    ///
    /// A hole is a place whose value is not in the draft, although the text has one: it was
    /// refused, or a template does not state it. Lints must not report such a value as missing. The
    /// ARN or the name of something outside has a stand-in in the draft, so it is no hole.
    fn check(&self, document: &Document<'_>, form: Form, source: SourceText) -> Parsed {
        let Decoded { draft, mut found, left_out, root, unknown } =
            form::decode(document, form, &self.dialect);
        let honours_zones = self.dialect.zone_elements() == ZoneReading::Honoured;
        let zones = self.zones.clone().filter(|_| honours_zones);
        if honours_zones && zones.is_none() {
            found.extend(zones::not_evaluated(&draft));
        }
        let unknown: Arc<[UnknownValue]> = unknown.into_iter().map(UnknownValue::new).collect();
        let decoded = found.iter().map(|(_, finding)| finding);
        let decisive = || unknown.iter().filter(|unknown| !unknown.is_opaque());
        let holes = Holes::of(decoded, |finding| finding.code == form::INVALID_TYPE)
            .with_unknown(decisive().map(UnknownValue::path));
        let context = Context::new(&draft, &self.dialect, &self.buckets)
            .with_source(self.source_bucket.as_ref())
            .with_zones(zones.as_ref());
        let checked = lint::check_document(&context, found, &holes, self.advice.as_ref());
        let mut report = checked.report;
        if decisive().next().is_some() {
            report = without_guesses(report, &decisive().collect::<Vec<_>>());
        }
        report.leave_out(left_out);
        // The locator walks over the tree, which a document without findings does not need.
        if !report.is_empty() {
            let mut locator = Locator::new(root, &form::EXTENDED_CONFIGURATION.content, form);
            report.locate(|path| Some(locator.find(path)));
        }
        let missing_facts = checked.missing_facts;
        Parsed {
            dialect: self.dialect.clone(),
            form: Some(form),
            draft: Some(draft),
            report,
            missing_facts,
            source,
            zones,
            unknown,
            conditions: Vec::new(),
            condition_options: Vec::new(),
            alternatives: Vec::new(),
            made: None,
        }
    }
}

/// Leaves advice out that rests on a rule with an unknown value: the value may make it wrong.
///
/// A refusal stays: what the store refuses, it refuses for the other parts of the rule. A place
/// outside of the rules, such as the root, depends on none of them.
fn without_guesses(report: Report, unknown: &[&UnknownValue]) -> Report {
    let is_known = |place: &Place| {
        let path = place.path();
        let rule: FieldPath = path.steps().iter().take(2).cloned().collect();
        !unknown.iter().any(|unknown| {
            unknown.path().is_within(&rule) && !rule.steps().is_empty()
                || path.is_within(unknown.path())
        })
    };
    let left_out = report.left_out();
    let kept = report.into_iter().filter(|finding| {
        finding.is_refusal()
            || is_known(&finding.primary)
                && finding.secondary.iter().all(|(place, _)| is_known(place))
    });
    let mut report: Report = kept.collect();
    report.leave_out(left_out);
    report
}

/// Returns the finding about bytes or a text that could not be read, with the answer of S3.
pub(crate) fn syntax_finding(error: &SyntaxError) -> Diagnostic {
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

/// Returns the finding about a text that begins neither like XML nor like JSON.
///
/// | text | message |
/// | --- | --- |
/// | of a known kind, such as YAML | that kind |
/// | nothing but white space | the document is empty |
/// | `7`, `null`, `"a"` | a single value |
/// | anything else | neither XML nor JSON |
fn unrecognised(text: &str) -> Diagnostic {
    let text = text.trim();
    let message = if text.is_empty() {
        "the document is empty"
    } else if text == "null" || serde_json::from_str::<f64>(text).is_ok() || text.starts_with('"') {
        "the document is a single value, not an object in JSON"
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
///
/// The place, the code and the answer stay: S3 refuses such a text for its syntax, whatever it is.
fn of_kind(kind: Option<DocumentKind>, finding: Diagnostic) -> Diagnostic {
    let Some(kind) = kind else { return finding };
    let message = match kind {
        DocumentKind::CommentedJson | DocumentKind::QuotedJson => {
            format!("this is {kind}, not a replication configuration")
        }
        _ => format!("this is {kind}, neither XML nor JSON"),
    };
    let help = kind.advice();
    Diagnostic { message, ..finding }.with_help(help)
}

/// Adds to the finding about a list what to do with its items.
///
/// The outermost value must be an object, so a list has failed already. A list that is not one of
/// objects keeps its help.
fn of_list(text: &str, finding: Diagnostic) -> Diagnostic {
    if !text.trim_start().starts_with('[') {
        return finding;
    }
    let Ok(items) = serde_json::from_str::<Vec<serde_json::Map<String, serde_json::Value>>>(text)
    else {
        return finding;
    };
    let is_rule = items.first().is_some_and(|item| item.contains_key("Destination"));
    finding.with_help(if is_rule {
        "write the rules into an object, `{\"Role\": \"…\", \"Rules\": […]}`"
    } else {
        "give one configuration, without the brackets around it"
    })
}

/// A document that was read, with all findings about it.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The dialect that it was read with, which decides about the configuration as well.
    dialect: Dialect,
    /// `None` for a text that shows no form.
    form: Option<Form>,
    /// `None` without a tree or a reading; empty for a tree of another kind of document.
    draft: Option<ConfigurationDraft>,
    /// All findings. For a template with several readings, those of all of them, merged.
    report: Report,
    missing_facts: Vec<MissingFact>,
    /// The text that spans count in; for a template the whole file.
    source: SourceText,
    /// The zones of data sync, where the dialect honours zones.
    zones: Option<ZonePair>,
    /// Those of all readings, each place once.
    unknown: Arc<[UnknownValue]>,
    /// The unknown conditions that make several readings.
    conditions: Vec<String>,
    /// The options of the command line that settle the conditions.
    condition_options: Vec<String>,
    /// All readings, if a template whose conditions are unknown has several.
    alternatives: Vec<Parsed>,
    /// The document of a configuration in a template, whose places are those of `source`.
    made: Option<Arc<Document<'static>>>,
}

impl Parsed {
    /// Creates the result for a document with one finding and nothing else. The dialect is that of
    /// AWS, since nothing was read by any.
    fn unread(form: Option<Form>, source: SourceText, finding: Diagnostic) -> Self {
        let report = Report::from_iter([finding]);
        Self {
            dialect: Dialect::AWS,
            form,
            draft: None,
            report,
            missing_facts: Vec::new(),
            source,
            zones: None,
            unknown: Arc::default(),
            conditions: Vec::new(),
            condition_options: Vec::new(),
            alternatives: Vec::new(),
            made: None,
        }
    }

    /// Returns the values that the document does not state, such as parameters of a template, in the
    /// order of the text. Documents in XML and in the JSON of the AWS CLI have none.
    #[must_use]
    pub fn unknown_values(&self) -> &[UnknownValue] {
        &self.unknown
    }

    /// Returns true if the store or the tool that reads the document would refuse it.
    ///
    /// An error of a level alone, such as advice that is denied, is no refusal.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.report.is_refused()
            || self.report.iter().any(|finding| {
                finding.severity == Severity::Error && TOOL_REFUSALS.contains(&finding.code)
            })
    }

    /// Returns true if the store would accept the document; `None` if that depends on unknown values.
    ///
    /// | document | result |
    /// | --- | --- |
    /// | refused, whatever else is unknown | `Some(false)` |
    /// | not refused, nothing unknown | `Some(true)` |
    /// | not refused, with unknown values | `None` |
    /// | several readings with the same result | that result |
    /// | several readings with different ones | `None` |
    #[must_use]
    pub fn validity(&self) -> Option<bool> {
        if self.alternatives.is_empty() {
            let is_known = || self.unknown.is_empty();
            return if self.is_refused() { Some(false) } else { is_known().then_some(true) };
        }
        let mut each = self.alternatives.iter().map(Self::validity);
        let first = each.next().flatten();
        if each.all(|other| other == first) { first } else { None }
    }

    /// Creates what there is to say about a configuration that holds nothing.
    ///
    /// There is no draft and no finding: this is what `template::merged` returns where no reading
    /// is left.
    #[cfg(feature = "forms")]
    pub(crate) fn empty(form: Form, source: SourceText) -> Self {
        Self {
            dialect: Dialect::AWS,
            form: Some(form),
            draft: None,
            report: Report::new(),
            missing_facts: Vec::new(),
            source,
            zones: None,
            unknown: Arc::default(),
            conditions: Vec::new(),
            condition_options: Vec::new(),
            alternatives: Vec::new(),
            made: None,
        }
    }

    /// Adds all readings of the configuration, this one included.
    ///
    /// `self` is the first reading. Unknown values of the others are added, since any of them may
    /// be the one that is deployed.
    #[cfg(feature = "forms")]
    pub(crate) fn with_alternatives(
        self,
        alternatives: Vec<Self>,
        conditions: Vec<String>,
    ) -> Self {
        let mut unknown = self.unknown.to_vec();
        for other in alternatives.iter().flat_map(|other| other.unknown.iter()) {
            if !unknown.iter().any(|one| one.path() == other.path()) {
                unknown.push(other.clone());
            }
        }
        Self { alternatives, conditions, unknown: unknown.into(), ..self }
    }

    /// Adds the options of the command line that settle unknown values and conditions.
    ///
    /// `options` returns them for an expression or for the label of a condition; none for what no
    /// option gives.
    #[cfg(feature = "forms")]
    pub(crate) fn with_options(self, options: impl Fn(&str) -> Vec<String>) -> Self {
        let unknown = self.unknown.iter().cloned().map(|unknown| {
            let options = options(unknown.expression());
            unknown.with_options(options)
        });
        let mut condition_options: Vec<String> =
            self.conditions.iter().flat_map(|condition| options(condition)).collect();
        condition_options.sort();
        condition_options.dedup();
        Self { unknown: unknown.collect(), condition_options, ..self }
    }

    /// Returns the advice to give the values that `matter`, and those of unknown conditions, as words of
    /// the command line.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "forms")] {
    /// use s3_replication::Parser;
    /// use s3_replication::template::TemplateReader;
    ///
    /// let text = "Role: !Ref R\nRules: []\n";
    /// let template = TemplateReader::new(Parser::new()).read("t.yaml", text.as_bytes());
    /// let parsed = template.configurations().next().unwrap().parsed();
    /// assert_eq!(parsed.advice_on_unknown_values(|_| true), "give `--parameter R=VALUE`");
    /// # }
    /// ```
    #[must_use]
    pub fn advice_on_unknown_values(&self, matter: impl Fn(&UnknownValue) -> bool) -> String {
        let unknown = self.unknown.iter().filter(|unknown| matter(unknown));
        let options = unknown.flat_map(UnknownValue::options).chain(&self.condition_options);
        let mut all: Vec<&String> = Vec::new();
        for option in options {
            if !all.contains(&option) {
                all.push(option);
            }
        }
        unknown_value::advice(&all)
    }

    /// Replaces the findings.
    #[cfg(feature = "forms")]
    pub(crate) fn with_report(self, report: Report) -> Self {
        Self { report, ..self }
    }

    /// Returns the configuration if all readings of a template are the same.
    ///
    /// # Errors
    ///
    /// Returns the error that the conditions are unknown, if the readings differ, if there are too
    /// many of them, or if one of them is no configuration.
    fn into_only_configuration(self) -> Result<ReplicationConfiguration, RefusedConfiguration> {
        let mut all = self.possible_configurations().unwrap_or_default();
        if let (Some(only), true) = (all.pop(), all.is_empty()) {
            return Ok(only);
        }
        let names = self.conditions.join("`, `");
        let message = format!("the configuration depends on unknown conditions: `{names}`");
        let finding = Diagnostic::error("conditions-unknown", None, FieldPath::root(), message);
        let help = unknown_value::advice(&self.condition_options);
        Err(RefusedConfiguration::new(Report::from_iter([finding.with_help(help)])))
    }

    /// Returns the form of the document, if it was recognised.
    #[must_use]
    pub const fn form(&self) -> Option<Form> {
        self.form
    }

    /// Returns the draft, right or wrong; `None` if the document is not well-formed.
    ///
    /// Where a template depends on conditions that are not known, this is the first of its readings.
    /// [`into_configuration`](Self::into_configuration) refuses then to pick one.
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
        self.locate_in(None, report);
    }

    /// Adds the positions in the text to places in the document of this name, as findings of
    /// `topology` name other buckets.
    pub fn locate_document(&self, name: &str, report: &mut Report) {
        self.locate_in(Some(name), report);
    }

    /// Adds the positions to the places in a document of this name, or to those without a name.
    ///
    /// The tree is not kept with the result, except for a made one, so the text is read once more.
    /// That is cheap beside a tree in memory for each document that a caller holds.
    fn locate_in(&self, name: Option<&str>, report: &mut Report) {
        let text = self.source.text();
        let (form, document) = match (self.form, &self.made) {
            (form, Some(made)) => {
                let form = form.unwrap_or(Form::CliJson);
                // What the AWS CLI prints has a wrapper, in YAML as in JSON.
                let root = match form {
                    Form::CliJson => form::decode(made, form, &Dialect::AWS).root,
                    _ => made.root(),
                };
                return locate_below(root, form, name, report);
            }
            (Some(form @ Form::Xml), _) => (form, document::read_xml(text)),
            (Some(form @ Form::CliJson), _) => (form, document::read_json(text)),
            _ => return,
        };
        // A text that is not well-formed has places of its own only.
        let Ok(document) = document else { return };
        let root = form::decode(&document, form, &Dialect::AWS).root;
        locate_below(root, form, name, report);
    }

    /// Returns the configuration.
    ///
    /// In the order of the checks: a refused document, a template with several readings, a value on
    /// which decisions depend, and last what the draft lacks to be a configuration.
    ///
    /// # Errors
    ///
    /// Returns the findings and the answer of the store when the store of the dialect would refuse the
    /// document, and a finding that names a value on which decisions depend and which the document does
    /// not state.
    pub fn into_configuration(self) -> Result<ReplicationConfiguration, RefusedConfiguration> {
        match self.draft {
            Some(_) if self.is_refused() => Err(RefusedConfiguration::new(self.report)),
            Some(_) if !self.alternatives.is_empty() => self.into_only_configuration(),
            Some(draft) => {
                if let Some(unknown) = self.unknown.iter().find(|unknown| !unknown.is_opaque()) {
                    let report = Report::from_iter([unknown.to_diagnostic()]);
                    return Err(RefusedConfiguration::new(report));
                }
                let configuration = lint::configuration_of(draft, &self.dialect)?;
                Ok(configuration.in_given_zones(self.zones.as_ref()))
            }
            None => Err(RefusedConfiguration::new(self.report)),
        }
    }
}

/// The codes of what the tool that reads a template refuses before the store sees a request.
///
/// Such a finding is an error without an answer of S3, so `Report::is_refused` does not count it.
const TOOL_REFUSALS: &[&str] = &["terraform-refused", "cloudformation-refused"];

/// Adds the positions of the fields of a configuration to the places in a document.
///
/// A path that begins with another name belongs to another kind of document, such as a policy, and
/// stays without a place.
fn locate_below(root: Element<'_, '_>, form: Form, name: Option<&str>, report: &mut Report) {
    let mut locator = Locator::new(root, &form::EXTENDED_CONFIGURATION.content, form);
    report.locate_in(name, |path| {
        let is_own = matches!(path.steps().first(), Some(Step::Field(name)) if is_own_field(name));
        is_own.then(|| locator.find(path))
    });
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
    /// let error = ReplicationConfiguration::from_xml("<Replication/>").unwrap_err();
    /// assert!(error.to_string().starts_with("error[root-unknown]: the root element is `Replication`"));
    /// ```
    pub fn from_xml(text: &str) -> Result<Self, RefusedConfiguration> {
        Parser::new().parse_xml(text).into_configuration()
    }

    /// Reads the JSON of the AWS CLI and SDKs, as they put it to AWS.
    ///
    /// # Errors
    ///
    /// Returns everything AWS would refuse, its own answer first.
    pub fn from_json(text: &str) -> Result<Self, RefusedConfiguration> {
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

impl ReplicationRule {
    /// Returns the JSON Schema of a rule alone, as [`Parser::parse_rule`] reads it.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::ReplicationRule;
    ///
    /// assert!(ReplicationRule::json_schema().contains("DeleteMarkerReplication"));
    /// ```
    #[must_use]
    pub fn json_schema() -> String {
        form::json_schema(&form::RULE_SCHEMA, "Replication rule of Amazon S3")
    }
}
