//! What a text must be to reach S3 at all: requests are XML 1.0.

/// Returns the first character that an XML 1.0 document can't hold, escaped or not.
///
/// A configuration that is written in JSON, or built in code, ends up in XML all the same.
pub(crate) fn illegal_character(text: &str) -> Option<char> {
    let illegal = |c: char| match c {
        '\t' | '\n' | '\r' => false,
        c => c < ' ' || matches!(c, '\u{FFFE}' | '\u{FFFF}'),
    };
    text.chars().find(|c| illegal(*c))
}
