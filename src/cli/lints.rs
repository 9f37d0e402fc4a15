use std::fmt::Write as _;

use serde::Serialize;

use s3_replication::lint::{CATALOGUE, DOCUMENT_FINDINGS, DocumentFinding, Group, Level, Lint};

use crate::cli::output::Output;
use crate::cli::suggestion::did_you_mean;
use crate::cli::{Ended, Failure, Status};

/// Lists what `check` looks for, or tells about one lint: what it finds, why, and examples
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication lints                        all of them, by group
  s3-replication lints shadowed-rule          what it finds, why it matters, and examples
  s3-replication lints cost                   those of a group
  s3-replication lints element-unknown        what reading a document finds, too
  s3-replication lints --format json          for programs")]
pub(super) struct Arguments {
    /// The lints to tell about, or groups to list [default: list all]
    #[arg(value_name = "LINT")]
    names: Vec<String>,
    /// How they are written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON document
    Json,
}

/// What somebody asks about.
#[derive(Clone, Copy)]
enum Named {
    Lint(&'static Lint),
    Document(&'static DocumentFinding),
    Group(Group),
    /// What is found while a document is read.
    Documents,
}

pub(super) fn run(arguments: &Arguments) -> Ended {
    let named = arguments.names.iter().map(|name| find(name));
    let named = named.collect::<Result<Vec<_>, _>>()?;
    let mut out = Output::new();
    match arguments.format {
        Format::Text if named.is_empty() => out.write(list())?,
        Format::Text => {
            for (count, named) in named.iter().enumerate() {
                let space = if count == 0 { "" } else { "\n" };
                out.write(format!("{space}{}", named.text()))?;
            }
        }
        Format::Json => {
            let forms: Vec<Form> = if named.is_empty() {
                let lints = CATALOGUE.iter().copied().map(Form::of_lint);
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

fn find(name: &str) -> Result<Named, Failure> {
    let group = || Group::ALL.iter().find(|group| group.as_str() == name);
    let document = || DOCUMENT_FINDINGS.iter().find(|found| found.name == name);
    let found = Lint::find(name).map(Named::Lint);
    let found = found.or_else(|| document().map(Named::Document));
    let found = found.or_else(|| (name == DOCUMENT).then_some(Named::Documents));
    found.or_else(|| group().copied().map(Named::Group)).ok_or_else(|| {
        let lints = CATALOGUE.iter().map(|lint| lint.name);
        let groups = Group::ALL.iter().map(|group| group.as_str());
        let documents = DOCUMENT_FINDINGS.iter().map(|found| found.name);
        let hint = did_you_mean(name, lints.chain(groups).chain(documents).chain([DOCUMENT]));
        Failure::Message(format!("there is no lint `{name}`{hint}"))
    })
}

impl Named {
    fn text(self) -> String {
        match self {
            Self::Lint(lint) => text_of(lint),
            Self::Document(found) => text_of_document(found),
            Self::Group(group) => list_of(group),
            Self::Documents => list_of_documents(),
        }
    }

    fn forms(self) -> Vec<Form> {
        match self {
            Self::Lint(lint) => vec![Form::of_lint(lint)],
            Self::Document(found) => vec![Form::of_document(found)],
            Self::Group(group) => of_group(group).map(Form::of_lint).collect(),
            Self::Documents => DOCUMENT_FINDINGS.iter().map(Form::of_document).collect(),
        }
    }
}

fn of_group(group: Group) -> impl Iterator<Item = &'static Lint> {
    CATALOGUE.iter().copied().filter(move |lint| lint.group == group)
}

fn list() -> String {
    let mut out = String::new();
    for group in Group::ALL {
        out.push_str(&list_of(*group));
        out.push('\n');
    }
    out.push_str(&list_of_documents());
    out.push_str("\n`s3-replication lints LINT` tells more about one of them.\n");
    out
}

fn list_of(group: Group) -> String {
    let width = CATALOGUE.iter().map(|lint| lint.name.len()).max().unwrap_or_default();
    let mut out = format!("{group} ({}), {}:\n", group.level(), meaning(group));
    for lint in of_group(group) {
        let _ = writeln!(out, "  {:width$}  {}", lint.name, lint.summary);
    }
    out
}

fn list_of_documents() -> String {
    let width = DOCUMENT_FINDINGS.iter().map(|found| found.name.len()).max().unwrap_or_default();
    let mut out = format!("{DOCUMENT}, what is found while a document is read:\n");
    for DocumentFinding { name, level, summary, .. } in DOCUMENT_FINDINGS {
        let _ = writeln!(out, "  {name:width$}  {level:4}  {summary}");
    }
    out
}

const fn meaning(group: Group) -> &'static str {
    match group {
        Group::Refusals => "what the store refuses",
        Group::Suspicious => "what the store accepts and hardly anybody means",
        Group::Pedantic => "what some mean and others are surprised by",
        Group::Cost => "what costs money",
        _ => "what other stores read differently",
    }
}

fn text_of(lint: &Lint) -> String {
    let Lint { name, group, clause, since, .. } = lint;
    let head = format!("{name} ({group}, {}, since {since}, {clause})", lint.level());
    let lines = lint.explanation.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
    let text: Vec<&str> = lines.collect();
    format!("{head}\n\n{}\n", text.join("\n").trim_end())
}

/// The group of what is found while a document is read.
const DOCUMENT: &str = "document";

fn text_of_document(found: &DocumentFinding) -> String {
    let DocumentFinding { name, summary, level, clauses, .. } = found;
    let ids: Vec<&str> = clauses.iter().map(|clause| clause.id()).collect();
    let head = format!("{name} ({DOCUMENT}, {level}, {})", ids.join(", "));
    let mut out = format!("{head}\n\nWhile a document is read: {summary}.\n");
    for clause in *clauses {
        let _ = write!(out, "\n{clause} ({}): {}\n", clause.grade(), clause.statement());
    }
    out
}

#[derive(Serialize)]
struct Form {
    name: &'static str,
    group: &'static str,
    level: Level,
    summary: &'static str,
    /// What it rests on mostly.
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
            level: lint.level(),
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
            level: found.level,
            summary: found.summary,
            clause: found.clauses.first().map(|clause| clause.id()),
            since: None,
            explanation: statements.join("\n"),
        }
    }
}
