//! HCL, the language of Terraform: bodies of attributes and blocks, with the span of every item.
//!
//! This is the only format that is not turned into a [`Document`](super::Document). A module is a
//! program, with expressions, references and functions, and `template::terraform` evaluates it from
//! the body.
//!
//! Spans count from the text behind a byte-order mark, so [`HclFile::before`] is added to each of
//! them before a finding shows it.

use hcl_edit::parser::parse_body;
use hcl_edit::structure::Body;

use super::{BYTE_ORDER_MARK, SyntaxError, check_size};
use crate::clause::DOCUMENT_WELL_FORMED;
use crate::text::Span;

/// A file of HCL that was read.
#[derive(Debug)]
pub(crate) struct HclFile {
    /// The attributes and blocks of the file, as the parser returns them.
    pub(crate) body: Body,
    /// The number of bytes before the text that the spans of the body count from.
    pub(crate) before: usize,
}

/// Reads a file of HCL. A byte-order mark is skipped.
///
/// The parser limits the nesting of blocks and expressions to 64 levels and the length of operator
/// chains, so that no tree overflows the stack.
pub(crate) fn read_hcl(text: &str) -> Result<HclFile, SyntaxError> {
    check_size(text.len())?;
    let inside = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let before = text.len() - inside.len();
    match parse_body(inside) {
        Ok(body) => Ok(HclFile { body, before }),
        Err(error) => Err(refusal(text, before, &error)),
    }
}

/// Rewords an error of the parser. Unclosed strings and heredocs are looked for by hand, because
/// the parser reports where it gave up, which may be far behind the mistake.
///
/// Strings come first: they are looked for near the error, and a heredoc anywhere before it. The
/// message of the parser is put on one line, since a finding has one line.
fn refusal(text: &str, before: usize, error: &hcl_edit::parser::Error) -> SyntaxError {
    let offset = error.location().offset() + before;
    let found = super::character_at(text, offset);
    if let Some(unclosed) = unclosed_string(text, found.range().start) {
        return SyntaxError::new(&DOCUMENT_WELL_FORMED, unclosed, "the string is not closed")
            .with_help("write `\"` at the end of the string, on the same line");
    }
    if let Some(unclosed) = unclosed_heredoc(text, found.range().start) {
        return SyntaxError::new(&DOCUMENT_WELL_FORMED, unclosed, "the heredoc is not closed")
            .with_help("write its delimiter on a line of its own");
    }
    let message = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
    let message = message.replace("; ", ", ");
    SyntaxError::new(&DOCUMENT_WELL_FORMED, found, format!("this is not HCL: {message}"))
}

/// Finds a string that is opened on the line of an error, or on the line before, and not closed
/// there: the parser reports the end of that line or the beginning of a later one.
fn unclosed_string(text: &str, offset: usize) -> Option<Span> {
    let before = text.get(..offset)?;
    let mut start = before.rfind('\n').map_or(0, |at| at + 1);
    // This line, then the one before.
    for _ in 0..2 {
        let line = text.get(start..)?.lines().next().unwrap_or_default();
        if let Some(at) = open_quote(line) {
            return Some(Span::clamped(start + at, start + line.len()));
        }
        start = text.get(..start.checked_sub(1)?)?.rfind('\n').map_or(0, |at| at + 1);
    }
    None
}

/// Returns the offset of a quotation mark that nothing closes on its line.
///
/// A quotation mark inside `${…}` or `%{…}` belongs to an expression, and closes nothing. What is
/// behind a `#` outside a string is a comment.
///
/// | line | result |
/// | --- | --- |
/// | `a = "b` | `Some(4)` |
/// | `a = "b"` | `None` |
/// | `a = "${b["c"]}` | `Some(4)` |
/// | `a = 1 # "b` | `None` |
fn open_quote(line: &str) -> Option<usize> {
    let (mut open, mut is_escaped, mut depth) = (None, false, 0_usize);
    let mut previous = ' ';
    for (at, c) in line.char_indices() {
        match (open, c) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(_), '{') if matches!(previous, '$' | '%') => depth += 1,
            (Some(_), '}') if depth > 0 => depth -= 1,
            (Some(_), '"') if depth == 0 => open = None,
            (None, '"') => open = Some(at),
            (None, '#') => return None,
            _ => {}
        }
        previous = c;
    }
    open
}

/// Finds a heredoc that is opened before an offset and whose delimiter never comes.
///
/// Only the last `<<` before the offset is looked at.
fn unclosed_heredoc(text: &str, offset: usize) -> Option<Span> {
    let at = text.get(..offset)?.rfind("<<")?;
    let line = text.get(at..)?.lines().next()?;
    let delimiter = line.trim_start_matches(['<', '-']).trim();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let is_open = !delimiter.is_empty()
        && delimiter.chars().all(is_name)
        && !text.get(at + line.len()..)?.lines().any(|line| line.trim() == delimiter);
    is_open.then(|| Span::clamped(at, at + line.len()))
}
