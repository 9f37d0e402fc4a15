use std::fmt::Write as _;

use serde::Serialize;

use s3_replication::lint::{CATALOGUE, Group, Level, Lint};

use crate::cli::output::Output;
use crate::cli::suggestion::did_you_mean;
use crate::cli::{Ended, Failure, Status};

/// Lists what `check` looks for, or tells about one lint: what it finds, why, and examples
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication lints                        all of them, by group
  s3-replication lints shadowed-rule          what it finds, why it matters, and examples
  s3-replication lints --format json          for programs")]
pub(super) struct Arguments {
    /// The lints to tell about [default: list all]
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

pub(super) fn run(arguments: &Arguments) -> Ended {
    let named = arguments.names.iter().map(|name| find(name));
    let named = named.collect::<Result<Vec<_>, _>>()?;
    let mut out = Output::new();
    match arguments.format {
        Format::Text if named.is_empty() => out.write(list())?,
        Format::Text => {
            for (count, lint) in named.iter().enumerate() {
                let space = if count == 0 { "" } else { "\n" };
                out.write(format!("{space}{}", text_of(lint)))?;
            }
        }
        Format::Json => {
            let lints = if named.is_empty() { CATALOGUE } else { &named };
            let forms: Vec<Form> = lints.iter().copied().map(Form::new).collect();
            let text = serde_json::to_string_pretty(&forms).unwrap_or_default();
            out.write(format!("{{\"lints\":{text}}}\n"))?;
        }
    }
    out.flush()?;
    Ok(Status::Clean)
}

fn find(name: &str) -> Result<&'static Lint, Failure> {
    Lint::find(name).ok_or_else(|| {
        let hint = did_you_mean(name, CATALOGUE.iter().map(|lint| lint.name));
        Failure::Message(format!("there is no lint `{name}`{hint}"))
    })
}

fn list() -> String {
    let width = CATALOGUE.iter().map(|lint| lint.name.len()).max().unwrap_or_default();
    let mut out = String::new();
    for group in Group::ALL {
        let _ = writeln!(out, "{group} ({}), {}:", group.level(), meaning(*group));
        for lint in CATALOGUE.iter().filter(|lint| lint.group == *group) {
            let _ = writeln!(out, "  {:width$}  {}", lint.name, lint.summary);
        }
        out.push('\n');
    }
    out.push_str("`s3-replication lints LINT` tells more about one of them.\n");
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

#[derive(Serialize)]
struct Form {
    name: &'static str,
    group: Group,
    level: Level,
    summary: &'static str,
    clause: &'static str,
    since: &'static str,
    explanation: &'static str,
}

impl Form {
    fn new(lint: &Lint) -> Self {
        Self {
            name: lint.name,
            group: lint.group,
            level: lint.level(),
            summary: lint.summary,
            clause: lint.clause.id(),
            since: lint.since,
            explanation: lint.explanation,
        }
    }
}
