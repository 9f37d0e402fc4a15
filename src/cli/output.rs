//! Writing to the standard output and the standard error.
//!
//! Results go to the standard output, and all else to the standard error.

use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::Path;
use std::sync::OnceLock;

use s3_replication::diagnostic::LocatedReport;
use s3_replication::text::Visible;

use crate::cli::Failure;
use crate::cli::counts::with_short_words;
use crate::cli::input::Input;
use crate::cli::sink::{self, Sink};
use crate::cli::styles::{self, Color, Styles};

/// The options of the whole command line that concern its output.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(super) struct OutputOptions {
    /// When to use colour; `auto` uses it on terminals unless `NO_COLOR` is set, and everywhere if
    /// `CLICOLOR_FORCE` is set
    #[arg(long, value_enum, default_value = "auto", global = true, value_name = "WHEN")]
    #[arg(help_heading = "Global options")]
    color: Color,
    /// Print results and findings only, without remarks or progress
    #[arg(short, long, global = true, help_heading = "Global options")]
    quiet: bool,
}

/// The options of this run. Tests of single functions run without any.
static OPTIONS: OnceLock<OutputOptions> = OnceLock::new();

/// Sets the options, once, before anything is written.
pub(super) fn set_options(options: OutputOptions) {
    styles::set_color(options.color);
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

/// Prints the findings of a report to the standard error.
pub(super) fn eprint_report(report: &LocatedReport<'_>) {
    eprint_rendered(&report.render(Styles::stderr().render_options()));
}

/// Returns the text of a policy or scenario, without a byte-order mark.
pub(super) fn text_of<'b>(input: &Input, bytes: &'b [u8]) -> Result<&'b str, Failure> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to() + 1;
        Failure::Message(format!("cannot read `{input}`: byte {at} is not UTF-8"))
    })?;
    Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text))
}
