//! `check`: what S3 would refuse about configurations, and what is probably a mistake.
//!
//! Each file is read with the advice of the lints and reported by itself. A file that cannot be
//! read does not keep the others from being checked; the worst status counts.

mod candidate;
mod files;
mod json;
mod text;
mod work;

use std::collections::BTreeSet;

use s3_replication::diagnostic::{LocatedReport, SarifLog};
use s3_replication::form::Form;
use s3_replication::lint::{self, AllowList, AllowedFinding, CheckedFile, Level, Levels};
use s3_replication::model::{BucketName, ConfigurationDraft, ConfigurationVersion};
use s3_replication::template::TemplateFile;
use s3_replication::text::SourceText;
use s3_replication::topology::FindingKind;
use s3_replication::{Parsed, Report, Severity};

use crate::cli::configuration::Reading;
use crate::cli::format::Format;
use crate::cli::given_values::other_addresses;
use crate::cli::input::Input;
use crate::cli::output::{self, Output, Styles};
use crate::cli::suggestion::did_you_mean;
use crate::cli::{Ended, Failure, Status, context, settings};

/// Reports the errors S3 would return, and likely mistakes that S3 accepts
///
/// If S3 would reject the configuration for several reasons, the first error listed is the one S3
/// most likely returns (REP-250).
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication check replication.xml
  s3-replication check template.yaml --parameter Environment=prod
  # Every template and Terraform module in a folder
  s3-replication check infrastructure/
  # A pattern, without the help of a shell
  s3-replication check 'stacks/**/*.json'
  # Annotations in GitHub Actions, and a log for code scanning
  s3-replication check config/*.json --format github
  s3-replication check replication.xml --format sarif > replication.sarif
  aws s3api get-bucket-replication --bucket NAME | s3-replication check -

Levels: a name is that of a lint, of a group (`suspicious`, `pedantic`, `cost`, `portability`)
or `all`. `s3-replication lints` lists them:
  s3-replication check replication.xml --level cost=warn \\
    --level shadowed-rule=deny

Folders and patterns leave out hidden files, what `.gitignore` names, `node_modules`, and folders
of build output that have a `CACHEDIR.TAG`.

A finding is allowed at one place, with the reason, in `.s3-replication.toml`, which also sets
levels, dialect, context and files:
  [[allow]]
  finding = \"metrics-absent\"
  rule = \"tax\"
  file = \"stacks/*.json\"
  reason = \"an alarm watches the pending bytes\"

Facts about buckets make more checks possible:
  s3-replication check replication.xml --source-bucket photos \\
    --context buckets.json
buckets.json holds the facts that you know; `null` is a bucket that does not exist:
  {\"Buckets\": {
    \"photos\": {\"Versioning\": \"Enabled\", \"Region\": \"eu-central-1\",
               \"Account\": \"012345678901\", \"ObjectLock\": \"Disabled\",
               \"DefaultEncryption\": \"SSE-S3\", \"BucketKeyEnabled\": false,
               \"BlockedEncryptionTypes\": [\"SSE-C\"],
               \"ObjectOwnership\": \"BucketOwnerEnforced\",
               \"Payer\": \"BucketOwner\", \"Lifecycle\": false},
    \"gone\": null}}

Exit status: 0 no errors; 1 errors found; 2 wrong usage or an unreadable file.")]
pub(super) struct Arguments {
    /// The replication configurations, templates, folders of them, or patterns such as `'**/*.xml'`; `-` is
    /// the standard input [default: `files` of the settings]
    #[arg(value_name = "FILE")]
    files: Vec<Input>,
    /// The source bucket of the configurations; a name that a template states counts more
    #[arg(long, value_name = "NAME")]
    source_bucket: Option<BucketName>,
    /// Bucket settings, as JSON
    #[arg(long, value_name = "FILE")]
    context: Option<Input>,
    /// Sets the level of a lint, of a group or of `all`: `allow`, `note`, `warn` or `deny`; repeatable
    #[arg(long = "level", value_name = "LINT=LEVEL", value_parser = setting)]
    levels: Vec<(String, Level)>,
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    reading: Reading,
}

/// Reads `LINT=LEVEL`.
fn setting(text: &str) -> Result<(String, Level), String> {
    let Some((name, level)) = text.split_once('=') else {
        return Err(format!("write LINT=LEVEL, such as `{text}=warn`"));
    };
    let level: Level = level.parse().map_err(|error: s3_replication::UnknownWord| {
        let words = Level::ALL.iter().map(|level| level.as_str());
        format!("{error}{}", did_you_mean(level, words))
    })?;
    Levels::new().set(name, level).map_err(|error| error.to_string())?;
    Ok((name.to_owned(), level))
}

/// A file that was checked: a document with one configuration, or a template.
struct Checked {
    input: Input,
    /// The name as the user gave it.
    file: String,
    form: Option<Form>,
    text: SourceText,
    /// The findings of a document, or those of a template that belong to no configuration.
    report: Report,
    /// True if the store or the tool that reads the file refuses it for one of these findings.
    is_refused: bool,
    /// False for a template that is not well-formed.
    is_read: bool,
    /// The configuration of a document, or all those of a template.
    configurations: Vec<Configuration>,
    is_template: bool,
    /// The findings that the settings allow.
    allowed: Vec<AllowedFinding>,
}

/// A configuration that was checked.
struct Configuration {
    /// The address in a template.
    address: String,
    bucket: Option<BucketName>,
    conditions: Vec<String>,
    parsed: Parsed,
    /// The findings that the settings do not allow.
    report: Report,
}

/// The state of each output format: text and annotations are written at once, while JSON and SARIF
/// are one document for all files.
enum Printer {
    Text(text::Totals),
    Json(json::Document),
    Sarif(SarifLog),
    Github,
}

/// Checks the files one after the other.
pub(super) fn run(arguments: &Arguments) -> Ended {
    let inputs = arguments.files.iter().chain(&arguments.context);
    if inputs.filter(|input| **input == Input::Stdin).count() > 1 {
        let message = "the standard input can be read only once; name `-` only once";
        return Err(Failure::Message(message.to_owned()));
    }
    let parser = arguments.parser()?;
    let (mut out, mut printer) = (Output::new(), Printer::new(arguments.format));
    let mut allow_list =
        settings::found().map(|found| found.settings().allow_list()).unwrap_or_default();
    let (_, options) = arguments.reading.template();
    let (resource, mut count) = (options.resource(), 0_usize);
    let mut status = Status::Clean;
    let works = work::of(&files::named(&arguments.files)?)?;
    let mut addresses = BTreeSet::new();
    options.wait_for(usize::MAX);
    let mut results = works.iter().map(|work| work.check(&arguments.reading, &parser));
    // A value under a wrong name is known when everything is read, and refused before anything is shown.
    let results: &mut dyn Iterator<Item = _> = if options.gives_values() {
        let all: Vec<_> = results.collect();
        options.compare_names()?;
        &mut all.into_iter()
    } else {
        &mut results
    };
    for result in results {
        let checked = match result {
            Ok(checked) => checked,
            Err(Failure::Message(message)) => {
                out.flush()?;
                output::error(&message);
                status = Status::Wrong;
                continue;
            }
            Err(failure) => return Err(failure),
        };
        for checked in checked {
            addresses.extend(checked.configurations.iter().map(|one| one.address.clone()));
            let Some(checked) = checked.with_only(resource) else { continue };
            count += 1;
            let checked = checked.without_allowed(&mut allow_list);
            status = status.max(checked.status());
            printer.add(&checked, &mut out)?;
        }
    }
    if count == 0 && status == Status::Clean {
        out.flush()?;
        let what = resource.map_or_else(
            || "there is no replication configuration in the folders".to_owned(),
            |address| {
                let all = addresses.iter().map(String::as_str).filter(|one| !one.is_empty());
                format!("there is no configuration `{address}`{}", other_addresses(address, all))
            },
        );
        output::error(&what);
        status = Status::Wrong;
    }
    let unused = unused(&allow_list);
    printer.finish(status, unused.as_ref(), &mut out)?;
    out.flush()?;
    Ok(status)
}

/// The findings about the settings, with their text.
struct AboutSettings {
    report: Report,
    text: &'static SourceText,
}

/// Returns the notes about entries of the settings that allow nothing, if there are any.
fn unused(allow_list: &AllowList) -> Option<AboutSettings> {
    let found = settings::found()?;
    // Those are findings of `topology`.
    let mut report = allow_list.unused(|code| code.parse::<FindingKind>().is_err());
    found.settings().locate(&mut report);
    (!report.is_empty()).then(|| AboutSettings { report, text: found.text() })
}

impl AboutSettings {
    fn located(&self) -> LocatedReport<'_> {
        self.report.in_text(self.text)
    }
}

impl Arguments {
    /// Returns the parser with everything that makes more checks possible: levels, facts, the
    /// source bucket.
    fn parser(&self) -> Result<s3_replication::Parser, Failure> {
        let mut parser = self.reading.parser().with_advice(self.levels());
        parser = parser.with_buckets(context::known(self.context.as_ref())?);
        if let Some(bucket) = &self.source_bucket {
            parser = parser.with_source_bucket(bucket.clone());
        }
        Ok(parser)
    }

    /// Returns all levels together: of two of one lint the later counts, and those of the settings are
    /// first.
    fn levels(&self) -> Levels {
        let mut levels = settings::levels();
        for (name, level) in &self.levels {
            // The parser of the argument has set it once already, so this cannot fail.
            let _ = levels.set(name, *level);
        }
        levels
    }
}

impl Checked {
    /// Returns the result for a document that is a configuration: the file and its one
    /// configuration have the same findings, which are printed once.
    fn of_document(input: Input, parsed: Parsed) -> Self {
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
    fn of_template(input: Input, form: Form, found: &TemplateFile) -> Self {
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
    fn with_only(mut self, resource: Option<&str>) -> Option<Self> {
        let Some(address) = resource else { return Some(self) };
        self.configurations.retain(|one| self.is_template && one.address == address);
        (!self.is_read || !self.configurations.is_empty()).then_some(self)
    }

    /// Takes out the findings that the settings allow.
    fn without_allowed(mut self, allow_list: &mut AllowList) -> Self {
        let path = settings::found().and_then(|found| found.relative(&self.input));
        let file =
            || path.as_deref().map_or_else(CheckedFile::new, |path| CheckedFile::new().at(path));
        for one in &mut self.configurations {
            let mut file = file();
            if let Some(draft) = one.parsed.draft() {
                file = file.with_draft(draft);
            }
            if self.is_template {
                file = file.with_resource(&one.address);
            }
            let (report, allowed) = allow_list.apply(&file, &one.report);
            one.report = report;
            self.allowed.extend(allowed);
        }
        if let (false, [one]) = (self.is_template, self.configurations.as_slice()) {
            self.report = one.report.clone();
        } else {
            let (report, allowed) = allow_list.apply(&file(), &self.report);
            self.report = report;
            self.allowed.extend(allowed);
        }
        self
    }

    /// Returns all findings: those of the file, and those of its configurations.
    fn reports(&self) -> impl Iterator<Item = &Report> {
        let inside = self.configurations.iter().map(|one| &one.report);
        std::iter::once(&self.report).chain(inside.skip(usize::from(!self.is_template)))
    }

    /// Returns the findings with their places in the text.
    fn report(&self) -> LocatedReport<'_> {
        self.report.in_text(&self.text)
    }

    /// Returns true if the store would accept the document; `None` if that depends on unknown values.
    fn validity(&self) -> Option<bool> {
        let each = || self.configurations.iter().map(|one| one.parsed.validity());
        if self.is_refused && self.is_template || each().any(|valid| valid == Some(false)) {
            return Some(false);
        }
        each().all(|valid| valid == Some(true)).then_some(true)
    }

    /// Returns the number of findings of a severity.
    fn count(&self, severity: Severity) -> usize {
        let findings = self.reports().flat_map(Report::iter);
        findings.filter(|finding| finding.severity == severity).count()
    }

    /// Returns the status by the severity of findings, which follows the levels of lints.
    fn status(&self) -> Status {
        if self.reports().any(Report::has_errors) { Status::Found } else { Status::Clean }
    }

    /// Returns the version that all configurations have.
    fn version(&self) -> Option<&'static str> {
        let mut versions = self.configurations.iter().map(Configuration::version);
        let first = versions.next()??;
        versions.all(|version| version == Some(first)).then_some(first)
    }
}

impl Configuration {
    /// Returns `V1`, `V2`, or `mixed` if there are rules of both versions.
    fn version(&self) -> Option<&'static str> {
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

impl Printer {
    /// Creates a printer that has printed nothing.
    fn new(format: Format) -> Self {
        match format {
            Format::Text => Self::Text(text::Totals::default()),
            Format::Json => Self::Json(json::Document::default()),
            Format::Sarif => Self::Sarif(SarifLog::new(lint::describe)),
            Format::Github => Self::Github,
        }
    }

    /// Adds a file.
    fn add(&mut self, checked: &Checked, out: &mut Output) -> Result<(), Failure> {
        match self {
            Self::Text(totals) => out.write(totals.add(checked)),
            Self::Json(document) => out.write(document.add(checked)),
            Self::Sarif(log) => {
                for report in checked.reports() {
                    log.add(&checked.file, &report.in_text(&checked.text));
                }
                Ok(())
            }
            Self::Github => checked.reports().try_for_each(|report| {
                out.write(report.in_text(&checked.text).github(&checked.file))
            }),
        }
    }

    /// Ends the output, after the findings about the settings. SARIF also records whether the run was
    /// complete.
    fn finish(
        self,
        status: Status,
        settings: Option<&AboutSettings>,
        out: &mut Output,
    ) -> Result<(), Failure> {
        match self {
            Self::Text(totals) => {
                if let Some(settings) = settings {
                    out.write(settings.located().render(Styles::stdout().render_options()))?;
                }
                out.write(totals.finish())
            }
            Self::Github => settings.map_or(Ok(()), |settings| {
                out.write(settings.located().github(settings.text.name()))
            }),
            Self::Json(document) => out.write(document.finish(settings)),
            Self::Sarif(mut log) => {
                if let Some(settings) = settings {
                    log.add(settings.text.name(), &settings.located());
                }
                out.write(log.finish(status != Status::Wrong))
            }
        }
    }
}
