//! Jobs of S3 Batch Replication, their manifests and their completion reports.
//!
//! Four commands follow the life of a job: `manifest` lists the versions that S3 would list,
//! `check` looks for rows that S3 would reject, `run` runs the job in memory or forecasts it, and
//! `report` summarises its completion report. The files they read are those that S3 reads and
//! writes.
//!
//! ```text
//! configuration, inventory ─▶ batch manifest ─▶ rows of bucket, key and version ID
//! rows                     ─▶ batch check    ─▶ findings
//! job, configuration, rows ─▶ batch run      ─▶ forecast, or a completion report
//! completion report        ─▶ batch report   ─▶ counts and reasons
//! ```
//!
//! Each command is in a file of its own, and `findings` is what `check` finds. This file only
//! chooses one, and holds what they share.

mod check;
mod findings;
mod manifest;
mod report;
mod run;

use serde::Serialize;

use crate::cli::Ended;
use crate::cli::refusal::AnswerForm;

/// Generates and checks manifests, runs jobs in memory, and summarises completion reports
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

// In the order of the help. `run` has many options, so it is boxed: the variants should not differ
// much in size.
#[derive(Debug, clap::Subcommand)]
enum Command {
    Manifest(manifest::Arguments),
    Run(Box<run::Arguments>),
    Check(check::Arguments),
    Report(report::Arguments),
}

impl Arguments {
    /// Returns the form of the answer, if the command has several.
    ///
    /// The output of `manifest` is a manifest, which has no place for a refusal, so it refuses on
    /// the standard error only.
    pub(super) fn answer(&self) -> Option<AnswerForm> {
        match &self.command {
            Command::Manifest(_) => None,
            Command::Run(arguments) => Some(arguments.answer()),
            Command::Check(arguments) => Some(arguments.answer()),
            Command::Report(arguments) => Some(arguments.answer()),
        }
    }
}

/// Runs one of the commands.
pub(super) fn run(arguments: &Arguments) -> Ended {
    match &arguments.command {
        Command::Manifest(arguments) => manifest::run(arguments),
        Command::Run(arguments) => run::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::Report(arguments) => report::run(arguments),
    }
}

/// Returns a document as one line of JSON, with the line feed.
fn json_line(document: &impl Serialize) -> String {
    // Writing to memory cannot fail: the keys of all documents are strings.
    let mut text = serde_json::to_string(document).unwrap_or_default();
    text.push('\n');
    text
}
