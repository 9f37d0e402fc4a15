//! Findings as annotations of GitHub Actions.

use std::fmt::Write as _;

use s3_replication::{Diagnostic, Severity};

use super::Checked;

/// Returns a workflow command for each finding.
pub(super) fn annotations(checked: &Checked) -> String {
    let mut out = String::new();
    for (finding, severity) in checked.findings() {
        let command = match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            _ => "notice",
        };
        let place = properties(checked, finding);
        let _ = writeln!(out, "::{command} {place}::{}", data(&message(finding)));
    }
    out
}

fn properties(checked: &Checked, finding: &Diagnostic) -> String {
    let mut out = format!("file={}", property(&checked.file));
    if let Some(span) = finding.primary.span {
        let source = checked.parsed.source();
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
    if !finding.primary.path.steps().is_empty() {
        let _ = write!(out, " (at `{}`)", finding.primary.path);
    }
    if let Some(answer) = &finding.service_error {
        let _ = write!(out, "\nthe store answers: {answer}");
    }
    if let Some(help) = &finding.help {
        let _ = write!(out, "\nhelp: {help}");
    }
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
