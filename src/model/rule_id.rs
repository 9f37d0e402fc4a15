use std::fmt;
use std::str::FromStr;

use crate::model::xml_text::illegal_character;

/// The name of a rule, unique within a configuration: at most 255 ASCII characters.
///
/// # Examples
///
/// ```
/// use s3_replication::model::RuleId;
///
/// let id: RuleId = "archive-logs".parse()?;
/// assert_eq!(id.as_str(), "archive-logs");
/// assert!("é".parse::<RuleId>().unwrap_err().is_not_ascii());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RuleId(String);

impl RuleId {
    /// The most characters an ID may have.
    pub const LIMIT: usize = 255;

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RuleId {
    type Err = InvalidRuleId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let characters = text.chars().count();
        if characters > Self::LIMIT {
            Err(InvalidRuleId(Problem::TooLong { characters }))
        } else if let Some(found) = text.chars().find(|c| !c.is_ascii()) {
            Err(InvalidRuleId(Problem::NotAscii { found }))
        } else if let Some(found) = illegal_character(text) {
            Err(InvalidRuleId(Problem::IllegalCharacter { found }))
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

text_serde!(RuleId, "a rule ID", |word| word.parse::<RuleId>());

/// The error returned when a text is not a [`RuleId`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(transparent)]
pub struct InvalidRuleId(Problem);

#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
enum Problem {
    #[error("a rule ID has at most {} characters, this one has {characters}", RuleId::LIMIT)]
    TooLong { characters: usize },
    #[error("a rule ID has ASCII characters only, this one has `{}`", found.escape_default())]
    NotAscii { found: char },
    #[error("a rule ID can't hold `{}`, which XML can't write", found.escape_unicode())]
    IllegalCharacter { found: char },
}

impl InvalidRuleId {
    /// Returns true when the ID holds something else than ASCII.
    #[must_use]
    pub const fn is_not_ascii(&self) -> bool {
        matches!(self.0, Problem::NotAscii { .. })
    }

    /// Returns true when the ID is too long.
    #[must_use]
    pub const fn is_too_long(&self) -> bool {
        matches!(self.0, Problem::TooLong { .. })
    }
}
