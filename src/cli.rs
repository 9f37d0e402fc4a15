//! The commands, and how each of them ends.
//!
//! One file for each command. What they share: [`input`] and [`output`] do the I/O, [`object`] is
//! the JSON form of objects, [`stream`] takes many of them, [`inventory`] lists them, [`answer`] and [`describe`] write what
//! became of them for programs and for people.

mod answer;
mod append;
mod assert;
mod batch;
mod check;
mod configuration;
mod context;
mod convert;
mod decide;
mod demo;
mod describe;
mod diff;
mod differences;
mod explain;
mod files;
mod input;
mod inventory;
mod lints;
mod migrate;
mod object;
mod output;
mod progress;
mod simulate;
mod sink;
mod stream;
mod suggestion;
mod topology;

use std::process::ExitCode;

/// Amazon S3 replication, modelled exactly: which object versions go to which destination, under
/// which rule, and why
///
/// Nothing here talks to S3: files go in, answers come out.
#[derive(Debug, clap::Parser)]
#[command(name = "s3-replication", version, arg_required_else_help = true, max_term_width = 100)]
#[command(after_help = "\
Examples:
  s3-replication demo                                     see what it can do, without any file
  s3-replication check replication.xml                    what would S3 refuse, and where?
  s3-replication explain -c replication.xml --key a/b.txt why does (or doesn't) it replicate?
  s3-replication decide -c replication.xml --objects objects.jsonl > decisions.jsonl
  s3-replication diff old.xml new.xml                     what would change, and for which objects?
  s3-replication batch run --job job.json -c replication.xml --inventory manifest.json --dry-run
                                                          what would a batch job do?
  s3-replication topology photos=p.xml backup=b.xml       what do several buckets do together?
  s3-replication assert -c replication.xml --policy p.json does it keep what was promised?
  s3-replication append replication.xml --rule rule.json  a new rule that changes nothing unseen
  s3-replication batch report job-1/manifest.json         what failed in a batch job, and what to do

Exit status: 0 done and clean; 1 done, and errors or differences found; 2 wrong usage or unreadable input.
Colours are used on terminals only, and never when NO_COLOR is set.")]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Check(check::Arguments),
    Decide(decide::Arguments),
    Explain(explain::Arguments),
    Lints(lints::Arguments),
    Assert(assert::Arguments),
    Diff(diff::Arguments),
    Append(append::Arguments),
    Convert(convert::Arguments),
    Migrate(migrate::Arguments),
    Topology(topology::Arguments),
    Simulate(simulate::Arguments),
    Batch(batch::Arguments),
    Demo(demo::Arguments),
}

/// Runs a command and says how it ended.
pub(crate) fn run(line: &CommandLine) -> ExitCode {
    let ended = match &line.command {
        Command::Check(arguments) => check::run(arguments),
        Command::Decide(arguments) => decide::run(arguments),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Lints(arguments) => lints::run(arguments),
        Command::Assert(arguments) => assert::run(arguments),
        Command::Diff(arguments) => diff::run(arguments),
        Command::Append(arguments) => append::run(arguments),
        Command::Convert(arguments) => convert::run(arguments),
        Command::Migrate(arguments) => migrate::run(arguments),
        Command::Topology(arguments) => topology::run(arguments),
        Command::Simulate(arguments) => simulate::run(arguments),
        Command::Batch(arguments) => batch::run(arguments),
        Command::Demo(arguments) => demo::run(arguments),
    };
    let status = ended.unwrap_or_else(|failure| match failure {
        Failure::ClosedPipe => Status::Clean,
        Failure::Reported(status) => status,
        Failure::Message(message) => {
            output::complain(&message);
            Status::Wrong
        }
    });
    ExitCode::from(status as u8)
}

/// How a command ended, from best to worst.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Status {
    /// Done, and nothing to object to.
    Clean = 0,
    /// Done, and errors or differences were found.
    Found = 1,
    /// Wrong usage, or input that can't be read.
    Wrong = 2,
}

/// Why a command stopped before its end.
#[derive(Debug)]
enum Failure {
    /// Whoever read the output has gone, which is fine.
    ClosedPipe,
    /// Somebody has to be told.
    Message(String),
    /// Somebody has been told.
    Reported(Status),
}

type Ended = Result<Status, Failure>;
