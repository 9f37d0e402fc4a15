//! The graph and the findings as one JSON document.
//!
//! A finding has the members of one in `check --format json`, and the decisions that prove it.
//!
//! An example, with one finding and no settings of buckets:
//!
//! ```json
//! {"graph": {
//!    "Buckets": [{"Bucket": "arn:aws:s3:::backup", "Exists": null,
//!                 "HasConfiguration": true, "Facts": null}],
//!    "Edges": [{"Source": "arn:aws:s3:::backup", "Destination": "arn:aws:s3:::photos",
//!               "Rules": ["all"], "TwoWay": true, "Regions": "unknown"}]},
//!  "findings": [
//!    {"code": "modification-sync-missing", "severity": "warning", "message": "…",
//!     "bucket": "backup", "path": "Rule[0].SourceSelectionCriteria", "line": 2, "column": 2,
//!     "help": "…", "clause": "REP-1062", "evidence": "primary", "subjects": ["objects"],
//!     "sightings": [{"Source": "arn:aws:s3:::backup", "Destination": "arn:aws:s3:::photos",
//!                    "Witness": {"Key": "a", "Event": "ObjectCreated:Put"}, "Rule": "all"}]}],
//!  "complete": true, "cut_short": []}
//! ```

use serde::Serialize;

use s3_replication::analysis::ObjectKind;
use s3_replication::clause::Clause;
use s3_replication::model::BucketArn;
use s3_replication::topology::{Finding, Graph, Hop};
use s3_replication::{Diagnostic, Severity};

use super::permissions::{CheckedLink, LinkForm};
use super::{Documents, Found, reports};

/// The document.
#[derive(Serialize)]
struct Form<'a> {
    /// The graph, in the form of the library.
    graph: &'a Graph<'a>,
    /// The findings that count. Those of policies are in `permissions`, with the requests.
    findings: Vec<FindingForm<'a>>,
    /// The links, judged by policies; absent without policies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    permissions: Vec<LinkForm<'a>>,
    /// False if findings may be missing.
    complete: bool,
    /// The components in which cycles may be missing.
    cut_short: &'a [Vec<&'a BucketArn>],
    /// The findings that the settings allow.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed: Vec<AllowedForm<'a>>,
}

/// A finding that the settings allow, with the reason.
#[derive(Serialize)]
struct AllowedForm<'a> {
    #[serde(flatten)]
    finding: FindingForm<'a>,
    reason: &'a str,
}

/// A finding. `sightings` are the decisions about its objects, one for each bucket.
#[derive(Serialize)]
struct FindingForm<'a> {
    code: &'static str,
    severity: Severity,
    message: String,
    bucket: &'a str,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
    help: Option<String>,
    clause: Option<&'static str>,
    evidence: Option<String>,
    /// The kinds of objects that the finding is about.
    subjects: &'a [ObjectKind],
    /// The decisions that prove it, each with a witness that `decide` takes as an object.
    sightings: &'a [Hop<'a>],
}

/// Returns the document. Findings without a place in a text have no line and column.
pub(super) fn json(graph: &Graph<'_>, found: &Found<'_, '_>, documents: &Documents) -> Vec<u8> {
    let Found { result, findings, allowed, links } = found;
    let mut forms: Vec<FindingForm<'_>> = Vec::new();
    // Without the links, so that the reports have the findings and nothing else. They are put in
    // there in this order, so the next one of a bucket is that of this finding.
    let reports = reports(findings, &[], documents);
    let mut located: std::collections::BTreeMap<_, _> =
        reports.into_iter().map(|(bucket, report)| (bucket, report.into_iter())).collect();
    for finding in findings {
        // Beyond the limit of a report a finding has no line.
        let diagnostic = located.get_mut(finding.bucket()).and_then(Iterator::next);
        forms.push(FindingForm::new(
            finding,
            diagnostic.unwrap_or_else(|| finding.to_diagnostic()),
            documents,
        ));
    }
    let mut out = Vec::new();
    // Writing this form to memory cannot fail.
    let (complete, cut_short) = (result.is_complete(), result.incomplete_components());
    // An allowed finding is not located: it has a path and no line.
    let allowed = allowed.iter().map(|(finding, reason)| AllowedForm {
        finding: FindingForm::new(finding, finding.to_diagnostic(), documents),
        reason,
    });
    let permissions = links.iter().map(CheckedLink::form).collect();
    let allowed = allowed.collect();
    let form = Form { graph, findings: forms, permissions, complete, cut_short, allowed };
    let _ = serde_json::to_writer(&mut out, &form);
    out.push(b'\n');
    out
}

impl<'a> FindingForm<'a> {
    /// Creates the form of a finding; the diagnostic is the same one, with its place if it has one.
    fn new(finding: &'a Finding<'a>, diagnostic: Diagnostic, documents: &Documents) -> Self {
        let source = documents.get(finding.bucket()).map(s3_replication::Parsed::text);
        let position = source.zip(diagnostic.primary.span());
        let position = position.map(|(source, span)| source.position(span.start()));
        Self {
            code: diagnostic.code,
            severity: diagnostic.severity,
            message: diagnostic.message,
            bucket: finding.bucket().as_str(),
            path: diagnostic.primary.path().to_string(),
            line: position.map(|position| position.line),
            column: position.map(|position| position.column),
            help: diagnostic.help,
            clause: diagnostic.clause.map(Clause::id),
            evidence: diagnostic.clause.map(|clause| clause.grade().to_string()),
            subjects: finding.object_kinds(),
            sightings: finding.hops(),
        }
    }
}
