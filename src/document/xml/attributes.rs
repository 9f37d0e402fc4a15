//! The attributes of a start tag and of the XML declaration.
//!
//! S3's documents have no attributes but declarations of namespaces. The others are still taken
//! apart: a document with a malformed attribute is not well-formed, even if nothing reads the
//! attribute (REP-101).
//!
//! For the tag `<Rule a="1" xmlns:s3='urn:x'>`, the input is ` a="1" xmlns:s3='urn:x'`, and the
//! results are two:
//!
//! ```text
//! name `a`          value `1`      place of `a="1"`
//! name `xmlns:s3`   value `urn:x`  place of `xmlns:s3='urn:x'`; it declares `s3`
//! ```

use std::borrow::Cow;

use super::characters::resolve_reference;
use super::names::QualifiedName;
use super::refusals::{ill_formed, lone_ampersand};
use crate::document::{SyntaxError, shortened};
use crate::text::Span;

/// An attribute with its value, in which references are resolved.
pub(super) struct Attribute<'t> {
    pub(super) name: QualifiedName<'t>,
    pub(super) value: Cow<'t, str>,
    pub(super) place: Span,
}

impl<'t> Attribute<'t> {
    /// Returns the prefix that the attribute declares, if it is a declaration. The empty
    /// prefix is that of the default namespace.
    ///
    /// For `xmlns:s3="…"` this is `s3`, for `xmlns="…"` the empty prefix.
    pub(super) fn declared_prefix(&self) -> Option<&'t str> {
        match self.name.prefix {
            "xmlns" => Some(self.name.local),
            "" if self.name.local == "xmlns" => Some(""),
            _ => None,
        }
    }
}

/// Takes apart what stands behind the name in a tag. The first error makes the rest worthless.
///
/// An iterator over `Result`, so that the caller stops at the first error by collecting.
pub(super) struct Attributes<'t> {
    pub(super) rest: &'t str,
    /// The end of `rest` in the text.
    pub(super) end: usize,
}

impl<'t> Iterator for Attributes<'t> {
    type Item = Result<Attribute<'t>, SyntaxError>;

    fn next(&mut self) -> Option<Self::Item> {
        let written = self.rest.trim_ascii_start();
        if written.is_empty() { None } else { Some(self.attribute(written)) }
    }
}

impl<'t> Attributes<'t> {
    /// Reads the next attribute, and leaves what follows it in `rest`.
    ///
    /// `written` is `rest` without the white space before it. Without any, two attributes touch, as
    /// in `a="1"b="2"`, which XML does not allow.
    fn attribute(&mut self, written: &'t str) -> Result<Attribute<'t>, SyntaxError> {
        let at = self.end - written.len();
        if written.len() == self.rest.len() {
            return Err(ill_formed(Span::clamped(at, at), "white space is missing here"));
        }
        // White space may stand around `=`, so the name ends at either.
        let length = written.find(|c: char| c == '=' || c.is_ascii_whitespace());
        let (name, rest) =
            written.split_at_checked(length.unwrap_or(written.len())).unwrap_or_default();
        let name = QualifiedName::parse(name, at)?;
        let refused = |problem| {
            let message =
                format!("the value of the attribute `{}` {problem}", shortened(name.whole));
            ill_formed(Span::clamped(at, at + name.whole.len()), message)
        };
        let Some(value) = rest.trim_ascii_start().strip_prefix('=') else {
            return Err(refused("is missing"));
        };
        let (value, rest) =
            quoted(value.trim_ascii_start()).ok_or_else(|| refused("is not in quotation marks"))?;
        // Counted from the end, because white space around `=` was dropped at the beginning.
        let value_at = self.end - rest.len() - 1 - value.len();
        let value = attribute_value(value, value_at)?;
        self.rest = rest;
        Ok(Attribute { name, value, place: Span::clamped(at, self.end - rest.len()) })
    }
}

/// Takes a text apart that begins with a quotation mark: into what it quotes and what follows.
///
/// For example, `'a' b="c"` is taken apart into `a` and ` b="c"`.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text.strip_prefix(quote)?.split_once(quote)
}

/// Resolves the references in the value of an attribute, and makes all white space spaces.
///
/// A value without references and white space is borrowed.
///
/// Line ends and tabs in a value count as spaces, unless they are written as references: `&#10;`
/// stays a line feed (section 3.3.3 of XML 1.0).
fn attribute_value(written: &str, at: usize) -> Result<Cow<'_, str>, SyntaxError> {
    if let Some(bracket) = written.find('<') {
        let place = Span::clamped(at + bracket, at + bracket + 1);
        let message = "an attribute value contains `<`";
        return Err(ill_formed(place, message).with_help("write `&lt;`, or close the tag before"));
    }
    if !written.contains(['&', '\t', '\n', '\r']) {
        return Ok(Cow::Borrowed(written));
    }
    let end = at + written.len();
    let mut value = String::with_capacity(written.len());
    let mut rest = written;
    while let Some((before, reference)) = rest.split_once('&') {
        push_with_spaces(&mut value, before);
        let start = end - reference.len() - 1;
        let Some((name, behind)) = reference.split_once(';') else {
            return Err(lone_ampersand(Span::clamped(start, start + 1)));
        };
        let place = Span::clamped(start, end - behind.len());
        value.push(resolve_reference(name, place)?);
        rest = behind;
    }
    push_with_spaces(&mut value, rest);
    Ok(Cow::Owned(value))
}

/// Adds a text with a space for each line end and tab, as XML normalises attribute values.
fn push_with_spaces(value: &mut String, written: &str) {
    value.push_str(&written.replace("\r\n", " ").replace(['\t', '\n', '\r'], " "));
}
