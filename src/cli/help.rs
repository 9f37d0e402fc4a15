//! The command line as `clap` sees it, with help texts that fill the terminal.
//!
//! The comments on the argument types are broken by `clap` to the width of the terminal. Two texts
//! are not, and are changed here:
//!
//! ```text
//! after_help     prose is joined, so that clap breaks it; examples keep their lines
//! usage          broken at 80 columns: clap does not break it
//! ```
//!
//! The same definition makes completions and manual pages, see `completions`.

use clap::CommandFactory as _;

use crate::cli::CommandLine;

/// The width of a terminal that every help text must fit into. Examples are written to it by hand.
const NARROW: usize = 80;

/// Returns the command line.
///
/// `clap` breaks lines where a terminal ends, but keeps the breaks of the text behind the options.
/// So the lines of each paragraph of that text are joined here, as `clap` joins those of comments.
pub(super) fn command() -> clap::Command {
    let mut command = CommandLine::command();
    // Inner commands get their full names here, which usages and manual pages show.
    command.build();
    with_paragraphs(command)
}

/// Returns a command whose text behind the options has paragraphs of one line, and whose usage
/// fits. The same is done to its inner commands.
fn with_paragraphs(command: clap::Command) -> clap::Command {
    let names: Vec<String> =
        command.get_subcommands().map(|inside| inside.get_name().to_owned()).collect();
    // The names are collected first: a command cannot be changed while its inner ones are iterated
    // over.
    let mut command = names
        .into_iter()
        .fold(command, |command, name| command.mut_subcommand(name, with_paragraphs));
    let usage = command.render_usage().to_string();
    // `override_usage` wants the text without the label, and writes that itself.
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage);
    if usage.lines().any(|line| line.len() + "Usage: ".len() > NARROW) {
        let broken = broken(usage);
        command = command.override_usage(broken);
    }
    match command.get_after_help().map(ToString::to_string) {
        Some(text) => command.after_help(paragraphs(&text)),
        None => command,
    }
}

/// Joins the lines of a text that are not indented, up to an empty or an indented one.
///
/// ```text
/// Facts about buckets make            Facts about buckets make more checks
/// more checks possible:          ─▶   possible:
///   s3-replication check a.xml          s3-replication check a.xml
/// ```
fn paragraphs(text: &str) -> String {
    let mut out = String::new();
    let mut is_inside = false;
    for line in text.lines() {
        let is_prose = !line.is_empty() && !line.starts_with(' ');
        if !out.is_empty() {
            out.push(if is_inside && is_prose { ' ' } else { '\n' });
        }
        out.push_str(line);
        is_inside = is_prose;
    }
    out
}

/// Breaks a line of usage between arguments. The following lines are indented by four columns more
/// than the text of the first, which stands behind the label.
fn broken(usage: &str) -> String {
    const INDENT: usize = "Usage: ".len();
    let mut out = String::new();
    let mut column = INDENT;
    for word in usage.split(' ') {
        let length = word.chars().count();
        // An option and its value stay together.
        let is_value = word.starts_with('<') && !out.is_empty();
        if column + 1 + length > NARROW && !is_value {
            out.push('\n');
            out.push_str(&" ".repeat(INDENT + 4));
            column = INDENT + 4;
        } else if !out.is_empty() {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}
