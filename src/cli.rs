//! The commands, and their exit statuses.
//!
//! One file holds one command. Shared between them are [`input`] and [`output`] for I/O, [`object`]
//! for the JSON form of objects, [`stream`] for many objects, [`inventory`] for their listings,
//! [`answer`] and [`describe`] for decisions as JSON and as text, and [`refusal`] for questions
//! without an answer.
//!
//! Every command works in the same order. It reads all documents and refuses what it cannot use,
//! asks the library, and then writes the answer. Answers go to the standard output, everything
//! about the way there to the standard error, so that an answer can be piped on. What a command
//! decides is decided in the library; a command adds arguments, input and layout.
//!
//! The way of one run:
//!
//! ```text
//! main ─▶ CommandLine::read ─▶ run ─▶ settings::load ─▶ Command::run ─▶ exit status
//!              │ help, mistake           │ failure            │ failure
//!              ▼                         ▼                    ▼
//!         status 0 or 2             refusal::end, in the format of the answer
//! ```
//!
//! A new command needs a file with `Arguments`, `run` and mostly `answer`, a variant of
//! [`Command`], and an arm in its functions `answer` and `run`. The tests find it by the help text
//! and demand that its refusals are tried in every format.
//!
//! The help texts come from the comments on the argument types, so a change of such a comment
//! changes the output of the program.

mod answer;
mod append;
mod assert;
mod batch;
mod check;
#[cfg(feature = "parquet")]
mod columnar;
mod columns;
mod completions;
mod configuration;
mod context;
mod convert;
mod cores;
mod counts;
mod decide;
mod deciding;
mod demo;
mod describe;
mod dialect;
mod dialects;
mod diff;
mod differences;
mod existing_objects;
mod explain;
mod files;
mod format;
mod given_values;
mod help;
mod input;
mod inventory;
mod lints;
mod migrate;
mod object;
mod open_answers;
mod output;
mod permissions;
mod progress;
mod refusal;
mod rows;
mod schema;
mod settings;
mod simulate;
mod sink;
mod stream;
mod styles;
mod suggestion;
mod template;
mod temporary;
mod tips;
mod topology;
mod wrap;
mod yaml;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::FromArgMatches as _;

use crate::cli::refusal::AnswerForm;

/// Amazon S3 replication, modelled exactly: which object versions go to which destination, under
/// which rule, and why
///
/// The program reads files and prints answers. It never connects to S3.
#[derive(Debug, clap::Parser)]
#[command(name = "s3-replication", version, arg_required_else_help = true, max_term_width = 120)]
#[command(after_help = "\
Examples:
  # See what it can do; needs no files
  s3-replication demo
  # What would S3 reject, and where?
  s3-replication check replication.xml
  # Why is an object replicated, or not?
  s3-replication explain -c replication.xml --key a/b.txt
  # Which decisions change, and for which objects?
  s3-replication diff old.xml new.xml
  # What would a batch job do?
  s3-replication batch run --job job.json -c replication.xml \\
    --inventory manifest.json --dry-run
  # What would another store decide?
  s3-replication diff c.xml c.xml --dialect-new minio
  # How do several buckets interact?
  s3-replication topology photos=p.xml backup=b.xml
  # Does it satisfy the policy?
  s3-replication assert -c replication.xml --policy p.json
  # Add a rule, and list every decision that changes
  s3-replication append replication.xml --rule rule.json
  # Which permissions does the role need?
  s3-replication permissions -c replication.xml --source-bucket photos
  # Which tasks of a job failed, and why?
  s3-replication batch report job-1/manifest.json

Exit status: 0 no errors; 1 errors or differences found;
2 wrong usage or unreadable input.")]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    output: output::OutputOptions,
    #[command(flatten)]
    settings: settings::SettingsOptions,
}

// No doc comment, which would become the help text. The commands, in the order of the help: the
// questions about one configuration first, then those about several, then tools.
#[derive(Debug, clap::Subcommand)]
#[expect(clippy::large_enum_variant, reason = "there is one in a process")]
enum Command {
    Check(check::Arguments),
    Decide(decide::Arguments),
    Explain(explain::Arguments),
    Lints(lints::Arguments),
    Assert(assert::Arguments),
    Diff(diff::Arguments),
    Dialects(dialects::Arguments),
    Append(append::Arguments),
    Convert(convert::Arguments),
    Migrate(migrate::Arguments),
    Topology(topology::Arguments),
    Permissions(permissions::Arguments),
    Simulate(simulate::Arguments),
    Schema(schema::Arguments),
    Batch(batch::Arguments),
    Demo(demo::Arguments),
    Completions(completions::CompletionsArguments),
    Man(completions::ManArguments),
}

impl Command {
    /// Returns true if settings can change what the command does.
    ///
    /// The others neither read documents of the user nor apply levels or a dialect of a project.
    /// They have to work in a folder whose settings are wrong: `lints` explains the names that the
    /// settings need.
    const fn reads_settings(&self) -> bool {
        !matches!(
            self,
            Self::Lints(_)
                | Self::Dialects(_)
                | Self::Schema(_)
                | Self::Demo(_)
                | Self::Completions(_)
                | Self::Man(_)
        )
    }

    /// Returns the form of the answer, if the command has several.
    ///
    /// `run` asks for it after a failure only. A refusal is then a document of the same format as
    /// the answer would have been, so that a program that reads the output never has to read the
    /// standard error.
    fn answer(&self) -> Option<AnswerForm> {
        match self {
            Self::Check(arguments) => Some(arguments.answer()),
            Self::Decide(arguments) => Some(arguments.answer()),
            Self::Explain(arguments) => Some(arguments.answer()),
            Self::Lints(arguments) => Some(arguments.answer()),
            Self::Assert(arguments) => Some(arguments.answer()),
            Self::Diff(arguments) => Some(arguments.answer()),
            Self::Migrate(arguments) => Some(arguments.answer()),
            Self::Topology(arguments) => Some(arguments.answer()),
            Self::Permissions(arguments) => Some(arguments.answer()),
            Self::Simulate(arguments) => Some(arguments.answer()),
            Self::Batch(arguments) => arguments.answer(),
            // These write one form only, or refuse nothing.
            Self::Dialects(_)
            | Self::Append(_)
            | Self::Convert(_)
            | Self::Schema(_)
            | Self::Demo(_)
            | Self::Completions(_)
            | Self::Man(_) => None,
        }
    }

    /// Runs the command.
    ///
    /// A command flushes its output itself. It returns `Err` if it stopped before it had an answer;
    /// findings in an answer are `Ok` with a status.
    fn run(&self) -> Ended {
        match self {
            Self::Check(arguments) => check::run(arguments),
            Self::Decide(arguments) => decide::run(arguments),
            Self::Explain(arguments) => explain::run(arguments),
            Self::Lints(arguments) => lints::run(arguments),
            Self::Assert(arguments) => assert::run(arguments),
            Self::Diff(arguments) => diff::run(arguments),
            Self::Dialects(arguments) => dialects::run(arguments),
            Self::Append(arguments) => append::run(arguments),
            Self::Convert(arguments) => convert::run(arguments),
            Self::Migrate(arguments) => migrate::run(arguments),
            Self::Topology(arguments) => topology::run(arguments),
            Self::Permissions(arguments) => permissions::run(arguments),
            Self::Simulate(arguments) => simulate::run(arguments),
            Self::Schema(arguments) => schema::run(arguments),
            Self::Batch(arguments) => batch::run(arguments),
            Self::Demo(arguments) => demo::run(arguments),
            Self::Completions(arguments) => completions::completions(arguments),
            Self::Man(arguments) => completions::man(arguments),
        }
    }
}

/// Returns the text of a mistake of usage that repeats arguments with characters that control a
/// terminal, or long ones. They are data: they are shown as escapes, and cut.
///
/// Returns `None` if the text of `clap` can be printed as it is, with its colours: for help, and
/// for arguments that are short and harmless. The text that is returned has no colours.
///
/// Both parts of `--option=value` are cut on their own, because clap repeats only one of them in
/// some messages.
fn escaped(answer: &clap::Error) -> Option<String> {
    // In characters, not in bytes, so that a cut is never inside a character.
    const LONGEST: usize = 200;
    let (plain, styles) = (answer.render().to_string(), styles::Styles::stderr());
    let mut text = styles::shown(&plain, styles).into_owned();
    // Long values are found in the text as they are shown there, so they are escaped before the
    // search, too. An argument that is not UTF-8 is shown lossily, as clap does.
    let arguments = std::env::args_os().skip(1);
    for argument in arguments.map(|argument| argument.to_string_lossy().into_owned()) {
        let (name, value) = argument.split_once('=').unwrap_or_default();
        for long in [argument.as_str(), name, value] {
            let long = styles::shown(long, styles);
            if let Some((end, _)) = long.char_indices().nth(LONGEST) {
                let cut = format!("{}…", long.get(..end).unwrap_or_default());
                text = text.replace(&*long, &cut);
            }
        }
    }
    // Help repeats no arguments, and its text must keep its colours.
    (answer.use_stderr() && text != plain).then_some(text)
}

impl CommandLine {
    /// Reads the arguments. Prints the help, the version or the mistake that they ask for instead,
    /// and returns the exit status.
    ///
    /// ```text
    /// --help, --version          the standard output     0; 2 if that cannot be written
    /// no arguments at all        the standard error      2, with the help
    /// a mistake                  the standard error      2
    /// ```
    pub(crate) fn read() -> Result<Self, ExitCode> {
        let matches = help::command().try_get_matches();
        let line = matches.and_then(|matches| Self::from_arg_matches(&matches));
        line.map_err(|mut answer| {
            // Before the text is rendered: a tip is a part of the message.
            tips::add_to(&mut answer);
            let is_help = !answer.use_stderr();
            // clap repeats the arguments in its message. An argument from a script may come from a
            // file name, and a file name may have escape sequences in it.
            if let Some(mistake) = escaped(&answer) {
                output::eprint_rendered(&mistake);
                return ExitCode::from(Status::Wrong as u8);
            }
            let printed = answer.print().and_then(|()| io::stdout().flush());
            match printed.map_err(|error| sink::unwritten(None, &error)) {
                Err(Failure::Message(message)) if is_help => {
                    output::error(&message);
                    ExitCode::from(Status::Wrong as u8)
                }
                // A closed pipe is a clean end, and a mistake keeps its status.
                _ if is_help => ExitCode::from(Status::Clean as u8),
                _ => ExitCode::from(Status::Wrong as u8),
            }
        })
    }
}

/// Runs a command and returns its exit status.
///
/// A closed pipe is a clean end: `s3-replication decide … | head` should not report an error.
///
/// Options of the output are set first, because every later step may print. Settings that are wrong
/// end the run as a refused document does, in the format of the answer.
pub(crate) fn run(line: &CommandLine) -> ExitCode {
    output::set_options(line.output);
    let result = if line.command.reads_settings() {
        settings::load(&line.settings).and_then(|()| line.command.run())
    } else {
        line.command.run()
    };
    let status =
        result.unwrap_or_else(|failure| refusal::end(failure, line.command.answer().as_ref()));
    ExitCode::from(status as u8)
}

/// The exit status of a command, from best to worst.
///
/// The order matters: of several files, the worst status counts, and `max` finds it. The numbers
/// are those that the help texts document, and scripts depend on them.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Status {
    /// The command completed and found no errors.
    Clean = 0,
    /// The command completed and found errors or differences.
    ///
    /// For most commands, a configuration that S3 would refuse is such an error. Commands whose
    /// status 1 has another meaning, as `diff` and `assert`, use `Wrong` for it.
    Found = 1,
    /// The usage is wrong, or an input is unreadable.
    Wrong = 2,
}

/// The reason why a command stopped early.
///
/// A command returns at the first failure, except where the rest of its input is still worth
/// reading.
///
/// A failure carries what is to be shown and does not print it. So a caller can still change the
/// status, join two refusals, or go on with the next file.
#[derive(Debug)]
enum Failure {
    /// The reader of the output closed it, which is not an error.
    ///
    /// Nothing is printed for it, and the exit status is 0.
    ClosedPipe,
    /// An error whose message is not printed yet.
    ///
    /// It is one sentence without a full stop, as `clap` and the library write errors. The exit
    /// status is 2.
    Message(String),
    /// Documents that are refused, whose findings are not printed yet.
    ///
    /// The refusal has its own exit status: 1 for a configuration that S3 would refuse, mostly, and
    /// 2 for a document of another kind.
    Refused(Box<refusal::Refusal>),
}

/// The end of a command: a status, or a failure that ends it early.
///
/// `Ok(Status::Found)` is an answer with findings or differences. `Err` is no answer at all.
type Ended = Result<Status, Failure>;
