//! The readings of one configuration, merged.
//!
//! A configuration under unknown conditions has several readings, each a whole configuration with
//! findings of its own. A reader wants one list. A finding that holds in all readings is printed
//! once, as if there were no conditions. Any other finding gets the conditions under which it
//! holds:
//!
//! ```text
//! readings: IsProd true, IsProd false
//! shadowed-rule in the first one    "…, under the condition that `IsProd` is true"
//! metrics-absent in both            as it is
//! ```

use std::collections::BTreeSet;

use super::assumption::{Assumptions, MOST_READINGS, Readings};
use super::found::FoundReading;
use super::wording::{self, Wording};
use crate::clause::CLOUDFORMATION_LANGUAGE;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Report;
use crate::document;
use crate::form::Form;
use crate::parser::{Parsed, Parser};
use crate::path::FieldPath;
use crate::text::{SourceText, Span};

/// Checks every reading of a configuration, and returns one with the findings of all. A finding that
/// does not hold in every reading names the conditions under which it does. The second part names the
/// conditions.
///
/// | readings | result |
/// | --- | --- |
/// | none | an empty configuration without findings |
/// | one | that one, whatever it assumes |
/// | several | the first, with all of them as alternatives and the merged findings |
pub(super) fn check(
    parser: &Parser,
    (form, wording): (Form, Wording),
    readings: Readings<FoundReading>,
    text: &SourceText,
) -> (Parsed, Vec<String>) {
    let parsed = readings.all.into_iter().filter_map(|(assumed, reading)| {
        // A message quotes names of fields and values of the user in the same way. A rule whose ID
        // is `Prefix` must not become `prefix` in Terraform, so the values that look like fields
        // are collected before.
        let mut values = BTreeSet::new();
        wording::add_values(&reading.made, &mut values);
        let document = document::make(&reading.made)?;
        let parsed = parser.parse_made(document, form, text.clone());
        let mut report: Report = reading.found.into_iter().collect();
        // What the tool misses, the store would miss as well.
        // Terraform refuses a block without a required argument before S3 sees anything. The
        // refusal of S3 for the same omission would be a second finding at the same place.
        let missed: Vec<Option<Span>> = report
            .iter()
            .filter(|found| is_refused(found))
            .map(|found| found.primary.span())
            .collect();
        let found = parsed.report().clone();
        // Findings that a level or a comment turned off are still counted.
        report.leave_out(found.left_out());
        for finding in found {
            if finding.code != "element-missing" || !missed.contains(&finding.primary.span()) {
                // A name that no field has is the one that is written.
                report.push(match finding.code {
                    "element-unknown" => finding,
                    _ => wording.apply(finding, &values),
                });
            }
        }
        Some((assumed, parsed.with_report(report)))
    });
    let parsed: Vec<(Assumptions, Parsed)> = parsed.collect();
    let mut conditions: Vec<String> = parsed
        .iter()
        .flat_map(|(assumed, _)| assumed.0.values().map(|(_, label)| label.clone()))
        .collect();
    conditions.sort();
    conditions.dedup();
    // One reading may have assumptions, too: if a condition takes the configuration away, only the
    // readings with it remain. Its findings need no condition, because without it there is no
    // configuration.
    let mut report = if parsed.len() == 1 {
        parsed.iter().flat_map(|(_, parsed)| parsed.report().clone()).collect()
    } else {
        merged(&parsed)
    };
    if readings.too_many {
        let message = format!(
            "the configuration has more than {MOST_READINGS} variants under unknown conditions, so \
             what depends on them is not checked"
        );
        let clause = &CLOUDFORMATION_LANGUAGE;
        let finding = Diagnostic::note("conditions-not-read", clause, FieldPath::root(), message);
        report.push(finding.with_help("give the values on which the conditions depend"));
    }
    let mut readings: Vec<Parsed> = parsed.into_iter().map(|(_, parsed)| parsed).collect();
    let first = match readings.first() {
        None => Parsed::empty(form, text.clone()),
        Some(_) if readings.len() == 1 => readings.swap_remove(0),
        Some(first) => first.clone().with_alternatives(readings, conditions.clone()),
    };
    // The levels apply to the findings of the language as they do to lints. Each reading had its
    // own lints levelled already; a level sets a severity, so it may apply twice.
    let report = match parser.levels() {
        Some(levels) => levels.apply(report.into_iter().collect()).into_iter().collect(),
        None => report,
    };
    (first.with_report(report), conditions)
}

/// Returns true for a refusal of Terraform, after which no request is sent.
fn is_refused(finding: &Diagnostic) -> bool {
    finding.code == "terraform-refused"
}

/// Merges the findings of readings.
///
/// The findings come in the order of the readings. Two findings are the same if all parts are,
/// places included: a rule in two branches is written twice, and each has its findings.
fn merged(readings: &[(Assumptions, Parsed)]) -> Report {
    let mut merged: Vec<Diagnostic> = Vec::new();
    let mut report = Report::new();
    for (_, parsed) in readings {
        for finding in parsed.report() {
            if merged.contains(finding) {
                continue;
            }
            merged.push(finding.clone());
            let holds = |(_, other): &&(Assumptions, Parsed)| {
                other.report().iter().any(|one| one == finding)
            };
            let holding: Vec<&Assumptions> =
                readings.iter().filter(holds).map(|(assumed, _)| assumed).collect();
            let mut finding = finding.clone();
            if holding.len() < readings.len() {
                let under = under(&holding, readings);
                finding.message.push_str(", under the condition that ");
                finding.message.push_str(&under);
            }
            report.push(finding);
        }
    }
    report
}

/// Names the conditions under which a finding holds: one, if it decides, else all of the first
/// reading.
///
/// A single assumption decides if it holds in exactly the readings that have the finding. Such a
/// condition is what the reader can act on; the whole list of assumptions would hide it among
/// conditions that do not matter.
///
/// | findings hold in | text |
/// | --- | --- |
/// | exactly the readings with `IsProd` true | `` `IsProd` is true `` |
/// | one other reading | all assumptions of that reading |
/// | three other readings | all assumptions of the first, and in 2 more variants |
fn under(holding: &[&Assumptions], readings: &[(Assumptions, Parsed)]) -> String {
    let Some(first) = holding.first() else { return String::new() };
    for (key, assumed) in &first.0 {
        let with = |other: &&Assumptions| other.0.get(key) == Some(assumed);
        let all = readings.iter().map(|(other, _)| other).filter(with).count();
        if holding.iter().filter(|other| with(other)).count() == holding.len()
            && holding.len() == all
        {
            let (value, label) = assumed;
            return format!("`{label}` is {value}");
        }
    }
    let more = holding.len() - 1;
    let more = if more == 0 { String::new() } else { format!(", and in {more} more variants") };
    format!("{first}{more}")
}
