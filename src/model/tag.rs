use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::text::illegal_in_xml;

/// A tag: a key and a value that an object version has, or that a filter requires.
///
/// A key has 1 to 128 and a value 0 to 256 characters. S3 counts UTF-16 code units, so a character
/// outside the Basic Multilingual Plane counts twice (REP-224). Keys and values are case-sensitive.
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
    /// The maximum length of a key in UTF-16 code units.
    pub const KEY_LIMIT: usize = 128;
    /// The maximum length of a value in UTF-16 code units.
    pub const VALUE_LIMIT: usize = 256;

    /// Creates a tag.
    ///
    /// # Errors
    ///
    /// Returns an error when the key is empty, when the key or the value is too long, and when one
    /// of them contains a character that XML cannot represent.
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

/// The JSON form of a tag.
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

/// The error returned when a key and a value are not a [`Tag`].
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
    #[error("a tag cannot contain `{}`, which XML cannot represent", found.escape_unicode())]
    IllegalCharacter { found: char },
}

impl InvalidTag {
    /// Returns the part that is invalid.
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
            _ => illegal_in_xml(text).map(|found| Problem::IllegalCharacter { found }),
        };
        problem.map_or(Ok(()), |problem| Err(Self { part, problem }))
    }
}

/// The tags of an object in the form of the `x-amz-tagging` header: `a=b&c=d`, percent-encoded.
///
/// [`ObjectVersion::with_tags`](crate::ObjectVersion::with_tags) borrows it.
///
/// # Examples
///
/// ```
/// use s3_replication::ObjectVersion;
/// use s3_replication::model::Tagging;
///
/// let tagging: Tagging = "team=tax+office&year=20%326".parse()?;
/// let version = ObjectVersion::new("Tax/doc1.pdf").with_tags(&tagging);
/// assert_eq!(version.tags.value_of("team"), Some("tax office"));
/// assert_eq!(tagging.to_string(), "team=tax%20office&year=2026");
///
/// let error = "team=tax&team=law".parse::<Tagging>().unwrap_err();
/// assert_eq!(error.to_string(), "the tag key `team` is given twice");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Tagging(Vec<Tag>);

impl Tagging {
    /// Creates a set of tags.
    ///
    /// # Errors
    ///
    /// Returns an error when two tags have the same key.
    pub fn new(tags: Vec<Tag>) -> Result<Self, InvalidTagging> {
        let mut keys: Vec<&str> = tags.iter().map(Tag::key).collect();
        keys.sort_unstable();
        let mut neighbours = keys.iter().zip(keys.iter().skip(1));
        match neighbours.find(|(a, b)| a == b) {
            Some((key, _)) => Err(InvalidTagging::KeyRepeated { key: (*key).to_owned() }),
            None => Ok(Self(tags)),
        }
    }
}

impl Deref for Tagging {
    type Target = [Tag];

    fn deref(&self) -> &[Tag] {
        &self.0
    }
}

impl From<Tagging> for Vec<Tag> {
    fn from(tagging: Tagging) -> Self {
        tagging.0
    }
}

impl FromStr for Tagging {
    type Err = InvalidTagging;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok(Tag::new(decoded(key)?, decoded(value)?)?)
        });
        Self::new(pairs.collect::<Result<_, InvalidTagging>>()?)
    }
}

impl fmt::Display for Tagging {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, tag) in self.iter().enumerate() {
            f.write_str(if at > 0 { "&" } else { "" })?;
            encode(tag.key(), f)?;
            f.write_str("=")?;
            encode(tag.value(), f)?;
        }
        Ok(())
    }
}

text_serde!(Tagging, "tags as `a=b&c=d`", |word| word.parse::<Tagging>());

/// The error returned when a text is not a [`Tagging`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidTagging {
    /// A `%` is not followed by two hexadecimal digits.
    #[error("`%` in `{part}` needs two hexadecimal digits")]
    Percent {
        /// The key or value that contains it.
        part: String,
    },
    /// The decoded bytes are not UTF-8.
    #[error("`{part}` does not decode to UTF-8")]
    Encoding {
        /// The key or value.
        part: String,
    },
    /// A key or value is not valid in a tag.
    #[error(transparent)]
    Tag(#[from] InvalidTag),
    /// Two tags have the same key.
    #[error("the tag key `{key}` is given twice")]
    KeyRepeated {
        /// The key.
        key: String,
    },
}

fn decoded(part: &str) -> Result<String, InvalidTagging> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let decoded = match byte {
            b'+' => Some(b' '),
            b'%' => digit()
                .and_then(|high| Some(high * 16 + digit()?))
                .and_then(|code| u8::try_from(code).ok()),
            byte => Some(byte),
        };
        bytes.push(decoded.ok_or_else(|| InvalidTagging::Percent { part: part.to_owned() })?);
    }
    String::from_utf8(bytes).map_err(|_| InvalidTagging::Encoding { part: part.to_owned() })
}

/// Writes a space as `%20`, which every decoder understands; not all understand `+`.
fn encode(part: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            write!(f, "{}", char::from(byte))?;
        } else {
            write!(f, "%{byte:02X}")?;
        }
    }
    Ok(())
}
