//! Files whose bytes are decoded.
//!
//! A file that is no text, such as one with an invalid sequence of UTF-8, stays in the list with an
//! error and with the text as far as it can be shown. So the numbers of files are the same
//! everywhere: in findings, in the report of each file, and in the places of configurations.

use crate::document::{self, SyntaxError};
use crate::text::SourceText;

/// A file whose bytes are decoded.
///
/// A file in UTF-16 with a byte order mark is decoded as well: editors on Windows write templates
/// like that.
pub(super) struct Decoded {
    pub(super) source: SourceText,
    /// The first byte that cannot be decoded. The file is not read then.
    pub(super) error: Option<SyntaxError>,
}

impl Decoded {
    pub(super) fn new(name: &str, bytes: &[u8]) -> Self {
        match document::decode(bytes) {
            Ok(text) => Self { source: SourceText::new(name, text), error: None },
            Err(error) => {
                let text = document::decode_refused(bytes);
                Self { source: SourceText::new(name, text), error: Some(error) }
            }
        }
    }
}
