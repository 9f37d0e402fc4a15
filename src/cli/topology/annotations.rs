//! The findings as SARIF and as annotations of GitHub Actions, each at its configuration.

use s3_replication::diagnostic::LocatedReport;
use s3_replication::model::BucketName;
use s3_replication::path::FieldPath;
use s3_replication::{Diagnostic, Parsed, Report};

use super::{Arguments, Documents, Format, Found, incomplete, permissions, reports};
use crate::cli::Failure;
use crate::cli::format;
use crate::cli::output::Output;

/// Writes the findings about every configuration, and a note where some may be missing.
pub(super) fn write(
    found: &Found<'_, '_>,
    documents: &Documents,
    arguments: &Arguments,
    out: &mut Output,
) -> Result<(), Failure> {
    let mut reports = reports(&found.findings, &found.links, documents);
    if let (Some(message), Some(bucket)) = (doubt(found), documents.keys().next()) {
        let note = Diagnostic::note("search-incomplete", None, FieldPath::root(), message);
        reports.entry(bucket).or_default().push(note);
    }
    // Findings name other buckets, and annotations their files.
    for report in reports.values_mut() {
        for (bucket, parsed) in documents {
            parsed.locate_document(bucket.as_str(), report);
        }
    }
    let located = reports.iter().filter_map(|(bucket, report)| {
        let parsed = documents.get(*bucket)?;
        Some((parsed.text().name().to_owned(), in_texts(parsed, report, documents)))
    });
    match arguments.format {
        Format::Sarif => format::write_sarif(located, permissions::describe, out),
        _ => located.into_iter().try_for_each(|(file, report)| out.write(report.github(&file))),
    }
}

fn in_texts<'r>(
    parsed: &'r Parsed,
    report: &'r Report,
    documents: &'r Documents,
) -> LocatedReport<'r> {
    let others = documents.iter();
    others.fold(report.in_text(parsed.text()), |located, (bucket, other): (&BucketName, _)| {
        located.with_document(bucket.as_str(), other.text())
    })
}

/// Returns the reason why findings may be missing.
fn doubt(found: &Found<'_, '_>) -> Option<String> {
    let components = found.result.incomplete_components();
    match components.first() {
        Some(component) => {
            let text = incomplete(component);
            Some(text.trim_end().trim_start_matches("note: ").to_owned())
        }
        None if found.result.is_complete() => None,
        None => Some(
            "there may be more findings: the tags that the rules exclude are too complex"
                .to_owned(),
        ),
    }
}
