//! `topology`: several buckets together, as a graph with findings.
//!
//! Every configuration is read with its bucket as the source, so that what S3 would refuse is known
//! before the search. Each finding is shown in the text of the configuration that it is about
//! first.
//!
//! Two buckets that replicate to each other:
//!
//! ```text
//! backup
//!   <-> photos by `all`, `tax`
//! photos
//!   <-> backup by `all`, `tax`
//! ```
//!
//! ```text
//! sources.rs       BUCKET=FILE and templates ─▶ documents by bucket, facts about buckets
//! library          Topology ─▶ graph, findings
//! permissions.rs   policies ─▶ links that are decided, but not permitted
//! this file        text and the summary; form.rs JSON; annotations.rs SARIF and GitHub Actions
//! ```
//!
//! A finding about two buckets is reported once, at the configuration that it is about first.
//! Findings that the settings allow are counted, and listed in JSON alone.

mod annotations;
mod form;
mod permissions;
mod sources;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;

use s3_replication::lint::CheckedFile;
use s3_replication::model::{BucketArn, BucketName};
use s3_replication::topology::{Finding, Graph, SearchResult, Topology};
use s3_replication::{Diagnostic, Parsed, Report, Severity};

use crate::cli::configuration::{Reading, decided};
use crate::cli::context;
use crate::cli::counts::{counted, grouped};
use crate::cli::format::Format as FindingFormat;
use crate::cli::input::Input;
use crate::cli::output::{self, Output};
use crate::cli::refusal::AnswerForm;
use crate::cli::styles::Styles;
use crate::cli::{Ended, Failure, Status, settings};

use self::permissions::{CheckedLink, PolicyOptions};

// The doc comments on this type and its fields are the help.
/// Shows what several buckets replicate to each other, and finds what goes wrong between them
///
/// Finds objects that are not replicated back, delete markers and metadata that go one way, chains
/// that end after one hop, cycles, two sources of one key, and bucket settings that do not fit
/// together. Every finding comes with an object that proves it. An empty result is a proof, except
/// where the output reports that the search for cycles is incomplete.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication topology photos=photos.xml backup=backup.json
  # Every bucket of a template or a module
  s3-replication topology template.yaml
  s3-replication topology photos=p.xml backup=b.xml --context buckets.json
  s3-replication topology photos=p.xml backup=b.xml --format dot |
    dot -Tsvg > buckets.svg
  aws s3api get-bucket-replication --bucket photos |
    s3-replication topology photos=- backup=b.xml
  # Replication that the rules select, but the policies do not permit
  s3-replication topology photos=p.xml --role-policy role.json \\
    --bucket-policy backup=policy.json

Known settings of buckets make more findings possible; `null` means that a bucket does not exist:
  {\"Buckets\": {
    \"photos\": {\"Region\": \"eu-central-1\", \"ObjectLock\": \"Enabled\",
               \"Lifecycle\": false},
    \"backup\": {\"Region\": \"eu-west-1\", \"Lifecycle\": {\"ExpirationDays\": 30}}}}

DOT has no place for findings; their number goes to standard error.

Exit status: 0 nothing but notes; 1 warnings; 2 a configuration that S3 would refuse, wrong usage or
unreadable input.")]
pub(super) struct Arguments {
    /// A bucket and its replication configuration, or a template with all its buckets; `-` reads
    /// standard input
    #[arg(value_name = "BUCKET=FILE|TEMPLATE", required = true, value_parser = parse)]
    sources: Vec<(Option<BucketName>, Input)>,
    /// Known facts about buckets, as JSON; `check --help` shows an example
    #[arg(long, value_name = "FILE")]
    context: Option<Input>,
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    policies: PolicyOptions,
}

// The formats of findings, and `dot`, which no other command has.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// Human-readable
    Text,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// The graph alone, for Graphviz
    Dot,
}

/// The parsed documents, by bucket.
///
/// In the order of the names, so that the output does not depend on the order of the arguments.
type Documents = BTreeMap<BucketName, Parsed>;

/// Parses `BUCKET=FILE`, or the name of a template.
///
/// ```text
/// photos=p.xml   the configuration of `photos`
/// photos=-       the same, from the standard input
/// t.yaml         a template, which names the buckets itself
/// photos=        an error
/// Ph!=p.xml      an error: no bucket can have the name
/// ```
///
/// The first `=` counts, so the path of a template cannot contain one, and that of a configuration
/// can.
fn parse(text: &str) -> Result<(Option<BucketName>, Input), String> {
    let Some((name, file)) = text.split_once('=') else {
        return Ok((None, Input::from(OsString::from(text))));
    };
    if file.is_empty() {
        return Err("write BUCKET=FILE, such as `photos=photos.xml`".to_owned());
    }
    let name = name
        .parse()
        .map_err(|error: s3_replication::model::InvalidBucketName| error.to_string())?;
    Ok((Some(name), Input::from(OsString::from(file))))
}

impl Arguments {
    /// Returns the form in which a refusal is written. The document has no graph, and is not
    /// complete.
    pub(super) fn answer(&self) -> AnswerForm {
        let format = match self.format {
            Format::Text | Format::Dot => FindingFormat::Text,
            Format::Json => FindingFormat::Json,
            Format::Sarif => FindingFormat::Sarif,
            Format::Github => FindingFormat::Github,
        };
        AnswerForm::new(
            format,
            |errors| serde_json::json!({"graph": null, "findings": [], "complete": false, "errors": errors}),
        )
    }
}

/// Searches, and writes the graph and the findings.
///
/// ```text
/// nothing, notes, allowed findings                        status 0
/// a warning                                               status 1
/// a link that is not permitted, or undecided              status 1
/// a finding about a policy itself                         status 1
/// a configuration that S3 would refuse                    status 2, nothing is written
/// ```
pub(super) fn run(arguments: &Arguments) -> Ended {
    // Before anything is read: the standard input can be read only once.
    arguments.check()?;
    let (documents, known) = arguments.documents(context::known(arguments.context.as_ref())?)?;
    let mut topology = Topology::new(arguments.reading.dialect().clone()).with_buckets(known);
    for (bucket, parsed) in &documents {
        topology = topology.with_configuration(bucket.clone(), decided(parsed.clone())?);
    }
    // Every configuration is accepted here, so the graph has all rules.
    let (graph, result) = (topology.graph(), topology.search());
    let links = arguments.policies.check(&topology, &graph)?;
    let found = Found::new(&result, &documents, links);
    note_missing(&graph);
    let mut out = Output::new();
    match arguments.format {
        Format::Text => out.write(text(&graph, &found, &documents))?,
        Format::Json => out.write(form::json(&graph, &found, &documents))?,
        Format::Dot => out.write(graph.to_dot())?,
        Format::Sarif | Format::Github => {
            annotations::write(&found, &documents, arguments, &mut out)?;
        }
    }
    out.flush()?;
    if matches!(arguments.format, Format::Dot) {
        // The graph alone does not explain the exit status.
        output::eprint(&summary(&graph, &found));
    }
    let has_warnings = found.findings.iter().any(|one| one.kind().severity() > Severity::Note);
    // An undecided link counts as one that is not permitted: nothing proves that it works.
    let is_permitted = found.links.iter().all(CheckedLink::is_permitted);
    let has_findings = found.links.iter().any(CheckedLink::has_findings);
    Ok(if has_warnings || has_findings || !is_permitted { Status::Found } else { Status::Clean })
}

/// Notes the buckets whose configuration is not given: what they replicate is not known.
///
/// A bucket that is known not to exist has none, and is left out.
fn note_missing(graph: &Graph<'_>) {
    let missing = graph.nodes().iter().filter(|node| !node.has_configuration());
    let missing = missing.filter(|node| !node.is_missing());
    let names: Vec<String> = missing.map(|node| format!("`{}`", node.bucket().name())).collect();
    if !names.is_empty() {
        output::remark(&format!(
            "note: no configuration is given for {}; without one, a bucket is taken \
             to replicate nothing; give BUCKET=FILE if there is one\n",
            names.join(", ")
        ));
    }
}

/// The result of the search, without the findings that the settings allow.
struct Found<'r, 't> {
    /// The result, for the extent of the search.
    result: &'r SearchResult<'t>,
    /// The findings that count.
    findings: Vec<Finding<'t>>,
    /// The findings that an entry of the settings allows, each with the reason of the entry.
    allowed: Vec<(Finding<'t>, String)>,
    /// The links, judged by policies; empty without policies.
    links: Vec<CheckedLink<'t>>,
}

impl<'r, 't> Found<'r, 't> {
    /// Applies the entries of the settings to the findings.
    ///
    /// Each finding is offered to the list by itself, with the path and the draft of its
    /// configuration, because an entry may be limited to files and rules. The findings of policies
    /// have no entries.
    fn new(
        result: &'r SearchResult<'t>,
        documents: &Documents,
        links: Vec<CheckedLink<'t>>,
    ) -> Self {
        let settings = settings::found();
        let mut allow_list =
            settings.map(|found| found.settings().allow_list()).unwrap_or_default();
        let (mut findings, mut allowed) = (Vec::new(), Vec::new());
        for finding in result.findings() {
            let report = Report::from_iter([finding.to_diagnostic()]);
            let parsed = documents.get(finding.bucket());
            let path = parsed.zip(settings).and_then(|(parsed, found)| {
                found.relative(&Input::File(parsed.text().name().into()))
            });
            let mut file = CheckedFile::new();
            if let Some(path) = &path {
                file = file.at(path);
            }
            if let Some(draft) = parsed.and_then(Parsed::draft) {
                file = file.with_draft(draft);
            }
            match allow_list.apply(&file, &report).1.pop() {
                Some(entry) => allowed.push((finding.clone(), entry.reason)),
                None => findings.push(finding.clone()),
            }
        }
        Self { result, findings, allowed, links }
    }
}

impl Arguments {
    /// Refuses arguments that contradict each other.
    ///
    /// At most one input is the standard input, and no bucket is given twice. Two templates may
    /// still name one bucket, which `documents` refuses when they are read.
    fn check(&self) -> Result<(), Failure> {
        let inputs = self.sources.iter().map(|(_, input)| input).chain(&self.context);
        let inputs = inputs.chain(self.policies.inputs());
        if inputs.filter(|input| **input == Input::Stdin).count() > 1 {
            let message = "the standard input can be read only once; give `-` only once";
            return Err(Failure::Message(message.to_owned()));
        }
        for (at, (bucket, input)) in self.sources.iter().enumerate() {
            let mut before = self.sources.iter().take(at);
            if let Some((_, first)) = before.find(|(other, _)| bucket.is_some() && other == bucket)
            {
                return Err(Failure::Message(format!(
                    "bucket `{}` is given twice, with `{}` and `{}`",
                    bucket.as_ref().map_or("", BucketName::as_str),
                    first.given(),
                    input.given()
                )));
            }
        }
        Ok(())
    }
}

/// Returns the findings about the configuration of each bucket, located in its text.
///
/// Findings of the search come first, in their order, which `form.rs` relies on. A bucket without
/// findings has no report.
fn reports<'t>(
    findings: &[Finding<'t>],
    links: &[CheckedLink<'t>],
    documents: &Documents,
) -> BTreeMap<&'t BucketName, Report> {
    let mut reports: BTreeMap<&BucketName, Report> = BTreeMap::new();
    for finding in findings {
        reports.entry(finding.bucket()).or_default().push(finding.to_diagnostic());
    }
    for link in links {
        for diagnostic in link.diagnostics() {
            let report = reports.entry(link.bucket()).or_default();
            // Links share policies, and a finding about one of them is shown once.
            let is_same = |other: &Diagnostic| {
                other.code == diagnostic.code && other.message == diagnostic.message
            };
            if !report.iter().any(is_same) {
                report.push(diagnostic);
            }
        }
    }
    // Last, since each finding needs its place.
    for (bucket, report) in &mut reports {
        if let Some(parsed) = documents.get(*bucket) {
            parsed.locate(report);
        }
    }
    reports
}

/// Returns the graph and the findings as text.
///
/// The graph is one of the library, of which only the names of buckets are coloured. Reports are
/// rendered by the library with colours of their own, so only the parts around them go through
/// `present`.
fn text(graph: &Graph<'_>, found: &Found<'_, '_>, documents: &Documents) -> String {
    let styles = Styles::stdout();
    let graph_text = graph.to_string();
    let lines = graph_text.lines().map(|line| match line {
        bucket if !bucket.starts_with(' ') => styles.heading(bucket),
        edge => edge.to_owned(),
    });
    let mut text = styles.present(&lines.map(|line| line + "\n").collect::<String>());
    text.push('\n');
    for (bucket, report) in reports(&found.findings, &found.links, documents) {
        if let Some(parsed) = documents.get(bucket) {
            text.push_str(&report.render_with(parsed.text(), styles.render_options()));
        }
    }
    text.push_str(&styles.present(&summary(graph, found)));
    text
}

/// Describes the extent of the search and the number of findings.
///
/// ```text
/// note: there may be more cycles among `aaa` and 19 more buckets: the search stopped after …
/// 2 buckets, 2 edges: 1 warning, 1 note, 1 edge not permitted, 1 finding allowed by the settings
/// 2 buckets, 1 edge: nothing found
/// ```
fn summary(graph: &Graph<'_>, found: &Found<'_, '_>) -> String {
    let Found { result, findings, allowed, links } = found;
    let count = |severity| findings.iter().filter(|one| one.kind().severity() == severity).count();
    let counts = [(count(Severity::Warning), "warning"), (count(Severity::Note), "note")];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let mut counts: Vec<String> = counts.map(|(count, noun)| counted(count, noun)).collect();
    let refused = links.iter().filter(|link| link.is_refused()).count();
    let undecided = links.iter().filter(|link| link.is_undecided()).count();
    let doubtful = links.iter().filter(|link| link.has_findings()).count();
    let links = [
        (refused, "not permitted"),
        (undecided, "with an undecided permission"),
        (doubtful, "with findings about policies"),
    ];
    let links = links.into_iter().filter(|(count, _)| *count > 0);
    counts.extend(links.map(|(count, words)| format!("{} {words}", counted(count, "edge"))));
    // A link may be in two of the counts: refused, and by a policy with findings.
    let counts = if counts.is_empty() { "nothing found".to_owned() } else { counts.join(", ") };
    let buckets = counted(graph.nodes().len(), "bucket");
    let edges = counted(graph.edges().len(), "edge");
    let mut text: String =
        result.incomplete_components().iter().map(|component| incomplete(component)).collect();
    if !result.is_complete() && result.incomplete_components().is_empty() {
        text.push_str(
            "note: there may be more findings: the tags that the rules exclude are too complex\n",
        );
    }
    let allowed = match allowed.len() {
        0 => String::new(),
        count => format!(", {} allowed by the settings", counted(count, "finding")),
    };
    let _ = writeln!(text, "{buckets}, {edges}: {counts}{allowed}");
    text
}

/// Returns the note that cycles may be missing in a component.
///
/// The component is named by its first bucket, because it may have hundreds.
fn incomplete(component: &[&BucketArn]) -> String {
    let limit = grouped(SearchResult::PATH_LIMIT as u64);
    let first = component.first().map_or("", |bucket| bucket.name().as_str());
    let others = component.len().saturating_sub(1);
    format!(
        "note: there may be more cycles among `{first}` and {others} more buckets: the search stopped \
         after {limit} paths\n"
    )
}
