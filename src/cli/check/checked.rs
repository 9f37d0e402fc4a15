//! The result for one file: its configurations and their findings.
//!
//! A document is one configuration. A template has any number of them, and findings of its own:
//!
//! ```text
//! document   report = report of its one configuration; printed once
//! template   report = what belongs to no configuration; and one report for each configuration
//! ```
//!
//! `work` makes a [`Checked`], `check::run` takes findings out of it that are allowed, and
//! `printer` writes it. [`Checked::reports`] hides the difference between the two kinds.

use s3_replication::diagnostic::LocatedReport;
use s3_replication::form::Form;
use s3_replication::lint::{
    AllowList, AllowedFinding, CheckedFile, CommentAllowances, Level, Levels, Lint,
};
use s3_replication::model::{BucketName, ConfigurationDraft, ConfigurationVersion};
use s3_replication::template::TemplateFile;
use s3_replication::text::SourceText;
use s3_replication::{Parsed, Report, Severity};

use crate::cli::input::Input;
use crate::cli::{Status, settings};

/// A file that was checked: a document with one configuration, or a template.
pub(super) struct Checked {
    /// The input, by which entries of the settings recognise the file.
    pub(super) input: Input,
    /// The name as the user gave it, for programs; `-` for the standard input.
    pub(super) file: String,
    /// The form in which the file was read; `None` if none was recognised.
    pub(super) form: Option<Form>,
    /// The text with the name for messages, which is `<stdin>` for the standard input.
    pub(super) text: SourceText,
    /// The findings of a document, or those of a template that belong to no configuration.
    pub(super) report: Report,
    /// True if the store or the tool that reads the file refuses it for one of these findings.
    pub(super) is_refused: bool,
    /// False for a template that is not well-formed.
    pub(super) is_read: bool,
    /// The configuration of a document, or all those of a template.
    pub(super) configurations: Vec<Configuration>,
    /// True for CloudFormation and Terraform, also with a single configuration.
    pub(super) is_template: bool,
    /// The findings that comments or the settings allow. Empty until `without_allowed` is called.
    pub(super) allowed: Vec<AllowedFinding>,
}

/// A configuration that was checked.
pub(super) struct Configuration {
    /// The address in a template; empty for a document.
    pub(super) address: String,
    /// The source bucket, if the template states its name.
    pub(super) bucket: Option<BucketName>,
    /// The conditions of the template, with unknown truth, on which the configuration exists at
    /// all.
    pub(super) conditions: Vec<String>,
    /// The configuration as it was read, with all findings, also those that are allowed.
    pub(super) parsed: Parsed,
    /// The findings that are not allowed.
    pub(super) report: Report,
}

impl Checked {
    /// Returns the result for a document that is a configuration: the file and its one
    /// configuration have the same findings, which are printed once.
    pub(super) fn of_document(input: Input, parsed: Parsed) -> Self {
        let (form, text, report) = (parsed.form(), parsed.text().clone(), parsed.report().clone());
        Self {
            file: input.given(),
            input,
            form,
            text,
            is_refused: parsed.is_refused(),
            is_read: true,
            configurations: vec![Configuration {
                address: String::new(),
                bucket: None,
                conditions: Vec::new(),
                parsed,
                report: report.clone(),
            }],
            report,
            is_template: false,
            allowed: Vec::new(),
        }
    }

    /// Returns the result for a template, which has any number of configurations, each with an
    /// address and findings of its own.
    pub(super) fn of_template(input: Input, form: Form, found: &TemplateFile) -> Self {
        let configurations = found.configurations().iter().map(|one| Configuration {
            address: one.address().to_owned(),
            bucket: one.bucket().cloned(),
            conditions: one.conditions().to_vec(),
            parsed: one.parsed().clone(),
            report: one.parsed().report().clone(),
        });
        Self {
            file: input.given(),
            input,
            form: Some(form),
            text: found.text().clone(),
            report: found.report().clone(),
            is_refused: !found.is_read() || found.report().has_errors(),
            is_read: found.is_read(),
            configurations: configurations.collect(),
            is_template: true,
            allowed: Vec::new(),
        }
    }

    /// Keeps only the configuration with an address, if one is given. Returns `None` for a file that
    /// does not have it; a template that cannot be read may have it.
    pub(super) fn with_only(mut self, resource: Option<&str>) -> Option<Self> {
        // A document has no address, so it is left out if one is asked for.
        let Some(address) = resource else { return Some(self) };
        self.configurations.retain(|one| self.is_template && one.address == address);
        (!self.is_read || !self.configurations.is_empty()).then_some(self)
    }

    /// Takes out the findings that comments of the file or the settings allow, and adds the findings
    /// about the comments.
    ///
    /// Comments come first. An entry of the settings for the same finding then allows nothing, and
    /// a note shows that it can be removed. Each configuration is judged with its own rules and
    /// address, which an entry may name; findings of the file as a whole have neither.
    pub(super) fn without_allowed(mut self, allow_list: &mut AllowList, levels: &Levels) -> Self {
        let mut comments = CommentAllowances::read(&self.text, self.form);
        let path = settings::found().and_then(|found| found.relative(&self.input));
        let file =
            || path.as_deref().map_or_else(CheckedFile::new, |path| CheckedFile::new().at(path));
        let mut allowed = Vec::new();
        // One closure for both kinds of reports: the comments and the list note what they were used
        // for, over the whole file.
        let mut kept = |file: CheckedFile<'_>, report: &Report| {
            let (report, by_comments) = comments.apply(report);
            let (report, by_settings) = allow_list.apply(&file, &report);
            allowed.extend(by_comments.into_iter().chain(by_settings));
            report
        };
        for one in &mut self.configurations {
            let mut file = file();
            if let Some(draft) = one.parsed.draft() {
                file = file.with_draft(draft);
            }
            if self.is_template {
                file = file.with_resource(&one.address);
            }
            one.report = kept(file, &one.report);
        }
        // For a document this would be the same report again, and each finding would be allowed
        // twice.
        if self.is_template {
            self.report = kept(file(), &self.report);
        }
        self.allowed = allowed;
        // Only now, when the comments know which of them were used.
        let about_comments = comments.findings(|code| self.is_searched(code, levels));
        let about_comments: Report =
            levels.apply(about_comments.into_iter().collect()).into_iter().collect();
        // The two reports of a document stay equal.
        if let (false, [one]) = (self.is_template, self.configurations.as_mut_slice()) {
            one.report.append(about_comments);
            self.report = one.report.clone();
        } else {
            self.report.append(about_comments);
        }
        self
    }

    /// Returns true if this check would find every mistake with this code. Some lints do not run on
    /// a configuration that is refused, or need unknown facts.
    ///
    /// A comment that allows such a finding may be right, so it is not called unused.
    fn is_searched(&self, code: &str, levels: &Levels) -> bool {
        let needs_facts = |one: &Configuration| {
            one.parsed.missing_facts().iter().any(|missing| missing.lints.contains(&code))
        };
        self.validity() != Some(false)
            && Lint::find(code).is_none_or(|lint| levels.of(lint) != Level::Allow)
            && !self.configurations.iter().any(needs_facts)
    }

    /// Returns all findings: those of the file, and those of its configurations.
    pub(super) fn reports(&self) -> impl Iterator<Item = &Report> {
        // The report of a document is that of its configuration, which is skipped.
        let inside = self.configurations.iter().map(|one| &one.report);
        std::iter::once(&self.report).chain(inside.skip(usize::from(!self.is_template)))
    }

    /// Returns the findings with their places in the text.
    pub(super) fn report(&self) -> LocatedReport<'_> {
        self.report.in_text(&self.text)
    }

    /// Returns true if the store would accept the document; `None` if that depends on unknown
    /// values.
    ///
    /// One configuration that is refused refuses the template. Levels and allowances do not matter
    /// here: they change what the user is shown, and not what the store does.
    pub(super) fn validity(&self) -> Option<bool> {
        let each = || self.configurations.iter().map(|one| one.parsed.validity());
        if self.is_refused && self.is_template || each().any(|valid| valid == Some(false)) {
            return Some(false);
        }
        each().all(|valid| valid == Some(true)).then_some(true)
    }

    /// Returns the number of findings of a severity.
    pub(super) fn count(&self, severity: Severity) -> usize {
        let findings = self.reports().flat_map(Report::iter);
        findings.filter(|finding| finding.severity == severity).count()
    }

    /// Returns the status by the severity of findings, which follows the levels of lints.
    ///
    /// So an accepted document can have errors, if a level is `deny`.
    pub(super) fn status(&self) -> Status {
        if self.reports().any(Report::has_errors) { Status::Found } else { Status::Clean }
    }

    /// Returns the version that all configurations have; `None` if they differ, or one has none.
    pub(super) fn version(&self) -> Option<&'static str> {
        let mut versions = self.configurations.iter().map(Configuration::version);
        let first = versions.next()??;
        versions.all(|version| version == Some(first)).then_some(first)
    }
}

impl Configuration {
    /// Returns `V1`, `V2`, or `mixed` if there are rules of both versions; `None` for a document
    /// without rules, or one that is not well-formed.
    pub(super) fn version(&self) -> Option<&'static str> {
        let draft: &ConfigurationDraft = self.parsed.draft()?;
        if let Some(version) = draft.version() {
            return Some(version.as_str());
        }
        let has = |version: ConfigurationVersion| {
            draft.rules.iter().any(|rule| rule.version() == Some(version))
        };
        (has(ConfigurationVersion::V1) && has(ConfigurationVersion::V2)).then_some("mixed")
    }
}
