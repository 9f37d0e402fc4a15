//! `completions` and `man`: what shells and `man` need to know about the command line.
//!
//! Both are made of the definition of the command line that [`help::command`] returns, so that they
//! never differ from `--help`. A package can write them while it is built:
//!
//! ```text
//! s3-replication completions bash     a script for the shell, on the standard output
//! s3-replication man                  the page of the program, on the standard output
//! s3-replication man --out man1       man1/s3-replication.1, man1/s3-replication-check.1,
//!                                     man1/s3-replication-batch-run.1, …
//! ```

use std::path::PathBuf;

use clap_complete::Shell;
use clap_mangen::Man;

use crate::cli::output::{self, Output};
use crate::cli::{Ended, Failure, Status, help};

/// The name of the program, which the completions are for. It is that of the command line, whatever
/// the executable is called.
const NAME: &str = "s3-replication";

/// Prints the completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication completions bash >> ~/.bash_completion
  s3-replication completions zsh > ~/.zfunc/_s3-replication
  s3-replication completions fish | source
  s3-replication completions powershell >> $PROFILE")]
pub(super) struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Prints the manual page, or writes a page for each command
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication man | man -l -
  s3-replication man --out ~/.local/share/man/man1")]
pub(super) struct ManArguments {
    /// Write `s3-replication.1` and a page for each command to this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Prints the completions.
///
/// The text is made in memory first: the generator panics if it cannot write, and a closed pipe is
/// no reason to.
pub(super) fn completions(arguments: &CompletionsArguments) -> Ended {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut help::command(), NAME, &mut text);
    written(&text)
}

/// Prints the page of the program, or writes all pages.
///
/// The folder is created if it does not exist. Pages of an older version are replaced, and other
/// files are left alone.
pub(super) fn man(arguments: &ManArguments) -> Ended {
    let command = help::command();
    let Some(folder) = &arguments.out else { return written(&page(&command)?) };
    let unwritten =
        |error| Failure::Message(format!("cannot write to `{}`: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(unwritten)?;
    // All pages are made before the first one is written, and each replaces its file as a whole.
    let mut pages = Vec::new();
    collect(&command, &mut pages)?;
    for (name, text) in pages {
        output::deliver(&String::from_utf8_lossy(&text), Some(&folder.join(name)))?;
    }
    Ok(Status::Clean)
}

/// Adds the pages of a command and of its commands, by their file names. The recursion is as deep
/// as the command line.
///
/// The display name of an inner command has those of the outer ones in front, as
/// `s3-replication-batch-run`. `clap` sets it in [`help::command`], which builds the command.
fn collect(command: &clap::Command, pages: &mut Vec<(String, Vec<u8>)>) -> Result<(), Failure> {
    let name = command.get_display_name().unwrap_or(NAME);
    pages.push((format!("{name}.1"), page(command)?));
    // `help` of `clap` has a copy of every command, and `--help` is on each page.
    let inside = command.get_subcommands().filter(|command| command.get_name() != "help");
    inside.filter(|command| !command.is_hide_set()).try_for_each(|inside| collect(inside, pages))
}

/// Returns the page of one command, in the language of `man`.
fn page(command: &clap::Command) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    let rendered = Man::new(command.clone()).render(&mut text);
    rendered.map_err(|error| Failure::Message(format!("cannot write the manual: {error}")))?;
    Ok(text)
}

/// Writes a text for programs to the standard output, and ends the command.
fn written(text: &[u8]) -> Ended {
    let mut out = Output::new();
    out.write(text)?;
    out.flush()?;
    Ok(Status::Clean)
}
