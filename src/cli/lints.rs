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
//!
//! The text of one lint is a head line and its documentation, in Markdown as the library has it.
//! The list of a group has one line a lint:
//!
//! ```text
//! shadowed-rule (suspicious, warn, since 0.1.0, REP-401)
//!
//! ## What it finds
//! …
//! ```
//!
//! ```text
//! refusals (deny): rejected by S3
//!   account-missing    `AccessControlTranslation` is present without `Account`
//!   account-not-owner  `Account` is not the owner of the destination bucket
//! document: mistakes that are found while a document is read
//!   account-empty      deny  `Account` is empty
//! ```
//!
//! Three sources are joined here: the catalogue of lints, the findings of reading a document, and
//! in `elsewhere.rs` the findings of other commands. A test collects every code in the source of
//! the crate, and asks this command for each of them; a new code without an entry fails there.

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

// The doc comments on this type and its fields are the help.
//
// A name is not a `PossibleValue` of clap: there are more than two hundred, and the help would list
// all. `find` suggests the near ones instead.
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
    /// Returns the form in which a refusal is written. It has an empty `lints`, so that a program
    /// that iterates over the member need not look at `errors` first.
    pub(super) fn answer(&self) -> AnswerForm {
        AnswerForm::new(self.format.into(), |errors| json!({"lints": [], "errors": errors}))
    }
}

/// The subject of a name on the command line.
#[derive(Clone, Copy)]
enum Named {
    /// A lint of the catalogue.
    Lint(&'static Lint),
    /// A finding of reading a document.
    Document(&'static DocumentFinding),
    /// A group of the catalogue, which stands for all of its lints.
    Group(Group),
    /// The group of findings of reading a document.
    Documents,
    /// A finding of a command that is not `check`.
    Other(OtherFinding),
}

/// Lists or explains. An unknown name is an error before anything is written.
///
/// ```text
/// no name             text: all groups, with a hint at the end   JSON: lints by name, then documents
/// shadowed-rule       its explanation                            one entry
/// shadowed-rule cost  both, with an empty line between           the entries of both, in this order
/// ```
///
/// The status is always clean: this command finds nothing, it explains.
pub(super) fn run(arguments: &Arguments) -> Ended {
    let named = arguments.names.iter().map(|name| find(name));
    // All names are looked up before the first is answered, so that a misspelt last name does not
    // follow the pages of those before it.
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
                // By name and not by group: a program looks entries up, and a lint that moves to
                // another group moves no other one.
                lints.sort_by_key(|lint| lint.name);
                let lints = lints.into_iter().map(Form::of_lint);
                // The findings of other commands are left out of the list, as in the text, and have
                // an entry only when they are named.
                lints.chain(Named::Documents.forms()).collect()
            } else {
                named.into_iter().flat_map(Named::forms).collect()
            };
            // Writing this form to memory cannot fail.
            let text = serde_json::to_string_pretty(&forms).unwrap_or_default();
            out.write(format!("{{\"lints\":{text}}}\n"))?;
        }
    }
    out.flush()?;
    Ok(Status::Clean)
}

/// Finds a lint, a finding or a group by its name; lints come first, since they are the most.
///
/// The order would matter only if two things had one name. The comparison is exact, and a name in
/// another case is a misspelling, for which the message suggests the right one.
///
/// ```text
/// shadowed-rule  a lint of the catalogue
/// account-empty  a finding of reading a document
/// document       all findings of reading a document
/// header-row     a finding of `batch check`
/// cost           a group of the catalogue
/// lint           an error; a near name is suggested, or a few names that contain the word
/// ```
fn find(name: &str) -> Result<Named, Failure> {
    let group = || Group::ALL.iter().find(|group| group.as_str() == name);
    let document = || DOCUMENT_FINDINGS.iter().find(|found| found.name == name);
    let found = Lint::find(name).map(Named::Lint);
    let found = found.or_else(|| document().map(Named::Document));
    let found = found.or_else(|| (name == DOCUMENT).then_some(Named::Documents));
    let found = found.or_else(|| elsewhere::find(name).map(Named::Other));
    found.or_else(|| group().copied().map(Named::Group)).ok_or_else(|| {
        // Every name that would be understood is a candidate, so that a suggestion always works.
        let lints = catalogue().map(|lint| lint.name);
        let groups = Group::ALL.iter().map(|group| group.as_str());
        let documents = DOCUMENT_FINDINGS.iter().map(|found| found.name);
        let others = elsewhere::all().map(|found| found.name);
        let all = lints.chain(groups).chain(documents).chain([DOCUMENT]).chain(others);
        let hint = did_you_mean_or_part(name, all);
        let hint = hint.unwrap_or_else(|| "; `s3-replication lints` lists them".to_owned());
        Failure::Message(format!("there is no lint or group `{name}`{hint}"))
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
            // No page is there to show: the summary and the command are all that is known.
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
///
/// Groups come in the order of `Group::ALL`, with an empty line after each. The findings of other
/// commands are not listed; `find` knows them by name.
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

/// Returns the lints of a group, one per line, with the names in a column.
///
/// The head has the level of the group. A lint that deviates from it has its own level at the end
/// of its line.
fn list_of(group: Group) -> String {
    // The widest name of all groups, so that the columns of the whole list stand below each other.
    let width = catalogue().map(|lint| lint.name.len()).max().unwrap_or_default();
    let styles = Styles::stdout();
    let head = format!("{group} ({})", group.level());
    let mut out = format!("{}: {}\n", styles.success(&head), meaning(group));
    for lint in of_group(group) {
        // Padded before it is coloured: the escapes would count as columns.
        let name = styles.heading(&format!("{:width$}", lint.name));
        let own = lint.level();
        let own = if own == group.level() { String::new() } else { format!(" (level `{own}`)") };
        let _ = writeln!(out, "  {name}  {}{own}", lint.summary);
    }
    out
}

/// Returns the findings of reading a document, one per line, with their levels.
///
/// A level stands on every line, since these findings have no level in common.
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
///
/// The group of portability is the last arm, because `Group` is non-exhaustive outside of the
/// library. A new group needs an arm of its own here.
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
///
/// The documentation is that of the source, where each line begins with the space after `///`. Only
/// its headings are changed, into the colour of headings.
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
///
/// ```text
/// account-empty (document, deny, REP-221)
///
/// Found while a document is read: `Account` is empty.
///
/// REP-221 (primary): An empty `Account` is rejected. …
/// ```
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
    /// The stable name, by which `--level` and comments call it.
    name: &'static str,
    /// The group, or the command that reports it.
    group: &'static str,
    /// The level; `None` for a finding of another command than `check`.
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<Level>,
    /// One line, as in the list.
    summary: &'static str,
    /// The main clause that it rests on; `null` for a finding that is not a claim about S3, and for
    /// those of other commands.
    clause: Option<&'static str>,
    /// The first version that has the lint; absent for a finding, whose version is not recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<&'static str>,
    /// The documentation of a lint in Markdown, or the statements of the clauses of a finding, one
    /// a line. Empty for a finding of another command.
    explanation: String,
}

impl Form {
    /// Creates the entry of a lint, with the default level and not that of the settings.
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

    /// Creates the entry of a finding of reading a document.
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

    /// Creates the entry of a finding of another command, with the command as its group.
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
///
/// Returns `None` for an unknown name, and for one that has a level. `--level` uses it to refuse a
/// finding of another command by the name of the command, and `topology` to describe a finding in
/// SARIF.
pub(super) fn other_finding(name: &str) -> Option<(&'static str, &'static str)> {
    elsewhere::find(name).map(|found| (found.command, found.summary))
}
