//! Globs over keys.

mod parse;

use std::fmt;
use std::str::FromStr;

use globset::GlobBuilder;

use self::parse::{Parsed, parse};
use crate::model::ObjectVersion;
use crate::policy::budget::Budget;
use crate::policy::characters::Characters;
use crate::policy::keys::KeySet;

pub(super) use self::parse::Piece;

closed_vocabulary! {
    /// Whether `/` is more than a character to `*` and `?`.
    #[expect(clippy::exhaustive_enums, reason = "it separates or it does not")]
    pub enum Separator("`none` or `slash`") {
        /// It is a character like any other, as to S3 and in IAM policies.
        None = "none",
        /// `*` and `?` stop at it, as in file names. `**` does not where it stands for folders; where
        /// it is the same as `*`, it does.
        Slash = "slash",
    }
}

/// A glob over keys; the grammar stands at the [module](super).
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
    /// The most bytes of a glob: as many as a key may have.
    pub const LENGTH_LIMIT: usize = ObjectVersion::KEY_LIMIT;
    /// How many braces may stand in each other.
    pub const NESTING_LIMIT: usize = 8;

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns true when a key matches as a whole.
    #[must_use]
    pub fn matches(&self, key: &str, separator: Separator) -> bool {
        let set = KeySet::new(std::slice::from_ref(self), &[], separator);
        set.has(key, &mut Budget::endless()) == Some(true)
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
                return Err(refused(format!("more than {limit} braces stand in each other")));
            }
            Parsed::Malformed => None,
            Parsed::Pieces(pieces) => Some(pieces),
        };
        // What is wrong with a glob, its own crate says.
        GlobBuilder::new(text)
            .backslash_escape(true)
            .empty_alternates(true)
            .build()
            .map_err(|error| refused(error.kind().to_string()))?;
        let pieces = pieces.ok_or_else(|| refused("it can't be read".to_owned()))?;
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
    /// There is no text, and no key without a character.
    #[error("the glob is empty, and keys are not; `**` matches every key")]
    Empty,
    /// It is longer than any key.
    #[error("the glob has {bytes} bytes, and at most {} are read", KeyGlob::LENGTH_LIMIT)]
    TooLong {
        /// The bytes of the glob.
        bytes: usize,
    },
    /// It does not follow the grammar.
    #[error("`{given}` is not a glob: {reason}")]
    Syntax {
        /// The text.
        given: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// What a glob is made of, with the separator settled.
#[derive(Clone, Debug)]
pub(super) enum Token {
    /// One of these characters.
    One(Characters),
    /// Any number of them.
    Many(Characters),
    /// One of these.
    Either(Vec<Vec<Self>>),
}

/// Settles what `/` is to the wildcards.
pub(super) fn tokens(pieces: &[Piece], separator: Separator) -> Vec<Token> {
    // Alone, `**` has no folders before anything.
    match pieces {
        [Piece::Folders] => vec![Token::Many(Characters::all())],
        pieces => pieces.iter().flat_map(|piece| lowered(piece, separator)).collect(),
    }
}

fn lowered(piece: &Piece, separator: Separator) -> Vec<Token> {
    let slash = || Token::One(Characters::one('/'));
    let wild = || match separator {
        Separator::None => Characters::all(),
        Separator::Slash => Characters::one('/').complement(),
    };
    let folders = || Token::Either(vec![Vec::new(), vec![Token::Many(Characters::all()), slash()]]);
    match piece {
        Piece::Literal(character) => vec![Token::One(Characters::one(*character))],
        Piece::Any => vec![Token::One(wild())],
        Piece::Many => vec![Token::Many(wild())],
        Piece::Class { is_negated, ranges } => {
            let listed = Characters::of(ranges.iter().copied());
            vec![Token::One(if *is_negated { listed.complement() } else { listed })]
        }
        Piece::Folders => vec![folders()],
        Piece::FoldersBetween => vec![slash(), folders()],
        Piece::Below => vec![slash(), Token::Many(Characters::all())],
        Piece::Either(branches) => {
            let branch = |pieces: &Vec<Piece>| {
                pieces.iter().flat_map(|piece| lowered(piece, separator)).collect()
            };
            vec![Token::Either(branches.iter().map(branch).collect())]
        }
    }
}
