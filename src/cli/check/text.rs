//! Findings for people, with a summary of each file.
//!
//! ```text
//! note[metrics-absent]: no rule that writes replicas has metrics, so failed replication goes …
//!  --> a.xml:5:5
//!   |
//! 5 |     <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
//!   |     ^^^^^^^^^^^^^ `Rule[0].Destination.Metrics`
//!   = help: add `Metrics` with `Status` `Enabled` to the destinations
//!
//! not checked (facts about buckets unknown): Versioning of `backup` (give `--context`)
//! a.xml: accepted (V2, 2 rules), 1 note
//! 2 files: 2 notes
//! ```
//!
//! The findings are rendered by the library. This file adds the lines below them: unknown values
//! and missing facts of each configuration, the summary of the file, and the line about all files.

use std::fmt::Write as _;

use s3_replication::Severity;
use s3_replication::lint::MissingFact;
use s3_replication::text::Visible;

use super::{Checked, Configuration};
use crate::cli::counts::{counted, grouped};
use crate::cli::output;
use crate::cli::styles::Styles;

/// The severities in the order in which they are counted, from the worst.
const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

/// The counts over all files.
#[derive(Debug, Default)]
pub(super) struct Totals {
    /// The number of files that were read.
    files: usize,
    /// The number of files that the store would refuse.
    refused: usize,
    /// The number of findings of each severity.
    findings: [usize; SEVERITIES.len()],
}

impl Totals {
    /// Adds a file, and returns its findings, each with the line it is about, and its summary.
    /// Under `--quiet` the findings stay, and the rest appears only with findings.
    ///
    /// The text is ready for the terminal. The parts of this file pass through `present`, which
    /// escapes and wraps them; the library has done that for its own.
    pub(super) fn add(&mut self, checked: &Checked) -> String {
        let counts = SEVERITIES.map(|severity| checked.count(severity));
        self.files += 1;
        self.refused += usize::from(checked.validity() == Some(false));
        for (total, count) in self.findings.iter_mut().zip(counts) {
            *total += count;
        }
        let styles = Styles::stdout();
        let mut text = checked.report().render(styles.render_options());
        for one in &checked.configurations {
            // The report of a document is that of its configuration, and is rendered above.
            if checked.is_template {
                let report = one.report.in_text(&checked.text);
                text.push_str(&report.render(styles.render_options()));
            }
            if !output::is_quiet() {
                text.push_str(&styles.present(&unknown_values(one)));
                text.push_str(&styles.present(&missing_facts(one.parsed.missing_facts())));
                if checked.is_template {
                    text.push_str(&styles.present(&configuration(checked, one, styles)));
                }
            }
        }
        if !output::is_quiet() || counts.iter().any(|count| *count > 0) {
            text.push_str(&styles.present(&summary(checked, counts, styles)));
        }
        text
    }

    /// Returns a line about all files, if there are several: `3 files: 1 refused, 1 error, 2
    /// notes`.
    ///
    /// With one file it would repeat the summary. Files that cannot be read do not count.
    pub(super) fn finish(self) -> String {
        if self.files < 2 {
            return String::new();
        }
        let refused = (self.refused > 0).then(|| format!("{} refused", self.refused));
        let parts: Vec<String> = refused.into_iter().chain(in_words(self.findings)).collect();
        let found = if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") };
        format!("{}: {found}\n", counted(self.files, "file"))
    }
}

/// The most buckets that the line about missing facts names. The others are counted.
const NAMED_BUCKETS: usize = 5;

/// Returns a line that names the facts that would let the report contain more. The facts are sorted
/// by bucket, so that neighbours with the same bucket make one entry.
///
/// ```text
/// not checked (facts about buckets unknown): Versioning of `backup` (give `--context`)
/// ```
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
        more => named.push(format!("facts about {}", counted(more, "more bucket"))),
    }
    // A fact about the source bucket needs its name, too: without it no fact of the context is
    // about it.
    let options = if missing.iter().any(|missing| missing.bucket.is_none()) {
        "`--source-bucket` and `--context`"
    } else {
        "`--context`"
    };
    format!("not checked (facts about buckets unknown): {} (give {options})\n", named.join("; "))
}

/// Returns a line that names the values that the template does not state. It is silent if there are
/// none. The conditions are those of the resource: whether it exists at all depends on them.
///
/// ```text
/// unknown: Rules[0].Filter.Prefix (`${Prefix}`); unknown conditions: `IsProd` (give …)
/// ```
fn unknown_values(one: &Configuration) -> String {
    let unknown = one.parsed.unknown_values().iter();
    let unknown: Vec<String> = unknown
        .map(|unknown| format!("{} (`{}`)", unknown.json_path(), Visible(unknown.expression())))
        .collect();
    let conditions: Vec<String> =
        one.conditions.iter().map(|condition| format!("`{}`", Visible(condition))).collect();
    let parts = [("unknown", unknown), ("unknown conditions", conditions)];
    let parts = parts.iter().filter(|(_, names)| !names.is_empty());
    let parts: Vec<String> =
        parts.map(|(what, names)| format!("{what}: {}", names.join(", "))).collect();
    if parts.is_empty() {
        return String::new();
    }
    let advice = one.parsed.advice_on_unknown_values(|_| true);
    format!("{} ({})\n", parts.join("; "), Visible(&advice))
}

/// Returns a line about a configuration of a template. A document has one configuration and no
/// address, and needs no such line: its summary has all of it.
///
/// ```text
/// t.yaml: `Photos` (bucket `photos`): accepted (V2, 1 rule)
/// ```
fn configuration(checked: &Checked, one: &Configuration, styles: Styles) -> String {
    if one.address.is_empty() {
        return String::new();
    }
    let bucket = one.bucket.as_ref().map(|bucket| format!(" (bucket `{bucket}`)"));
    format!(
        "{}: `{}`{}: {}{}\n",
        Visible(checked.text.name()),
        Visible(&one.address),
        bucket.unwrap_or_default(),
        verdict(one.parsed.validity(), styles),
        content(one),
    )
}

/// Returns the verdict in words. Unknown values of a template leave a third answer: nothing that is
/// known is wrong.
fn verdict(validity: Option<bool>, styles: Styles) -> String {
    match validity {
        Some(true) => styles.success("accepted"),
        Some(false) => styles.error("refused"),
        None => "accepted, unless unknown values are wrong".to_owned(),
    }
}

/// Returns the summary of a file.
///
/// ```text
/// a.xml: accepted (V2, 3 rules), 1 warning
/// a.xml: refused, 2 errors
/// a.xml: accepted (V2, 3 rules), but 1 finding is denied by level
/// t.yaml: accepted (2 configurations), 1 finding allowed
/// t.yaml: no replication configuration
/// ```
///
/// The verdict comes first, because it answers the question of the command. Errors of an accepted
/// document are no refusals, and the word `errors` would look like one.
fn summary(checked: &Checked, counts: [usize; SEVERITIES.len()], styles: Styles) -> String {
    let content = match &checked.configurations[..] {
        [one] if checked.validity() != Some(false) => content(one),
        [] if checked.is_template && checked.validity() != Some(false) => {
            return format!("{}: no replication configuration\n", Visible(checked.text.name()));
        }
        // The content of a refused document is what its author meant, which the findings are about.
        [] | [_] => String::new(),
        several => format!(" ({})", counted(several.len(), "configuration")),
    };
    let verdict = format!("{}{content}", verdict(checked.validity(), styles));
    let allowed = match checked.allowed.len() {
        0 => None,
        count => Some(format!("{} allowed", counted(count, "finding"))),
    };
    // Of an accepted document, errors are findings whose level is `deny`.
    let [errors, warnings, notes] = counts;
    let (verdict, counts) = if errors > 0 && checked.validity() != Some(false) {
        let denied = if errors == 1 { "finding is denied" } else { "findings are denied" };
        let denied = styles.error(&format!("{} {denied} by level", grouped(errors as u64)));
        (format!("{verdict}, but {denied}"), [0, warnings, notes])
    } else {
        (verdict, counts)
    };
    let parts = std::iter::once(verdict).chain(in_words(counts)).chain(allowed);
    let parts: Vec<String> = parts.collect();
    format!("{}: {}\n", Visible(checked.text.name()), parts.join(", "))
}

/// Iterates over the counts that are not zero: `1 error`, `2 warnings`.
///
/// Notes have no colour: nothing has to be done about them.
fn in_words(counts: [usize; SEVERITIES.len()]) -> impl Iterator<Item = String> {
    let styles = Styles::stdout();
    let counts = SEVERITIES.into_iter().zip(counts).filter(|(_, count)| *count > 0);
    counts.map(move |(severity, count)| {
        let text = counted(count, severity.as_str());
        match severity {
            Severity::Error => styles.error(&text),
            Severity::Warning => styles.warning(&text),
            _ => text,
        }
    })
}

/// Returns the version and the number of rules, in brackets: ` (V2, 3 rules)`.
///
/// Each part is left out if it is not known. Without both the text is empty.
fn content(one: &Configuration) -> String {
    let mut content = String::new();
    let rules = one.parsed.draft().map(|draft| counted(draft.rules.len(), "rule"));
    for part in one.version().map(str::to_owned).into_iter().chain(rules) {
        let _ = write!(content, "{}{part}", if content.is_empty() { " (" } else { ", " });
    }
    if !content.is_empty() {
        content.push(')');
    }
    content
}
