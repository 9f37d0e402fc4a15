//! Findings as SARIF 2.1.0, which code scanning services read.

use std::fmt::Write as _;

use serde_json::{Value, json};

use s3_replication::Diagnostic;
use s3_replication::clause::Clause;
use s3_replication::diagnostic::Place;
use s3_replication::lint::Lint;
use s3_replication::text::SourceText;

use super::Checked;

/// The log of one run, in the making.
#[derive(Debug, Default)]
pub(super) struct Log {
    // INVARIANT: codes unique; a result names its rule by the position here.
    rules: Vec<(&'static str, Option<&'static Clause>)>,
    artifacts: Vec<Value>,
    results: Vec<Value>,
    /// What there is to say about the run itself.
    notifications: Vec<Value>,
}

impl Log {
    const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

    pub(super) fn add(&mut self, checked: &Checked) {
        let location = artifact_location(&checked.file);
        self.artifacts.push(json!({ "location": location }));
        for finding in checked.findings() {
            let rule_index = self.rule_index(finding);
            let context = Context { source: checked.parsed.text(), location: &location };
            self.results.push(context.result(finding, rule_index));
        }
        if let Some(left_out) = checked.left_out() {
            self.notifications.push(json!({
                "level": "warning",
                "message": { "text": left_out },
                "locations": [{ "physicalLocation": { "artifactLocation": location } }],
            }));
        }
    }

    /// Ends the log of a run that could read all files, or could not.
    pub(super) fn finish(self, is_successful: bool) -> String {
        let rules: Vec<Value> =
            self.rules.iter().map(|(code, clause)| rule(code, *clause)).collect();
        let log = json!({
            "$schema": Self::SCHEMA,
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "s3-replication",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
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

    fn rule_index(&mut self, finding: &Diagnostic) -> usize {
        let known = self.rules.iter().position(|(code, _)| *code == finding.code);
        known.unwrap_or_else(|| {
            self.rules.push((finding.code, finding.clause));
            self.rules.len() - 1
        })
    }
}

fn rule(code: &str, clause: Option<&Clause>) -> Value {
    let clause = clause.unwrap_or(&s3_replication::clause::TWO_WAY);
    let lint = Lint::find(code);
    let summary = lint.map_or(clause.statement(), |lint| lint.summary);
    let mut rule = json!({
        "id": code,
        "shortDescription": { "text": summary },
        "fullDescription": { "text": clause.statement() },
        "properties": { "clause": clause.id(), "evidence": clause.grade().to_string() },
    });
    if let (Some(lint), Some(rule)) = (lint, rule.as_object_mut()) {
        let text = lint.explanation.trim();
        rule.insert("help".to_owned(), json!({ "text": text, "markdown": text }));
    }
    rule
}

/// The file that findings are about.
struct Context<'c> {
    source: &'c SourceText,
    location: &'c Value,
}

impl Context<'_> {
    fn result(&self, finding: &Diagnostic, rule_index: usize) -> Value {
        let notes = finding.secondary.iter().enumerate();
        let related: Vec<Value> = notes
            .map(|(id, (place, note))| {
                let mut location = self.location_of(place);
                if let Some(location) = location.as_object_mut() {
                    location.insert("id".to_owned(), json!(id));
                    location.insert("message".to_owned(), json!({ "text": note }));
                }
                location
            })
            .collect();
        json!({
            "ruleId": finding.code,
            "ruleIndex": rule_index,
            "level": finding.severity.as_str(),
            "message": { "text": message(finding) },
            "locations": [self.location_of(&finding.primary)],
            "relatedLocations": related,
            "properties": {
                "clause": finding.clause.map(Clause::id),
                "evidence": finding.clause.map(|clause| clause.grade().to_string()),
            },
        })
    }

    fn location_of(&self, place: &Place) -> Value {
        let mut physical = json!({ "artifactLocation": self.location });
        if let (Some(span), Some(physical)) = (place.span(), physical.as_object_mut()) {
            let (start, end) =
                (self.source.position(span.start()), self.source.position(span.end()));
            let region = json!({
                "startLine": start.line, "startColumn": start.column,
                "endLine": end.line, "endColumn": end.column,
            });
            physical.insert("region".to_owned(), region);
        }
        let path = place.path().to_string();
        let mut location = json!({ "physicalLocation": physical });
        if let (false, Some(location)) = (path.is_empty(), location.as_object_mut()) {
            let logical = json!([{ "fullyQualifiedName": path, "kind": "element" }]);
            location.insert("logicalLocations".to_owned(), logical);
        }
        location
    }
}

fn message(finding: &Diagnostic) -> String {
    let mut out = finding.message.clone();
    if let Some(answer) = &finding.service_error {
        let _ = write!(out, "\nThe store answers: {answer}");
    }
    if let Some(help) = &finding.help {
        let _ = write!(out, "\nHelp: {help}");
    }
    out
}

/// Writes a path as a reference to a URI: relative paths stay relative.
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
