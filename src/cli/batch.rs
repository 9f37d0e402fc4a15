//! Manifests and completion reports of S3 Batch Replication.

mod check;
mod findings;
mod manifest;
mod report;

use crate::cli::Ended;

/// Reads what goes into a job of S3 Batch Replication, and what comes out of it
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Manifest(manifest::Arguments),
    Check(check::Arguments),
    Report(report::Arguments),
}

pub(super) fn run(arguments: &Arguments) -> Ended {
    match &arguments.command {
        Command::Manifest(arguments) => manifest::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::Report(arguments) => report::run(arguments),
    }
}
