//! Findings as one JSON document, written file by file.

use serde::Serialize;

use s3_replication::clause::Clause;
use s3_replication::diagnostic::{Place, ServiceError};
use s3_replication::form::Form;
use s3_replication::lint::{Fact, MissingFact};
use s3_replication::model::BucketName;
use s3_replication::text::{Position, SourceText};
use s3_replication::{Diagnostic, Severity};

use super::Checked;

/// The document in the making.
#[derive(Debug, Default)]
pub(super) struct Document {
    has_files: bool,
}

impl Document {
    const HEAD: &str = "{\"files\":[";

    /// Returns the text that adds a file.
    pub(super) fn add(&mut self, checked: &Checked) -> Vec<u8> {
        let before = if std::mem::replace(&mut self.has_files, true) { "," } else { Self::HEAD };
        let mut out = before.as_bytes().to_vec();
        // Writing these forms to memory can't fail.
        let _ = serde_json::to_writer(&mut out, &FileForm::new(checked));
        out
    }

    /// Returns the text that ends the document.
    pub(super) fn finish(self) -> String {
        format!("{}]}}\n", if self.has_files { "" } else { Self::HEAD })
    }
}

#[derive(Serialize)]
struct FileForm<'a> {
    file: &'a str,
    form: Option<&'static str>,
    version: Option<&'static str>,
    valid: bool,
    diagnostics: Vec<DiagnosticForm<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    diagnostics_left_out: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing_facts: Vec<MissingFactForm<'a>>,
}

/// A fact that would let the report say more; without a bucket it is about the source bucket.
#[derive(Serialize)]
struct MissingFactForm<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<&'a BucketName>,
    fact: Fact,
    lints: &'a [&'static str],
}

#[derive(Serialize)]
struct DiagnosticForm<'a> {
    code: &'static str,
    severity: Severity,
    message: &'a str,
    #[serde(flatten)]
    place: PlaceForm,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_error: Option<ServiceErrorForm<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<NoteForm<'a>>,
}

#[derive(Serialize)]
struct NoteForm<'a> {
    #[serde(flatten)]
    place: PlaceForm,
    message: &'a str,
}

#[derive(Serialize)]
struct PlaceForm {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
}

#[derive(Serialize)]
struct ServiceErrorForm<'a> {
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl<'a> FileForm<'a> {
    fn new(checked: &'a Checked) -> Self {
        let source = checked.parsed.text();
        let findings = checked.findings();
        Self {
            file: &checked.file,
            form: checked.parsed.form().map(Form::as_str),
            version: checked.version(),
            valid: checked.is_valid(),
            diagnostics: findings.map(|found| DiagnosticForm::new(source, found)).collect(),
            diagnostics_left_out: checked.parsed.report().left_out(),
            missing_facts: checked
                .parsed
                .missing_facts()
                .iter()
                .map(MissingFactForm::new)
                .collect(),
        }
    }
}

impl<'a> MissingFactForm<'a> {
    fn new(missing: &'a MissingFact) -> Self {
        Self { bucket: missing.bucket.as_ref(), fact: missing.fact, lints: &missing.lints }
    }
}

impl<'a> DiagnosticForm<'a> {
    fn new(source: &SourceText, finding: &'a Diagnostic) -> Self {
        let notes = finding.secondary.iter();
        Self {
            code: finding.code,
            severity: finding.severity,
            message: &finding.message,
            place: PlaceForm::new(source, &finding.primary),
            help: finding.help.as_deref(),
            clause: finding.clause.map(Clause::id),
            evidence: finding.clause.map(|clause| clause.grade().to_string()),
            service_error: finding.service_error.as_ref().map(ServiceErrorForm::new),
            notes: notes
                .map(|(place, message)| NoteForm { place: PlaceForm::new(source, place), message })
                .collect(),
        }
    }
}

impl PlaceForm {
    fn new(source: &SourceText, place: &Place) -> Self {
        let position: Option<Position> = place.span().map(|span| source.position(span.start()));
        Self {
            path: place.path().to_string(),
            line: position.map(|position| position.line),
            column: position.map(|position| position.column),
        }
    }
}

impl<'a> ServiceErrorForm<'a> {
    fn new(error: &'a ServiceError) -> Self {
        Self { code: error.code.as_str(), message: error.message.as_deref() }
    }
}
