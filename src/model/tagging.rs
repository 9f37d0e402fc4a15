use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use crate::model::{InvalidTag, Tag};

/// The tags of an object as the `x-amz-tagging` header writes them: `a=b&c=d`, percent-encoded.
/// Parsed once, it can be borrowed by any number of questions.
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
/// assert_eq!(error.to_string(), "the tag key `team` is there twice");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Tagging(Vec<Tag>);

impl Tagging {
    /// Takes tags whose keys differ.
    ///
    /// # Errors
    ///
    /// One key with two values.
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

/// The error returned when a header does not hold tags.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidTagging {
    /// A `%` without two hexadecimal digits behind it.
    #[error("`%` in `{part}` needs two hexadecimal digits")]
    Percent {
        /// The key or value it is in.
        part: String,
    },
    /// What is encoded is not UTF-8.
    #[error("`{part}` does not stand for UTF-8")]
    Encoding {
        /// The key or value.
        part: String,
    },
    /// A key or value that no tag can have.
    #[error(transparent)]
    Tag(#[from] InvalidTag),
    /// One key with two values.
    #[error("the tag key `{key}` is there twice")]
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

/// Writes a blank as `%20`, which readers of both kinds understand.
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
