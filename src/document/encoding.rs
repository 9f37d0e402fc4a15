//! Bytes to text.
//!
//! The encoding of a document is decided in this order: a byte-order mark, a first character that
//! betrays UTF-16, an XML declaration, and UTF-8 otherwise. A document that contradicts its own
//! declaration is refused and not guessed at, because a prefix read in the wrong encoding would
//! match other keys.

use std::borrow::Cow;
use std::ops::Range;

use super::{SIZE_LIMIT, SyntaxError, check_size, shortened};
use crate::clause::DOCUMENT_WELL_FORMED;
use crate::text::Span;

/// Turns the bytes of a document into text, whose offsets all spans count.
///
/// UTF-8 is borrowed, without its byte-order mark if it has one. UTF-16 is recognised by its
/// byte-order mark or by its first character, `<` or `{`. An XML declaration may name UTF-8,
/// UTF-16 where the document is UTF-16, US-ASCII or ISO-8859-1; any other encoding is read only
/// as far as it is ASCII.
///
/// # Errors
///
/// A document that is larger than [`SIZE_LIMIT`](super::SIZE_LIMIT), one that is not in the
/// encoding it claims, and one in an encoding that is not known. The error stands where the text
/// before it, which could be decoded, ends.
///
/// # Examples
///
/// ```
/// use s3_replication::document::decode;
///
/// assert_eq!(decode(b"\xEF\xBB\xBF<Role/>")?, "<Role/>");
/// assert_eq!(decode(b"<\0R\0/\0>\0")?, "<R/>");
///
/// let latin_1 = b"<?xml version='1.0' encoding='ISO-8859-1'?><Prefix>\xE9</Prefix>";
/// assert!(decode(latin_1)?.ends_with("<Prefix>é</Prefix>"));
///
/// let error = decode(b"<Prefix>\xE9</Prefix>").unwrap_err();
/// assert_eq!(error.to_string(), "the byte 0xE9 is not UTF-8 here");
/// assert_eq!(error.span().start(), 8);
/// # Ok::<(), s3_replication::document::SyntaxError>(())
/// ```
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, SyntaxError> {
    check_size(bytes.len())?;
    if let Some((rest, unit)) = utf_16(bytes) {
        return from_utf_16(rest, unit).map(Cow::Owned);
    }
    match bytes.strip_prefix(UTF_8_MARK) {
        Some(rest) => from_marked_utf_8(rest).map(Cow::Borrowed),
        None => from_declared(bytes),
    }
}

/// Turns bytes that [`decode`] refused into a text in which its error stands at the right place,
/// with replacement characters from there on. Of an oversized document only the beginning comes.
///
/// A report needs a text to show, also for a document that could not be decoded. Replacement
/// characters are never passed to a reader.
pub(crate) fn decode_refused(bytes: &[u8]) -> String {
    let bytes = bytes.get(..SIZE_LIMIT.min(bytes.len())).unwrap_or_default();
    if let Some((rest, unit)) = utf_16(bytes) {
        let pairs = rest.as_chunks::<2>().0;
        let characters = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)));
        return characters.map(|found| found.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    }
    String::from_utf8_lossy(bytes.strip_prefix(UTF_8_MARK).unwrap_or(bytes)).into_owned()
}

/// The byte-order mark of UTF-8, which some editors write.
const UTF_8_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A function that joins two bytes to a unit of UTF-16.
type Unit = fn([u8; 2]) -> u16;

/// Recognises UTF-16, and returns what follows the mark.
///
/// `<` and `{` are the usual first characters of a document, and each has a zero byte beside it in
/// UTF-16.
fn utf_16(bytes: &[u8]) -> Option<(&[u8], Unit)> {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => Some((rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => Some((rest, u16::from_be_bytes)),
        [b'<' | b'{', 0, ..] => Some((bytes, u16::from_le_bytes)),
        [0, b'<' | b'{', ..] => Some((bytes, u16::from_be_bytes)),
        _ => None,
    }
}

/// An encoding that an XML declaration can name.
///
/// Two-byte encodings beside UTF-16, and encodings such as EBCDIC, are unknown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Encoding {
    Utf8,
    Utf16,
    Ascii,
    Latin1,
    /// Another one in which the bytes below 0x80 are ASCII.
    ExtendedAscii,
    Unknown,
}

impl Encoding {
    /// Returns the encoding of a name. Names are compared without regard to case, as XML requires.
    fn named(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "utf-8" | "utf8" => Self::Utf8,
            "utf-16" | "utf-16le" | "utf-16be" => Self::Utf16,
            "us-ascii" | "ascii" => Self::Ascii,
            "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "latin1" | "latin-1" => Self::Latin1,
            "windows-1252" | "cp1252" => Self::ExtendedAscii,
            _ if name.starts_with("iso-8859-") => Self::ExtendedAscii,
            _ => Self::Unknown,
        }
    }
}

/// Decodes UTF-16, whose bytes `unit` joins.
///
/// A declaration that names another encoding is a contradiction, since the bytes are certainly
/// UTF-16.
fn from_utf_16(bytes: &[u8], unit: Unit) -> Result<String, SyntaxError> {
    // An odd byte at the end is reported only if all before it could be decoded.
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match character {
            Ok(character) => text.push(character),
            Err(lone) => {
                let surrogate = lone.unpaired_surrogate();
                let message = format!("the UTF-16 surrogate 0x{surrogate:04X} has no partner");
                return Err(refused_at(text.len(), message));
            }
        }
    }
    if !odd.is_empty() {
        return Err(refused_at(text.len(), "half a UTF-16 character is at the end"));
    }
    match declared_encoding(text.as_bytes()) {
        Some((name, at)) if Encoding::named(name) != Encoding::Utf16 => {
            Err(contradiction(name, at, "UTF-16"))
        }
        _ => Ok(text),
    }
}

/// Decodes what stands behind the byte-order mark of UTF-8.
///
/// ASCII is a part of UTF-8, so a declaration of ASCII is no contradiction.
fn from_marked_utf_8(bytes: &[u8]) -> Result<&str, SyntaxError> {
    match declared_encoding(bytes) {
        Some((name, at)) if !matches!(Encoding::named(name), Encoding::Utf8 | Encoding::Ascii) => {
            Err(contradiction(name, at, "UTF-8"))
        }
        _ => from_utf_8(bytes),
    }
}

/// Decodes bytes without a mark, by the XML declaration if there is one.
fn from_declared(bytes: &[u8]) -> Result<Cow<'_, str>, SyntaxError> {
    let Some((name, at)) = declared_encoding(bytes) else {
        return from_utf_8(bytes).map(Cow::Borrowed);
    };
    match Encoding::named(name) {
        Encoding::Utf8 => from_utf_8(bytes).map(Cow::Borrowed),
        Encoding::Utf16 => Err(contradiction(name, at, "a one-byte encoding")),
        Encoding::Ascii => from_ascii(bytes, name),
        Encoding::Latin1 => Ok(from_latin_1(bytes)),
        Encoding::ExtendedAscii if bytes.is_ascii() => from_utf_8(bytes).map(Cow::Borrowed),
        Encoding::ExtendedAscii | Encoding::Unknown => Err(unknown_encoding(name, at)),
    }
}

/// Decodes UTF-8. The error stands at the first byte that does not fit.
fn from_utf_8(bytes: &[u8]) -> Result<&str, SyntaxError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let byte = bytes.get(at).copied().unwrap_or_default();
        refused_at(at, format!("the byte 0x{byte:02X} is not UTF-8 here"))
            .with_help("save the document as UTF-8")
    })
}

/// Decodes US-ASCII, which the declaration names, so that other bytes are a contradiction.
fn from_ascii<'b>(bytes: &'b [u8], name: &str) -> Result<Cow<'b, str>, SyntaxError> {
    match bytes.iter().position(|byte| !byte.is_ascii()) {
        None => from_utf_8(bytes).map(Cow::Borrowed),
        Some(at) => {
            let byte = bytes.get(at).copied().unwrap_or_default();
            let message = format!("the byte 0x{byte:02X} is not `{name}`, which is declared");
            Err(refused_at(at, message).with_help("declare the encoding that the document has"))
        }
    }
}

/// Decodes ISO-8859-1, whose bytes are the first 256 characters of Unicode.
///
/// No byte is invalid, so a document that is wrongly declared is read with wrong characters.
fn from_latin_1(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => Cow::Borrowed(text),
        _ => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
    }
}

/// Returns the encoding that an XML declaration at the beginning names, and its place.
///
/// This looks only so far as it must to learn the name; the XML reader checks the declaration.
///
/// For `<?xml version="1.0" encoding="UTF-8"?>` this is `UTF-8` and the range of these five bytes.
fn declared_encoding(bytes: &[u8]) -> Option<(&str, Range<usize>)> {
    let inside = bytes.strip_prefix(b"<?xml")?;
    inside.first().filter(|byte| byte.is_ascii_whitespace())?;
    let end = inside.iter().position(|byte| *byte == b'>' || !byte.is_ascii())?;
    let inside = std::str::from_utf8(inside.get(..end)?).ok()?;
    let before = inside.find("encoding")? + "encoding".len();
    let value = inside.get(before..)?.trim_ascii_start().strip_prefix('=')?.trim_ascii_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let name = value.strip_prefix(quote)?;
    let start = "<?xml".len() + inside.len() - name.len();
    let name = name.get(..name.find(quote)?)?;
    Some((name, start..start + name.len()))
}

/// Returns the error for a declaration that the bytes contradict.
fn contradiction(name: &str, at: Range<usize>, found: &str) -> SyntaxError {
    let message = format!("the encoding `{}` is declared, but this is {found}", shortened(name));
    SyntaxError::new(&DOCUMENT_WELL_FORMED, Span::clamped(at.start, at.end), message)
        .with_help("declare the encoding that the document has, or none for UTF-8")
}

/// Returns the error for an encoding that is not read.
fn unknown_encoding(name: &str, at: Range<usize>) -> SyntaxError {
    let message = format!("the encoding `{}` is not read", shortened(name));
    SyntaxError::new(&DOCUMENT_WELL_FORMED, Span::clamped(at.start, at.end), message)
        .with_help("save the document as UTF-8, and declare `UTF-8` or nothing")
}

/// Returns the error for bytes that cannot be decoded, after the text before them.
fn refused_at(offset: usize, message: impl Into<String>) -> SyntaxError {
    SyntaxError::new(&DOCUMENT_WELL_FORMED, Span::clamped(offset, offset), message)
}
