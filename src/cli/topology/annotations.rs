//! The findings as SARIF and as annotations of GitHub Actions, each at its configuration.
//!
//! ```text
//! ::warning file=b1.json,line=1,col=66,…,title=modification-sync-missing::objects go both ways …
//! ```
//!
//! An annotation stands at one place of one file. A finding about several buckets is at the
//! configuration that it is about first, and places in the others are related locations, for which
//! all documents have to be known.

use s3_replication::diagnostic::LocatedReport;
use s3_replication::model::BucketName;
use s3_replication::path::FieldPath;
use s3_replication::{Diagnostic, Parsed, Report};

use super::{Arguments, Documents, Format, Found, incomplete, permissions, reports};
use crate::cli::Failure;
use crate::cli::format;
use crate::cli::output::Output;

/// Writes the findings about every configuration, and a note where some may be missing.
///
/// The format is `Sarif`, in which every code has its description, or `Github`. A template with
/// several buckets is one file, whose findings come bucket by bucket.
pub(super) fn write(
    found: &Found<'_, '_>,
    documents: &Documents,
    arguments: &Arguments,
    out: &mut Output,
) -> Result<(), Failure> {
    let mut reports = reports(&found.findings, &found.links, documents);
    // The doubt is about no configuration in particular, and an annotation needs a file: the first.
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
    // Without a document there would be no file for the annotation.
    let located = reports.iter().filter_map(|(bucket, report)| {
        let parsed = documents.get(*bucket)?;
        Some((parsed.text().name().to_owned(), in_texts(parsed, report, documents)))
    });
    // The other formats do not come here.
    match arguments.format {
        Format::Sarif => format::write_sarif(located, permissions::describe, out),
        _ => located.into_iter().try_for_each(|(file, report)| out.write(report.github(&file))),
    }
}

/// Returns a report with the texts of all documents, so that places in any of them have lines.
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
///
/// It is the sentence of the summary without its label, as the finding has a level of its own. Of
/// several components that were cut, the first is named.
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
