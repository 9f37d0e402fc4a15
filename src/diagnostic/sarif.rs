//! Findings as SARIF 2.1.0, the format of code scanning services.
//!
//! ```text
//! runs[0].tool.driver.rules     each code once, with its description and clause
//! runs[0].artifacts             each file once
//! runs[0].results               the findings, each with the index of its rule and its places
//! runs[0].invocations[0]        errors of the run itself, and findings that were not kept
//! ```
//!
//! `add` is called for each file, and the log is written at the end: SARIF has the rules before the
//! results, and they are known only then. Columns count Unicode characters, as all columns of this
//! crate.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::clause::Clause;
use crate::diagnostic::fingerprint::Fingerprints;
use crate::diagnostic::located::LocatedReport;
use crate::diagnostic::{Diagnostic, Place};

/// The text that describes a kind of finding, as [`lint::describe`](crate::lint::describe) returns
/// it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "callers describe findings of their own")]
pub struct FindingDescription {
    /// The summary, in one line.
    pub summary: &'static str,
    /// The explanation, in Markdown.
    pub explanation: &'static str,
}

/// A log of one run over any number of files, in SARIF 2.1.0.
///
/// # Examples
///
/// ```
/// use s3_replication::Parser;
/// use s3_replication::diagnostic::SarifLog;
/// use s3_replication::lint;
///
/// let mut log = SarifLog::new(lint::describe);
/// let parsed = Parser::new().parse_json(r#"{"Role": "r", "Rules": []}"#);
/// log.add("r.json", &parsed.report().in_text(parsed.text()));
/// let log: serde_json::Value = serde_json::from_str(&log.finish(true))?;
/// assert_eq!(log["runs"][0]["results"][0]["ruleId"], "rules-missing");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct SarifLog {
    describe: fn(&str) -> Option<FindingDescription>,
    // INVARIANT: codes are unique; a result refers to its rule by the index here.
    rules: Vec<(&'static str, Option<&'static Clause>)>,
    /// The files, in the order in which they were added.
    artifacts: Vec<Value>,
    /// The findings of all files.
    results: Vec<Value>,
    /// Messages about the run itself.
    notifications: Vec<Value>,
}

/// The address of the schema of the format, by which readers know the version.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The page about the exit statuses, formats and findings of the command line.
const INFORMATION: &str = "https://docs.rs/s3-replication";

/// The page that explains the findings.
const HELP: &str = "https://docs.rs/s3-replication/latest/s3_replication/lint/index.html";

/// The fingerprint by which GitHub recognises a finding in the next version of its file.
const LINE_HASH: &str = "primaryLocationLineHash";

impl SarifLog {
    /// Creates an empty log. `describe` returns the description for a code, where there is one.
    #[must_use]
    pub const fn new(describe: fn(&str) -> Option<FindingDescription>) -> Self {
        Self {
            describe,
            rules: Vec::new(),
            artifacts: Vec::new(),
            results: Vec::new(),
            notifications: Vec::new(),
        }
    }

    /// Adds the findings about a file, which is named as the reader of the log finds it.
    pub fn add(&mut self, file: &str, report: &LocatedReport<'_>) {
        let location = artifact_location(file);
        let artifact = json!({ "location": location });
        // SARIF wants each artifact once, and a template has several reports.
        if !self.artifacts.contains(&artifact) {
            self.artifacts.push(artifact);
        }
        let mut fingerprints = Fingerprints::default();
        for finding in report.report() {
            // Before the result, which refers to the rule by its index.
            let rule_index = self.rule_index(finding);
            let mut result = result(finding, rule_index, report, &location);
            // A finding about the whole file or about a row has none.
            if let Some(hash) = fingerprints.of(&finding.primary, report) {
                insert(&mut result, "partialFingerprints", json!({ LINE_HASH: hash }));
            }
            self.results.push(result);
        }
        if let Some(left_out) = report.report().left_out_in_words() {
            self.notifications.push(json!({
                "level": "warning",
                "message": { "text": left_out },
                "locations": [{ "physicalLocation": { "artifactLocation": location } }],
            }));
        }
    }

    /// Adds an error of the run itself, such as a file that cannot be read.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::diagnostic::SarifLog;
    /// use s3_replication::lint;
    ///
    /// let mut log = SarifLog::new(lint::describe);
    /// log.add_error("cannot read `r.json`: permission denied");
    /// let log: serde_json::Value = serde_json::from_str(&log.finish(false))?;
    /// let notification = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
    /// assert_eq!(notification["level"], "error");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn add_error(&mut self, message: &str) {
        self.notifications.push(json!({ "level": "error", "message": { "text": message } }));
    }

    /// Ends the log. A run is successful if it could read every file, whatever it found.
    #[must_use]
    pub fn finish(self, is_successful: bool) -> String {
        let rules: Vec<Value> =
            self.rules.iter().map(|(code, clause)| rule(code, *clause, self.describe)).collect();
        let log = json!({
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "s3-replication",
                    "version": env!("CARGO_PKG_VERSION"),
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "informationUri": INFORMATION,
                    "rules": rules,
                } },
                "columnKind": "unicodeCodePoints",
                "artifacts": self.artifacts,
                "results": self.results,
                "invocations": [{
                    "executionSuccessful": is_successful,
                    "toolExecutionNotifications": self.notifications,
                }],
            }],
        });
        format!("{log:#}\n")
    }

    /// Returns the index of the rule of a finding, which is added if it is new.
    fn rule_index(&mut self, finding: &Diagnostic) -> usize {
        let known = self.rules.iter().position(|(code, _)| *code == finding.code);
        known.unwrap_or_else(|| {
            self.rules.push((finding.code, finding.clause));
            self.rules.len() - 1
        })
    }
}

/// Returns the description of a rule.
///
/// The summary is that of the description, else the statement of the clause, else the code: SARIF
/// wants a text in any case. A level is not part of it, since the levels of lints are set by each
/// caller.
fn rule(
    code: &'static str,
    clause: Option<&Clause>,
    describe: fn(&str) -> Option<FindingDescription>,
) -> Value {
    let description = describe(code);
    let statement = clause.map(Clause::statement);
    let summary = description.map(|description| description.summary).or(statement).unwrap_or(code);
    let mut rule = json!({
        "id": code,
        "shortDescription": { "text": summary },
        "fullDescription": { "text": statement.unwrap_or(summary) },
        "helpUri": HELP,
        "properties": properties(clause),
    });
    let explanation = description.map(|description| description.explanation.trim());
    if let Some(text) = explanation.filter(|text| !text.is_empty()) {
        insert(&mut rule, "help", json!({ "text": text, "markdown": text }));
    }
    rule
}

/// Returns the properties of a rule or of a result; none for a finding without a clause.
fn properties(clause: Option<&Clause>) -> Value {
    match clause {
        Some(clause) => json!({ "clause": clause.id(), "evidence": clause.grade().to_string() }),
        None => json!({}),
    }
}

/// Returns the result of a finding. `artifact` is the file in which the report was made.
fn result(
    finding: &Diagnostic,
    rule_index: usize,
    report: &LocatedReport<'_>,
    artifact: &Value,
) -> Value {
    let notes = finding.secondary.iter().enumerate().map(|(id, (place, note))| {
        let mut location = location_of(place, report, artifact);
        insert(&mut location, "id", json!(id));
        insert(&mut location, "message", json!({ "text": note }));
        location
    });
    json!({
        "ruleId": finding.code,
        "ruleIndex": rule_index,
        "level": finding.severity.as_str(),
        "message": { "text": message(finding) },
        "locations": [location_of(&finding.primary, report, artifact)],
        "relatedLocations": notes.collect::<Vec<_>>(),
        "properties": properties(finding.clause),
    })
}

/// Returns the location of a place: the file, the region where it is known, and the path as a
/// logical location.
fn location_of(place: &Place, report: &LocatedReport<'_>, artifact: &Value) -> Value {
    let artifact = report.file_of(place).map_or_else(|| artifact.clone(), artifact_location);
    let mut physical = json!({ "artifactLocation": artifact });
    if let Some((start, end)) = report.range_of(place) {
        let region = json!({
            "startLine": start.line, "startColumn": start.column,
            "endLine": end.line, "endColumn": end.column,
        });
        insert(&mut physical, "region", region);
    } else if let Place::Row { line, .. } = place {
        insert(&mut physical, "region", json!({ "startLine": line }));
    }
    let mut location = json!({ "physicalLocation": physical });
    let path = place.path().to_string();
    if !path.is_empty() {
        let logical = json!([{ "fullyQualifiedName": path, "kind": "element" }]);
        insert(&mut location, "logicalLocations", logical);
    }
    location
}

/// Adds a member to an object. Each caller has made the object itself.
fn insert(object: &mut Value, name: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}

/// Returns the text of a result, with answer, effect and advice on lines of their own.
fn message(finding: &Diagnostic) -> String {
    let mut out = finding.message.clone();
    if let Some(answer) = &finding.service_error {
        let _ = write!(out, "\nthe store answers: {answer}");
    }
    if let Some(consequence) = &finding.consequence {
        let _ = write!(out, "\n{consequence}");
    }
    if let Some(help) = &finding.help {
        let _ = write!(out, "\nHelp: {help}");
    }
    out
}

/// Writes a path as a URI reference: relative paths stay relative.
///
/// | path | URI |
/// | --- | --- |
/// | `rules/c.json` | `rules/c.json` |
/// | `/tmp/a b.json` | `file:///tmp/a%20b.json` |
fn artifact_location(file: &str) -> Value {
    let mut uri = String::with_capacity(file.len());
    if file.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in file.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            byte => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    json!({ "uri": uri })
}
