//! Names, and how namespaces take them apart.
//!
//! A name such as `s3:Rule` has a prefix, which a declaration binds to a namespace, and a local
//! part. Only namespace and local part count; the prefix is the author's choice.

use super::refusals::illegal_name;
use crate::document::SyntaxError;
use crate::text::Span;

/// A name as namespaces take it apart; without a prefix, that is empty.
///
/// `s3:Rule` has the prefix `s3` and the local part `Rule`.
#[derive(Clone, Copy)]
pub(super) struct QualifiedName<'t> {
    pub(super) prefix: &'t str,
    pub(super) local: &'t str,
    pub(super) whole: &'t str,
}

impl<'t> QualifiedName<'t> {
    /// Takes a name apart; `at` is its place in the text, for the error.
    ///
    /// | name | prefix | local |
    /// | --- | --- | --- |
    /// | `Rule` | | `Rule` |
    /// | `s3:Rule` | `s3` | `Rule` |
    /// | `:Rule`, `s3:`, `a:b:c`, `1a` | refused | |
    pub(super) fn parse(whole: &'t str, at: usize) -> Result<Self, SyntaxError> {
        // Nearly all names are such, and the test of each byte is cheaper than of each character.
        if is_plain_name(whole) {
            return Ok(Self { prefix: "", local: whole, whole });
        }
        let (prefix, local) = match whole.split_once(':') {
            Some((prefix, local)) if is_name(prefix) => (prefix, local),
            Some(_) => return Err(illegal_name(whole, at)),
            None => ("", whole),
        };
        if !is_name(local) {
            return Err(illegal_name(whole, at));
        }
        Ok(Self { prefix, local, whole })
    }
}

/// Returns true for a name that is ASCII and without a colon, as nearly all are.
fn is_plain_name(name: &str) -> bool {
    let continues = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(continues)
}

/// Returns true for a name without a colon.
///
/// This is the production `NCName` of the specification of namespaces.
pub(super) fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(begins_name) && characters.all(continues_name)
}

/// Returns true for the characters of production 4 of XML 1.0, without the colon.
const fn begins_name(c: char) -> bool {
    matches!(c, 'A'..='Z' | '_' | 'a'..='z'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
        | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// Returns true for the characters of production 4a of XML 1.0, without the colon.
const fn continues_name(c: char) -> bool {
    begins_name(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}'
            | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// Checks the name of a processing instruction.
///
/// `xml` in any case is reserved for the declaration, which must be the first thing in a document.
pub(super) fn check_target(target: &str, place: Span) -> Result<(), SyntaxError> {
    if !is_name(target) || target.eq_ignore_ascii_case("xml") {
        return Err(illegal_name(target, place.range().start + "<?".len()));
    }
    Ok(())
}
