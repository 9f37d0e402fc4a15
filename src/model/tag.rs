use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::xml_text::illegal_character;

/// A key and a value attached to an object version, or asked for by a filter.
///
/// A key has 1 to 128 and a value 0 to 256 characters, counted as S3 counts them, in UTF-16 units:
/// a character outside the Basic Multilingual Plane counts twice (REP-224). Both keep their case.
///
/// # Examples
///
/// ```
/// use s3_replication::model::Tag;
///
/// let tag = Tag::new("team", "tax")?;
/// assert_eq!(tag.to_string(), "team=tax");
/// assert!(Tag::new("𝔱".repeat(64), "").is_ok());
/// assert!(Tag::new("𝔱".repeat(65), "").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Deserialize, Serialize)]
#[serde(try_from = "TagForm", into = "TagForm")]
pub struct Tag {
    key: String,
    value: String,
}

impl Tag {
    /// The most UTF-16 units a key may have.
    pub const KEY_LIMIT: usize = 128;
    /// The most UTF-16 units a value may have.
    pub const VALUE_LIMIT: usize = 256;

    /// Creates a tag.
    ///
    /// # Errors
    ///
    /// Returns an error when the key is empty or too long, or the value too long.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Result<Self, InvalidTag> {
        let (key, value) = (key.into(), value.into());
        InvalidTag::check(TagPart::Key, &key)?;
        InvalidTag::check(TagPart::Value, &value)?;
        Ok(Self { key, value })
    }

    /// Returns the key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns the value, possibly empty.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.key, self.value)
    }
}

/// The form of a tag on the wire.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct TagForm {
    key: String,
    value: String,
}

impl TryFrom<TagForm> for Tag {
    type Error = InvalidTag;

    fn try_from(form: TagForm) -> Result<Self, Self::Error> {
        Self::new(form.key, form.value)
    }
}

impl From<Tag> for TagForm {
    fn from(tag: Tag) -> Self {
        Self { key: tag.key, value: tag.value }
    }
}

closed_vocabulary! {
    /// One of the two parts of a [`Tag`].
    #[expect(clippy::exhaustive_enums, reason = "a tag has two parts")]
    pub enum TagPart("`Key` or `Value`") {
        /// The key.
        Key = "Key",
        /// The value.
        Value = "Value",
    }
}

/// The error returned when two texts are not a [`Tag`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{problem}")]
pub struct InvalidTag {
    part: TagPart,
    problem: Problem,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
enum Problem {
    #[error("a tag key has 1 to {} UTF-16 units, this one has {units}", Tag::KEY_LIMIT)]
    KeyLength { units: usize },
    #[error("a tag value has at most {} UTF-16 units, this one has {units}", Tag::VALUE_LIMIT)]
    ValueLength { units: usize },
    #[error("a tag can't hold `{}`, which XML can't write", found.escape_unicode())]
    IllegalCharacter { found: char },
}

impl InvalidTag {
    /// Returns which part is wrong.
    #[must_use]
    pub const fn part(&self) -> TagPart {
        self.part
    }

    fn check(part: TagPart, text: &str) -> Result<(), Self> {
        let units = text.encode_utf16().count();
        let problem = match part {
            TagPart::Key if !(1..=Tag::KEY_LIMIT).contains(&units) => {
                Some(Problem::KeyLength { units })
            }
            TagPart::Value if units > Tag::VALUE_LIMIT => Some(Problem::ValueLength { units }),
            _ => illegal_character(text).map(|found| Problem::IllegalCharacter { found }),
        };
        problem.map_or(Ok(()), |problem| Err(Self { part, problem }))
    }
}
