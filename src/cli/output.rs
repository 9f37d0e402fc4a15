//! Writing to the standard output and the standard error, with the look that all commands share.
//!
//! Results go to the standard output, and all else to the standard error. Everything that comes
//! from a document passes through [`Visible`] on its way to a terminal, because a key may contain
//! escapes.

use std::borrow::Cow;
use std::io::{self, BufWriter, IsTerminal as _, StdoutLock, Write};
use std::path::Path;
use std::sync::OnceLock;

use s3_replication::diagnostic::{LocatedReport, RenderOptions};
use s3_replication::text::Visible;

use crate::cli::Failure;
use crate::cli::input::Input;
use crate::cli::sink::{self, Sink};
use crate::cli::wrap::wrapped;

/// The options of the whole command line that concern its output.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(super) struct OutputOptions {
    /// When to use colour; `auto` is on terminals, unless `NO_COLOR` is set, and wherever
    /// `CLICOLOR_FORCE` is
    #[arg(long, value_enum, default_value = "auto", global = true, value_name = "WHEN")]
    #[arg(help_heading = "Global options")]
    color: Color,
    /// Print results and findings only, without remarks or progress
    #[arg(short, long, global = true, help_heading = "Global options")]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// The fewest columns that text is broken to.
const NARROWEST: usize = 40;

/// The options of this run. Tests of single functions run without any.
static OPTIONS: OnceLock<OutputOptions> = OnceLock::new();

/// Sets the options, once, before anything is written.
pub(super) fn set_options(options: OutputOptions) {
    let _ = OPTIONS.set(options);
}

/// Returns the options of this run.
fn options() -> OutputOptions {
    OPTIONS.get().copied().unwrap_or_default()
}

/// Returns true if the user asked for results only.
pub(super) fn is_quiet() -> bool {
    options().quiet
}

/// The look of text on one of the two outputs: colours, and the width of a terminal.
///
/// Colours follow `--color`, `NO_COLOR` and `TERM`; the width is that of the terminal, if it is
/// one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Styles {
    coloured: bool,
    width: Option<usize>,
}

impl Styles {
    /// Returns the styles of the standard output.
    pub(super) fn stdout() -> Self {
        static STDOUT: OnceLock<Styles> = OnceLock::new();
        // Decisions about millions of objects ask for each of them.
        *STDOUT.get_or_init(|| {
            Self::of(io::stdout().is_terminal(), || terminal_size::terminal_size_of(io::stdout()))
        })
    }

    /// Returns the styles of the standard error.
    pub(super) fn stderr() -> Self {
        Self::of(io::stderr().is_terminal(), || terminal_size::terminal_size_of(io::stderr()))
    }

    fn of(
        is_terminal: bool,
        size: impl Fn() -> Option<(terminal_size::Width, terminal_size::Height)>,
    ) -> Self {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        let coloured = match options().color {
            Color::Auto => {
                let is_forced = std::env::var_os("CLICOLOR_FORCE")
                    .is_some_and(|value| !value.is_empty() && value != "0");
                !is_set("NO_COLOR") && (is_forced || is_terminal && !is_dumb)
            }
            Color::Always => true,
            Color::Never => false,
        };
        let size = if is_terminal { size() } else { None };
        let width = size.map(|(terminal_size::Width(columns), _)| columns.into());
        // Colours in a pipe are for a pager, whose width a shell exports.
        let exported = || std::env::var("COLUMNS").ok()?.parse().ok();
        let width =
            width.or_else(|| if options().color == Color::Always { exported() } else { None });
        Self { coloured, width: width.map(|width: usize| width.max(NARROWEST)) }
    }

    /// Returns the options for rendering reports.
    pub(super) const fn render_options(self) -> RenderOptions {
        let options = RenderOptions::new();
        let options = if self.coloured { options.coloured() } else { options };
        match self.width {
            Some(columns) => options.with_width(columns),
            None => options,
        }
    }

    /// Bold red: errors, and what is violated, refused or failed.
    pub(super) fn error(self, text: &str) -> String {
        self.paint(ERROR, text)
    }

    /// Bold yellow: warnings, and what is undecided.
    pub(super) fn warning(self, text: &str) -> String {
        self.paint(WARNING, text)
    }

    /// Green: what is accepted, proved or replicated.
    pub(super) fn success(self, text: &str) -> String {
        self.paint(SUCCESS, text)
    }

    /// Bold: headings and names to look for.
    pub(super) fn heading(self, text: &str) -> String {
        self.paint(HEADING, text)
    }

    /// A count of what failed, in red unless it is zero.
    pub(super) fn failed(self, count: u64, word: &str) -> String {
        let text = format!("{} {word}", grouped(count));
        if count == 0 { text } else { self.error(&text) }
    }

    /// A text in which the words of replication statuses are coloured.
    pub(super) fn statuses(self, text: &str) -> String {
        if !self.coloured {
            return text.to_owned();
        }
        let words = text.split_inclusive(|c: char| !c.is_ascii_alphabetic());
        let words = words.map(|part| {
            let word = part.trim_end_matches(|c: char| !c.is_ascii_alphabetic());
            let end = part.get(word.len()..).unwrap_or_default();
            let word = match word {
                "FAILED" | "Failed" => self.error(word),
                "PENDING" => self.warning(word),
                "COMPLETED" | "Complete" => self.success(word),
                other => return format!("{other}{end}"),
            };
            format!("{word}{end}")
        });
        words.collect()
    }

    /// A text for people as it is written: without characters that control a terminal, with coloured
    /// labels of notes, and in lines that fit.
    pub(super) fn present(self, text: &str) -> String {
        let shown = shown(text, self);
        let shown = if self.coloured { self.labelled(&shown) } else { shown.into_owned() };
        match self.width {
            Some(width) => wrapped(&shown, width),
            None => shown,
        }
    }

    /// Colours the labels at the beginning of lines.
    fn labelled(self, text: &str) -> String {
        let lines = text.split_inclusive('\n').map(|line| {
            let inside = line.trim_start_matches(' ');
            let (indent, _) = line.split_at(line.len() - inside.len());
            let label = LABELS.iter().find(|label| inside.starts_with(**label));
            let Some((label, rest)) = label.and_then(|label| inside.split_at_checked(label.len()))
            else {
                return line.to_owned();
            };
            let label = if label.starts_with("warning") {
                self.warning(label)
            } else {
                self.heading(label)
            };
            format!("{indent}{label}{rest}")
        });
        lines.collect()
    }

    /// Puts a text between escapes, where colours are wanted.
    fn paint(self, style: &str, text: &str) -> String {
        if self.coloured { format!("{style}{text}{PLAIN}") } else { text.to_owned() }
    }
}

/// The standard output, locked and buffered.
///
/// Locked, so that lines of one answer stay together, and buffered, since an answer is a few
/// hundred bytes.
pub(super) struct Output {
    writer: BufWriter<StdoutLock<'static>>,
}

impl Output {
    pub(super) fn new() -> Self {
        const BUFFER: usize = 128 * 1024;
        Self { writer: BufWriter::with_capacity(BUFFER, io::stdout().lock()) }
    }

    /// Writes a text for people. Characters that control a terminal are shown as escapes, whichever
    /// document they come from; the colours of this program are kept.
    pub(super) fn text(&mut self, text: impl AsRef<str>) -> Result<(), Failure> {
        self.write(Styles::stdout().present(text.as_ref()).as_bytes())
    }

    /// Writes a document for programs, or what the library rendered. A reader that closed the output
    /// ends the command, without an error.
    pub(super) fn write(&mut self, bytes: impl AsRef<[u8]>) -> Result<(), Failure> {
        self.writer.write_all(bytes.as_ref()).map_err(|error| sink::unwritten(None, &error))
    }

    /// Flushes. Call it at the end: `drop` ignores errors.
    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        self.writer.flush().map_err(|error| sink::unwritten(None, &error))
    }
}

/// Writes a whole document to a file; without one, or if it is `-`, to the standard output.
///
/// A file is replaced only when the whole text is written.
pub(super) fn deliver(text: &str, file: Option<&Path>) -> Result<(), Failure> {
    let mut sink = Sink::open(file)?;
    sink.write_all(text.as_bytes()).map_err(|error| sink.unwritten(&error))?;
    sink.finish()
}

/// Prints an error to the standard error.
pub(super) fn error(message: &str) {
    let label = Styles::stderr().error("error");
    eprint(&format!("{label}: {}\n", Visible(&with_short_words(message))));
}

/// Cuts the words of a message that are too long to be read. They come from data.
pub(super) fn with_short_words(message: &str) -> Cow<'_, str> {
    const LONGEST: usize = 400;
    const SHOWN: usize = 60;
    if message.len() <= LONGEST {
        return Cow::Borrowed(message);
    }
    let words = message.split(' ').map(|word| {
        if word.char_indices().nth(LONGEST).is_none() {
            Cow::Borrowed(word)
        } else {
            let end = word.char_indices().nth(SHOWN).map_or(word.len(), |(end, _)| end);
            let closing = if word.starts_with('`') { "`" } else { "" };
            Cow::Owned(format!("{}…{closing}", word.get(..end).unwrap_or_default()))
        }
    });
    Cow::Owned(words.collect::<Vec<_>>().join(" "))
}

/// Prints a remark to the standard error, unless the user asked for results only.
pub(super) fn remark(text: &str) {
    if !is_quiet() {
        eprint(text);
    }
}

/// Prints a text for people to the standard error, see [`Output::text`].
pub(super) fn eprint(text: &str) {
    eprint_rendered(&Styles::stderr().present(text));
}

/// Prints what the library rendered, or the movements of the counter of [`Progress`], to the standard
/// error. Nothing can be reported if that fails.
///
/// [`Progress`]: crate::cli::progress::Progress
pub(super) fn eprint_rendered(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// The labels of lines that are not findings.
const LABELS: [&str; 5] = ["note:", "help:", "near miss:", "warning:", "Note:"];

/// The sequences that [`Styles`] write, and nothing else does.
const COLOURS: [&str; 5] = [ERROR, WARNING, SUCCESS, HEADING, PLAIN];
const ERROR: &str = "\x1b[1;31m";
const WARNING: &str = "\x1b[1;33m";
const SUCCESS: &str = "\x1b[32m";
const HEADING: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";

/// Returns a text of several lines in which characters that control a terminal are escapes.
pub(super) fn shown(text: &str, styles: Styles) -> Cow<'_, str> {
    let is_harmful = |c: char| c != '\n' && Visible::escapes(c);
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_harmful) {
        let (plain, harmful) = rest.split_at(at);
        out.push_str(plain);
        let colour = COLOURS.iter().find(|colour| styles.coloured && harmful.starts_with(**colour));
        let length = match colour {
            Some(colour) => colour.len(),
            None => harmful.chars().next().map_or(0, char::len_utf8),
        };
        let (first, others) = harmful.split_at(length);
        match colour {
            Some(colour) => out.push_str(colour),
            None => out.push_str(&Visible(first).to_string()),
        }
        rest = others;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Prints the findings of a report to the standard error.
pub(super) fn eprint_report(report: &LocatedReport<'_>) {
    eprint_rendered(&report.render(Styles::stderr().render_options()));
}

/// Returns the text of a policy or scenario, without a byte-order mark.
pub(super) fn text_of<'b>(input: &Input, bytes: &'b [u8]) -> Result<&'b str, Failure> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to() + 1;
        Failure::Message(format!("can't read `{input}`: byte {at} is not UTF-8"))
    })?;
    Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text))
}

/// Returns a value for people: its beginning, if it is longer than anyone reads.
pub(super) fn beginning(text: &str) -> String {
    const SHOWN: usize = 200;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Writes a number with separators: `123,456`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Writes a number with its noun: `1 rule`, `2 rules`.
pub(super) fn counted(number: usize, noun: &str) -> String {
    counted_all(number as u64, noun)
}

/// Writes a number with its noun, for counts that may exceed the memory of the machine.
pub(super) fn counted_all(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}
