use std::fmt;

use crate::model::{ObjectVersion, ReplicationRule, Tag};

/// By how little a filter missed a version: the mistakes people search for longest.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum NearMiss<'a> {
    /// The key would begin with the prefix if case did not count.
    KeyCase {
        /// The prefix of the rule.
        prefix: &'a str,
    },
    /// The prefix begins with a slash, and the key would match without it.
    LeadingSlash {
        /// The prefix of the rule.
        prefix: &'a str,
    },
    /// The key begins with a slash, and would match without it.
    KeyLeadingSlash {
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
        let starts_ignoring_case =
            key.get(..wanted.len()).is_some_and(|start| start.eq_ignore_ascii_case(wanted));
        if starts_ignoring_case {
            Some(Self::KeyCase { prefix })
        } else if wanted.strip_prefix(b"/").is_some_and(|wanted| key.starts_with(wanted)) {
            Some(Self::LeadingSlash { prefix })
        } else if key.strip_prefix(b"/").is_some_and(|key| key.starts_with(wanted)) {
            Some(Self::KeyLeadingSlash { prefix })
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

impl fmt::Display for NearMiss<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyCase { prefix } => {
                write!(f, "the key differs from the prefix `{prefix}` in upper and lower case")
            }
            Self::LeadingSlash { prefix } => {
                write!(f, "the prefix `{prefix}` begins with a slash, the key does not")
            }
            Self::KeyLeadingSlash { prefix } => {
                write!(f, "the key begins with a slash, the prefix `{prefix}` does not")
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
