//! Globs over keys.

mod parse;

use std::fmt;
use std::str::FromStr;

use globset::GlobBuilder;

use self::parse::{Parsed, parse};
use crate::model::ObjectVersion;

pub(super) use self::parse::Piece;

closed_vocabulary! {
    /// The character at which `*` and `?` stop.
    #[expect(clippy::exhaustive_enums, reason = "`/` separates or it does not")]
    pub enum Separator("`none` or `slash`") {
        /// None: `/` is a character like any other, as in S3 itself and in IAM policies.
        None = "none",
        /// `/`, as in file names. `**` matches `/` where it stands for folders. Elsewhere `**` means the
        /// same as `*`, and stops at `/` too.
        Slash = "slash",
    }
}

/// A glob over keys. The [module](super) documents the grammar.
///
/// # Examples
///
/// ```
/// use s3_replication::policy::{KeyGlob, Separator};
///
/// let glob: KeyGlob = "logs/{2025,2026}/*.gz".parse()?;
/// assert!(glob.matches("logs/2026/a/b.gz", Separator::None));
/// assert!(!glob.matches("logs/2026/a/b.gz", Separator::Slash));
/// assert!(!glob.matches("Logs/2026/b.gz", Separator::None));
///
/// let error = "logs/[a-".parse::<KeyGlob>().unwrap_err();
/// assert!(error.to_string().starts_with("`logs/[a-` is not a glob: "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyGlob {
    text: Box<str>,
    pieces: Vec<Piece>,
}

impl KeyGlob {
    /// The most bytes that a glob may have, the same number as for a key.
    pub const LENGTH_LIMIT: usize = ObjectVersion::KEY_LIMIT;
    /// The most levels of nested braces.
    pub const NESTING_LIMIT: usize = 8;

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the glob `**`, which matches every key.
    #[must_use]
    pub fn every() -> Self {
        Self { text: "**".into(), pieces: vec![Piece::Folders] }
    }

    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }
}

impl FromStr for KeyGlob {
    type Err = InvalidGlob;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err(InvalidGlob::Empty);
        }
        if text.len() > Self::LENGTH_LIMIT {
            return Err(InvalidGlob::TooLong { bytes: text.len() });
        }
        let refused = |reason: String| InvalidGlob::Syntax { given: text.to_owned(), reason };
        let pieces = match parse(text) {
            Parsed::TooDeep => {
                let limit = Self::NESTING_LIMIT;
                return Err(refused(format!("braces are nested more than {limit} levels deep")));
            }
            Parsed::Malformed => None,
            Parsed::Pieces(pieces) => Some(pieces),
        };
        // The crate `globset` has the better message about a malformed glob, so its error comes first.
        GlobBuilder::new(text)
            .backslash_escape(true)
            .empty_alternates(true)
            .build()
            .map_err(|error| refused(error.kind().to_string()))?;
        let pieces = pieces.ok_or_else(|| refused("it cannot be parsed".to_owned()))?;
        Ok(Self { text: text.into(), pieces })
    }
}

impl fmt::Display for KeyGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

text_serde!(KeyGlob, "a glob such as `logs/**`", |word| word.parse::<KeyGlob>());

/// The error returned when a text is not a [`KeyGlob`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidGlob {
    /// The glob is empty, but no key is empty.
    #[error("the glob is empty and matches no key; `**` matches every key")]
    Empty,
    /// The glob is longer than any key.
    #[error("the glob has {bytes} bytes; at most {} are allowed", KeyGlob::LENGTH_LIMIT)]
    TooLong {
        /// The number of bytes of the glob.
        bytes: usize,
    },
    /// The glob violates the grammar.
    #[error("`{given}` is not a glob: {reason}")]
    Syntax {
        /// The text.
        given: String,
        /// The reason.
        reason: String,
    },
}
