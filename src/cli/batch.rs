//! Jobs of S3 Batch Replication, their manifests and their completion reports.

mod check;
mod codes;
mod findings;
mod manifest;
mod report;
mod run;

use crate::cli::Ended;

/// Reads what goes into a job of S3 Batch Replication, runs it in memory, and reads what comes out
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Manifest(manifest::Arguments),
    Run(Box<run::Arguments>),
    Check(check::Arguments),
    Report(report::Arguments),
}

pub(super) fn run(arguments: &Arguments) -> Ended {
    match &arguments.command {
        Command::Manifest(arguments) => manifest::run(arguments),
        Command::Run(arguments) => run::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::Report(arguments) => report::run(arguments),
    }
}
