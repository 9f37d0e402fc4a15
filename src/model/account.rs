use std::fmt;
use std::str::FromStr;

use crate::text::illegal_in_xml;

/// The ID of an AWS account: twelve digits.
///
/// # Examples
///
/// ```
/// use s3_replication::model::AccountId;
///
/// let account: AccountId = "012345678901".parse()?;
/// assert_eq!(account.to_string(), "012345678901");
/// assert!("12345".parse::<AccountId>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct AccountId([u8; 12]);

impl AccountId {
    /// Twelve zeros, which no account has.
    pub(crate) const ZERO: Self = Self(*b"000000000000");
    /// Returns the digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for AccountId {
    type Err = InvalidAccountId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match <[u8; 12]>::try_from(text.as_bytes()) {
            Ok(digits) if digits.iter().all(u8::is_ascii_digit) => Ok(Self(digits)),
            _ => Err(InvalidAccountId { given: text.to_owned() }),
        }
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountId({self})")
    }
}

text_serde!(AccountId, "the twelve digits of an AWS account", |word| word.parse::<AccountId>());

/// The error returned when a text is not an [`AccountId`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("account `{given}` is not twelve digits")]
pub struct InvalidAccountId {
    given: String,
}

/// The `Account` of a destination: the account that owns the bucket (REP-222).
///
/// S3 accepts any text here and verifies it only when it replicates, so the text is not always an
/// [`AccountId`].
///
/// # Examples
///
/// ```
/// use s3_replication::model::Account;
///
/// let account: Account = "012345678901".parse()?;
/// assert_eq!(account.id(), Some("012345678901".parse()?));
/// assert_eq!("backup team".parse::<Account>()?.id(), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Account(Box<str>);

impl Account {
    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the account ID; `None` when the text is something else.
    #[must_use]
    pub fn id(&self) -> Option<AccountId> {
        self.0.parse().ok()
    }
}

impl From<AccountId> for Account {
    fn from(account: AccountId) -> Self {
        Self(account.as_str().into())
    }
}

impl FromStr for Account {
    type Err = InvalidAccount;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match illegal_in_xml(text) {
            _ if text.is_empty() => Err(InvalidAccount::Empty),
            Some(found) => Err(InvalidAccount::IllegalCharacter { found }),
            None => Ok(Self(text.into())),
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

text_serde!(Account, "the account of a destination", |word| word.parse::<Account>());

/// The error returned when a text is not an [`Account`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidAccount {
    /// The text is empty.
    #[error("the account is empty")]
    Empty,
    /// The text contains a character that XML cannot represent.
    #[error("an account cannot contain `{}`, which XML cannot represent", found.escape_unicode())]
    IllegalCharacter {
        /// The character.
        found: char,
    },
}
