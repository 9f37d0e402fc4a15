//! The settings of the project: the file that `--config` names, or that is found.
//!
//! Settings are read once, before the command, because they may change how every document is read.
//! Settings belong to the project and not to the user: a build server has no home folder, and has to
//! answer as the machine of the developer does.
//!
//! ```text
//! /home/dev/project/.s3-replication.toml     found from here and from every folder below
//! /home/dev/project/deploy/prod/             the current folder
//!     -> ../../.s3-replication.toml          the name in messages; paths in it begin at ../..
//! ```
//!
//! Only the nearest file counts: settings of two folders are not merged, so that one file shows
//! everything that is set. `Settings` of the library reads the text. This file finds it, and hands
//! out the parts: levels to `check` and `append`, the dialect to the reading of configurations, and
//! facts about buckets to `context.rs`.

use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

use s3_replication::lint::Levels;
use s3_replication::settings::Settings;
use s3_replication::text::SourceText;
use s3_replication::{Dialect, document};

use crate::cli::Failure;
use crate::cli::input::Input;
use crate::cli::output;
use crate::cli::refusal;

// The doc comments on the fields are the help.
/// The options for settings.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct SettingsOptions {
    /// Read settings from this file [default: `.s3-replication.toml` here or in the nearest folder above]
    #[arg(long, global = true, value_name = "FILE", help_heading = "Global options")]
    config: Option<PathBuf>,
    /// Read no settings
    #[arg(long, global = true, conflicts_with = "config", help_heading = "Global options")]
    no_config: bool,
}

/// Settings with the file that they were read from.
#[derive(Debug)]
pub(super) struct Found {
    /// The folder of the file, from the current folder. Paths in the file are relative to it.
    folder: PathBuf,
    /// The text, in which findings about entries of the settings are shown.
    text: SourceText,
    /// The settings. Everything in them may be absent.
    settings: Settings,
}

/// The settings of this run. Commands that need none do not read any.
static SETTINGS: OnceLock<Found> = OnceLock::new();

/// Reads the settings, once, before a command runs.
///
/// ```text
/// --no-config     none, even if a file is there
/// --config FILE   this file; an error if it cannot be read
/// neither         the nearest file, or none
/// ```
///
/// A file with findings is a failure, and no command runs: a misspelt entry must not change an
/// answer without a trace.
pub(super) fn load(options: &SettingsOptions) -> Result<(), Failure> {
    let file = match &options.config {
        _ if options.no_config => None,
        Some(file) => Some(file.clone()),
        None => nearest(),
    };
    if let Some(file) = file {
        // It is set once in a process, so the error of a second time cannot occur.
        let _ = SETTINGS.set(read(&file)?);
    }
    Ok(())
}

/// Returns the settings of this run, if there are any.
pub(super) fn found() -> Option<&'static Found> {
    SETTINGS.get()
}

/// Returns the levels of lints of this run.
///
/// Options of a command come on top of them.
pub(super) fn levels() -> Levels {
    found().map(|found| found.settings.levels().clone()).unwrap_or_default()
}

/// Returns the dialect of this run; that of AWS if none is set.
pub(super) fn dialect() -> Dialect {
    found().and_then(|found| found.settings.dialect()).cloned().unwrap_or_default()
}

/// Returns the file with known facts about buckets, if the settings name one.
pub(super) fn context() -> Option<Input> {
    let found = found()?;
    found.settings.context().map(|path| Input::File(found.folder.join(path)))
}

impl Found {
    /// Returns the settings.
    pub(super) const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Returns the text of the settings.
    pub(super) const fn text(&self) -> &SourceText {
        &self.text
    }

    /// Returns the folder that paths in the settings are relative to.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the path of a file as patterns in the settings see it; `None` if the file is not below
    /// the folder of the settings.
    ///
    /// ```text
    /// settings in /p, file /p/a/b.xml or /p/c/../a/b.xml   a/b.xml
    /// settings in /p, file /q/b.xml                        None
    /// the standard input                                   None
    /// ```
    ///
    /// The separator is `/` on every system, as patterns have it.
    pub(super) fn relative(&self, input: &Input) -> Option<String> {
        let Input::File(file) = input else { return None };
        let (file, folder) = (plain(file)?, plain(&self.folder)?);
        let parts = file.strip_prefix(&folder).ok()?.components();
        let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
        Some(parts.join("/"))
    }
}

/// Returns an absolute path without `.` and `..`. Links are not followed, as patterns name the path
/// that the user gives.
///
/// Returns `None` only for a relative path where the current folder is not known. `..` at the root
/// is dropped.
pub(super) fn plain(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(Path::new(".").join(path)).ok()?;
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    Some(plain)
}

/// Finds the settings in the current folder or the nearest folder above.
///
/// The path is made of `..`, so that messages show it from where the user is.
fn nearest() -> Option<PathBuf> {
    let current = std::env::current_dir().ok()?;
    let mut from_here = PathBuf::new();
    for folder in current.ancestors() {
        if folder.join(Settings::FILE_NAME).is_file() {
            return Some(from_here.join(Settings::FILE_NAME));
        }
        from_here.push("..");
    }
    None
}

/// Reads settings. A configuration given to `--config` is a common slip, because other tools use
/// `-c` for that.
fn read(file: &Path) -> Result<Found, Failure> {
    let input = Input::File(file.to_path_buf());
    let bytes = input.read(document::SIZE_LIMIT + 1)?;
    let text = output::text_of(&input, &bytes)?;
    if text.trim_start().starts_with(['<', '{']) {
        return Err(Failure::Message(format!(
            "`{input}` is not TOML, so it holds no settings; `--config` names the file of settings, \
             and `-c` or `--configuration` a replication configuration (`check`, `diff`, `convert`, \
             `migrate` and `append` take it without an option)"
        )));
    }
    let settings =
        Settings::from_toml(text).map_err(|report| refusal::refused(&input, text, &report))?;
    let folder = file.parent().unwrap_or(Path::new("")).to_path_buf();
    Ok(Found { folder, text: SourceText::new(input.to_string(), text), settings })
}
