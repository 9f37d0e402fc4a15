//! Findings about rows: a few of each kind are shown and all are counted, so that a million of them
//! take no more memory or patience than some.
//!
//! `check` makes the findings about whole files here, those about rows come from `manifest::Check`
//! of the library. `batch run` uses one failure of them, which it meets without a finding.
//!
//! ```text
//! limit 2, text     two findings of each code at once, and at the end
//!                   and 2,998 more of `key-not-encoded`
//! limit 2, JSON     two findings of each code in `diagnostics`, the others in `counts` only
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;

use s3_replication::batch::inventory;
use s3_replication::batch::job;
use s3_replication::batch::manifest::Consequence;
use s3_replication::clause::{self, Clause};
use s3_replication::diagnostic::Place;
use s3_replication::form::DocumentKind;
use s3_replication::path::FieldPath;
use s3_replication::{Diagnostic, Severity};
use serde::Serialize;

use crate::cli::counts::{counted_all, grouped};
use crate::cli::styles::Styles;

/// The document of an inventory cannot be a manifest.
///
/// S3 fails a job with such a manifest, so the finding has that consequence. The failure and the
/// clause differ by the reason: the schema lacks a column, or the document is not the right one.
pub(super) fn inventory_invalid(file: &str, error: &inventory::InvalidManifest) -> Diagnostic {
    let clause = match error {
        inventory::InvalidManifest::Schema(_) => &clause::INVENTORY_SCHEMA,
        _ => &clause::INVENTORY_DOCUMENT,
    };
    let help = match error {
        inventory::InvalidManifest::Format { .. } => format!(
            "make a manifest in CSV of it: `s3-replication batch manifest -c <FILE> --inventory {file}`"
        ),
        _ => "use the `manifest.json` of an inventory in CSV that lists all versions".to_owned(),
    };
    Diagnostic::error("inventory-invalid", clause, whole(file), error.to_string())
        .with_help(help)
        .with_consequence(Consequence::JobFails(error.job_failure()).to_string())
}

/// The manifest is a document of another kind, such as a configuration. S3 reads it as CSV that is
/// not.
pub(super) fn other_document(file: &str, kind: DocumentKind) -> Diagnostic {
    let message = format!("this is {kind}, not a manifest");
    Diagnostic::error("not-csv", &clause::MANIFEST_TEXT, whole(file), message)
        .with_help("give a manifest in CSV, or the `manifest.json` of an inventory")
        .with_consequence(Consequence::JobFails(not_csv_failure()).to_string())
}

/// The failure of a job whose manifest is not CSV in UTF-8. `batch run` ends such a job with it.
pub(super) fn not_csv_failure() -> job::Failure {
    let reason = "Manifest file is not properly formatted";
    job::Failure::new(job::FailureCode::INVALID_MANIFEST_CONTENT, reason)
}

/// The manifest is in another format. `format` is the words of `Content::other_format`, such as
/// `Apache Parquet`.
pub(super) fn not_csv(file: &str, format: &str) -> Diagnostic {
    let message = format!("the file is {format}, not CSV in UTF-8");
    Diagnostic::error("not-csv", &clause::MANIFEST_TEXT, whole(file), message)
        .with_help("write the rows as CSV in UTF-8; of inventories only those in CSV are manifests")
        .with_consequence(Consequence::JobFails(not_csv_failure()).to_string())
}

/// The manifest is compressed.
pub(super) fn compressed(file: &str) -> Diagnostic {
    let message = "the file is compressed with gzip, and a job reads its manifest as it is stored";
    Diagnostic::warning("manifest-compressed", &clause::MANIFEST_TEXT, whole(file), message)
        .with_help(
            "upload the manifest decompressed; only data files of an inventory are compressed",
        )
}

/// The manifest is empty. What S3 does with such a job depends on its dialect, hence a warning.
pub(super) fn no_rows(file: &str) -> Diagnostic {
    let clause = &clause::JOB_WITHOUT_OBJECTS;
    Diagnostic::warning("no-rows", clause, whole(file), "the manifest has no rows")
        .with_help("add rows; a job without tasks completes at once, or fails")
}

/// A file is not the one that its document describes: it was cut off, or exchanged. There is no
/// consequence, because the file in the bucket may be right.
pub(super) fn checksum_differs(file: &str, difference: &str) -> Diagnostic {
    let clause = &clause::INVENTORY_CHECKSUMS;
    Diagnostic::error("checksum-differs", clause, whole(file), difference)
        .with_help("download the file again; the document and its files belong together")
}

/// A file is missing, or cannot be opened. An error without a consequence: S3 may have the file.
pub(super) fn unreadable(file: &str, message: String) -> Diagnostic {
    let clause: &Clause = &clause::INVENTORY_DOCUMENT;
    Diagnostic::error("unreadable", clause, whole(file), message)
        .with_help("download the files that the document names, and put them beside it")
}

/// The place of a finding about a file as a whole.
///
/// The root of a document, since the place of a row needs a line. It is shown as the name alone.
fn whole(file: &str) -> Place {
    Place::field(FieldPath::root()).in_document(file)
}

/// A finding as JSON.
///
/// The members are those of `check --format json`, with a line of the manifest instead of a place
/// in a document.
#[derive(Serialize)]
pub(super) struct FindingForm {
    code: &'static str,
    severity: Severity,
    message: String,
    file: String,
    /// Absent for a finding about a whole file.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    help: Option<String>,
    /// The clause of this crate that the finding rests on, and the grade of its evidence.
    clause: Option<&'static str>,
    evidence: Option<String>,
    /// The action of S3: a failure of the job or of the task. Absent where none is known, as for a
    /// warning.
    #[serde(skip_serializing_if = "Option::is_none")]
    consequence: Option<String>,
}

impl From<Diagnostic> for FindingForm {
    fn from(finding: Diagnostic) -> Self {
        let (file, line) = file_and_line(&finding.primary);
        Self {
            file: file.to_owned(),
            line,
            code: finding.code,
            severity: finding.severity,
            message: finding.message,
            help: finding.help,
            clause: finding.clause.map(Clause::id),
            evidence: finding.clause.map(|clause| clause.grade().to_string()),
            consequence: finding.consequence,
        }
    }
}

/// Returns the file of a place, and the line if the place is a row.
///
/// Findings about rows and files have no other places.
fn file_and_line(place: &Place) -> (&str, Option<u64>) {
    match place {
        Place::Row { file, line, .. } => (file, Some(*line)),
        Place::Field { document, .. } => (document.as_deref().unwrap_or_default(), None),
        _ => ("", None),
    }
}

/// The number of findings of each kind, and some of the findings.
///
/// A manifest can have the same mistake in every row. Each kind has its own limit, so that a
/// frequent kind does not hide a rare one.
pub(super) struct Findings {
    /// The number of findings of each code to show; 0 shows none.
    limit: u64,
    /// By code, all findings that were added. A code has one severity, which is that of its first
    /// finding.
    counts: BTreeMap<&'static str, (Severity, u64)>,
    /// The findings to show at the end; `None` if each is written at once.
    pub(super) kept: Option<Vec<FindingForm>>,
}

impl Findings {
    /// Shows up to `limit` findings of each kind: each at once (text), or all at the end (JSON).
    pub(super) fn new(limit: u64, at_once: bool) -> Self {
        Self { limit, counts: BTreeMap::new(), kept: (!at_once).then(Vec::new) }
    }

    /// Adds a finding, and returns the text to write now; `None` beyond the limit, and if findings
    /// are kept.
    pub(super) fn add(&mut self, finding: Diagnostic) -> Option<String> {
        let (_, count) = self.counts.entry(finding.code).or_insert((finding.severity, 0));
        *count += 1;
        if *count > self.limit {
            return None;
        }
        match &mut self.kept {
            Some(kept) => {
                kept.push(finding.into());
                None
            }
            None => Some(finding.render(Styles::stdout().render_options())),
        }
    }

    /// Returns the number of findings of a severity.
    ///
    /// Those that are not shown count, too, so the exit status does not depend on the limit.
    pub(super) fn count(&self, severity: Severity) -> u64 {
        let counts = self.counts.values().filter(|(other, _)| *other == severity);
        counts.map(|(_, count)| count).sum()
    }

    /// Returns the number of findings of each kind, shown or not.
    pub(super) fn counts(&self) -> BTreeMap<&'static str, u64> {
        self.counts.iter().map(|(code, (_, count))| (*code, *count)).collect()
    }

    /// Returns the number of findings that are not shown. For the document of JSON, where `rest` is
    /// not written.
    pub(super) fn left_out(&self) -> u64 {
        self.counts.values().map(|(_, count)| count.saturating_sub(self.limit)).sum()
    }

    /// Returns a line for each kind with findings that are not shown.
    ///
    /// Empty when all are shown. The lines are sorted by code and have their line breaks. The findings
    /// themselves were counted and dropped.
    pub(super) fn rest(&self) -> String {
        let mut out = String::new();
        for (code, (_, count)) in &self.counts {
            if let Some(more @ 1..) = count.checked_sub(self.limit) {
                let _ = writeln!(out, "and {} more of `{code}`", grouped(more));
            }
        }
        out
    }

    /// Returns the counts by severity, such as `1 error, 2 warnings`; `no findings` without any. A
    /// severity without findings is left out.
    pub(super) fn summary(&self) -> String {
        let mut parts = Vec::new();
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            match self.count(severity) {
                0 => {}
                count => parts.push(counted_all(count, severity.as_str())),
            }
        }
        if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
    }
}
