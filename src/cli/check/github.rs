//! Findings as annotations of GitHub Actions.

use std::fmt::Write as _;

use s3_replication::text::Visible;
use s3_replication::{Diagnostic, Severity};

use super::Checked;

/// Returns a workflow command for each finding.
pub(super) fn annotations(checked: &Checked) -> String {
    let mut out = String::new();
    for finding in checked.findings() {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            _ => "notice",
        };
        let place = properties(checked, finding);
        let _ = writeln!(out, "::{command} {place}::{}", data(&message(finding)));
    }
    if let Some(left_out) = checked.left_out() {
        let _ = writeln!(out, "::warning file={}::{left_out}", property(&checked.file));
    }
    out
}

fn properties(checked: &Checked, finding: &Diagnostic) -> String {
    let mut out = format!("file={}", property(&checked.file));
    if let Some(span) = finding.primary.span() {
        let source = checked.parsed.text();
        let (start, end) = (source.position(span.start()), source.position(span.end()));
        let _ = write!(out, ",line={},col={}", start.line, start.column);
        // GitHub shows columns only where start and end are in one line.
        let _ = write!(out, ",endLine={},endColumn={}", end.line, end.column);
    }
    let _ = write!(out, ",title={}", property(finding.code));
    out
}

/// Returns everything there is to say; the place stands in the properties.
fn message(finding: &Diagnostic) -> String {
    let mut out = finding.message.clone();
    if !finding.primary.path().steps().is_empty() {
        let _ = write!(out, " (at `{}`)", finding.primary.path());
    }
    if let Some(answer) = &finding.service_error {
        let _ = write!(out, "\nthe store answers: {answer}");
    }
    if let Some(help) = &finding.help {
        let _ = write!(out, "\nhelp: {help}");
    }
    out
}

/// Escapes what would end a command, and what would do something to a terminal that shows the log.
fn data(text: &str) -> String {
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

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
