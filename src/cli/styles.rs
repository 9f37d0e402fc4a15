//! The look of text that all commands share: colours, and the width of a terminal.
//!
//! Everything that comes from a document passes through [`Visible`] on its way to a terminal, because a
//! key may contain escapes.
//!
//! ```text
//! answer ─▶ colours of single words ─▶ `present`: escapes made visible, labels coloured, lines broken
//!           (`error`, `statuses`, …)
//! ```
//!
//! In a pipe or a file without `--color always`, all of these leave the text as it is, except that
//! characters which control a terminal are shown as escapes everywhere. Documents for programs do
//! not come here.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _};
use std::sync::OnceLock;

use s3_replication::diagnostic::RenderOptions;
use s3_replication::text::Visible;

use crate::cli::counts::grouped;
use crate::cli::wrap::wrapped;

/// The answers to when to use colour.
// A `///` on a variant would be its help.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
pub(super) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// When this run uses colour. Tests of single functions run without an answer.
static COLOR: OnceLock<Color> = OnceLock::new();

/// Sets when to use colour, once, before anything is written.
pub(super) fn set_color(color: Color) {
    let _ = COLOR.set(color);
}

/// Returns when to use colour.
fn color() -> Color {
    COLOR.get().copied().unwrap_or_default()
}

/// The fewest columns that text is broken to.
///
/// In a narrower terminal, lines are broken by the terminal itself.
const NARROWEST: usize = 40;

/// The look of text on one of the two outputs: colours, and the width of a terminal.
///
/// Colours follow `--color`, `NO_COLOR` and `TERM`; the width is that of the terminal, if it is
/// one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Styles {
    /// True if escapes for colours are written.
    coloured: bool,
    /// The columns of the terminal; `None` where lines are not broken.
    width: Option<usize>,
}

impl Styles {
    /// Returns the styles of the standard output.
    ///
    /// They are looked up once, so a terminal that is resized meanwhile keeps its first width.
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

    /// Returns the styles of one output.
    ///
    /// The rules are those of <https://no-color.org> and <https://bixense.com/clicolors>: an option
    /// comes first, then `NO_COLOR`, then `CLICOLOR_FORCE`, then the terminal. A variable that is
    /// empty counts as absent. `size` is asked only for a terminal.
    fn of(
        is_terminal: bool,
        size: impl Fn() -> Option<(terminal_size::Width, terminal_size::Height)>,
    ) -> Self {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        let coloured = match color() {
            Color::Auto => {
                let is_forced = std::env::var_os("CLICOLOR_FORCE")
                    .is_some_and(|value| !value.is_empty() && value != "0");
                !is_set("NO_COLOR") && (is_forced || is_terminal && !is_dumb)
            }
            Color::Always => true,
            Color::Never => false,
        };
        // Asked for even where colours are off: lines fit the terminal in either case.
        let size = if is_terminal { size() } else { None };
        let width = size.map(|(terminal_size::Width(columns), _)| columns.into());
        // Colours in a pipe are for a pager, whose width a shell exports.
        let exported = || std::env::var("COLUMNS").ok()?.parse().ok();
        let width = width.or_else(|| if color() == Color::Always { exported() } else { None });
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
    ///
    /// A count of zero is `0 failed` without colour, and one of 1200 is `1,200 failed` in red.
    pub(super) fn failed(self, count: u64, word: &str) -> String {
        let text = format!("{} {word}", grouped(count));
        if count == 0 { text } else { self.error(&text) }
    }

    /// A text in which the words of replication statuses are coloured.
    ///
    /// Only whole words count: `FAILED` is coloured, and `FAILEDX` is not. A key that is such a
    /// word is coloured, too, which does no harm. `Failed` and `Complete` are the words for jobs.
    pub(super) fn statuses(self, text: &str) -> String {
        if !self.coloured {
            return text.to_owned();
        }
        let words = text.split_inclusive(|c: char| !c.is_ascii_alphabetic());
        let words = words.map(|part| {
            // A part is a word with the one character that ends it, or that character alone.
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
    ///
    /// The order matters. Control characters are made visible before labels get escapes of their
    /// own, and lines are broken last, because a visible escape is longer than its character.
    pub(super) fn present(self, text: &str) -> String {
        let shown = shown(text, self);
        let shown = if self.coloured { self.labelled(&shown) } else { shown.into_owned() };
        match self.width {
            Some(width) => wrapped(&shown, width),
            None => shown,
        }
    }

    /// Colours the labels at the beginning of lines.
    ///
    /// Only the beginning of a line holds a label of this program. The same word in the middle is part
    /// of a value.
    fn labelled(self, text: &str) -> String {
        let lines = text.split_inclusive('\n').map(|line| {
            let inside = line.trim_start_matches(' ');
            let (indent, _) = line.split_at(line.len() - inside.len());
            let label = LABELS.iter().find(|label| inside.starts_with(**label));
            let Some((label, rest)) = label.and_then(|label| inside.split_at_checked(label.len()))
            else {
                return line.to_owned();
            };
            // The colour of a warning among findings, so that both look alike.
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

/// The labels of lines that are not findings.
///
/// Findings are rendered by the library, with colours of their own.
const LABELS: [&str; 5] = ["note:", "help:", "near miss:", "warning:", "Note:"];

/// The sequences that [`Styles`] write, and nothing else does.
///
/// [`shown`] lets them pass. A document could contain them, too, but colours cannot do harm: they
/// move no cursor and hide no text.
///
/// No sequence of these may be the beginning of one that comes after it.
const COLOURS: [&str; 5] = [ERROR, WARNING, SUCCESS, HEADING, PLAIN];
const ERROR: &str = "\x1b[1;31m";
const WARNING: &str = "\x1b[1;33m";
const SUCCESS: &str = "\x1b[32m";
const HEADING: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";

/// Returns a text of several lines in which characters that control a terminal are escapes.
///
/// The usual text has no such character and is not copied.
///
/// ```text
/// a line break                stays
/// ESC ] 0 ; x                 \u{1b}]0;x
/// ESC [ 3 2 m ok ESC [ 0 m    stays where colours are wanted, else \u{1b}[32mok\u{1b}[0m
/// ```
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
