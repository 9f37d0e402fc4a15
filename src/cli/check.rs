//! `check`: what S3 would refuse about configurations, and what is probably a mistake.
//!
//! Each file is read with the advice of the lints and reported by itself. A file that cannot be
//! read does not keep the others from being checked; the worst status counts.
//!
//! ```text
//! arguments, settings ─ files ─▶ inputs ─ work ─▶ pieces of work
//!     ─ Work::check ─▶ checked ─ allowances ─▶ printer ─▶ text, JSON, SARIF or annotations
//! ```
//!
//! The parts: `files` expands folders and patterns, and `candidate` guesses which documents in a
//! folder are meant. `work` groups files that are read together, and `policies` adds findings about
//! IAM policies of a template. `checked` is the result for one file, and `printer` has one layout
//! for each format, with `text` and `json`.
//!
//! The findings themselves are those of the library. This command decides which of them count:
//! levels set their severity, and comments and settings allow single ones, but never what the store
//! refuses.

mod candidate;
mod checked;
mod files;
mod json;
mod policies;
mod printer;
mod text;
mod work;

use std::collections::BTreeSet;

use s3_replication::Report;
use s3_replication::diagnostic::LocatedReport;
use s3_replication::lint::{AllowList, Level, Levels};
use s3_replication::model::BucketName;
use s3_replication::text::SourceText;
use s3_replication::topology::FindingKind;

use self::checked::{Checked, Configuration};
use self::printer::Printer;
use self::work::Work;
use crate::cli::configuration::Reading;
use crate::cli::format::Format;
use crate::cli::given_values::other_addresses;
use crate::cli::input::Input;
use crate::cli::output::Output;
use crate::cli::refusal::{AnswerForm, Refusal};
use crate::cli::suggestion::did_you_mean;
use crate::cli::{Ended, Failure, Status, context, lints, settings};

/// Reports the errors S3 would return, and likely mistakes that S3 accepts
///
/// If S3 would reject the configuration for several reasons, the first error listed is the one S3
/// most likely returns. A finding names a clause, `REP-…`: the statement about S3 in `SEMANTICS.md`
/// that it rests on, with the quality of the evidence.
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

A comment of XML, YAML or HCL allows a finding on its line or on the line below, with the reason;
before all content, in the whole file:
  # s3-replication: allow metrics-absent an alarm watches the pending bytes

So does an entry of `.s3-replication.toml`, which also sets levels, dialect, context and files:
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

Exit status: 0 no errors; 1 errors found, also in a file that is not a configuration; 2 wrong usage or a
file that cannot be read.")]
pub(super) struct Arguments {
    /// The replication configurations, templates, folders of them, or patterns such as `'**/*.xml'`; `-` reads
    /// standard input [default: `files` of the settings]
    // Empty for the files of the settings, so this is no required argument.
    #[arg(value_name = "FILE")]
    files: Vec<Input>,
    /// The source bucket of the configurations; a name in a template takes precedence
    #[arg(long, value_name = "NAME")]
    source_bucket: Option<BucketName>,
    /// Known facts about buckets, as JSON; an example is below
    #[arg(long, value_name = "FILE")]
    context: Option<Input>,
    /// Sets the level of a lint, of a group or of `all`: `allow`, `note`, `warn` or `deny`; can be repeated
    // In the order of the command line: of two levels of one lint the later counts.
    #[arg(long = "level", value_name = "LINT=LEVEL", value_parser = setting)]
    levels: Vec<(String, Level)>,
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    reading: Reading,
}

/// Reads `LINT=LEVEL`, and refuses a name or level that does not exist.
///
/// ```text
/// cost=warn        the group and its level
/// cost             write LINT=LEVEL, such as `cost=warn`
/// cosst=warn       there is no lint or group `cosst`; did you mean `cost`?
/// cost=wran        an unknown level, with the nearest one
/// no-rows=warn     a finding of `batch check`, and only those of `check` have levels
/// ```
///
/// The mistake is found here, while the arguments are parsed, so that clap reports it with the
/// option.
fn setting(text: &str) -> Result<(String, Level), String> {
    let Some((name, level)) = text.split_once('=') else {
        return Err(format!("write LINT=LEVEL, such as `{text}=warn`"));
    };
    let level: Level = level.parse().map_err(|error: s3_replication::UnknownWord| {
        let words = Level::ALL.iter().map(|level| level.as_str());
        format!("{error}{}", did_you_mean(level, words))
    })?;
    // Set in levels that are thrown away: this is only a test of the name.
    Levels::new().set(name, level).map_err(|error| match lints::other_finding(name) {
        Some((command, _)) => {
            format!("`{name}` is a finding of `{command}`, and only those of `check` have levels")
        }
        None => error.to_string(),
    })?;
    Ok((name.to_owned(), level))
}

/// Checks the files one after the other, and writes the findings about each as soon as it is
/// checked.
///
/// The status is the worst of all files: 1 if a file has errors, also if it is not a configuration,
/// and 2 if one cannot be read. It is also 2 if the folders have no configuration at all: a
/// pipeline that checks the wrong folder should not pass.
pub(super) fn run(arguments: &Arguments) -> Ended {
    let (works, parser) = arguments.works()?;
    let (mut out, mut printer) = (Output::new(), Printer::new(arguments.format));
    let mut allow_list =
        settings::found().map(|found| found.settings().allow_list()).unwrap_or_default();
    let levels = arguments.levels();
    let (_, options) = arguments.reading.template();
    let (resource, mut count) = (options.resource(), 0_usize);
    let mut status = Status::Clean;
    let mut addresses = BTreeSet::new();
    // Names of values are compared below, after all files. A single file must not refuse a value
    // that is meant for another one.
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
            Err(failure) => {
                // The findings before it come first, also where both outputs go to one terminal.
                out.flush()?;
                // A closed pipe is no refusal, and ends the command here.
                let refusal = Refusal::behind(failure)?;
                refusal.eprint();
                printer.add_unread(&refusal, &mut out)?;
                status = Status::Wrong;
                continue;
            }
        };
        for checked in checked {
            // Before the selection: they are suggestions for an address that is not found.
            addresses.extend(checked.configurations.iter().map(|one| one.address.clone()));
            let Some(checked) = checked.with_only(resource) else { continue };
            count += 1;
            // The allow list notes which of its entries were used, for the note about the others at
            // the end.
            let checked = checked.without_allowed(&mut allow_list, &levels);
            status = status.max(checked.status());
            printer.add(&checked, &mut out)?;
        }
    }
    // A file that is named counts even if it is not a configuration, so this is about folders, or
    // about an address that no file has.
    if count == 0 && status == Status::Clean {
        out.flush()?;
        let what = resource.map_or_else(
            || "there is no replication configuration in the folders".to_owned(),
            |address| {
                let all = addresses.iter().map(String::as_str).filter(|one| !one.is_empty());
                format!("there is no configuration `{address}`{}", other_addresses(address, all))
            },
        );
        let refusal = Refusal::behind(Failure::Message(what))?;
        status = refusal.eprint();
        printer.add_unread(&refusal, &mut out)?;
    }
    // After all files, since an entry may be about the last one.
    let unused = unused(&allow_list, &levels);
    if unused.as_ref().is_some_and(|unused| unused.report.has_errors()) {
        status = status.max(Status::Found);
    }
    printer.finish(status, unused.as_ref(), &mut out)?;
    out.flush()?;
    Ok(status)
}

/// The findings about the settings, with their text.
///
/// They belong to no file that was checked, so every format has a place of its own for them.
struct AboutSettings {
    report: Report,
    text: &'static SourceText,
}

/// Returns the notes about entries of the settings that allow nothing, if there are any.
///
/// Levels apply to these notes as to other findings: with `allowance-unused=deny` they make the
/// status 1, and with `allow` there are none.
fn unused(allow_list: &AllowList, levels: &Levels) -> Option<AboutSettings> {
    let found = settings::found()?;
    // Those are findings of `topology`: their entries allow nothing here, and are no mistake.
    let report = allow_list.unused(|code| code.parse::<FindingKind>().is_err());
    let mut report: Report = levels.apply(report.into_iter().collect()).into_iter().collect();
    found.settings().locate(&mut report);
    (!report.is_empty()).then(|| AboutSettings { report, text: found.text() })
}

impl AboutSettings {
    /// Returns the findings with their places in the file of settings.
    fn located(&self) -> LocatedReport<'_> {
        self.report.in_text(self.text)
    }
}

impl Arguments {
    /// Returns the form of the answer for a failure before the first file. Files that cannot be
    /// read later are added to the answer itself, see `printer`.
    pub(super) fn answer(&self) -> AnswerForm {
        let json = |errors| serde_json::json!({"files": [], "errors": errors});
        AnswerForm::new(self.format, json)
    }

    /// Returns the pieces of work, and the parser for them.
    ///
    /// Everything that can be wrong with the arguments as a whole fails here, before anything is
    /// written: two inputs from the standard input, a pattern without a file, a context that is
    /// refused.
    fn works(&self) -> Result<(Vec<Work>, s3_replication::Parser), Failure> {
        let inputs = self.files.iter().chain(&self.context);
        if inputs.filter(|input| **input == Input::Stdin).count() > 1 {
            let message = "the standard input can be read only once; name `-` only once";
            return Err(Failure::Message(message.to_owned()));
        }
        let parser = self.parser()?;
        Ok((work::of(&files::named(&self.files)?)?, parser))
    }

    /// Returns the parser with everything that makes more checks possible: levels, facts, the
    /// source bucket.
    ///
    /// Facts that are not given are not guessed. The parser notes which checks were left out for
    /// lack of them, and the output names these facts.
    fn parser(&self) -> Result<s3_replication::Parser, Failure> {
        let mut parser = self.reading.parser()?.with_advice(self.levels());
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
