//! `lints`: the catalogue of checks, by group, or the explanation of one.
//!
//! The texts are the documentation of the lints in the library, so that a lint is explained in one
//! place. Findings of reading a document are no lints, but they have codes as well, and a user who
//! sees one looks for it here.
//!
//! With `--format json`, each lint is an entry of `lints`:
//!
//! ```json
//! {"name": "shadowed-rule", "group": "suspicious", "level": "warn",
//!  "summary": "other rules win every object that a rule matches",
//!  "clause": "REP-401", "since": "0.1.0", "explanation": "## What it finds …"}
//! ```

mod elsewhere;

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::json;

use s3_replication::lint::{DOCUMENT_FINDINGS, DocumentFinding, Group, Level, Lint, catalogue};

use self::elsewhere::OtherFinding;
use crate::cli::format::TextOrJson as Format;
use crate::cli::output::Output;
use crate::cli::refusal::AnswerForm;
use crate::cli::styles::Styles;
use crate::cli::suggestion::did_you_mean_or_part;
use crate::cli::{Ended, Failure, Status};

/// Lists the checks of `check`, or explains one with its reasons and examples
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication lints                  list all lints by group
  s3-replication lints shadowed-rule    explain a lint, with examples
  s3-replication lints cost             list the lints of a group
  s3-replication lints --format json    print JSON")]
pub(super) struct Arguments {
    /// Lints to explain, or groups to list [default: list all]
    #[arg(value_name = "LINT")]
    names: Vec<String>,
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

impl Arguments {
    pub(super) fn answer(&self) -> AnswerForm {
        AnswerForm::new(self.format.into(), |errors| json!({"lints": [], "errors": errors}))
    }
}

/// The subject of a name on the command line.
#[derive(Clone, Copy)]
enum Named {
    Lint(&'static Lint),
    Document(&'static DocumentFinding),
    Group(Group),
    /// The group of findings of reading a document.
    Documents,
    Other(OtherFinding),
}

/// Lists or explains. An unknown name is an error before anything is written.
pub(super) fn run(arguments: &Arguments) -> Ended {
    let named = arguments.names.iter().map(|name| find(name));
    let named = named.collect::<Result<Vec<_>, _>>()?;
    let mut out = Output::new();
    match arguments.format {
        Format::Text if named.is_empty() => out.text(list())?,
        Format::Text => {
            for (count, named) in named.iter().enumerate() {
                let space = if count == 0 { "" } else { "\n" };
                out.text(format!("{space}{}", named.text()))?;
            }
        }
        Format::Json => {
            let forms: Vec<Form> = if named.is_empty() {
                let mut lints: Vec<&Lint> = catalogue().collect();
                lints.sort_by_key(|lint| lint.name);
                let lints = lints.into_iter().map(Form::of_lint);
                lints.chain(Named::Documents.forms()).collect()
            } else {
                named.into_iter().flat_map(Named::forms).collect()
            };
            let text = serde_json::to_string_pretty(&forms).unwrap_or_default();
            out.write(format!("{{\"lints\":{text}}}\n"))?;
        }
    }
    out.flush()?;
    Ok(Status::Clean)
}

/// Finds a lint, a finding or a group by its name; lints come first, since they are the most.
fn find(name: &str) -> Result<Named, Failure> {
    let group = || Group::ALL.iter().find(|group| group.as_str() == name);
    let document = || DOCUMENT_FINDINGS.iter().find(|found| found.name == name);
    let found = Lint::find(name).map(Named::Lint);
    let found = found.or_else(|| document().map(Named::Document));
    let found = found.or_else(|| (name == DOCUMENT).then_some(Named::Documents));
    let found = found.or_else(|| elsewhere::find(name).map(Named::Other));
    found.or_else(|| group().copied().map(Named::Group)).ok_or_else(|| {
        let lints = catalogue().map(|lint| lint.name);
        let groups = Group::ALL.iter().map(|group| group.as_str());
        let documents = DOCUMENT_FINDINGS.iter().map(|found| found.name);
        let others = elsewhere::all().map(|found| found.name);
        let all = lints.chain(groups).chain(documents).chain([DOCUMENT]).chain(others);
        let hint = did_you_mean_or_part(name, all);
        let hint = hint.unwrap_or_else(|| "; `s3-replication lints` lists them".to_owned());
        Failure::Message(format!("there is no lint `{name}`{hint}"))
    })
}

impl Named {
    /// Returns the explanation or the list as text.
    fn text(self) -> String {
        match self {
            Self::Lint(lint) => text_of(lint),
            Self::Document(found) => text_of_document(found),
            Self::Group(group) => list_of(group),
            Self::Documents => list_of_documents(),
            Self::Other(found) => {
                let OtherFinding { name, command, summary } = found;
                let name = Styles::stdout().heading(name);
                format!(
                    "{name} (of `{command}`, without a level)\n\nFound by `{command}`: {summary}.\n"
                )
            }
        }
    }

    /// Returns the entries for JSON.
    fn forms(self) -> Vec<Form> {
        match self {
            Self::Lint(lint) => vec![Form::of_lint(lint)],
            Self::Document(found) => vec![Form::of_document(found)],
            Self::Group(group) => of_group(group).map(Form::of_lint).collect(),
            Self::Documents => DOCUMENT_FINDINGS.iter().map(Form::of_document).collect(),
            Self::Other(found) => vec![Form::of_other(&found)],
        }
    }
}

/// Iterates over the lints of a group.
fn of_group(group: Group) -> impl Iterator<Item = &'static Lint> {
    catalogue().filter(move |lint| lint.group == group)
}

/// Returns the list of everything.
fn list() -> String {
    let mut out = String::new();
    for group in Group::ALL {
        out.push_str(&list_of(*group));
        out.push('\n');
    }
    out.push_str(&list_of_documents());
    out.push_str("\nRun `s3-replication lints LINT` for an explanation with examples.\n");
    out
}

/// Returns the lints of a group, one a line, with the names in a column.
fn list_of(group: Group) -> String {
    let width = catalogue().map(|lint| lint.name.len()).max().unwrap_or_default();
    let styles = Styles::stdout();
    let head = format!("{group} ({})", group.level());
    let mut out = format!("{}: {}\n", styles.success(&head), meaning(group));
    for lint in of_group(group) {
        let name = styles.heading(&format!("{:width$}", lint.name));
        let own = lint.level();
        let own = if own == group.level() { String::new() } else { format!(" (level `{own}`)") };
        let _ = writeln!(out, "  {name}  {}{own}", lint.summary);
    }
    out
}

/// Returns the findings of reading a document, one a line, with their levels.
fn list_of_documents() -> String {
    let width = DOCUMENT_FINDINGS.iter().map(|found| found.name.len()).max().unwrap_or_default();
    let styles = Styles::stdout();
    let head = styles.success(DOCUMENT);
    let mut out = format!("{head}: mistakes that are found while a document is read\n");
    for DocumentFinding { name, level, summary, .. } in DOCUMENT_FINDINGS {
        let name = styles.heading(&format!("{name:width$}"));
        let _ = writeln!(out, "  {name}  {level:4}  {summary}");
    }
    out
}

/// Describes a group in a few words.
const fn meaning(group: Group) -> &'static str {
    match group {
        Group::Refusals => "rejected by S3",
        Group::Suspicious => "accepted by S3, but rarely intended",
        Group::Pedantic => "often intended, sometimes surprising",
        Group::Cost => "settings that cost money",
        _ => "settings that other S3-compatible stores interpret differently",
    }
}

/// Returns the explanation of a lint: a head line, then its documentation.
fn text_of(lint: &Lint) -> String {
    let Lint { name, group, clause, since, .. } = lint;
    let styles = Styles::stdout();
    let name = styles.heading(name);
    let head = format!("{name} ({group}, {}, since {since}, {clause})", lint.level());
    let lines = lint.explanation.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
    let is_heading = |line: &str| line.starts_with('#');
    let text: Vec<String> = lines
        .map(|line| if is_heading(line) { styles.heading(line) } else { line.to_owned() })
        .collect();
    format!("{head}\n\n{}\n", text.join("\n").trim_end())
}

/// The name of the group of findings of reading a document.
const DOCUMENT: &str = "document";

/// Returns the explanation of a finding: a head line, then the clauses that it rests on.
fn text_of_document(found: &DocumentFinding) -> String {
    let DocumentFinding { name, summary, level, clauses, .. } = found;
    let ids = clauses.iter().map(|clause| clause.id());
    let properties: Vec<&str> = [DOCUMENT, level.as_str()].into_iter().chain(ids).collect();
    let name = Styles::stdout().heading(name);
    let head = format!("{name} ({})", properties.join(", "));
    let mut out = format!("{head}\n\nFound while a document is read: {summary}.\n");
    for clause in *clauses {
        let _ = write!(out, "\n{clause} ({}): {}\n", clause.grade(), clause.statement());
    }
    out
}

/// A lint or a finding as JSON.
#[derive(Serialize)]
struct Form {
    name: &'static str,
    /// The group, or the command that reports it.
    group: &'static str,
    /// The level; `None` for a finding of another command than `check`.
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<Level>,
    summary: &'static str,
    /// The main clause that it rests on.
    clause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<&'static str>,
    explanation: String,
}

impl Form {
    fn of_lint(lint: &Lint) -> Self {
        Self {
            name: lint.name,
            group: lint.group.as_str(),
            level: Some(lint.level()),
            summary: lint.summary,
            clause: Some(lint.clause.id()),
            since: Some(lint.since),
            explanation: lint.explanation.to_owned(),
        }
    }

    fn of_document(found: &DocumentFinding) -> Self {
        let statements: Vec<&str> = found.clauses.iter().map(|clause| clause.statement()).collect();
        Self {
            name: found.name,
            group: DOCUMENT,
            level: Some(found.level),
            summary: found.summary,
            clause: found.clauses.first().map(|clause| clause.id()),
            since: None,
            explanation: statements.join("\n"),
        }
    }

    fn of_other(found: &OtherFinding) -> Self {
        Self {
            name: found.name,
            group: found.command,
            level: None,
            summary: found.summary,
            clause: None,
            since: None,
            explanation: String::new(),
        }
    }
}

/// Returns the command that reports a finding which has no level, and the summary of the finding.
pub(super) fn other_finding(name: &str) -> Option<(&'static str, &'static str)> {
    elsewhere::find(name).map(|found| (found.command, found.summary))
}
