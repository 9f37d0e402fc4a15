//! `completions` and `man`: what shells and `man` need to know about the command line.

use std::path::PathBuf;

use clap_complete::Shell;
use clap_mangen::Man;

use crate::cli::output::{self, Output};
use crate::cli::{Ended, Failure, Status, help};

/// The name of the program.
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
pub(super) fn completions(arguments: &CompletionsArguments) -> Ended {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut help::command(), NAME, &mut text);
    written(&text)
}

/// Prints the page of the program, or writes all pages.
pub(super) fn man(arguments: &ManArguments) -> Ended {
    let command = help::command();
    let Some(folder) = &arguments.out else { return written(&page(&command)?) };
    let unwritten =
        |error| Failure::Message(format!("can't write to `{}`: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(unwritten)?;
    let mut pages = Vec::new();
    collect(&command, &mut pages)?;
    for (name, text) in pages {
        output::deliver(&String::from_utf8_lossy(&text), Some(&folder.join(name)))?;
    }
    Ok(Status::Clean)
}

/// Adds the pages of a command and of its commands. The recursion is as deep as the command line.
fn collect(command: &clap::Command, pages: &mut Vec<(String, Vec<u8>)>) -> Result<(), Failure> {
    let name = command.get_display_name().unwrap_or(NAME);
    pages.push((format!("{name}.1"), page(command)?));
    let inside = command.get_subcommands().filter(|command| command.get_name() != "help");
    inside.filter(|command| !command.is_hide_set()).try_for_each(|inside| collect(inside, pages))
}

fn page(command: &clap::Command) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    let rendered = Man::new(command.clone()).render(&mut text);
    rendered.map_err(|error| Failure::Message(format!("can't write the manual: {error}")))?;
    Ok(text)
}

fn written(text: &[u8]) -> Ended {
    let mut out = Output::new();
    out.write(text)?;
    out.flush()?;
    Ok(Status::Clean)
}
