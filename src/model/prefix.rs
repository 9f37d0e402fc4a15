use std::fmt;
use std::str::FromStr;

use crate::text::illegal_in_xml;

/// A prefix of object keys, at most 1,024 characters. The empty prefix matches every key.
///
/// S3 documents the limit in characters for prefixes and in bytes for keys, so a prefix can be
/// longer than any key; it then matches no key (REP-238). S3 compares bytes (REP-301).
///
/// # Examples
///
/// ```
/// use s3_replication::model::Prefix;
///
/// let prefix: Prefix = "Tax/".parse()?;
/// assert!(prefix.is_start_of(b"Tax/doc1.pdf"));
/// assert!(!prefix.is_start_of(b"/Tax/doc1.pdf"));
/// assert!("x".repeat(1025).parse::<Prefix>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Prefix(String);

impl Prefix {
    /// The maximum length in characters.
    pub const LIMIT: usize = 1024;

    /// The prefix of every key.
    pub const EMPTY: Self = Self(String::new());

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns true for the prefix of every key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns true when `key` begins with this prefix.
    #[must_use]
    pub fn is_start_of(&self, key: &[u8]) -> bool {
        key.starts_with(self.0.as_bytes())
    }
}

impl FromStr for Prefix {
    type Err = InvalidPrefix;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // A text never has more characters than bytes, and bytes need no counting.
        let characters = if text.len() <= Self::LIMIT { text.len() } else { text.chars().count() };
        if characters > Self::LIMIT {
            Err(InvalidPrefix(Problem::TooLong { characters }))
        } else if let Some(found) = illegal_in_xml(text) {
            Err(InvalidPrefix(Problem::IllegalCharacter { found }))
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

text_serde!(Prefix, "a prefix", |word| word.parse::<Prefix>());

/// The error returned when a text is not a [`Prefix`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(transparent)]
pub struct InvalidPrefix(Problem);

#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
enum Problem {
    #[error("a prefix has at most {} characters, this one has {characters}", Prefix::LIMIT)]
    TooLong { characters: usize },
    #[error("a prefix cannot contain `{}`, which XML cannot represent", found.escape_unicode())]
    IllegalCharacter { found: char },
}

impl InvalidPrefix {
    /// Returns true when the prefix is too long, false when it contains a character that XML cannot
    /// represent.
    #[must_use]
    pub const fn is_too_long(&self) -> bool {
        matches!(self.0, Problem::TooLong { .. })
    }
}
