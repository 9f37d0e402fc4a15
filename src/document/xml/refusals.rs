//! The messages about documents that are refused.
//!
//! All messages are here, so that the reader reads like the grammar. Each states what is wrong in
//! the words of XML; the help, where there is one, states what to write.
//!
//! Words of the document are shortened in all of them. Most rest on the clause that a document is
//! well-formed (REP-101). What is refused although it is well-formed, such as a document type,
//! rests on that about defences (REP-103).

use quick_xml::errors::SyntaxError as MarkupError;

use super::names::QualifiedName;
use crate::clause::{DOCUMENT_DEFENCES, DOCUMENT_WELL_FORMED};
use crate::document::{SyntaxError, shortened};
use crate::text::Span;

/// Returns the error for a document that is not well-formed (REP-101).
pub(super) fn ill_formed(place: Span, message: impl Into<String>) -> SyntaxError {
    SyntaxError::new(&DOCUMENT_WELL_FORMED, place, message)
}

/// Returns the error for text before or behind the root element.
pub(super) fn outside_root(place: Span) -> SyntaxError {
    ill_formed(place, "text stands outside the root element")
}

/// Returns the error for a document type declaration (REP-103). What it declares is never expanded.
pub(super) fn document_type(place: Span) -> SyntaxError {
    SyntaxError::new(&DOCUMENT_DEFENCES, place, "a document type declaration is not read")
        .with_help("remove it, from `<!DOCTYPE` to the `>` that closes it")
}

/// Returns the error for XML 1.1 and unknown versions, whose line ends and names differ.
pub(super) fn unknown_version(version: &str, place: Span) -> SyntaxError {
    let message = format!("XML of version `{}` is not read", shortened(version));
    ill_formed(place, message).with_help("declare version `1.0`")
}

/// Returns the error for a name that XML or its namespaces do not allow.
pub(super) fn illegal_name(name: &str, at: usize) -> SyntaxError {
    let place = Span::clamped(at, at + name.len());
    ill_formed(place, format!("`{}` cannot be a name here", shortened(name)))
}

/// Returns the error for a prefix that no declaration in force binds.
///
/// The place is that of the prefix alone, since the local part is not wrong.
pub(super) fn undeclared(name: QualifiedName<'_>, at: usize) -> SyntaxError {
    let place = Span::clamped(at, at + name.prefix.len());
    let prefix = shortened(name.prefix);
    ill_formed(place, format!("the namespace prefix `{prefix}` is not declared"))
}

/// Returns the error for an `&` that is meant as itself.
pub(super) fn lone_ampersand(place: Span) -> SyntaxError {
    ill_formed(place, "this `&` begins no reference").with_help("write `&amp;`")
}

/// Returns the message about markup that is unclosed or unknown.
///
/// Markup that ends with the document is reported where it begins.
pub(super) const fn unclosed(error: MarkupError) -> &'static str {
    match error {
        MarkupError::InvalidBangMarkup => "`<!` begins nothing that can stand here",
        MarkupError::UnclosedPI => "this processing instruction is not closed with `?>`",
        MarkupError::UnclosedXmlDecl => "the XML declaration is not closed with `?>`",
        MarkupError::UnclosedComment => "this comment is not closed with `-->`",
        MarkupError::UnclosedDoctype => "this declaration is not closed with `>`",
        MarkupError::UnclosedCData => "this CDATA section is not closed with `]]>`",
        MarkupError::UnclosedTag => "this tag is not closed with `>`",
        MarkupError::UnclosedSingleQuotedAttributeValue
        | MarkupError::UnclosedDoubleQuotedAttributeValue => {
            "the value of an attribute in this tag is not closed"
        }
    }
}
