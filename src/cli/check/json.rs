//! Findings as one JSON document, written file by file.
//!
//! The document is written in pieces, since a report for many files can be large: `{"files":[` and
//! the files, separated by commas, and `]}`.
//!
//! An example:
//!
//! ```json
//! {"files": [
//!   {"file": "r.json", "form": "cli-json", "version": "V2", "valid": true,
//!    "diagnostics": [
//!      {"code": "metrics-absent", "severity": "note",
//!       "message": "no rule that writes replicas has metrics, so failed replication goes unnoticed",
//!       "path": "Rule[0].Destination.Metrics", "line": 2, "column": 117,
//!       "help": "add `Metrics` with `Status` `Enabled` to the destinations",
//!       "clause": "REP-802", "evidence": "primary"}],
//!    "missing_facts": [{"fact": "Versioning", "lints": ["source-not-versioned"]}]}]}
//! ```
//!
//! Behind the files may follow `"settings"`, with the findings about the file of settings, and
//! `"errors"`, with the inputs that cannot be read. Both are absent if they would be empty.

use serde::Serialize;
use serde_json::{Value, json};

use s3_replication::diagnostic::LocatedReport;
use s3_replication::form::Form;
use s3_replication::lint::MissingFact;
use s3_replication::model::BucketName;
use s3_replication::{Report, UnknownValue};

use super::{AboutSettings, Checked, Configuration};

/// The document while it is written.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// True after the first file, when the next one needs a comma.
    has_files: bool,
    /// The inputs that cannot be read. They are kept until the list of files has ended.
    errors: Vec<Value>,
}

impl Document {
    /// The beginning of the document. It is written with the first file, or by `finish` if there is
    /// none.
    const HEAD: &str = "{\"files\":[";

    /// Returns the text that adds a file.
    pub(super) fn add(&mut self, checked: &Checked) -> Vec<u8> {
        let before = if std::mem::replace(&mut self.has_files, true) { "," } else { Self::HEAD };
        let mut out = before.as_bytes().to_vec();
        // Writing these forms to memory cannot fail.
        let _ = serde_json::to_writer(&mut out, &FileForm::new(checked));
        out
    }

    /// Adds inputs that cannot be read.
    pub(super) fn add_errors(&mut self, errors: Vec<Value>) {
        self.errors.extend(errors);
    }

    /// Returns the text that ends the document. Without any file the document is `{"files":[]}`.
    pub(super) fn finish(self, settings: Option<&AboutSettings>) -> String {
        let head = if self.has_files { "" } else { Self::HEAD };
        let settings = settings.map(|settings| {
            let form = json!({ "file": settings.text.name(), "diagnostics": settings.located() });
            format!(",\"settings\":{form}")
        });
        let errors =
            (!self.errors.is_empty()).then(|| format!(",\"errors\":{}", json!(self.errors)));
        format!("{head}]{}{}}}\n", settings.unwrap_or_default(), errors.unwrap_or_default())
    }
}

/// The findings about a file. `valid` is true if the store would accept the configuration, whatever
/// the lints found.
#[derive(Serialize)]
struct FileForm<'a> {
    /// The name as the user gave it; `-` for the standard input.
    file: &'a str,
    /// The form: `xml`, `cli-json`, `cloudformation` or `terraform`; `null` if none is recognised.
    form: Option<&'static str>,
    /// The version of the schema: `V1`, `V2` or `mixed`; `null` if it is not known, or
    /// configurations of a template differ.
    version: Option<&'static str>,
    /// The verdict of the store; `null` if it depends on unknown values of a template.
    valid: Option<bool>,
    /// The findings of a document, or those of a template that belong to no configuration.
    diagnostics: LocatedReport<'a>,
    /// The number of findings beyond the limit of a report.
    #[serde(skip_serializing_if = "Option::is_none")]
    diagnostics_left_out: Option<usize>,
    /// The facts that would make more checks possible. A template has them at its configurations.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    missing_facts: &'a [MissingFact],
    /// The findings that comments or the settings allow, each with the reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed: Vec<Value>,
    /// The configurations of a template, also if there is none; absent for a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    configurations: Option<Vec<ConfigurationForm<'a>>>,
}

/// A configuration of a template.
#[derive(Serialize)]
struct ConfigurationForm<'a> {
    /// The address: a logical ID of CloudFormation, or an address of Terraform.
    resource: &'a str,
    bucket: Option<&'a str>,
    version: Option<&'static str>,
    valid: Option<bool>,
    /// The paths of the values that the template does not state.
    unknown: Vec<String>,
    /// The unknown conditions on which the configuration depends.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    conditions: &'a [String],
    diagnostics: LocatedReport<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diagnostics_left_out: Option<usize>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    missing_facts: &'a [MissingFact],
}

impl<'a> FileForm<'a> {
    fn new(checked: &'a Checked) -> Self {
        let alone = checked.configurations.first().filter(|_| !checked.is_template);
        let configurations = checked.is_template.then(|| {
            let all = checked.configurations.iter();
            all.map(|one| ConfigurationForm::new(checked, one)).collect()
        });
        Self {
            file: &checked.file,
            form: checked.form.map(Form::as_str),
            version: checked.version(),
            valid: checked.validity(),
            diagnostics: checked.report(),
            diagnostics_left_out: left_out(&checked.report),
            missing_facts: alone.map_or(&[], |one| one.parsed.missing_facts()),
            allowed: allowed(checked),
            configurations,
        }
    }
}

impl<'a> ConfigurationForm<'a> {
    fn new(checked: &'a Checked, one: &'a Configuration) -> Self {
        let unknown = one.parsed.unknown_values().iter();
        Self {
            resource: &one.address,
            bucket: one.bucket.as_ref().map(BucketName::as_str),
            version: one.version(),
            valid: one.parsed.validity(),
            unknown: unknown.map(UnknownValue::json_path).collect(),
            conditions: &one.conditions,
            diagnostics: one.report.in_text(&checked.text),
            diagnostics_left_out: left_out(&one.report),
            missing_facts: one.parsed.missing_facts(),
        }
    }
}

/// Returns the number of findings beyond the limit of a report; `None`, which is not written, for
/// zero.
fn left_out(report: &Report) -> Option<usize> {
    Some(report.left_out()).filter(|count| *count > 0)
}

/// Returns the findings that are allowed, as other findings are written, with the reason.
///
/// The library writes a finding with its place in the text. The reason is added to that value, so
/// that allowed findings keep the same members as the others.
fn allowed(checked: &Checked) -> Vec<Value> {
    let report: Report = checked.allowed.iter().map(|allowed| allowed.finding.clone()).collect();
    let Ok(Value::Array(mut forms)) = serde_json::to_value(report.in_text(&checked.text)) else {
        return Vec::new();
    };
    for (form, allowed) in forms.iter_mut().zip(&checked.allowed) {
        if let Some(form) = form.as_object_mut() {
            form.insert("reason".to_owned(), json!(allowed.reason));
        }
    }
    forms
}
