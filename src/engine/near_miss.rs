use std::fmt;

use crate::model::{ObjectVersion, ReplicationRule, Tag};

/// By how little a filter missed a version: the mistakes people search for longest.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum NearMiss<'a> {
    /// The key would begin with the prefix if case did not count.
    KeyCase {
        /// The prefix of the rule.
        prefix: &'a str,
    },
    /// The prefix begins with a slash, or one more than the key, which would match without it.
    LeadingSlash {
        /// The prefix of the rule.
        prefix: &'a str,
    },
    /// The key begins with a slash, or one more than the prefix, and would match without it.
    KeyLeadingSlash {
        /// The prefix of the rule.
        prefix: &'a str,
    },
    /// The key would begin with the prefix if it were decoded as a URL is: percent-encoding, and `+`
    /// for a space.
    Encoded {
        /// The prefix of the rule.
        prefix: &'a str,
        /// What it would be.
        decoded: String,
    },
    /// The key would begin with the prefix without the white space around it.
    SurroundingSpace {
        /// The prefix of the rule.
        prefix: &'a str,
    },
    /// The key begins with what stands before a wildcard.
    Wildcard {
        /// The prefix of the rule.
        prefix: &'a str,
    },
    /// The key begins with the prefix but for one character that is another, too many, missing, or
    /// swapped with the next.
    OneCharacter {
        /// The prefix of the rule.
        prefix: &'a str,
    },
    /// The version has the tag with another value.
    TagValue {
        /// The tag of the filter.
        wanted: &'a Tag,
        /// The value that the version has.
        present: &'a str,
    },
    /// The version has a tag whose key differs in case only.
    TagKeyCase {
        /// The tag of the filter.
        wanted: &'a Tag,
        /// The key that the version has.
        present: &'a str,
    },
    /// The version lacks the tag.
    TagMissing {
        /// The tag of the filter.
        wanted: &'a Tag,
    },
}

impl<'a> NearMiss<'a> {
    pub(super) fn of_key(rule: &'a ReplicationRule, version: &ObjectVersion<'_>) -> Option<Self> {
        let prefix = rule.filter.key_prefix().as_str();
        let (key, wanted) = (version.key, prefix.as_bytes());
        let text = String::from_utf8_lossy(key);
        let with_spaces = prefix.contains('+').then(|| {
            let spaced = prefix.replace('+', " ");
            decode(&spaced).unwrap_or(spaced)
        });
        let mut decoded = decode(prefix).into_iter().chain(with_spaces);
        let before_wildcard = prefix.split_once(['*', '?']).map(|(before, _)| before);
        if starts_but_for_case(&text, prefix) {
            Some(Self::KeyCase { prefix })
        } else if wanted.strip_prefix(b"/").is_some_and(|wanted| key.starts_with(wanted)) {
            Some(Self::LeadingSlash { prefix })
        } else if key.strip_prefix(b"/").is_some_and(|key| key.starts_with(wanted)) {
            Some(Self::KeyLeadingSlash { prefix })
        } else if prefix.trim() != prefix && text.starts_with(prefix.trim()) {
            Some(Self::SurroundingSpace { prefix })
        } else if let Some(decoded) = decoded.find(|decoded| text.starts_with(decoded)) {
            Some(Self::Encoded { prefix, decoded })
        } else if before_wildcard.is_some_and(|before| text.starts_with(before)) {
            Some(Self::Wildcard { prefix })
        } else if starts_but_for_one(&text, prefix) {
            Some(Self::OneCharacter { prefix })
        } else {
            None
        }
    }

    pub(super) fn of_tags(rule: &'a ReplicationRule, version: &ObjectVersion<'a>) -> Option<Self> {
        let wanted = rule.filter.tags().iter().find(|tag| !version.tags.contains(tag))?;
        if let Some(present) = version.tags.value_of(wanted.key()) {
            return Some(Self::TagValue { wanted, present });
        }
        let mut keys = version.tags.iter().map(|(key, _)| key);
        let lower = wanted.key().to_lowercase();
        Some(match keys.find(|key| key.to_lowercase() == lower) {
            Some(present) => Self::TagKeyCase { wanted, present },
            None => Self::TagMissing { wanted },
        })
    }
}

/// Returns true when a key begins with a prefix if case does not count.
fn starts_but_for_case(key: &str, prefix: &str) -> bool {
    let mut key = key.chars().flat_map(char::to_lowercase);
    prefix.chars().flat_map(char::to_lowercase).all(|wanted| key.next() == Some(wanted))
}

/// Shorter prefixes are near to too much.
const LEAST_WITH_A_SLIP: usize = 4;

/// Returns true when a key begins with a prefix but for one slip of the pen. Numbers that differ are
/// no slip.
fn starts_but_for_one(key: &str, prefix: &str) -> bool {
    let same = key.chars().zip(prefix.chars()).take_while(|(a, b)| a == b);
    let same: usize = same.map(|(c, _)| c.len_utf8()).sum();
    let (key, prefix_rest) = (key.get(same..), prefix.get(same..));
    let (Some(key), Some(wanted)) = (key, prefix_rest) else { return false };
    let (mut behind_key, mut behind_wanted) = (key.chars(), wanted.chars());
    let (Some(is), Some(should)) = (behind_key.next(), behind_wanted.next()) else { return false };
    if prefix.chars().count() < LEAST_WITH_A_SLIP || is.is_numeric() || should.is_numeric() {
        return false;
    }
    let (key_rest, wanted_rest) = (behind_key.as_str(), behind_wanted.as_str());
    let swapped = (behind_key.next(), behind_wanted.next()) == (Some(should), Some(is));
    key_rest.starts_with(wanted_rest)
        || key_rest.starts_with(wanted)
        || key.starts_with(wanted_rest)
        || swapped && behind_key.as_str().starts_with(behind_wanted.as_str())
}

/// Decodes a percent-encoded text; `None` when it isn't one.
fn decode(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    let length = bytes.len();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend(rest.bytes());
    }
    (length < text.len()).then(|| String::from_utf8(bytes).ok()).flatten()
}

impl fmt::Display for NearMiss<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyCase { prefix } => {
                write!(f, "the key differs from the prefix `{prefix}` in upper and lower case")
            }
            Self::LeadingSlash { prefix } if prefix.starts_with("//") => {
                write!(f, "the prefix `{prefix}` begins with one slash more than the key")
            }
            Self::LeadingSlash { prefix } => {
                write!(f, "the prefix `{prefix}` begins with a slash, the key does not")
            }
            Self::KeyLeadingSlash { prefix } if prefix.starts_with('/') => {
                write!(f, "the key begins with one slash more than the prefix `{prefix}`")
            }
            Self::KeyLeadingSlash { prefix } => {
                write!(f, "the key begins with a slash, the prefix `{prefix}` does not")
            }
            Self::Encoded { prefix, .. } => {
                write!(f, "the prefix `{prefix}` is written as in a URL, the key is not")
            }
            Self::SurroundingSpace { prefix } if prefix.trim().is_empty() => {
                f.write_str("the prefix is nothing but white space, which counts")
            }
            Self::SurroundingSpace { prefix } => {
                write!(f, "there is white space around the prefix `{}`", prefix.trim())
            }
            Self::Wildcard { prefix } => {
                write!(f, "the prefix `{prefix}` holds a wildcard, which is compared as it is")
            }
            Self::OneCharacter { prefix } => {
                write!(f, "the key differs from the prefix `{prefix}` in one character")
            }
            Self::TagValue { wanted, present } => {
                let (key, value) = (wanted.key(), wanted.value());
                write!(f, "tag `{key}` is `{present}`, the rule wants `{value}`")
            }
            Self::TagKeyCase { wanted, present } => {
                write!(f, "the tag is called `{present}`, the rule wants `{}`", wanted.key())
            }
            Self::TagMissing { wanted } => {
                let (key, value) = (wanted.key(), wanted.value());
                write!(f, "tag `{key}` is missing, the rule wants `{value}`")
            }
        }
    }
}
