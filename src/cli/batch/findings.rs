//! Findings about rows, a few of each kind, so that a million of them take no more memory or
//! patience than some.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use s3_replication::Severity;
use s3_replication::batch::inventory;
use s3_replication::batch::manifest::{Consequence, RowError, RowErrorKind, RowFinding};
use s3_replication::clause::Clause;
use s3_replication::text::Visible;
use serde::Serialize;

use crate::cli::output::{counted_all, grouped};

/// One finding, as it is shown.
#[derive(Serialize)]
pub(super) struct Finding {
    code: &'static str,
    severity: Severity,
    message: String,
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    help: &'static str,
    clause: &'static str,
    evidence: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    consequence: Option<String>,
}

impl Finding {
    pub(super) fn of_fault(fault: &RowError) -> Self {
        let is_unreadable = matches!(fault.problem(), RowErrorKind::Unreadable { .. });
        let is_error = fault.consequence().is_some() || is_unreadable;
        let severity = if is_error { Severity::Error } else { Severity::Warning };
        Self {
            line: Some(fault.line()),
            consequence: fault.consequence().map(Consequence::to_string),
            ..Self::new(fault.code(), severity, fault.clause()).about(
                fault.file(),
                fault.problem().to_string(),
                fault.help(),
            )
        }
    }

    pub(super) fn of_row(finding: &RowFinding, file: &str, line: u64) -> Self {
        let new = Self::new(finding.code(), finding.severity(), finding.clause());
        Self { line: Some(line), ..new.about(file, finding.to_string(), finding.help()) }
    }

    /// The document of an inventory is not what a manifest must be.
    pub(super) fn of_document(file: &str, error: &inventory::InvalidManifest) -> Self {
        let clause = match error {
            inventory::InvalidManifest::Schema(_) => &s3_replication::clause::INVENTORY_SCHEMA,
            _ => &s3_replication::clause::INVENTORY_DOCUMENT,
        };
        let help = "give the `manifest.json` of an inventory in CSV that lists all versions";
        let new = Self::new("inventory-invalid", Severity::Error, clause);
        let consequence = Consequence::JobFails(error.job_failure()).to_string();
        Self { consequence: Some(consequence), ..new.about(file, error.to_string(), help) }
    }

    /// Nothing is listed.
    pub(super) fn of_no_rows(file: &str) -> Self {
        let clause = &s3_replication::clause::JOB_WITHOUT_OBJECTS;
        let help = "there is nothing to do; a job of it completes, or fails";
        let message = "the manifest lists nothing".to_owned();
        Self::new("no-rows", Severity::Warning, clause).about(file, message, help)
    }

    pub(super) fn of_checksum(file: &str, message: String) -> Self {
        let clause = &s3_replication::clause::INVENTORY_CHECKSUMS;
        let help = "get the file again; the document and its files belong together";
        Self::new("checksum-differs", Severity::Error, clause).about(file, message, help)
    }

    /// A file that is not there, or can't be opened.
    pub(super) fn of_unread(file: &str, message: String) -> Self {
        let clause = &s3_replication::clause::INVENTORY_DOCUMENT;
        let help = "get the files that the document names, and put them beside it";
        Self::new("unreadable", Severity::Error, clause).about(file, message, help)
    }

    fn new(code: &'static str, severity: Severity, clause: &Clause) -> Self {
        Self {
            code,
            severity,
            message: String::new(),
            file: String::new(),
            line: None,
            help: "",
            clause: clause.id(),
            evidence: clause.grade().to_string(),
            consequence: None,
        }
    }

    fn about(self, file: &str, message: String, help: &'static str) -> Self {
        Self { message, file: file.to_owned(), help, ..self }
    }

    fn text(&self) -> String {
        let Self { code, severity, .. } = self;
        let mut out = Visible(&self.file).to_string();
        if let Some(line) = self.line {
            let _ = write!(out, ":{line}");
        }
        let _ = writeln!(out, ": {severity}[{code}]: {}", Visible(&self.message));
        if let Some(consequence) = &self.consequence {
            let _ = writeln!(out, "  = {}", Visible(consequence));
        }
        let _ = writeln!(out, "  = help: {}", self.help);
        let _ = writeln!(out, "  = clause: {} (evidence: {})", self.clause, self.evidence);
        out
    }
}

/// How many findings there are of each kind, and some of them.
pub(super) struct Findings {
    limit: u64,
    counts: BTreeMap<&'static str, (Severity, u64)>,
    /// What was shown, unless it was written at once.
    pub(super) kept: Option<Vec<Finding>>,
}

impl Findings {
    /// Shows up to `limit` findings of each kind: at once, or all together in the end.
    pub(super) fn new(limit: u64, at_once: bool) -> Self {
        Self { limit, counts: BTreeMap::new(), kept: (!at_once).then(Vec::new) }
    }

    /// Adds a finding, and returns what is to be written about it now.
    pub(super) fn add(&mut self, finding: Finding) -> Option<String> {
        let (_, count) = self.counts.entry(finding.code).or_insert((finding.severity, 0));
        *count += 1;
        if *count > self.limit {
            return None;
        }
        match &mut self.kept {
            Some(kept) => {
                kept.push(finding);
                None
            }
            None => Some(finding.text()),
        }
    }

    /// Returns how many findings there are of a severity.
    pub(super) fn count(&self, severity: Severity) -> u64 {
        let counts = self.counts.values().filter(|(found, _)| *found == severity);
        counts.map(|(_, count)| count).sum()
    }

    /// Returns how many findings there are of each kind.
    pub(super) fn counts(&self) -> BTreeMap<&'static str, u64> {
        self.counts.iter().map(|(code, (_, count))| (*code, *count)).collect()
    }

    /// Returns how many findings were not shown.
    pub(super) fn left_out(&self) -> u64 {
        self.counts.values().map(|(_, count)| count.saturating_sub(self.limit)).sum()
    }

    /// Returns what was not shown, a line for each kind.
    pub(super) fn rest(&self) -> String {
        let mut out = String::new();
        for (code, (_, count)) in &self.counts {
            if let Some(more @ 1..) = count.checked_sub(self.limit) {
                let _ = writeln!(out, "and {} more of `{code}`", grouped(more));
            }
        }
        out
    }

    /// Returns the counts by severity, such as `1 error, 2 warnings`.
    pub(super) fn summary(&self) -> String {
        let mut parts = Vec::new();
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            match self.count(severity) {
                0 => {}
                count => parts.push(counted_all(count, severity.as_str())),
            }
        }
        if parts.is_empty() { "nothing to object to".to_owned() } else { parts.join(", ") }
    }
}
