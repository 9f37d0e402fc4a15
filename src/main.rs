//! `s3-replication` on the command line: checks replication configurations, decides where object
//! versions go, and explains why.
//!
//! The library does no I/O; all of it is here and in `cli`.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the command line reads files and streams, and looks at the clock to show progress"
)]

mod cli;
// The library suggests words, too, and does not publish how.
#[path = "vocabulary/spelling.rs"]
mod spelling;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::CommandLine::read().map_or_else(|status| status, |line| cli::run(&line))
}
