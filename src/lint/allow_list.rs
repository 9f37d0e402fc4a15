//! Findings that are accepted at one place, each with the reason.

use globset::{GlobBuilder, GlobMatcher};

use crate::diagnostic::{Diagnostic, Report};
use crate::form::mistake::{self, Objection};
use crate::lint::levels::{is_refusal, names};
use crate::model::{ConfigurationDraft, ReplicationConfiguration};
use crate::path::{FieldPath, Step};

/// A finding that is accepted at one place, with the reason.
///
/// # Examples
///
/// ```
/// use s3_replication::lint::Allowance;
///
/// let allowance = Allowance::new("metrics-absent", "failed replication raises an alarm elsewhere")
///     .at_rule("tax")
///     .in_file("infrastructure/**/*.xml")?;
/// assert_eq!(allowance.finding(), "metrics-absent");
/// # Ok::<(), s3_replication::lint::InvalidFilePattern>(())
/// ```
#[derive(Clone, Debug)]
pub struct Allowance {
    finding: String,
    reason: String,
    rule: Option<String>,
    resource: Option<String>,
    file: Option<GlobMatcher>,
}

/// The error returned when a text is not a pattern of files.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{pattern}` is not a pattern of files: {problem}")]
pub struct InvalidFilePattern {
    pattern: String,
    problem: String,
}

impl Allowance {
    /// Allows a finding everywhere. The reason is for people.
    #[must_use]
    pub fn new(finding: impl Into<String>, reason: impl Into<String>) -> Self {
        let (finding, reason) = (finding.into(), reason.into());
        Self { finding, reason, rule: None, resource: None, file: None }
    }

    /// Allows the finding at one rule only: its ID, or `#1` for the first rule if it has no ID.
    #[must_use]
    pub fn at_rule(self, rule: impl Into<String>) -> Self {
        Self { rule: Some(rule.into()), ..self }
    }

    /// Allows the finding in one configuration of a template only, by its address.
    #[must_use]
    pub fn in_resource(self, address: impl Into<String>) -> Self {
        Self { resource: Some(address.into()), ..self }
    }

    /// Allows the finding in files only whose path matches a pattern. `*` does not match `/`, and
    /// `**` matches any folders.
    ///
    /// # Errors
    ///
    /// Returns an error for a pattern that is not a glob.
    pub fn in_file(self, pattern: &str) -> Result<Self, InvalidFilePattern> {
        Ok(Self { file: Some(matcher(pattern)?), ..self })
    }

    /// Returns the code of the finding.
    #[must_use]
    pub fn finding(&self) -> &str {
        &self.finding
    }

    /// Returns the reason.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    fn is_about(&self, file: &CheckedFile<'_>) -> bool {
        let in_file = self
            .file
            .as_ref()
            .is_none_or(|pattern| file.path.is_some_and(|path| pattern.is_match(path)));
        in_file && self.resource.as_deref().is_none_or(|address| file.resource == Some(address))
    }

    /// Describes the place, such as `` at rule `tax` of `a.xml` ``.
    fn place(&self) -> String {
        let rule = self.rule.as_ref().map(|rule| format!(" at rule `{rule}`"));
        let resource = self.resource.as_ref().map(|address| format!(" of `{address}`"));
        let file = self.file.as_ref().map(|file| format!(" in `{}`", file.glob()));
        [rule, resource, file].into_iter().flatten().collect()
    }
}

/// Returns true for a finding that can be accepted. What the store refuses stays an error.
pub(super) fn is_acceptable(finding: &Diagnostic) -> bool {
    !finding.is_refusal() && !is_refusal(finding.code)
}

/// Checks the code of a finding that can be accepted: that of a lint, of reading a document, or one
/// of `others`.
pub(crate) fn allowable(
    code: &str,
    others: impl Iterator<Item = &'static str>,
) -> Result<(), Objection> {
    if is_refusal(code) {
        let message = format!("`{code}` is an error in S3, so it cannot be allowed");
        return Err(Objection::new(message, "correct the configuration instead"));
    }
    if code.starts_with("allowance-") {
        let message = format!("`{code}` is about what is allowed, so it cannot be allowed");
        return Err(Objection::new(message, "set its level, such as with `--level`"));
    }
    let known: Vec<&str> = names().chain(others).collect();
    if known.contains(&code) {
        return Ok(());
    }
    let message = format!("there is no finding `{}`", mistake::shortened(code).escape_debug());
    let help = mistake::did_you_mean(code, known);
    let help = help.unwrap_or_else(|| "write the name in the brackets of the finding".to_owned());
    Err(Objection::new(message, help))
}

/// Parses a pattern of files.
fn matcher(pattern: &str) -> Result<GlobMatcher, InvalidFilePattern> {
    // A path begins without `./`, so a pattern with it would match nothing.
    let plain = pattern.strip_prefix("./").unwrap_or(pattern);
    let glob = GlobBuilder::new(plain).literal_separator(true).build();
    glob.map(|glob| glob.compile_matcher()).map_err(|error| InvalidFilePattern {
        pattern: pattern.to_owned(),
        problem: error.kind().to_string(),
    })
}

/// The configuration that findings are about, as entries of an [`AllowList`] name it.
#[derive(Clone, Debug, Default)]
pub struct CheckedFile<'a> {
    path: Option<&'a str>,
    resource: Option<&'a str>,
    rules: Vec<String>,
}

impl<'a> CheckedFile<'a> {
    /// Creates the description of a document that is not a file, such as the standard input.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the path of the file, with `/` between folders, relative to the folder that the patterns
    /// are relative to.
    #[must_use]
    pub fn at(self, path: &'a str) -> Self {
        Self { path: Some(path), ..self }
    }

    /// Sets the address of the configuration in its template.
    #[must_use]
    pub fn with_resource(self, address: &'a str) -> Self {
        Self { resource: Some(address), ..self }
    }

    /// Sets the rules.
    #[must_use]
    pub fn with_draft(self, draft: &ConfigurationDraft) -> Self {
        let rules = draft.rules.iter().enumerate().map(|(index, rule)| match &rule.id {
            Some(id) if !id.as_str().is_empty() => id.to_string(),
            _ => format!("#{}", index + 1),
        });
        Self { rules: rules.collect(), ..self }
    }

    /// Sets the rules.
    #[must_use]
    pub fn with_configuration(self, configuration: &ReplicationConfiguration) -> Self {
        let rules = configuration.rules().iter().map(|rule| rule.name().to_string());
        Self { rules: rules.collect(), ..self }
    }

    /// Returns the name of the rule that a path is in.
    fn rule_of(&self, path: &FieldPath) -> Option<&str> {
        match path.steps() {
            [Step::Field(name), Step::Index(index), ..] if name == "Rule" => {
                self.rules.get(*index).map(String::as_str)
            }
            _ => None,
        }
    }
}

/// A finding that an [`AllowList`] took out of a report.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct AllowedFinding {
    /// The finding.
    pub finding: Diagnostic,
    /// The reason of the entry.
    pub reason: String,
}

/// The findings that a team accepts, and which of the entries were needed.
///
/// What the store refuses cannot be allowed: such findings stay in a report.
///
/// # Examples
///
/// ```
/// use s3_replication::Parser;
/// use s3_replication::lint::{AllowList, Allowance, CheckedFile, Levels};
///
/// let text = r#"{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [
///     {"ID": "tax", "Status": "Enabled", "Prefix": "/a", "Destination": {"Bucket": "arn:aws:s3:::b-b"}}]}"#;
/// let parsed = Parser::new().with_advice(Levels::new()).parse_json(text);
///
/// let mut allowed = AllowList::new([
///     Allowance::new("prefix-begins-with-slash", "the keys of the old system do").at_rule("tax"),
///     Allowance::new("prefix-begins-with-slash", "a mistake").at_rule("gone"),
/// ]);
/// let file = CheckedFile::new().at("r.json").with_draft(parsed.draft().unwrap());
/// let (report, taken) = allowed.apply(&file, parsed.report());
/// assert!(!report.iter().any(|found| found.code == "prefix-begins-with-slash"));
/// assert_eq!(taken[0].reason, "the keys of the old system do");
///
/// let unused: Vec<String> = allowed.unused(|_| true).iter().map(|found| found.message.clone()).collect();
/// assert_eq!(unused, ["the entry allows nothing: no rule is named `gone`"]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct AllowList {
    entries: Vec<Entry>,
}

/// An entry with its use so far.
#[derive(Clone, Debug)]
struct Entry {
    allowance: Allowance,
    /// True if a configuration was checked that the entry may be about.
    is_concerned: bool,
    /// True if such a configuration has the rule.
    has_rule: bool,
    is_used: bool,
}

impl AllowList {
    /// Creates a list.
    #[must_use]
    pub fn new(entries: impl IntoIterator<Item = Allowance>) -> Self {
        let entries = entries.into_iter().map(|allowance| {
            let has_rule = allowance.rule.is_none();
            Entry { allowance, is_concerned: false, has_rule, is_used: false }
        });
        Self { entries: entries.collect() }
    }

    /// Returns a report without the findings that the list allows, and those findings.
    pub fn apply(
        &mut self,
        file: &CheckedFile<'_>,
        report: &Report,
    ) -> (Report, Vec<AllowedFinding>) {
        for entry in &mut self.entries {
            if entry.allowance.is_about(file) {
                let has_rule = |rule: &String| file.rules.contains(rule);
                entry.is_concerned = true;
                entry.has_rule |= entry.allowance.rule.as_ref().is_some_and(has_rule);
            }
        }
        let (mut kept, mut taken) = (Report::new(), Vec::new());
        for finding in report {
            match self.entry_for(file, finding) {
                Some(entry) => {
                    entry.is_used = true;
                    let (finding, reason) = (finding.clone(), entry.allowance.reason.clone());
                    taken.push(AllowedFinding { finding, reason });
                }
                None => kept.push(finding.clone()),
            }
        }
        kept.leave_out(report.left_out());
        (kept, taken)
    }

    fn entry_for(&mut self, file: &CheckedFile<'_>, finding: &Diagnostic) -> Option<&mut Entry> {
        if !is_acceptable(finding) {
            return None;
        }
        let rule = file.rule_of(finding.primary.path());
        self.entries.iter_mut().find(|Entry { allowance, .. }| {
            allowance.finding == finding.code
                && allowance.is_about(file)
                && allowance.rule.as_deref().is_none_or(|named| rule == Some(named))
        })
    }

    /// Returns a note for each entry that is about a configuration that was checked, and allowed
    /// nothing. Its place is `allow[0]`, `allow[1]` and so on, by the position of the entry.
    ///
    /// `is_searched` returns false for the codes of findings that the check does not look for.
    #[must_use]
    pub fn unused(&self, is_searched: impl Fn(&str) -> bool) -> Report {
        let entries = self.entries.iter().enumerate();
        let unused = entries.filter(|(_, entry)| {
            entry.is_concerned && !entry.is_used && is_searched(&entry.allowance.finding)
        });
        let notes = unused.map(|(index, Entry { allowance, has_rule, .. })| {
            let (code, place) = (&allowance.finding, allowance.place());
            let why = match &allowance.rule {
                Some(rule) if !has_rule => format!("no rule is named `{rule}`"),
                _ => format!("there is no finding `{code}`{place}"),
            };
            let message = format!("the entry allows nothing: {why}");
            let path = FieldPath::root().field("allow").index(index);
            let note = Diagnostic::note("allowance-unused", None, path, message);
            note.with_help("remove the entry, or correct its place")
        });
        notes.collect()
    }
}
