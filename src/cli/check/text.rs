//! Findings for people, and a line for each file.

use std::fmt::Write as _;

use s3_replication::Severity;
use s3_replication::lint::MissingFact;
use s3_replication::text::Visible;

use super::Checked;
use crate::cli::output::{counted, rendering};

/// Returns the findings, each with the line it is about, and what became of the file.
pub(super) fn of(checked: &Checked) -> String {
    let mut text = checked.parsed.report().render_with(checked.parsed.text(), rendering());
    if let Some(left_out) = checked.left_out() {
        let _ = writeln!(text, "{left_out}");
    }
    text.push_str(&missing_facts(checked.parsed.missing_facts()));
    text.push_str(&summary(checked));
    text
}

/// How many buckets are named of which something is not known.
const NAMED_BUCKETS: usize = 5;

/// Returns a line that says which facts would let the report say more.
fn missing_facts(missing: &[MissingFact]) -> String {
    let buckets: Vec<&[MissingFact]> =
        missing.chunk_by(|one, next| one.bucket == next.bucket).collect();
    let named = buckets.iter().take(NAMED_BUCKETS).map(|facts| {
        let words: Vec<&str> = facts.iter().map(|missing| missing.fact.as_str()).collect();
        let bucket = match facts.first().and_then(|missing| missing.bucket.as_ref()) {
            Some(bucket) => format!("`{bucket}`"),
            None => "the source bucket".to_owned(),
        };
        format!("{} of {bucket}", words.join(", "))
    });
    let mut named: Vec<String> = named.collect();
    match buckets.len().saturating_sub(NAMED_BUCKETS) {
        0 if named.is_empty() => return String::new(),
        0 => {}
        more => named.push(format!("facts of {}", counted(more, "more bucket"))),
    }
    let source = if missing.iter().any(|missing| missing.bucket.is_none()) {
        "`--source-bucket`, `--context`"
    } else {
        "`--context`"
    };
    format!("not known, and therefore not checked: {} (give {source})\n", named.join("; "))
}

fn summary(checked: &Checked) -> String {
    let verdict = if checked.is_valid() {
        format!("accepted{}", content(checked))
    } else {
        "refused".to_owned()
    };
    let kinds = [Severity::Error, Severity::Warning, Severity::Note];
    let counts = kinds.iter().map(|kind| (checked.count(*kind), kind.as_str()));
    let counts = counts.filter(|(count, _)| *count > 0);
    let counts = counts.map(|(count, noun)| counted(count, noun));
    let parts: Vec<String> = std::iter::once(verdict).chain(counts).collect();
    format!("{}: {}\n", Visible(checked.parsed.text().name()), parts.join(", "))
}

/// Returns what the document holds, in brackets.
fn content(checked: &Checked) -> String {
    let rules = checked.parsed.draft().map(|draft| counted(draft.rules.len(), "rule"));
    let parts: Vec<String> =
        checked.version().map(str::to_owned).into_iter().chain(rules).collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}
