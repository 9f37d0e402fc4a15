//! A report together with the texts that its places refer to, and its forms for programs.
//!
//! The JSON of a finding, in which absent members are left out:
//!
//! ```text
//! {"code": "rules-missing", "severity": "error", "message": "the configuration has no rule",
//!  "path": "Rule", "line": 1, "column": 15, "help": "add a `Rule`; …",
//!  "clause": "REP-109", "evidence": "primary",
//!  "service_error": {"code": "MalformedXML", "message": "…"}, "notes": [{"path": …, "message": …}]}
//! ```
//!
//! A row of a file has `file`, `line` and `field` in place of a path. The command line writes this
//! form with `--format json`, so its names are a contract.

use std::fmt::Write as _;

use serde::ser::{Serialize, Serializer};

use crate::clause::Clause;
use crate::diagnostic::render::{self, NamedText, RenderOptions};
use crate::diagnostic::{Diagnostic, Place, Report, ServiceError, Severity};
use crate::text::{Position, SourceText, Visible};

/// A report together with the texts of the documents it is about.
///
/// Positions are counted in the text, so a report alone has none. The serialised form is a list of
/// findings with lines and columns; [`render`](Self::render) writes the form for people,
/// [`github`](Self::github) that of GitHub Actions, and [`SarifLog`](super::SarifLog) collects the
/// form for code scanning.
///
/// # Examples
///
/// ```
/// use s3_replication::Parser;
///
/// let parsed = Parser::new().parse_json(r#"{"Role": "r", "Rules": []}"#);
/// let json = serde_json::to_value(parsed.report().in_text(parsed.text()))?;
/// assert_eq!(json[0]["code"], "rules-missing");
/// assert_eq!((&json[0]["line"], &json[0]["column"]), (&1.into(), &15.into()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct LocatedReport<'r> {
    report: &'r Report,
    /// The text of the document first, then those of other documents that findings name.
    texts: Vec<NamedText<'r>>,
}

impl Report {
    /// Joins the report with the text of its document.
    #[must_use]
    pub fn in_text<'r>(&'r self, text: &'r SourceText) -> LocatedReport<'r> {
        LocatedReport { report: self, texts: vec![NamedText { name: text.name(), text }] }
    }

    /// Returns a line about the findings that were not kept, if there are any.
    ///
    /// All forms that people read end with it.
    pub(super) fn left_out_in_words(&self) -> Option<String> {
        match self.left_out() {
            0 => None,
            1 => Some("and 1 more finding".to_owned()),
            count => Some(format!("and {} more findings", grouped(count))),
        }
    }
}

/// Writes a number with separators: `12,345`.
///
/// A report of a manifest may count millions of findings.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl<'r> LocatedReport<'r> {
    /// Adds the text of another document, to which places refer by its name.
    #[must_use]
    pub fn with_text(self, text: &'r SourceText) -> Self {
        self.with_document(text.name(), text)
    }

    /// Adds the text of another document, to which places refer by this name instead of the name of
    /// the text. Findings of `topology` name buckets, for example.
    ///
    /// A place of a document without a text keeps its path, and has no line.
    #[must_use]
    pub fn with_document(mut self, name: &'r str, text: &'r SourceText) -> Self {
        self.texts.push(NamedText { name, text });
        self
    }

    /// Renders the findings as text for people.
    #[must_use]
    pub fn render(&self, options: RenderOptions) -> String {
        render::report(self.report, &self.texts, options)
    }

    /// Renders the findings as workflow commands of GitHub Actions, which show them as annotations
    /// of `file`.
    ///
    /// Each finding is one line. Findings that were not kept are one warning about the file.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::Parser;
    ///
    /// let parsed = Parser::new().parse_json(r#"{"Role": "r", "Rules": []}"#);
    /// let commands = parsed.report().in_text(parsed.text()).github("r.json");
    /// assert!(commands.starts_with("::error file=r.json,line=1,col=15,endLine=1,endColumn=22,"));
    /// ```
    #[must_use]
    pub fn github(&self, file: &str) -> String {
        let mut out = String::new();
        for finding in self.report {
            let command = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                // The three commands of GitHub are the three severities.
                Severity::Note => "notice",
            };
            let properties = self.github_properties(file, finding);
            let message = github_data(&github_message(finding));
            let _ = writeln!(out, "::{command} {properties}::{message}");
        }
        // A warning, whatever was left out: the annotations are not all there.
        if let Some(left_out) = self.report.left_out_in_words() {
            let _ = writeln!(out, "::warning file={}::{left_out}", github_property(file));
        }
        out
    }

    /// Returns the properties of a command: the file, the position where it is known, and the code
    /// as the title.
    ///
    /// A place in another document names its own file. A row has a line and no columns.
    fn github_properties(&self, file: &str, finding: &Diagnostic) -> String {
        let place = &finding.primary;
        let mut out = format!("file={}", github_property(self.file_of(place).unwrap_or(file)));
        if let Some((start, end)) = self.range_of(place) {
            let _ = write!(out, ",line={},col={}", start.line, start.column);
            // GitHub shows columns only where start and end are in one line.
            let _ = write!(out, ",endLine={},endColumn={}", end.line, end.column);
        } else if let Place::Row { line, .. } = place {
            let _ = write!(out, ",line={line}");
        }
        let _ = write!(out, ",title={}", github_property(finding.code));
        out
    }

    /// Returns the report, whose findings `sarif` writes.
    pub(super) const fn report(&self) -> &'r Report {
        self.report
    }

    /// Returns the first and the last position of a place.
    ///
    /// `None` for a row, for a field without bytes, and for a document whose text was not given.
    pub(super) fn range_of(&self, place: &Place) -> Option<(Position, Position)> {
        let (span, text) = (place.span()?, self.text_of(place)?);
        Some((text.position(span.start()), text.position(span.end())))
    }

    /// Returns the text that a place is in.
    pub(super) fn text_of(&self, place: &Place) -> Option<&'r SourceText> {
        render::find_text(&self.texts, place)
    }

    /// Returns the name of the file that a place names by itself.
    ///
    /// | place | file |
    /// | --- | --- |
    /// | a field of the main document | `None`: the caller knows the name |
    /// | a field of another document | the name of its text, else that of the document |
    /// | a row | the file of the row |
    pub(super) fn file_of<'p>(&self, place: &'p Place) -> Option<&'p str>
    where
        'r: 'p,
    {
        match place {
            Place::Field { document: None, .. } => None,
            Place::Field { document: Some(name), .. } => {
                Some(self.text_of(place).map_or(name, |text| text.name()))
            }
            Place::Row { file, .. } => Some(file),
        }
    }
}

/// Returns the text of an annotation; its properties hold the position.
///
/// An annotation has one text, so answer, effect and advice are lines of it.
fn github_message(finding: &Diagnostic) -> String {
    let mut out = finding.message.clone();
    // The path, which the properties of a command have no place for.
    if !finding.primary.path().steps().is_empty() {
        let _ = write!(out, " (at `{}`)", finding.primary.path());
    }
    if let Some(answer) = &finding.service_error {
        let _ = write!(out, "\nthe store answers: {answer}");
    }
    if let Some(consequence) = &finding.consequence {
        let _ = write!(out, "\n{consequence}");
    }
    if let Some(help) = &finding.help {
        let _ = write!(out, "\nhelp: {help}");
    }
    out
}

/// Escapes the characters that end a workflow command, and those that control a terminal.
///
/// `%`, and line ends in particular: a message of several lines is one command.
fn github_data(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => out.push_str("%25"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            c if Visible::escapes(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// Escapes a text for a property, in which a colon and a comma have a meaning as well.
fn github_property(text: &str) -> String {
    github_data(text).replace(':', "%3A").replace(',', "%2C")
}

impl Serialize for LocatedReport<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.report.iter().map(|finding| FindingForm::new(finding, self)))
    }
}

/// The JSON form of one finding without its text: a field has a path but no line.
impl Serialize for Diagnostic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Without a text no place has a line, apart from rows, which have their own.
        let nowhere = LocatedReport { report: &Report::new(), texts: Vec::new() };
        FindingForm::new(self, &nowhere).serialize(serializer)
    }
}

/// The JSON of a finding. The order of the fields is that of the members.
#[derive(serde::Serialize)]
struct FindingForm<'a> {
    code: &'static str,
    severity: Severity,
    message: &'a str,
    #[serde(flatten)]
    place: PlaceForm<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_error: Option<ServiceErrorForm<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consequence: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<NoteForm<'a>>,
}

/// The JSON of another place, with its note.
#[derive(serde::Serialize)]
struct NoteForm<'a> {
    #[serde(flatten)]
    place: PlaceForm<'a>,
    message: &'a str,
}

/// The JSON of a place. Its members stand among those of the finding or the note.
#[derive(Default, serde::Serialize)]
struct PlaceForm<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
    /// The name of the column of a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
}

/// The JSON of the answer of the store.
#[derive(serde::Serialize)]
struct ServiceErrorForm<'a> {
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

impl<'a> FindingForm<'a> {
    fn new(finding: &'a Diagnostic, report: &LocatedReport<'_>) -> Self {
        let notes = finding.secondary.iter();
        Self {
            code: finding.code,
            severity: finding.severity,
            message: &finding.message,
            place: PlaceForm::new(&finding.primary, report),
            help: finding.help.as_deref(),
            clause: finding.clause.map(Clause::id),
            evidence: finding.clause.map(|clause| clause.grade().to_string()),
            service_error: finding.service_error.as_ref().map(ServiceErrorForm::new),
            consequence: finding.consequence.as_deref(),
            notes: notes
                .map(|(place, message)| NoteForm { place: PlaceForm::new(place, report), message })
                .collect(),
        }
    }
}

impl<'a> PlaceForm<'a> {
    fn new(place: &'a Place, report: &LocatedReport<'_>) -> Self {
        match place {
            Place::Field { path, document, .. } => {
                let start = report.range_of(place).map(|(start, _)| start);
                Self {
                    document: document.as_deref(),
                    path: Some(path.to_string()),
                    line: start.map(|start| start.line.into()),
                    column: start.map(|start| start.column),
                    ..Self::default()
                }
            }
            Place::Row { file, line, column } => {
                // The column of a row is a name, so it has a member of its own.
                let field = column.as_deref();
                Self { file: Some(file), line: Some(*line), field, ..Self::default() }
            }
        }
    }
}

impl<'a> ServiceErrorForm<'a> {
    fn new(error: &'a ServiceError) -> Self {
        Self { code: error.code.as_str(), message: error.message.as_deref() }
    }
}
