//! Files whose bytes are decoded.

use crate::document::{self, SyntaxError};
use crate::text::SourceText;

/// A file whose bytes are decoded.
pub(super) struct Decoded {
    pub(super) source: SourceText,
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
