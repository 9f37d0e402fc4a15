//! Writing: to a standard output that may be closed at any time, and to whoever reads the errors.

use std::io::{self, BufWriter, IsTerminal as _, StdoutLock, Write};
use std::path::Path;

use s3_replication::Report;
use s3_replication::diagnostic::RenderOptions;
use s3_replication::text::{SourceText, Visible};

use crate::cli::input::Input;
use crate::cli::sink::{self, Sink};
use crate::cli::{Failure, Status};

/// The standard output, locked and buffered.
pub(super) struct Output {
    writer: BufWriter<StdoutLock<'static>>,
}

impl Output {
    pub(super) fn new() -> Self {
        const BUFFER: usize = 128 * 1024;
        Self { writer: BufWriter::with_capacity(BUFFER, io::stdout().lock()) }
    }

    pub(super) fn write(&mut self, bytes: impl AsRef<[u8]>) -> Result<(), Failure> {
        self.writer.write_all(bytes.as_ref()).map_err(|error| sink::unwritten(None, &error))
    }

    /// Hands over what was written. To be called at the end: dropping tells nobody about errors.
    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        self.writer.flush().map_err(|error| sink::unwritten(None, &error))
    }
}

/// Writes a whole document to a file; without one, or when it is `-`, to the standard output.
pub(super) fn deliver(text: &str, file: Option<&Path>) -> Result<(), Failure> {
    let mut sink = Sink::open(file)?;
    sink.write_all(text.as_bytes()).map_err(|error| sink.unwritten(&error))?;
    sink.finish()
}

/// Says on the standard error that something is wrong.
pub(super) fn complain(message: &str) {
    tell(&format!("error: {}\n", Visible(message)));
}

/// Writes to the standard error; when that is gone, there is nobody left to tell.
pub(super) fn tell(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Returns the text of a document of our own, without a byte-order mark.
pub(super) fn text_of<'b>(input: &Input, bytes: &'b [u8]) -> Result<&'b str, Failure> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to() + 1;
        Failure::Message(format!("can't read `{input}`: byte {at} is not UTF-8"))
    })?;
    Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text))
}

/// Shows what is wrong with a document of our own, and returns the failure that follows.
pub(super) fn refused(input: &Input, text: &str, report: &Report) -> Failure {
    let text = SourceText::new(input.to_string(), text);
    tell(&report.render_with(&text, error_rendering()));
    Failure::Reported(Status::Wrong)
}

/// Returns how reports look on the standard output.
pub(super) fn rendering() -> RenderOptions {
    coloured(io::stdout().is_terminal())
}

/// Returns how reports look on the standard error.
pub(super) fn error_rendering() -> RenderOptions {
    coloured(io::stderr().is_terminal())
}

fn coloured(terminal: bool) -> RenderOptions {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    let options = RenderOptions::new();
    if terminal && !dumb && !set("NO_COLOR") { options.coloured() } else { options }
}

/// Writes a number as people do: `123,456`.
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

/// Writes how many there are of something: `1 rule`, `2 rules`.
pub(super) fn counted(number: usize, noun: &str) -> String {
    counted_all(number as u64, noun)
}

/// Writes how many there are of something of which there may be billions.
pub(super) fn counted_all(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}
