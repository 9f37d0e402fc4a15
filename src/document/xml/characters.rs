//! Characters: which XML allows, and what references stand for.
//!
//! XML 1.0 has a set of allowed characters and five names for others. Everything beyond them would
//! have to be declared in a document type, which is refused (REP-103). So a reference is always one
//! character, and a document cannot grow while it is read.

use super::names::is_name;
use super::refusals::{ill_formed, lone_ampersand};
use crate::clause::DOCUMENT_DEFENCES;
use crate::document::{SyntaxError, character_at, shortened};
use crate::text::{Span, is_xml_character};

/// Resolves what stands between `&` and `;`, which is a character, never a text: without a
/// document type declaration there are no others.
///
/// For example, `amp` is `&`, and so are `#38` and `#x26`.
pub(super) fn resolve_reference(name: &str, place: Span) -> Result<char, SyntaxError> {
    match name {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        _ if name.starts_with('#') => resolve_number(name, place),
        _ if is_name(name) => {
            let message = format!("the entity `&{};` is not declared", shortened(name));
            Err(SyntaxError::new(&DOCUMENT_DEFENCES, place, message)
                .with_help("only `&amp;`, `&lt;`, `&gt;`, `&apos;` and `&quot;` are known"))
        }
        _ => Err(lone_ampersand(Span::clamped(place.range().start, place.range().start + 1))),
    }
}

/// Resolves `#38` or `#x26`. A number beyond Unicode, and one of a character that XML does not
/// allow, is refused.
///
/// `#x` needs lower case, as XML has it. `#0` and `#xD800` are refused: neither is a character of
/// XML.
fn resolve_number(name: &str, place: Span) -> Result<char, SyntaxError> {
    let (digits, radix) = match name.strip_prefix("#x") {
        Some(digits) => (digits, 16),
        None => (name.strip_prefix('#').unwrap_or_default(), 10),
    };
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        let message = format!("`&{};` is not a character reference", shortened(name));
        return Err(ill_formed(place, message));
    }
    let character = u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    character.filter(|character| is_xml_character(*character)).ok_or_else(|| {
        let message = format!("`&{};` is not a character that XML allows", shortened(name));
        SyntaxError::new(&DOCUMENT_DEFENCES, place, message)
    })
}

/// Refuses the characters that no XML document may have in it, wherever they are.
///
/// The whole text is checked once, before anything is read: an illegal character is illegal
/// everywhere, also in comments and names.
pub(super) fn check_characters(text: &str) -> Result<(), SyntaxError> {
    // The illegal characters behind the control characters begin with the byte 0xEF. Looking at
    // every byte without leaving the loop is what compilers turn into vector instructions.
    let is_suspicious = |byte: u8| (byte < 0x20 && !is_white_space(byte)) || byte == 0xEF;
    if !text.bytes().fold(false, |any, byte| any | is_suspicious(byte)) {
        return Ok(());
    }
    match text.char_indices().find(|(_, character)| !is_xml_character(*character)) {
        None => Ok(()),
        Some((at, character)) => {
            let message =
                format!("XML does not allow the character U+{:04X}", u32::from(character));
            Err(SyntaxError::new(&DOCUMENT_DEFENCES, character_at(text, at), message))
        }
    }
}

/// Returns true for the four characters that XML calls white space.
pub(super) const fn is_white_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
