//! Settings of a project in TOML: the dialect, levels of lints, files, and accepted findings.
//!
//! The command line reads the file [`Settings::FILE_NAME`] of the current folder, or of the nearest
//! folder around it. A program can read such a file, too. All keys are optional:
//!
//! ```toml
//! dialect = "aws"                # the store whose semantics apply
//! context = "buckets.json"       # known facts about buckets
//! files = ["replication/**/*.xml", "template.yaml"]
//!
//! [questions]                    # other answers to questions of the dialect
//! status-precedence = "failed-first"
//!
//! [levels]                       # of `all`, of groups, and of lints; a lint overrides its group
//! cost = "warn"
//! shadowed-rule = "deny"
//!
//! [[allow]]                      # one finding at one place, with the reason
//! finding = "metrics-absent"
//! rule = "tax"
//! file = "replication/*.xml"
//! reason = "an alarm watches the pending bytes"
//! ```
//!
//! Paths are relative to the folder of the file. `rule`, `file` and `resource` (the address in a
//! template) are optional; an entry without them allows the finding everywhere.
//!
//! A text becomes [`Settings`] in three steps, and only a text without any finding gets to the end:
//!
//! 1. `document` reads the TOML, with the place of each value.
//! 2. The table `SETTINGS` compares keys, kinds and words. The JSON Schema comes from the same
//!    table.
//! 3. `WrittenSettings::validate` checks what takes more than one value, such as an answer, whose
//!    words depend on the question.
//!
//! Files are left to the command line: this module opens none, and a path in the settings need not
//! exist.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::diagnostic::{Diagnostic, Report};
use crate::dialect::{Dialect, Question};
use crate::document::{self, Document};
use crate::form::mistake::{self, Objection};
use crate::form::schema::{Content, List, Map, OURS, Row, Schema, Words, checked, row, text};
use crate::form::{self, Form, Locator};
use crate::lint::{self, AllowList, Allowance, Group, Level, Levels};
use crate::path::FieldPath;
use crate::topology::FindingKind;

/// The table of settings.
///
/// The functions named in it check one text each. They return an objection, and the reader adds the
/// place.
static SETTINGS: Schema = Schema {
    root: "settings",
    kind: None,
    content: Content::Fields(&[
        checked("dialect", dialect),
        row("questions", Content::Map(Map { name: Some(question), inside: TEXT })),
        checked("context", is_not_empty),
        row("files", Content::List(List { names: &[], item: PATTERN, is_never_empty: true })),
        row("levels", Content::Map(Map { name: Some(lint_or_group), inside: LEVEL })),
        row("allow", Content::List(List { names: &[], item: ALLOWED, is_never_empty: true })),
    ]),
    authority: &OURS,
};

/// The members of an entry of `allow`.
const ALLOWANCE: &[Row] = &[
    checked("finding", allowable).required(),
    text("rule"),
    checked("file", file_pattern),
    text("resource"),
    checked("reason", is_not_empty).required(),
];

const ALLOWED: &Content = &Content::Fields(ALLOWANCE);
const TEXT: &Content = &Content::Text(None);
const PATTERN: &Content = &Content::Text(Some(file_pattern));
const LEVEL: &Content = &Content::Word(Words::of::<Level>());

/// Settings as they are written.
///
/// The table is compared first, so names and words in it are known. An absent key has its default.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct WrittenSettings {
    dialect: Option<String>,
    questions: BTreeMap<String, String>,
    context: Option<String>,
    files: Vec<String>,
    levels: BTreeMap<String, Level>,
    allow: Vec<WrittenAllowance>,
}

/// An entry of the list of allowed findings as it is written.
#[derive(Deserialize)]
struct WrittenAllowance {
    finding: String,
    rule: Option<String>,
    file: Option<String>,
    resource: Option<String>,
    reason: String,
}

/// The settings of a project.
///
/// # Examples
///
/// ```
/// use s3_replication::lint::{Level, Lint};
/// use s3_replication::settings::Settings;
///
/// let settings = Settings::from_toml("dialect = 'ovh'\n[levels]\ncost = 'warn'\n")?;
/// assert_eq!(settings.dialect().unwrap().name(), "ovh");
/// assert_eq!(settings.levels().of(Lint::find("replicas-in-one-zone").unwrap()), Level::Warn);
///
/// let report = Settings::from_toml("dialekt = 'ovh'").unwrap_err();
/// assert_eq!(
///     report.to_string(),
///     "error[element-unknown]: unknown member `dialekt` in `settings` (at `dialekt`)",
/// );
/// assert_eq!(report.iter().next().unwrap().help.as_deref(), Some("did you mean `dialect`?"));
/// # Ok::<(), s3_replication::Report>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Settings {
    dialect: Option<Dialect>,
    context: Option<String>,
    files: Vec<String>,
    levels: Levels,
    allowances: Vec<Allowance>,
    document: Option<Document<'static>>,
}

impl Settings {
    /// The name of the file that the command line reads.
    pub const FILE_NAME: &'static str = ".s3-replication.toml";

    /// Parses settings.
    ///
    /// # Errors
    ///
    /// Returns every mistake in the document, each with its place.
    pub fn from_toml(text: &str) -> Result<Self, Report> {
        let document = document::read_toml(text)
            .map_err(|error| Report::from_iter([form::malformed(&error, None, &SETTINGS)]))?;
        let (settings, report) = form::read_tree(
            document.root(),
            Form::CliJson,
            &SETTINGS,
            |_, _| None,
            |written: WrittenSettings, _| {
                let mut findings = Report::new();
                (written.validate(&mut findings), findings)
            },
        );
        match settings {
            Some(settings) if report.is_empty() => {
                Ok(Self { document: Some(document), ..settings })
            }
            _ => Err(report.into_iter().map(with_brackets).collect()),
        }
    }

    /// Returns the JSON Schema (draft 2020-12) of settings, for editors that check TOML by it.
    #[must_use]
    pub fn json_schema() -> String {
        form::json_schema(&SETTINGS, "Settings of s3-replication")
    }

    /// Returns the dialect with the answers to its questions; `None` if neither is set.
    #[must_use]
    pub const fn dialect(&self) -> Option<&Dialect> {
        self.dialect.as_ref()
    }

    /// Returns the path of the file with known facts about buckets.
    #[must_use]
    pub fn context(&self) -> Option<&str> {
        self.context.as_deref()
    }

    /// Returns the files to check: paths and patterns.
    #[must_use]
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// Returns the levels of lints.
    #[must_use]
    pub const fn levels(&self) -> &Levels {
        &self.levels
    }

    /// Returns the accepted findings, of which none is used yet.
    #[must_use]
    pub fn allow_list(&self) -> AllowList {
        AllowList::new(self.allowances.iter().cloned())
    }

    /// Adds the positions in the text to findings about the settings, such as those of
    /// [`AllowList::unused`].
    pub fn locate(&self, report: &mut Report) {
        let Some(document) = &self.document else { return };
        let mut locator = Locator::new(document.root(), &SETTINGS.content, Form::CliJson);
        report.locate(|path| Some(locator.find(path)));
    }
}

impl WrittenSettings {
    /// Validates what was read.
    fn validate(self, findings: &mut Report) -> Settings {
        let dialect = self.dialect(findings);
        let levels = self.levels(findings);
        let allowances = self.allow.into_iter().filter_map(WrittenAllowance::into_allowance);
        Settings {
            dialect,
            context: self.context,
            files: self.files,
            levels,
            allowances: allowances.collect(),
            document: None,
        }
    }

    /// Returns the dialect with the answers; `None` if the settings name neither.
    ///
    /// ```text
    /// dialect = "minio"                          minio
    /// [questions] tags = "any"                   aws, with another answer
    /// [questions] tags = "some"                  a finding at `questions.tags`
    /// ```
    fn dialect(&self, findings: &mut Report) -> Option<Dialect> {
        if self.dialect.is_none() && self.questions.is_empty() {
            return None;
        }
        // Answers without a dialect are answers to the questions of AWS, the default.
        let named = self.dialect.as_deref().and_then(|name| name.parse().ok());
        let mut dialect: Dialect = named.unwrap_or_default();
        for (word, answer) in &self.questions {
            // INVARIANT: the table has checked every question.
            let Ok(question) = word.parse::<Question>() else { continue };
            match dialect.clone().with_answer(question, answer) {
                Ok(answered) => dialect = answered,
                Err(error) => {
                    let path = FieldPath::root().field("questions").field(word.clone());
                    let finding = Diagnostic::error("invalid-value", None, path, error.to_string());
                    let answers = format!("write one of `{}`", question.answers().join("`, `"));
                    let help = mistake::did_you_mean(answer, question.answers());
                    findings.push(finding.with_help(help.unwrap_or(answers)));
                }
            }
        }
        Some(dialect)
    }

    /// Returns the levels. A table has no order, so what is more specific counts.
    ///
    /// `all` is set first, then groups, then lints. An error is a refusal with another level than
    /// `deny`: S3 refuses such a document whatever the level, so the line has no effect and can go.
    fn levels(&self, findings: &mut Report) -> Levels {
        let mut levels = Levels::new();
        let mut set: Vec<(&String, &Level)> = self.levels.iter().collect();
        let is_group = |name: &str| Group::ALL.iter().any(|group| group.as_str() == name);
        set.sort_by_key(|(name, _)| (*name != Levels::ALL, !is_group(name)));
        for (name, level) in set {
            if let Err(error) = levels.set(name, *level) {
                let path = FieldPath::root().field("levels").field(name.clone());
                let finding = Diagnostic::error("invalid-value", None, path, error.to_string());
                findings.push(finding.with_help("remove the line"));
            }
        }
        levels
    }
}

impl WrittenAllowance {
    /// Returns the entry. The table has checked the pattern.
    fn into_allowance(self) -> Option<Allowance> {
        let mut allowance = Allowance::new(self.finding, self.reason);
        if let Some(rule) = self.rule {
            allowance = allowance.at_rule(rule);
        }
        if let Some(address) = self.resource {
            allowance = allowance.in_resource(address);
        }
        // An entry with a bad pattern is dropped here. The table has refused the document by then,
        // and its finding has the place.
        match self.file {
            Some(pattern) => allowance.in_file(&pattern).ok(),
            None => Some(allowance),
        }
    }
}

/// Shows `[[allow]]` where one pair of brackets makes a table of the list.
///
/// A table instead of a list is the usual mistake with TOML, and "an array is expected" does not
/// lead to the second pair of brackets.
fn with_brackets(finding: Diagnostic) -> Diagnostic {
    let is_list = finding.primary.path() == &FieldPath::root().field("allow");
    if is_list && finding.code == form::INVALID_TYPE {
        return finding.with_help("write `[[allow]]`, once for each finding");
    }
    finding
}

/// Checks the name of a dialect.
fn dialect(name: &str) -> Result<(), Objection> {
    let names = || Dialect::ALL.iter().map(Dialect::name);
    if names().any(|known| known == name) {
        return Ok(());
    }
    Err(unknown("dialect", name, names()))
}

/// Checks the word for a question.
fn question(word: &str) -> Result<(), Objection> {
    let words = || Question::ALL.iter().map(|question| question.as_str());
    if words().any(|known| known == word) {
        return Ok(());
    }
    Err(unknown("question", word, words()))
}

/// Returns the objection to a name that does not exist.
fn unknown(what: &str, name: &str, known: impl Iterator<Item = &'static str>) -> Objection {
    let message = format!("there is no {what} `{}`", mistake::shortened(name).escape_debug());
    let help = mistake::did_you_mean(name, known);
    let help = help.unwrap_or_else(|| "run `s3-replication dialects` for the names".to_owned());
    Objection::new(message, help)
}

/// Checks the name of a lint, of a group, or `all`.
///
/// The names are those that [`Levels::set`] knows, so that this module has no list of its own.
fn lint_or_group(name: &str) -> Result<(), Objection> {
    // The level `deny` is one that every finding can have.
    let checked = Levels::new().set(name, Level::Deny);
    checked.map_err(|error| {
        let names = lint::names().chain(Group::ALL.iter().map(|group| group.as_str()));
        let help = mistake::did_you_mean(name, names);
        let help = help.unwrap_or_else(|| "run `s3-replication lints` for the names".to_owned());
        // The help has the suggestion already.
        let message = error.to_string();
        let message = message.split(';').next().unwrap_or_default();
        Objection::new(message, help)
    })
}

/// Checks the code of a finding that can be accepted, be it of `check` or of `topology`.
fn allowable(code: &str) -> Result<(), Objection> {
    lint::allowable(code, FindingKind::ALL.iter().map(|kind| kind.as_str()))
}

/// Checks a path or a glob. The check is that of the allow list, also for `files`, so that one
/// syntax holds in the whole document.
fn file_pattern(pattern: &str) -> Result<(), Objection> {
    is_not_empty(pattern)?;
    let checked = Allowance::new("", "").in_file(pattern);
    let help = "write a path such as `replication/*.xml`, relative to this file";
    checked.map(drop).map_err(|error| Objection::new(error.to_string(), help))
}

/// Refuses an empty text, also one of whitespace.
fn is_not_empty(text: &str) -> Result<(), Objection> {
    if text.trim().is_empty() {
        return Err(Objection::new("the text is empty", "write a text"));
    }
    Ok(())
}
